"""Answering queries from a published ``search.db``. Opens it read-only and notices when it is replaced or written to."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import islice
from operator import or_
from pathlib import Path
from time import perf_counter

from gongkai.engines.search.bitmaps import bitmap, members
from gongkai.engines.search.proposals import proposals
from gongkai.engines.search.ranking import by_text, by_title
from gongkai.engines.search.records import FACETS, Facet, FacetValue, Hit, Query, Results, Suggestion
from gongkai.engines.search.shelves import Shelves, current_seq, read_timeline, state_on
from gongkai.engines.search.storage import connect, unpacked
from gongkai.engines.search.text import Marker, plain
from gongkai.engines.search.view import View, count, day_of, narrowed, of_site, searched

RANKED_BY_TITLE = 100
RANKED_BY_TEXT = 100
"""The newest so many of each tier are put in order of relevance; what is older follows by date."""
LAST_PAGE = 100
_CACHE_KIB = 16_384
_MAPPED = 1 << 30
_NO_FACETS: tuple[Facet, ...] = ()


class SearchUnavailable(RuntimeError):
    """There is no index, or it cannot be read."""

    code = "search_unavailable"


@dataclass(slots=True)
class _Open:
    """One thread's connection to one file."""

    connection: sqlite3.Connection
    identity: tuple[int, ...]
    stamp: str


class SearchIndex:
    """Read-only; may be shared by threads. A query sees one state of the index and never waits for the writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._shelves: tuple[str, Shelves] | None = None

    # -- Queries ---------------------------------------------------------------------------------------

    def search(self, query: Query) -> Results:
        """Answer the query; one that finds nothing comes back with proposals of queries that do.

        Raises ``SearchUnavailable``.
        """
        began = perf_counter()
        with self.view() as view:
            results = _answer(view, query)
            if not results.total:
                results = replace(results, proposals=proposals(view, query))
        return replace(results, took=perf_counter() - began)

    def count(self, query: Query) -> int:
        with self.view() as view:
            return count(view, query)

    def keys(self, query: Query) -> Iterator[str]:
        """Keys of everything found, each text read: exact however many there are. In no order."""
        with self.view() as view:
            terms, _ignored = searched(query)
            if terms is None:
                return
            found = view.find(terms)
            ids = members(found.all & narrowed(view.shelves, query)[""])
            for id in view.proven(found, iter(ids), terms):
                yield view.connection.execute("SELECT key FROM document WHERE id = ?", (id,)).fetchone()[0]

    def suggest(self, prefix: str, *, site: str | None = None, limit: int = 8) -> tuple[Suggestion, ...]:
        """How the words being typed may go on: words of titles by how common they are, then titles, newest first."""
        start = plain(prefix[:80])
        if not start:
            return ()
        with self.view() as view:
            words = view.connection.execute(
                "SELECT word FROM word WHERE plain >= ? AND plain < ? ORDER BY count DESC, word LIMIT ?",
                (start, start + chr(0x10FFFF), limit // 2),
            )
            found = [Suggestion(word) for (word,) in words]
            if len(start) > 1:
                everywhere = view.find((start,)).head & of_site(view.shelves, site)
                newest = list(islice(view.shelves.newest_first(everywhere), 200))
                really = {*view.really(newest, (start,), "head")}
                for id in [id for id in newest if id in really][: limit - len(found)]:
                    row = view.connection.execute("SELECT title, url FROM document WHERE id = ?", (id,))
                    found.append(Suggestion(*row.fetchone()))
        return tuple(found)

    # -- The file --------------------------------------------------------------------------------------

    @contextmanager
    def view(self) -> Iterator[View]:
        """One state of the index. Not to be kept longer than a query takes."""
        opened = self._opened()
        connection = opened.connection
        try:
            connection.execute("BEGIN")
            while True:
                shelves = self._current(opened)
                if shelves is not None:
                    break
                connection.execute("ROLLBACK")  # others have seen a later state: look again
                connection.execute("BEGIN")
            yield View(connection, shelves)
        except sqlite3.DatabaseError as error:
            self.close()
            raise SearchUnavailable(f"{self._path}: {error}") from error
        finally:
            if self._is_open(opened) and connection.in_transaction:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close this thread's connection; the next query opens it again."""
        opened: _Open | None = getattr(self._local, "opened", None)
        if opened is not None:
            opened.connection.close()
            self._local.opened = None

    def _is_open(self, opened: _Open) -> bool:
        return getattr(self._local, "opened", None) is opened

    def _opened(self) -> _Open:
        try:
            found = os.stat(self._path)  # noqa: PTH116  # for every query
        except OSError as error:
            self.close()
            raise SearchUnavailable(f"{self._path}: {error}") from error
        identity: tuple[int, ...] = found.st_dev, found.st_ino
        mode = "ro"
        if self._stands_still():
            mode, identity = "ro&immutable=1", (*identity, found.st_mtime_ns, found.st_size)
        opened: _Open | None = getattr(self._local, "opened", None)
        if opened is not None and opened.identity == identity:
            return opened
        self.close()
        try:
            try:
                connection, stamp = self._connected(mode)
            except sqlite3.OperationalError:
                if self._log_holds_something():
                    raise
                # No room for SQLite's own files beside it, and nobody writes it: read as it stands, asked anew each time.
                connection, stamp = self._connected("ro&immutable=1")
                identity = ()
        except (sqlite3.DatabaseError, TypeError) as error:
            raise SearchUnavailable(f"{self._path}: {error}") from error
        opened = self._local.opened = _Open(connection, identity, stamp)
        return opened

    def _connected(self, mode: str) -> tuple[sqlite3.Connection, str]:
        connection = connect(self._path, mode=mode)
        try:
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            connection.execute(f"PRAGMA mmap_size={_MAPPED}")
            (stamp,) = connection.execute("SELECT value FROM meta WHERE name = 'stamp'").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection, stamp

    def _stands_still(self) -> bool:
        """Whether the file must be read as one that nobody writes: SQLite would make its own files beside it, and may
        not. With a log beside it, somebody else does write it, and its files are there."""
        log = f"{self._path}-wal"
        return not os.access(self._path.parent, os.W_OK) and not os.path.exists(log)  # noqa: PTH110  # for every query

    def _log_holds_something(self) -> bool:
        """An empty one is what a reader leaves who found no room for the rest."""
        log = Path(f"{self._path}-wal")
        return log.exists() and log.stat().st_size > 0

    def _current(self, opened: _Open) -> Shelves | None:
        """The shelves that go with what this transaction sees; None when they are already ahead of it."""
        seq = current_seq(opened.connection)
        with self._lock:
            stamp, shelves = self._shelves or ("", None)
            if shelves is None or stamp != opened.stamp:
                shelves = Shelves.load(opened.connection)
            elif shelves.seq < seq:
                shelves = shelves.renewed(opened.connection)
            elif shelves.seq > seq:
                return None
            self._shelves = opened.stamp, shelves
            return shelves


