"""The press's durable memory in the main database: what has changed and is not on disk yet, and the builds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Lane(models.TextChoices):
    """People wait for the one; nobody waits for the other."""

    PEOPLE = "people", _("People")
    BULK = "bulk", _("Bulk")


class Change(models.Model):
    """Something the pages of which are not on disk yet. Deleted once they are."""

    key = models.CharField(_("change"), max_length=80)
    lane = models.CharField(_("lane"), max_length=6, choices=Lane, default=Lane.PEOPLE)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("pending change")
        verbose_name_plural = _("pending changes")
        ordering = ["id"]
        indexes = [models.Index(fields=["lane", "id"])]

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
