"""Every write to the document library: one function per act.

Each act is one transaction: lock the row, check, change, append to the ledger, tell the press. An act that is not
allowed raises ``DocumentRefused`` or ``PublicationRefused`` with all reasons; bad facts raise Django's
``ValidationError``. Nothing else writes, and nothing else opens the gate (``gate``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.models import Revision

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.ledger.services import append, history
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.documents import gate, rules
from gongkai.wings.publishing.documents.errors import DocumentRefused, PublicationRefused
from gongkai.wings.publishing.documents.history import record
from gongkai.wings.publishing.documents.kinds import Attribute, Authority
from gongkai.wings.publishing.documents.models import (
    Attachment,
    Document,
    DocumentLink,
    Publication,
    Series,
)
from gongkai.wings.publishing.documents.numbering import note_index_number, take_index_number
from gongkai.wings.publishing.documents.obstacles import publication_obstacles
from gongkai.wings.publishing.documents.standing import timelines
from gongkai.wings.publishing.documents.text import body_html, html_text

__all__ = [
    "DocumentRefused",
    "Forced",
    "Migrated",
    "PublicationRefused",
    "Reviewed",
    "amend_series",
    "create_draft",
    "create_series",
    "decide_to_disclose",
    "delete_draft",
    "keep_withheld",
    "publication_obstacles",
    "publish_revision",
    "record_edit",
    "save_draft",
    "withdraw",
]

DRAFTING = (Role.DRAFTER,)
WITHDRAWING = (Role.REVIEWER_3, Role.SITE_MANAGER, Role.SECRECY_OFFICER)
REASSESSING = (Role.DISCLOSURE_OFFICER, Role.REVIEWER_3)

_FACTS = frozenset(
    [
        "kind",
        "title",
        "summary",
        "body",
        "keywords",
        "issuer",
        "document_number",
        "index_number",
        "subject",
        "disclosure_item",
        "written_on",
        "effective_on",
        "expires_on",
        "disclosure_decided_on",
        "attribute",
        "attribute_reason",
        "attribute_provision",
        "source",
        "interpretation_form",
        "series",
        "issue_number",
        "kept_by",
    ]
)


# -- What a publication rests on -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Three reviews by three people; only ``reviews.services`` makes one, after counting them again."""

    reviewers: tuple[str, ...]
    """Ledger names, first review first."""


@dataclass(frozen=True, slots=True)
class Forced:
    """Published without the three reviews, for a reason that everybody will see."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A text that was public before this platform was. ``origin``: its address there; ``reason``: why it is taken over.

    Facts that only practice asks for are not demanded of old texts (``rules.toml``, ``confirmed``).
    """

    origin: str = ""
    reason: str = ""


PublicationAuthority = Reviewed | Forced | Migrated


# -- Drafts --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_draft(*, author: User, kind: str, title: str, issuer: Organ, **facts: Any) -> Document:
    """Start a document. ``facts`` are fields of ``Document``, and

    * ``author_name``: who wrote the text, for the reader;
    * ``joint_issuers``: organs; ``attachments``: mappings with ``file`` and ``title``;
    * ``links``: mappings with ``target``, ``kind`` and, if need be, ``effective_on`` and ``scope``.

    The author drafts for the issuing organ or one below theirs. Texts of organs outside the city are kept by the
    organ of whoever enters them (条例 Art. 10).
    """
    document = Document(created_by=author, live=False)
    facts |= {"kind": kind, "title": title, "issuer": issuer}
    _apply(document, facts)
    document.full_clean()
    _require_role(author, DRAFTING, document)
    document.save()
    revision = document.save_revision(user=author, log_action="wagtail.create", clean=False)
    record(document, author, "document.drafted", revision=revision.pk, kind=kind, title=title)
    return document


@transaction.atomic
def save_draft(*, document: Document, author: User, **facts: Any) -> Revision:
    """Change the draft; what the public sees stays as it is. ``facts`` as for ``create_draft``; sets replace sets.

    Refused while the text is under review: who wants another text recalls it first.
    """
    row = _locked(document)
    _require_role(author, DRAFTING, row)
    revision = _save(row, author, facts)
    document.refresh_from_db()
    return revision


