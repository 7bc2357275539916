"""What stands against an act on a request beyond state and role: each guard answers with the reason, or None."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Case, Event, Party
from gongkai.engines.casework.registry import Attempt, Guard
from gongkai.foundation.hanzi import fold
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.requests import fees, rules
from gongkai.wings.disclosure.requests.fee_counting import items_counted
from gongkai.wings.disclosure.requests.proactive import drafter_drafts


def corrected_text(case: Case) -> str:
    """What the applicant made of the description when asked to correct it (条例 Art. 30); empty where nobody asked."""
    came = newest(case, "receive_correction")
    return str(came.facts.get("text") or "").strip() if came else ""


def newest(case: Case, action: str) -> Event | None:
    """The newest act of this name on a case."""
    return case.events.filter(action=action).order_by("-seq").first()


def _day(facts: Mapping[str, Any] | None, name: str) -> dt.date | None:
    value = (facts or {}).get(name)
    return dt.date.fromisoformat(value) if value else None


# -- Arrival ---------------------------------------------------------------------------------------


def confirmation_day(attempt: Attempt) -> str | None:
    """A request is not received before it was handed in, nor confirmed after the act is entered (条例 Art. 31)."""
    confirmed = _day(attempt.facts, "confirmed_on")
    if confirmed is None:
        return None
    if confirmed < attempt.case.received_on:
        return _("It cannot be confirmed before it was handed in (%s).") % attempt.case.received_on
    if confirmed > attempt.day:
        return _("The confirmation cannot be later than the day it is entered.")
    return None


def handler_serves(attempt: Attempt) -> str | None:
    """Only somebody with a role in the organ can handle its request."""
    from gongkai.foundation.accounts.models import User

    chosen = (attempt.facts or {}).get("handler")
    if chosen is None:
        return None
    handler = User.objects.filter(pk=chosen, is_active=True).first()
    if handler is None or not (handler.is_superuser or handler.roles_in(attempt.case.organ)):
        return _("The person chosen has no role in this organ.")
    return None


def correction_in_time(attempt: Attempt) -> str | None:
    """Asked for within 7 working days of receipt (条例 Art. 30)."""
    limit = rules.limit("correction_notice", attempt.case.received_on)
    last = calendar().add(attempt.case.received_on, limit.days).date
    if attempt.day > last:
        return _("A correction may be asked for within 7 working days only, that was until %s.") % last
    return None


def correction_once(attempt: Attempt) -> str | None:
    """All points are named at one time (条例 Art. 30)."""
    return (
        _("A correction was asked for already; it may be asked only once.")
        if newest(attempt.case, "ask_correction")
        else None
    )


def correction_lapsed(attempt: Attempt) -> str | None:
    return period_lapsed(attempt, "correction")


def period_lapsed(attempt: Attempt, clock: str) -> str | None:
    """Whoever was given a period has it to its last day."""
    kept = attempt.case.clocks.filter(code=clock).first()
    if kept is not None and kept.due_on is not None and attempt.day <= kept.due_on:
        return _("The period runs until %s.") % kept.due_on
    return None


# -- Consultation ------------------------------------------------------------------------------------


def served_after_sent(attempt: Attempt) -> str | None:
    """An enquiry is received on or after the day it was sent, and not in the future (条例 Art. 32)."""
    served, sent = _day(attempt.facts, "served_on"), newest(attempt.case, "consult_third_party")
    if served is None or sent is None:
        return None
    if served < sent.day:
        return _("The enquiry was sent on %s only.") % sent.day
    if served > attempt.day:
        return _("The day lies in the future.")
    return None


def third_party_ended(attempt: Attempt) -> str | None:
    return _asking_ended(
        attempt, clock="third_party", asked="consult_third_party", answered="third_party_opinion"
    )


def organs_ended(attempt: Attempt) -> str | None:
    return _asking_ended(attempt, clock="other_organs", asked="consult_organs", answered="organ_opinion")


def _asking_ended(attempt: Attempt, *, clock: str, asked: str, answered: str) -> str | None:
    """Asking ends when all have answered or 15 working days are over; only time really spent asking is not counted
    (条例 Art. 33 ¶3), so the clock goes on from that day, not from the day somebody gets round to it."""
    case = attempt.case
    start = newest(case, asked)
    kept = case.clocks.filter(code=clock).first()
    if start is None or kept is None:
        return None
    lapses = kept.due_on
    questions = list(case.events.filter(action=asked, seq__gte=_first_of_round(case, asked)))
    answers = list(case.events.filter(action=answered, seq__gt=questions[0].seq))
    all_answered = {_who(event.facts) for event in questions} <= {_who(event.facts) for event in answers}
    if lapses is not None and attempt.day <= lapses and not all_answered:
        return _("Not everybody has answered, and the period runs until %s.") % lapses
    ended = _day(attempt.facts, "ended_on")
    if ended is None:
        return None
    days = [_day(event.facts, "received_on") or event.day for event in answers]
    latest = max(days) if all_answered and days else lapses
    if lapses is not None and latest is not None:
        latest = min(latest, lapses)
    if latest is not None and ended > latest:
        return _("The asking ended on %s at the latest; the clock goes on from there.") % latest
    if ended < start.day:
        return _("The asking began on %s only.") % start.day
    return None


def _first_of_round(case: Case, asked: str) -> int:
    """The first enquiry since the case was last being handled."""
    back = case.events.filter(to_state="handling").order_by("-seq").first()
    return back.seq if back else 0


def _who(facts: Mapping[str, Any]) -> str:
    """Whom a question or an answer is from or to, as names are compared: not by blanks, widths or scripts."""
    return fold(str(facts.get("third_party") or facts.get("asked_organ") or "")).replace(" ", "")


def asked_them(attempt: Attempt) -> str | None:
    """An opinion, or proof of service, is of somebody who was asked, and no older than the question (条例 Arts. 32, 34)."""
    if attempt.facts is None:
        return None
    case, asked = attempt.case, "consult_organs"
    if "third_party" in {fact.name for fact in attempt.action.facts}:
        asked = "consult_third_party"
    questions = case.events.filter(action=asked, seq__gte=_first_of_round(case, asked)).order_by("seq")
    theirs = [event for event in questions if _who(event.facts) == _who(attempt.facts)]
    if not theirs:
        names = dict.fromkeys(
            str(each.facts.get("third_party") or each.facts.get("asked_organ")) for each in questions
        )
        return _("Nobody of this name was asked. Asked were: %s.") % "、".join(names)
    received = _day(attempt.facts, "received_on")
    if received is not None and received < theirs[0].day:
        return _("The enquiry was sent on %s only.") % theirs[0].day
    if received is not None and received > attempt.day:
        return _("The day lies in the future.")
    return None


def silent(case: Case, asked: str, answered: str) -> list[str]:
    """Who was asked in this round and has not answered, as written, in the order of asking."""
    first = _first_of_round(case, asked)
    heard = {_who(event.facts) for event in _in_order(case, answered) if event.seq >= first}
    names = {
        _who(event.facts): str(event.facts.get("third_party") or event.facts.get("asked_organ"))
        for event in _in_order(case, asked)
        if event.seq >= first
    }
    return [name for who, name in names.items() if who not in heard]


def refusing_third_parties(case: Case) -> dict[str, str]:
    """Who refused with reasonable grounds, as compared and as written; the last word of each counts."""
    last = {_who(event.facts): event.facts for event in _in_order(case, "third_party_opinion")}
    return {
        who: str(facts.get("third_party")) for who, facts in last.items() if facts.get("opinion") == "refuses"
    }


def _not_overridden(case: Case) -> list[str]:
    done = {_who(event.facts) for event in _in_order(case, "override_third_party")}
    return [name for who, name in refusing_third_parties(case).items() if who not in done]


def _in_order(case: Case, action: str) -> Iterable[Event]:
    return case.events.filter(action=action).order_by("seq")


def third_party_refused(attempt: Attempt) -> str | None:
    """There is something to override only after a refusal with reasonable grounds, of whoever refused (条例 Art. 32)."""
    refusing = refusing_third_parties(attempt.case)
    if not refusing:
        return _("No third party has refused with reasonable grounds.")
    if attempt.facts is not None and _who(attempt.facts) not in refusing:
        return _("This third party has not refused with reasonable grounds. Refused have: %s.") % "、".join(
            refusing.values()
        )
    return None


def consultation_respected(attempt: Attempt) -> str | None:
    """What a third party refused with grounds is given out only after the public interest was weighed, and each that
    refused is told so (条例 Art. 32). Given out in part, what is withheld may be just that."""
    if attempt.outcome != "granted":
        return None
    left = _not_overridden(attempt.case)
    if not left:
        return None
    return _(
        "A third party refused with reasonable grounds (%s): disclosing needs the head's decision on the public interest."
    ) % "、".join(left)


# -- Time --------------------------------------------------------------------------------------------


def extension_once(attempt: Attempt) -> str | None:
    """The period is extended once, by at most 20 working days (条例 Art. 33 ¶2)."""
    if newest(attempt.case, "approve_extension"):
        return _("The period was extended already.")
    if _open_proposal(attempt.case):
        return _("An extension is proposed already and waits for the head.")
    return None


def extension_proposed(attempt: Attempt) -> str | None:
    if newest(attempt.case, "approve_extension"):
        return _("The period was extended already.")
    return None if _open_proposal(attempt.case) else _("No extension has been proposed.")


def _open_proposal(case: Case) -> bool:
    proposed, refused = newest(case, "propose_extension"), newest(case, "refuse_extension")
    return proposed is not None and (refused is None or refused.seq < proposed.seq)


def reply_not_overdue(attempt: Attempt) -> str | None:
    """What has run out cannot be extended."""
    if attempt.case.due_on is not None and attempt.day > attempt.case.due_on:
        return _("The period ended on %s; it cannot be extended any more.") % attempt.case.due_on
    return None


def reasons_once(attempt: Attempt) -> str | None:
    return _("Reasons were asked for already.") if newest(attempt.case, "ask_reasons") else None


def reasons_lapsed(attempt: Attempt) -> str | None:
    return period_lapsed(attempt, "reasons")


def reasons_received(attempt: Attempt) -> str | None:
    """A later day is for applicants whose reasons hold (条例 Art. 35)."""
    return None if newest(attempt.case, "receive_reasons") else _("The applicant has given no reasons.")


def postponed_once(attempt: Attempt) -> str | None:
    return _("A later day was set already.") if newest(attempt.case, "postpone") else None


# -- Fee ---------------------------------------------------------------------------------------------


def fee_of(facts: Mapping[str, Any], on: dt.date) -> fees.Fee:
    """The fee of an act's facts by the scale chosen (国办函〔2020〕109号)."""
    quantity = int(facts["quantity"])
    if facts["scale"] == "items":
        return fees.by_items(quantity, on, charged=int(facts.get("charged", 0)))
    return fees.by_pages(quantity, on)


