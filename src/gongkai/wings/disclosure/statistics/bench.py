"""How fast figures are counted and the cases behind them listed, at a million cases of 78 organs."""

from __future__ import annotations

import datetime as dt
import functools
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines.casework.bench import city, insert_cases
from gongkai.engines.casework.models import CASE_ROLES, Case, PartyKind
from gongkai.engines.figures import Period, drill, figures, source, tally
from gongkai.engines.figures.drilling import drilled
from gongkai.engines.figures.remembering import number_of, remembered_tally
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, create_staff
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.remedies.procedure import KINDS
from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.disclosure.requests.procedure import CODE

_SIZES: Final = (100_000, 1_000_000)
_YEARS: Final = 6
_ROUNDS: Final = 400
_TURNS: Final = 11
_TABLE_3 = ("requests.new", "requests.carried_in", "requests.concluded", "requests.carried_out")
_TABLE_4 = "remedies.counted"
_COLUMNS: Final = (
    "procedure", "number", "organ_id", "state", "outcome", "title", "channel", "received_on", "opened_at", "closed_on",
    "applicant_kind", "due_provisional", "waiting", "version",
)  # fmt: skip


def _rows(size: int, organs: Sequence[Organ], today: dt.date) -> Iterator[tuple[Any, ...]]:
    """Requests of six years in the order they came in, every hundredth a remedy; those of the last weeks are open, a few
    take months."""
    chance = random.Random(2020)  # noqa: S311  # the same cases every time, no secret
    opened = timezone.now()
    ends = [each.code for each in outcomes()]
    kinds = [kind.value for kind in PartyKind]
    ways = [channel.value for channel in Channel]
    for number in range(size):
        received = today - dt.timedelta(days=_YEARS * 365 * (size - 1 - number) // size)
        closed = received + dt.timedelta(days=chance.randrange(2, 40) * (10 if chance.random() < 0.01 else 1))
        remedy = number % 100 == 0
        still_open = closed > today
        result = chance.choice(("upheld", "corrected", "other")) if remedy else chance.choice(ends)
        done = "decided" if remedy else "concluded"
        going = "filed" if remedy else "handling"
        yield (
            chance.choice(KINDS) if remedy else CODE,
            f"基〔{received.year}〕{number}号",
            organs[number % len(organs)].pk,
            going if still_open else done,
            "" if still_open else result,
            f"关于第{number}号地块征收补偿方案的信息",
            "" if remedy else chance.choice(ways),
            received,
            opened,
            None if still_open else closed,
            kinds[0] if chance.random() < 0.8 else chance.choice(kinds),
            False,
            False,
            1,
        )


def _fill(size: int, organs: Sequence[Organ], today: dt.date) -> None:
    """Cases with their clocks, their rows as requests, and a tenth of them with an act that is counted."""
    with transaction.atomic(), connection.cursor() as cursor:
        insert_cases(_COLUMNS, _rows(size, organs, today))
        for text in _FOLLOWING[connection.vendor]:
            cursor.execute(text, {"code": CODE})
    with connection.cursor() as cursor:  # what a server does by itself in the background
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


_REQUEST: Final = (
    "INSERT INTO requests_request (case_id, description, document_hint, supply_form, supply_way, agent_name, submitted_on, "
    "query_digest, document_key, public_title, listed, imported) SELECT id, title, '', 'electronic', 'online', '', "
    "received_on, number, '', title, {yes}, {no} FROM casework_case WHERE procedure = %(code)s"
)
_EVENT: Final = (
    "INSERT INTO casework_event (case_id, seq, at, day, actor, action, from_state, to_state, outcome, facts, note, public) "
    "SELECT id, 2, opened_at, received_on, 'system', CASE id %% 3 WHEN 0 THEN 'ask_correction' WHEN 1 THEN "
    "'approve_extension' ELSE 'accept' END, '', state, '', {facts}, '', {yes} FROM casework_case "
    "WHERE id %% 10 < 3 AND procedure = %(code)s"
)
_CLOCK: Final = (
    "INSERT INTO casework_clock (case_id, code, entries, due_on, provisional, standing) SELECT id, 'reply', "
    "{entries}, {due}, {no}, CASE WHEN closed_on IS NULL THEN 'running' ELSE 'finished' END FROM casework_case "
    "WHERE procedure = %(code)s"
)
_ENTRIES: Final = (
    '\'[["start", "\' || {received} || \'", 20, "", ""]\' || CASE WHEN closed_on IS NULL THEN \'\' ELSE '
    '\', ["finish", "\' || {closed} || \'", 0, "", ""]\' END || \']\''
)
_FOLLOWING: Final = {
    "sqlite": (
        _REQUEST.format(yes=1, no=0),
        _EVENT.format(facts="'{}'", yes=1),
        _CLOCK.format(
            entries=_ENTRIES.format(received="received_on", closed="closed_on"),
            due="date(received_on, '+30 days')",
            no=0,
        ),
    ),
    "postgresql": (
        _REQUEST.format(yes="true", no="false"),
        _EVENT.format(facts="'{}'::jsonb", yes="true"),
        _CLOCK.format(
            entries=f"({_ENTRIES.format(received='received_on::text', closed='closed_on::text')})::jsonb",
            due="received_on + 30",
            no="false",
        ),
    ),
}


class _Found(NamedTuple):
    """Seconds for the city's tables, turn by turn, by number of cases; milliseconds of every drill-down page at the
    largest."""

    tables: dict[int, list[float]]
    pages: dict[str, list[float]]


@functools.cache
def _measured() -> _Found:
    """A city of its own for each size: a register is filled in the order of days, never twice over."""
    tables, pages = {}, {}
    for size in _SIZES:
        with city(78) as organs:
            today = timezone.localdate()
            people = _people(organs)
            _fill(size, organs, today)
            tables[size] = [_seconds_of_tables(today.year - 1, _SIZES[-1] // size) for _turn in range(_TURNS)]
            if Case.objects.count() != size:
                raise AssertionError(f"not {size} cases")
            if size == _SIZES[-1]:
                pages = _pages(organs, people, today)
    return _Found(tables, pages)


def _people(organs: Sequence[Organ]) -> list[User]:
    """The first serves all organs, the others one each."""
    people = [
        create_staff(
            username=f"bench{number}",
            full_name=f"基准{number}",
            password="gongkai-bench-1",  # noqa: S106  # in a database that is dropped
            actor="system",
        )
        for number in range(20)
    ]
    for number, person in enumerate(people):
        for organ in organs if number == 0 else organs[number : number + 1]:
            assign_role(user=person, role=Role.DISCLOSURE_HEAD, organ=organ, actor="system")
    return people


def _seconds_of_tables(year: int, times: int) -> float:
    """Sections 三 and 四 of the annual report, for every organ and the city in one go; the mean of so many times, so that
    whatever else the machine does falls upon small cities as upon large ones."""
    began = time.perf_counter()
    for _turn in range(times):
        for code in (*_TABLE_3, _TABLE_4):
            tally(code, Period.year(year))
    return (time.perf_counter() - began) / times


def _pages(organs: Sequence[Organ], people: Sequence[User], today: dt.date) -> dict[str, list[float]]:
    """Milliseconds of what a page of the workbench asks: whom one serves, how many there are, and fifty of them."""
    chance = random.Random(7)  # noqa: S311
    declared = [each for owner in ("requests", "remedies") for each in figures(owner)]
    times: dict[str, list[float]] = {}
    for turn in range(_ROUNDS + 20):
        wanted = chance.choice(declared)
        whole = turn % 3 == 0
        user = people[0] if whole else chance.choice(people)
        mine = None if whole else [chance.choice(list(user.organs(*CASE_ROLES))).pk]
        year = Period.year(today.year - chance.randrange(_YEARS))
        where: dict[str, Any] = _breakdown(chance, wanted.source)
        if whole and turn % 2:  # half come from the sheet of the year, half by an address they kept
            remembered_tally(wanted.source, year, organs=[organ.pk for organ in organs])
        began = time.perf_counter()
        rows = drill(wanted.code, year, user=user, organs=mine, **where)
        page = drilled(
            rows.select_related("organ", "handler", "applicant"), newest=source(wanted.source).newest
        )
        served = mine or list(user.organs(*CASE_ROLES).values_list("pk", flat=True))
        number_of(rows, page, code=wanted.code, period=year, organs=served, first=True, where=where)
        for case in page.rows:
            _ = (case.organ.name, str(case.handler), case.standing, case.result)
        if turn >= 20:
            name = f"{'city' if whole else 'organ'} {wanted.source}"
            times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return times


def _breakdown(chance: random.Random, code: str) -> dict[str, str]:
    """Half of the numbers people follow are of a breakdown."""
    if chance.random() < 0.5:
        return {}
    dimension = chance.choice(source(code).dimensions)
    return {dimension.code: chance.choice(dimension.values)[0]}


def _every_page() -> list[float]:
    return [each for times in _measured().pages.values() for each in times]


def _slowest_kind() -> float:
    """The median of the kind of page that takes longest: of a source, of the city or of one organ."""
    return max(statistics.median(times) for times in _measured().pages.values() if len(times) >= 5)


def benchmarks() -> list[Benchmark]:
    own = "the limit this project sets itself"
    return [
        Benchmark(
            name="figures-city",
            title="Sections 三 and 四 of 78 organs and the city out of 1,000,000 cases",
            target=1,
            unit="s",
            better="lower",
            peer=own,
            run=lambda: statistics.median(_measured().tables[_SIZES[-1]]),
        ),
        Benchmark(
            name="figures-growth",
            title="The same at 1,000,000 cases against 100,000, best of eleven: linear is 10",
            target=10,
            unit="times",
            better="lower",
            peer=own,
            run=lambda: min(_measured().tables[_SIZES[-1]]) / min(_measured().tables[_SIZES[0]]),
        ),
        Benchmark(
            name="figures-drill",
            title="Cases behind a number at 1,000,000 cases, p50",
            target=100,
            unit="ms",
            better="lower",
            peer=own,
            run=lambda: statistics.median(_every_page()),
        ),
        Benchmark(
            name="figures-drill-slowest",
            title="The same for the kind of page that takes longest (late, extended, corrected of the city), p50",
            target=100,
            unit="ms",
            better="lower",
            peer=own,
            run=_slowest_kind,
        ),
        Benchmark(
            name="figures-drill-p99",
            title="Cases behind a number at 1,000,000 cases, p99",
            target=1_000,
            unit="ms",
            better="lower",
            peer=own,
            run=lambda: statistics.quantiles(_every_page(), n=100)[98],
        ),
    ]
