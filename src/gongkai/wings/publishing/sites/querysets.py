"""Questions asked of columns and placements, by their business names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from gongkai.wings.publishing.sites.models import Column, Placement  # noqa: F401  # named in the bases below


class ColumnQuerySet(models.QuerySet["Column"]):
    def open(self, on: date) -> ColumnQuerySet:
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))

    def in_menu(self) -> ColumnQuerySet:
        return self.filter(in_menu=True, parent__isnull=True).order_by("order", "id")


class PlacementQuerySet(models.QuerySet["Placement"]):
    def public(self) -> PlacementQuerySet:
        """Placements whose document anybody may read now."""
        return self.filter(document__live=True, document__withdrawn_at__isnull=True, sequence__isnull=False)

    def newest_first(self) -> PlacementQuerySet:
        return self.order_by("-shown_at", "-sequence")
