"""Published reports as pages of their site: ``/site-reports/YEAR/`` and ``YEAR.json``, linked from the home page."""

from __future__ import annotations

import json
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
from gongkai.wings.publishing.sitereports.models import SiteReport
from gongkai.wings.publishing.sites.frame import render

ROOM: Final = "/site-reports/"


class SiteReportPages:
    name = "site-report"

    def keys(self, site: str) -> Iterator[str]:
        for year in _published(site).values_list("year", flat=True):
            yield from (str(year), f"{year}.json")

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind != "site-report":
            return []
        report = SiteReport.objects.select_related("site").filter(pk=int(key)).first()
        if report is None:
            return []
        return [
            PageRef(self.name, report.site.slug, each) for each in (str(report.year), f"{report.year}.json")
        ]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            found = {str(report.year): report for report in _published(site)}
            for key in keys:
                report = found.get(key.removesuffix(".json"))
                if frame is None or report is None:
                    yield key, None
                elif key.endswith(".json"):
                    yield key, _data(frame, report)
                else:
                    yield key, _page(frame, report)


def _published(site: str) -> Any:
    return SiteReport.objects.exclude(published_at=None).filter(site__slug=site).select_related("site")


def shelf(frame: Frame) -> Shelf:
    """On the home page: the newest three."""
    entries = [
        ShelfEntry(_title(report), f"{ROOM}{report.year}/", day=_day(report))
        for report in _published(frame.slug)[:3]
    ]
    return Shelf(_("Yearly reports of this website"), tuple(entries), frozenset({f"site:{frame.slug}"}))


def _title(report: SiteReport) -> str:
    return _("Yearly report of the website on %s") % report.year


def _day(report: SiteReport) -> str:
    assert report.published_at is not None
    return timezone.localtime(report.published_at).date().isoformat()


def _page(frame: Frame, report: SiteReport) -> Page:
    title, url = _title(report), f"{ROOM}{report.year}/"
    context = {
        "site": frame,
        "page": frame.head(url, title, crumbs=[Crumb(title)]),
        "title": title,
        "report": report,
        "day": _day(report),
        "instrument": form.instrument(),
        "blocks": form.blocks(),
        "data": f"{ROOM}{report.year}.json",
    }
    return Page(
        path=file_of(url),
        body=render("site_report.html", context),
        depends={*frame.depends, f"site-report:{report.pk}"},
    )


def _data(frame: Frame, report: SiteReport) -> Page:
    told = {
        "site": report.site.name,
        "year": report.year,
        "instrument": form.instrument(),
        "values": report.public,
    }
    return Page(
        path=file_of(f"{ROOM}{report.year}.json"),
        body=json.dumps(told, ensure_ascii=False, indent=1) + "\n",
        depends={*frame.depends, f"site-report:{report.pk}"},
        both_scripts=False,
    )


def page_kinds() -> tuple[press.PageKind, ...]:
    return (SiteReportPages(),)
