"""Directories taken in by upload, the gap report, and the coverage matrix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import FileRefused, store
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.catalogue import (
    CatalogueScreen,
    EntryPage,
    NewEntryPage,
    table_answer,
)
from gongkai.shell.workbench.pages import row_number
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.gaps import (
    GapReport,
    gap_report,
    item_label,
    matrix,
    matrix_table,
    report_table,
)
from gongkai.wings.disclosure.catalogue.importing import Plan, import_catalogue
from gongkai.wings.disclosure.catalogue.models import EntryQuerySet
from gongkai.wings.disclosure.catalogue.past import (
    PastReport,
    past_report,
    past_table,
    periods_to_choose,
    read_period,
)
from gongkai.wings.disclosure.catalogue.past import Verdict as PastVerdict
from gongkai.wings.disclosure.catalogue.standing import State
from gongkai.wings.disclosure.catalogue.suggesting import proposals
from gongkai.wings.disclosure.catalogue.vocabulary import columns

_SHOWN = 200


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Directory (XLSX, XLS, CSV or JSON)"), required=False)
    organ = forms.CharField(required=False, max_length=40)
    field = forms.CharField(
        label=gettext_lazy("Field of rows that name none"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Usually found in the title of the table or the name of the sheet."),
    )
    edition = forms.CharField(label=gettext_lazy("Edition"), required=False, max_length=40)
    keep_absent = forms.BooleanField(label=gettext_lazy("Keep rows the file no longer has"), required=False)


class ImportCataloguePage(CatalogueScreen):
    """A directory is looked at first: new, changed, retired and refused rows; then taken in, whole or not at all."""

    template_name = "workbench/catalogue_import.html"
    page_title = gettext_lazy("Take in a directory")
    roles = services.KEEPERS
    here = "import"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return (
            {"form": UploadForm()}
            | super().get_context_data(**kwargs)
            | {
                "organs": [organ for organ in self.organs() if self.may_keep(organ)],
                "columns": [label for role, label in columns() if role != "ignored"],
                "shown": _SHOWN,
            }
        )

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            stored = self._file(form)
            if stored is not None:
                context |= self._plan(form, stored)
        return self.render_to_response(self.get_context_data(**context))

    def _file(self, form: UploadForm) -> StoredFile | None:
        """The file sent now, or the one that was looked at a moment ago by the same person."""
        sent = form.cleaned_data["file"]
        if sent is None:
            number = self.request.POST.get("stored", "")
            known = StoredFile.objects.filter(
                pk=row_number(number),
                uploaded_by=self.user.ledger_name,
            ).first()
            if known is None:
                form.add_error("file", _("Choose the file."))
            return known
        # JSON is text; the store knows no ending of its own for it.
        name = f"{sent.name}.txt" if sent.name.lower().endswith(".json") else sent.name
        try:
            return store(content=sent, name=name, actor=self.user.ledger_name)
        except FileRefused as refusal:
            for fault in refusal.faults:
                form.add_error("file", f"{fault.message}{fault.mend}")
            return None

    def _plan(self, form: UploadForm, stored: StoredFile) -> dict[str, Any]:
        facts = form.cleaned_data
        organ = Organ.objects.filter(code=facts["organ"]).first() if facts["organ"] else None
        if organ is not None and not self.may_keep(organ):
            raise PermissionDenied(_("This page is for other roles."))
        try:
            plan: Plan = import_catalogue(
                path=Path(stored.path),
                today=timezone.localdate(),
                user=self.user,
                organ=organ,
                field=facts["field"],
                edition=facts["edition"],
                keep_absent=facts["keep_absent"],
                check_only="apply" not in self.request.POST,
                renames={
                    int(number)
                    for number in self.request.POST.getlist("rename")[:5000]
                    if number.isdecimal() and len(number) < 19
                },
            )
        except FileUnreadable as refusal:
            form.add_error("file", f"{refusal.message}{refusal.mend}")
            return {}
        return {"plan": plan, "stored": stored, "chosen_organ": facts["organ"]}


class ProposalsPage(CatalogueScreen):
    """Rows nothing fulfils, each with the likeliest thing: ticked and bound at once, after a person has looked."""

    template_name = "workbench/catalogue_proposals.html"
    page_title = gettext_lazy("Matters to be connected")
    roles = services.BINDERS
    here = "proposals"

    def unbound(self) -> EntryQuerySet:
        rows = self.entries().current(timezone.localdate()).unbound()
        return rows.order_by("organ__path", "field", "position", "id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.unbound()
        first = [row for row in rows[:_SHOWN] if self.may_bind(row.organ)]
        return super().get_context_data(**kwargs) | {
            "proposals": proposals(first),
            "count": rows.count(),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        done = 0
        for ticked in request.POST.getlist("bind")[:_SHOWN]:
            number, _bar, target = ticked[:140].partition("|")
            kind, _colon, key = target.partition(":")
            entry = self.entries().filter(pk=row_number(number)).first()
            if entry is None:
                continue
            try:
                services.bind(entry=entry, kind=kind, key=key, user=self.user)
                done += 1
            except PermissionDenied as refusal:
                messages.error(request, str(refusal))
        messages.success(request, _("%d matters connected.") % done)
        return redirect("workbench_catalogue_proposals")


class _Report(CatalogueScreen):
    """A report over the organs one serves, or one of them with all below it."""

    def chosen_organ(self) -> Organ | None:
        code = self.request.GET.get("organ", "")
        return next((organ for organ in self.organs() if organ.code == code), None)

    def chosen_organs(self) -> list[Organ] | None:
        """The organ asked for, else all one may look at (None: every organ)."""
        organ = self.chosen_organ()
        return [organ] if organ else None if self.user.is_superuser else self.organs()

    def report(self, *, with_unpromised: bool) -> GapReport:
        return gap_report(
            organs=self.chosen_organs(), today=timezone.localdate(), with_unpromised=with_unpromised
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organ = self.chosen_organ()
        return super().get_context_data(**kwargs) | {
            "organs": self.organs(),
            "organ": organ.code if organ else "",
        }


class GapsPage(_Report):
    """Promised and not there, late, soon, not understood, there but promised to nobody."""

    template_name = "workbench/catalogue_gaps.html"
    page_title = gettext_lazy("Gaps of the catalogue")
    here = "gaps"

    def asked_period(self) -> str:
        """The period to be judged, "" for today's state."""
        text = self.request.GET.get("period", "")[:10]
        return text if read_period(text) else ""

    def get_template_names(self) -> list[str]:
        return ["workbench/catalogue_past.html" if self.asked_period() else self.template_name]

    def past(self) -> PastReport:
        period = read_period(self.asked_period())
        assert period is not None
        return past_report(organs=self.chosen_organs(), period=period, today=timezone.localdate())

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        kind = request.GET.get("format", "")
        name = f"catalogue-gaps-{self.asked_period()}" if self.asked_period() else "catalogue-gaps"
        if kind == "json":
            told = self.past() if self.asked_period() else self.report(with_unpromised=True)
            return HttpResponse(
                json.dumps(told.as_json(), ensure_ascii=False, indent=1),
                content_type="application/json",
                headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.json"'},
            )
        if kind in ("csv", "xlsx"):
            if self.asked_period():
                heads, rows = past_table(self.past())
            else:
                heads, rows = report_table(self.report(with_unpromised=True))
            return table_answer(name, kind, heads, rows)
        return super().get(request, *arguments, **named)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = {
            "period": self.asked_period(),
            "periods": periods_to_choose(timezone.localdate()),
            "query": urlencode(
                {name: self.request.GET[name] for name in ("organ", "period") if self.request.GET.get(name)}
            ),
        }
        return (
            super().get_context_data(**kwargs) | chosen | (self._then() if chosen["period"] else self._now())
        )

    def _then(self) -> dict[str, Any]:
        report = self.past()
        return {
            "report": report,
            "late": [(row, row.of(PastVerdict.OPEN, PastVerdict.LATE)) for row in report.late[:_SHOWN]],
            "unbound": report.unbound[:_SHOWN],
            "counts": [(verdict.label, report.counts[verdict.value]) for verdict in PastVerdict],
            "total": len(report.rows),
        }

    def _now(self) -> dict[str, Any]:
        report = self.report(with_unpromised=True)
        counts = report.counts
        return {
            "report": report,
            "missing": report.missing[:_SHOWN],
            "late": report.late[:_SHOWN],
            "near": report.near[:_SHOWN],
            "unread": report.unread[:_SHOWN],
            "unpromised": report.unpromised[:_SHOWN],
            "counts": [
                (state.value, state.label, counts.get(state.value, 0))
                for state in State
                if state != State.RETIRED
            ],
            "total": len(report.rows),
        }


