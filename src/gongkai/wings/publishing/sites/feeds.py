"""Feeds and sitemaps: how readers' programs and search engines learn what is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import override

from gongkai.engines.press import LANG, Page, PageRef, file_of
from gongkai.wings.publishing.documents.models import Document, Series
from gongkai.wings.publishing.documents.references import local_day
from gongkai.wings.publishing.documents.rules import document_path
from gongkai.wings.publishing.documents.shown import Card
from gongkai.wings.publishing.sites.frame import (
    ColumnFacts,
    Columns,
    SiteFrame,
    frame,
    iso,
    render,
    xml_text,
)
from gongkai.wings.publishing.sites.lists import card_keys, merged_newest, shown_in, site_of_column
from gongkai.wings.publishing.sites.models import Column, Placement

IN_FEED = 30
CHUNK = 1000
"""Documents in one sitemap, by id: a new document touches one file, and no file ever shifts."""

FORMATS = ("atom", "rss")
_OPENED = datetime(2020, 1, 1, tzinfo=UTC)
"""What an empty feed says it was updated: a feed must say something, and nothing has happened yet."""


class FeedPage:
    """The newest documents of a site or a column, as Atom and as RSS. Keys: ``atom``, ``12:rss``."""

    name = "feed"

    def keys(self, site: str) -> Iterator[str]:
        yield from FORMATS
        for pk in Column.objects.filter(site__slug=site).order_by("id").values_list("id", flat=True):
            yield from (f"{pk}:{format}" for format in FORMATS)

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, format) for format in FORMATS]
        if own := site_of_column(change):
            return [PageRef(self.name, own[0], f"{own[1]}:{format}") for format in FORMATS]
        found = set()
        for site, column, parent, _sequence in shown_in(change):
            for format in FORMATS:
                found.add(PageRef(self.name, site, format))
                found.add(PageRef(self.name, site, f"{column}:{format}"))
                if parent:
                    found.add(PageRef(self.name, site, f"{parent}:{format}"))
        return found

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            columns = Columns(frame_.id) if frame_ else None
            shown: dict[str, list[Card]] = {}
            for key in keys:
                name, _colon, format = key.rpartition(":")
                column = columns.by_id.get(int(name)) if columns and name else None
                if frame_ is None or columns is None or (name and column is None):
                    yield key, None
                    continue
                if name not in shown:
                    shown[name] = merged_newest(_fed_from(columns, column), IN_FEED)
                yield key, _feed(frame_, column, format, shown[name])


def _fed_from(columns: Columns, column: ColumnFacts | None) -> list[ColumnFacts]:
    if column is None:
        return list(columns.by_id.values())
    return [column, *columns.children(column.id)]


def _feed(site: SiteFrame, column: ColumnFacts | None, format: str, entries: list[Card]) -> Page:
    home = column.url if column else "/"
    updated = max((card.published_at for card in entries), default=_OPENED)
    context: dict[str, Any] = {
        "site": site,
        "feed": {
            # The Traditional feed is another feed; its entries are others too for a reader's program.
            "id": f"tag:{site.host},2020:{column.id if column else 'site'}/{LANG}",
            "title": xml_text(f"{site.name} - {column.name}" if column else site.name),
            "subtitle": xml_text(column.description if column else site.description),
            "home": home,
            "path": f"{home}feed.{format}",
            "updated": iso(updated),
            "updated_rfc": format_datetime(updated),
            "entries": [
                {
                    "id": f"tag:{site.host},{card.day}:document-{card.id}/{LANG}",
                    "title": xml_text(card.title),
                    "url": card.url,
                    "summary": xml_text(card.summary),
                    "issuer": xml_text(card.issuer),
                    "moment": iso(card.published_at),
                    "moment_rfc": format_datetime(card.published_at),
                }
                for card in entries
            ],
        },
    }
    depends = site.depends | card_keys(entries)
    if column:
        depends.add(f"column:{column.id}")
    return Page(
        path=file_of(f"{home}feed.{format}"), body=render(f"feed.{format}.xml", context), depends=depends
    )


# -- Sitemaps ----------------------------------------------------------------------------------------------


def _chunks(site: str) -> list[int]:
    """Numbers of the sitemaps that have a public document of the site."""
    shown = Placement.objects.public().filter(column__site__slug=site)
    numbers = shown.annotate(chunk=F("document_id") / CHUNK).order_by().values_list("chunk", flat=True)
    return sorted({int(number) for number in numbers.distinct()})


def _opens_or_empties(site: str, document: int) -> bool:
    """Whether a changed document may add its sitemap to the list or take it away: it is the first in it, or none is
    left. Of documents published together, the first is among the changes, so none is missed."""
    start = document // CHUNK * CHUNK
    first = (
        Placement.objects.public()
        .filter(column__site__slug=site, document_id__gte=start, document_id__lt=start + CHUNK)
        .order_by("document_id")
        .values_list("document_id", flat=True)
        .first()
    )
    return first is None or first == document


class SitemapIndex:
    """``/sitemap.xml``: the list of sitemaps."""

    name = "sitemap-index"

    def keys(self, site: str) -> Iterator[str]:
        yield ""

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind in ("site", "sitemap"):
            return [PageRef(self.name, key, "")]
        sites = {site for site, *_rest in shown_in(change)}
        return [PageRef(self.name, site, "") for site in sites if _opens_or_empties(site, int(key))]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        frame_ = frame(site)
        for key in keys:
            if frame_ is None:
                yield key, None
                continue
            paths = ["/sitemaps/columns.xml", *(f"/sitemaps/docs-{number}.xml" for number in _chunks(site))]
            yield (
                key,
                Page(
                    path="sitemap.xml",
                    body=render("sitemap_index.xml", {"site": frame_, "paths": paths}),
                    depends=frame_.depends,
                    both_scripts=False,
                ),
            )


class Sitemap:
    """One sitemap: the columns (key ``columns``) or a thousand documents by id (key their number)."""

    name = "sitemap"

    def keys(self, site: str) -> Iterator[str]:
        yield "columns"
        yield from map(str, _chunks(site))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind in ("site", "columns"):
            return [PageRef(self.name, key, "columns")]
        if kind == "series":
            sites = Placement.objects.filter(document__series__slug=key).values_list(
                "column__site__slug", flat=True
            )
            return [PageRef(self.name, site, "columns") for site in sites.distinct()]
        return {
            PageRef(self.name, site, str(int(change.partition(":")[2]) // CHUNK))
            for site, *_rest in shown_in(change)
        }

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        frame_ = frame(site)
        for key in keys:
            if frame_ is None:
                yield key, None
            else:
                yield key, self._columns(frame_) if key == "columns" else self._documents(frame_, int(key))

    def _columns(self, site: SiteFrame) -> Page:
        columns = Columns(site.id)
        paths = ["/", *(column.url for column in columns.by_id.values())]
        series = Series.objects.filter(issues__placements__column__site_id=site.id, issues__live=True)
        slugs = list(series.distinct().order_by("slug").values_list("slug", flat=True))
        paths += [f"/series/{slug}/" for slug in slugs]
        return Page(
            path="sitemaps/columns.xml",
            body=render("sitemap.xml", {"site": site, "urls": [{"path": path, "day": ""} for path in paths]}),
            depends=site.depends
            | {f"columns:{site.slug}", *(f"series:{slug}" for slug in slugs)}
            | {f"column:{pk}" for pk in columns.by_id},
            both_scripts=False,
        )

    def _documents(self, site: SiteFrame, number: int) -> Page | None:
        rows = list(
            Document.objects.public()
            .filter(
                id__gte=number * CHUNK,
                id__lt=(number + 1) * CHUNK,
                placements__column__site_id=site.id,
            )
            .order_by("id")
            .distinct()
            .values_list("id", "published_at")
        )
        if not rows:
            return None
        urls = []
        for pk, published_at in rows:
            assert published_at is not None
            day = local_day(published_at)
            urls.append({"path": document_path(day.year, pk), "day": day.isoformat()})
        return Page(
            path=f"sitemaps/docs-{number}.xml",
            body=render("sitemap.xml", {"site": site, "urls": urls}),
            depends=site.depends | {f"document:{pk}" for pk, _moment in rows},
            both_scripts=False,
        )
