"""What documents are counted and narrowed by, held in memory: one bitmap for each value of each facet.

Counting facets in the database takes longer the more is found; here it takes the same millisecond always.
200,000 documents take some 70 MB and half a second to load, once per published tree and process.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from gongkai.engines.search.bitmaps import bitmap, members

_K = TypeVar("_K")
_V = TypeVar("_V")

Values = dict[str, int]
"""Value of a facet → bitmap."""
Turns = tuple[tuple[int, str], ...]
"""Since which day (an ordinal) which state."""

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
class Shelves:
    """One state of the index. Never changed; ``renewed`` makes the next one."""

    seq: int
    size: int
    """The highest id there ever was."""
    facets: dict[str, Values]
    """site, organ, subject, kind, year, month and ``steady``: validity of what has one state for ever."""
    labels: dict[str, dict[str, str]]
    days: array[int]
    """Id → day of publication (an ordinal), 0 for none."""
    turning: array[int]
    """Id → number of its timeline, 0 for what is in ``steady``."""
    timelines: dict[Turns, int]
    """Timeline → its number, rising; the empty one is 0."""
    findings: OrderedDict[tuple[str, ...], Finding] = field(default_factory=OrderedDict)
    _validity: OrderedDict[date, Values] = field(default_factory=OrderedDict)

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> Shelves:
        (size,) = connection.execute("SELECT coalesce(max(id), 0) FROM shelf").fetchone()
        shelves = cls(
            current_seq(connection),
            size,
            {},
            _labels(connection),
            array("i", bytes(4 * (size + 1))),
            array("i", bytes(4 * (size + 1))),
            {(): 0},
        )
        shelves.facets = shelves._place(connection, "")
        return shelves

    def renewed(self, connection: sqlite3.Connection) -> Shelves:
        """The state after the changes since this one."""
        (oldest,) = connection.execute("SELECT min(seq) FROM change").fetchone()
        if oldest is None or oldest > self.seq + 1:
            return Shelves.load(connection)  # the record of changes begins later
        changed = [
            id for (id,) in connection.execute("SELECT DISTINCT id FROM change WHERE seq > ?", (self.seq,))
        ]
        size = max([self.size, *changed])
        grown = bytes(4 * (size - self.size))
        next_one = Shelves(
            current_seq(connection),
            size,
            {},
            _labels(connection),
            self.days + array("i", grown),
            self.turning + array("i", grown),
            self.timelines.copy(),
        )
        for id in changed:
            next_one.days[id] = next_one.turning[id] = 0
        added = next_one._place(connection, f"WHERE id IN ({','.join(map(str, changed))})")
        kept = ~bitmap(changed, size)
        next_one.facets = {
            facet: _merged(self.facets.get(facet, {}), kept, added.get(facet, {}))
            for facet in self.facets.keys() | added.keys()
        }
        for on, states in self._validity.items():
            steady = _merged(states, kept, added.get("steady", {}))
            next_one._validity[on] = _merged(steady, -1, next_one._states(on, changed))
        return next_one

    @property
    def live(self) -> int:
        return self.facets.get("live", {}).get("", 0)

    def validity(self, on: date) -> Values:
        """State → documents that are in it on that day."""
        known = self._validity.get(on)
        if known is None:
            known = _merged(self.facets.get("steady", {}), -1, self._states(on, range(self.size + 1)))
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
        days = self.days
        return sorted(members(bits), key=lambda id: (days[id], id), reverse=True)

    def _states(self, on: date, ids: list[int] | range) -> Values:
        """States on a day of those of ``ids`` whose state turns."""
        day = on.toordinal()
        states = [state_on(turns, day) if turns else "" for turns in self.timelines]
        by_state: dict[str, list[int]] = defaultdict(list)
        turning = self.turning
        for id in ids:
            if turning[id]:
                by_state[states[turning[id]]].append(id)
        return {state: bitmap(found, self.size) for state, found in by_state.items()}

    def _place(self, connection: sqlite3.Connection, where: str) -> dict[str, Values]:
        """Note days and timelines of documents and return their bitmaps."""
        by_label: dict[int, list[int]] = defaultdict(list)
        by_day: dict[int, list[int]] = defaultdict(list)
        by_timeline: dict[str, list[int]] = defaultdict(list)
        live = []
        rows = connection.execute(f"SELECT id, sites, organ, subject, kind, day, validity FROM shelf {where}")  # noqa: S608
        for id, sites, organ, subject, kind, day, timeline in rows:
            live.append(id)
            for label in (sites, organ, subject, kind):
                by_label[label].append(id)
            if day is not None:
                by_day[day].append(id)
                self.days[id] = day
            if timeline is not None:
                by_timeline[timeline].append(id)
        ids: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        ids["live"][""] = live
        for label, facet, value in connection.execute("SELECT id, facet, value FROM label"):
            for part in value.split() if facet == "site" else (value,):
                if part and label in by_label:
                    ids[facet][part] += by_label[label]
        for day, found in by_day.items():
            written = date.fromordinal(day).isoformat()
            ids["year"][written[:4]] += found
            ids["month"][written[:7]] += found
        for timeline, found in by_timeline.items():
            turns = read_timeline(timeline)
            if len(turns) == 1:
                ids["steady"][turns[0][1]] += found
                continue
            number = self.timelines.setdefault(turns, len(self.timelines))
            for id in found:
                self.turning[id] = number
        return {
            facet: {value: bitmap(found, self.size) for value, found in values.items() if found}
            for facet, values in ids.items()
        }


def _merged(old: Values, kept: int, added: Values) -> Values:
    """What of ``old`` is in ``kept``, with ``added``."""
    return {
        value: bits
        for value in old.keys() | added.keys()
        if (bits := old.get(value, 0) & kept | added.get(value, 0))
    }


def state_on(turns: Turns, day: int) -> str:
    """The last state that began on or before the day (an ordinal); before the first one, the first."""
    state = turns[0][1]
    for since, next_state in turns[1:]:
        if since > day:
            break
        state = next_state
    return state


def read_timeline(written: str) -> Turns:
    """The reverse of ``writer.written_timeline``."""
    pairs = (turn.split("=", 1) for turn in written.split(" "))
    return tuple((int(since), state) for since, state in pairs)


def current_seq(connection: sqlite3.Connection) -> int:
    """The number of the last change."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
    return int(found[0]) if found else 0


def _labels(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """What each value is called; the shortest name where there are several (an organ issuing alone or with others)."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    rows = connection.execute("SELECT facet, value, label FROM label ORDER BY length(label) DESC, label")
    for facet, value, label in rows:
        labels[facet][value] = label
    return dict(labels)


def _remember(memory: OrderedDict[_K, _V], key: _K, value: _V, room: int) -> None:
    memory[key] = value
    while len(memory) > room:
        memory.popitem(last=False)
