"""The public log of requests as its keepers see it: who keeps one, what stands in it, what was offered before."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number
from gongkai.wings.disclosure.apply import offers
from gongkai.wings.disclosure.apply.models import Offer
from gongkai.wings.disclosure.apply.views_start import asked_organs
from gongkai.wings.disclosure.requestlog import services
from gongkai.wings.disclosure.requestlog.models import RequestLogSetting
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.terms import CODE

_AT_ONCE: Final = 50
_MONTHS: Final = dt.timedelta(days=365)


class RequestLogPage(WorkbenchPage):
    """Takes organs and single requests out of the log and puts them back; shows how the offers before filing did."""

    template_name = "workbench/request_log.html"
    roles = (*services.KEEPERS, Role.AUDITOR)
    page_title = gettext_lazy("Public request log")
    header_icon = "list-ul"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        today = timezone.localdate()
        organs = asked_organs()
        if not user.is_superuser:
            organs = organs.filter(pk__in=user.organs(*self.roles))
        out = set(RequestLogSetting.objects.filter(listed=False).values_list("organ_id", flat=True))
        since = today - _MONTHS
        best = (
            Offer.objects.filter(month__gte=since)
            .values("title")
            .annotate(
                all_shown=Sum("shown"),
                all_opened=Sum("opened"),
                all_answered=Sum("answered"),
                all_missed=Sum("missed"),
            )
            .order_by("-all_shown")[:_AT_ONCE]
        )
        return super().get_context_data(**kwargs) | {
            "organs": [(organ, organ.pk not in out) for organ in organs],
            "rows": self._requests(organs)[:_AT_ONCE],
            "offers": best,
            "effect": offers.effect(since=since, until=today),
            "may_change": user.is_superuser or any(user.has_role(role) for role in services.KEEPERS),
        }

    @staticmethod
    def _requests(organs: QuerySet[Organ]) -> QuerySet[Request]:
        return (
            Request.objects.filter(
                case__procedure=CODE,
                case__organ__in=organs,
                case__closed_on__isnull=False,
                imported=False,
            )
            .select_related("case__organ")
            .order_by("-case__closed_on", "-pk")
        )

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        if organ := self._chosen(request, "list_organ", "leave_out_organ", Organ):
            act = services.list_organ if "list_organ" in request.POST else services.leave_out_organ
            attempt(request, lambda: act(organ=organ, user=user), _("The log follows in a moment."))
        elif row := self._chosen(request, "list", "leave_out", Request):
            if "list" in request.POST:
                title = request.POST.get("title", "")[:300].strip()
                attempt(
                    request,
                    lambda: services.list_request(request=row, user=user, title=title),
                    _("The log follows in a moment."),
                )
            else:
                attempt(
                    request,
                    lambda: services.leave_out_request(request=row, user=user),
                    _("The log follows in a moment."),
                )
        return redirect(reverse("workbench_request_log"))

    @staticmethod
    def _chosen(request: HttpRequest, first: str, second: str, model: Any) -> Any:
        number = request.POST.get(first) or request.POST.get(second) or ""
        if not number:
            return None
        return get_object_or_404(model, pk=row_number(number))
