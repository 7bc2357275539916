"""The outbox: what has changed, written in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from gongkai.engines.press.models import Change, Lane

REBUILD = "rebuild"
"""The change that asks for a full build."""


def changed(*changes: str, lane: str = Lane.PEOPLE, not_before: datetime | None = None) -> None:
    """Say that what ``changes`` name has changed; the pages follow after the commit.

    Must be called inside the transaction that makes the change, so that both stand or fall together.
    ``not_before`` holds the rendering back, for what changes by the calendar alone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("press.changed needs transaction.atomic")
    Change.objects.bulk_create(
        Change(key=change, lane=lane, not_before=not_before) for change in dict.fromkeys(changes)
    )


def due(lane: str | None, limit: int, now: datetime | None = None) -> Sequence[Change]:
    """The next changes to work on, people first, oldest first."""
    now = now or timezone.now()
    rows = Change.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
    ).exclude(key=REBUILD)
    if lane is not None:
        return list(rows.filter(lane=lane).order_by("id")[:limit])
    people = list(rows.filter(lane=Lane.PEOPLE).order_by("id")[:limit])
    return people or list(rows.filter(lane=Lane.BULK).order_by("id")[:limit])


def people_are_waiting() -> bool:
    now = timezone.now()
    return (
        Change.objects.filter(
            Q(not_before__isnull=True) | Q(not_before__lte=now),
            Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
            lane=Lane.PEOPLE,
        )
        .exclude(key=REBUILD)
        .exists()
    )
