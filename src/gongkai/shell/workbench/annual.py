"""Annual reports at the workbench: who owes what, one report from draft to publication, numbers filed, the plan."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines import figures
from gongkai.engines.figures import Period
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.figures import drill_url
from gongkai.shell.workbench.pages import WorkbenchPage, attempt
from gongkai.wings.disclosure.annual import drafting, filing, improving, services
from gongkai.wings.disclosure.annual.deadlines import deadlines
from gongkai.wings.disclosure.annual.forms import Form, UnknownForm, form_of, forms
from gongkai.wings.disclosure.annual.judging import alike, judge
from gongkai.wings.disclosure.annual.models import REPORTERS, AnnualReport, Filing, Improvement, Status
from gongkai.wings.disclosure.annual.numbers import counted_cells, organs_of, report_of, reports_whole
from gongkai.wings.disclosure.annual.overview import Row, overview
from gongkai.wings.disclosure.annual.pages import url_of
from gongkai.wings.disclosure.annual.reading import MOST_BYTES, NotRead, read_reports
from gongkai.wings.disclosure.annual.shape import MalformedReport, Number, Report
from gongkai.wings.disclosure.annual.standing import Standing, standing
from gongkai.wings.disclosure.annual.writing.grids import Grid, GridCell, sections, text_of

ROLES: Final = (*REPORTERS, Role.AUDITOR)


def _year(request: HttpRequest) -> int:
    """The year the address names; before April that of the report being written, else the running one."""
    today = timezone.localdate()
    try:
        year = int(request.GET.get("year", ""))
        form_of(year)
    except (ValueError, UnknownForm):
        return today.year - 1 if today.month <= 3 else today.year
    return min(year, today.year)


class AnnualReportsPage(WorkbenchPage):
    """The year's reports of one's organs: which are missing, where each stands, who still owes numbers."""

    template_name = "workbench/annual_reports.html"
    roles = ROLES
    page_title = gettext_lazy("Annual reports")
    header_icon = "doc-full"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        year = _year(self.request)
        organs = Organ.objects.all() if user.is_superuser else user.organs(*ROLES)
        rows: list[Row] = overview(organs.order_by("path"), year)
        return super().get_context_data(**kwargs) | {
            "year": year,
            "running": not Period.year(year).is_over(timezone.localdate()),
            "years": range(timezone.localdate().year, forms()[0].first_year - 1, -1),
            "rows": rows,
            "published": sum(row.status == Status.PUBLISHED for row in rows),
            "due": deadlines(year),
            "may_write": user.is_superuser or any(user.has_role(role) for role in REPORTERS),
            "today": timezone.localdate(),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        organ = get_object_or_404(Organ, code=request.POST.get("organ", ""))
        year = _year(request)
        made: list[AnnualReport] = []
        if attempt(
            request,
            lambda: made.append(
                services.draft(organ=organ, year=year, whole=reports_whole(organ), user=user)
            ),
            _("The report is drafted from the records. Read it, then submit it."),
        ):
            return redirect("workbench_annual_report", made[0].pk)
        return redirect(f"{reverse('workbench_annual')}?year={year}")


class ReportPage(WorkbenchPage):
    """One report: its tables with the cases behind each number, its texts, what the check says, and its next step."""

    template_name = "workbench/annual_report.html"
    roles = ROLES
    header_icon = "doc-full"

    def get_page_title(self) -> str:
        return str(self.report)

    @cached_property
    def report(self) -> AnnualReport:
        user = self.request.user
        assert isinstance(user, User)
        shown = AnnualReport.objects.visible_to(user).select_related("organ", "submitted_by", "approved_by")
        found: AnnualReport = get_object_or_404(shown, pk=self.kwargs["pk"])
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.report, self.request.user
        assert isinstance(user, User)
        typed: Mapping[str, str] = kwargs.pop("typed", {})
        now = standing(report)
        verdict = judge(report, now)
        roles = user.roles_in(report.organ)
        writes = user.is_superuser or bool(roles & set(REPORTERS))
        head = user.is_superuser or Role.DISCLOSURE_HEAD in roles
        names = [
            (name, f"{value}%" if drafting.quantities()[name].of else text_of(value))
            for name in drafting.quantities()
            if (value := drafting.amount(name, now.cells, report.form)) is not None
        ]
        return super().get_context_data(**kwargs) | {
            "report": report,
            "now": now,
            "verdict": verdict,
            # Too much of it is a fault above, which says so already.
            "alike": None if any(fault.rule == "AR-12" for fault in verdict.faults) else alike(report, now),
            "blocking": [fault for fault in verdict.faults if fault.kind in services.BLOCKING],
            "sections": [
                {
                    "heading": section.heading,
                    "number": section.number,
                    "paragraphs": section.paragraphs,
                    "grids": [_linked(grid, report, now) for grid in section.grids],
                    **_field(report.texts.get(section.number, ""), section.number, typed),
                    "writable": section.number in drafting.TEXT_SECTIONS,
                    "limit": drafting.limit_of(section.number),
                    "length": len(now.texts.get(section.number, "")),
                    "numbers": drafting.typed_numbers(report.texts.get(section.number, "")),
                }
                for section in sections(now.shape)
            ],
            "names": names,
            "elsewhere": [part.organ for part in now.numbers.parts if part.elsewhere],
            "typed": typed,
            "running": not Period.year(report.year).is_over(timezone.localdate()),
            "editable": writes and report.status == Status.DRAFT,
            "submittable": writes and report.status == Status.DRAFT,
            "decidable": head and report.status == Status.SUBMITTED and report.submitted_by_id != user.pk,
            "own": report.status == Status.SUBMITTED and report.submitted_by_id == user.pk,
            "publishable": head and report.status == Status.APPROVED,
            "correctable": head and report.status in (Status.APPROVED, Status.PUBLISHED),
            "moved": [(report.form.cell(change.key.partition("#")[0]).label, change) for change in now.moved],
            "tasks": report.improvements.all(),
            "promised": improving.promised_before(report),
            "results": Improvement.Result.choices,
            "plans": writes,
            "public_url": url_of(report) if report.published_at else "",
            "today": timezone.localdate(),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        report, user = self.report, request.user
        assert isinstance(user, User)
        posted = request.POST
        acts: dict[str, tuple[Any, str]] = {
            "write": (
                lambda: services.write(
                    report=report,
                    texts={key[5:]: posted[key] for key in posted if key.startswith("text-")},
                    user=user,
                    version=_whole(posted.get("version", "")),
                ),
                _("Saved."),
            ),
            "anew": (
                lambda: services.draft_anew(report=report, user=user),
                _("The texts are drafted anew from the numbers."),
            ),
            "submit": (
                lambda: services.submit(report=report, user=user, overruled=posted.get("overruled", "")),
                _("Submitted to the head of the disclosure office."),
            ),
            "send_back": (
                lambda: services.send_back(report=report, user=user, remarks=posted.get("remarks", "")),
                _("Sent back with your remarks."),
            ),
            "approve": (
                lambda: services.approve(report=report, user=user),
                _("Approved. The numbers are frozen."),
            ),
            "publish": (
                lambda: services.publish(report=report, user=user),
                _("Published. The page follows in a moment."),
            ),
            "take_up_again": (
                lambda: services.take_up_again(report=report, user=user, reason=posted.get("reason", "")),
                _("The report can be changed again; what is published stays until it is published anew."),
            ),
            "promise": (
                lambda: improving.promise(
                    report=report,
                    problem=posted.get("problem", ""),
                    measure=posted.get("measure", ""),
                    owner=posted.get("owner", ""),
                    due_on=_day(posted.get("due_on", "")),
                    user=user,
                ),
                _("The measure stands in the plan."),
            ),
            "settle": (
                lambda: improving.settle(
                    task=get_object_or_404(Improvement, pk=_whole(posted.get("task", ""))),
                    result=posted.get("result", ""),
                    proof=posted.get("proof", ""),
                    on=timezone.localdate(),
                    user=user,
                ),
                _("Recorded what became of the measure."),
            ),
        }
        if (act := acts.get(posted.get("act", ""))) is None:
            raise PermissionDenied(_("This act is unknown."))
        if attempt(request, *act):
            return redirect("workbench_annual_report", report.pk)
        # What was typed stays in its fields, beside the report as it is by now.
        del self.report
        return self.render_to_response(self.get_context_data(typed=posted.dict()))


def _field(saved: str, section: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The field of a text: what is saved, or what was typed into it and refused; untouched fields follow the report."""
    text, opened_with = typed.get(f"text-{section}", saved), typed.get(f"mark-{section}", _mark(saved))
    refused = typed.get("act") == "write" and _mark(text) not in (opened_with, _mark(saved))
    return {"raw": text if refused else saved, "unsaved": refused, "mark": _mark(saved)}


