"""Telling the press which pages of statistics a request or a remedy has changed: those of the years it counts in, of its
organ and the organs above it, and no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.casework.models import Case, Event
from gongkai.engines.casework.services import OPENED
from gongkai.engines.press.models import Change
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests.models import Request

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_COUNTING: Final = frozenset({OPENED, "confirm"})
"""Acts before the end of a request that change a number: it counts from its receipt, everything else once it has ended."""
DAY: Final = "statistics-day"
"""The change that says: it is another day."""


def key(organ: str, year: int | str = "") -> str:
    """The change that says: a number of this organ, or of one below it, is another in a year (or in some year)."""
    return f"statistics:{organ}:{year}"


def years_touched(received: dt.date, closed: dt.date | None, today: dt.date) -> set[int]:
    """The years in which a case that has just come in or ended counts otherwise than before: when it was received, and from
    the year it ended (which may be entered later) to this one. Between them it was open, and stays so."""
    last = min(closed or today, today)
    return {received.year, *range(last.year, today.year + 1)}


def tell(request: Request, event: Event, **_facts: Any) -> None:
    """Something was done to a request."""
    case = request.case
    if case.state != "unconfirmed" and (case.closed_on is not None or event.action in _COUNTING):
        announce([case])


def tell_of_cases(cases: Iterable[Case], **_facts: Any) -> None:
    """Remedies have changed, or requests have been taken over."""
    announce(cases)


def announce_day() -> None:
    """A day has begun. Every page says on which day it was counted, and what fell due yesterday and is open is overdue,
    without anybody having done anything."""
    with transaction.atomic():
        press.changed(DAY, lane="bulk")


def announce(cases: Iterable[Case]) -> None:
    """Name every organ and year once, on the slow lane; and the turn of the year, when the year becomes a whole one."""
    today = timezone.localdate()
    paths: dict[str, set[int]] = {}
    for case in cases:
        paths.setdefault(case.organ.path, set()).update(
            years_touched(case.received_on, case.closed_on, today)
        )
    codes = dict(Organ.objects.filter(pk__in=_ids(paths)).values_list("pk", "code"))
    changes: set[str] = set()
    for path, years in paths.items():
        for organ in (codes[pk] for pk in _ids([path])):
            changes |= {key(organ), *(key(organ, year) for year in years)}
    if changes:
        press.changed(*sorted(changes), lane="bulk")
        _at_new_year(sorted(changes), today)


def _ids(paths: Iterable[str]) -> set[int]:
    return {int(part) for path in paths for part in path.split("/") if part}


def _at_new_year(changes: Iterable[str], today: dt.date) -> None:
    """On 1 January the year that ran is whole, and what is open is carried into the next: the pages are due then, once."""
    organs = {change.split(":")[1] for change in changes}
    following = today.year + 1
    wanted = {key(organ, year) for organ in organs for year in (today.year, following)} | set(
        map(key, organs)
    )
    moment = dt.datetime(following, 1, 1, 0, 1, tzinfo=_SHANGHAI)
    waiting = Change.objects.filter(key__in=wanted, not_before=moment).values_list("key", flat=True)
    new = wanted - set(waiting)
    if new:
        press.changed(*sorted(new), lane="bulk", not_before=moment)
