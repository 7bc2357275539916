"""Every write to sites and columns: one function per act.

Each act is one transaction: lock the row, check, change, append to the ledger stream of the site, tell the press. An
act that is not allowed raises ``SiteRefused`` with a code; bad facts raise Django's ``ValidationError``. Placements
and topics have their own modules (``placing``, ``topics``) and are imported from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.statutes.disclosure import disclosure_items, local_subjects
from gongkai.wings.publishing.sites.acts import (
    SiteRefused,
    around,
    locked_column,
    locked_site,
    menu_changed,
    morning,
    new_column,
    record,
    require_role,
    set_path,
    stands_in_menu,
)
from gongkai.wings.publishing.sites.frame import today
from gongkai.wings.publishing.sites.models import Column, ColumnType, PastDuty, Site
from gongkai.wings.publishing.sites.placing import pin, place, unpin, unplace
from gongkai.wings.publishing.sites.rules import statutory_column
from gongkai.wings.publishing.sites.topics import close_topic, launch_topic

__all__ = [
    "SiteRefused",
    "add_column",
    "amend_column",
    "amend_site",
    "close_column",
    "close_site",
    "close_topic",
    "create_site",
    "launch_topic",
    "move_column",
    "pin",
    "place",
    "unpin",
    "unplace",
]

TOWNSHIP_LEVELS = frozenset({Level.TOWN, Level.VILLAGE})


_SITE_FACTS = frozenset(
    {"name", "host", "other_hosts", "is_default", "identification_code", "icp_number", "police_number"}
    | {"contact", "description", "keywords", "colour"}
)
_COLUMN_FACTS = frozenset(
    {"name", "type", "description", "keywords", "order", "in_menu", "on_home", "update_days"}
)


# -- Sites ---------------------------------------------------------------------------------------------------


@transaction.atomic
def create_site(*, user: User, slug: str, name: str, organ: Organ, host: str, **facts: Any) -> Site:
    """Open a site for an organ, with the uniform disclosure column in place from the first minute.

    An organ has at most one site (国办发〔2017〕47号). The first site answers for unknown hosts.
    """
    require_role(user, Role.SITE_MANAGER, organ)
    _known(facts, _SITE_FACTS)
    site = Site(slug=slug, name=name, organ=organ, host=host, **facts)
    if not Site.objects.filter(is_default=True).exists():
        site.is_default = True
    elif site.is_default:
        Site.objects.filter(is_default=True).update(is_default=False)
    site.full_clean()
    site.save()
    record(site, user, "site.opened", name=name, host=host)
    _build_statutory_column(site)
    press.changed(f"site:{site.slug}", lane="bulk")
    return site


@transaction.atomic
def amend_site(*, site: Site, user: User, **facts: Any) -> Site:
    """Change what a site says about itself. All its pages are made anew, behind the work of people."""
    row = locked_site(site)
    require_role(user, Role.SITE_MANAGER, row.organ)
    _known(facts, _SITE_FACTS)
    if facts.get("is_default"):
        Site.objects.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
    _set(row, facts)
    record(row, user, "site.amended", **_plain(facts))
    press.changed(f"site:{row.slug}", lane="bulk")
    site.refresh_from_db()
    return row


@transaction.atomic
def close_site(*, site: Site, user: User, on: date | None) -> None:
    """Close a site: from that day its pages are gone; documents stay in the library and on other sites. Without a day
    it is open again."""
    row = locked_site(site)
    require_role(user, Role.SITE_MANAGER, row.organ)
    if row.is_default:
        raise SiteRefused("site", _("The site that answers for unknown hosts cannot be closed."))
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    record(row, user, "site.closed", on=on and on.isoformat())
    press.changed(f"site:{row.slug}", lane="bulk", not_before=morning(on) if on else None)
    site.refresh_from_db()


def _build_statutory_column(site: Site) -> None:
    """The column tree of 国办公开办函〔2019〕61号: guide, rules, items of 条例 Arts. 20 and 21, reports, requests."""
    root, blocks = statutory_column()
    opened_on = today()
    top = new_column(
        site, None, opened_on, name=root.name, slug=root.slug, type=ColumnType.STATUTORY, order=900
    )
    for order, block in enumerate(blocks, start=1):
        column = new_column(
            site,
            top,
            opened_on,
            name=block.name,
            slug=block.slug,
            type=ColumnType.STATUTORY,
            order=order,
            block=block.block,
        )
        if block.block == "proactive":
            for number, (code, label) in enumerate(_statutory_items(site.organ), start=1):
                new_column(
                    site,
                    column,
                    opened_on,
                    name=label,
                    slug=code,
                    type=ColumnType.STATUTORY,
                    order=number,
                    block="item",
                    disclosure_item=code,
                )


def _statutory_items(organ: Organ) -> list[tuple[str, str]]:
    level = "township" if organ.level in TOWNSHIP_LEVELS else "city-county"
    local = [subject.label for subject in local_subjects() if subject.level == level]
    return [*((item.code, item.label) for item in disclosure_items()), ("21", "、".join(local))]


# -- Columns -------------------------------------------------------------------------------------------------


@transaction.atomic
def add_column(
    *,
    site: Site,
    user: User,
    name: str,
    slug: str,
    parent: Column | None = None,
    type: str = ColumnType.OTHER,
    opened_on: date | None = None,
    **facts: Any,
) -> Column:
    """Open a column. Its address is its parent's with ``slug`` at the end, unique on the site."""
    row = locked_site(site)
    require_role(user, Role.SITE_MANAGER, row.organ)
    _known(facts, _COLUMN_FACTS)
    if type == ColumnType.STATUTORY or (parent is not None and parent.type == ColumnType.STATUTORY):
        raise SiteRefused("statutory", _("The statutory disclosure column is the same on every site."))
    if parent is not None and parent.site_id != row.pk:
        raise SiteRefused("column", _("The parent column belongs to another site."))
    column = new_column(row, parent, opened_on or today(), name=name, slug=slug, type=type, **facts)
    record(row, user, "column.opened", column=column.pk, name=name, path=column.path)
    press.changed(f"column:{column.pk}", *around(column))
    if stands_in_menu(column):
        menu_changed(row)
    return column


