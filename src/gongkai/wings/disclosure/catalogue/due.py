"""When what a limit asks falls due. Pure: the day and the calendar are arguments.

Working days follow the State Council's calendar (``foundation.workdays``), the first day not counted (民法典 Art. 201). A
length in calendar days that would end on a day off ends on the next working day (Art. 203); a date named outright
(1月31日) does not move. 条例 Art. 26 is behind every limit that has no number of its own: 20 working days.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from typing import Final, NamedTuple

from gongkai.foundation.workdays import Calendar
from gongkai.wings.disclosure.catalogue.limits import Every, Kind, Limit, Rule, Unit

OUTER_LIMIT: Final = 20
"""Working days: 条例 Art. 26, first sentence."""
SOON: Final = 5
"""Working days before a due day from which it is called near. The organ's practice, not the law's."""


class Due(NamedTuple):
    """A day something must be public by. ``since``: what is published from this day on counts as done.

    ``by_law``: the limit has no number, 条例 Art. 26 gives it. ``provisional``: it rests on a year without a holiday notice.
    """

    day: dt.date
    since: dt.date
    rule: Rule | None
    by_law: bool = False
    provisional: bool = False


# -- After an event --------------------------------------------------------------------------------------------


def due_after(limit: Limit, event_on: dt.date, days: Calendar, *, event: str | None = None) -> Due:
    """When what happened on a day must be public: the strictest general rule of the limit, else 条例 Art. 26.

    ``event`` None is the event the limit speaks of, whichever; FORMED only that information came into being. Rules for a
    part of the row ("其中行政许可…") do not hold for all of it.
    """
    rules = [
        rule for rule in limit.of(Kind.WITHIN, Kind.BEFORE) if not rule.scope and event in (None, rule.event)
    ]
    found = [due_by(rule, event_on, days) for rule in rules]
    if found:
        return min(found, key=lambda due: due.day)
    day, provisional = days.add(event_on, OUTER_LIMIT)
    return Due(day, event_on, None, by_law=True, provisional=provisional)


def due_by(rule: Rule, event_on: dt.date, days: Calendar) -> Due:
    """When one rule makes an event's information due."""
    if rule.kind is Kind.BEFORE:
        return Due(_before(rule, event_on, days), event_on - dt.timedelta(days=366), rule)
    if rule.unit is Unit.WORKDAY:
        day, provisional = days.add(event_on, rule.number)
        return Due(day, event_on, rule, provisional=provisional)
    if rule.number == 0 or rule.unit is Unit.HOUR:
        return Due(event_on + dt.timedelta(days=-(-rule.number // 24)), event_on, rule)
    day, provisional = days.next_workday(_later(event_on, rule.number, rule.unit))
    return Due(day, event_on, rule, provisional=provisional)


def _later(day: dt.date, number: int, unit: Unit) -> dt.date:
    if unit is Unit.MONTH:
        return _months_later(day, number)
    if unit is Unit.YEAR:
        return _months_later(day, 12 * number)
    return day + dt.timedelta(days=number * (7 if unit is Unit.WEEK else 1))


def _before(rule: Rule, event_on: dt.date, days: Calendar) -> dt.date:
    """The last day that is still so long before an event."""
    if rule.unit is not Unit.WORKDAY:
        number = rule.number * (7 if rule.unit is Unit.WEEK else 1)
        return event_on - dt.timedelta(days=number)
    day, left = event_on, rule.number
    while left:
        day -= dt.timedelta(days=1)
        left -= days.is_workday(day)
    return day


# -- Again and again -------------------------------------------------------------------------------------------


def periods(limit: Limit, today: dt.date, days: Calendar, *, since: dt.date) -> list[Due]:
    """The due days of everything periodic around ``today``: of each rule the last that has passed (not before ``since``)
    and the next one."""
    found: list[Due] = []
    for rule in limit.of(Kind.PERIODIC):
        passed: Due | None = None
        for due in _turns(rule, today, days):
            if due.day >= today:
                found.append(due)
                break
            passed = due
        if passed is not None and passed.since >= since:
            found.append(passed)
    return sorted(found, key=lambda due: due.day)


def turns_between(limit: Limit, since: dt.date, until: dt.date, days: Calendar) -> list[Due]:
    """Everything periodic whose due day lies in a time, both days included, in order."""
    found: set[Due] = set()
    for rule in limit.of(Kind.PERIODIC):
        assert rule.every is not None
        step = _STEPS.get(rule.every, 31)
        around = since
        while True:
            found.update(due for due in _turns(rule, around, days) if since <= due.day <= until)
            if around > until:
                break
            around += dt.timedelta(days=step)
    return sorted(found, key=lambda due: (due.day, due.since, due.rule.words if due.rule else ""))


_STEPS: Final = {Every.DAY: 1, Every.WEEK: 7}
"""Days from one look around to the next, so that no turn is passed over."""


def _turns(rule: Rule, today: dt.date, days: Calendar) -> Iterable[Due]:
    """The due days of a rule from well before today until well after, in order."""
    assert rule.every is not None
    if rule.every in (Every.DAY, Every.WEEK):
        length = 1 if rule.every is Every.DAY else 7
        start = today - dt.timedelta(days=today.weekday() if length == 7 else 0)
        for back in (1, 0):
            begin = start - dt.timedelta(days=length * back)
            yield Due(begin + dt.timedelta(days=length - 1), begin, rule)
        return
    months = _MONTHS[rule.every]
    first = dt.date(today.year, (today.month - 1) // months * months + 1, 1)
    for turn in range(-2, 3):
        begin = _months_later(first, months * turn)
        yield _turn(rule, begin, _months_later(begin, months) - dt.timedelta(days=1), days)


def _turn(rule: Rule, begin: dt.date, end: dt.date, days: Calendar) -> Due:
    """The due day of the period from ``begin`` to ``end``."""
    if rule.day:
        month = _months_later(begin, rule.month - 1)
        last = monthrange(month.year, month.month)[1]
        return Due(month.replace(day=min(rule.day, last)), begin, rule)
    if rule.number:
        following = end + dt.timedelta(days=1)
        counted = due_by(
            Rule(kind=Kind.WITHIN, words=rule.words, number=rule.number, unit=rule.unit), end, days
        )
        return Due(counted.day, following, rule, provisional=counted.provisional)
    return Due(end, begin, rule)


_MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def _months_later(day: dt.date, months: int) -> dt.date:
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def near_until(today: dt.date, days: Calendar) -> dt.date:
    """The last day that counts as near."""
    return days.add(today, SOON).date
