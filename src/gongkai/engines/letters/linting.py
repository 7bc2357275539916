"""A letter is checked before it goes out: everything that is wrong with it, at once. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from gongkai.engines.letters.composing import compose
from gongkai.engines.letters.declarations import LetterDraft, cites
from gongkai.engines.letters.remedies import needs_online_way, rule_of
from gongkai.foundation.identifiers import DocumentNumber, IdentifierError

_LEFT_OPEN = re.compile(r"[{}]|××+|[_＿]{2,}|（此处[^）]*）|TODO|待填")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFault:
    """One thing that is wrong: where, what, on which provision, and how to mend it.

    Codes: element, outcome, provision, remedies, number, date, due, open, addressee.
    """

    code: str
    where: str
    rule: str
    mend: str
    provision: str = ""

    def __str__(self) -> str:
        return f"{self.rule}{self.mend}"


def lint(
    draft: LetterDraft, *, today: dt.date, delivered_online: bool = False, number_pending: bool = False
) -> list[LetterFault]:
    """Every fault of a letter as it stands. ``number_pending``: it takes its number only when it is approved."""
    return [
        *_elements(draft),
        *_outcome(draft),
        *_provisions(draft),
        *_remedies(draft, delivered_online),
        *_number(draft, number_pending),
        *_days(draft, today),
        *_open_places(draft),
    ]


def _elements(draft: LetterDraft) -> Iterator[LetterFault]:
    provision = draft.kind.provisions[0] if draft.kind.provisions else ""
    for name in draft.kind.required:
        if not draft.facts.get(name, "").strip():
            yield LetterFault(
                code="element",
                where=name,
                rule=_("The letter does not say “%s”.") % name,
                mend=_("Fill it in."),
                provision=provision,
            )
    if not draft.addressee.strip() and draft.kind.direction != "internal":
        yield LetterFault(
            code="addressee",
            where="addressee",
            rule=_("The letter is addressed to nobody."),
            mend=_("Name its reader."),
        )
    if not draft.organ.strip():
        yield LetterFault(code="element", where="organ", rule=_("No organ signs."), mend=_("Name the organ."))


def _outcome(draft: LetterDraft) -> Iterator[LetterFault]:
    if draft.kind.outcomes and draft.outcome not in draft.kind.outcomes:
        yield LetterFault(
            code="outcome",
            where="outcome",
            rule=_("A letter of this kind does not announce the decision “%s”.") % (draft.outcome or "—"),
            mend=_("Choose the letter of the decision."),
        )
    if not draft.kind.outcomes and draft.outcome:
        yield LetterFault(
            code="outcome",
            where="outcome",
            rule=_("A letter of this kind announces no decision."),
            mend=_("Take the decision out, or choose its letter."),
        )


def _provisions(draft: LetterDraft) -> Iterator[LetterFault]:
    text = "".join(compose(draft).paragraphs)
    for provision in draft.kind.provisions:
        if not cites(text, provision):
            yield LetterFault(
                code="provision",
                where="paragraphs",
                rule=_("The letter does not cite %s.") % provision,
                mend=_("Restore the sentence that cites it."),
                provision=provision,
            )


def _remedies(draft: LetterDraft, delivered_online: bool) -> Iterator[LetterFault]:
    rule = rule_of(draft.kind.regime, draft.dated_on)
    if rule is None:
        if draft.remedies:
            yield LetterFault(
                code="remedies",
                where="remedies",
                rule=_("There is nothing to appeal against in a letter of this kind."),
                mend=_("Take the paragraph out."),
            )
        return
    if not draft.remedies:
        yield LetterFault(
            code="remedies",
            where="remedies",
            rule=_("The letter does not say how to appeal."),
            mend=_("Add the paragraph on review and suit."),
        )
        return
    missing = [words for words in rule.must_say if words not in draft.remedies]
    wrong = [words for words in rule.must_not_say if words in draft.remedies]
    if missing or wrong:
        yield LetterFault(
            code="remedies",
            where="remedies",
            rule=_(
                "On %(day)s the law gave other remedies than the letter says (missing: %(missing)s; wrong: %(wrong)s)."
            )
            % {"day": draft.dated_on, "missing": "、".join(missing) or "—", "wrong": "、".join(wrong) or "—"},
            mend=_("Take the wording of the day of the letter."),
        )
    if (
        delivered_online
        and needs_online_way(draft.kind.regime, draft.dated_on)
        and "在线" not in draft.remedies
    ):
        yield LetterFault(
            code="remedies",
            where="remedies",
            rule=_(
                "A letter delivered online has to name an online way to apply for review (行政复议法 Art. 22)."
            ),
            mend=_("Enter the address for online applications with the organ."),
        )


def _number(draft: LetterDraft, pending: bool) -> Iterator[LetterFault]:
    if not draft.kind.numbered or (pending and not draft.number):
        return
    try:
        if DocumentNumber.parse(draft.number).format() == draft.number:
            return
        fault: object = _("brackets 〔〕, no 第, no leading zero")
    except IdentifierError as refusal:
        fault = refusal
    if fault:
        yield LetterFault(
            code="number",
            where="number",
            rule=_("The document number “%(number)s” is not right: %(why)s")
            % {"number": draft.number, "why": fault},
            mend=_("Write it as 测府公开〔2020〕12号."),
        )


def _days(draft: LetterDraft, today: dt.date) -> Iterator[LetterFault]:
    if draft.dated_on > today:
        yield LetterFault(
            code="date",
            where="dated_on",
            rule=_("The letter is dated in the future."),
            mend=_("Date it today."),
        )
    if draft.received_on is not None and draft.dated_on < draft.received_on:
        yield LetterFault(
            code="date",
            where="dated_on",
            rule=_("The letter is older than what it answers (%s).") % draft.received_on,
            mend=_("Check the day."),
        )
    if draft.kind.due:
        said = draft.facts.get(draft.kind.due, "")
        if draft.due_on is not None and said and said != draft.due_on.isoformat():
            yield LetterFault(
                code="due",
                where=draft.kind.due,
                rule=_("The letter says %(said)s, the clock says %(clock)s.")
                % {"said": said, "clock": draft.due_on},
                mend=_("Take the day of the clock."),
            )


def _open_places(draft: LetterDraft) -> Iterator[LetterFault]:
    """What a draft was left with: braces, blanks, notes to oneself. Facts other people gave are not searched."""
    own = replace(draft, facts={name: "某" if value.strip() else "" for name, value in draft.facts.items()})
    for number, paragraph in enumerate(compose(own).paragraphs, start=1):
        if _LEFT_OPEN.search(paragraph):
            yield LetterFault(
                code="open",
                where=f"paragraph {number}",
                rule=_("Something in paragraph %d is still to be filled in.") % number,
                mend=_("Fill it in."),
            )
