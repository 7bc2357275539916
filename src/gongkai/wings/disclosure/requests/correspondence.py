"""The letters of a request: which act writes which, and what must be right before one goes out."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils import timezone

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.models import Case, CaseFile, PartyKind
from gongkai.engines.casework.registry import Done
from gongkai.engines.casework.services import attach
from gongkai.engines.letters.declarations import LetterKind, Reader
from gongkai.engines.letters.models import Letter, LetterState
from gongkai.engines.letters.registry import kind_of, kinds
from gongkai.engines.letters.remedies import remedies
from gongkai.engines.letters.services import (
    LetterRefused,
    approve_letter,
    drop_drafts,
    faults_of,
    write_letter,
)
from gongkai.foundation.organs.models import Organ, OrganKind
from gongkai.wings.disclosure.requests.guards import corrected_text, fee_of, newest
from gongkai.wings.disclosure.requests.models import Request, SupplyWay
from gongkai.wings.disclosure.requests.reanswer import asked_first
from gongkai.wings.disclosure.requests.terms import DISCLOSED

_ASKED_LENGTH: Final = 300
_DECISION: Final = "decision"
_REVIEW_BY_GOVERNMENTS: Final = dt.date(2024, 1, 1)
_ADDRESSEES: Final = {"to_third_party": "third_party", "to_organ": "asked_organ"}

log = logging.getLogger(__name__)


def acknowledge(request: Request) -> None:
    """The receipt of registration."""
    case = request.case
    waiting = case.state == "unconfirmed"
    acknowledge_case(
        case,
        letter="receipt",
        facts={
            "due": case.due_on.isoformat() if case.due_on else "",
            "unconfirmed": "1" if waiting else "",
            "received": (request.submitted_on if waiting else case.received_on).isoformat(),
        },
    )


def acknowledge_case(case: Case, *, letter: str, facts: Mapping[str, str] | None = None) -> None:
    """A receipt. A name no typeface has keeps nobody from asking: the receipt then waits as a draft."""
    known = _common(case) | dict(facts or {})
    written = _write(case, letter, day=case.received_on, facts=known, actor=HOUSE)
    try:
        _send(case, written, actor=HOUSE)
    except LetterRefused as refusal:
        if refusal.code not in ("typeface", "sign"):
            raise
        log.warning("receipt of %s waits: %s", case.ledger_name, refusal)


def follow(done: Done) -> None:
    """Write the letter an act calls for, and send what can go out at once."""
    action = done.event.action
    if action == "return_draft":
        drop_drafts(subject=done.case.ledger_name, actor=done.actor.ledger_name)
    elif action == "approve":
        _approve_decision(done)
    elif action == "serve":
        _serve(done)
    else:
        rule = done.case.rules.action(action)
        if rule is not None and rule.letter:
            _write_for(done, rule.letter)


def decision_faults(case: Case, day: dt.date) -> list[str]:
    """What the linter has against the letter of the proposed decision, dated the day it would be approved."""
    letter = decision_of(case)
    if letter is None:
        return []
    letter.dated_on = day
    return [
        str(fault) for fault in faults_of(letter, today=timezone.localdate(), delivered_online=_online(case))
    ]


def decision_of(case: Case) -> Letter | None:
    """The letter of the decision as it stands: a draft, or what was approved."""
    return (
        Letter.objects.filter(
            subject=case.ledger_name, kind__in=[kind.code for kind in kinds() if kind.outcomes]
        )
        .exclude(state=LetterState.DROPPED)
        .order_by("-id")
        .first()
    )


def letter_of(outcome: str) -> LetterKind:
    """The letter that announces an outcome of this wing. Raises ``LookupError``."""
    found = next((kind for kind in kinds() if outcome in kind.outcomes), None)
    if found is None:
        raise LookupError(outcome)
    return found


def review_organ(organ: Organ, on: dt.date) -> str:
    """Who reviews: for a department the government of its level, for a government the one above it (行政复议法 2023 Art.
    24); until 2023-12-31 for a department also the one above it of its own line (行政复议法 2017 Art. 12)."""
    above = _governments_above(organ)
    if organ.kind == OrganKind.GOVERNMENT:
        return above[0] if above else "上一级人民政府"
    if organ.kind == OrganKind.OFFICE:  # acts for its government
        return above[1] if len(above) > 1 else "上一级人民政府"
    of_its_level = above[0] if above else "本级人民政府"
    return of_its_level if on >= _REVIEW_BY_GOVERNMENTS else f"{of_its_level}或者上一级主管部门"


def _governments_above(organ: Organ) -> list[str]:
    found, above = [], organ.parent
    while above is not None:
        if above.kind == OrganKind.GOVERNMENT:
            found.append(above.name)
        above = above.parent
    return found


# -- Writing -----------------------------------------------------------------------------------------


def _write_for(done: Done, letter: str) -> None:
    case = done.case
    if letter == _DECISION:
        _write(
            case,
            letter_of(case.outcome).code,
            day=done.event.day,
            facts=_common(case) | _words(done.facts),
            actor=done.actor,
            outcome=case.outcome,
        )
        return
    facts = _common(case) | _words(done.facts) | _extra(done, letter)
    written = _write(
        case,
        letter,
        day=done.event.day,
        facts=facts,
        actor=done.actor,
        outcome=case.outcome if kind_of(letter).outcomes else "",
        due_on=_clock_day(case, done.event.action),
    )
    _send(case, written, actor=done.actor)
    if letter == "third_party_enquiry":
        _send(
            case,
            _write(case, "third_party_answer", day=done.event.day, facts=facts, actor=done.actor),
            actor=done.actor,
        )


def _write(
    case: Case,
    kind: str,
    *,
    day: dt.date,
    facts: Mapping[str, str],
    actor: Actor,
    outcome: str = "",
    due_on: dt.date | None = None,
) -> Letter:
    known = kind_of(kind)
    return write_letter(
        kind=kind,
        subject=case.ledger_name,
        organ=case.organ,
        addressee=_addressee(case, known.direction, facts),
        dated_on=day,
        actor=actor.ledger_name,
        facts=facts,
        outcome=outcome,
        remedies=remedies(
            known.regime,
            day,
            review_organ=review_organ(case.organ, day),
            review_address=settings.GONGKAI_REVIEW_WAY if _online(case) else "",
        ),
        contact=_contact(case.organ),
        received_on=case.received_on,
        due_on=due_on,
        reader=_reader(case) if known.direction == "to_applicant" else "",
    )


def _send(case: Case, letter: Letter, *, actor: Actor) -> None:
    """Approve and file; what is meant for the applicant shows on the status page from now on."""
    approve_letter(
        letter=letter, actor=actor.ledger_name, today=timezone.localdate(), delivered_online=_online(case)
    )
    _file(case, letter, actor=actor, for_applicant=kind_of(letter.kind).direction == "to_applicant")


def _file(case: Case, letter: Letter, *, actor: Actor, for_applicant: bool) -> None:
    assert letter.pdf is not None
    attach(
        case=case,
        file=letter.pdf,
        title=f"{letter.title} {letter.number}".strip(),
        purpose="letter",
        actor=actor,
        for_applicant=for_applicant,
    )


def _approve_decision(done: Done) -> None:
    """The head's approval gives the letter its number and its day, and fixes it; the applicant sees it once it is served."""
    letter = decision_of(done.case)
    if letter is None:
        return
    Letter.objects.filter(pk=letter.pk, state=LetterState.DRAFT).update(
        dated_on=done.event.day,
        content=letter.content
        | {
            "remedies": remedies(
                letter_of(letter.outcome).regime,
                done.event.day,
                review_organ=review_organ(done.case.organ, done.event.day),
                review_address=settings.GONGKAI_REVIEW_WAY if _online(done.case) else "",
            )
        },
    )
    letter.refresh_from_db()
    approve_letter(
        letter=letter,
        actor=done.actor.ledger_name,
        today=timezone.localdate(),
        delivered_online=_online(done.case),
    )
    _file(done.case, letter, actor=done.actor, for_applicant=False)


