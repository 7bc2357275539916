"""A document on a site, a series, a stored file: pages that exist as long as a column of the site shows a document."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import ReferenceIndex

from gongkai.engines.press import Crumb, Page, PageRef, file_of
from gongkai.foundation.files.models import StoredFile
from gongkai.wings.publishing.documents.models import Attachment, Document, Series
from gongkai.wings.publishing.documents.notices import notices
from gongkai.wings.publishing.documents.pages import cards, sheets
from gongkai.wings.publishing.documents.rules import series_gaps
from gongkai.wings.publishing.documents.shown import Notice, Sheet
from gongkai.wings.publishing.sites.frame import (
    ColumnFacts,
    Columns,
    SiteFrame,
    frame,
    open_sites,
    origin,
    render,
    today,
)
from gongkai.wings.publishing.sites.lists import card_keys, shown_in, tags_of
from gongkai.wings.publishing.sites.models import ColumnType, Placement
from gongkai.wings.publishing.sites.rules import article_tags

_FILE = re.compile(r'"/files/[0-9a-f]{2}/([0-9a-f]{64}/[^"]+)"')
_PICTURE = re.compile(r'<img[^>]* src="(/files/[^"]+)"')
KEYS_AT_ONCE = 2000


def batches_of_ids(queryset: Any) -> Iterator[int]:
    """Ids in order, read in slices, so that a full build needs no list of them all and no open cursor."""
    last = 0
    while ids := list(
        queryset.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:KEYS_AT_ONCE]
    ):
        yield from ids
        last = ids[-1]


# -- Documents ---------------------------------------------------------------------------------------------


class DocumentPage:
    """The page of a document, or the notice where it was, on every site that shows it."""

    name = "document"

    def keys(self, site: str) -> Iterator[str]:
        shown = Document.objects.filter(
            Q(live=True) | Q(withdrawn_at__isnull=False),
            published_at__isnull=False,
            placements__column__site__slug=site,
        ).distinct()
        return map(str, batches_of_ids(shown))

    def affected(self, change: str) -> Iterable[PageRef]:
        found = {PageRef(self.name, site, change.partition(":")[2]) for site, *_rest in shown_in(change)}
        for document in self._neighbours(change):
            found |= {
                PageRef(self.name, site, str(document)) for site, *_rest in shown_in(f"document:{document}")
            }
        return found

    def _neighbours(self, change: str) -> list[int]:
        """The issues on both sides of a new issue of a series: they link to it from now on."""
        kind, _colon, key = change.partition(":")
        if kind != "document":
            return []
        issue = Document.objects.filter(pk=int(key)).values_list("series_id", "issue_number").first()
        if issue is None or issue[0] is None or issue[1] is None:
            return []
        others = Document.objects.public().filter(series_id=issue[0]).order_by("issue_number")
        before = others.filter(issue_number__lt=issue[1]).values_list("id", flat=True).last()
        after = others.filter(issue_number__gt=issue[1]).values_list("id", flat=True).first()
        return [document for document in (before, after) if document is not None]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            ids = [int(key) for key in keys]
            if frame_ is None:
                yield from ((key, None) for key in keys)
                return
            columns = Columns(frame_.id)
            homes, sites = _shown(frame_, columns, ids)
            public = sheets(homes, today=today(), sites=sites)
            _lead_where_shown(frame_, public.values())
            gone = notices(document for document in homes if document not in public)
            for key, document in zip(keys, ids, strict=True):
                if sheet := public.get(document):
                    yield key, _document_page(frame_, columns, homes[document], sheet)
                elif notice := gone.get(document):
                    yield key, _notice_page(frame_, notice)
                else:
                    yield key, None


def _shown(
    site: SiteFrame, columns: Columns, ids: Sequence[int]
) -> tuple[dict[int, ColumnFacts], dict[int, tuple[str, ...]]]:
    """For documents shown on the site: the column they are at home in, and all sites that show them."""
    placed: dict[int, list[tuple[int, int]]] = defaultdict(list)
    sites: dict[int, set[str]] = defaultdict(set)
    for document, column, slug, order in (
        Placement.objects.filter(document_id__in=ids)
        .order_by("id")
        .values_list("document_id", "column_id", "column__site__slug", "id")
    ):
        sites[document].add(slug)
        if slug == site.slug:
            placed[document].append((column, order))
    homes = {
        document: min(
            (columns.by_id[column] for column, _order in places),
            key=lambda column: _home_rank(columns, column),
        )
        for document, places in placed.items()
    }
    return homes, {document: tuple(sorted(slugs)) for document, slugs in sites.items()}


def _lead_where_shown(site: SiteFrame, public: Collection[Sheet]) -> None:
    """Let links to documents of other sites lead there. What no open site shows is named without a link."""
    ids = {link.id for sheet in public for link in sheet.references}
    if not ids:
        return
    sites: dict[int, list[str]] = defaultdict(list)
    for document, slug in (
        Placement.objects.filter(document_id__in=ids)
        .order_by("id")
        .values_list("document_id", "column__site__slug")
    ):
        sites[document].append(slug)
    away = {document for document in ids if site.slug not in sites[document]}
    origins = {each.slug: origin(each.host) for each in open_sites()} if away else {}
    for sheet in public:
        for link in sheet.references:
            if link.id not in away:
                continue
            home = next((slug for slug in sites[link.id] if slug in origins), "")
            link.origin, link.url = origins.get(home, ""), link.url if home else ""
            sheet.depends.update(f"site:{slug}" for slug in sites[link.id])


def _home_rank(columns: Columns, column: ColumnFacts) -> int:
    """A document lives in an ordinary column rather than in a topic, and there rather than in a catalogue."""
    top = columns.chain(column)[0]
    return {ColumnType.TOPIC.value: 1, ColumnType.STATUTORY.value: 2}.get(top.type, 0)


def _document_page(site: SiteFrame, columns: Columns, column: ColumnFacts, sheet: Sheet) -> Page:
    picture = _PICTURE.search(sheet.html) if "<img" in sheet.html else None
    tags = article_tags(
        title=sheet.title,
        published_at=sheet.published_at,
        source=sheet.source or sheet.issuers,
        keywords=sheet.keywords,
        author=sheet.author,
        description=sheet.summary or " ".join(sheet.search.text[:120].split()),
        image=f"{site.origin}{picture[1]}" if picture else "",
        url=f"{site.origin}{sheet.url}",
    )
    chain = columns.chain(column)
    head = site.head(
        sheet.url,
        sheet.title,
        tags=(*tags_of(column), *tags),
        crumbs=[*columns.crumbs(column, last_is_page=False), Crumb(_("Text of the document"))],
        section=chain[0].url,
        parts=[column.name],
    )
    return Page(
        path=file_of(sheet.url),
        body=render(
            "document.html", {"site": site, "page": head, "document": sheet, "aside": sheet.has_company}
        ),
        depends=sheet.depends | site.depends | {f"column:{above.id}" for above in chain},
        search=sheet.search,
        revision=sheet.revision,
    )


def _notice_page(site: SiteFrame, notice: Notice) -> Page:
    return Page(
        path=file_of(notice.url),
        body=render(
            "withdrawn.html",
            {
                "site": site,
                "page": site.head(notice.url, _("This document has been withdrawn"), indexed=False),
                "notice": notice,
            },
        ),
        depends=notice.depends | site.depends,
        status=410,
    )


# -- Series ------------------------------------------------------------------------------------------------


class SeriesPage:
    """All issues of a series in order, with the numbers that are missing."""

    name = "series"

    def keys(self, site: str) -> Iterator[str]:
        shown = Series.objects.filter(issues__placements__column__site__slug=site).distinct()
        yield from shown.order_by("slug").values_list("slug", flat=True)

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "series":
            sites = Placement.objects.filter(document__series__slug=key).values_list(
                "column__site__slug", flat=True
            )
            return [PageRef(self.name, site, key) for site in sites.distinct()]
        if kind != "document":
            return []
        slug = Document.objects.filter(pk=int(key)).values_list("series__slug", flat=True).first()
        return {PageRef(self.name, site, slug) for site, *_rest in shown_in(change)} if slug else []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            for key in keys:
                yield key, None if frame_ is None else self._page(frame_, key)

    def _page(self, site: SiteFrame, slug: str) -> Page | None:
        series = Series.objects.select_related("organ").filter(slug=slug).first()
        if series is None:
            return None
        public = dict(
            Document.objects.public()
            .filter(series=series, issue_number__isnull=False, placements__column__site_id=site.id)
            .distinct()
            .values_list("id", "issue_number")
        )
        if not public:
            return None
        issues = sorted(cards(public, today()).values(), key=lambda card: public[card.id], reverse=True)
        health = series_gaps(
            [(public[card.id], card.published_at.date()) for card in issues],
            first=series.first_issue,
            today=today(),
            every_days=None,
        )
        path = f"/series/{slug}/"
        context: dict[str, Any] = {
            "name": series.name,
            "organ": series.organ.name,
            "closed_on": series.closed_on,
            "issues": [
                {"issue": public[card.id], "title": card.title, "url": card.url, "day": card.day}
                for card in issues
            ],
            "gaps": [
                str(gap.first) if gap.first == gap.last else f"{gap.first}–{gap.last}" for gap in health.gaps
            ],
        }
        return Page(
            path=file_of(path),
            body=render(
                "series.html",
                {
                    "site": site,
                    "page": site.head(path, series.name, crumbs=[Crumb(series.name)]),
                    "series": context,
                },
            ),
            depends=site.depends | {f"series:{slug}", f"organ:{series.organ.code}"} | card_keys(issues),
        )


# -- Files -------------------------------------------------------------------------------------------------


class FilePage:
    """A stored file under its public address, as long as a public document on the site uses it.

    Keys are fingerprint and name, ``3f…/report.pdf``: the same bytes handed in under two names have two addresses.
    """

    name = "file"

    def keys(self, site: str) -> Iterator[str]:
        shown = Document.objects.public().filter(placements__column__site__slug=site).distinct()
        seen: set[str] = set()
        with_files = shown.filter(Q(attachments__isnull=False) | Q(html__contains="/files/"))
        for ids in batches(batches_of_ids(with_files), KEYS_AT_ONCE):
            for files in files_of(ids).values():
                yield from sorted(files - seen)
                seen |= files

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind != "document":
            return []
        files = files_of([int(key)]).get(int(key), set())
        return {PageRef(self.name, site, file) for site, *_rest in shown_in(change) for file in files}

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        stored = {
            f"{file.sha256}/{file.name}": file
            for file in StoredFile.objects.filter(sha256__in={key.partition("/")[0] for key in keys})
        }
        users = _users(site, keys)
        for key in keys:
            file = stored.get(key)
            if file is None or not users[key]:
                yield key, None
            else:
                yield (
                    key,
                    Page(
                        path=f"files/{key[:2]}/{key}",
                        body=file.path.read_bytes(),
                        depends={f"document:{document}" for document in users[key]},
                        both_scripts=False,
                    ),
                )


def batches(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most ``size``."""
    iterator = iter(ids)
    while batch := list(islice(iterator, size)):
        yield batch


