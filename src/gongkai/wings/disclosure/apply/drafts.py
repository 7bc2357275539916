"""Unfinished applications: made, kept, taken up again, sent, forgotten."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.foundation.files.judging import judge
from gongkai.foundation.files.kinds import KINDS
from gongkai.foundation.files.services import clean_name, store
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.apply.models import Draft, DraftFile, Guesses
from gongkai.wings.disclosure.apply.secrecy import code_digest, new_code, seal, unseal
from gongkai.wings.disclosure.requests.models import Channel, Request
from gongkai.wings.disclosure.requests.services import Application, check_application, register

KEPT: Final = dt.timedelta(days=30)
KEPT_AFTER_SENDING: Final = dt.timedelta(days=1)
LARGEST_FILE: Final = 10 * 1024 * 1024
MOST_FILES: Final = 6
ACCEPTED: Final = ("pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "jpg", "jpeg", "png", "txt")
"""What an applicant has; no archives, sound or films."""


@dataclass
class Content:
    """What an unfinished application holds. ``done`` names the pages that were filled in."""

    organ: str = ""
    values: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    code: str = ""
    query_code: str = ""
    """After sending, for a day: the receipt shows it however often the page is loaded."""

    def sealed(self) -> bytes:
        return seal(json.dumps(self.__dict__, ensure_ascii=False).encode())

    def application(self) -> Application:
        """As the services take it; what is not filled in yet is empty."""
        values = self.values
        kind = values.get("applicant_kind", "")
        acts = values.get("acts") == "agent"
        return Application(
            applicant_kind=kind,
            name=values.get("name", ""),
            identity_kind=values.get("identity_kind", "resident_id") if kind == "natural" else "credit_code",
            identity_number=values.get("identity_number", ""),
            contact_name=values.get("contact_name", ""),
            phone=values.get("phone", ""),
            email=values.get("email", ""),
            address=values.get("address", ""),
            postcode=values.get("postcode", ""),
            agent_name=values.get("agent_name", "") if acts else "",
            description=values.get("description", ""),
            document_hint=values.get("document_hint", ""),
            supply_form=values.get("supply_form", ""),
            supply_way=values.get("supply_way", ""),
        )


class KeptFile(NamedTuple):
    pk: int
    purpose: str
    name: str
    size: int


class FileUnfit(ValidationError):
    """A file that is not taken. Codes as in ``foundation.files``, and too-many, too-large, unknown-type, empty."""


def read(draft: Draft) -> Content:
    return Content(**json.loads(unseal(draft.body)))


def begin(content: Content, *, now: dt.datetime) -> Draft:
    return Draft.objects.create(body=content.sealed(), expires_at=now + KEPT)


def living(pk: int | None, *, now: dt.datetime) -> Draft | None:
    """The draft of this number, while it lives."""
    return Draft.objects.filter(pk=pk, expires_at__gt=now).first() if pk else None


def keep(draft: Draft, *, now: dt.datetime, step: str = "", **facts: Any) -> Content:
    """Put ``values`` (added to those there are) or ``organ`` into a draft; its month begins anew."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        content = read(draft)
        if draft.request_id:
            return content
        content.values |= facts.pop("values", {})
        content.organ = facts.pop("organ", "") or content.organ
        if step and step not in content.done:
            content.done.append(step)
        draft.body, draft.expires_at = content.sealed(), now + KEPT
        draft.save(update_fields=["body", "expires_at"])
    return content


