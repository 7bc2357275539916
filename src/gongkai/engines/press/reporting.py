"""How the press is doing, for the command line and the workbench."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from gongkai.engines.press.models import AT_ONCE, Build, Change, Lane
from gongkai.engines.press.pages_db import PagesDb, TreeOutdated
from gongkai.engines.press.tree import current_tree

SHOWN_FAILURES = 100


@dataclass(frozen=True, slots=True)
class PressStatus:
    tree: str
    """Empty before the first build."""
    pages: int
    """Each script counted as one."""
    pending_people: int
    pending_bulk: int
    scheduled: int
    """Changes whose day has not come."""
    oldest: timedelta | None
    """How long the oldest pending change has been waiting."""
    failed: int
    failures: list[Change]
    """The first hundred changes that could not be published, each with its error, attempts and next try."""
    build_wanted: bool
    last_build: Build | None

    @property
    def ok(self) -> bool:
        """Nothing has failed, the last full build included."""
        return not self.failed and not (self.last_build and self.last_build.error)


def status(now: datetime | None = None) -> PressStatus:
    now = now or timezone.now()
    changes = Change.objects.exclude(lane=Lane.BUILD)
    scheduled = Q(attempts=0, not_before__gt=now)
    pending = changes.exclude(scheduled)
    failed = Change.objects.exclude(error="")
    tree = current_tree()
    return PressStatus(
        tree=tree.name if tree else "",
        pages=_pages(),
        pending_people=pending.filter(lane=Lane.PEOPLE).count(),
        pending_bulk=pending.filter(lane=Lane.BULK).count(),
        scheduled=changes.filter(scheduled).count(),
        oldest=_oldest(pending, now),
        failed=failed.count(),
        failures=list(failed[:SHOWN_FAILURES]),
        build_wanted=Change.objects.filter(lane=Lane.BUILD).exists(),
        last_build=Build.objects.first(),
    )


def _oldest(pending: QuerySet[Change], now: datetime) -> timedelta | None:
    """A change by the calendar waits since its day, any other since it was made."""
    by_calendar = Q(attempts=0, not_before__gt=AT_ONCE)
    since = [
        pending.exclude(by_calendar).aggregate(first=Min("created_at"))["first"],
        pending.filter(by_calendar).aggregate(first=Min("not_before"))["first"],
    ]
    known = [moment for moment in since if moment is not None]
    return now - min(known) if known else None


def _pages() -> int:
    tree = current_tree()
    if tree is None:
        return 0
    try:
        record = PagesDb.read(tree)
    except (TreeOutdated, sqlite3.OperationalError):
        return 0
    try:
        return record.count()
    finally:
        record.close()
