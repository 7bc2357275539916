"""What is counted of the handling: asked to be corrected, extended, answered in time or late, overdue, and the days taken.

All of it counts requests that were handled here. Of those taken over from another system neither notices nor pauses are
known, so that their days would be guesses.

* Asked to be corrected, extended: of the requests concluded in the period, whenever the act itself was.
* Answered: concluded in the period by a decision; not those withdrawn, or given up as not corrected or not paid.
* In time or late: the clock of 条例 Art. 33 as it stood at the end. Days it stood still do not count, an extension does.
* Overdue: open at the end of the period (today, in a running one) with the statutory day in the past.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.clocks import ClockEntry, reckon
from gongkai.engines.casework.models import Case, Clock, Event
from gongkai.engines.figures import Dimension, Period
from gongkai.foundation.workdays import Calendar, calendar
from gongkai.wings.disclosure.requests.figures import (
    APPLICANTS,
    carried_out,
    concluded,
    figure_of_requests,
    source_of_requests,
)
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.terms import DECISIONS, art

REPLY: Final = "reply"
IN_TIME: Final = "in_time"
LATE: Final = "late"


def handled(period: Period) -> QuerySet[Case]:
    """Requests concluded in a period that were handled here."""
    return _here(concluded(period))


def _here(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.exclude(pk__in=Request.objects.filter(imported=True).values("case_id"))


def answered(period: Period) -> QuerySet[Case]:
    """Those of them that a decision ended, each with ``timely``: in time or late by its clock."""
    late = When(reply__due_on__lt=F("closed_on"), then=Value(LATE))
    return (
        handled(period)
        .filter(outcome__in=DECISIONS)
        .annotate(reply=FilteredRelation("clocks", condition=Q(clocks__code=REPLY)))  # one at most
        .annotate(timely=Choose(late, default=Value(IN_TIME), output_field=CharField()))
    )


def overdue(period: Period) -> QuerySet[Case]:
    """Open at the end of a period, or today, and due on an earlier day."""
    day = min(period.until, timezone.localdate())
    passed = Clock.objects.filter(case=OuterRef("pk"), code=REPLY, due_on__lt=day)
    return _here(carried_out(Period(period.since, day)).filter(Exists(passed)))


def _with_act(action: str) -> Callable[[Period], QuerySet[Case]]:
    def rows(period: Period) -> QuerySet[Case]:
        return handled(period).filter(Exists(Event.objects.filter(case=OuterRef("pk"), action=action)))

    return rows


TIMELINESS: Final = Dimension(
    code="timely", column="timely", values=((IN_TIME, _("In time")), (LATE, _("Late")))
)
SOURCES: Final = (
    source_of_requests("handled", handled, APPLICANTS, newest="closed_on"),
    source_of_requests("corrected", _with_act("ask_correction"), APPLICANTS, newest="closed_on"),
    source_of_requests("extended", _with_act("approve_extension"), APPLICANTS, newest="closed_on"),
    source_of_requests("answered", answered, TIMELINESS, newest="closed_on"),
    source_of_requests("overdue", overdue, APPLICANTS),
)

FIGURES: Final = (
    figure_of_requests("handled", _("Concluded here, with the whole record"), "handled", art(33)),
    figure_of_requests("corrected", _("Applicants asked to correct their request"), "corrected", art(30)),
    figure_of_requests("extended", _("Period extended"), "extended", art(33, 2)),
    figure_of_requests("answered", _("Answered"), "answered", art(33)),
    figure_of_requests("answered.in_time", _("Answered in time"), "answered", art(33, 2), timely=(IN_TIME,)),
    figure_of_requests("answered.late", _("Answered late"), "answered", art(33, 2), timely=(LATE,)),
    figure_of_requests("overdue", _("Not answered yet and overdue"), "overdue", art(33, 2)),
)


# -- Days --------------------------------------------------------------------------------------------


def days_taken(period: Period, *, organs: Sequence[int] | None = None) -> Mapping[int, Counter[int]]:
    """By organ: {working days: how many answers took them}, of the requests answered in a period.

    Days are those the clock of Art. 33 ran: from the day after receipt, or after the correction or payment that started
    it anew, to the reply, without those it stood still. Clocks that read alike are reckoned once.
    """
    clocks = Clock.objects.filter(code=REPLY, case__in=answered(period).values("pk"))
    if organs is not None:
        clocks = clocks.filter(case__organ_id__in=list(organs))
    found: dict[int, Counter[int]] = defaultdict(Counter)
    days = calendar()
    rows = (
        clocks.annotate(text=Cast("entries", TextField()))
        .order_by()
        .values_list("case__organ_id", "text")
        .annotate(number=Count("pk"))
    )
    known: dict[str, int] = {}
    for organ, text, number in rows.iterator(chunk_size=5_000):
        if text not in known:
            known[text] = _days_of(text, days)
        found[organ][known[text]] += number
    return found


def _days_of(text: str, days: Calendar) -> int:
    rows = json.loads(text)
    if len(rows) == 2 and rows[0][0] == "start" and rows[1][0] == "finish":  # most: nothing stopped it
        return days.count(dt.date.fromisoformat(rows[0][1]), dt.date.fromisoformat(rows[1][1])).days
    return reckon([ClockEntry.from_json(row) for row in rows], "workdays", days).used
