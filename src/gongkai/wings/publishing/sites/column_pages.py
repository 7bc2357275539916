"""Columns, archive pages and topics as pages of the press."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.conf import settings
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines.press import Page, PageRef, file_of
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.pages import cards
from gongkai.wings.publishing.documents.references import local_day
from gongkai.wings.publishing.documents.shown import Card
from gongkai.wings.publishing.sites.frame import (
    ColumnFacts,
    Columns,
    SiteFrame,
    frame,
    render,
    today,
)
from gongkai.wings.publishing.sites.lists import (
    IN_PART,
    ON_COLUMN,
    ON_HOME,
    card_keys,
    chain_keys,
    head_of,
    menu_beside,
    pager,
    sections,
    shown_in,
    site_of_column,
)
from gongkai.wings.publishing.sites.models import Column, Placement, Topic
from gongkai.wings.publishing.sites.rules import archive_page, archive_pages, archive_range
from gongkai.wings.publishing.sites.statutory import statutory_page


class ColumnPage:
    """The first page of a column: plain, topic or part of the statutory column."""

    name = "column"

    def keys(self, site: str) -> Iterator[str]:
        for pk in Column.objects.filter(site__slug=site).order_by("id").values_list("id", flat=True):
            yield str(pk)

    def affected(self, change: str) -> Iterable[PageRef]:
        if own := site_of_column(change):
            return [PageRef(self.name, own[0], str(own[1]))]
        found = set()
        for site, column, parent, _sequence in shown_in(change):
            found.add(PageRef(self.name, site, str(column)))
            if parent:
                found.add(PageRef(self.name, site, str(parent)))
                found |= {PageRef(self.name, site, str(above)) for above in _above(parent)}
        return found

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            columns = Columns(frame_.id) if frame_ else None
            for key in keys:
                column = columns.by_id.get(int(key)) if columns else None
                if frame_ is None or columns is None or column is None:
                    yield key, None
                elif column.is_topic:
                    yield key, _topic_page(frame_, columns, column)
                elif columns.in_statutory(column):
                    yield key, statutory_page(frame_, columns, column)
                else:
                    yield key, _plain_page(frame_, columns, column)


class ArchivePage:
    """Page n of a column, the oldest first: once full it never changes because an entry is added."""

    name = "archive"

    def keys(self, site: str) -> Iterator[str]:
        for pk, next_sequence in (
            Column.objects.filter(site__slug=site).order_by("id").values_list("id", "next_sequence")
        ):
            for page in range(1, archive_pages(next_sequence) + 1):
                yield f"{pk}:{page}"

    def affected(self, change: str) -> Iterable[PageRef]:
        if own := site_of_column(change):
            # The column has a new address or name: all its pages do.
            return [
                PageRef(self.name, own[0], f"{own[1]}:{page}")
                for page in range(1, archive_pages(Column.objects.get(pk=own[1]).next_sequence) + 1)
            ]
        found = set()
        for site, column, _parent, sequence in shown_in(change):
            if sequence is not None:
                page = archive_page(sequence)
                # The entry that fills a page opens the next one.
                for number in (page, page + 1):
                    found.add(PageRef(self.name, site, f"{column}:{number}"))
        return found

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            columns = Columns(frame_.id) if frame_ else None
            wanted = {key: (int(key.partition(":")[0]), int(key.partition(":")[2])) for key in keys}
            shown = self._shown(columns, wanted.values()) if columns else {}
            for key, (pk, number) in wanted.items():
                column = columns.by_id.get(pk) if columns else None
                if (
                    frame_ is None
                    or columns is None
                    or column is None
                    or number > archive_pages(column.next_sequence)
                ):
                    yield key, None
                else:
                    yield key, _archive_page(frame_, columns, column, number, shown.get((pk, number), []))

    def _shown(self, columns: Columns, pages: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Card]]:
        """The entries of all pages of a batch, newest first on each."""
        placed: dict[tuple[int, int], list[int]] = {}
        for pk, number in pages:
            numbers = archive_range(number)
            placed[pk, number] = list(
                Placement.objects.public()
                .filter(column_id=pk, sequence__gte=numbers.start, sequence__lt=numbers.stop)
                .order_by("-sequence")
                .values_list("document_id", flat=True)
            )
        found = cards({document for ids in placed.values() for document in ids}, today())
        return {
            page: [found[document] for document in ids if document in found] for page, ids in placed.items()
        }


def _above(parent: int) -> list[int]:
    """Columns above a column's parent: the statutory root shows what its grandchildren hold."""
    above = Column.objects.filter(children=parent).values_list("id", flat=True)
    return list(above)


