"""What somebody was told: deadlines that come near, cases handed over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from gongkai.engines.notices import inbox, mark_read
from gongkai.engines.notices.models import Notice
from gongkai.foundation.accounts.models import Role, User
from gongkai.shell.workbench.pages import WorkbenchPage

_SHOWN = 100


class InboxPage(WorkbenchPage):
    """One's own messages, unread ones first to be seen; nobody else's can be opened."""

    template_name = "workbench/inbox.html"
    roles = tuple(Role)  # everybody has an inbox
    page_title = gettext_lazy("My messages")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        notices = list(inbox(user.ledger_name)[:_SHOWN])
        return super().get_context_data(**kwargs) | {
            "notices": [{"notice": notice, "address": address_of(notice)} for notice in notices],
            "unread": sum(notice.read_at is None for notice in notices),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        chosen = request.POST.get("notice", "")
        mine = inbox(user.ledger_name)
        if chosen.isdecimal() and len(chosen) < 19:
            mark_read(get_object_or_404(mine, pk=int(chosen)), user.ledger_name)
        else:
            for notice in mine.unread():
                mark_read(notice, user.ledger_name)
        return redirect("workbench_inbox")


def address_of(notice: Notice) -> str:
    """Where what a notice is about can be looked at; empty when there is no screen for it."""
    kind, _sep, number = notice.subject.partition(":")
    return reverse("workbench_case", args=[int(number)]) if kind == "case" and number.isdecimal() else ""
