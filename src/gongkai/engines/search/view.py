"""One state of the index, and which documents of it pass a query."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice

from gongkai.engines.search.bitmaps import bitmap, members
from gongkai.engines.search.records import FACETS, Query
from gongkai.engines.search.shelves import Finding, Shelves
from gongkai.engines.search.text import is_proof, required, terms_of

READ_AT_MOST = 20_000
"""Candidates read through for one query. Words of three or more characters that more texts may contain are counted
without reading each one, which is why ``Results.exact`` can be False."""
CHARACTERS_AT_MOST = 20_000_000
"""So much text is read through for one query: the same, where texts are long."""
_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class View:
    """One consistent state of the index, for the length of one query."""

    connection: sqlite3.Connection
    shelves: Shelves

    def find(self, terms: tuple[str, ...]) -> Finding:
        """Which documents hold all of the terms."""
        known = self.shelves.findings.get(terms)
        if known is None:
            known = self._find(terms)
            self.shelves.remember(terms, known)
        return known

    def _find(self, terms: tuple[str, ...]) -> Finding:
        if not terms:
            return Finding(self.shelves.live, 0, 0, proven=True)
        match = " AND ".join(dict.fromkeys(chain.from_iterable(map(required, terms))))
        everywhere = self._candidates("gram", match)
        head = self._candidates("head_gram", match)
        named = self._named(terms)
        proven = all(map(is_proof, terms))
        if not proven:
            if head.bit_count() <= READ_AT_MOST:
                head = self._read("head", head, terms)
            if self.is_readable(everywhere):
                everywhere = self._read("body", everywhere, terms)
                proven = True
        return Finding(everywhere | named, head | named, named, proven)

    def _named(self, terms: tuple[str, ...]) -> int:
        number = "".join(terms).replace(" ", "")
        return self._candidates("head_gram", f'"{number}"') if len(number) > 2 else 0

    def _candidates(self, table: str, match: str) -> int:
        ids = self._ids(f"SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH ?", match)  # noqa: S608
        return bitmap(ids, self.shelves.size)

    def is_readable(self, candidates: int) -> bool:
        """Are these few enough, and their texts short enough by a sample of them, to be read through for one query?"""
        number = candidates.bit_count()
        if number > READ_AT_MOST or not number:
            return not number
        sample = json.dumps(members(candidates)[:: number // _SAMPLE + 1])
        statement = "SELECT avg(length(body)) FROM plain WHERE id IN (SELECT value FROM json_each(?))"
        (length,) = self.connection.execute(statement, (sample,)).fetchone()
        return number * length <= CHARACTERS_AT_MOST

    def _read(self, part: str, candidates: int, terms: tuple[str, ...]) -> int:
        return bitmap(self.really(members(candidates), terms, part), self.shelves.size)

    def really(self, ids: list[int], terms: tuple[str, ...], part: str = "body") -> list[int]:
        """Those of the documents whose text (``body``: with title and numbers) holds every term; rising."""
        holds = "instr(head, ?1) OR instr(body, ?1)" if part == "body" else "instr(head, ?1)"
        statement = (
            "SELECT json_group_array(id) FROM plain"  # noqa: S608
            f" WHERE id IN (SELECT value FROM json_each(?2)) AND ({holds})"
        )
        for term in terms:
            if ids:
                ids = self._ids(statement, term, json.dumps(ids))
        return sorted(ids)

    def _ids(self, statement: str, *values: str) -> list[int]:
        """Ids as one JSON array: a row for each takes four times as long, and other threads wait meanwhile."""
        (written,) = self.connection.execute(statement, values).fetchone()
        ids: list[int] = json.loads(written)
        return ids

    def proven(self, found: Finding, ids: Iterator[int], terms: tuple[str, ...]) -> Iterator[int]:
        """Those of ``ids`` that are really found, in the same order; read as they are asked for."""
        if found.proven:
            yield from ids
            return
        while batch := list(islice(ids, 100)):
            read = {*self.really(batch, terms)}
            yield from (id for id in batch if id in read or found.named >> id & 1)


def searched(query: Query) -> tuple[tuple[str, ...] | None, str]:
    """The terms, None when there are words but nothing in them can be searched for; and what was ignored."""
    terms, ignored = terms_of(query.words)
    return (tuple(terms) if terms or not query.words.strip() else None), ignored


def day_of(query: Query) -> date:
    """The day validity is judged on; without one, today in Shanghai (which has no summer time)."""
    return query.on or (datetime.now(UTC) + timedelta(hours=8)).date()


def of_site(shelves: Shelves, site: str | None) -> int:
    return shelves.live if site is None else shelves.facets.get("site", {}).get(site, 0)


def narrowed(shelves: Shelves, query: Query) -> dict[str, int]:
    """Documents that pass the conditions: under "" all of them, under a facet's name all but that facet's."""
    narrowing = query.narrowing
    masks = {
        name: (shelves.validity(day_of(query)) if name == "validity" else shelves.facets.get(name, {})).get(
            value, 0
        )
        for name, value in narrowing.items()
    }
    sets = {}
    for left_out in ("", *FACETS):
        bits = of_site(shelves, query.site)
        for name, mask in masks.items():
            if name != left_out:
                bits &= mask
        sets[left_out] = bits
    return sets


def count(view: View, query: Query) -> int:
    """How many documents the query finds."""
    terms, _ignored = searched(query)
    if terms is None:
        return 0
    found = view.find(terms)
    bits = found.all & narrowed(view.shelves, query)[""]
    if found.proven or not view.is_readable(bits):
        return bits.bit_count()
    return sum(1 for _id in view.proven(found, iter(members(bits)), terms))