def _plain_page(site: SiteFrame, columns: Columns, column: ColumnFacts) -> Page:
    children = [child for child in columns.open_children(column.id) if not child.is_topic]
    own, *parts = sections([column, *children], ON_COLUMN)
    for part in parts:
        part.entries = part.entries[:IN_PART]
    menu = menu_beside(columns, column)
    depends = site.depends | menu.depends | chain_keys(columns, column)
    depends |= {f"column:{child.id}" for child in children}
    for section in (own, *parts):
        depends |= card_keys(section.entries)
    return Page(
        path=file_of(column.url),
        body=render(
            "column.html",
            {
                "site": site,
                "page": head_of(site, columns, column, column.url, column.name),
                "column": column,
                "menu_title": menu.title,
                "menu": menu.items,
                "items": own.entries,
                "parts": parts,
                "pager": pager(column, current=None),
                "archive_page": None,
            },
        ),
        depends=depends,
    )


def _archive_page(
    site: SiteFrame, columns: Columns, column: ColumnFacts, number: int, items: list[Card]
) -> Page:
    path = f"{column.url}p{number}/"
    menu = menu_beside(columns, column)
    title = f"{column.name} · " + _("Archive page %(number)s") % {"number": number}
    return Page(
        path=file_of(path),
        body=render(
            "column.html",
            {
                "site": site,
                "page": head_of(site, columns, column, path, title),
                "column": column,
                "menu_title": menu.title,
                "menu": menu.items,
                "items": items,
                "parts": [],
                "pager": pager(column, current=number),
                "archive_page": number,
            },
        ),
        depends=site.depends | menu.depends | chain_keys(columns, column) | card_keys(items),
    )


# -- Topics ------------------------------------------------------------------------------------------------


def _with_verdict(card: Card) -> Card:
    """The verdict on a rumour is the summary of the check, or its first words."""
    if card.summary:
        return card
    text = Document.objects.filter(pk=card.id).values_list(Left("text", 120), flat=True).get()
    return replace(card, summary=text)


def _topic_page(site: SiteFrame, columns: Columns, column: ColumnFacts) -> Page:
    topic = Topic.objects.get(column_id=column.id)
    blocks = columns.children(column.id)
    own, *parts = sections([column, *blocks], ON_HOME)
    depends = site.depends | chain_keys(columns, column) | {f"topic:{topic.pk}"}
    for section in (own, *parts):
        depends |= {f"column:{section.id}"} | card_keys(section.entries)
        section.rumours = [_with_verdict(card) for card in section.entries if card.kind == Kind.RUMOUR]
        section.entries = [card for card in section.entries if card.kind != Kind.RUMOUR]
    return Page(
        path=file_of(column.url),
        body=render(
            "topic.html",
            {
                "site": site,
                "page": head_of(site, columns, column, column.url, column.name),
                "column": column,
                "topic": {
                    "emergency": topic.emergency,
                    "introduction": topic.introduction,
                    "closed_on": local_day(topic.closed_at).isoformat() if topic.closed_at else "",
                    "closing_plan": topic.closing_plan,
                },
                "items": [*own.rumours, *own.entries],
                "parts": parts,
            },
        ),
        depends=depends,
    )
