"""Sites, columns, topics and series in the workbench: Wagtail's lists and forms, saved by our services."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from gongkai.foundation.accounts.models import Role
from gongkai.shell.workbench.scoped import DayColumn, ScopedViewSet, ServiceCreateView, ServiceEditView
from gongkai.wings.publishing.documents.models import Series
from gongkai.wings.publishing.documents.services import create_series
from gongkai.wings.publishing.sites import models as sites
from gongkai.wings.publishing.sites.services import add_column, amend_column, amend_site, create_site


class SiteCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: create_site(user=user, **facts))


class SiteEditView(ServiceEditView):
    amend = staticmethod(lambda user, site, facts: amend_site(site=site, user=user, **facts))


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
    ]

    def visible(self, user: Any) -> models.QuerySet[Any]:
        rows = sites.Site.objects.select_related("organ")
        return rows if user.is_superuser else rows.filter(organ__in=user.organs())


class ColumnCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: add_column(user=user, **facts))


class ColumnEditView(ServiceEditView):
    amend = staticmethod(
        lambda user, column, facts: amend_column(
            column=column,
            user=user,
            **{name: value for name, value in facts.items() if name not in ("site", "parent", "slug")},
        )
    )


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
    ]

    def visible(self, user: Any) -> models.QuerySet[Any]:
        rows = sites.Column.objects.select_related("site")
        return rows if user.is_superuser else rows.filter(site__organ__in=user.organs())


class SeriesCreateView(ServiceCreateView):
    create = staticmethod(lambda user, facts: create_series(user=user, **facts))


class SeriesViewSet(ScopedViewSet):
    model = Series
    icon = "list-ol"
    menu_label = _("Series")
    base_url_path = "series"
    add_view_class = SeriesCreateView
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
