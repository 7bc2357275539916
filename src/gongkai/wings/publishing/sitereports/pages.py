"""Published reports as pages of their site, with JSON, CSV and XLSX, each beside the year before: ``/site-reports/YEAR/``.

Those on supervision stand under ``/site-reports/supervision/``. The home page links both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry, file_of
from gongkai.engines.press.declarations import Frame
from gongkai.wings.publishing.sitereports import form
from gongkai.wings.publishing.sitereports.exporting import FORMATS, written
from gongkai.wings.publishing.sitereports.models import FormKind, SiteReport
from gongkai.wings.publishing.sitereports.services import before
from gongkai.wings.publishing.sites.frame import render

ROOM: Final = "/site-reports/"


class SiteReportPages:
    """Keys: ``2025``, ``2025.json`` of the site's report, ``supervision/2025`` and its files of the other form."""

    name = "site-report"

    def keys(self, site: str) -> Iterator[str]:
        for which, year in _published(site).values_list("form", "year"):
            yield from _keys(which, year)

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind != "site-report":
            return []
        report = SiteReport.objects.select_related("site").filter(pk=int(key)).first()
        if report is None:
            return []
        # The year after stands beside this one.
        return [
            PageRef(self.name, report.site.slug, each)
            for year in (report.year, report.year + 1)
            for each in _keys(report.form, year)
        ]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            found = {_keys(report.form, report.year)[0]: report for report in _published(site)}
            for key in keys:
                name, _dot, kind = key.partition(".")
                report = found.get(name)
                if frame is None or report is None:
                    yield key, None
                elif kind:
                    yield key, _file(frame, report, kind)
                else:
                    yield key, _page(frame, report)


def _keys(which: str, year: int) -> list[str]:
    start = str(year) if which == FormKind.SITE else f"{which}/{year}"
    return [start, *(f"{start}.{kind}" for kind in FORMATS)]


def url_of(report: SiteReport) -> str:
    return f"{ROOM}{_keys(report.form, report.year)[0]}/"


def _published(site: str) -> Any:
    return SiteReport.objects.exclude(published_at=None).filter(site__slug=site).select_related("site")


def shelf(frame: Frame) -> Shelf:
    """On the home page: the newest three of each form."""
    entries = [
        ShelfEntry(_title(report), url_of(report), day=_day(report))
        for which in FormKind
        for report in _published(frame.slug).filter(form=which)[:3]
    ]
    return Shelf(_("Yearly reports of this website"), tuple(entries), frozenset({f"site:{frame.slug}"}))


def _title(report: SiteReport) -> str:
    if report.form == FormKind.SUPERVISION:
        return _("Yearly report on the supervision of websites, %s") % report.year
    return _("Yearly report of the website on %s") % report.year


def _day(report: SiteReport) -> str:
    assert report.published_at is not None
    return timezone.localtime(report.published_at).date().isoformat()


def _page(frame: Frame, report: SiteReport) -> Page:
    title, url = _title(report), url_of(report)
    earlier = before(report)
    context = {
        "site": frame,
        "page": frame.head(url, title, crumbs=[Crumb(title)]),
        "title": title,
        "report": report,
        "day": _day(report),
        "instrument": form.instrument(report.form),
        "blocks": form.lines(report.public, earlier, report.form),
        "has_before": bool(earlier),
        "files": [(kind.upper(), f"{url.rstrip('/')}.{kind}") for kind in FORMATS],
    }
    return Page(path=file_of(url), body=render("site_report.html", context), depends=_depends(frame, report))


def _depends(frame: Frame, report: SiteReport) -> set[str]:
    return {*frame.depends, f"site-report:{report.pk}"}


def _file(frame: Frame, report: SiteReport, kind: str) -> Page:
    return Page(
        path=file_of(f"{url_of(report).rstrip('/')}.{kind}"),
        body=written(
            kind,
            name=report.site.name,
            year=report.year,
            values=report.public,
            before=before(report),
            which=report.form,
        ),
        depends=_depends(frame, report),
        both_scripts=False,
    )


def page_kinds() -> tuple[press.PageKind, ...]:
    return (SiteReportPages(),)