def _save(row: Document, author: User, facts: Mapping[str, Any]) -> Revision:
    draft: Document = row.get_latest_revision_as_object()
    lock = draft.get_lock()
    if lock is not None and lock.for_user(author):
        raise DocumentRefused("locked", _("The text stands still while it is under review or locked."))
    _apply(draft, facts)
    draft.full_clean()
    if row.published_at is None:
        draft.save()
    revision: Revision = draft.save_revision(user=author, log_action=True, clean=False)
    record(draft, author, "document.edited", revision=revision.pk, facts=sorted(facts))
    return revision


@transaction.atomic
def record_edit(*, document: Document, author: User, revision: Revision, facts: Collection[str]) -> None:
    """Enter into the ledger what Wagtail's editor has saved, in the editor's transaction, which a refusal undoes.

    The editor and ``save_draft`` are the two hands that draft; what one may not do the other may not. The editor saves
    by itself every few seconds into the same revision: that is one entry.
    """
    _require_role(author, DRAFTING, document)
    last = history(f"document:{document.pk}").last()
    if last is not None and json.loads(last.body).get("revision") == revision.pk:
        return
    verb = "document.edited" if document.revisions.exclude(pk=revision.pk).exists() else "document.drafted"
    record(document, author, verb, revision=revision.pk, facts=sorted(facts))


@transaction.atomic
def delete_draft(*, document: Document, user: User) -> None:
    """Remove a draft that has never been public and that no other document refers to."""
    row = _locked(document)
    _require_role(user, DRAFTING, row)
    if row.published_at is not None:
        raise DocumentRefused(
            "published", _("What was public once is withdrawn with a reason, never deleted.")
        )
    if row.workflow_in_progress:
        raise DocumentRefused("locked", _("The text is under review; recall it first."))
    record(row, user, "document.deleted", title=row.title)
    try:
        with gate.opened():
            row.delete()
    except ProtectedError as refusal:
        raise DocumentRefused("linked", _("Other documents refer to this draft.")) from refusal


