"""Redacting a document: mark, burn, let a second person look, release. Every act is in the ledger, without the text.

条例 Art. 37: what can be severed is given out, and the reasons for the rest are told.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.letters.fonts import TypefaceMissing
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import keep_made
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.redaction import isolation
from gongkai.wings.disclosure.redaction.errors import RedactionRefused, unreadable
from gongkai.wings.disclosure.redaction.geometry import Box
from gongkai.wings.disclosure.redaction.models import (
    CONFIRMING_ROLES,
    WORKING_ROLES,
    Mark,
    MarkState,
    Redaction,
    RedactionState,
)
from gongkai.wings.disclosure.redaction.rules import PRIVACY, UnknownReason, legend, reason
from gongkai.wings.disclosure.redaction.sheets import legend_sheets

MARK_LIMIT = 2000
WORD_LIMIT = 50
LETTER_LIMIT = 100
KINDS = ("id_card", "mobile", "landline", "bank_card")
PREVIEW_DPI, LARGE_DPI = 96, 200
"""For finding one's way, and for seeing what can be read in small print."""


def start(*, subject: str, organ: Organ, source: StoredFile, actor: User) -> Redaction:
    """Take a document in for redaction. The source is only read. Raises ``ValidationError`` when it cannot be."""
    _check_role(actor, organ, WORKING_ROLES)
    try:
        sizes = isolation.sizes(source.path)
    except isolation.DocumentRefused as refusal:
        raise unreadable(refusal.code) from refusal
    with transaction.atomic():
        redaction = Redaction.objects.create(
            subject=subject, organ=organ, source=source, sizes=sizes, started_by=actor
        )
        _record(redaction, "started", actor, {"source": source.sha256, "pages": len(sizes)})
    return redaction


def suggest(
    *, redaction: Redaction, actor: User, words: Sequence[str] = (), kinds: Iterable[str] = KINDS
) -> list[Mark]:
    """Propose places where numbers of people or ``words`` stand in the text; a scan has none to be found.

    A place that is marked, proposed or rejected already is not proposed again. The words are not kept.
    """
    wanted = [word.strip() for word in words if word.strip()]
    faults = []
    if len(wanted) > WORD_LIMIT:
        faults.append(_("At most %d words at once.") % WORD_LIMIT)
    if any(len(word) > LETTER_LIMIT for word in wanted):
        faults.append(_("A word may have %d characters.") % LETTER_LIMIT)
    if faults:
        raise ValidationError({"words": faults})
    try:
        found = isolation.find(
            redaction.source.path, words=wanted, kinds=[kind for kind in kinds if kind in KINDS]
        )
    except isolation.DocumentRefused as refusal:
        raise unreadable(refusal.code) from refusal
    if len(found) > MARK_LIMIT:
        message = _(
            "More than %d places were found, and none was proposed. Search for less, or split the document."
        )
        raise ValidationError(message % MARK_LIMIT, code="found")
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        known = {_rounded(mark.box) for mark in redaction.marks.all()}
        new = [each for each in found if _rounded(each[0]) not in known]
        _check_room(redaction, len(new))
        marks = [
            Mark.objects.create(
                redaction=redaction,
                **_places(box),
                reason=PRIVACY,
                state=MarkState.PROPOSED,
                kind=kind,
                hint=hint[:120],
                marked_by=actor,
            )
            for box, kind, hint in new
        ]
        if marks:
            _touch(redaction)
        _record(redaction, "searched", actor, {"found": dict(Counter(mark.kind for mark in marks))})
    return marks


def mark(*, redaction: Redaction, box: Box, reason: str, actor: User) -> Mark:
    """Cover a place. What lies outside the page is cut off; raises ``ValidationError`` when nothing is left of it."""
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        place = _on_page(redaction, box)
        _check_reason(reason)
        _check_room(redaction, 1)
        made = Mark.objects.create(redaction=redaction, **_places(place), reason=reason, marked_by=actor)
        _touch(redaction)
        _record(redaction, "marked", actor, {"marks": [_told(made)]})
    return made


def accept(*, redaction: Redaction, marks: Iterable[int], reason: str, actor: User) -> int:
    """Cover proposed (or rejected) places after all, or give covered ones another reason."""
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        _check_reason(reason)
        chosen = list(redaction.marks.filter(pk__in=list(marks)))
        for each in chosen:
            each.state, each.reason, each.marked_by = MarkState.COVERED, reason, actor
            each.save()
        if chosen:
            _touch(redaction)
            _record(redaction, "marked", actor, {"marks": [_told(each) for each in chosen]})
    return len(chosen)


def unmark(*, redaction: Redaction, marks: Iterable[int], actor: User) -> int:
    """Do not cover these places: what was found stays rejected and is not proposed again, what was drawn goes away."""
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        chosen = list(redaction.marks.filter(pk__in=list(marks)).exclude(state=MarkState.REJECTED))
        for each in chosen:
            if each.kind == "hand":
                each.delete()
            else:
                each.state, each.marked_by = MarkState.REJECTED, actor
                each.save()
        if chosen:
            _touch(redaction)
            _record(redaction, "unmarked", actor, {"marks": [_told(each) for each in chosen]})
    return len(chosen)


