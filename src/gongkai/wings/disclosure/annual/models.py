"""Annual reports, numbers organs file, and what was promised. Only ``services`` and ``improving`` write these tables."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongkai.engines.figures.models import Snapshot
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual.forms import Form, form
from gongkai.wings.disclosure.annual.shape import Number

REPORTERS = (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)
"""Who writes an organ's report. Who approves it is the head, and never the one who submitted it."""


class Status(models.TextChoices):
    DRAFT = "draft", _("Report being drafted")
    SUBMITTED = "submitted", _("Report under review")
    APPROVED = "approved", _("Report approved, numbers frozen")
    PUBLISHED = "published", _("Report published")


def as_json(cells: dict[str, Number]) -> dict[str, int | str | None]:
    """Numbers as JSON keeps them: amounts as text, so that no digit is lost."""
    return {path: str(value) if isinstance(value, Decimal) else value for path, value in cells.items()}


def from_json(cells: dict[str, int | str | None]) -> dict[str, Number]:
    return {path: Decimal(value) if isinstance(value, str) else value for path, value in cells.items()}


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    def visible_to(self, user: User) -> AnnualReportQuerySet:
        """The reports of the organs somebody writes, approves or audits reports for."""
        if user.is_superuser:
            return self
        return self.filter(organ__in=user.organs(*REPORTERS, Role.AUDITOR))

    def published(self) -> AnnualReportQuerySet:
        """What the public may read: it stays, while a correction of it is being written, as it was published."""
        return self.exclude(published_at=None)


class AnnualReport(models.Model):
    """The report of one organ, or of a government with every organ below it (``whole``), on one year.

    ``texts`` hold sentences by number of the section, with numbers written as names in braces (``drafting``). While it is
    drafted the numbers are counted at every look; ``cells`` holds them from the approval on, and ``public`` what was
    published last.
    """

    organ = models.ForeignKey(Organ, models.PROTECT, verbose_name=_("organ"), related_name="annual_reports")
    year = models.PositiveSmallIntegerField(_("report year"))
    whole = models.BooleanField(_("with all organs below"), default=False)
    form_code = models.CharField(_("form"), max_length=4)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    texts = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    filed = models.JSONField(default=list)
    """Paths of the cells that rest on filed numbers."""
    public = models.JSONField(default=dict)
    """What the public reads: the report as ``shape.Report.to_json`` gives it, with its texts and its parts."""
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, blank=True, related_name="+")
    overruled = models.TextField(
        _("reason for keeping what the check points at"), blank=True, max_length=1000
    )
    remarks = models.TextField(_("remarks of the reviewer"), blank=True, max_length=1000)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("submitted by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    corrected = models.PositiveSmallIntegerField(default=0)
    """How often it was taken up again after its publication."""
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering: ClassVar[list[Any]] = ["-year", "organ__path"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["organ", "year", "whole"], name="annual_report_once"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="annual_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.year}"

    @property
    def form(self) -> Form:
        return form(self.form_code)

    @property
    def ledger_name(self) -> str:
        return f"annual-report:{self.pk}"


class Filing(models.Model):
    """Numbers an organ files by hand or by file: what no record here counts. ``elsewhere``: it keeps its requests and
    remedies in another system and files sections 三 and 四 too."""

    organ = models.ForeignKey(Organ, models.PROTECT, verbose_name=_("organ"), related_name="annual_filings")
    year = models.PositiveSmallIntegerField(_("report year"))
    form_code = models.CharField(_("form"), max_length=4)
    cells = models.JSONField(default=dict)
    elsewhere = models.BooleanField(_("keeps its records elsewhere"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(_("filed at"))

    class Meta:
        verbose_name = _("filed numbers")
        verbose_name_plural = _("filed numbers")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["organ", "year"], name="annual_filing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organ} {self.year}"

    @property
    def numbers(self) -> dict[str, Number]:
        return from_json(self.cells)


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def open(self) -> ImprovementQuerySet:
        return self.filter(closed_on__isnull=True)

    def overdue(self, on: dt.date) -> ImprovementQuerySet:
        return self.open().filter(due_on__lt=on)


class Improvement(models.Model):
    """A problem a report names, and what is done about it, by whom and until when (section 五).

    The report of the next year says what became of it.
    """

    class Result(models.TextChoices):
        DONE = "done", _("Measure carried out")
        PARTLY = "partly", _("Measure carried out in part")
        DROPPED = "dropped", _("Measure given up")

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="improvements")
    problem = models.CharField(_("problem"), max_length=300)
    measure = models.CharField(_("measure"), max_length=500)
    owner = models.CharField(_("responsible for the measure"), max_length=80)
    due_on = models.DateField(_("to be done by"))
    result = models.CharField(_("what became of it"), max_length=10, choices=Result, blank=True)
    proof = models.CharField(_("proof"), max_length=500, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering: ClassVar[list[Any]] = ["report", "id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, result="") | (Q(closed_on__isnull=False) & ~Q(result="")),
                name="annual_improvement_closed_with_result",
            ),
        ]

    def __str__(self) -> str:
        return self.problem
