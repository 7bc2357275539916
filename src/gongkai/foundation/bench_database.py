"""An empty database of this installation's kind, for a measurement; the real one never sees a row of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
            name = str(Path(folder) / "bench.sqlite3")
            fresh_database(name)
            yield from _swapped(name)
        return
    name = f"gongkai_bench_{uuid4().hex[:12]}"
    try:
        fresh_database(name)
        yield from _swapped(name)
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fresh_database(name: str) -> None:
    """Make and migrate it. Takes a good many seconds; the tests copy one instead."""
    if connection.vendor != "sqlite":
        _administer(f'CREATE DATABASE "{name}"')
    for _ in _swapped(name):
        call_command("migrate", verbosity=0, interactive=False)


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
