"""``press.db``: which pages a tree holds and what each depends on. It goes with its tree.

It is also the journal of a change under way. Before a file of a served tree is touched, the page's hashes are
blanked and the files it will no longer have are noted; only when all are in place are the hashes written. So a
process killed at any moment leaves nothing that the next one takes for finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gongkai.engines.press.declarations import PageRef
from gongkai.engines.press.page_files import file_names, possible_pages

FILE = "press.db"
_VERSION = 2
_SCHEMA = """
CREATE TABLE pages (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  path TEXT, status INTEGER NOT NULL, hash TEXT NOT NULL,
  search_key TEXT NOT NULL, revision TEXT NOT NULL, depends TEXT NOT NULL,
  UNIQUE (site, kind, key), UNIQUE (site, path));
CREATE INDEX pages_search ON pages (search_key) WHERE search_key <> '';
CREATE TABLE edges (dep TEXT NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (dep, page)) WITHOUT ROWID;
CREATE TABLE leftovers (site TEXT NOT NULL, name TEXT NOT NULL, page INTEGER);
CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO marks VALUES ('untold', 0), ('edition', 0);
"""
_COLUMNS = "id, site, kind, key, path, status, hash, search_key, revision, depends"


class TreeOutdated(RuntimeError):
    """The tree was made by another version of the software."""

    code = "tree_outdated"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was made by another version: a full build makes it anew")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A page as the tree holds it.

    ``path`` is None when another page has taken its place; ``hashes`` are empty strings while it is being replaced.
    """

    id: int
    ref: PageRef
    path: str | None
    status: int
    hashes: tuple[str, ...]
    search_key: str
    revision: str
    depends: str
    """Change keys, one a line, sorted."""

    @property
    def files(self) -> tuple[str, ...]:
        """Names of its files within the site, without sidecars."""
        if self.path is None:
            return ()
        return file_names(path=self.path, status=self.status, scripts=len(self.hashes))

    @property
    def is_whole(self) -> bool:
        return all(self.hashes)


def as_lines(depends: Collection[str]) -> str:
    return "\n".join(sorted(depends))


