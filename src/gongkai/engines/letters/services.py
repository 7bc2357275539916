"""Writing, approving and printing letters. Every act stands in the ledger; no letter leaves that the linter refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines.letters.composing import ComposedLetter, compose
from gongkai.engines.letters.declarations import Reader
from gongkai.engines.letters.docx import to_docx
from gongkai.engines.letters.fonts import TypefaceMissing
from gongkai.engines.letters.linting import LetterFault, lint
from gongkai.engines.letters.models import Letter, LetterState
from gongkai.engines.letters.pdf import Script, to_pdf
from gongkai.engines.letters.registry import kind_of
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.serials.services import take

NUMBER: Final = "{mark}公开〔{year}〕{serial}号"


class LetterRefused(PermissionDenied):
    """A letter may not go out as it stands, or may not change any more. Codes: faults, approved, typeface, sign."""

    def __init__(self, code: str, message: str, faults: Sequence[LetterFault] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.faults = tuple(faults)
        self.reasons = [str(fault) for fault in faults]


def write_letter(
    *,
    kind: str,
    subject: str,
    organ: Organ,
    addressee: str,
    dated_on: dt.date,
    actor: str,
    facts: Mapping[str, str],
    outcome: str = "",
    remedies: str = "",
    contact: str = "",
    attachments: Sequence[str] = (),
    received_on: dt.date | None = None,
    due_on: dt.date | None = None,
    reader: Reader = "",
) -> Letter:
    """Draft a letter. It may still say too little; ``approve_letter`` does not let it out then."""
    content: dict[str, Any] = {
        "addressee": addressee,
        "reader": reader,
        "facts": dict(facts),
        "remedies": remedies,
        "contact": contact,
        "attachments": list(attachments),
        "received_on": received_on.isoformat() if received_on else "",
        "due_on": due_on.isoformat() if due_on else "",
    }
    with transaction.atomic():
        letter = Letter.objects.create(
            kind=kind_of(kind).code,
            subject=subject,
            organ=organ,
            dated_on=dated_on,
            outcome=outcome,
            content=content,
        )
        _record(letter, "draft", actor, {"kind": kind})
    return letter


def faults_of(letter: Letter, *, today: dt.date, delivered_online: bool = False) -> list[LetterFault]:
    """What the linter has against a letter that has no number yet."""
    return lint(letter.draft(), today=today, delivered_online=delivered_online, number_pending=True)


def approve_letter(*, letter: Letter, actor: str, today: dt.date, delivered_online: bool = False) -> Letter:
    """Give a draft its number, print it with the organ's seal, and fix it for good. Raises ``LetterRefused`` with every
    fault."""
    with transaction.atomic():
        locked = Letter.objects.select_for_update(of=("self",)).select_related("organ").get(pk=letter.pk)
        if locked.state != LetterState.DRAFT:
            raise LetterRefused(
                "approved", _("This letter has gone out or was dropped; it does not change any more.")
            )
        if kind_of(locked.kind).numbered:
            locked.number = _take_number(locked.organ, locked.dated_on.year)
        faults = lint(locked.draft(), today=today, delivered_online=delivered_online)
        if faults:
            raise LetterRefused("faults", _("The letter cannot go out as it stands."), faults)
        locked.content = locked.content | {"words": asdict(compose(locked.draft()))}
        try:
            printed = print_pdf(locked)
        except TypefaceMissing as fault:
            raise LetterRefused(fault.code, str(fault)) from fault
        locked.pdf = store(content=printed, name=f"{locked.title}{locked.number}.pdf", actor=actor)
        locked.state = LetterState.APPROVED
        locked.save()
        _record(locked, "approve", actor, {"number": locked.number, "sha256": locked.pdf.sha256})
    letter.refresh_from_db()
    return letter


def drop_drafts(*, subject: str, actor: str) -> int:
    """Drop the drafts of a subject, as when a decision is returned. Approved letters stay."""
    dropped = 0
    with transaction.atomic():
        for letter in Letter.objects.select_for_update().filter(subject=subject, state=LetterState.DRAFT):
            letter.state = LetterState.DROPPED
            letter.save(update_fields=["state"])
            _record(letter, "drop", actor, {})
            dropped += 1
    return dropped


def print_pdf(letter: Letter, *, script: Script = "hans") -> bytes:
    """The letter as PDF. An approved one is printed from its fixed words, so the Simplified print is always the same."""
    day = letter.dated_on
    return to_pdf(
        _composed(letter),
        day=(day.year, day.month, day.day),
        script=script,
        head=kind_of(letter.kind).numbered,
        seal=_seal_of(letter),
    )


def print_docx(letter: Letter, *, script: Script = "hans") -> bytes:
    day = letter.dated_on
    return to_docx(
        _composed(letter),
        day=(day.year, day.month, day.day),
        script=script,
        head=kind_of(letter.kind).numbered,
        seal=_seal_of(letter),
    )


def _seal_of(letter: Letter) -> bytes | None:
    """The organ's seal, for what goes out; a blank form or an internal sheet has none."""
    seal = letter.organ.seal
    return seal.path.read_bytes() if seal is not None and kind_of(letter.kind).numbered else None


def _composed(letter: Letter) -> ComposedLetter:
    """The words fixed at approval; letters approved before they were kept are composed anew."""
    words = letter.content.get("words")
    if words is None:
        return compose(letter.draft())
    lists = {name: tuple(words[name]) for name in ("paragraphs", "attachments")}
    return ComposedLetter(**words | lists)


def _take_number(organ: Organ, year: int) -> str:
    """The next number of the organ's letters in a year."""
    mark = organ.document_mark or organ.short_name or organ.name
    return NUMBER.format(mark=mark, year=year, serial=take("letters", organ.code, year))


def _record(letter: Letter, verb: str, actor: str, body: Mapping[str, Any]) -> None:
    append(
        stream=f"letters:{letter.organ.code}",
        verb=f"letter.{verb}",
        actor=actor,
        organ=letter.organ.code,
        subject=f"letter:{letter.pk}",
        body={"of": letter.subject, **body},
    )