@transaction.atomic
def amend_column(*, column: Column, user: User, **facts: Any) -> Column:
    """Change what a column says about itself; its address stays (``move_column``)."""
    row = locked_column(column, user)
    _known(facts, _COLUMN_FACTS)
    if row.type == ColumnType.STATUTORY and facts.keys() & {"name", "type"}:
        raise SiteRefused("statutory", _("The statutory disclosure column is the same on every site."))
    was_in_menu, was = stands_in_menu(row), (row.type, row.update_days)
    _set(row, facts)
    if was != (row.type, row.update_days):
        # Of several changes on one day what was before the first counts.
        PastDuty.objects.get_or_create(
            column=row, until=today(), defaults={"type": was[0], "update_days": was[1]}
        )
    record(row.site, user, "column.amended", column=row.pk, **_plain(facts))
    press.changed(f"column:{row.pk}", *around(row), lane="bulk")
    if was_in_menu or stands_in_menu(row):
        menu_changed(row.site)
    column.refresh_from_db()
    return row


@transaction.atomic
def move_column(*, column: Column, user: User, parent: Column | None, slug: str | None = None) -> Column:
    """Hang a column elsewhere on its site or give it another address; all below it move along."""
    row = locked_column(column, user)
    if row.type == ColumnType.STATUTORY or (parent is not None and parent.type == ColumnType.STATUTORY):
        raise SiteRefused("statutory", _("The statutory disclosure column is the same on every site."))
    if parent is not None:
        if parent.site_id != row.site_id:
            raise SiteRefused("column", _("The parent column belongs to another site."))
        if parent.pk == row.pk or parent.path.startswith(f"{row.path}/"):
            raise SiteRefused("column", _("A column cannot stand below itself."))
    before, old_parent, was_in_menu = row.path, row.parent, stands_in_menu(row)
    row.parent, row.slug = parent, slug or row.slug
    set_path(row)
    row.full_clean()
    row.save()
    moved = [row]
    for below in Column.objects.filter(site=row.site, path__startswith=f"{before}/"):
        below.path = row.path + below.path.removeprefix(before)
        below.save(update_fields=["path"])
        moved.append(below)
    record(row.site, user, "column.moved", column=row.pk, path_before=before, path=row.path)
    keys = {f"column:{one.pk}" for one in moved} | set(around(row))
    if old_parent is not None:
        keys.add(f"column:{old_parent.pk}")
    press.changed(*sorted(keys), lane="bulk")
    if was_in_menu or stands_in_menu(row):
        menu_changed(row.site)
    column.refresh_from_db()
    return row


@transaction.atomic
def close_column(*, column: Column, user: User, on: date | None) -> None:
    """Take a column out of the menus from a day on; without one it is open again. Its pages and documents stay at their
    addresses."""
    row = locked_column(column, user)
    if row.type == ColumnType.STATUTORY:
        raise SiteRefused("statutory", _("The statutory disclosure column is the same on every site."))
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    record(row.site, user, "column.closed", column=row.pk, on=on and on.isoformat())
    press.changed(f"column:{row.pk}", *around(row), lane="bulk", not_before=morning(on) if on else None)
    if stands_in_menu(row):
        menu_changed(row.site, on=on)
    column.refresh_from_db()


# -- Facts ---------------------------------------------------------------------------------------------------


def _known(facts: Mapping[str, Any], known: frozenset[str]) -> None:
    """Address, organ and place in the tree are not facts among others: they have acts of their own, or stay."""
    unknown = sorted(facts.keys() - known)
    if unknown:
        raise SiteRefused("field", _("This cannot be changed here: %s") % "、".join(unknown))


def _set(row: Site | Column, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the ledger stores them."""
    return {
        name: value if isinstance(value, (str, int, bool, type(None))) else str(value)
        for name, value in facts.items()
    }
