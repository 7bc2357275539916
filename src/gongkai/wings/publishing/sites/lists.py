"""Newest entries, pagers and menus: what the pages of columns, topics and the home page have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from gongkai.wings.publishing.documents.pages import cards
from gongkai.wings.publishing.documents.shown import Card
from gongkai.wings.publishing.sites.frame import (
    ColumnFacts,
    Columns,
    FeedLink,
    MenuItem,
    PageHead,
    SiteFrame,
    today,
)
from gongkai.wings.publishing.sites.models import Column, ColumnType, Placement
from gongkai.wings.publishing.sites.rules import (
    ARCHIVE_SIZE,
    Tags,
    archive_pages,
    archive_range,
    column_tags,
)

ON_COLUMN = ARCHIVE_SIZE
ON_HOME = 6
IN_PART = 5
PAGES_LISTED = 5
"""Archive pages a column links to by number, the newest; the rest is reached page by page."""


@dataclass(slots=True, kw_only=True)
class Section:
    """A column with its newest entries on another page."""

    id: int
    name: str
    url: str
    entries: list[Card]
    rumours: list[Card] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """A link of the pager."""

    name: str
    url: str
    rel: str = ""


def latest(column: ColumnFacts, count: int) -> list[int]:
    """The newest public documents of a column, by one indexed query, however long it is."""
    if column.next_sequence == 1:
        return []  # nothing has ever been shown in it
    shown = Placement.objects.public().filter(column_id=column.id).newest_first()
    return list(shown.values_list("document_id", flat=True)[:count])


def pinned_in(columns: Iterable[ColumnFacts]) -> dict[int, list[int]]:
    """The pinned documents of each column, newest first."""
    pinned: dict[int, list[int]] = defaultdict(list)
    shown = Placement.objects.public().filter(pinned=True, column_id__in=[column.id for column in columns])
    for column, document in shown.newest_first().values_list("column_id", "document_id"):
        pinned[column].append(document)
    return pinned


def sections(columns: Sequence[ColumnFacts], count: int) -> list[Section]:
    """The columns with their pinned and ``count`` newest entries, all documents read together."""
    pinned = pinned_in(columns)
    newest = {
        column.id: [document for document in latest(column, count) if document not in pinned[column.id]]
        for column in columns
    }
    found = cards({document for ids in (*newest.values(), *pinned.values()) for document in ids}, today())
    return [
        Section(
            id=column.id,
            name=column.name,
            url=column.url,
            entries=[
                *(replace(found[one], pinned=True) for one in pinned[column.id] if one in found),
                *(found[one] for one in newest[column.id] if one in found),
            ],
        )
        for column in columns
    ]


def merged_newest(columns: Iterable[ColumnFacts], count: int) -> list[Card]:
    """The newest documents over several columns, each once."""
    found = cards({document for column in columns for document in latest(column, count)}, today())
    return sorted(found.values(), key=lambda card: (card.published_at, card.id), reverse=True)[:count]


def card_keys(entries: Iterable[Card]) -> set[str]:
    return {f"document:{card.id}" for card in entries}


def chain_keys(columns: Columns, column: ColumnFacts) -> set[str]:
    """The column and those above it: they stand in the path at the head of the page."""
    return {f"column:{one.id}" for one in columns.chain(column)}


def shown_in(change: str) -> list[tuple[str, int, int | None, int | None]]:
    """Site, column, parent column and sequence of each placement of a changed document; else nothing."""
    kind, _colon, key = change.partition(":")
    if kind != "document":
        return []
    return list(
        Placement.objects.filter(document_id=int(key)).values_list(
            "column__site__slug", "column_id", "column__parent_id", "sequence"
        )
    )


def site_of_column(change: str) -> tuple[str, int] | None:
    kind, _colon, key = change.partition(":")
    if kind != "column":
        return None
    slug = Column.objects.filter(pk=int(key)).values_list("site__slug", flat=True).first()
    return None if slug is None else (slug, int(key))


def column_feeds(column: ColumnFacts) -> list[FeedLink]:
    return [
        FeedLink("atom", f"{column.name} (Atom)", f"{column.url}feed.atom"),
        FeedLink("rss", f"{column.name} (RSS)", f"{column.url}feed.rss"),
    ]


def tags_of(column: ColumnFacts) -> Tags:
    return column_tags(
        name=column.name,
        description=column.description,
        keywords=column.keywords,
        type=str(ColumnType(column.type).label),
    )


def head_of(site: SiteFrame, columns: Columns, column: ColumnFacts, path: str, title: str) -> PageHead:
    chain = columns.chain(column)
    return site.head(
        path,
        title,
        tags=tags_of(column),
        crumbs=columns.crumbs(column, last_is_page=path == column.url),
        section=chain[0].url,
        feeds=column_feeds(column),
        parts=[above.name for above in reversed(chain[:-1])],
        description=column.description,
        keywords=column.keywords,
    )


@dataclass(slots=True)
class SideMenu:
    """The columns beside the one on the page; empty when it stands alone."""

    title: str = ""
    items: list[MenuItem] = field(default_factory=list)
    depends: set[str] = field(default_factory=set)


def menu_beside(columns: Columns, column: ColumnFacts) -> SideMenu:
    """All columns below the same top column. What is added below one of them is told as a change of that one."""
    top = columns.chain(column)[0]
    children = columns.open_children(top.id)
    if not children:
        return SideMenu()
    menu = SideMenu(top.name, [MenuItem(top.name, top.url)], {f"column:{top.id}"})
    for child in children:
        below = columns.open_children(child.id)
        menu.items.append(
            MenuItem(child.name, child.url, children=[MenuItem(one.name, one.url) for one in below])
        )
        menu.depends |= {f"column:{child.id}", *(f"column:{one.id}" for one in below)}
    return menu


def with_children(columns: Columns, root: ColumnFacts) -> MenuItem:
    return MenuItem(
        root.name, root.url, children=[MenuItem(c.name, c.url) for c in columns.open_children(root.id)]
    )


def pager(column: ColumnFacts, *, current: int | None) -> list[Step]:
    """Links to archive pages: from the column's first page the newest few, from an archive page its neighbours.

    What an archive page links to must be there from the moment it is full, or it would change later.
    """
    if current is not None:
        steps = [Step(_("Newest entries"), column.url)]
        if archive_range(current).stop <= column.next_sequence:
            steps.append(Step(_("Newer entries"), f"{column.url}p{current + 1}/", "prev"))
        if current > 1:
            steps.append(Step(_("Older entries"), f"{column.url}p{current - 1}/", "next"))
        return steps
    last = archive_pages(column.next_sequence)
    if last and archive_range(last).start == column.next_sequence:
        last -= 1  # the open page is still empty
    steps = [
        Step(_("Archive page %(number)s") % {"number": number}, f"{column.url}p{number}/")
        for number in range(last, max(last - PAGES_LISTED, 0), -1)
    ]
    if last > PAGES_LISTED:
        steps.append(Step(_("Oldest entries"), f"{column.url}p1/"))
    return steps
