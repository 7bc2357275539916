"""Bringing a database to the tables of this version."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate(*apps: str) -> None:
    """Make the tables of ``apps`` (all when none is named) or bring them up to date.

    Connections open an SQLite file and never make one, so that a lost database is not replaced by an empty one. Whoever
    calls this wants one.
    """
    if connection.vendor == "sqlite":
        settings.SQLITE_FILE.touch(mode=0o600)
    for chosen in [[app] for app in apps] or [[]]:
        call_command("migrate", *chosen, verbosity=0, interactive=False)


def is_up_to_date() -> bool:
    """Has the database all tables of this version? Raises ``DatabaseError`` when it does not answer."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