def _serve(done: Done) -> None:
    """The reply and what goes with it are the applicant's now; the proof of delivery is filed."""
    case = done.case
    letter = decision_of(case)
    if letter is not None:
        CaseFile.objects.filter(case=case, file=letter.pdf, purpose="letter").update(for_applicant=True)
    CaseFile.objects.filter(pk__in=given_out(case)).update(for_applicant=True)
    rule = case.rules.action("serve")
    ways = {code: str(title) for fact in rule.facts for code, title in fact.choices} if rule else {}
    facts = {
        "served_letter": str(letter) if letter else case.number,
        "addressee_name": case.applicant.name if case.applicant else "",
        "served_by": ways.get(done.facts["way"], ""),
        "served_on": done.event.day.isoformat(),
        "proof": done.facts["proof"],
    }
    _send(
        case,
        _write(case, "delivery_receipt", day=done.event.day, facts=facts, actor=done.actor),
        actor=done.actor,
    )


def given_out(case: Case) -> list[int]:
    """The files of the case that go out with its reply: those of the decision that was approved, never those of one that
    was returned; and what was put to the case apart from it, as a redacted document, where something is disclosed and
    whoever approved could see it."""
    proposed = [
        event.facts.get("files") or []
        for event in case.events.filter(action="propose_decision").order_by("seq")
    ]
    named = {file for files in proposed for file in files}
    kept = set(proposed[-1]) if proposed else set()
    disclosed = case.outcome in DISCLOSED
    approved = newest(case, "approve")
    rows = CaseFile.objects.filter(case=case, purpose="answer").values_list("pk", "file", "added_at")
    return [
        pk
        for pk, file, added_at in rows
        if file in kept or (disclosed and file not in named and (approved is None or added_at <= approved.at))
    ]


