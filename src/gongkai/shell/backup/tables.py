"""Every table as lines of JSON, and back: the same text from both databases, so that either restores the other's.

Rows are written as Django's serializers write them (times in UTC, amounts as text) and put back raw: ids, times and
hashes as they were, nothing computed anew.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.core.serializers.jsonl import Deserializer, Serializer
from django.db import connection, connections, models, transaction
from django.db.models.sql import InsertQuery

_LEFT_OUT: Final = frozenset({"sessions.Session", "axes.AccessAttempt", "axes.AccessLog"})
"""Who is signed in, and who failed to: it is over after a restore."""
_OF_ONE_DATABASE: Final = "wagtailsearch"
"""Wagtail's own index of what is searched on its screens has other tables on each database; nothing of ours is in it."""
_AT_ONCE: Final = 500


class _Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's own cuts them to milliseconds."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.datetime | dt.time) else super().default(value)


def kept_models() -> list[type[models.Model]]:
    """Every model with a table of its own that a backup holds, links between two models included.

    Kinds of content come first: some models look theirs up, or enter it, as soon as a row of them is made.
    """
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in _LEFT_OUT
        and model._meta.app_label != _OF_ONE_DATABASE
    ]
    return sorted(found, key=lambda model: model is not ContentType)


def is_left_out(name: str) -> bool:
    """Whether a backup of an older version may hold this table although it is not brought back."""
    return name.split(".")[0] == _OF_ONE_DATABASE


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database, on a connection of its own; others go on writing meanwhile."""
    real = connections["default"]
    facts: dict[str, Any] = dict(real.settings_dict)
    options = dict(facts.get("OPTIONS", {}))
    if real.vendor == "sqlite":
        options["transaction_mode"] = "DEFERRED"
    else:
        from psycopg import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections["default"] = type(real)(facts | {"OPTIONS": options}, "default")
    try:
        with transaction.atomic():
            yield
    finally:
        connections["default"].close()
        connections["default"] = real


def dump(model: type[models.Model], path: Path) -> int:
    """Write a table; the number of its rows."""
    rows = model._base_manager.order_by("pk")
    count = 0

    def counted() -> Iterator[models.Model]:
        nonlocal count
        for row in rows.iterator(chunk_size=2000):
            count += 1
            yield row

    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6, newline="\n") as file:
        Serializer().serialize(counted(), stream=file, fields=_columns(model), cls=_Exact)
    return count


def _columns(model: type[models.Model]) -> list[str]:
    """The columns of the table itself; links to many stand in tables of their own."""
    return [each.name for each in model._meta.local_concrete_fields]


def load(model: type[models.Model], path: Path, progress: Callable[[int], None]) -> int:
    """Put the rows of a table back, raw."""
    fields = list(model._meta.local_concrete_fields)
    size = min(_AT_ONCE, connection.ops.bulk_batch_size(fields, [None] * _AT_ONCE))
    batch: list[models.Model] = []
    count = 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for found in Deserializer(file):
            batch.append(_row(model, found.object))
            count += 1
            if len(batch) >= size:
                _insert(model, fields, batch)
                batch.clear()
                progress(count)
    if batch:
        _insert(model, fields, batch)
    return count


def _row(model: type[models.Model], row: models.Model) -> models.Model:
    if row._meta.concrete_model is not model:
        raise ValueError(f"{row._meta.label_lower} stands among the rows of {model._meta.label_lower}")
    return row


def _insert(model: type[models.Model], fields: list[Any], rows: list[models.Model]) -> None:
    """``bulk_create`` would set times anew and refuses models that inherit; this is what saving raw does underneath."""
    query = InsertQuery(model)
    query.insert_values(fields, rows, raw=True)
    query.get_compiler(connection=connection).execute_sql()


def empty(kept: list[type[models.Model]]) -> None:
    """Take out what migrating an empty database has put in: the backup brings its own."""
    ContentType.objects.clear_cache()
    with connection.cursor() as cursor:
        for model in kept:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  # the name of a table of ours


def renew_counters(kept: list[type[models.Model]]) -> None:
    """Let the database count on from the highest number there is."""
    statements = connection.ops.sequence_reset_sql(no_style(), kept)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
