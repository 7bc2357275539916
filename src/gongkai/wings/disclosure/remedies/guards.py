"""What stands against an act on a remedy beyond state and role: each guard answers with the reason, or None."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.registry import Attempt, Guard
from gongkai.wings.disclosure.remedies import rules


def _day(facts: Mapping[str, Any] | None, name: str) -> dt.date | None:
    value = (facts or {}).get(name)
    return dt.date.fromisoformat(value) if value else None


def law_of_2023(attempt: Attempt) -> str | None:
    """The revised 行政复议法 is for what was filed from its first day on."""
    if attempt.case.received_on < rules.REVISED_ON:
        return _("Filed before %s: the law before the revision applies.") % rules.REVISED_ON
    return None


def law_of_2017(attempt: Attempt) -> str | None:
    if attempt.case.received_on >= rules.REVISED_ON:
        return _("Filed since %s: the revised law applies.") % rules.REVISED_ON
    return None


def admitted_in_order(attempt: Attempt) -> str | None:
    """Filed, admitted, told to the organ: in this order."""
    accepted = _day(attempt.facts, "accepted_on") or attempt.day
    if not attempt.case.received_on <= accepted <= attempt.day:
        return _(
            "It is admitted between the day of filing (%(filed)s) and that of the notice (%(notice)s)."
        ) % {
            "filed": attempt.case.received_on,
            "notice": attempt.day,
        }
    return None


def admitted_by_today(attempt: Attempt) -> str | None:
    """The period of a court runs from the day it admitted the case."""
    accepted = _day(attempt.facts, "accepted_on")
    if accepted is not None and accepted > attempt.day:
        return _("The day of admission lies in the future.")
    return None


def ordinary_procedure(attempt: Attempt) -> str | None:
    """Only the ordinary procedure is extended (行政复议法 Art. 62)."""
    clock = attempt.case.clocks.filter(code="decision", standing="running").first()
    return None if clock is not None else _("Only the ordinary procedure can take longer.")


def extended_once(attempt: Attempt) -> str | None:
    if attempt.case.events.filter(action__in=("extend", "extend_2017")).exists():
        return _("The period was extended already.")
    return None


def simplified_procedure(attempt: Attempt) -> str | None:
    """Only what runs in simplified procedure can change; the ordinary period counts from the admission."""
    clock = attempt.case.clocks.filter(code="decision_simplified", standing="running").first()
    if clock is None:
        return _("The case is in ordinary procedure.")
    accepted, given = clock.history[0].day, _day(attempt.facts, "accepted_on")
    if given is not None and given != accepted:
        return _("It was admitted on %s; the ordinary period counts from there.") % accepted
    return None


def result_fits_form(attempt: Attempt) -> str | None:
    """A decision of a given form counts as certain results only."""
    chosen = (attempt.facts or {}).get("form")
    if not chosen or not attempt.outcome:
        return None
    form, labels = rules.form(chosen), rules.results()
    if attempt.outcome in form.results:
        return None
    return _("“%(form)s” counts as “%(right)s”, not as “%(wrong)s”.") % {
        "form": form.label,
        "right": "、".join(labels[code] for code in form.results),
        "wrong": labels[attempt.outcome],
    }


def appeal_lapsed(attempt: Attempt) -> str | None:
    """Final only when nobody can appeal any more."""
    kept = attempt.case.clocks.filter(code="appeal").first()
    if kept is not None and kept.due_on is not None and attempt.day <= kept.due_on:
        return _("The period for appeal runs until %s.") % kept.due_on
    return None


def result_corrects(attempt: Attempt) -> str | None:
    """Only who set the answer aside, or found that there was none, orders another."""
    if attempt.case.outcome != "corrected":
        return _("Only a decision with the result “%s” orders a new answer.") % rules.results()["corrected"]
    return None


def ordered_once(attempt: Attempt) -> str | None:
    if attempt.case.events.filter(action="order_answer").exists():
        return _("The new answer was entered already.")
    return None


def ordered_in_order(attempt: Attempt) -> str | None:
    """The limit runs from the day the decision was made or later, and not from the future."""
    since, decided = _day(attempt.facts, "since"), attempt.case.closed_on
    if since is None or decided is None:
        return None
    if not decided <= since <= attempt.day:
        return _("The limit is counted from a day between the decision (%(decided)s) and today.") % {
            "decided": decided
        }
    return None


GUARDS: Final[Mapping[str, Guard]] = {
    guard.__name__: guard
    for guard in (
        law_of_2023,
        law_of_2017,
        admitted_in_order,
        admitted_by_today,
        ordinary_procedure,
        extended_once,
        simplified_procedure,
        result_fits_form,
        appeal_lapsed,
        result_corrects,
        ordered_once,
        ordered_in_order,
    )
}
