"""Yearly reports of sites. Only ``services`` writes this table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures.models import Snapshot
from gongkai.wings.publishing.sites.models import Site


class Status(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Waits for approval")
    PUBLISHED = "published", _("On the site")


class FormKind(models.TextChoices):
    SITE = "site", _("Yearly report of the website")
    SUPERVISION = "supervision", _("Yearly report on the supervision of websites")


class SiteReport(models.Model):
    """The report of one site on one year; or, on the same site, of its organ on the websites it supervises.

    ``entered`` is what was filled in by hand, ``public`` what was published.
    """

    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"), related_name="year_reports")
    year = models.PositiveSmallIntegerField(_("year of the report"))
    form = models.CharField(_("form"), max_length=11, choices=FormKind, default=FormKind.SITE)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    entered = models.JSONField(default=dict)
    public = models.JSONField(default=dict)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("yearly report of a site")
        verbose_name_plural = _("yearly reports of sites")
        ordering: ClassVar[list[str]] = ["-year", "site", "form"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["site", "year", "form"], name="sitereports_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.year}"
