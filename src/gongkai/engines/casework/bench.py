"""How fast cases are opened, days reckoned, and open clocks recomputed."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines.casework.actors import HOUSE
from gongkai.engines.casework.clocks import ClockEntry, reckon
from gongkai.engines.casework.declarations import Action, ClockRule, Effect, Outcome, Procedure, State
from gongkai.engines.casework.models import Case, Clock
from gongkai.engines.casework.recomputing import recompute
from gongkai.engines.casework.registry import register
from gongkai.engines.casework.services import open_case
from gongkai.foundation.bench_database import scratch_database, without_indexes
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import establish_organ
from gongkai.foundation.workdays import Calendar, calendar

CODE = "benchmark"
_CASES = 600
_CLOCKS = 100_000

_PROCEDURE = Procedure(
    code=CODE,
    title="Benchmark",
    provision="—",
    initial=("open",),
    states=(State(code="open", title="Open"), State(code="done", title="Done", kind="closed")),
    actions=(
        Action(
            code="decide",
            title="Decide",
            sources=("open",),
            target="done",
            roles=("handler",),
            provision="—",
            outcomes=("done",),
            effects=(Effect(clock="reply", verb="finish"),),
        ),
    ),
    clocks=(ClockRule(code="reply", title="Reply", days=20, internal_days=15),),
    outcomes=(Outcome(code="done", label="办结"),),
)


@contextmanager
def city(organs: int) -> Iterator[list[Organ]]:
    register(_PROCEDURE)
    with scratch_database():
        yield [
            establish_organ(
                actor="system", code=f"bench-{number}", name=f"基准市第{number}局", document_mark="基"
            )
            for number in range(organs)
        ]


def insert_cases(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of the table of cases, past the services: they are where a measurement begins, not what it measures."""
    names = ", ".join(columns)
    with without_indexes("casework_case"), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY casework_case ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO casework_case ({names}) VALUES ({places})"  # noqa: S608  # names of our own
        left = iter(rows)
        while batch := list(islice(left, 20_000)):
            cursor.executemany(statement, batch)


def cases_opened_per_second() -> float:
    """Cases per second, each in a transaction of its own, with number, clock, event and ledger entry, safe on the disk."""
    with city(1) as (organ,):
        today = timezone.localdate()
        began = time.perf_counter()
        for number in range(_CASES):
            open_case(
                procedure_code=CODE,
                organ=organ,
                actor=HOUSE,
                title=f"事项{number}",
                received_on=today,
                channel="desk",
            )
        return _CASES / (time.perf_counter() - began)


def microseconds_per_due_date() -> float:
    """One due day out of ten running intervals with nine pauses, median of 20,000."""
    day = dt.date(2024, 1, 2)
    entries = [ClockEntry("start", day, 60)]
    for pause in range(9):
        stop = day + dt.timedelta(days=pause * 14 + 5)
        entries += [ClockEntry("stop", stop), ClockEntry("resume", stop + dt.timedelta(days=6))]
    days = calendar()
    times = []
    for _round in range(200):
        began = time.perf_counter()
        for _turn in range(100):
            reckon(entries, "workdays", days)
        times.append((time.perf_counter() - began) / 100)
    return statistics.median(times) * 1_000_000


def seconds_to_recompute() -> float:
    """100,000 open clocks reckoned anew after a notice that moves every tenth of them; events and ledger included."""
    with city(78) as organs:
        _open_many(organs)
        moving = dt.date(2024, 4, 1)
        began = time.perf_counter()
        moved = recompute(days=_with_a_day_off_more(moving), reason="基准")
        seconds = time.perf_counter() - began
        if not 5_000 < len(moved) < 60_000:
            raise AssertionError(f"{len(moved)} clocks moved; the measurement is not what it says")
    return seconds


class _OneDayOffMore(Calendar):
    """The packaged calendar with one working day taken out."""

    def __init__(self, day: dt.date) -> None:
        self.__dict__.update(calendar().__dict__)
        self._working = bytearray(self._working)
        self._working[day.toordinal() - self._first] = 0
        from array import array
        from itertools import accumulate

        self._elapsed = array("I", accumulate(self._working))
        self._workdays = array(
            "I", (self._first + index for index, works in enumerate(self._working) if works)
        )


def _with_a_day_off_more(day: dt.date) -> Calendar:
    return _OneDayOffMore(day)


def _open_many(organs: list[Organ]) -> None:
    """Open cases by bulk: what is measured is the recomputing."""
    days, now = calendar(), timezone.now()
    rule = _PROCEDURE.clocks[0]
    with transaction.atomic():
        for start in range(0, _CLOCKS, 5_000):
            cases, clocks = [], []
            for number in range(start, start + 5_000):
                received = dt.date(2024, 1, 2) + dt.timedelta(days=number % 300)
                entries = [ClockEntry("start", received, rule.days)]
                own = reckon([ClockEntry("start", received, rule.internal_days or 0)], "workdays", days).due
                due = reckon(entries, "workdays", days).due
                case = Case(
                    procedure=CODE,
                    number=f"{number}",
                    organ=organs[number % len(organs)],
                    state="open",
                    title=f"事项{number}",
                    received_on=received,
                    opened_at=now,
                    due_on=due,
                    internal_due_on=own,
                    version=1,
                )
                cases.append(case)
                clocks.append(
                    Clock(
                        case=case,
                        code="reply",
                        entries=[entry.to_json() for entry in entries],
                        due_on=due,
                        internal_due_on=own,
                        standing="running",
                    )
                )
            Case.objects.bulk_create(cases)
            Clock.objects.bulk_create(clocks)


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="case-create",
            title="Opening cases with number, clock and ledger, each its own transaction",
            target=100,
            unit="cases/s",
            better="higher",
            peer="Open Zaak publishes 24/s",
            run=cases_opened_per_second,
        ),
        Benchmark(
            name="case-due",
            title="Due day out of 10 running intervals",
            target=20,
            unit="µs",
            better="lower",
            peer="the limit this project sets itself",
            run=microseconds_per_due_date,
        ),
        Benchmark(
            name="case-recompute",
            title="100,000 open clocks recomputed after a holiday notice",
            target=10,
            unit="s",
            better="lower",
            peer="the limit this project sets itself; no system known recomputes at all",
            run=seconds_to_recompute,
        ),
    ]
