"""Statutory clocks: running intervals and a budget of days. Pure; the calendar and today are arguments.

A clock runs from the day after it was started. Days on which it stands still are those after the day it was stopped, up
to and including the day it was resumed, so stopping and resuming on one day changes nothing, and splitting a
pause in two changes nothing. Nothing ever "shifts the due date": days are counted in the running intervals, and the due
day is where the budget ends.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from gongkai.engines.casework.declarations import ClockVerb, Unit
from gongkai.foundation.ledger.chain import canonical
from gongkai.foundation.workdays import Calendar, add_months

Standing = Literal["idle", "running", "stopped", "finished"]


class ClockFault(ValueError):
    """An entry that does not fit what went before. Codes: order, idle, running, stopped, finished, days."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ClockEntry(NamedTuple):
    """One thing that happened to a clock, on a day, for a reason, on a provision."""

    verb: ClockVerb
    day: dt.date
    days: int = 0
    """The budget for start and restart (months, where the unit is months), what is added for extend, otherwise 0."""
    reason: str = ""
    provision: str = ""

    def to_json(self) -> list[Any]:
        return [self.verb, self.day.isoformat(), self.days, self.reason, self.provision]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> ClockEntry:
        verb, day, days, reason, provision = row
        return cls(verb, dt.date.fromisoformat(day), days, reason, provision)


ClockFacts = tuple[str, Sequence[Any], str, dt.date | None]
"""A clock as its row has it: code, entries as JSON, standing, due day."""


def clocks_digest(clocks: Iterable[ClockFacts]) -> str:
    """SHA-256 over all clocks of a case: none can be changed unseen.

    The due day counts once a clock has finished; that of a running one follows from its entries, and from the calendar.
    """
    kept = {
        code: [list(entries), due.isoformat() if due and standing == "finished" else ""]
        for code, entries, standing, due in clocks
    }
    return hashlib.sha256(canonical(kept).encode()).hexdigest()


class Reckoning(NamedTuple):
    """What a clock says.

    ``due`` is None while it is idle, and while it stands still (or ended while it did) with days left: nobody can know
    the day then.
    ``used`` are the days counted up to the last entry.
    """

    standing: Standing
    due: dt.date | None
    provisional: bool
    budget: int
    used: int
    finished_on: dt.date | None

    @property
    def days_unused(self) -> int:
        """Days left when the clock stopped or last ran from; less than zero when it ran over."""
        return self.budget - self.used

    def overdue(self, today: dt.date) -> bool:
        """Derived, never stored: the due day has passed without an end, or the end came after it."""
        return self.due is not None and (self.finished_on or today) > self.due


class Span(NamedTuple):
    """Days that were counted: after ``start`` up to and including ``stop`` (None: still running)."""

    start: dt.date
    stop: dt.date | None


def check(entries: Sequence[ClockEntry]) -> None:
    """Raises ``ClockFault`` for the first entry that cannot follow the ones before it."""
    standing: Standing = "idle"
    last: dt.date | None = None
    for entry in entries:
        if last is not None and entry.day < last:
            raise ClockFault("order", f"{entry.verb} on {entry.day} is earlier than the entry of {last}")
        standing = _follow(standing, entry)
        last = entry.day


def _follow(standing: Standing, entry: ClockEntry) -> Standing:
    verb = entry.verb
    if verb in ("start", "restart") and entry.days < 1:
        raise ClockFault("days", f"a period of {entry.days} days is none")
    if verb == "extend" and entry.days < 1:
        raise ClockFault("days", f"an extension by {entry.days} days is none")
    allowed: dict[str, tuple[Standing, ...]] = {
        "start": ("idle",),
        "stop": ("running",),
        "resume": ("stopped",),
        "restart": ("running", "stopped", "idle"),
        "extend": ("running", "stopped"),
        "finish": ("running", "stopped"),
    }
    if standing not in allowed[verb]:
        raise ClockFault(standing, f"{verb} on {entry.day}: the clock is {standing}")
    follows: dict[str, Standing] = {
        "start": "running",
        "stop": "stopped",
        "resume": "running",
        "restart": "running",
        "finish": "finished",
    }
    return follows.get(verb, standing)


def reckon(entries: Sequence[ClockEntry], unit: Unit, calendar: Calendar) -> Reckoning:
    """Where a clock stands after ``entries`` (in order of time, as ``check`` accepts them).

    The due day is the last day of the budget counted in running days only. When the budget is used up exactly on the day
    the clock was stopped, the day it is resumed is the due day (or the next working day): the organ stopped in time.
    """
    standing: Standing = "idle"
    budget = used = 0
    since: dt.date | None = None
    provisional = False
    ran: list[tuple[dt.date, int]] = []
    finished: dt.date | None = None
    count = calendar.count
    workdays = unit == "workdays"
    for entry in entries:
        verb, day = entry.verb, entry.day
        if verb == "extend":
            budget += entry.days
            continue
        if verb == "start" or verb == "restart":
            budget, used, since, standing = _budget(entry, unit), 0, day, "running"
            provisional = False
            ran.clear()
            continue
        if verb == "resume":
            since, standing = day, "running"
            continue
        if standing == "running":
            assert since is not None
            if workdays:
                passed, doubtful = count(since, day)
                provisional = provisional or doubtful
            else:
                passed = (day - since).days
            used += passed
            if verb == "stop":
                ran.append((since, passed))
                since = None
        if verb == "stop":
            standing = "stopped"
        else:
            standing, finished = "finished", day
    if standing == "idle":
        return Reckoning(standing, None, False, 0, 0, None)
    # A clock that ended while it ran was due on the day it would have been due on; an end does not move it.
    due, due_provisional = _due(ran, since, budget, workdays, calendar)
    return Reckoning(standing, due, provisional or due_provisional, budget, used, finished)


