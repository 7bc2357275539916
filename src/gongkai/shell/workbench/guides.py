"""Guides at the workbench: what is wrong with each organ's entry, and the click that confirms it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.pages import WorkbenchPage, attempt
from gongkai.wings.disclosure.guides import services


def _people(names: set[str]) -> dict[str, str]:
    """Names of staff by what the ledger calls them, read together."""
    numbers = [int(name.partition(":")[2]) for name in names if name.startswith("user:")]
    return {person.ledger_name: str(person) for person in User.objects.filter(pk__in=numbers)}


class GuidesPage(WorkbenchPage):
    """The guides of one's organs: faults first, then those due for review."""

    template_name = "workbench/guides.html"
    roles = (*services.KEEPERS, Role.AUDITOR)
    page_title = gettext_lazy("Guides and institutions")
    header_icon = "info-circle"

    def organs(self) -> Any:
        user = self.request.user
        assert isinstance(user, User)
        organs = Organ.objects.all() if user.is_superuser else user.organs(*self.roles)
        return organs.order_by("path")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        rows = services.standings(self.organs(), today)
        rows.sort(key=lambda row: (not row.is_faulty, row.due_on))
        said = services.confirmations([row.organ for row in rows])
        people = _people({each.by for found in said.values() for each in found})
        user = self.request.user
        assert isinstance(user, User)
        return super().get_context_data(**kwargs) | {
            "rows": [
                {
                    "row": row,
                    "faults": [services.fault_text(row.organ, fault) for fault in row.faults],
                    "texts": [
                        (wrong.text, [services.text_fault_text(row.organ, fault) for fault in wrong.faults])
                        for wrong in row.wrong_texts
                    ],
                    "due": row.due_on <= today,
                    "confirmations": [
                        (each.on, people.get(each.by, each.by)) for each in said.get(row.organ.code, ())[:10]
                    ],
                }
                for row in rows
            ],
            "faulty": sum(row.is_faulty for row in rows),
            "may_change": user.is_superuser or any(user.has_role(role) for role in services.KEEPERS),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        organ = get_object_or_404(self.organs(), code=request.POST.get("organ", ""))
        attempt(
            request,
            lambda: services.confirm(organ=organ, user=user, on=timezone.localdate()),
            _("Confirmed. The guide says so from now on."),
        )
        return redirect("workbench_guides")
