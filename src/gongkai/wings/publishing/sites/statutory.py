"""The uniform disclosure column: the same blocks on every site (国办公开办函〔2019〕61号), proved item by item."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.engines.press import Page, file_of
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.disclosure import disclosure_item
from gongkai.foundation.statutes.provisions import provision
from gongkai.wings.publishing.documents.pages import sheets
from gongkai.wings.publishing.documents.references import local_day
from gongkai.wings.publishing.sites.frame import (
    ColumnFacts,
    Columns,
    MenuItem,
    SiteFrame,
    render,
    today,
)
from gongkai.wings.publishing.sites.lists import (
    ON_COLUMN,
    card_keys,
    head_of,
    merged_newest,
    pager,
    sections,
)
from gongkai.wings.publishing.sites.models import Placement


def disclosure_office(organ_id: int) -> dict[str, str]:
    """Where requests go: the organ's disclosure office, or that of the office below it (条例 Art. 4, 12)."""
    organ = Organ.objects.get(pk=organ_id)
    holder = organ
    if not organ.disclosure_office:
        below = Organ.objects.filter(parent=organ).exclude(disclosure_office="").order_by("id").first()
        holder = below or organ
    name = f"{holder.name} {holder.disclosure_office}".strip()
    address = f"{holder.address}（{_('postcode')} {holder.postcode}）" if holder.postcode else holder.address
    return {
        "name": name,
        "address": address,
        "phone": holder.phone,
        "fax": holder.fax,
        "hours": holder.office_hours,
        "email": holder.email,
        "code": holder.code,
    }


def statutory_page(site: SiteFrame, columns: Columns, column: ColumnFacts) -> Page:
    root = columns.chain(column)[0]
    blocks = columns.open_children(root.id)
    unfolded = {above.id for above in columns.chain(column)}
    menu = [
        MenuItem(
            block.name,
            block.url,
            # The items unfold where the reader is among them, and nowhere else.
            children=[MenuItem(item.name, item.url) for item in columns.open_children(block.id)]
            if block.id in unfolded
            else [],
        )
        for block in blocks
    ]
    office = disclosure_office(site.organ_id)
    shelves = press.shelves(column.block, site) if column.block else []
    depends = site.depends | {f"column:{c.id}" for c in (root, *blocks)} | {f"organ:{office['code']}"}
    context: dict[str, Any] = {
        "site": site,
        "page": head_of(site, columns, column, column.url, column.name),
        "column": column,
        "block": column.block,
        "menu_title": root.name,
        "menu": menu,
        "disclosure_office": office,
        "items": [],
        "parts": [],
        "pager": pager(column, current=None),
        "shelves": [shelf for shelf in shelves if shelf.entries],
    }
    depends.update(*(shelf.depends for shelf in shelves))
    if column.id == root.id:
        below = [c for c in columns.by_id.values() if columns.in_statutory(c) and columns.is_open(c)]
        context["items"] = merged_newest(below, 10)
    elif column.block == "guide":
        versions = sections([column], ON_COLUMN)[0].entries
        if versions:
            current = sheets([versions[0].id], today=today(), sites={})
            context["guide"] = current.get(versions[0].id)
            depends.add(f"document:{versions[0].id}")
        else:
            context["guide"] = None
        context["items"] = versions[1:]
    elif column.block == "proactive":
        context["coverage"] = coverage(columns, column)
        depends |= {f"column:{item.id}" for item in columns.open_children(column.id)}
    elif column.block == "request":
        context["cite"] = {what: regulation(article) for what, article in _CITED.items()}
    else:
        context["items"] = sections([column], ON_COLUMN)[0].entries
    return Page(
        path=file_of(column.url),
        body=render("statutory.html", context),
        depends=depends | card_keys(context["items"]),
    )


def coverage(columns: Columns, proactive: ColumnFacts) -> list[dict[str, Any]]:
    """For each statutory item how many documents stand under it and of which day the newest is."""
    items = columns.open_children(proactive.id)
    counted: dict[int, tuple[int, Any]] = defaultdict(lambda: (0, None))
    for column, count, latest in (
        Placement.objects.public()
        .filter(column_id__in=[item.id for item in items])
        .order_by()
        .values_list("column_id")
        .annotate(Count("id"), Max("shown_at"))
    ):
        counted[column] = (count, latest)
    return [
        {
            "label": item_label(item.disclosure_item),
            "name": item.name,
            "url": item.url,
            "count": counted[item.id][0],
            "newest": local_day(counted[item.id][1]).isoformat() if counted[item.id][1] else "",
        }
        for item in items
    ]


def item_label(code: str) -> str:
    """``第二十条第（七）项`` or ``第二十一条``."""
    cited = disclosure_item(code).provision
    return cited.cite().removeprefix(cited.instrument.cite())


_CITED = {"content": 29, "limit": 33, "fee": 42, "remedy": 51}
"""What the entrance to requests cites of 条例, by article."""


def regulation(article: int) -> str:
    return provision("disclosure-regulation", article).cite()
