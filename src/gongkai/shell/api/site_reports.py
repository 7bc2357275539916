"""Yearly reports of websites over the API: what is published, for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema

from gongkai.shell.api.faults import PUBLIC_FAULTS
from gongkai.shell.api.words import Words
from gongkai.wings.publishing.sitereports.exporting import record
from gongkai.wings.publishing.sitereports.models import FormKind, SiteReport
from gongkai.wings.publishing.sitereports.pages import url_of
from gongkai.wings.publishing.sitereports.services import before

router = Router(tags=["reports of websites"])


class ListedSiteReport(Schema):
    """A published report; ``form`` is site, or supervision for that on the websites an organ supervises."""

    site: str
    name: str
    year: int
    form: FormKind
    published_on: date
    url: str


class SiteReportOut(Schema):
    """The report as its JSON file: ``values`` and those of the year before, by the names of the form's fields."""

    site: str
    year: int
    form: FormKind
    instrument: str
    values: dict[str, str]
    year_before: dict[str, str]


class SiteReportFilters(Schema):
    year: int | None = None
    site: Words = ""
    form: FormKind | None = None


@router.get("", response={200: list[ListedSiteReport], **PUBLIC_FAULTS}, auth=None)
def published(request: HttpRequest, which: Query[SiteReportFilters]) -> Any:
    """Every published report, newest year first; of one year, site (by its short name) or form, if named."""
    found = _published()
    if which.year is not None:
        found = found.filter(year=which.year) if 0 < which.year < 10_000 else found.none()
    if which.site:
        found = found.filter(site__slug=which.site)
    if which.form is not None:
        found = found.filter(form=which.form)
    return [
        ListedSiteReport(
            site=report.site.slug,
            name=report.site.name,
            year=report.year,
            form=report.form,
            published_on=timezone.localtime(report.published_at).date(),
            url=url_of(report),
        )
        for report in found
    ]


@router.get("/{site}/{year}", response={200: SiteReportOut, **PUBLIC_FAULTS}, auth=None)
def one(request: HttpRequest, site: str, year: int, form: FormKind = FormKind.SITE) -> Any:
    """A published report in the shape of its JSON file."""
    if not 0 < year < 10_000:
        raise Http404
    report = get_object_or_404(_published(), site__slug=site, year=year, form=form)
    return record(
        name=report.site.name, year=year, values=report.public, before=before(report), which=report.form
    )


def _published() -> Any:
    return SiteReport.objects.exclude(published_at=None).select_related("site")