def _mark(text: str) -> str:
    return hashlib.sha256("\n".join(text.split()).encode()).hexdigest()[:16]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _linked(grid: Grid, report: AnnualReport, now: Standing) -> dict[str, Any]:
    """The table with the address of the cases behind each counted number, and which cells were filed."""

    def cell(each: GridCell) -> dict[str, Any]:
        return {"cell": each, "url": _records(each.path, report, now), "filed": each.path in now.filed}

    return {
        "caption": grid.caption,
        "head": grid.head,
        "body": [[cell(each) for each in row] for row in grid.body],
    }


def _records(path: str, report: AnnualReport, now: Standing) -> str:
    """The address of the cases a number is counted from; of one that others filed a part of, those recorded here."""
    if not path or (path in now.filed and all(path in part.filed for part in now.numbers.parts)):
        return ""
    known = report.form.cell(path)
    if len(known.figures) != 1 or not now.cells.get(path):
        return ""
    where = {"applicant_kind": known.applicant} if known.applicant else {}
    return drill_url(known.figures[0], report.year, organ=report.organ.code, below=report.whole, **where)


class FilingPage(WorkbenchPage):
    """Numbers an organ files for a year: what no record here counts, typed cell by cell or read from a report file."""

    template_name = "workbench/annual_filing.html"
    roles = REPORTERS
    page_title = gettext_lazy("Numbers to be filed")
    header_icon = "table"

    def place(self) -> tuple[Organ, int, Form]:
        user = self.request.user
        assert isinstance(user, User)
        organ = get_object_or_404(Organ, code=self.kwargs["code"])
        if not filing.may_file(user, organ):
            raise PermissionDenied(_("This page is for other roles."))
        year = self.kwargs["year"]
        try:
            if year > timezone.localdate().year:
                raise UnknownForm(str(year))
            return organ, year, form_of(year)
        except UnknownForm:
            raise PermissionDenied(_("There was no form for this year.")) from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organ, year, form = self.place()
        filed = Filing.objects.filter(organ=organ, year=year).first()
        typed: dict[str, Any] = kwargs.pop("typed", None) or (
            {path: text_of(value) for path, value in filed.numbers.items()} if filed else {}
        )
        faults: dict[str, list[str]] = kwargs.pop("faults", {})
        elsewhere = kwargs.pop("elsewhere", bool(filed and filed.elsewhere))
        counted = _counted(organ, year, form)
        return super().get_context_data(**kwargs) | {
            "organ": organ,
            "year": year,
            "form": form,
            "filed": filed,
            "elsewhere": elsewhere,
            "faults": [text for texts in faults.values() for text in texts],
            "cells": [
                {
                    "cell": cell,
                    "value": typed.get(cell.path, ""),
                    "faults": faults.get(cell.path, ()),
                    "counted": text_of(counted.get(cell.path)) if not cell.by_hand else "",
                }
                for cell in filing.cells_to_file(form, elsewhere=False)
            ],
            "grids": _fields(form, year, typed, faults),
            "whole": reports_whole(organ) and len(organs_of(organ, year, whole=True)) > 1,
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        organ, year, form = self.place()
        user = request.user
        assert isinstance(user, User)
        if upload := request.FILES.get("report"):
            return self._read(upload, organ, year, form)
        elsewhere = request.POST.get("elsewhere") == "on"
        known = {cell.path for cell in filing.cells_to_file(form, elsewhere=elsewhere)}
        typed = {key: value for key, value in request.POST.items() if key in known and str(value).strip()}
        try:
            filing.file_numbers(
                organ=organ,
                year=year,
                form=form,
                typed=typed,
                user=user,
                elsewhere=elsewhere,
                source=request.POST.get("source", "")[:200],
            )
        except ValidationError as refused:
            return self.render_to_response(
                self.get_context_data(typed=typed, faults=refused.message_dict, elsewhere=elsewhere)
            )
        except PermissionDenied as refused:
            return self.render_to_response(
                self.get_context_data(typed=typed, faults={"": [str(refused)]}, elsewhere=elsewhere)
            )
        messages.success(request, _("Filed. The reports that count these numbers have them now."))
        return redirect(f"{reverse('workbench_annual')}?year={year}")

    def _read(self, upload: Any, organ: Organ, year: int, form: Form) -> HttpResponse:
        """Fill the form from a report in a file; nothing is kept until it is filed."""
        try:
            if upload.size > MOST_BYTES:
                raise NotRead("big")
            reports = read_reports(upload.read(), year=year, issuer=organ.name)
            fitting = [read for read in reports if read.year == year and read.form == form.code]
        except (NotRead, MalformedReport):
            fitting = []
        if not fitting:
            told = _("The file holds no report on %(year)s on the form %(form)s that can be read.")
            fault = told % {"year": year, "form": form.instrument}
            return self.render_to_response(self.get_context_data(faults={"": [fault]}))
        typed = _cells_of(fitting[0], form)
        asked = any(value not in ("", "0") for path, value in typed.items() if path.startswith("table3/"))
        messages.info(self.request, _("Read from the file. Look through the numbers, then file them."))
        return self.render_to_response(self.get_context_data(typed=typed, elsewhere=asked))


def _cells_of(read: Report, form: Form) -> dict[str, Any]:
    """The cells of a report that may be filed, as they would be typed."""
    known = {cell.path for cell in filing.cells_to_file(form, elsewhere=True)}
    return {
        path: text_of(value) for path, value in read.cells().items() if path in known and value is not None
    }


def _fields(
    form: Form, year: int, typed: Mapping[str, Any], faults: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """The tables of sections three and four with a field in every cell that is not a sum."""
    wanted = {cell.path: cell for cell in filing.cells_to_file(form, elsewhere=True)}
    empty = report_of(dict.fromkeys(cell.path for cell in form.cells), form, year=year, issuer="")

    def field(cell: GridCell) -> dict[str, Any]:
        known = wanted.get(cell.path)
        return {
            "cell": cell,
            "label": known.label if known else "",
            "value": typed.get(cell.path, ""),
            "wrong": bool(faults.get(cell.path)),
        }

    return [
        {
            "caption": grid.caption,
            "head": grid.head,
            "body": [[field(cell) for cell in row] for row in grid.body],
        }
        for section in sections(empty)
        if section.number in ("三", "四")
        for grid in section.grids
    ]


def _counted(organ: Organ, year: int, form: Form) -> dict[str, Number]:
    wanted = {path: cell for path, cell in counted_cells(form).items() if path.startswith("table2/")}
    return dict(figures.total(figures.fill(wanted, Period.year(year), organs=[organ.pk]), wanted))


URLS: Final = [
    path("annual-reports/<int:pk>/", ReportPage.as_view(), name="workbench_annual_report"),
    path("annual-reports/<slug:code>/<int:year>/", FilingPage.as_view(), name="workbench_annual_filing"),
]
