"""Published reports as pages of the press: a list, one page per report, and its files beside it.

A site shows the reports of its own organ and of all below it. What is shown is what was published (``public``), so a
correction being written touches nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry, file_of
from gongkai.engines.press.declarations import Frame
from gongkai.engines.search import SearchRecord
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.annual.models import AnnualReport, Improvement
from gongkai.wings.disclosure.annual.numbers import reports_whole
from gongkai.wings.disclosure.annual.pictures import pictures
from gongkai.wings.disclosure.annual.publishing import published_shape
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.grids import sections
from gongkai.wings.disclosure.annual.writing.html import title

REPORTS: Final = "/annual-reports/"
ON_SHELF: Final = 20
FILES: Final = ("docx", "xlsx", "json")
_LIST: Final = "list"


class ReportKey(NamedTuple):
    """A report's page, or one of its files. ``pk`` is the report's."""

    pk: int
    file: str = ""

    @classmethod
    def parse(cls, key: str) -> ReportKey:
        pk, _dot, file = key.partition(".")
        return cls(int(pk), file)

    def __str__(self) -> str:
        return f"{self.pk}.{self.file}" if self.file else str(self.pk)


class AnnualReportPages:
    """The list of a site's reports, each report, and its files."""

    name = "annual-report"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is None:
            return
        yield _LIST
        for pk in _below(frame.organ_id).values_list("pk", flat=True):
            yield from (str(ReportKey(pk, file)) for file in ("", *FILES))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind != "annual-report":
            return []
        report = AnnualReport.objects.select_related("organ").filter(pk=int(key)).first()
        if report is None:
            return []
        files = [str(ReportKey(report.pk, file)) for file in ("", *FILES)]
        return [
            PageRef(self.name, site, each) for site in _sites_of(report.organ) for each in (_LIST, *files)
        ]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            wanted = {key: ReportKey.parse(key) for key in keys if key != _LIST}
            found = (
                {
                    each.pk: each
                    for each in _below(frame.organ_id).filter(pk__in={key.pk for key in wanted.values()})
                }
                if frame
                else {}
            )
            for key in keys:
                if frame is None:
                    yield key, None
                elif key == _LIST:
                    yield key, _list_page(frame)
                else:
                    report = found.get(wanted[key].pk)
                    yield key, _page(frame, report, wanted[key].file) if report else None


def _below(organ_id: int) -> QuerySet[AnnualReport]:
    organ = Organ.objects.get(pk=organ_id)
    return (
        AnnualReport.objects.published()
        .filter(organ__path__startswith=organ.path)
        .select_related("organ")
        .order_by("-year", "-whole", "organ__path")
    )


def _sites_of(organ: Organ) -> list[str]:
    return press.sites_of(set(Organ.objects.above(organ).values_list("code", flat=True)))


def url_of(report: AnnualReport, file: str = "") -> str:
    """The address of a report; the unusual one (a government alone, a department with all below) has another name."""
    name = report.organ.code
    if report.whole != reports_whole(report.organ):
        name += "-whole" if report.whole else "-alone"
    return f"{REPORTS}{name}-{report.year}.{file}" if file else f"{REPORTS}{name}/{report.year}/"


def shelf(frame: Frame) -> Shelf:
    """The newest reports of a site's own organ in its statutory column, with the way to all others."""
    below = _below(frame.organ_id)
    own = below.filter(organ_id=frame.organ_id)[:ON_SHELF]
    entries = [
        ShelfEntry(title(Report.from_json(report.public["report"])), url_of(report), day=_day(report))
        for report in own
    ]
    if below.exclude(organ_id=frame.organ_id).exists():
        entries.append(ShelfEntry(_("Reports of all departments and districts"), REPORTS))
    return Shelf(_("Annual reports"), tuple(entries), frozenset({"annual-reports"}))


def _day(report: AnnualReport) -> str:
    assert report.published_at is not None
    return timezone.localtime(report.published_at).date().isoformat()


# -- Printing ----------------------------------------------------------------------------------------


def _list_page(frame: Frame) -> Page:
    name = _("Annual reports of government information disclosure")
    rows = [
        (report.year, report.organ.name, url_of(report), _day(report)) for report in _below(frame.organ_id)
    ]
    return Page(
        path=file_of(REPORTS),
        body=press.printed(
            "public/annual/list.html",
            site=frame,
            page=frame.head(REPORTS, name, crumbs=[Crumb(name)]),
            title=name,
            years=[(year, list(group)) for year, group in groupby(rows, key=lambda row: row[0])],
        ),
        depends={*frame.depends, "annual-reports"},
    )


def _page(frame: Frame, report: AnnualReport, file: str) -> Page:
    shape = Report.from_json(report.public["report"])
    earlier = AnnualReport.objects.filter(organ=report.organ, year__lt=report.year).values_list(
        "pk", flat=True
    )
    depends = {*frame.depends, *(f"annual-report:{pk}" for pk in (report.pk, *earlier))}
    if file:
        return Page(
            path=file_of(url_of(report, file)),
            body=_file(report, published_shape(report), file),
            depends=depends,
            both_scripts=False,
        )
    url, name = url_of(report), title(shape)
    return Page(
        path=file_of(url),
        body=press.printed(
            "public/annual/page.html",
            site=frame,
            page=frame.head(
                url,
                name,
                crumbs=[
                    Crumb(_("Annual reports of government information disclosure"), REPORTS),
                    Crumb(name),
                ],
            ),
            title=name,
            report=report,
            day=_day(report),
            sections=sections(shape),
            public=report.public,
            results=dict(Improvement.Result.choices),
            elsewhere=[part["organ"] for part in report.public["parts"] if part["elsewhere"]],
            pictures=pictures(shape, _earlier(report)),
            files=[(file.upper(), url_of(report, file)) for file in FILES],
        ),
        depends=depends,
        search=SearchRecord(
            key=f"annual-report:{frame.slug}:{report.pk}",
            sites=(frame.slug,),
            url=url,
            title=name,
            text="\n".join(shape.sections.values()),
            organ=report.organ.name,
            organ_code=report.organ.code,
            kind="annual_report",
            kind_label=_("Disclosure annual report"),
            published_on=timezone.localtime(report.published_at).date() if report.published_at else None,
        ),
    )


def _earlier(report: AnnualReport, years: int = 5) -> list[Report]:
    """The published reports of the same organ on the years before."""
    found = AnnualReport.objects.published().filter(
        organ=report.organ, whole=report.whole, year__lt=report.year, year__gt=report.year - years
    )
    return [Report.from_json(each.public["report"]) for each in found]


def _file(report: AnnualReport, shape: Report, file: str) -> str | bytes:
    # Each writer brings a library along that nothing else needs at start-up.
    if file == "docx":
        from gongkai.wings.disclosure.annual.writing.docx import docx

        return docx(shape)
    if file == "xlsx":
        from gongkai.wings.disclosure.annual.writing.xlsx import xlsx

        return xlsx(shape, at=report.published_at)
    return json.dumps(shape.to_json(), ensure_ascii=False, indent=1) + "\n"


def page_kinds() -> tuple[press.PageKind, ...]:
    return (AnnualReportPages(),)
