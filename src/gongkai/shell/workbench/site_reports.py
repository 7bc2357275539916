"""Yearly reports of sites at the workbench: one form per site and year, from filling in to the site."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.figures import Period, Verdict
from gongkai.foundation.accounts.models import Role, User
from gongkai.shell.workbench.pages import WorkbenchPage, attempt
from gongkai.wings.publishing.sitereports import form, services
from gongkai.wings.publishing.sitereports.exporting import FORMATS, written
from gongkai.wings.publishing.sitereports.models import FormKind, SiteReport, Status
from gongkai.wings.publishing.sitereports.pages import url_of
from gongkai.wings.publishing.sites.models import Site


class SiteReportsPage(WorkbenchPage):
    """The report of one of the sites somebody manages; the address names site and year."""

    template_name = "workbench/site_reports.html"
    roles = (*services.KEEPERS, Role.AUDITOR)
    page_title = gettext_lazy("Yearly reports of websites")
    header_icon = "site"

    def sites(self) -> list[Site]:
        user = self.request.user
        assert isinstance(user, User)
        found = Site.objects.filter(closed_on=None).select_related("organ")
        if not user.is_superuser:
            found = found.filter(organ__in=user.organs(*self.roles))
        return list(found)

    def place(self) -> tuple[Site, int]:
        """Raises ``PermissionDenied`` where there is no site of one's own of that name."""
        sites = self.sites()
        wanted = self.request.GET.get("site", "") or (sites[0].slug if sites else "")
        chosen = next((site for site in sites if site.slug == wanted), None)
        if chosen is None:
            raise PermissionDenied(_("This page is for other roles."))
        today = timezone.localdate()
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and 2018 <= int(asked[:5]) <= today.year else today.year - 1
        return chosen, year

    def which(self) -> str:
        """The form asked for; that on supervision only where the organ has others below it."""
        site, _year = self.place()
        asked = self.request.GET.get("form", "")
        may = asked == form.SUPERVISION and services.supervises(site.organ, timezone.localdate())
        return form.SUPERVISION if may else form.SITE

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        kind = request.GET.get("format", "")
        if kind not in FORMATS:
            return super().get(request, *arguments, **named)
        site, year = self.place()
        which = self.which()
        report = SiteReport.objects.filter(site=site, year=year, form=which).first()
        now = services.values(site, year, report.entered if report else {}, which)
        content = written(
            kind,
            name=site.name,
            year=year,
            values={key: form.shown(value) for key, value in now.items()},
            before=services.before(report or SiteReport(site=site, year=year, form=which)),
            which=which,
        )
        return HttpResponse(
            content,
            content_type=FORMATS[kind],
            headers={
                "Content-Disposition": f'attachment; filename="{which}-report-{site.slug}-{year}.{kind}"'
            },
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site, year = self.place()
        which = self.which()
        user = self.request.user
        assert isinstance(user, User)
        report = SiteReport.objects.filter(site=site, year=year, form=which).first()
        earlier = services.before(report or SiteReport(site=site, year=year, form=which))
        typed: dict[str, str] | None = kwargs.pop("typed", None)
        faults: dict[str, list[str]] = kwargs.pop("faults", {})
        now = services.values(site, year, report.entered if report else {}, which)
        keeper = user.is_superuser or any(user.has_role(role, site.organ) for role in services.KEEPERS)
        status = report.status if report else Status.DRAFT
        return super().get_context_data(**kwargs) | {
            "sites": self.sites(),
            "chosen": site,
            "year": year,
            "years": range(timezone.localdate().year, 2017, -1),
            "report": report,
            "which": which,
            "forms": FormKind.choices if services.supervises(site.organ, timezone.localdate()) else [],
            "earlier": bool(earlier),
            "due": form.due_on(year, which),
            "instrument": form.instrument(which),
            "blocks": [
                (
                    block.name,
                    [
                        {
                            "field": field,
                            "value": typed.get(field.key, "")
                            if typed is not None and field.by_hand
                            else form.shown(now.get(field.key)),
                            "faults": faults.get(field.key, ()),
                            "before": earlier.get(field.key, ""),
                        }
                        for field in block.fields
                    ],
                )
                for block in form.blocks(which)
            ],
            "faults": [text for texts in faults.values() for text in texts],
            "wrong": [found for found in form.judge(now, which) if found.verdict is Verdict.MISMATCH],
            "lacking": form.missing(now, which),
            "running": not Period.year(year).is_over(timezone.localdate()),
            "today": timezone.localdate(),
            "editable": keeper and status == Status.DRAFT,
            "decidable": keeper
            and status == Status.SUBMITTED
            and report is not None
            and report.submitted_by_id != user.pk,
            "correctable": keeper and status != Status.DRAFT,
            "public_url": url_of(report) if report and report.published_at else "",
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        site, year = self.place()
        which = self.which()
        user = request.user
        assert isinstance(user, User)
        act = request.POST.get("act", "")
        if act == "fill_in":
            known = {key for key, field in form.fields(which).items() if field.by_hand}
            typed = {key: str(request.POST.get(key, "")) for key in known}
            try:
                services.fill_in(site=site, year=year, typed=typed, user=user, which=which)
            except ValidationError as refused:
                return self.render_to_response(
                    self.get_context_data(typed=typed, faults=refused.message_dict)
                )
            attempt(request, lambda: None, _("Saved."))
        elif report := SiteReport.objects.filter(site=site, year=year, form=which).first():
            acts = {
                "submit": (services.submit, _("Submitted; somebody else approves it.")),
                "publish": (services.publish, _("Approved. The report stands on the site in a moment.")),
                "take_up_again": (services.take_up_again, _("The report can be changed again.")),
            }
            if act in acts:
                perform, done = acts[act]
                attempt(request, lambda: perform(report=report, user=user), done)
        return redirect(f"{reverse('workbench_site_reports')}?site={site.slug}&year={year}&form={which}")
