"""What Wagtail's back office shows here, and what it does not: there are no pages, images or sites of Wagtail's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.snippets.action_menu import ActionMenuItem, LockedMenuItem, SaveMenuItem
from wagtail.snippets.models import register_snippet

from gongkai.foundation.accounts.models import User
from gongkai.shell.workbench.annual import URLS as ANNUAL_URLS
from gongkai.shell.workbench.annual import AnnualReportsPage
from gongkai.shell.workbench.case_desk import ActPage, CaseDesk, CaseFilePage, CaseLetterPage
from gongkai.shell.workbench.catalogue import CataloguePage
from gongkai.shell.workbench.catalogue_reports import URLS as CATALOGUE_URLS
from gongkai.shell.workbench.desk import DocumentDesk
from gongkai.shell.workbench.documents import DocumentViewSet
from gongkai.shell.workbench.figures import URLS as FIGURE_URLS
from gongkai.shell.workbench.figures import FiguresPage
from gongkai.shell.workbench.guides import GuidesPage
from gongkai.shell.workbench.home import DeskPanel
from gongkai.shell.workbench.inbox import InboxPage
from gongkai.shell.workbench.menu import MenuPage
from gongkai.shell.workbench.notices import NoticesPage
from gongkai.shell.workbench.operations import ImportPage, LedgerPage, PressPage, TopicsPage
from gongkai.shell.workbench.organs import FileViewSet, OrganViewSet
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.shell.workbench.procedures import ProceduresPage
from gongkai.shell.workbench.redaction import URLS as REDACTION_URLS
from gongkai.shell.workbench.redaction import RedactionsPage
from gongkai.shell.workbench.registering import RegisterCorrectionPage, RegisterPage
from gongkai.shell.workbench.reports import ForcedPage, ReassessmentPage
from gongkai.shell.workbench.request_log import RequestLogPage
from gongkai.shell.workbench.requests import DraftPage, QueryCodePage, QuestionsPage, RemedyPage
from gongkai.shell.workbench.site_reports import SiteReportsPage
from gongkai.shell.workbench.sites import SitesGroup
from gongkai.shell.workbench.staff import URLS as STAFF_URLS
from gongkai.shell.workbench.staff import StaffPage
from gongkai.shell.workbench.worklist import WorklistPage
from gongkai.wings.publishing.documents.models import Document

for _viewset in (DocumentViewSet, FileViewSet, SitesGroup, OrganViewSet):
    register_snippet(_viewset)

PAGES: tuple[tuple[str, str, type[WorkbenchPage], Any, str, int], ...] = (
    # name, address, page, menu label, icon, order
    ("workbench_cases", "cases/", WorklistPage, _("Cases"), "list-ul", 120),
    ("workbench_register", "register/", RegisterPage, _("Register a request"), "plus", 125),
    ("workbench_redactions", "redactions/", RedactionsPage, _("Redaction"), "no-view", 127),
    ("workbench_request_log", "request-log/", RequestLogPage, _("Public request log"), "list-ul", 128),
    ("workbench_catalogue", "catalogue/", CataloguePage, _("Disclosure catalogue"), "list-ul", 129),
    ("workbench_annual", "annual-reports/", AnnualReportsPage, _("Annual reports"), "doc-full", 129),
    ("workbench_figures", "figures/", FiguresPage, _("Statistics"), "table", 129),
    ("workbench_guides", "guides/", GuidesPage, _("Guides and institutions"), "info-circle", 305),
    (
        "workbench_site_reports",
        "site-reports/",
        SiteReportsPage,
        _("Yearly reports of websites"),
        "site",
        215,
    ),
    ("workbench_inbox", "inbox/", InboxPage, _("My messages"), "mail", 130),
    ("workbench_procedures", "procedures/", ProceduresPage, _("Procedures"), "tasks", 390),
    ("workbench_topics", "topics/", TopicsPage, _("Topics"), "pick", 210),
    ("workbench_import", "import/", ImportPage, _("Import"), "download", 160),
    (
        "workbench_reassessment",
        "reassessment/",
        ReassessmentPage,
        _("Withheld texts to reassess"),
        "view",
        170,
    ),
    ("workbench_forced", "forced/", ForcedPage, _("Forced publications"), "warning", 180),
    ("workbench_staff", "staff/", StaffPage, _("Staff and roles"), "user", 310),
    ("workbench_press", "press/", PressPage, _("Publication"), "upload", 400),
    ("workbench_notices", "notices/", NoticesPage, _("Delivery of notices"), "mail", 405),
    ("workbench_ledger", "ledger/", LedgerPage, _("Record of acts"), "history", 410),
)
_WAGTAILS_OWN = frozenset({"explorer", "images", "documents", "help", "reports", "snippets"})


class PageMenuItem(MenuItem):
    """Shown to whoever may enter the page."""

    def __init__(self, page: type[WorkbenchPage], *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.page = page

    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and self.page().may_enter(request.user)


@hooks.register("register_admin_urls")
def page_urls() -> list[Any]:
    desk = path("library/<int:pk>/", DocumentDesk.as_view(), name="workbench_document")
    case = [
        path("cases/<int:pk>/", CaseDesk.as_view(), name="workbench_case"),
        path("cases/<int:pk>/files/<int:file>/", CaseFilePage.as_view(), name="workbench_case_file"),
        path(
            "cases/<int:pk>/letters/<int:letter>/<slug:way>/",
            CaseLetterPage.as_view(),
            name="workbench_case_letter",
        ),
        path("cases/<int:pk>/questions/", QuestionsPage.as_view(), name="workbench_case_questions"),
        path("cases/<int:pk>/query-code/", QueryCodePage.as_view(), name="workbench_case_query_code"),
        path("cases/<int:pk>/draft/", DraftPage.as_view(), name="workbench_case_draft"),
        path("cases/<int:pk>/remedy/", RemedyPage.as_view(), name="workbench_case_remedy"),
        path("cases/<int:pk>/<slug:code>/", ActPage.as_view(), name="workbench_case_act"),
    ]
    return [
        desk,
        path("register/correction/", RegisterCorrectionPage.as_view(), name="workbench_register_correction"),
        path("menu/", MenuPage.as_view(), name="workbench_menu"),
        *case,
        *ANNUAL_URLS,
        *FIGURE_URLS,
        *REDACTION_URLS,
        *CATALOGUE_URLS,
        *STAFF_URLS,
        *(path(address, page.as_view(), name=name) for name, address, page, *_rest in PAGES),
    ]


def _menu_item(name: str, page: type[WorkbenchPage], label: Any, icon: str, order: int) -> Any:
    return lambda: PageMenuItem(page, label, reverse(name), name=name, icon_name=icon, order=order)


for _name, _address, _page, _label, _icon, _order in PAGES:
    hooks.register("register_admin_menu_item", _menu_item(_name, _page, _label, _icon, _order))


@hooks.register("construct_main_menu")
def only_what_is_ours(request: HttpRequest, menu_items: list[Any]) -> None:
    """Wagtail's page explorer and help would lead editors into rooms that are empty here."""
    menu_items[:] = [item for item in menu_items if item.name not in _WAGTAILS_OWN]