def fee_in_force(attempt: Attempt) -> str | None:
    """Requests received before the rules came into force are free."""
    if not fees.in_force(attempt.case.received_on):
        return _("There is no processing fee for requests received before 2021-01-01.")
    return None


def fee_above_zero(attempt: Attempt) -> str | None:
    if attempt.facts is None or not fees.in_force(attempt.case.received_on):
        return None
    if fee_of(attempt.facts, attempt.case.received_on).amount == 0:
        return _("By this scale nothing is due.")
    return None


def fee_once(attempt: Attempt) -> str | None:
    return (
        _("A fee was charged already; one request is charged once.")
        if newest(attempt.case, "charge_fee")
        else None
    )


def payment_complete(attempt: Attempt) -> str | None:
    charged = newest(attempt.case, "charge_fee")
    if attempt.facts is None or charged is None:
        return None
    paid_on = _day(attempt.facts, "paid_on")
    if paid_on is not None and not charged.day <= paid_on <= attempt.day:
        return _("The payment lies between the notice (%s) and today.") % charged.day
    due = fee_of(charged.facts, attempt.case.received_on).amount
    if Decimal(attempt.facts["amount"]) != due:
        return _("%(due)s yuan are due, not %(paid)s.") % {"due": due, "paid": attempt.facts["amount"]}
    return None


