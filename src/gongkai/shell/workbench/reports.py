"""Reports on the library: what went public without three reviews, and what is withheld and must be looked at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.exchange.tables import csv_text
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.statutes import exemptions
from gongkai.shell.workbench.pages import WorkbenchPage, attempt
from gongkai.wings.publishing.documents import standing
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.querysets import DocumentQuerySet
from gongkai.wings.publishing.documents.services import REASSESSING, decide_to_disclose, keep_withheld

_SHOWN: Final = 200
_YEAR: Final = dt.timedelta(days=365)


class ReportPage(WorkbenchPage):
    """A list over the documents of one's organs, which ``?format=csv`` gives as a file."""

    file_name = ""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.GET.get("format") != "csv":
            return super().get(request, *arguments, **named)
        headings, rows = self.table()
        name = f"{self.file_name}-{timezone.localdate()}.csv"
        return HttpResponse(
            csv_text(headings, rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def table(self) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
        raise NotImplementedError

    def documents(self) -> DocumentQuerySet:
        return Document.objects.visible_to(self.request.user)


class ForcedPage(ReportPage):
    """Every publication without three reviews, with who did it and why."""

    template_name = "workbench/forced.html"
    roles = (
        Role.AUDITOR,
        Role.DISCLOSURE_OFFICER,
        Role.DISCLOSURE_HEAD,
        Role.SECRECY_OFFICER,
        Role.SITE_MANAGER,
    )
    page_title = gettext_lazy("Forced publications")
    header_icon = "warning"
    file_name = "forced-publications"

    def since(self) -> dt.date:
        """The day the address names; a year ago without one."""
        try:
            return dt.date.fromisoformat(self.request.GET.get("since", ""))
        except ValueError:
            return timezone.localdate() - _YEAR

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        since = self.since()
        rows = standing.forced_publications(since, self.documents())
        return super().get_context_data(**kwargs) | {
            "rows": rows[:_SHOWN],
            "count": len(rows),
            "since": since,
            "csv": urlencode({"since": since.isoformat(), "format": "csv"}),
        }

    def table(self) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
        headings = [
            _("Time"),
            _("Title"),
            _("Document number"),
            _("Issuer"),
            _("Actor"),
            _("Your reason"),
            _("Withdrawn"),
        ]
        rows = standing.forced_publications(self.since(), self.documents())
        return headings, (
            [
                timezone.localtime(row.at).isoformat(" ", "minutes"),
                row.document.notice_title,
                row.document.document_number,
                row.document.issuer.name,
                str(row.actor or ""),
                row.reason,
                _("yes") if row.document.withdrawn_at else "",
            ]
            for row in rows
        )


class ReassessmentPage(ReportPage):
    """Withheld texts nobody has looked at for a year; the ground is confirmed with a reason, or has fallen away."""

    template_name = "workbench/reassessment.html"
    roles = (*REASSESSING, Role.AUDITOR, Role.DISCLOSURE_HEAD, Role.SECRECY_OFFICER)
    page_title = gettext_lazy("Withheld texts to reassess")
    header_icon = "view"
    file_name = "to-reassess"

    def due(self) -> DocumentQuerySet:
        return standing.due_for_reassessment(self.documents(), timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        grounds = _grounds()
        due = self.due()
        return super().get_context_data(**kwargs) | {
            "rows": [
                {
                    "document": document,
                    "ground": grounds.get(document.attribute_provision, document.attribute_provision),
                    "may": any(user.has_role(role, document.responsible) for role in REASSESSING),
                }
                for document in due[:_SHOWN]
            ],
            "count": due.count(),
            "today": timezone.localdate(),
        }

    def table(self) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
        headings = [
            _("Title"),
            _("Issuer"),
            _("Document number"),
            _("Ground for not disclosing"),
            _("Your reason"),
            _("Drafted on"),
            _("Last reassessed"),
        ]
        grounds = _grounds()
        return headings, (
            [
                document.title,
                document.issuer.name,
                document.document_number,
                grounds.get(document.attribute_provision, document.attribute_provision),
                document.attribute_reason,
                timezone.localtime(document.created_at).date(),
                document.reassessed_on,
            ]
            for document in self.due()
        )

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        number = request.POST.get("document", "")
        known = number.isdecimal() and len(number) < 19
        document = get_object_or_404(self.documents(), pk=int(number) if known else 0)
        if request.POST.get("act") == "keep":
            reason = request.POST.get("reason", "")[:500]
            attempt(
                request,
                lambda: keep_withheld(document=document, user=user, reason=reason),
                _("On record: the text stays withheld."),
            )
        elif request.POST.get("act") == "open":
            try:
                day = dt.date.fromisoformat(request.POST.get("decided_on", ""))
            except ValueError:
                messages.error(request, _("Say on which day it was decided."))
                return redirect("workbench_reassessment")
            attempt(
                request,
                lambda: decide_to_disclose(document=document, user=user, decided_on=day),
                _("On record: the draft is for proactive disclosure now, within 20 working days."),
            )
        return redirect("workbench_reassessment")


def _grounds() -> dict[str, str]:
    return {ground.code: f"{ground.label}（{ground.provision.cite_short()}）" for ground in exemptions()}