def leave_repeats(*, redaction: Redaction, actor: User) -> None:
    """Decide that texts which are covered in one place may stay readable in others. Holds for the marks as they are."""
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        Redaction.objects.filter(pk=redaction.pk).update(repeats_seen=redaction.version)
        _record(redaction, "repeats-left", actor, {})


def burn(*, redaction: Redaction, actor: User) -> Redaction:
    """Make the redacted document and prove it. Takes about a fifth of a second a page.

    Refused: no marks or undecided proposals (marks), covered texts that stand elsewhere too (repeats), a result in which
    anything was found that must not be there (unproven), marks that were changed meanwhile (changed).
    """
    redaction = Redaction.objects.select_related("source", "organ").get(pk=redaction.pk)
    _check_role(actor, redaction.organ, WORKING_ROLES)
    _check_state(redaction, RedactionState.OPEN)
    covered = list(redaction.marks.filter(state=MarkState.COVERED))
    _check_marks(redaction, covered)
    boxes = [(each.box, each.reason) for each in covered]
    source = redaction.source.path
    with tempfile.TemporaryDirectory(prefix="gongkai-redaction-") as name:
        folder = Path(name)
        try:
            if redaction.repeats_seen != redaction.version:
                _check_repeats(isolation.repeats(source, boxes))
            sheets = legend_sheets(legend(boxes, timezone.localdate()), folder)
            target = folder / "result.pdf"
            _pages, faults = isolation.burn(source, boxes=boxes, legend=sheets, target=target)
        except isolation.DocumentRefused as refusal:
            raise unreadable(refusal.code) from refusal
        except TypefaceMissing as missing:
            raise ValidationError(str(missing), code=missing.code) from missing
        if faults:
            raise RedactionRefused(
                "unproven", _("The result did not pass the check, and was thrown away."), faults
            )
        with transaction.atomic():
            return _keep(redaction, covered, target, actor)


def _keep(redaction: Redaction, covered: Sequence[Mark], target: Path, actor: User) -> Redaction:
    locked = _open_one(redaction, actor)
    if locked.version != redaction.version:
        raise RedactionRefused("changed", _("The marks were changed meanwhile. Look at them and burn again."))
    # The name of the original may itself name a person.
    result = keep_made(made=target, name=f"redacted-{locked.pk}.pdf", actor=actor.ledger_name)
    locked.result, locked.state = result, RedactionState.BURNED
    locked.burned_by, locked.burned_at = actor, timezone.now()
    locked.save()
    locked.marks.update(hint="")
    facts = {
        "source": locked.source.sha256,
        "result": result.sha256,
        "marks": [_told(each) for each in covered],
    }
    _record(locked, "burned", actor, facts)
    return locked


def confirm(*, redaction: Redaction, actor: User) -> Redaction:
    """Release the result: a second person has looked at it, who neither began nor burned it."""
    with transaction.atomic():
        redaction = _locked(redaction)
        _check_role(actor, redaction.organ, CONFIRMING_ROLES)
        _check_state(redaction, RedactionState.BURNED)
        if actor.pk in (redaction.burned_by_id, redaction.started_by_id):
            raise RedactionRefused(
                "same-person",
                _("Somebody else must confirm: you have begun or burned this redaction yourself."),
            )
        assert redaction.result is not None
        redaction.state = RedactionState.RELEASED
        redaction.confirmed_by, redaction.confirmed_at = actor, timezone.now()
        redaction.save()
        _record(redaction, "confirmed", actor, {"result": redaction.result.sha256})
    return redaction


def reopen(*, redaction: Redaction, actor: User) -> Redaction:
    """Back to marking: the result no longer counts. Its file stays known to the ledger by its hash."""
    with transaction.atomic():
        redaction = _locked(redaction)
        _check_role(actor, redaction.organ, WORKING_ROLES)
        _check_state(redaction, RedactionState.BURNED)
        assert redaction.result is not None
        _record(redaction, "reopened", actor, {"result": redaction.result.sha256})
        redaction.result, redaction.state = None, RedactionState.OPEN
        redaction.burned_by = redaction.burned_at = None
        redaction.save()
    return redaction


def discard(*, redaction: Redaction, actor: User) -> Redaction:
    """Throw away what was begun by mistake, for good. What was found is forgotten, that it was begun is not."""
    with transaction.atomic():
        redaction = _open_one(redaction, actor)
        redaction.state = RedactionState.DISCARDED
        redaction.save(update_fields=["state"])
        redaction.marks.update(hint="")
        _record(redaction, "discarded", actor, {"source": redaction.source.sha256})
    return redaction


def released(redaction: Redaction) -> StoredFile:
    """The file that may be given out. Raises ``RedactionRefused``: not-released."""
    if redaction.state != RedactionState.RELEASED or redaction.result is None:
        raise RedactionRefused("not-released", _("The redacted document has not been confirmed yet."))
    return redaction.result


