"""Working days: is a day one, which day is the n-th after another, how many lie between two.

Every answer is two or three look-ups in tables built once per calendar, whatever the distance.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Literal, NamedTuple

from .derivation import DayAccount, Derivation
from .errors import CalendarError
from .layers import Mark, lay, lineage, local_folder, local_tables, packaged_tables
from .notices import FIRST_YEAR, LAST_YEAR, Notice, YearTable
from .statutory import SATURDAY, statutory_days


class Deadline(NamedTuple):
    """A working day. ``provisional``: it rests on a year whose notice is not known yet, and may move."""

    date: dt.date
    provisional: bool


class Count(NamedTuple):
    """A number of working days. ``provisional``: as in ``Deadline``."""

    days: int
    provisional: bool


class MarkedDay(NamedTuple):
    """A day that is not what its weekday says, or that a notice names. ``notice`` is None for an estimate."""

    day: dt.date
    name: str
    notice: Notice | None


class CalendarYear(NamedTuple):
    """One year as the calendar sees it. ``off`` and ``worked`` leave out ordinary weekends and weekdays."""

    year: int
    status: Literal["published", "provisional"]
    notices: tuple[Notice, ...]
    off: tuple[MarkedDay, ...]
    worked: tuple[MarkedDay, ...]
    workdays: int


class Calendar:
    """The working days of one jurisdiction from 1949 to 2150.

    Years with a notice are exact. All others hold weekends and statutory holidays only, and every answer that
    touches one says ``provisional``.
    """

    def __init__(self, jurisdiction: str, tables: Iterable[YearTable]) -> None:
        applicable = [table for table in tables if table.jurisdiction in lineage(jurisdiction)]
        self.jurisdiction = jurisdiction
        self._published = frozenset(table.year for table in applicable if table.jurisdiction == "CN")
        self._notices = {
            year: tuple(notice for table in applicable if table.year == year for notice in table.notices)
            for year in {table.year for table in applicable}
        }
        estimate: dict[dt.date, Mark] = {}
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            if year not in self._published:
                for day, name in statutory_days(year).items():
                    estimate[day] = Mark(off=True, name=name, notice=None)
        self._marks = lay(applicable, upon=estimate, source=jurisdiction)
        self._tabulate()

    def _tabulate(self) -> None:
        """Index every day by its distance from the first: working or not, working days so far, doubt so far."""
        self._first = dt.date(FIRST_YEAR, 1, 1).toordinal()
        last = dt.date(LAST_YEAR, 12, 31).toordinal()
        # The day with ordinal 1 was a Monday.
        working = bytearray((ordinal - 1) % 7 < SATURDAY for ordinal in range(self._first, last + 1))
        for day, mark in self._marks.items():
            index = day.toordinal() - self._first
            if 0 <= index < len(working):
                working[index] = not mark.off
        provisional = bytearray(len(working))
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            if year not in self._published:
                begin = dt.date(year, 1, 1).toordinal() - self._first
                end = dt.date(year, 12, 31).toordinal() - self._first + 1
                provisional[begin:end] = b"\1" * (end - begin)
        self._working = working
        self._doubtful = provisional
        self._days = len(working)
        self._elapsed = array("I", accumulate(working))
        self._doubt = array("I", accumulate(provisional))
        self._workdays = array("I", (self._first + index for index, works in enumerate(working) if works))

    def _index(self, day: dt.date) -> int:
        # A datetime is a date too, but its day depends on a time zone; the exact type is the fast, usual case.
        if type(day) is not dt.date and (isinstance(day, dt.datetime) or not isinstance(day, dt.date)):
            raise CalendarError(
                "not-a-date",
                "%(day)s is not a date: working days are counted between dates, without time or zone",
                {"day": repr(day)},
            )
        index = day.toordinal() - self._first
        if not 0 <= index < self._days:
            raise _outside("%(day)s is outside the calendar, which covers %(first)d to %(last)d", day=day)
        return index

    def is_workday(self, day: dt.date) -> bool:
        """True on working days, make-up weekends included."""
        return bool(self._working[self._index(day)])

    def is_provisional(self, day: dt.date) -> bool:
        """True when the notice for the year of ``day`` is not known."""
        return bool(self._doubtful[self._index(day)])

    def add(self, day: dt.date, n: int) -> Deadline:
        """The ``n``-th working day after ``day``, which itself is not counted (民法典 Art. 201). ``n`` = 0 is ``day``.

        Raises ``CalendarError``: negative-days, not-a-number, not-a-date, outside-calendar.
        """
        if type(n) is not int:
            raise CalendarError("not-a-number", "%(n)s is not a whole number of days", {"n": repr(n)})
        index = self._index(day)
        if n <= 0:
            if n < 0:
                raise CalendarError("negative-days", "%(n)d days: a period has no negative length", {"n": n})
            return Deadline(day, False)
        position = self._elapsed[index] + n - 1
        if position >= len(self._workdays):
            raise _outside(
                "the working day %(n)d after %(day)s is outside the calendar, which covers %(first)d to %(last)d",
                n=n,
                day=day,
            )
        ordinal = self._workdays[position]
        return Deadline(
            dt.date.fromordinal(ordinal), self._doubt[ordinal - self._first] != self._doubt[index]
        )

    def count(self, start: dt.date, end: dt.date) -> Count:
        """Working days after ``start`` up to and including ``end``; as many less than zero when ``end`` is earlier.

        The inverse of ``add``: ``count(day, add(day, n).date).days == n``.
        """
        here, there = self._index(start), self._index(end)
        return Count(self._elapsed[there] - self._elapsed[here], self._doubt[there] != self._doubt[here])

    def next_workday(self, day: dt.date) -> Deadline:
        """``day`` if it is a working day, otherwise the first one after it.

        So a period of calendar days that would end on a day off ends (民法典 Art. 203).
        """
        index = self._index(day)
        if self._working[index]:
            return Deadline(day, bool(self._doubtful[index]))
        following, provisional = self.add(day, 1)
        return Deadline(following, provisional or bool(self._doubtful[index]))

    def explain(self, start: dt.date, n: int) -> Derivation:
        """How ``add(start, n)`` comes about, day by day."""
        deadline = self.add(start, n)
        accounts = []
        counted = 0
        for offset in range(1, (deadline.date - start).days + 1):
            account = self._account(start + dt.timedelta(days=offset), counted)
            counted = account.counted or counted
            accounts.append(account)
        return Derivation(self.jurisdiction, start, n, deadline.date, deadline.provisional, tuple(accounts))

    def _account(self, day: dt.date, counted_before: int) -> DayAccount:
        mark = self._marks.get(day)
        works = self.is_workday(day)
        weekend = day.weekday() >= SATURDAY
        reason: Literal["workday", "make-up", "holiday", "weekend"]
        if works:
            reason = "make-up" if weekend and mark else "workday"
        else:
            reason = "holiday" if mark else "weekend"
        named = mark if mark and reason in ("make-up", "holiday") else None
        return DayAccount(
            day=day,
            counted=counted_before + 1 if works else 0,
            reason=reason,
            name=named.name if named else "",
            source=(named.notice.number or named.notice.title) if named and named.notice else "",
            provisional=self.is_provisional(day),
        )

    def year(self, year: int) -> CalendarYear:
        """What is known of ``year``. Raises ``CalendarError`` outside the calendar."""
        if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
            raise _outside("%(day)s is outside the calendar, which covers %(first)d to %(last)d", day=year)
        marked = sorted((day, mark) for day, mark in self._marks.items() if day.year == year)
        begin = dt.date(year, 1, 1).toordinal() - self._first
        end = dt.date(year, 12, 31).toordinal() - self._first
        return CalendarYear(
            year=year,
            status="published" if year in self._published else "provisional",
            notices=self._notices.get(year, ()),
            off=tuple(MarkedDay(day, mark.name, mark.notice) for day, mark in marked if mark.off),
            worked=tuple(MarkedDay(day, mark.name, mark.notice) for day, mark in marked if not mark.off),
            workdays=sum(self._working[begin : end + 1]),
        )

    def years(self) -> tuple[int, ...]:
        """The years whose notice is known, in order."""
        return tuple(sorted(self._published))


_calendars: dict[tuple[str, str], tuple[int, Calendar]] = {}


def calendar(jurisdiction: str = "CN") -> Calendar:
    """The calendar of a jurisdiction: CN, or CN and the two, four or six digits of a division code.

    Kept from call to call, and built anew when a file is added to or replaced in the folder of local years.
    Raises ``CalendarError`` for an unknown jurisdiction, ``CalendarFaults`` for a faulty local file.
    """
    folder = local_folder()
    try:
        state = folder.stat().st_mtime_ns
    except FileNotFoundError:
        state = 0
    key = (jurisdiction, str(folder))
    kept = _calendars.get(key)
    if kept and kept[0] == state:
        return kept[1]
    built = build(jurisdiction, folder)
    _calendars[key] = (state, built)
    return built


def build(
    jurisdiction: str, folder: Path, *, candidate: YearTable | None = None, replacing: Path | None = None
) -> Calendar:
    """A calendar of what is packaged and what is in ``folder``; ``candidate`` is tried in place of ``replacing``."""
    lineage(jurisdiction)
    local = local_tables(folder, leaving_out=replacing)
    return Calendar(jurisdiction, [*packaged_tables(), *local, *([candidate] if candidate else [])])


def _outside(message: str, **values: object) -> CalendarError:
    return CalendarError("outside-calendar", message, {"first": FIRST_YEAR, "last": LAST_YEAR, **values})
