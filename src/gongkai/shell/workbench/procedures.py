"""The procedures as they run here: picture, table of acts, limits, outcomes."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from gongkai.engines.casework import diagram
from gongkai.engines.casework.declarations import APPLICANT, SYSTEM
from gongkai.engines.casework.models import CASE_ROLES
from gongkai.engines.casework.registry import UnknownProcedure, procedure, procedures
from gongkai.foundation.accounts.models import Role
from gongkai.shell.workbench.pages import WorkbenchPage

_PARTIES = {APPLICANT: gettext_lazy("the applicant"), SYSTEM: gettext_lazy("the system")}


class ProceduresPage(WorkbenchPage):
    """Every procedure by its own address; the first one when none is named."""

    template_name = "workbench/procedures.html"
    roles = (*CASE_ROLES, Role.OPERATOR)
    page_title = gettext_lazy("Procedures")
    header_icon = "tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = procedures()
        try:
            chosen = procedure(self.request.GET.get("code") or known[0].code)
        except UnknownProcedure:
            raise Http404 from None
        return super().get_context_data(**kwargs) | {
            "procedures": known,
            "chosen": chosen,
            # Own drawing; every text in it is escaped where it is put in.
            "picture": mark_safe(diagram.svg(chosen)),  # noqa: S308
            "acts": [
                {
                    "action": action,
                    "sources": "、".join(str(chosen.state(code).title) for code in action.sources),
                    "target": chosen.state(action.target).title if action.target is not None else "",
                    "roles": "、".join(str(_PARTIES.get(role) or Role(role).label) for role in action.roles),
                }
                for action in chosen.actions
            ],
        }