class PagesDb:
    """The record of one tree. Nothing lasts before ``commit``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute

    @classmethod
    def create(cls, tree: Path) -> PagesDb:
        """The record of a new tree. Nobody reads it yet, and a killed build is thrown away whole: no care is taken."""
        connection = sqlite3.connect(tree / FILE, isolation_level=None)
        connection.executescript(
            "PRAGMA page_size=8192; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-12000;"
            f"{_SCHEMA} PRAGMA user_version={_VERSION};"
        )
        return cls(connection)

    @classmethod
    def edit(cls, tree: Path) -> PagesDb:
        """For the holder of the lock. Raises ``TreeOutdated``."""
        connection = sqlite3.connect(tree / FILE, isolation_level=None, timeout=30)
        _check(connection, tree)
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000;"
        )
        return cls(connection)

    @classmethod
    def read(cls, tree: Path) -> PagesDb:
        """For whoever wants to know; sees one state if reading takes long. Raises ``TreeOutdated``."""
        uri = f"file:{quote(str(tree / FILE))}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
        _check(connection, tree)
        connection.execute("BEGIN")
        return cls(connection)

    def begin(self) -> None:
        if not self._connection.in_transaction:
            self._execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        if self._connection.in_transaction:
            self._execute("COMMIT")

    def close(self) -> None:
        """What was not committed is dropped."""
        if self._connection.in_transaction:
            self._execute("ROLLBACK")
        self._connection.close()

    # -- Looking up --------------------------------------------------------------------------------------------

    def find(self, ref: PageRef) -> Recorded | None:
        return self._one("site = ? AND kind = ? AND key = ?", ref.site, ref.kind, ref.key)

    def owner(self, *, site: str, path: str) -> Recorded | None:
        """The page that stands at ``path``."""
        return self._one("site = ? AND path = ?", site, path)

    def owner_of_file(self, *, site: str, name: str) -> Recorded | None:
        """The page that has a file of this name (not a sidecar's)."""
        for path in possible_pages(name):
            page = self.owner(site=site, path=path)
            if page is not None and name in page.files:
                return page
        return None

    def _one(self, condition: str, *values: str) -> Recorded | None:
        row = self._execute(f"SELECT {_COLUMNS} FROM pages WHERE {condition}", values).fetchone()  # noqa: S608
        return None if row is None else _recorded(row)

    def depending_on(self, change: str) -> list[PageRef]:
        """The pages that show what ``change`` names."""
        rows = self._execute(
            "SELECT kind, site, key FROM edges JOIN pages ON id = page WHERE dep = ?", (change,)
        )
        return [PageRef(*row) for row in rows]

    def of_site(self, site: str) -> list[PageRef]:
        rows = self._execute("SELECT kind, key FROM pages WHERE site = ?", (site,))
        return [PageRef(kind, site, key) for kind, key in rows]

    def all(self) -> Iterator[Recorded]:
        """Every page, a row at a time."""
        return map(_recorded, self._execute(f"SELECT {_COLUMNS} FROM pages ORDER BY id"))  # noqa: S608

    def count(self) -> int:
        """Pages, each script counted as one."""
        row = self._execute(
            "SELECT coalesce(sum(1 + (instr(hash, ' ') > 0)), 0) FROM pages WHERE path IS NOT NULL"
        )
        return int(row.fetchone()[0])

    def is_on_a_page(self, search_key: str) -> bool:
        row = self._execute("SELECT 1 FROM pages WHERE search_key = ? LIMIT 1", (search_key,))
        return row.fetchone() is not None

    # -- Recording ---------------------------------------------------------------------------------------------

    def add(
        self,
        ref: PageRef,
        *,
        path: str,
        status: int,
        hashes: Collection[str],
        search_key: str,
        revision: str,
        depends: Collection[str],
    ) -> bool:
        """Record a page of a new tree. False when the page or its path is there already."""
        cursor = self._execute(
            "INSERT OR IGNORE INTO pages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(ref.site, ref.kind, ref.key, path, status),
                *(" ".join(hashes), search_key, revision, as_lines(depends)),
            ),
        )
        if not cursor.rowcount:
            return False
        page = cursor.lastrowid
        self._connection.executemany(
            "INSERT OR IGNORE INTO edges VALUES (?, ?)", [(dep, page) for dep in depends]
        )
        return True

    def start(self, ref: PageRef, *, path: str, status: int, scripts: int) -> Recorded:
        """A page is about to be put at ``path``: it is there, but not whole."""
        blank = " " * (scripts - 1)
        self._execute(
            "INSERT INTO pages VALUES (NULL, ?, ?, ?, ?, ?, ?, '', '', '')"
            " ON CONFLICT (site, kind, key) DO UPDATE SET path = excluded.path, status = excluded.status,"
            " hash = excluded.hash",
            (ref.site, ref.kind, ref.key, path, status, blank),
        )
        started = self.find(ref)
        assert started is not None
        return started

    def finish(
        self,
        page: Recorded,
        *,
        hashes: Collection[str],
        search_key: str,
        revision: str,
        depends: Collection[str],
    ) -> None:
        """The files of ``page`` are in place. What it no longer depends on is forgotten."""
        lines = as_lines(depends)
        joined = " ".join(hashes)
        if (joined, search_key, revision, lines) == (
            " ".join(page.hashes),
            page.search_key,
            page.revision,
            page.depends,
        ):
            return
        self.begin()
        self._new_edition()
        self._execute(
            "UPDATE pages SET hash = ?, search_key = ?, revision = ?, depends = ? WHERE id = ?",
            (joined, search_key, revision, lines, page.id),
        )
        if lines != page.depends:
            before, after = set(page.depends.split("\n")), set(depends)
            edges = self._connection.executemany
            edges("DELETE FROM edges WHERE dep = ? AND page = ?", [(dep, page.id) for dep in before - after])
            edges("INSERT OR IGNORE INTO edges VALUES (?, ?)", [(dep, page.id) for dep in after])

    def vacate(self, page: Recorded) -> None:
        """Another page takes the place of ``page``, which moves within the same change."""
        blank = " " * (len(page.hashes) - 1)
        self._execute("UPDATE pages SET path = NULL, hash = ? WHERE id = ?", (blank, page.id))

    def forget(self, page: Recorded) -> None:
        self._connection.executemany(
            "DELETE FROM edges WHERE dep = ? AND page = ?",
            [(dep, page.id) for dep in page.depends.split("\n")],
        )
        self._execute("DELETE FROM pages WHERE id = ?", (page.id,))

    # -- Files to be removed -----------------------------------------------------------------------------------

    def leave(self, site: str, names: Collection[str], *, until: Recorded | None = None) -> None:
        """Note files that have to go; ``until``: not before that page is whole."""
        page = until.id if until else None
        self._connection.executemany(
            "INSERT INTO leftovers VALUES (?, ?, ?)", [(site, name, page) for name in names]
        )

    def leftovers(self) -> list[tuple[int, str, str]]:
        """(number, site, name) of noted files whose time has come."""
        return self._execute(
            "SELECT l.rowid, l.site, l.name FROM leftovers l LEFT JOIN pages p ON p.id = l.page"
            " WHERE p.id IS NULL OR trim(p.hash) <> ''"
        ).fetchall()

    def cleared(self, numbers: Collection[int]) -> None:
        self._connection.executemany(
            "DELETE FROM leftovers WHERE rowid = ?", [(number,) for number in numbers]
        )

    # -- Marks -------------------------------------------------------------------------------------------------

    def mark_untold(self) -> None:
        """Something visible is about to change, and the servers have not been told."""
        self._execute("UPDATE marks SET value = 1 WHERE name = 'untold' AND value = 0")
        self._new_edition()

    def mark_told(self) -> None:
        self._execute("UPDATE marks SET value = 0 WHERE name = 'untold'")

    def is_untold(self) -> bool:
        return bool(self._mark("untold"))

    def edition(self) -> int:
        """Rises with every change: a manifest of the same edition must agree to the letter."""
        return self._mark("edition")

    def _new_edition(self) -> None:
        self._execute("UPDATE marks SET value = value + 1 WHERE name = 'edition'")

    def _mark(self, name: str) -> int:
        return int(self._execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()[0])


def _check(connection: sqlite3.Connection, tree: Path) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        connection.close()
        raise TreeOutdated(tree)


def _recorded(row: tuple[int, str, str, str, str | None, int, str, str, str, str]) -> Recorded:
    id, site, kind, key, path, status, hashes, search_key, revision, depends = row
    return Recorded(
        id, PageRef(kind, site, key), path, status, tuple(hashes.split(" ")), search_key, revision, depends
    )