def payment_lapsed(attempt: Attempt) -> str | None:
    return period_lapsed(attempt, "payment")


# -- Decision ----------------------------------------------------------------------------------------


def outcome_reached(attempt: Attempt) -> str | None:
    """Two ways to end need a step before them (条例 Arts. 30, 35)."""
    if attempt.outcome == "still_unclear" and newest(attempt.case, "receive_correction") is None:
        return _("“Still unclear after correction” needs a correction.")
    if attempt.outcome == "unreasonable" and newest(attempt.case, "ask_reasons") is None:
        return _("The applicant has to be asked for reasons first.")
    return None


def earlier_reply_fits(attempt: Attempt) -> str | None:
    """What is called answered already was answered to this applicant (条例 Art. 36 (六)). Replies of before this system
    are on nobody's record and are taken as they are given."""
    from gongkai.engines.letters.models import Letter, LetterState
    from gongkai.engines.letters.registry import kind_of

    number = str((attempt.facts or {}).get("earlier_number") or "").strip()
    if attempt.outcome != "duplicate" or not number or attempt.case.applicant is None:
        return None
    letter = Letter.objects.filter(
        organ_id=attempt.case.organ_id, number=number, state=LetterState.APPROVED
    ).first()
    if letter is None:
        return None
    same = Party.objects.same_as(attempt.case.applicant)
    answered = Case.objects.filter(pk=letter.subject.removeprefix("case:"), applicant__in=same.values("pk"))
    if not kind_of(letter.kind).outcomes or not answered.exists():
        return _("%s is no reply to a request of this applicant.") % number
    return None


