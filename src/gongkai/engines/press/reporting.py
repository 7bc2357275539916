"""How the press is doing, for the command line and the workbench."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from gongkai.engines.press.models import Build, Change, Lane
from gongkai.engines.press.pages_db import PagesDb
from gongkai.engines.press.tree import current_tree


@dataclass(frozen=True, slots=True)
class PressStatus:
    tree: str
    """Empty before the first build."""
    pages: int
    pending_people: int
    pending_bulk: int
    scheduled: int
    """Changes whose time has not come."""
    oldest: timedelta | None
    """How long the oldest change that could be rendered has been waiting."""
    failures: list[Change]
    last_build: Build | None


def status() -> PressStatus:
    now = timezone.now()
    ready = Change.objects.filter(Q(not_before__isnull=True) | Q(not_before__lte=now))
    oldest = ready.order_by("created_at").values_list("created_at", flat=True).first()
    tree = current_tree()
    pages = 0
    if tree is not None:
        record = PagesDb(tree)
        pages = record.count()
        record.close()
    return PressStatus(
        tree=tree.name if tree else "",
        pages=pages,
        pending_people=ready.filter(lane=Lane.PEOPLE).count(),
        pending_bulk=ready.filter(lane=Lane.BULK).count(),
        scheduled=Change.objects.filter(not_before__gt=now).count(),
        oldest=now - oldest if oldest else None,
        failures=list(ready.exclude(error="")[:100]),
        last_build=Build.objects.first(),
    )
