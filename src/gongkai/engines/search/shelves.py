"""What documents are counted and narrowed by, held in memory: one bitmap for each value of each facet.

Counting facets in the database takes longer the more is found; here it takes the same two milliseconds always.
200,000 documents take about 15 MB and half a second to load, once per published tree and process.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from gongkai.engines.search.bitmaps import bitmap, members

_K = TypeVar("_K")
_V = TypeVar("_V")

Values = dict[str, int]
"""Value of a facet → bitmap."""

_SORTED_AT_ONCE = 1_000
_REMEMBERED_DAYS = 4
_REMEMBERED_FINDINGS = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """Which documents hold the words (``all``), and which of them in title or number (``head``)."""

    all: int
    head: int
    named: int
    """Those whose number is the words, brackets aside."""
    proven: bool
    """False: these are candidates, each must be read before it is shown."""


@dataclass(slots=True)
class _Rows:
    """Documents as they are read from the file, sorted onto shelves."""

    seq: int
    size: int
    by_value: dict[str, dict[str, list[int]]]
    days: dict[int, int]
    turning: dict[int, tuple[tuple[int, str], ...]]


@dataclass(slots=True)
class Shelves:
    """One state of the index. Never changed; ``renewed`` makes the next one."""

    seq: int
    size: int
    """The highest id."""
    live: int
    facets: dict[str, Values]
    """site, organ, subject, kind, year, month and ``steady`` (validity of documents with one state for ever)."""
    labels: dict[str, dict[str, str]]
    days: dict[int, int]
    turning: dict[int, tuple[tuple[int, str], ...]]
    """Documents whose state changes with time."""
    findings: OrderedDict[tuple[str, ...], Finding] = field(default_factory=OrderedDict)
    _validity: OrderedDict[date, Values] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> Shelves:
        rows = _read(connection, "")
        facets, live = _bitmaps(rows)
        return cls(rows.seq, rows.size, live, facets, _labels(connection), rows.days, rows.turning)

    def renewed(self, connection: sqlite3.Connection) -> Shelves:
        """The state after the changes since this one."""
        (oldest,) = connection.execute("SELECT min(seq) FROM change").fetchone()
        if oldest is None or oldest > self.seq + 1:
            return Shelves.load(connection)  # the record of changes begins later
        changed = {id for (id,) in connection.execute("SELECT id FROM change WHERE seq > ?", (self.seq,))}
        rows = _read(connection, f"WHERE s.id IN ({','.join(map(str, changed))})")
        rows.size = max([self.size, *changed])
        added, live = _bitmaps(rows)
        kept = ~bitmap([*changed], rows.size)
        facets = {
            facet: _merged(self.facets.get(facet, {}), kept, added.get(facet, {}))
            for facet in self.facets.keys() | added.keys()
        }
        days, turning = self.days.copy(), self.turning.copy()
        for id in changed:
            days.pop(id, None)
            turning.pop(id, None)
        days.update(rows.days)
        turning.update(rows.turning)
        renewed = Shelves(
            rows.seq, rows.size, self.live & kept | live, facets, _labels(connection), days, turning
        )
        for on, values in self._validity.items():
            states = _states(rows.turning, on, rows.size)
            renewed._validity[on] = _merged(_merged(values, kept, added.get("steady", {})), -1, states)
        return renewed

    def validity(self, on: date) -> Values:
        """State → documents that are in it on that day."""
        known = self._validity.get(on)
        if known is None:
            known = _merged(self.facets.get("steady", {}), -1, _states(self.turning, on, self.size))
            _remember(self._validity, on, known, _REMEMBERED_DAYS)
        return known

    def remember(self, terms: tuple[str, ...], finding: Finding) -> None:
        _remember(self.findings, terms, finding, _REMEMBERED_FINDINGS)

    def newest_first(self, bits: int) -> Iterator[int]:
        """Ids of the set by day of publication, those without a day last. Large sets lazily, a month at a time."""
        months = self.facets.get("month", {}) if bits.bit_count() > _SORTED_AT_ONCE else {}
        for month in sorted(months, reverse=True):
            if found := bits & months[month]:
                yield from self._by_day(found)
                bits &= ~found
        yield from self._by_day(bits)

    def _by_day(self, bits: int) -> list[int]:
        return sorted(members(bits), key=lambda id: (self.days.get(id, 0), id), reverse=True)


def _states(turning: dict[int, tuple[tuple[int, str], ...]], on: date, size: int) -> Values:
    by_state: dict[str, list[int]] = defaultdict(list)
    day = on.toordinal()
    for id, turns in turning.items():
        by_state[state_on(turns, day)].append(id)
    return {state: bitmap(ids, size) for state, ids in by_state.items()}


def _merged(old: Values, kept: int, added: Values) -> Values:
    """What of ``old`` is in ``kept``, with ``added``."""
    return {
        value: bits
        for value in old.keys() | added.keys()
        if (bits := old.get(value, 0) & kept | added.get(value, 0))
    }


def state_on(turns: tuple[tuple[int, str], ...], day: int) -> str:
    """The last state that began on or before the day (an ordinal); before the first one, the first."""
    state = turns[0][1]
    for since, next_state in turns[1:]:
        if since > day:
            break
        state = next_state
    return state


def read_timeline(written: str) -> tuple[tuple[int, str], ...]:
    """The reverse of ``writer.written_timeline``."""
    pairs = (turn.split("=", 1) for turn in written.split(" "))
    return tuple((int(since), state) for since, state in pairs)


def current_seq(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
    return int(found[0]) if found else 0


def _read(connection: sqlite3.Connection, where: str) -> _Rows:
    values = dict(connection.execute("SELECT id, value FROM label"))
    by_value: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    by_label: dict[str, dict[int, list[int]]] = {
        name: defaultdict(list) for name in ("organ", "subject", "kind", "sites")
    }
    by_day: dict[int, list[int]] = defaultdict(list)
    by_timeline: dict[str, list[int]] = defaultdict(list)
    days: dict[int, int] = {}
    size = 0
    statement = f"SELECT s.id, sites, organ, subject, kind, day, validity FROM shelf s {where} ORDER BY s.id"  # noqa: S608
    organs, subjects, kinds, sites = (by_label[name] for name in ("organ", "subject", "kind", "sites"))
    for id, site, organ, subject, kind, day, timeline in connection.execute(statement):
        organs[organ].append(id)
        subjects[subject].append(id)
        kinds[kind].append(id)
        sites[site].append(id)
        if day is not None:
            by_day[day].append(id)
            days[id] = day
        if timeline is not None:
            by_timeline[timeline].append(id)
        size = id
    for name, labelled in by_label.items():
        for label, ids in labelled.items():
            for value in values[label].split(" ") if name == "sites" else [values[label]]:
                by_value["site" if name == "sites" else name][value].extend(ids)
    for day, ids in by_day.items():
        written = date.fromordinal(day).isoformat()
        by_value["year"][written[:4]].extend(ids)
        by_value["month"][written[:7]].extend(ids)
    turning = {}
    for timeline, ids in by_timeline.items():
        turns = read_timeline(timeline)
        if len(turns) == 1:
            by_value["steady"][turns[0][1]].extend(ids)
        else:
            turning.update(dict.fromkeys(ids, turns))
    by_value["live"]["live"] = [id for ids in by_label["kind"].values() for id in ids]
    return _Rows(current_seq(connection), size, by_value, days, turning)


def _bitmaps(rows: _Rows) -> tuple[dict[str, Values], int]:
    facets = {
        facet: {value: bitmap(ids, rows.size) for value, ids in values.items() if value}
        for facet, values in rows.by_value.items()
    }
    live = facets.pop("live", {}).get("live", 0)
    return facets, live


def _labels(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """What each value is called; the shortest name where there are several (an organ issuing alone or with others)."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    rows: Iterable[tuple[str, str, str]] = connection.execute("SELECT facet, value, label FROM label")
    for facet, value, label in sorted(rows, key=lambda row: (-len(row[2]), row[2])):
        labels[facet][value] = label
    return dict(labels)


def _remember(memory: OrderedDict[_K, _V], key: _K, value: _V, room: int) -> None:
    memory[key] = value
    while len(memory) > room:
        memory.popitem(last=False)
