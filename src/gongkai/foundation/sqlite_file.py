"""A database file that was taken away or replaced while it was open.

An open file outlives its name: whoever goes on with it writes where nobody will read. So a connection is let go as soon as
its file is no longer the one that stands there; the next one finds the file, or says that there is none.
"""

from __future__ import annotations

import os
from typing import Any

from django.core.signals import request_started
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_OPENED = "gongkai_opened_file"


def remember_file(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Note which file a new connection has opened."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        path = cursor.execute("PRAGMA database_list").fetchone()[2]
    setattr(connection, _OPENED, (path, _identity(path)) if path else None)


def let_go_of_a_lost_file(**_signal: Any) -> None:
    """Close this thread's connection if its file is gone or another. Not within a transaction."""
    if connection.connection is None or connection.in_atomic_block:
        return
    opened = getattr(connection, _OPENED, None)
    if connection.vendor == "sqlite" and opened is not None and _identity(opened[0]) != opened[1]:
        connection.close()


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # for every request
    except OSError:
        return None
    return found.st_dev, found.st_ino


def watch() -> None:
    """Do so in this process: before each request; workers call it before each look."""
    request_started.connect(let_go_of_a_lost_file, dispatch_uid="gongkai.sqlite_file")
    connection_created.connect(remember_file, dispatch_uid="gongkai.sqlite_file")