def files_of(documents: Iterable[int]) -> dict[int, set[str]]:
    """Keys of the files each document publishes: its attachments and what stands in its text."""
    found: dict[int, set[str]] = defaultdict(set)
    wanted = list(documents)
    attached = Attachment.objects.filter(document_id__in=wanted)
    for document, sha256, name in attached.values_list("document_id", "file__sha256", "file__name"):
        found[document].add(f"{sha256}/{name}")
    pictured = Document.objects.filter(id__in=wanted, html__contains="/files/")
    for document, html in pictured.values_list("id", "html"):
        found[document].update(unquote(unescape(key)) for key in _FILE.findall(html))
    return found


def _users(site: str, keys: Collection[str]) -> dict[str, set[int]]:
    """Public documents of the site that use each file.

    Attachments are known by themselves; pictures and videos by Wagtail's index of references, which follows the
    blocks of a text. Both only say where to look: what counts is what the document publishes now.
    """
    fingerprints = {key.partition("/")[0] for key in keys}
    candidates = set(
        Attachment.objects.filter(file__sha256__in=fingerprints).values_list("document_id", flat=True)
    )
    stored = StoredFile.objects.filter(sha256__in=fingerprints).values_list("id", flat=True)
    in_texts = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Document),
        to_content_type=ContentType.objects.get_for_model(StoredFile),
        to_object_id__in=[str(pk) for pk in stored],
    )
    candidates |= {int(document) for document in in_texts.values_list("object_id", flat=True).distinct()}
    shown = (
        Placement.objects.public()
        .filter(document_id__in=candidates, column__site__slug=site)
        .values_list("document_id", flat=True)
    )
    users: dict[str, set[int]] = {key: set() for key in keys}
    for document, files in files_of(set(shown)).items():
        for key in files & users.keys():
            users[key].add(document)
    return users
