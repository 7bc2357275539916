"""An empty database of this installation's kind, for a measurement; the real one never sees a row of it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections


@contextmanager
def scratch_database() -> Iterator[None]:
    """Let this thread's default connection be a freshly migrated database beside the real one: the same engine, the same
    settings, the same disk (or server). It is gone afterwards."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(dir=settings.GONGKAI_DATA) as folder:
            path = Path(folder) / "bench.sqlite3"
            shutil.copyfile(_migrated_file(), path)
            with _swapped(str(path)):
                yield
        return
    with _created(f'TEMPLATE "{_migrated_database()}"') as name, _swapped(name):
        yield


# Migrating takes ten seconds, so it is done once a process; every measurement gets a copy.


@cache
def _migrated_file() -> Path:
    folder = tempfile.mkdtemp(dir=settings.GONGKAI_DATA)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "migrated.sqlite3"
    fresh_database(str(path))
    return path


@cache
def _migrated_database() -> str:
    name = f"gongkai_bench_{uuid4().hex[:12]}"
    atexit.register(_drop, name)
    fresh_database(name)
    return name


def fresh_database(name: str) -> None:
    """Make and migrate it. Takes a good many seconds; the tests copy one instead."""
    if connection.vendor != "sqlite":
        _administer(f'CREATE DATABASE "{name}"')
    with _swapped(name):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _created(how: str) -> Iterator[str]:
    name = f"gongkai_bench_{uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}" {how}')
    try:
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _swapped(name: str) -> Iterator[None]:
    real = connections["default"]
    facts: dict[str, Any] = real.settings_dict | {"NAME": name}
    connections["default"] = type(real)(facts, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = real


def _administer(statement: str) -> None:
    """On a connection of its own: a database is not made or dropped inside a transaction."""
    real = connections["default"]
    other = type(real)(real.settings_dict | {"NAME": "postgres"}, "administration")
    try:
        other.set_autocommit(True)
        with other.cursor() as cursor:
            cursor.execute(statement)
    finally:
        other.close()


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Fill ``table`` in here: its indexes are made in one go afterwards, which takes a fraction of the time of a million
    rows finding their places one by one. Those that belong to constraints stay."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES[connection.vendor], [table])
        indexes = cursor.fetchall()
        for name, _made_by in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        if connection.vendor == "postgresql":
            connection.check_constraints()  # what is still to be checked at the commit keeps indexes from being made
        for _name, made_by in indexes:
            cursor.execute(made_by)


_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}