# -- What letters say --------------------------------------------------------------------------------


def _common(case: Case) -> dict[str, str]:
    first = asked_first(case)
    request = Request.objects.filter(pk=first.pk).first()
    asked = _quoted(request.description if request else case.title)
    corrected = corrected_text(first)
    return {
        "request_number": first.number,
        "received": first.received_on.isoformat(),
        "order": str(case.fact("order") or "") if first.pk != case.pk else "",
        "asked": asked,
        "corrected": _quoted(corrected) if corrected else "",
    }


def _quoted(text: str) -> str:
    """What somebody wrote, in one line that ends, and not longer than a letter bears."""
    line = " ".join(text.split())
    line = line if len(line) <= _ASKED_LENGTH else line[: _ASKED_LENGTH - 1] + "…"
    return line if line.endswith(("。", "？", "！", "…")) else line + "。"


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if isinstance(value, str | int)}


def _extra(done: Done, letter: str) -> dict[str, str]:
    """What a letter says beyond the facts of its act."""
    case = done.case
    day = _clock_day(case, done.event.action)
    extra = {"until": day.isoformat()} if day else {}
    if letter == "fee_notice":
        fee = fee_of(done.facts, case.received_on)
        extra["scale"] = {"items": "按件计收", "pages": "按量计收"}[done.facts["scale"]]
        extra["charged"] = str(done.facts.get("charged") or "")
        extra |= {"working": "；".join(fee.lines()), "amount": str(fee.amount)}
    elif letter == "unpaid":
        charged = newest(case, "charge_fee")
        extra["amount"] = str(fee_of(charged.facts, case.received_on).amount) if charged else ""
    elif letter == "withdrawn":
        extra["ended"] = done.event.day.isoformat()
    return extra


def _clock_day(case: Case, action: str) -> dt.date | None:
    """The day a letter names is the day of the clock its act turns, never one typed in."""
    rule = case.rules.action(action)
    if rule is None or not rule.letter or rule.letter == _DECISION:
        return None
    if "until" not in kind_of(rule.letter).places:
        return None
    turned = [effect.clock for effect in rule.effects if effect.verb in ("start", "restart", "extend")]
    ended = [effect.clock for effect in rule.effects if effect.verb == "finish"]
    clock = case.clocks.filter(code=(turned or ended)[0]).first() if turned or ended else None
    return clock.due_on if clock else None


def _addressee(case: Case, direction: str, facts: Mapping[str, str]) -> str:
    if direction == "internal":
        return ""
    if direction in _ADDRESSEES:
        return facts.get(_ADDRESSEES[direction], "")
    return case.applicant.name if case.applicant else ""


def _reader(case: Case) -> Reader:
    kind = asked_first(case).applicant_kind
    return ("person" if kind == PartyKind.NATURAL else "organisation") if kind else ""


def _contact(organ: Organ) -> str:
    parts = [
        organ.disclosure_office and f"联系单位：{organ.disclosure_office}",
        organ.phone and f"电话：{organ.phone}",
    ]
    parts.append(organ.address and f"地址：{organ.address}")
    return "，".join(part for part in parts if part)


def _online(case: Case) -> bool:
    request = Request.objects.filter(pk=case.pk).only("supply_way").first()
    return request is not None and request.supply_way == SupplyWay.ONLINE
