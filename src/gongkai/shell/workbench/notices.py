"""How notices reach people: what is waiting, what failed and why, and starting it again."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines import notices
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.states import Channel, State
from gongkai.foundation.accounts.models import Role, User
from gongkai.shell.workbench.history import concerned
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number

_AT_ONCE = 50


_PLACE = re.compile(r"\{\w+\}")


def _occasion(code: str) -> str:
    """What a notice is sent for: the title of its template, without the values that stand in it."""
    titles = (str(each.title) for each in notices.templates() if each.code == code)
    return _PLACE.sub("…", next(titles, code))


class NoticesPage(WorkbenchPage):
    """Every delivery with its state; numbers and addresses are masked, texts are not shown at all."""

    template_name = "workbench/notices.html"
    roles = (Role.OPERATOR, Role.AUDITOR)
    page_title = gettext_lazy("Delivery of notices")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self._chosen(self.request)
        rows = Delivery.objects.select_related("notice")
        fields = {"state": "state", "channel": "channel", "subject": "notice__subject", "before": "pk__lt"}
        found = list(rows.filter(**{fields[name]: value for name, value in chosen.items()})[: _AT_ONCE + 1])
        shown = found[:_AT_ONCE]
        older = {**chosen, "before": shown[-1].pk} if len(found) > _AT_ONCE else None
        status = notices.status(now=timezone.now())
        return super().get_context_data(**kwargs) | {
            "rows": [
                {
                    "delivery": row,
                    "whom": concerned(row.masked),
                    "concerns": concerned(row.notice.subject),
                    "occasion": _occasion(row.notice.template),
                }
                for row in shown
            ],
            "older": urlencode(older) if older else "",
            "here": urlencode(chosen),
            "chosen": chosen,
            "states": State.choices,
            "channels": Channel.choices,
            "status": status,
            "may_retry": self._may_retry(self.request.user),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if not self._may_retry(request.user):
            return HttpResponse(status=403)
        number = request.POST.get("retry", "")
        row = get_object_or_404(Delivery, pk=row_number(number))
        actor = request.user.ledger_name  # type: ignore[union-attr]
        attempt(request, lambda: notices.retry(delivery=row, actor=actor), _("It is tried again."))
        return redirect(f"{reverse('workbench_notices')}?{urlencode(self._chosen(request))}")

    @staticmethod
    def _may_retry(user: User | AnonymousUser) -> bool:
        """Auditors look and do not touch."""
        return isinstance(user, User) and (user.is_superuser or user.has_role(Role.OPERATOR))

    @staticmethod
    def _chosen(request: HttpRequest) -> dict[str, str]:
        """The filters of the address that make sense; the others are left aside."""
        asked = {name: value.strip() for name, value in request.GET.items() if isinstance(value, str)}
        known = {
            "state": asked.get("state") in State.values,
            "channel": asked.get("channel") in Channel.values,
            "subject": bool(asked.get("subject")) and "\0" not in asked["subject"],
            "before": asked.get("before", "").isdecimal() and len(asked["before"]) < 19,
        }
        return {name: asked[name] for name, makes_sense in known.items() if makes_sense}
