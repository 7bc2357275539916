"""The rows behind a number, a page at a time: found again by where the last page ended, never by counting through."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

PAGE = 50
_MOST_SIGNS = 19


class Drilled(NamedTuple):
    """``next`` is the cursor of the page after this one, empty on the last."""

    rows: list[Any]
    next: str


def drilled(rows: QuerySet[Any], *, newest: str, after: str = "", size: int = PAGE) -> Drilled:
    """One page of rows, the newest first by the day in the column ``newest`` (empty: by number alone). A cursor that cannot
    be read gives the first page."""
    day, pk = _read(after)
    if pk is not None and newest and day is not None:
        # The first condition says nothing new; it lets the database begin at the day instead of at the start.
        rows = rows.filter(**{f"{newest}__lte": day}).filter(
            Q(**{f"{newest}__lt": day}) | Q(**{newest: day}, pk__lt=pk)
        )
    elif pk is not None and not newest:
        rows = rows.filter(pk__lt=pk)
    found = list(rows.order_by(*([f"-{newest}"] if newest else []), "-pk")[: size + 1])
    if len(found) <= size:
        return Drilled(found, "")
    last = found[size - 1]
    return Drilled(found[:size], f"{getattr(last, newest).isoformat() if newest else ''}:{last.pk}")


def _read(cursor: str) -> tuple[dt.date | None, int | None]:
    day, _colon, pk = cursor.partition(":")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < _MOST_SIGNS):
        return None, None
    try:
        return (dt.date.fromisoformat(day) if day else None), int(pk)
    except ValueError:
        return None, None
