"""How fast a worklist page comes at a million cases: counts, rows and everything a screen shows of them."""

from __future__ import annotations

import datetime as dt
import functools
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines.casework import worklist
from gongkai.engines.casework.bench import CODE, city, insert_cases
from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, create_staff
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.models import Organ

_CASES = 1_000_000
_OPEN = 60_000
_ROUNDS = 300
_COLUMNS = (
    "procedure", "number", "organ_id", "state", "outcome", "title", "channel", "received_on", "opened_at", "closed_on",
    "handler_id", "applicant_kind", "due_on", "due_provisional", "internal_due_on", "others_due_on", "waiting", "version",
)  # fmt: skip


def _rows(organs: list[Organ], people: list[User], today: dt.date) -> Iterator[tuple[Any, ...]]:
    """Six years of cases; the newest 60,000 are open, a tenth of them waiting for somebody else."""
    chance = random.Random(2020)  # noqa: S311  # the same cases every time, no secret
    opened = timezone.now()
    for number in range(_CASES):
        open_still = number >= _CASES - _OPEN
        age = chance.randrange(0, 30) if open_still else chance.randrange(31, 6 * 365)
        received = today - dt.timedelta(days=age)
        waiting = open_still and chance.random() < 0.1
        due = received + dt.timedelta(days=28) if open_still and not waiting else None
        yield (
            CODE,
            f"基〔{received.year}〕{number}号",
            organs[number % len(organs)].pk,
            "open" if open_still else "done",
            "" if open_still else "done",
            f"关于第{number}号地块征收补偿方案的信息",
            "internet",
            received,
            opened,
            None if open_still else received + dt.timedelta(days=20),
            people[number % len(people)].pk if open_still and number % 5 else None,
            "natural",
            due,
            False,
            due - dt.timedelta(days=7) if due else None,
            received + dt.timedelta(days=28) if waiting else None,
            waiting,
            1,
        )


def _fill(organs: list[Organ], people: list[User], today: dt.date) -> None:
    with transaction.atomic():
        insert_cases(_COLUMNS, _rows(organs, people, today))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _asked(chance: random.Random, organs: list[Organ]) -> worklist.Asked:
    """What people ask for over a day: mostly what is due, sometimes filters, search and old cases."""
    return chance.choice(
        (
            worklist.Asked(group="open"),
            worklist.Asked(group="overdue"),
            worklist.Asked(group="week"),
            worklist.Asked(group="waiting"),
            worklist.Asked(group="mine"),
            worklist.Asked(group="unassigned"),
            worklist.Asked(group="open", organ=chance.choice(organs).code),
            worklist.Asked(group="closed", organ=chance.choice(organs).code),
            worklist.Asked(group="all"),
            worklist.Asked(
                group="all", received_since=dt.date(2024, 1, 1), received_until=dt.date(2024, 1, 31)
            ),
            worklist.Asked(group="open", after=f"d:{timezone.localdate() + dt.timedelta(days=9)}:1"),
            worklist.Asked(group="closed", words=f"基〔2024〕{chance.randrange(_CASES)}"),
            worklist.Asked(group="open", words=f"第{chance.randrange(_CASES)}号地块"),
            worklist.Asked(group="all", words=f"第{chance.randrange(_CASES)}号地块"),
        )
    )


@functools.cache
def _times() -> tuple[float, ...]:
    """Milliseconds per page, by people of every kind: counts, 50 rows with organ, handler and days left."""
    with city(78) as organs:
        today = timezone.localdate()
        people = [
            create_staff(
                username=f"bench{number}",
                full_name=f"基准{number}",
                password="gongkai-bench-1",  # noqa: S106  # in a database that is dropped
                actor="system",
            )
            for number in range(40)
        ]
        for number, person in enumerate(people):
            assign_role(user=person, role=Role.HANDLER, organ=organs[number % len(organs)], actor="system")
        leader = people[0]
        for organ in organs:
            assign_role(user=leader, role=Role.DISCLOSURE_HEAD, organ=organ, actor="system")
        _fill(organs, people, today)
        chance = random.Random(7)  # noqa: S311
        times = []
        for turn in range(_ROUNDS + 20):
            user = leader if turn % 3 == 0 else chance.choice(people)
            asked = _asked(chance, organs)
            began = time.perf_counter()
            worklist.counts(user, today)
            for row in worklist.page(asked, user, today).rows:
                _ = (row.case.organ.name, str(row.case.handler), row.days_left, row.still)
            if turn >= 20:
                times.append((time.perf_counter() - began) * 1000)
        if Case.objects.count() != _CASES:
            raise AssertionError("not a million cases")
    return tuple(times)


def benchmarks() -> list[Benchmark]:
    peer = "Open Zaak: 150–200 ms on ten pods, one user"
    return [
        Benchmark(
            name="worklist-p50",
            title="Worklist page with counts at 1,000,000 cases, p50",
            target=50,
            unit="ms",
            better="lower",
            peer=peer,
            run=lambda: statistics.median(_times()),
        ),
        Benchmark(
            name="worklist-p99",
            title="Worklist page with counts at 1,000,000 cases, p99",
            target=300,
            unit="ms",
            better="lower",
            peer=peer,
            run=lambda: statistics.quantiles(_times(), n=100)[98],
        ),
    ]
