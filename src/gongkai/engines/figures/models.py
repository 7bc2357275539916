"""Frozen numbers. Only ``freezing`` writes this table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures.declarations import Period


class Snapshot(models.Model):
    """The numbers of one form as they were at one moment, and what they were counted from.

    ``cells`` is by name of the cell: ``figure``, ``where``, ``value`` and ``definition``, the fingerprint of the query.
    ``ledger_head`` is the fingerprint of the whole ledger then. The ledger holds ``digest``, so a number changed here
    afterwards is found (``freezing.is_genuine``).
    """

    subject = models.CharField(_("frozen numbers of"), max_length=120)
    since = models.DateField()
    until = models.DateField()
    organs = models.JSONField(default=list)
    cells = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    ledger_head = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("frozen at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("frozen by")
    )

    class Meta:
        verbose_name = _("frozen numbers")
        verbose_name_plural = _("frozen numbers")
        ordering: ClassVar[list[Any]] = ["-taken_at", "-id"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["subject", "-taken_at"], name="figures_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.taken_at:%Y-%m-%d}"

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    @property
    def values(self) -> dict[str, int]:
        return {key: cell["value"] for key, cell in self.cells.items()}