class MatrixPage(_Report):
    """The items of Art. 20 against the organs: how many matters, how many of them fulfilled; each cell leads to its rows."""

    template_name = "workbench/catalogue_matrix.html"
    page_title = gettext_lazy("Coverage of Art. 20")
    here = "matrix"

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        kind = request.GET.get("format", "")
        if kind in ("csv", "xlsx"):
            heads, rows = matrix_table(matrix(self.report(with_unpromised=False)))
            return table_answer("catalogue-coverage", kind, heads, rows)
        return super().get(request, *arguments, **named)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = matrix(self.report(with_unpromised=False))
        return super().get_context_data(**kwargs) | {
            "matrix": found,
            "heads": [(organ.code, organ.short_name or organ.name) for organ in found.organs],
            "lines": [
                {
                    "code": item or "none",
                    "label": item_label(item),
                    "cells": [(organ.code, organ.name, found.cell(item, organ)) for organ in found.organs],
                    "total": found.total(item=item),
                }
                for item in found.items
            ],
            "sums": [found.total(organ=organ) for organ in found.organs],
            "total": found.total(),
            "uncovered": [item_label(item) for item in found.uncovered],
        }


URLS = [
    path("catalogue/new/", NewEntryPage.as_view(), name="workbench_catalogue_new"),
    path("catalogue/import/", ImportCataloguePage.as_view(), name="workbench_catalogue_import"),
    path("catalogue/proposals/", ProposalsPage.as_view(), name="workbench_catalogue_proposals"),
    path("catalogue/gaps/", GapsPage.as_view(), name="workbench_catalogue_gaps"),
    path("catalogue/matrix/", MatrixPage.as_view(), name="workbench_catalogue_matrix"),
    path("catalogue/<int:pk>/", EntryPage.as_view(), name="workbench_catalogue_entry"),
]
