"""Counting the requests of a month for the fee by items, from the records (国办函〔2020〕109号).

One applicant's requests to one organ that were received in one calendar month, up to and including this one. Those charged
by pages are left out (one request is charged by one scale only), and so are those that ended without a decision, which the
rules do not name: this project's reading, in favour of the applicant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Case, Event, Party
from gongkai.engines.casework.registry import Attempt, Proposal
from gongkai.wings.disclosure.requests.terms import CODE, UNDECIDED


class CountedRequests(NamedTuple):
    """The requests that count, this one the last, and how many of them an earlier notice has charged."""

    cases: tuple[Case, ...]
    charged: int


def requests_of_month(case: Case) -> CountedRequests:
    """What the records say for a request. Two look-ups, by the applicant and by the acts of what was found."""
    month = case.received_on.replace(day=1)
    same = Party.objects.same_as(case.applicant) if case.applicant else Party.objects.none()
    found = list(
        Case.objects.of(CODE)
        .filter(
            applicant__in=same,
            organ=case.organ_id,
            received_on__gte=month,
            received_on__lte=case.received_on,
        )
        .exclude(state="unconfirmed")
        .exclude(outcome__in=UNDECIDED)
        .order_by("received_on", "id")
    )
    until = [each for each in found if (each.received_on, each.pk) <= (case.received_on, case.pk)]
    notices = {
        event.case_id: event.facts
        for event in Event.objects.filter(case__in=until, action="charge_fee").order_by("seq")
    }
    by_pages = {pk for pk, facts in notices.items() if facts.get("scale") == "pages"}
    by_items = [int(facts["quantity"]) for facts in notices.values() if facts.get("scale") == "items"]
    return CountedRequests(tuple(each for each in until if each.pk not in by_pages), max(by_items, default=0))


def items_counted(attempt: Attempt) -> str | None:
    """The number charged by items is the one of the records, or it says why not."""
    facts = attempt.facts
    if facts is None or facts["scale"] != "items" or facts.get("counted_otherwise"):
        return None
    counted = requests_of_month(attempt.case)
    if (int(facts["quantity"]), int(facts.get("charged", 0))) == (len(counted.cases), counted.charged):
        return None
    return _(
        "By the records these are %(number)d requests of the month, %(charged)d of them charged already (%(which)s). "
        "Say why it is otherwise."
    ) % {
        "number": len(counted.cases),
        "charged": counted.charged,
        "which": "、".join(each.number for each in counted.cases),
    }


def proposed_fee(case: Case) -> Proposal:
    """What the form of the fee begins with: the number of the records, and which requests were counted."""
    counted = requests_of_month(case)
    values: Mapping[str, str] = {"quantity": str(len(counted.cases)), "charged": str(counted.charged)}
    lines = [
        _("Requests of this applicant received in %(month)s that count for the scale by requests: %(number)d")
        % {"month": case.received_on.strftime("%Y-%m"), "number": len(counted.cases)},
        *(f"{each.received_on:%Y-%m-%d} {each.number} {each.title}" for each in counted.cases),
    ]
    return Proposal(values, tuple(lines))
