"""The printable derivation of a deadline: what was counted, what was skipped and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Reason = Literal["workday", "make-up", "holiday", "weekend"]

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class DayAccount:
    """One day: its number if it was counted (else 0), and the reason."""

    day: dt.date
    counted: int
    reason: Reason
    name: str
    """The holiday, for ``holiday`` and ``make-up``."""
    source: str
    """Number or title of the notice that says so; empty for an estimate."""
    provisional: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Days in a row with one and the same reason."""

    first: DayAccount
    last: DayAccount


@dataclass(frozen=True, slots=True)
class Derivation:
    """How the ``n``-th working day after ``start`` was found."""

    jurisdiction: str
    start: dt.date
    n: int
    date: dt.date
    provisional: bool
    days: tuple[DayAccount, ...]

    def passages(self) -> Iterator[Passage]:
        """The days, runs of the same reason taken together."""
        for _, run in groupby(self.days, key=lambda d: (d.reason, d.name, d.source, d.provisional)):
            accounts = list(run)
            yield Passage(accounts[0], accounts[-1])

    def lines(self, translate: Callable[[str], str] = str) -> Iterator[str]:
        """One line per passage, for print. ``translate`` is a gettext function; without it the text is English."""
        _ = translate
        yield _("%(date)s (%(weekday)s): start, not counted") % _dated(self.start, _)
        for passage in self.passages():
            yield _passage_line(passage, _)
        result = _dated(self.date, _) | {"n": self.n}
        yield _("Working day %(n)d: %(date)s (%(weekday)s)") % result
        if self.provisional:
            yield _(
                "Provisional: it rests on a year whose holiday notice is not known yet, and may move when it is issued."
            )


def _dated(day: dt.date, translate: Callable[[str], str]) -> dict[str, object]:
    return {"date": day.isoformat(), "weekday": translate(WEEKDAYS[day.weekday()])}


def _passage_line(passage: Passage, _: Callable[[str], str]) -> str:
    first, last = passage.first, passage.last
    if first.day == last.day:
        days = _("%(date)s (%(weekday)s)") % _dated(first.day, _)
    else:
        days = _("%(first)s to %(last)s") % {"first": first.day.isoformat(), "last": last.day.isoformat()}
    if first.counted == last.counted:
        number = _("day %(number)d") % {"number": first.counted}
    else:
        number = _("days %(first)d to %(last)d") % {"first": first.counted, "last": last.counted}
    words = {"days": days, "number": number, "name": first.name, "source": first.source}
    texts = {
        "workday": _("%(days)s: working, %(number)s"),
        "make-up": _("%(days)s: worked for %(name)s, %(number)s [%(source)s]"),
        "weekend": _("%(days)s: weekend, not counted"),
        "holiday": _("%(days)s: %(name)s, not counted [%(source)s]")
        if first.source
        else _("%(days)s: %(name)s by statute, not counted"),
    }
    return texts[first.reason] % words