def _apply(document: Document, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name in _FACTS:
            setattr(document, name, value)
        elif name == "author_name":
            document.author = value
        elif name in _CHILDREN:
            _CHILDREN[name](document, value)
        else:
            raise DocumentRefused("field", _("A document has no fact called %s.") % name)


def _set_links(document: Document, links: Iterable[Mapping[str, Any]]) -> None:
    new = [DocumentLink(sort_order=order, **link) for order, link in enumerate(links)]
    for link in new:
        link.full_clean(exclude=["document"], validate_constraints=False)
    if len({(link.target_id, link.kind) for link in new}) < len(new):
        raise ValidationError({"links": [_("The same link stands there twice.")]})
    if document.pk is not None and any(link.target_id == document.pk for link in new):
        raise ValidationError({"links": [_("A document does not act on itself.")]})
    document.links = new


def _set_attachments(document: Document, attachments: Iterable[Mapping[str, Any]]) -> None:
    new = [Attachment(sort_order=order, **one) for order, one in enumerate(attachments)]
    for attachment in new:
        attachment.full_clean(exclude=["document"])
    document.attachments = new


def _set_joint_issuers(document: Document, organs: Iterable[Organ]) -> None:
    document.joint_issuers = list(organs)


_CHILDREN: dict[str, Callable[[Document, Iterable[Any]], None]] = {
    "links": _set_links,
    "attachments": _set_attachments,
    "joint_issuers": _set_joint_issuers,
}


# -- Publication ---------------------------------------------------------------------------------------------


@transaction.atomic
def publish_revision(
    *,
    revision: Revision,
    actor: User | str,
    authority: PublicationAuthority,
    at: datetime | None = None,
) -> Document:
    """Make a revision what the public sees: the only way there is.

    It must be the latest, carry what the law asks for, and be a proactive disclosure. The text is made, the index
    number given (once for ever), and in the same transaction the ledger and the press are told. ``at`` is the moment
    of publication, now if absent, never later; a second publication keeps the first moment, and so the address.
    """
    row = _locked_by_id(int(revision.object_id))
    moment = at or timezone.now()
    if revision.pk != row.latest_revision_id:
        raise PublicationRefused("outdated", _("There is a newer text than the one to be published."))
    if moment > timezone.now():
        raise PublicationRefused("future", _("Nothing is published before its time by a timer."))
    if isinstance(authority, Migrated) and row.published_at is not None:
        raise PublicationRefused("again", _("Only a text new to this platform can be migrated."))
    if isinstance(authority, Forced) and not authority.reason.strip():
        raise PublicationRefused("reason", _("A forced publication needs a reason."))
    action = PublishRevisionAction(revision, user=actor if isinstance(actor, User) else None)
    document: Document = action.object
    obstacles = publication_obstacles(document, demand_practice=not isinstance(authority, Migrated))
    if obstacles:
        raise PublicationRefused("obstacles", _("The document is not ready for the public."), obstacles)

    no_longer_linked = set(row.links.values_list("target_id", flat=True))
    document.published_at = row.published_at or moment
    document.index_number = _index_number(document, document.published_at)
    document.html = body_html(document.body, address=file_address)
    document.text = html_text(document.html)
    document.withdrawn_at, document.withdrawal_reason, document.withdrawn_title = None, "", ""
    document.go_live_at = document.expire_at = None
    document.first_published_at = document.first_published_at or moment
    with gate.opened():
        action.execute(skip_permission_checks=True)
    published = Document.objects.get(pk=document.pk)
    recorded_as, verb = _AUTHORITIES[type(authority)]
    publication = Publication.objects.create(
        document=published,
        revision=revision,
        authority=recorded_as,
        reason=_publication_reason(authority),
        actor=actor if isinstance(actor, User) else None,
        at=moment,
    )
    record(
        published,
        actor,
        verb,
        revision=revision.pk,
        index_number=published.index_number,
        title=published.title,
        sha256=sha256(published.html.encode()).hexdigest(),
        at=moment.isoformat(),
        reviewers=list(authority.reviewers) if isinstance(authority, Reviewed) else [],
        reason=publication.reason,
    )
    lane: Literal["people", "bulk"] = "bulk" if isinstance(authority, Migrated) else "people"
    _tell_the_press(published, targets=no_longer_linked, lane=lane)
    return published


_AUTHORITIES: dict[type, tuple[Authority, str]] = {
    Reviewed: (Authority.REVIEWED, "document.published"),
    Forced: (Authority.FORCED, "document.force_published"),
    Migrated: (Authority.MIGRATED, "document.migrated"),
}


def file_address(file: StoredFile) -> str:
    """Where a file of the text will stand on every site."""
    return rules.file_path(sha256=file.sha256, name=file.name)


def _publication_reason(authority: PublicationAuthority) -> str:
    match authority:
        case Forced(reason=reason):
            return reason.strip()
        case Migrated(origin=origin, reason=reason):
            return " ".join(part for part in (reason, origin) if part)
        case _:
            return ""


def _index_number(document: Document, published_at: datetime) -> str:
    if document.index_number:
        note_index_number(document.index_number)
        return document.index_number
    year = rules.index_year(
        written_on=document.written_on, published_on=timezone.localtime(published_at).date()
    )
    return take_index_number(organ_code=document.issuer.index_code, year=year)


@transaction.atomic
def withdraw(*, document: Document, user: User, reason: str) -> None:
    """Take a document from the public on every site at once. A notice with the reason stays at its address.

    A review under way is called off: nobody shall publish unawares what has just been withdrawn. The text can be
    corrected and go through its reviews again.
    """
    row = _locked(document)
    _require_role(user, WITHDRAWING, row)
    if not row.live:
        raise DocumentRefused("not_public", _("Only a public document can be withdrawn."))
    if not reason.strip():
        raise DocumentRefused("reason", _("A withdrawal needs a reason, which the public will read."))
    row.live = False
    row.live_revision = None
    row.has_unpublished_changes = True
    row.withdrawn_at = timezone.now()
    row.withdrawal_reason = reason.strip()
    row.withdrawn_title = row.title
    with gate.opened():
        row.save()
    if state := row.current_workflow_state:
        state.cancel(user=user)
    record(row, user, "document.withdrawn", reason=row.withdrawal_reason, title=row.title)
    _tell_the_press(row, targets=set(row.links.values_list("target_id", flat=True)))
    document.refresh_from_db()


# -- Withheld texts are looked at again (条例 Art. 18) -----------------------------------------------------------


@transaction.atomic
def keep_withheld(*, document: Document, user: User, reason: str) -> None:
    """Record that a text was reassessed and that its ground still holds."""
    row = _locked(document)
    _require_role(user, REASSESSING, row)
    if row.attribute != Attribute.WITHHELD:
        raise DocumentRefused("attribute", _("Only a withheld text is reassessed."))
    if not reason.strip():
        raise DocumentRefused("reason", _("Say why the ground still holds."))
    row.reassessed_on = timezone.localdate()
    row.save(update_fields=["reassessed_on"])
    record(row, user, "document.kept_withheld", reason=reason.strip(), provision=row.attribute_provision)
    document.refresh_from_db()


@transaction.atomic
def decide_to_disclose(*, document: Document, user: User, decided_on: date) -> Revision:
    """Record that the ground has fallen away: the text becomes proactive, and its 20 working days begin."""
    row = _locked(document)
    _require_role(user, REASSESSING, row)
    if row.attribute == Attribute.PROACTIVE:
        raise DocumentRefused("attribute", _("The text is already for proactive disclosure."))
    provision = row.attribute_provision
    row.reassessed_on = decided_on
    row.save(update_fields=["reassessed_on"])
    record(row, user, "document.opened", decided_on=decided_on.isoformat(), provision=provision)
    opened = {
        "attribute": Attribute.PROACTIVE,
        "attribute_reason": "",
        "attribute_provision": "",
        "disclosure_decided_on": decided_on,
    }
    revision = _save(row, user, opened)
    document.refresh_from_db()
    return revision


# -- Series --------------------------------------------------------------------------------------------------


@transaction.atomic
def create_series(
    *, user: User, organ: Organ, name: str, slug: str, every_days: int | None = None, first_issue: int = 1
) -> Series:
    """Start a series of numbered issues."""
    if not user.has_role(Role.SITE_MANAGER, organ):
        raise DocumentRefused("role", _("Only a site manager of the organ may do this."))
    series = Series(organ=organ, name=name, slug=slug, every_days=every_days, first_issue=first_issue)
    series.full_clean()
    series.save()
    append(
        stream=f"series:{series.pk}",
        verb="series.created",
        actor=user.ledger_name,
        subject=f"series:{series.pk}",
        body={"name": name, "slug": slug, "every_days": every_days},
        organ=organ.code,
    )
    press.changed(f"series:{slug}")
    return series


@transaction.atomic
def amend_series(*, series: Series, user: User, **facts: Any) -> Series:
    """Change the name, the interval or the first number of a series, or close it: an end brings no alarm. Its address and
    organ stay."""
    row = Series.objects.select_for_update(of=("self",)).select_related("organ").get(pk=series.pk)
    if not user.has_role(Role.SITE_MANAGER, row.organ):
        raise DocumentRefused("role", _("Only a site manager of the organ may do this."))
    if facts.keys() - {"name", "every_days", "first_issue", "closed_on"}:
        raise DocumentRefused("field", _("The address and the organ of a series stay."))
    for name, value in facts.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    append(
        stream=f"series:{row.pk}",
        verb="series.amended",
        actor=user.ledger_name,
        subject=f"series:{row.pk}",
        body={
            name: value if isinstance(value, str | int | None) else str(value)
            for name, value in facts.items()
        },
        organ=row.organ.code,
    )
    press.changed(f"series:{row.slug}")
    return row


# -- Shared by the acts --------------------------------------------------------------------------------------


def _locked(document: Document) -> Document:
    return _locked_by_id(document.pk)


def _locked_by_id(pk: int) -> Document:
    """The row as it is now, held until the transaction ends."""
    return Document.objects.select_for_update().get(pk=pk)


def _require_role(user: User, roles: Collection[Role], document: Document) -> None:
    if not any(user.has_role(role, document.responsible) for role in roles):
        names = "、".join(str(role.label) for role in roles)
        raise DocumentRefused(
            "role",
            _("This takes one of the roles %(roles)s in %(organ)s or above.")
            % {"roles": names, "organ": document.responsible},
        )


def _tell_the_press(
    document: Document, *, targets: set[int], lane: Literal["people", "bulk"] = "people"
) -> None:
    """The document, everything it acts on or acted on, and all of them again on the days their validity turns."""
    touched = {document.pk, *targets, *document.links.values_list("target_id", flat=True)}
    keys = [f"document:{pk}" for pk in sorted(touched)]
    if document.series is not None:
        keys.append(f"series:{document.series.slug}")
    press.changed(*keys, lane=lane)
    today = timezone.localdate()
    turning = timelines(Document.objects.filter(pk__in=touched))
    by_day: dict[date, list[str]] = {}
    for pk, timeline in turning.items():
        for day in rules.turns_after(timeline, today):
            by_day.setdefault(day, []).append(f"document:{pk}")
    for day, changes in sorted(by_day.items()):
        press.changed(*changes, lane=lane, not_before=timezone.make_aware(datetime.combine(day, time.min)))