@hooks.register("register_account_menu_item")
def password_of_ones_own(request: HttpRequest) -> dict[str, Any]:
    return {"url": reverse("account_change_password"), "label": _("Change password"), "help_text": ""}


@hooks.register("register_account_menu_item")
def second_factor_of_ones_own(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Two-step sign-in"),
        "help_text": _("An authenticator app asks for a code besides the password."),
    }


@hooks.register("construct_search")
def every_list_searches_itself(request: HttpRequest, search_areas: list[Any]) -> None:
    """Wagtail's search looks through pages and users of its own."""
    search_areas.clear()


@hooks.register("construct_settings_menu")
def no_settings_past_the_ledger(request: HttpRequest, menu_items: list[Any]) -> None:
    """Staff, roles, sites and the three reviews are kept by our services; Wagtail's screens for them would go past the
    ledger."""
    menu_items.clear()


@hooks.register("construct_homepage_panels")
def greet_with_what_is_due(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [DeskPanel()]


@hooks.register("construct_homepage_summary_items")
def no_page_counts(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("insert_global_admin_css")
def styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("workbench/workbench.css"))


@hooks.register("insert_global_admin_js")
def starts_of_widgets() -> str:
    return format_html('<script src="{}"></script>', static("workbench/starts.js"))


@hooks.register("insert_global_admin_js")
def headings_in_narrow_tables() -> str:
    return format_html('<script src="{}" defer></script>', static("workbench/tables.js"))


@hooks.register("insert_editor_js")
def names_for_controls() -> str:
    return format_html('<script src="{}" defer></script>', static("workbench/names.js"))


class DeskMenuItem(ActionMenuItem):
    """From the editor to the desk, where a text is checked, submitted, reviewed and placed."""

    name = "action-desk"
    label = _("To the desk: check and submit")
    icon_name = "desktop"
    order = 200

    def is_shown(self, context: dict[str, Any]) -> bool:
        return context.get("instance") is not None

    def get_url(self, parent_context: dict[str, Any]) -> str | None:
        document = parent_context.get("instance")
        return reverse("workbench_document", args=[document.pk]) if document is not None else None


@hooks.register("construct_snippet_action_menu", order=200)
def reviews_happen_at_the_desk(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Wagtail's buttons for the workflow tell less than the desk; an editor saves, and goes on to it."""
    if context.get("model") is Document:
        menu_items[:] = [item for item in menu_items if isinstance(item, SaveMenuItem | LockedMenuItem)]
        menu_items.append(DeskMenuItem())


@hooks.register("register_snippet_listing_buttons")
def desk_button(snippet: Any, user: Any, next_url: str | None = None) -> list[Button]:
    """From the list straight to the desk of the document."""
    if not isinstance(snippet, Document):
        return []
    return [
        Button(_("Desk"), reverse("workbench_document", args=[snippet.pk]), icon_name="desktop", priority=5)
    ]
