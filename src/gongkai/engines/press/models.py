"""The press's durable memory in the main database: what has changed and is not on disk yet, and the full builds."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""``not_before`` of a change that may be rendered as soon as it is committed, whatever the clocks say."""


class Lane(models.TextChoices):
    """People wait for the first, nobody waits for the second; the third asks for a full build."""

    PEOPLE = "people", _("People")
    BULK = "bulk", _("Bulk")
    BUILD = "build", _("Full build")


class Change(models.Model):
    """Something whose pages are not on disk yet. Deleted once they are."""

    key = models.CharField(_("change"), max_length=1000)
    lane = models.CharField(_("lane"), max_length=6, choices=Lane, default=Lane.PEOPLE)
    not_before = models.DateTimeField(_("not before"), default=AT_ONCE)
    """The moment a change by the calendar takes place; after a failure, that of the next try."""
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        ordering = ["id"]
        # The worker looks twice a second; what is for later must cost it nothing.
        indexes = [models.Index(fields=["lane", "not_before", "id"], name="press_change_due")]

    def __str__(self) -> str:
        return self.key


class Build(models.Model):
    """One full build: what the progress bar and the workbench show."""

    tree = models.CharField(_("tree"), max_length=60)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    pages_done = models.PositiveIntegerField(_("pages done"), default=0)
    pages_total = models.PositiveIntegerField(_("pages in all"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("full build")
        verbose_name_plural = _("full builds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=models.F("started_at")),
                name="press_build_times",
            )
        ]

    def __str__(self) -> str:
        return self.tree
