"""What every page of ours in the workbench has: the furniture, the right to be there, refusals shown to people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from gongkai.foundation.accounts.models import Role, User


class WorkbenchPage(WagtailAdminTemplateMixin, TemplateView):
    """A page for holders of one of ``roles`` (anywhere); every route of the workbench names them.

    Wagtail's own URL decorator has already asked for a sign-in with access to the workbench.
    """

    roles: tuple[Role, ...] = ()
    header_icon = "doc-full-inverse"

    def dispatch(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not self.may_enter(user):
            raise PermissionDenied(_("This page is for other roles."))
        return super().dispatch(request, *arguments, **named)  # type: ignore[return-value]

    def may_enter(self, user: User) -> bool:
        return user.is_superuser or not self.roles or any(user.has_role(role) for role in self.roles)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


def row_number(text: str) -> int:
    """The number of a row out of a form or an address; 0, which no row has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Run one act of a service; say that it is done, or everything that stands against it."""
    try:
        act()
    except PermissionDenied as refusal:
        messages.error(request, " ".join([str(refusal), *getattr(refusal, "reasons", ())]))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
        return True
    return False
