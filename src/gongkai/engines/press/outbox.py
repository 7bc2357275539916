"""The outbox: what has changed, written in the transaction that changed it, taken out when its pages are on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from gongkai.engines.press.declarations import PageRef
from gongkai.engines.press.models import AT_ONCE, Change, Lane
from gongkai.foundation.doorbell import ring_on_commit

BELL = "press"
"""What the worker waits at."""
REBUILD = "rebuild"
"""The change that asks for a full build."""
_PAGE = "page:"
FIRST_RETRY = timedelta(seconds=5)
LAST_RETRY = timedelta(minutes=10)
_AT_ONCE = 5000
"""Rows named in one statement."""


def changed(*changes: str, lane: str = Lane.PEOPLE, not_before: datetime | None = None) -> None:
    """Say that what ``changes`` name has changed; the pages follow after the commit.

    Must be called inside the transaction that makes the change, so that both stand or fall together.
    ``not_before`` holds the rendering back, for what changes by the calendar alone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("press.changed needs transaction.atomic")
    if lane not in (Lane.PEOPLE, Lane.BULK):
        raise ValueError(f"the press has no lane {lane!r}")
    Change.objects.bulk_create(
        Change(key=key, lane=Lane.BUILD if key == REBUILD else lane, not_before=not_before or AT_ONCE)
        for key in dict.fromkeys(changes)
    )
    if not_before is None:
        ring_on_commit(BELL)


# -- A single page as a change: one that a full build could not make -------------------------------------------


def page_change(ref: PageRef) -> str:
    return f"{_PAGE}{ref.site}/{ref.kind}/{ref.key}"


def page_of(change: str) -> PageRef | None:
    """The page that a change names outright."""
    if not change.startswith(_PAGE):
        return None
    site, kind, key = change.removeprefix(_PAGE).split("/", 2)
    return PageRef(kind, site, key)


# -- Taking ----------------------------------------------------------------------------------------------------


def is_due(*lanes: str) -> bool:
    """Whether ``due`` would find anything in one of the lanes.

    The worker asks all day, mostly for nothing: a query put together anew each time costs ten times as much as this.
    """
    marks = ", ".join(["%s"] * len(lanes))
    look = f"SELECT 1 FROM {Change._meta.db_table} WHERE lane IN ({marks}) AND not_before <= %s LIMIT 1"  # noqa: S608
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(look, [*map(str, lanes), now])
        return cursor.fetchone() is not None


def due(lane: str, *, limit: int) -> Sequence[Change]:
    """Changes of a lane that are due: those that never had to wait first, then by the moment they fell due."""
    rows = Change.objects.filter(lane=lane, not_before__lte=timezone.now())
    return list(rows.order_by("not_before", "id")[:limit])


def overtaking(*, besides: Collection[int], limit: int) -> Sequence[Change]:
    """What people wait for and nobody has in hand yet."""
    rows = Change.objects.filter(lane=Lane.PEOPLE, not_before=AT_ONCE)
    return list(rows.exclude(pk__in=besides).order_by("id")[:limit])


# -- A full build ----------------------------------------------------------------------------------------------


def taken_in_by_a_build() -> list[int]:
    """The changes that a full build beginning now takes in: all that are committed, those that failed before too.

    Not those of a day to come. Told apart one by one, for on PostgreSQL a lower id may be committed later.
    """
    to_come = Q(attempts=0, not_before__gt=timezone.now())
    return list(Change.objects.exclude(to_come).values_list("pk", flat=True))


def take_out(taken: Sequence[int]) -> None:
    for start in range(0, len(taken), _AT_ONCE):
        Change.objects.filter(pk__in=taken[start : start + _AT_ONCE]).delete()


# -- Putting back ----------------------------------------------------------------------------------------------


def settle(changes: Sequence[Change], broken: Mapping[int, str]) -> list[Change]:
    """Take finished changes out. Failed ones stay, with the reason and a later time to try again.

    Returns those that fail for a reason they did not fail for before.
    """
    done = [change.pk for change in changes if change.pk not in broken]
    if done:
        Change.objects.filter(pk__in=done).delete()
    news = []
    for change in changes:
        reason = broken.get(change.pk)
        if reason is None:
            continue
        if change.error != reason:
            news.append(change)
        wait = min(FIRST_RETRY * 2 ** min(change.attempts, 10), LAST_RETRY)
        change.error = reason
        Change.objects.filter(pk=change.pk).update(
            attempts=change.attempts + 1, error=reason, not_before=timezone.now() + wait
        )
    return news
