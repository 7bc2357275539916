"""Sites, columns, topics and series in the workbench: Wagtail's lists and forms, saved by our services."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from gongkai.foundation.accounts.models import Role
from gongkai.shell.workbench.scoped import DayColumn, ScopedViewSet, ServiceCreateView, ServiceEditView
from gongkai.wings.publishing.documents.models import Series
from gongkai.wings.publishing.documents.services import amend_series, create_series
from gongkai.wings.publishing.sites import models as sites
from gongkai.wings.publishing.sites.services import (
    SiteRefused,
    add_column,
    amend_column,
    amend_site,
    close_column,
    close_site,
    create_site,
    move_column,
)

_OPEN: Final = object()
"""Told apart from a day of closing that was taken away."""


def _new(facts: dict[str, Any]) -> dict[str, Any]:
    """What is opened is not closed in the same breath."""
    return {name: value for name, value in facts.items() if name != "closed_on"}


def _amend_site(user: Any, site: Any, facts: dict[str, Any]) -> Any:
    closed_on = facts.pop("closed_on", _OPEN)
    if facts:
        amend_site(site=site, user=user, **facts)
    if closed_on is not _OPEN:
        close_site(site=site, user=user, on=closed_on)
    return site


def _amend_column(user: Any, column: Any, facts: dict[str, Any]) -> Any:
    """Facts, place in the tree and closing are acts of their own."""
    if "site" in facts:
        raise SiteRefused("site", gettext("A column stays on its site; open another one there."))
    if facts.keys() & {"parent", "slug"}:
        parent, slug = facts.pop("parent", column.parent), facts.pop("slug", None)
        move_column(column=column, user=user, parent=parent, slug=slug)
    closed_on = facts.pop("closed_on", _OPEN)
    if facts:
        amend_column(column=column, user=user, **facts)
    if closed_on is not _OPEN:
        close_column(column=column, user=user, on=closed_on)
    return column


class SiteCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: create_site(user=user, **_new(facts)))


class SiteEditView(ServiceEditView):
    amend = staticmethod(_amend_site)


class SiteViewSet(ScopedViewSet):
    model = sites.Site
    icon = "globe"
    menu_label = _("Sites")
    base_url_path = "sites"
    add_view_class = SiteCreateView
    edit_view_class = SiteEditView
    list_display = [
        "name",
        Column("host", label=_("Domain")),
        Column("organ", label=_("Organ")),
        BooleanColumn("is_default", label=_("Default")),
    ]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("organ"),
        MultiFieldPanel(
            [FieldPanel("host"), FieldPanel("other_hosts"), FieldPanel("is_default")], _("Domain")
        ),
        MultiFieldPanel(
            [
                FieldPanel("identification_code"),
                FieldPanel("icp_number"),
                FieldPanel("police_number"),
                FieldPanel("contact"),
            ],
            _("Footer"),
        ),
        MultiFieldPanel(
            [FieldPanel("description"), FieldPanel("keywords"), FieldPanel("colour")], _("Page tags")
        ),
        FieldPanel("closed_on"),
    ]

    def visible(self, user: Any) -> models.QuerySet[Any]:
        rows = sites.Site.objects.select_related("organ")
        return rows if user.is_superuser else rows.filter(organ__in=user.organs())


class ColumnCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: add_column(user=user, **_new(facts)))


class ColumnEditView(ServiceEditView):
    amend = staticmethod(_amend_column)


class ColumnViewSet(ScopedViewSet):
    model = sites.Column
    icon = "list-ul"
    menu_label = _("Columns")
    base_url_path = "columns"
    add_view_class = ColumnCreateView
    edit_view_class = ColumnEditView
    list_display = [
        "name",
        Column("site", label=_("Site")),
        Column("path", label=_("Path")),
        Column("get_type_display", label=_("Type")),
        BooleanColumn("in_menu", label=_("Menu")),
        DayColumn("closed_on", label=_("Closed")),
    ]
    list_filter = ["site", "type", "in_menu", "on_home"]
    list_per_page = 50
    panels = [
        FieldPanel("site"),
        FieldPanel("parent"),
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("type"),
        FieldPanel("update_days"),
        MultiFieldPanel(
            [FieldPanel("order"), FieldPanel("in_menu"), FieldPanel("on_home")], _("Where it shows")
        ),
        MultiFieldPanel([FieldPanel("description"), FieldPanel("keywords")], _("Page tags")),
        FieldPanel("closed_on"),
    ]

    def visible(self, user: Any) -> models.QuerySet[Any]:
        rows = sites.Column.objects.select_related("site")
        return rows if user.is_superuser else rows.filter(site__organ__in=user.organs())


class SeriesCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: create_series(user=user, **_new(facts)))


class SeriesEditView(ServiceEditView):
    amend = staticmethod(lambda user, series, facts: amend_series(series=series, user=user, **facts))


class SeriesViewSet(ScopedViewSet):
    model = Series
    icon = "list-ol"
    menu_label = _("Series")
    base_url_path = "series"
    add_view_class = SeriesCreateView
    edit_view_class = SeriesEditView
    list_display = [
        "name",
        Column("organ", label=_("Organ")),
        Column("every_days", label=_("Interval (days)")),
    ]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FieldPanel("organ"),
        FieldPanel("first_issue"),
        FieldPanel("every_days"),
        FieldPanel("closed_on"),
    ]

    def visible(self, user: Any) -> models.QuerySet[Any]:
        rows = Series.objects.select_related("organ")
        return rows if user.is_superuser else rows.filter(organ__in=user.organs())


class SitesGroup(SnippetViewSetGroup):
    menu_label = _("Sites and columns")
    menu_icon = "globe"
    menu_order = 200
    items = (SiteViewSet, ColumnViewSet, SeriesViewSet)


MANAGING = (Role.SITE_MANAGER,)
