"""The public page that checks anybody's report: upload, faults, tables with the faulty cells marked. Nothing is kept.

Addresses: /report-check/ and, in traditional characters, /hant/report-check/; open to everybody, slowed down by where
uploads come from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.engines.exchange.tables import csv_text
from gongkai.engines.press import Crumb
from gongkai.wings.disclosure.annual.checking import Fault, Verdict, check_all
from gongkai.wings.disclosure.annual.checking.words import kind_label, rule_label
from gongkai.wings.disclosure.annual.reading import MOST_BYTES, NotRead, read_reports
from gongkai.wings.disclosure.annual.reading.words import told
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.grids import Grid, sections
from gongkai.wings.disclosure.apply import limits
from gongkai.wings.disclosure.apply.printing import (
    in_chinese,
    page_for_one,
    root_of,
    secured,
    version_of,
)
from gongkai.wings.disclosure.apply.visits import address_of

HOME: Final = "/report-check/"
UPLOADS: Final = limits.Allowance(40, dt.timedelta(hours=1))
"""From one address; a whole office may sit behind one."""
MOST_SHOWN: Final = 500
"""Faults on one page."""
MOST_REPORTS_SHOWN: Final = 4
HELD_FOR: Final = 3600
"""Seconds a result can be downloaded; it is held by the page itself, signed, and not by us."""
ACCEPTED: Final = ".json,.html,.htm,.docx,.xlsx,.pdf"
_SALT: Final = "report-check"


@dataclass(frozen=True, slots=True)
class ShownFault:
    number: int
    fault: Fault
    kind: str
    rule: str
    links: tuple[tuple[str, str], ...]
    """Anchor and words of the cells that can be gone to."""


@dataclass(frozen=True, slots=True)
class ShownReport:
    title: str
    grids: tuple[tuple[str, Grid], ...]
    marks: dict[str, int]
    """Number of the first fault of a cell, by path."""
    prefix: str

    def anchor(self, cell: str) -> str:
        return anchor(self.prefix, cell)


@require_http_methods(["GET", "POST"])
@in_chinese
def start(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, "ask.html", _("Check an annual report"), faults=[], year="")
    now, address = timezone.now(), address_of(request)
    if limits.is_spent("report-check", address, UPLOADS, now=now):
        words = _("Too many reports were handed in from here. Please try again in an hour.")
        return _asked_again(request, [("report", words)], status=429)
    uploaded, before = request.FILES.get("report"), request.FILES.get("previous")
    year = request.POST.get("year", "").strip()[:10]
    faults = []
    if not isinstance(uploaded, UploadedFile):
        faults.append(("report", _("Choose a file.")))
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        faults.append(("year", _("Give the year in four digits.")))
    if faults:
        return _asked_again(request, faults)
    limits.count("report-check", address, UPLOADS, now=now)
    reports = _read(uploaded, "report", faults, int(year) if year else None)
    earlier = _read(before, "previous", faults, None) if isinstance(before, UploadedFile) else ()
    if faults:
        return _asked_again(request, faults)
    verdict = check_all(reports, previous=earlier[0] if earlier else None)
    return _result(request, reports, verdict)


@require_POST
@in_chinese
def download(request: HttpRequest) -> HttpResponse:
    """The faults the page holds, as a file. Only what we signed comes back."""
    try:
        held = signing.loads(request.POST.get("held", ""), salt=_SALT, max_age=HELD_FOR)
    except signing.BadSignature:
        words = _("The result is no longer held. Check the report again.")
        return _asked_again(request, [("report", words)])
    if request.POST.get("format") == "csv":
        answer = HttpResponse(_csv(held["faults"]), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="report-check.csv"'
    else:
        text = json.dumps(held, ensure_ascii=False, indent=1)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="report-check.json"'
    return secured(answer)


urlpatterns = [path("", start), path("download/", download)]


def _read(uploaded: Any, name: str, faults: list[tuple[str, str]], year: int | None) -> tuple[Report, ...]:
    try:
        if uploaded.size > MOST_BYTES:
            raise NotRead("big")
        return read_reports(uploaded.read(), year=year)
    except NotRead as refusal:
        faults.append((name, " ".join(told(refusal))))
        return ()


def _asked_again(request: HttpRequest, faults: list[tuple[str, str]], status: int = 422) -> HttpResponse:
    year = request.POST.get("year", "").strip()[:10]
    return _page(request, "ask.html", _("Check an annual report"), status=status, faults=faults, year=year)


def _result(request: HttpRequest, reports: Sequence[Report], verdict: Verdict) -> HttpResponse:
    from gongkai.wings.disclosure.annual.checking import name

    numbered = list(enumerate(verdict.faults[:MOST_SHOWN], start=1))
    shown = []
    prefixes = {name(report): f"r{at}" for at, report in enumerate(reports[:MOST_REPORTS_SHOWN])}
    for at, report in enumerate(reports[:MOST_REPORTS_SHOWN]):
        marks: dict[str, int] = {}
        for number, fault in numbered:
            if fault.report == name(report):
                for cell in fault.cells:
                    marks.setdefault(cell, number)
        grids = tuple((section.heading, grid) for section in sections(report) for grid in section.grids)
        shown.append(ShownReport(name(report), grids, marks, f"r{at}"))
    there = {
        anchor(each.prefix, cell.path)
        for each in shown
        for _heading, grid in each.grids
        for row in grid.body
        for cell in row
        if cell.path
    }
    faults = [
        ShownFault(
            number, fault, kind_label(fault.kind), rule_label(fault.rule), _links(fault, prefixes, there)
        )
        for number, fault in numbered
    ]
    held = signing.dumps(verdict.to_json(), salt=_SALT, compress=True) if verdict.faults else ""
    return _page(
        request,
        "result.html",
        _("Result of the check"),
        crumbs=[Crumb(_("Check an annual report"), HOME)],
        faults=faults,
        count=len(verdict.faults),
        remarks=verdict.remarks[:MOST_SHOWN],
        reports=shown,
        held=held,
    )


def _links(fault: Fault, prefixes: dict[str, str], there: set[str]) -> tuple[tuple[str, str], ...]:
    prefix = prefixes.get(fault.report)
    if prefix is None:
        return ()
    found = [anchor(prefix, cell) for cell in fault.cells]
    return tuple((each, fault.place) for each in found if each in there)[:1]


def anchor(prefix: str, cell: str) -> str:
    """A name for a cell that any browser takes as an id."""
    return f"{prefix}-{hashlib.sha256(cell.encode()).hexdigest()[:10]}"


def _csv(faults: list[dict[str, Any]]) -> str:
    headings = (
        _("Report and year"),
        _("Check rule"),
        _("Kind of fault"),
        _("Where it is"),
        _("What is wrong"),
        _("Number found"),
        _("Number expected"),
        _("How to mend"),
        _("Words of the report"),
        _("Cells"),
    )
    return csv_text(
        headings,
        (
            (
                each["report"],
                each["rule"],
                kind_label(each["kind"]),
                each["place"],
                each["message"],
                each["left"],
                each["right"],
                each["mend"],
                each["quote"],
                " ".join(each["cells"]),
            )
            for each in faults
        ),
    )


def _page(
    request: HttpRequest,
    template: str,
    title: str,
    *,
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    return page_for_one(
        request,
        f"public/reportcheck/{template}",
        title,
        indexed=request.path.removeprefix(root_of(request)) == HOME,
        crumbs=crumbs,
        status=status,
        version=version_of("request/request.css", "annual/check.css"),
        accepted=ACCEPTED,
        largest=MOST_BYTES // 1024 // 1024,
        **context,
    )