def _budget(entry: ClockEntry, unit: Unit) -> int:
    """The days of a period that starts with an entry; months are the calendar days they come to (民法典 Art. 202)."""
    if unit != "months":
        return entry.days
    return (add_months(entry.day, entry.days) - entry.day).days


def _due(
    ran: Sequence[tuple[dt.date, int]],
    since: dt.date | None,
    budget: int,
    workdays: bool,
    calendar: Calendar,
) -> tuple[dt.date | None, bool]:
    """The day the budget ends; None when the clock stood still before that. ``ran``: where spans began, and their days."""
    remaining = budget
    for start, passed in ran:
        if passed > remaining:
            return _end(start, remaining, workdays, calendar)
        remaining -= passed
    if since is None:
        return None, False
    return _end(since, remaining, workdays, calendar)


def _end(start: dt.date, days: int, workdays: bool, calendar: Calendar) -> tuple[dt.date, bool]:
    if workdays and days > 0:
        return calendar.add(start, days)
    return calendar.next_workday(start if workdays else start + dt.timedelta(days=days))


def days_left(reckoning: Reckoning, unit: Unit, calendar: Calendar, today: dt.date) -> int | None:
    """Days from ``today`` to the due day, less than zero when it has passed; those unused while the clock stands still."""
    if reckoning.standing in ("idle", "finished"):
        return None
    if reckoning.due is None:
        return reckoning.days_unused
    if unit == "workdays":
        return calendar.count(today, reckoning.due).days
    return (reckoning.due - today).days


def spans(entries: Sequence[ClockEntry]) -> list[Span]:
    """The running intervals since the last (re)start, for drawing and for print."""
    found: list[Span] = []
    for entry in entries:
        if entry.verb in ("start", "restart"):
            found = [Span(entry.day, None)]
        elif entry.verb == "resume":
            found.append(Span(entry.day, None))
        elif entry.verb in ("stop", "finish") and found and found[-1].stop is None:
            found[-1] = Span(found[-1].start, entry.day)
    return found


def derivation(
    entries: Sequence[ClockEntry],
    unit: Unit,
    calendar: Calendar,
    translate: Callable[[str], str] = str,
) -> Iterator[str]:
    """The same reckoning line by line, for print: what ran, what stood still and why, and where the budget ends."""
    _ = translate
    kind = _("working days") if unit == "workdays" else _("calendar days")
    reckoning = reckon(entries, unit, calendar)
    since: dt.date | None = None
    running = 0
    for entry in entries:
        words = {
            "day": entry.day.isoformat(),
            "days": entry.days,
            "kind": _("months") if unit == "months" and entry.verb in ("start", "restart") else kind,
            "why": entry.reason,
            "provision": f" [{entry.provision}]" if entry.provision else "",
        }
        if entry.verb in ("stop", "finish") and since is not None:
            passed = calendar.count(since, entry.day).days if unit == "workdays" else (entry.day - since).days
            running += passed
            words |= {"passed": passed, "total": running}
            since = None
        texts = {
            "start": _(
                "%(day)s: the period of %(days)d %(kind)s starts; this day is not counted%(provision)s"
            ),
            "restart": _(
                "%(day)s: the period of %(days)d %(kind)s starts anew; this day is not counted%(provision)s"
            ),
            "extend": _("%(day)s: extended by %(days)d %(kind)s: %(why)s%(provision)s"),
            "stop": _(
                "%(day)s: the clock stops after %(passed)d %(kind)s (%(total)d in all): %(why)s%(provision)s"
            ),
            "resume": _("%(day)s: the clock goes on; counted from the next day%(provision)s"),
            "finish": _("%(day)s: ended; %(total)d %(kind)s used%(provision)s")
            if "total" in words
            else _("%(day)s: ended while the clock stood still%(provision)s"),
        }
        if entry.verb in ("start", "restart"):
            running = 0
        if entry.verb in ("start", "restart", "resume"):
            since = entry.day
        yield texts[entry.verb] % words
    result = {"due": reckoning.due, "left": reckoning.days_unused, "budget": reckoning.budget, "kind": kind}
    if reckoning.standing == "idle":
        yield _("The clock has not been started.")
    elif reckoning.due is None:
        yield _("The clock stands still with %(left)d %(kind)s left of %(budget)d.") % result
    else:
        yield _("The %(budget)d %(kind)s end on %(due)s.") % result
    if reckoning.provisional and reckoning.due is not None:
        yield _("Provisional: it rests on a year whose holiday notice is not known yet, and may move.")
