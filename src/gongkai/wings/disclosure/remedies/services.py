"""Entering remedies. What happens to them afterwards are acts on their case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.registry import Done
from gongkai.engines.casework.services import act, link, open_case
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.corrections.procedure import CODE as RECORD_CORRECTION
from gongkai.wings.disclosure.remedies import rules
from gongkai.wings.disclosure.remedies.procedure import KINDS, RECONSIDERATION, SUIT_AFTER, SUITS
from gongkai.wings.disclosure.remedies.signals import remedies_changed
from gongkai.wings.disclosure.requests.correspondence import letter_of
from gongkai.wings.disclosure.requests.reanswer import CONTESTABLE as ANSWERS
from gongkai.wings.disclosure.requests.reanswer import order_answer

LINK: Final = "remedy"
CONTESTABLE: Final = (*ANSWERS, RECORD_CORRECTION)
"""What a remedy can be sought against: requests, their new answers, refusals to correct a record (条例 Arts. 41, 51)."""
REMARKS: Final[Mapping[rules.Finding, Any]] = {
    "review_skipped": gettext_lazy(
        "Against not disclosing, reconsideration comes first since 2024-01-01 (行政复议法 Art. 23)."
    ),
    "late": gettext_lazy("Filed after the last day of the period."),
    "review_unknown": gettext_lazy("No reconsideration of this request is on record."),
    "review_pending": gettext_lazy("The reconsideration was not decided yet when the suit was filed."),
}


class Entered(NamedTuple):
    """A remedy on record, and what somebody should look at. Whether a suit is admitted is for the court, not for us."""

    case: Case
    remarks: tuple[str, ...]


def register_remedy(*, request: Case, kind: str, filed_on: dt.date, actor: Actor, title: str = "") -> Entered:
    """Enter a remedy against what was done with a request.

    What speaks against it (too late, review skipped) is remarked on and kept with the case, never refused: the reviewing
    organ or the court decides. The same remedy of the same day is refused: it was entered twice. Raises
    ``ValidationError`` by field, ``CaseRefused`` (role).
    """
    faults: dict[str, list[str]] = {}
    if kind not in KINDS:
        faults["kind"] = [_("Choose reconsideration or suit.")]
    if request.procedure not in CONTESTABLE:
        faults["request"] = [_("This case is not a request for information.")]
    if filed_on < request.received_on:
        faults["filed_on"] = [_("The request was received on %s only.") % request.received_on]
    elif filed_on > timezone.localdate():
        faults["filed_on"] = [_("The day lies in the future.")]
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=request.pk)  # who sends a form twice is second here
        twice = Case.objects.of(kind).filter(parent=request, received_on=filed_on).first()
        if twice is not None:
            message = _("It is on record already as %s; it would count twice in the annual report.")
            raise ValidationError({"filed_on": [message % twice.number]})
        found = findings(request, kind, filed_on)
        case = open_case(
            procedure_code=kind,
            organ=request.organ,
            actor=actor,
            title=title or request.title,
            received_on=filed_on,
            applicant=request.applicant,
            applicant_kind=request.applicant_kind,
            parent=request,
            facts={"findings": list(found)},
        )
        link(case=request, other=case, kind=LINK, actor=actor)
        remedies_changed.send(sender=Case, cases=[case])
    return Entered(case, tuple(str(REMARKS[code]) for code in found))


def findings(request: Case, kind: str, filed_on: dt.date) -> tuple[rules.Finding, ...]:
    """What the reviewing organ or the court will look at; words in ``REMARKS``. Periods are counted from the days on record
    here, which may lie before the day the applicant got the letter."""
    decided = bool(request.outcome) and request.closed_on is not None
    review = _review_before(request.pk, filed_on)
    contested = rules.Contested(
        regime=letter_of(request.outcome).regime if decided else "none",
        decided_on=request.closed_on if decided else None,
        reviewed=review is not None,
        review_closed_on=review.closed_on if review is not None else None,
    )
    known = cast(rules.Kind, kind)
    return tuple(rules.findings(known, filed_on=filed_on, contested=contested, calendar=calendar()))


def admit(
    *,
    case: Case,
    notice_on: dt.date,
    actor: Actor,
    accepted_on: dt.date | None = None,
    body: str = "",
    document: str = "",
) -> Event:
    """They admitted it in ordinary procedure; the organ has had the notice since ``notice_on``. Picks the law of the day it
    was filed. Raises ``CaseRefused``, ``ValidationError``."""
    facts: dict[str, Any] = {"accepted_on": accepted_on, "body": body, "document": document}
    action = "admit"
    if case.procedure not in SUITS and case.received_on < rules.REVISED_ON:
        action = "admit_2017"
    return act(case=case, action=action, actor=actor, day=notice_on, facts=facts)


def appeal(
    *, case: Case, by: str, accepted_on: dt.date, actor: Actor, day: dt.date | None = None, body: str = ""
) -> Event:
    """Somebody appealed, and the court of appeal admitted it. Raises ``CaseRefused``, ``ValidationError``."""
    facts = {"by": by, "accepted_on": accepted_on, "body": body}
    return act(case=case, action="appeal", actor=actor, day=day or accepted_on, facts=facts)


def record_result(
    *,
    case: Case,
    result: str,
    day: dt.date,
    actor: Actor,
    form: str = "",
    document: str = "",
    summary: str = "",
) -> Case:
    """Enter how a remedy ended: upheld, corrected, other. ``form`` says in which form of decision, and has to fit.

    For suits this is the final end; a judgment that may be appealed still is the act ``judge``. Raises ``CaseRefused``.
    """
    facts = {"form": form, "document": document, "summary": summary}
    action = "judge_appeal" if case.state == "appealed" else "decide"
    act(case=case, action=action, actor=actor, day=day, facts=facts, outcome=result)
    return case


def order_new_answer(
    *, case: Case, days: int, unit: str, since: dt.date, actor: Actor, day: dt.date, document: str = ""
) -> Event:
    """Enter that the decision orders an answer within a limit; the limit's clock starts. Raises ``CaseRefused``,
    ``ValidationError``."""
    facts = {"days": days, "unit": unit, "since": since, "document": document}
    return act(case=case, action="order_answer", actor=actor, day=day, facts=facts)


def start_new_answer(done: Done) -> None:
    """What follows from an order: the clock of its limit, on the request or on a case for the new answer."""
    contested, facts = done.case.parent, done.facts
    if contested is None or contested.procedure not in ANSWERS:
        raise CaseRefused("guard", _("There is no request on record that could be answered again."))
    document = facts.get("document") or done.case.fact("document") or done.case.number
    order_answer(
        case=contested,
        cause=done.case,
        days=int(facts["days"]),
        unit=facts["unit"],
        since=dt.date.fromisoformat(facts["since"]),
        order=str(document),
        day=done.event.day,
    )


def remedies_of(request: Case) -> list[Case]:
    """All remedies against what was done with a request, in the order they were filed."""
    return list(Case.objects.of(*KINDS).filter(parent=request).order_by("received_on", "id"))


def follows(case: Case) -> Case | None:
    """The reconsideration a suit comes after; None for the other kinds, or when none is on record."""
    if case.procedure != SUIT_AFTER or case.parent_id is None:
        return None
    return _review_before(case.parent_id, case.received_on)


def _review_before(request: int, day: dt.date) -> Case | None:
    """The reconsideration of a request decided last by a day; otherwise the last one that was filed by then."""
    filed = Case.objects.of(RECONSIDERATION).filter(parent=request, received_on__lte=day)
    decided = filed.filter(closed_on__lte=day).order_by("closed_on", "id").last()
    return decided or filed.order_by("received_on", "id").last()