def page_picture(redaction: Redaction, *, page: int, of: StoredFile, dpi: int = PREVIEW_DPI) -> bytes:
    """One page of the original or of the result as PNG. Raises ``ValidationError``."""
    assert of.pk in (redaction.source_id, redaction.result_id)
    try:
        return isolation.picture(of.path, page=page, dpi=dpi)
    except isolation.DocumentRefused as refusal:
        raise unreadable(refusal.code) from refusal


def log(redaction: Redaction) -> dict[str, Any]:
    """What was covered, where, why, by whom and when, with the hashes before and after; never what stood there."""
    return {
        "redaction": redaction.pk,
        "subject": redaction.subject,
        "source_sha256": redaction.source.sha256,
        "result_sha256": redaction.result.sha256 if redaction.result else None,
        "burned": _act(redaction.burned_by, redaction.burned_at),
        "confirmed": _act(redaction.confirmed_by, redaction.confirmed_at),
        "marks": [
            _told(each) | {"by": each.marked_by.ledger_name, "at": each.marked_at.isoformat()}
            for each in redaction.marks.filter(state=MarkState.COVERED).select_related("marked_by")
        ],
    }


def _act(user: User | None, at: Any) -> dict[str, str] | None:
    return {"by": user.ledger_name, "at": at.isoformat()} if user else None


def _check_role(actor: User, organ: Organ, roles: Iterable[Role]) -> None:
    if not any(actor.has_role(role, organ) for role in roles):
        names = "、".join(str(role.label) for role in roles)
        raise RedactionRefused("role", _("This is for other roles in this organ: %s.") % names)


def _check_state(redaction: Redaction, wanted: RedactionState) -> None:
    if redaction.state != wanted:
        message = _("This cannot be done while the redaction is: %s.") % redaction.get_state_display()
        raise RedactionRefused("state", message)


def _check_reason(code: str) -> None:
    try:
        reason(code, timezone.localdate())
    except UnknownReason as unknown:
        raise ValidationError({"reason": [_("Choose a reason.")]}) from unknown


def _check_room(redaction: Redaction, more: int) -> None:
    if redaction.marks.count() + more > MARK_LIMIT:
        raise ValidationError(
            _("A document may have %d marks. Cover larger places.") % MARK_LIMIT, code="marks"
        )


def _check_marks(redaction: Redaction, covered: Sequence[Mark]) -> None:
    undecided = redaction.marks.filter(state=MarkState.PROPOSED).count()
    if undecided:
        message = _("%d proposals are undecided. Cover or reject them first.") % undecided
        raise RedactionRefused("marks", message)
    if not covered:
        raise RedactionRefused("marks", _("Nothing is marked, so nothing would be covered."))


def _check_repeats(pages: Sequence[int]) -> None:
    if pages:
        raise RedactionRefused(
            "repeats",
            _("A text that you cover can still be read elsewhere, on these pages: %s.")
            % "、".join(str(page) for page in pages),
            [_("Search for the words and cover them there too, or decide that they stay.")],
        )


def _on_page(redaction: Redaction, box: Box) -> Box:
    if not 1 <= box.page <= redaction.pages:
        raise ValidationError({"page": [_("The document has %d pages.") % redaction.pages]})
    numbers = (box.left, box.top, box.width, box.height)
    width, height = redaction.sizes[box.page - 1]
    place = box.within(width, height) if all(abs(number) < 1e6 for number in numbers) else None
    if place is None or place.width < 1 or place.height < 1:
        message = _(
            "The place must lie on the page (%(width)d × %(height)d points), one point or more each way."
        )
        raise ValidationError({"place": [message % {"width": width, "height": height}]})
    return place


def _locked(redaction: Redaction) -> Redaction:
    Redaction.objects.select_for_update().get(pk=redaction.pk)
    return Redaction.objects.select_related("source", "organ", "result").get(pk=redaction.pk)


def _open_one(redaction: Redaction, actor: User) -> Redaction:
    """Locked, being marked, and the actor may."""
    locked = _locked(redaction)
    _check_role(actor, locked.organ, WORKING_ROLES)
    _check_state(locked, RedactionState.OPEN)
    return locked


def _touch(redaction: Redaction) -> None:
    redaction.version += 1
    redaction.save(update_fields=["version"])


def _places(box: Box) -> dict[str, Any]:
    return {
        "page": box.page,
        "left": round(box.left, 2),
        "top": round(box.top, 2),
        "width": round(box.width, 2),
        "height": round(box.height, 2),
    }


def _rounded(box: Box) -> tuple[int, ...]:
    return box.page, round(box.left), round(box.top), round(box.width), round(box.height)


def _told(mark: Mark) -> dict[str, Any]:
    return {
        "page": mark.page,
        "box": [mark.left, mark.top, mark.width, mark.height],
        "reason": mark.reason,
        "kind": mark.kind,
    }


def _record(redaction: Redaction, verb: str, actor: User, body: Mapping[str, Any]) -> None:
    append(
        stream=redaction.ledger_stream,
        verb=f"redaction.{verb}",
        actor=actor.ledger_name,
        subject=redaction.subject,
        body={"redaction": redaction.pk, **body},
        organ=redaction.organ.code,
    )
