"""The operator's pages: the press, the ledger, the import; and the launching of topics."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines import press
from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.press.models import Build, Change
from gongkai.engines.press.outbox import REBUILD
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger import words
from gongkai.foundation.ledger.models import Entry, SignedHead
from gongkai.foundation.ledger.services import append
from gongkai.foundation.ledger.verification import VerifyReport, verify
from gongkai.shell.workbench.history import readable
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number
from gongkai.wings.publishing.intake import services as intake
from gongkai.wings.publishing.intake.shape import DOCUMENTS
from gongkai.wings.publishing.sites.models import Site, Topic
from gongkai.wings.publishing.sites.rules import topic_templates
from gongkai.wings.publishing.sites.topics import close_topic, launch_topic


class PressPage(WorkbenchPage):
    """What waits to be published, what failed and why; and the full build with its progress."""

    template_name = "workbench/press.html"
    roles = (Role.SITE_MANAGER, Role.OPERATOR, Role.AUDITOR)
    page_title = gettext_lazy("Publication")
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = Change.objects.filter(key=REBUILD).exists()
        running = Build.objects.filter(finished_at__isnull=True).first()
        return super().get_context_data(**kwargs) | {
            "status": press.status(),
            "asked": asked,
            "running": running,
            "builds": Build.objects.all()[:10],
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        with transaction.atomic():
            press.changed(REBUILD, lane="bulk")
            append(
                stream="press",
                verb="press.rebuild",
                actor=request.user.ledger_name,  # type: ignore[union-attr]
                subject="press",
                body={},
            )
        messages.success(request, _("A full build has been asked for; the old pages stay until it is done."))
        return redirect("workbench_press")


class LedgerPage(WorkbenchPage):
    """The history of everything, and whether it is whole."""

    template_name = "workbench/ledger.html"
    roles = (Role.AUDITOR, Role.OPERATOR, Role.SITE_MANAGER)
    page_title = gettext_lazy("Record of acts")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Entry.objects.order_by("-id")
        subject = self.request.GET.get("subject", "").strip()
        if subject:
            rows = rows.filter(subject=subject)
        before = self.request.GET.get("before", "")
        if before.isdecimal() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        entries = list(rows[:51])
        report: VerifyReport | None = kwargs.get("report")
        return super().get_context_data(**kwargs) | {
            "entries": readable(entries[:50]),
            "next": entries[49].pk if len(entries) > 50 else None,
            "subject": subject,
            "heads": SignedHead.objects.all()[:5],
            "report": report,
            "faults": [words.sentence(fault) for fault in report.faults] if report else [],
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(report=verify()))


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File (CSV, XLSX, JSON or text)"))
    given = forms.CharField(
        label=gettext_lazy("Values for rows that have none"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy("One a line, for example 发文机关=南溟市教育局."),
    )
    partial = forms.BooleanField(
        label=gettext_lazy("Import the good rows although others are refused"), required=False
    )
    create_organs = forms.BooleanField(
        label=gettext_lazy("Enter organs the register does not know"), required=False
    )

    def clean_given(self) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for line in self.cleaned_data["given"].splitlines():
            if not line.strip():
                continue
            name, separator, value = line.partition("=")
            if not separator or not DOCUMENTS.heading_known(name):
                raise forms.ValidationError(_("“%s” is not of the form field=value.") % line)
            pairs[name.strip()] = value.strip()
        return pairs


class ImportPage(WorkbenchPage):
    """Documents by file, as drafts; what is refused is listed row by row."""

    template_name = "workbench/import.html"
    roles = (Role.DRAFTER,)
    page_title = gettext_lazy("Import documents")
    header_icon = "download"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": ImportForm(), "headings": DOCUMENTS.fields} | super().get_context_data(**kwargs)

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        context: dict[str, Any] = {"form": form}
        if form.is_valid():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "upload"
                with path.open("wb") as target:
                    for chunk in form.cleaned_data["file"].chunks():
                        target.write(chunk)
                context |= self._import(form, path)
        return self.render_to_response(self.get_context_data(**context))

    def _import(self, form: ImportForm, path: Path) -> dict[str, Any]:
        facts = form.cleaned_data
        try:
            report = intake.import_documents(
                path=path,
                author=self.request.user,  # type: ignore[arg-type]
                given=facts["given"],
                publication=None,
                partial=facts["partial"],
                organs=intake.establish_unknown_organs
                if facts["create_organs"]
                else intake.refuse_unknown_organs,
            )
        except FileUnreadable as refusal:
            form.add_error("file", f"{refusal.message}{refusal.mend}")
            return {}
        return {"report": report}


class TopicForm(forms.Form):
    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Site"))
    template = forms.ChoiceField(label=gettext_lazy("Template"))
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=60)
    close_on = forms.DateField(
        label=gettext_lazy("Planned closing"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *arguments: Any, sites: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        self.fields["template"].choices = [  # type: ignore[attr-defined]
            (code, f"{plan.name}（{'、'.join(block.name for block in plan.blocks).replace('{city}', '')}）")
            for code, plan in topic_templates().items()
        ]


class TopicsPage(WorkbenchPage):
    """Topics: launched in one act, and closed by their plan."""

    template_name = "workbench/topics.html"
    roles = (Role.SITE_MANAGER,)
    page_title = gettext_lazy("Topics")
    header_icon = "pick"

    def sites(self) -> Any:
        return Site.objects.filter(organ__in=self.request.user.organs(Role.SITE_MANAGER))  # type: ignore[union-attr]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topics = Topic.objects.filter(column__site__in=self.sites()).select_related("column__site")
        return (
            {"form": TopicForm(sites=self.sites())}
            | super().get_context_data(**kwargs)
            | {
                "topics": topics,
                "today": timezone.localdate(),
            }
        )

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        person = request.user
        assert isinstance(person, User)
        if "close" in request.POST:
            number = row_number(request.POST["close"])
            topic = Topic.objects.filter(column__site__in=self.sites(), pk=number).first()
            if topic is not None:
                attempt(request, lambda: close_topic(topic=topic, user=person), _("The topic is closed."))
            return redirect("workbench_topics")
        form = TopicForm(request.POST, sites=self.sites())
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        facts = form.cleaned_data
        close_on: date | None = facts["close_on"]
        attempt(
            request,
            lambda: launch_topic(
                site=facts["site"],
                user=person,
                template=facts["template"],
                name=facts["name"],
                close_on=close_on,
            ),
            _("The topic is online within a second."),
        )
        return redirect(reverse("workbench_topics"))
