"""What every act on sites, columns, placements and topics shares: the role, the lock, the record, the telling."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.sites.models import Column, Site
from gongkai.wings.publishing.sites.rules import SHANGHAI, column_path, slug_refused


class SiteRefused(PermissionDenied):
    """An act on a site is not allowed. A ``PermissionDenied``, so that views answer with a refusal.

    Codes: role, slug, field, closed, column, statutory, site, not_placed, attribute, topic.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def require_role(user: User, role: Role, organ: Organ) -> None:
    if not user.has_role(role, organ):
        raise SiteRefused(
            "role",
            _("This takes the role %(role)s in %(organ)s or above.") % {"role": role.label, "organ": organ},
        )


def record(site: Site, user: User | str, verb: str, **body: Any) -> None:
    append(
        stream=f"site:{site.slug}",
        verb=verb,
        actor=user if isinstance(user, str) else user.ledger_name,
        subject=f"site:{site.slug}",
        body=body,
        organ=site.organ.code,
    )


def new_column(
    site: Site, parent: Column | None, opened_on: date, *, name: str, slug: str, type: str, **facts: Any
) -> Column:
    column = Column(site=site, parent=parent, name=name, slug=slug, type=type, opened_on=opened_on, **facts)
    set_path(column)
    column.full_clean()
    column.save()
    return column


def set_path(column: Column) -> None:
    above = column.parent.path if column.parent else ""
    if slug_refused(above, column.slug):
        raise SiteRefused("slug", _("The address “%s” is kept for other pages.") % column.slug)
    column.path = column_path(above, column.slug)
    there = Column.objects.filter(site=column.site, path=column.path).exclude(pk=column.pk).first()
    if there is not None:
        raise ValidationError({"slug": [_("The site has a column at this address: %s.") % there.name]})


def around(column: Column) -> list[str]:
    """Pages that list the column: the parent's, the home page, the maps of the site."""
    keys = [f"home:{column.site.slug}", f"columns:{column.site.slug}"]
    if column.parent_id:
        keys.append(f"column:{column.parent_id}")
    return keys


def stands_in_menu(column: Column) -> bool:
    return column.parent_id is None and column.in_menu


def menu_changed(site: Site, *, on: date | None = None) -> None:
    """A top column in the menu stands on every page of the site: they follow, behind the work of people."""
    press.changed(f"site:{site.slug}", lane="bulk", not_before=morning(on) if on else None)


def locked_site(site: Site) -> Site:
    return Site.objects.select_for_update(of=("self",)).select_related("organ").get(pk=site.pk)


def locked_column(column: Column, user: User) -> Column:
    row = (
        Column.objects.select_for_update(of=("self",))
        .select_related("site__organ", "parent")
        .get(pk=column.pk)
    )
    require_role(user, Role.SITE_MANAGER, row.site.organ)
    return row


def morning(day: date) -> datetime:
    """The first moment of a day in Shanghai, from which a change planned for that day shows."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)