def code_of(draft: Draft, *, now: dt.datetime) -> str:
    """The code this draft is taken up again with, made the first time it is asked for."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        content = read(draft)
        if not content.code and not draft.request_id:
            content.code = new_code()
            draft.code_digest, draft.body = code_digest(content.code), content.sealed()
            draft.expires_at = now + KEPT
            draft.save()
    return content.code


def by_code(code: str, *, now: dt.datetime) -> Draft | None:
    """The unsent draft of a code, however it was typed."""
    found = Draft.objects.filter(code_digest=code_digest(code), request=None, expires_at__gt=now)
    return found.exclude(code_digest="").first()


def discard(draft: Draft) -> None:
    if not draft.request_id:
        draft.delete()


def forget_expired() -> None:
    """Delete what has lived long enough, files and all. Called every hour."""
    now = timezone.now()
    Draft.objects.filter(expires_at__lte=now).delete()
    Guesses.objects.filter(since__lt=now - dt.timedelta(days=1)).delete()


# -- Files -------------------------------------------------------------------------------------------


def files_of(draft: Draft, *purposes: str) -> list[KeptFile]:
    rows = draft.files.defer("content")
    return [
        KeptFile(row.pk, row.purpose, unseal(row.name).decode(), row.size)
        for row in (rows.filter(purpose__in=purposes) if purposes else rows)
    ]


def judged(content: bytes, name: str) -> str:
    """The clean name of a file that may be handed in. Raises ``FileUnfit`` with every reason."""
    name = clean_name(name)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in ACCEPTED or extension not in KINDS:
        raise FileUnfit(
            _("“%(name)s” is of a kind that is not accepted. Accepted: %(kinds)s.")
            % {"name": name, "kinds": "、".join(ACCEPTED)},
            code="unknown-type",
        )
    if not content:
        raise FileUnfit(_("“%s” is empty.") % name, code="empty")
    if len(content) > LARGEST_FILE:
        raise FileUnfit(
            _("“%(name)s” is larger than %(most)d MB. Make it smaller or split it.")
            % {"name": name, "most": LARGEST_FILE // 1024 // 1024},
            code="too-large",
        )
    faults = judge(io.BytesIO(content), len(content), extension)
    if faults:
        words = "".join(f"{fault.message}{fault.mend}" for fault in faults)
        raise FileUnfit(
            _("“%(name)s” was not accepted: %(why)s") % {"name": name, "why": words}, code=faults[0].code
        )
    return name


def add_file(draft: Draft, *, purpose: str, name: str, content: bytes) -> None:
    """Keep a file with the draft. Raises ``FileUnfit``."""
    name = judged(content, name)
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        if draft.files.count() >= MOST_FILES:
            raise FileUnfit(_("At most %d files can be handed in together.") % MOST_FILES, code="too-many")
        DraftFile.objects.create(
            draft=draft, purpose=purpose, name=seal(name.encode()), size=len(content), content=seal(content)
        )


def drop_file(draft: Draft, pk: int) -> None:
    draft.files.filter(pk=pk, draft__request=None).delete()


# -- Sending -----------------------------------------------------------------------------------------


def check(draft: Draft, content: Content, organ: Organ) -> None:
    """Raises ``ValidationError`` by field, for everything together."""
    purposes = [(None, file.purpose) for file in files_of(draft)]
    check_application(
        content.application(),
        organ=organ,
        channel=Channel.INTERNET.value,
        files=purposes,  # type: ignore[arg-type]  # only the purposes are looked at
    )


def send(draft: Draft, *, organ: Organ, now: dt.datetime) -> Request:
    """Hand the application in. However often and from wherever it is called for one draft, there is one request.

    Raises ``ValidationError`` by field.
    """
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        if draft.request_id:
            return Request.objects.get(pk=draft.request_id)
        content = read(draft)
        check(draft, content, organ)
        stored = [
            (store(content=text, name=name, actor="applicant"), purpose)
            for purpose, name, text in _contents(draft, content)
        ]
        made = register(
            organ=organ,
            application=content.application(),
            channel=Channel.INTERNET.value,
            actor=None,
            submitted_on=timezone.localdate(now),
            files=stored,
        )
        draft.request = made.request
        draft.code_digest = ""
        draft.body = Content(organ=organ.code, query_code=made.query_code).sealed()
        draft.expires_at = now + KEPT_AFTER_SENDING
        draft.save()
        draft.files.all().delete()
    return made.request


def _contents(draft: Draft, content: Content) -> Iterator[tuple[str, str, bytes]]:
    """Purpose, name and bytes of every file; a mandate nobody needs any more stays behind."""
    for row in draft.files.all():
        if row.purpose == "mandate" and content.values.get("acts") != "agent":
            continue
        yield row.purpose, unseal(row.name).decode(), unseal(row.content)
