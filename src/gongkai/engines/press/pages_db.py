"""``press.db``: which pages a tree holds, in which files, and what each depends on. It goes with its tree."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gongkai.engines.press.declarations import PageRef

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  files TEXT NOT NULL, search_key TEXT NOT NULL, revision TEXT NOT NULL,
  UNIQUE (site, kind, key));
CREATE INDEX IF NOT EXISTS page_search ON page (search_key) WHERE search_key <> '';
CREATE TABLE IF NOT EXISTS edge (dependency TEXT NOT NULL, page INTEGER NOT NULL,
  PRIMARY KEY (dependency, page)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS edge_page ON edge (page);
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A page as the tree holds it: files as (path in the site, SHA-256)."""

    id: int
    ref: PageRef
    files: tuple[tuple[str, str], ...]
    search_key: str
    revision: str


class PagesDb:
    """The record of one tree. ``commit`` makes what was recorded last."""

    def __init__(self, tree: Path, *, fresh: bool = False) -> None:
        self._connection = sqlite3.connect(tree / "press.db", timeout=30, isolation_level=None)
        if fresh:
            # Nobody reads a tree under construction, and a killed build is thrown away whole.
            self._connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        else:
            self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        self._connection.executescript("PRAGMA cache_size=-20000;" + _SCHEMA)
        self._open = False

    def _begin(self) -> None:
        if not self._open:
            self._connection.execute("BEGIN")
            self._open = True

    def commit(self) -> None:
        if self._open:
            self._connection.execute("COMMIT")
            self._open = False

    def close(self) -> None:
        self.commit()
        self._connection.close()

    def find(self, ref: PageRef) -> Recorded | None:
        row = self._connection.execute(
            "SELECT id, files, search_key, revision FROM page WHERE site = ? AND kind = ? AND key = ?",
            (ref.site, ref.kind, ref.key),
        ).fetchone()
        return None if row is None else Recorded(row[0], ref, _files(row[1]), row[2], row[3])

    def record(
        self,
        ref: PageRef,
        *,
        files: Sequence[tuple[str, str]],
        depends: Collection[str],
        search_key: str,
        revision: str,
        known: Recorded | None,
    ) -> None:
        """Record a page as it now is, with what it depends on."""
        self._begin()
        text = json.dumps(files, separators=(",", ":"), ensure_ascii=False)
        if known is None:
            cursor = self._connection.execute(
                "INSERT INTO page (site, kind, key, files, search_key, revision) VALUES (?, ?, ?, ?, ?, ?)",
                (ref.site, ref.kind, ref.key, text, search_key, revision),
            )
            page = cursor.lastrowid
        else:
            page = known.id
            self._connection.execute(
                "UPDATE page SET files = ?, search_key = ?, revision = ? WHERE id = ?",
                (text, search_key, revision, page),
            )
            self._connection.execute("DELETE FROM edge WHERE page = ?", (page,))
        self._connection.executemany(
            "INSERT OR IGNORE INTO edge VALUES (?, ?)", [(dependency, page) for dependency in depends]
        )

    def forget(self, recorded: Recorded) -> None:
        self._begin()
        self._connection.execute("DELETE FROM edge WHERE page = ?", (recorded.id,))
        self._connection.execute("DELETE FROM page WHERE id = ?", (recorded.id,))

    def depending_on(self, change: str) -> Iterator[PageRef]:
        """The pages that show ``change``."""
        rows = self._connection.execute(
            "SELECT p.kind, p.site, p.key FROM edge e JOIN page p ON p.id = e.page WHERE e.dependency = ?",
            (change,),
        )
        return (PageRef(*row) for row in rows.fetchall())

    def of_site(self, site: str) -> list[Recorded]:
        rows = self._connection.execute(
            "SELECT id, kind, key, files, search_key, revision FROM page WHERE site = ?", (site,)
        )
        return [
            Recorded(row[0], PageRef(row[1], site, row[2]), _files(row[3]), row[4], row[5]) for row in rows
        ]

    def sites(self) -> list[str]:
        return [row[0] for row in self._connection.execute("SELECT DISTINCT site FROM page")]

    def search_keys_without_page(self, keys: Iterable[str]) -> list[str]:
        """Those of ``keys`` that no page carries any more."""
        known = self._connection
        return [
            key
            for key in keys
            if known.execute("SELECT 1 FROM page WHERE search_key = ? LIMIT 1", (key,)).fetchone() is None
        ]

    def all(self) -> Iterator[Recorded]:
        """Every page, a row at a time."""
        rows = self._connection.execute(
            "SELECT id, kind, site, key, files, search_key, revision FROM page ORDER BY id"
        )
        for row in rows:
            yield Recorded(row[0], PageRef(row[1], row[2], row[3]), _files(row[4]), row[5], row[6])

    def count(self) -> int:
        """Pages, each script counted as one."""
        total = self._connection.execute("SELECT sum(json_array_length(files)) FROM page").fetchone()[0]
        return int(total or 0)


def _files(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, digest) for path, digest in json.loads(text))
