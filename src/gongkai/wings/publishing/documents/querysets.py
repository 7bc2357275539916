"""Questions asked of the document library, by their business names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from gongkai.wings.publishing.documents import gate

if TYPE_CHECKING:
    from gongkai.wings.publishing.documents.models import Document


class DocumentQuerySet(models.QuerySet["Document"]):
    def update(self, **values: Any) -> int:
        """As Django's, but ``live`` moves only through ``services`` (``gate``)."""
        if "live" in values:
            gate.require_open()
        return super().update(**values)

    def bulk_create(self, objs: Iterable[Document], *args: Any, **kwargs: Any) -> list[Document]:
        objs = list(objs)
        if any(document.live for document in objs):
            gate.require_open()
        return super().bulk_create(objs, *args, **kwargs)

    def public(self) -> DocumentQuerySet:
        """What anybody may read now."""
        return self.filter(live=True, withdrawn_at__isnull=True)

    def withdrawn(self) -> DocumentQuerySet:
        return self.filter(withdrawn_at__isnull=False)

    def of_kind(self, *kinds: str) -> DocumentQuerySet:
        return self.filter(kind__in=kinds)

    def published_in(self, year: int) -> DocumentQuerySet:
        return self.filter(published_at__year=year)

    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Library entries a member of staff may open in the workbench: those of the organs they serve."""
        if user.is_superuser:
            return self
        organs = user.organs()
        return self.filter(Q(kept_by__in=organs) | Q(kept_by__isnull=True, issuer__in=organs))

    def without_attribute(self) -> DocumentQuerySet:
        return self.filter(attribute="")

    def written_before(self, day: date) -> DocumentQuerySet:
        return self.filter(written_on__lt=day)

    def due_for_reassessment(self, day: date) -> DocumentQuerySet:
        """Withheld texts nobody has looked at again since ``day`` (条例 Art. 18)."""
        return (
            self.filter(attribute="withheld")
            .filter(Q(reassessed_on__lt=day) | Q(reassessed_on__isnull=True, created_at__date__lt=day))
            .order_by("reassessed_on", "created_at")
        )
