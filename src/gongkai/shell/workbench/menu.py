"""The menu as a page, for a browser that runs no scripts: Wagtail draws its menu by script alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem, SubmenuMenuItem, admin_menu

from gongkai.shell.workbench.pages import WorkbenchPage


class MenuPage(WorkbenchPage):
    """Everything the menu leads this person to, groups opened."""

    template_name = "workbench/menu.html"
    page_title = gettext_lazy("Menu")
    header_icon = "list-ul"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"items": _opened(self.request, admin_menu)}


def _opened(request: HttpRequest, menu: Any) -> list[MenuItem]:
    found: list[MenuItem] = []
    for item in menu.menu_items_for_request(request):
        found += _opened(request, item.menu) if isinstance(item, SubmenuMenuItem) else [item]
    return found
