"""The library of documents as the place where what was given out on request is drafted (``requests.library``)."""

from __future__ import annotations

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests.library import Disclosed, hand_in
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.services import DRAFTING, create_draft
from gongkai.wings.publishing.documents.text import plain_text_to_html


class Documents:
    """Drafts; never more. The three reviews stand between them and the public."""

    def may_draft(self, user: User, organ: Organ) -> bool:
        return user.is_superuser or any(user.has_role(role, organ) for role in DRAFTING)

    def draft(self, disclosed: Disclosed, *, author: User) -> str:
        document = create_draft(
            author=author,
            kind=Kind.OTHER,
            title=disclosed.title,
            issuer=disclosed.organ,
            attribute=Attribute.PROACTIVE,
            disclosure_decided_on=disclosed.decided_on,
            body=[("html", plain_text_to_html(disclosed.text))] if disclosed.text else [],
            attachments=[{"file": file, "title": title[:200]} for file, title in disclosed.files],
        )
        return str(document.pk)


def hand_in_library() -> None:
    hand_in(Documents())