def letter_sound(attempt: Attempt) -> str | None:
    """The letter that goes out is the one the linter has passed."""
    from gongkai.wings.disclosure.requests.correspondence import decision_faults

    faults = decision_faults(attempt.case, attempt.day)
    return " ".join(faults) if faults else None


# -- Afterwards --------------------------------------------------------------------------------------


def was_disclosed(attempt: Attempt) -> str | None:
    """Only what could be disclosed may become proactive (条例 Art. 44)."""
    return (
        None if attempt.case.outcome in ("granted", "partial") else _("Nothing was disclosed in this case.")
    )


def proactive_once(attempt: Attempt) -> str | None:
    return _("It is being published already.") if newest(attempt.case, "make_proactive") else None


def _all() -> dict[str, Callable[[Attempt], str | None]]:
    return {
        guard.__name__: guard
        for guard in (
            confirmation_day,
            handler_serves,
            correction_in_time,
            correction_once,
            correction_lapsed,
            served_after_sent,
            asked_them,
            third_party_ended,
            organs_ended,
            third_party_refused,
            consultation_respected,
            extension_once,
            extension_proposed,
            reply_not_overdue,
            reasons_once,
            reasons_lapsed,
            reasons_received,
            postponed_once,
            fee_in_force,
            fee_above_zero,
            items_counted,
            fee_once,
            payment_complete,
            payment_lapsed,
            outcome_reached,
            earlier_reply_fits,
            letter_sound,
            was_disclosed,
            proactive_once,
            drafter_drafts,
        )
    }


GUARDS: Final[Mapping[str, Guard]] = _all()