# -- One answer ------------------------------------------------------------------------------------------


def _answer(view: View, query: Query) -> Results:
    terms, ignored = searched(query)
    size = min(max(query.size, 1), 100)
    if terms is None:
        return Results(replace(query, page=1), 0, True, (), _NO_FACETS, 0, 0.0, (), ignored)
    found = view.find(terms)
    sets = {name: found.all & bits for name, bits in narrowed(view.shelves, query).items()}
    exact = found.proven
    if not exact:
        pool = reduce(or_, sets.values())
        if view.is_readable(pool):
            read = bitmap([*view.proven(found, iter(members(pool)), terms)], view.shelves.size)
            sets = {name: bits & read for name, bits in sets.items()}
            exact = True
    total = sets[""].bit_count()
    pages = min(-(-total // size), LAST_PAGE)
    query = replace(query, page=min(max(query.page, 1), max(pages, 1)), size=size)
    order = _in_order(view, query, terms, sets[""], found.head)
    if not exact:
        order = view.proven(found, order, terms)
    start = (query.page - 1) * size
    ids = list(islice(order, start, start + size))
    return Results(
        query=query,
        total=total,
        exact=exact,
        hits=tuple(_hits(view, ids, terms, day_of(query))),
        facets=tuple(_facets(view.shelves, query, sets)),
        pages=pages,
        took=0.0,
        ignored=ignored,
    )


def _in_order(view: View, query: Query, terms: tuple[str, ...], bits: int, head: int) -> Iterator[int]:
    """Ids of the set in the order asked for; worked out only as far as they are taken."""
    newest_first = view.shelves.newest_first
    if query.order == "newest" or not terms:
        yield from newest_first(bits)
        return
    states = view.shelves.validity(day_of(query))
    over = states.get("repealed", 0) | states.get("expired", 0)
    titled = newest_first(bits & head)
    yield from by_title(view.connection, [*islice(titled, RANKED_BY_TITLE)], terms, query.words, over)
    yield from titled
    others = newest_first(bits & ~head)
    yield from by_text(view.connection, [*islice(others, RANKED_BY_TEXT)], terms, over)
    yield from others


def _facets(shelves: Shelves, query: Query, sets: dict[str, int]) -> Iterator[Facet]:
    chosen = query.narrowing
    for name in FACETS:
        values = shelves.validity(day_of(query)) if name == "validity" else shelves.facets.get(name, {})
        labels = shelves.labels.get(name, {})
        counted = [
            FacetValue(value, labels.get(value, value), number, value == chosen.get(name))
            for value, bits in values.items()
            if (number := (sets[name] & bits).bit_count()) or value == chosen.get(name)
        ]
        if name == "year":
            counted.sort(key=lambda item: item.value, reverse=True)
        else:
            counted.sort(key=lambda item: (-item.count, item.label))
        yield Facet(name, tuple(counted))


_SHOWN = """
SELECT d.id, key, url, title, number, index_number, summary, text, day, validity, s.value, o.value, o.label, b.value,
  k.value, k.label
FROM document d JOIN shelf USING (id) JOIN label s ON s.id = sites JOIN label o ON o.id = organ
  JOIN label b ON b.id = subject JOIN label k ON k.id = kind
WHERE d.id IN (SELECT value FROM json_each(?))
"""


def _hits(view: View, ids: list[int], terms: Iterable[str], on: date) -> Iterator[Hit]:
    marker = Marker(terms)
    rows = {row[0]: row[1:] for row in view.connection.execute(_SHOWN, (json.dumps(ids),))}
    for id in ids:
        key, url, title, number, index_number, summary, text, day, validity = rows[id][:9]
        sites, organ_code, organ, subject, kind, kind_label = rows[id][9:]
        state = state_on(read_timeline(validity), on.toordinal()) if validity else ""
        yield Hit(
            key=key,
            url=url,
            sites=tuple(sites.split()),
            title=title,
            title_marked=marker.marked_title(title),
            snippet_marked=marker.snippet(unpacked(text), otherwise=summary),
            organ=organ,
            organ_code=organ_code if organ_code != organ else "",
            subject=subject,
            kind=kind,
            kind_label=kind_label,
            published_on=date.fromordinal(day) if day is not None else None,
            document_number=number,
            index_number=index_number,
            validity="" if state == "none" else state,
        )
