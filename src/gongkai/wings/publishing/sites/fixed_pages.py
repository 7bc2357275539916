"""Pages every site has once: search, not found, site map, accessibility, reporting faults, robots, theme, proofs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines.press import Crumb, Page, PageRef, file_of
from gongkai.foundation.ledger.heads import as_json
from gongkai.foundation.ledger.models import SignedHead
from gongkai.wings.publishing.sites.colours import theme
from gongkai.wings.publishing.sites.frame import (
    Columns,
    MenuItem,
    SiteFrame,
    frame,
    open_sites,
    render,
)
from gongkai.wings.publishing.sites.models import Site
from gongkai.wings.publishing.sites.rules import place_name

NATIONAL_FAULT_ENTRY = "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code="
"""The State Council's platform for faults of government sites, which every site links with its own code."""

HEADS_SHOWN = 30


def _page(site: SiteFrame, path: str, template: str, title: str, **context: Any) -> Page:
    head = site.head(
        path,
        title,
        crumbs=[Crumb(title)] if path != "/404.html" else [],
        indexed=path not in ("/404.html", "/search/"),
    )
    return Page(
        path=file_of(path),
        body=render(template, {"site": site, "page": head, **context}),
        depends=site.depends,
    )


def _search(site: SiteFrame) -> Page:
    return _page(site, "/search/", "search.html", _("Search"))


def _not_found(site: SiteFrame) -> Page:
    return _page(site, "/404.html", "not_found.html", _("There is no page at this address"))


def _accessibility(site: SiteFrame) -> Page:
    return _page(site, "/accessibility/", "accessibility.html", _("Accessibility statement"))


def _correction(site: SiteFrame) -> Page:
    code = "" if site.demo else site.identification_code
    return _page(
        site,
        "/jiucuo/",
        "correction.html",
        _("Report a fault of this site"),
        national_entry=f"{NATIONAL_FAULT_ENTRY}{code}" if code else "",
    )


def _site_map(site: SiteFrame) -> Page:
    columns = Columns(site.id)
    tree = [
        MenuItem(
            column.name,
            column.url,
            children=[MenuItem(child.name, child.url) for child in columns.open_children(column.id)],
        )
        for column in columns.open_children(None)
    ]
    page = _page(site, "/sitemap/", "site_map.html", _("Site map"), tree=tree)
    page.depends = {*page.depends, f"columns:{site.slug}", *(f"column:{pk}" for pk in columns.by_id)}
    return page


def _robots(site: SiteFrame) -> Page:
    return Page(
        path="robots.txt",
        body=render("robots.txt", {"site": site}),
        depends=site.depends,
        both_scripts=False,
    )


def _theme(site: SiteFrame) -> Page:
    colour = Site.objects.values_list("colour", flat=True).get(pk=site.id)
    return Page(path="theme.css", body=theme(colour).css(), depends=site.depends, both_scripts=False)


def _icon(site: SiteFrame) -> Page:
    """A plain square in the site's colour with the first character of its place: nobody's crest."""
    character = place_name(site.name)[:1]
    return Page(
        path="icon.svg",
        body=render("icon.svg", {"site": site, "character": character}),
        depends=site.depends,
        both_scripts=False,
    )


class FixedPages:
    """Pages that follow from the site alone."""

    def __init__(self, name: str, builders: dict[str, Callable[[SiteFrame], Page]]) -> None:
        self.name = name
        self.builders = builders

    def keys(self, site: str) -> Iterator[str]:
        yield from self.builders

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        return [PageRef(self.name, key, name) for name in self.builders] if kind == "site" else []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            for key in keys:
                yield key, self.builders[key](frame_) if frame_ and key in self.builders else None


def fixed_pages() -> FixedPages:
    return FixedPages(
        "fixed",
        {
            "not-found": _not_found,
            "accessibility": _accessibility,
            "correction": _correction,
            "site-map": _site_map,
            "robots": _robots,
            "theme": _theme,
            "icon": _icon,
        },
    )


def search_page() -> FixedPages:
    """The shell of the search page; the server fills the marker, so search needs no main database."""
    return FixedPages("search", {"": _search})


# -- Proofs ------------------------------------------------------------------------------------------------


class LedgerPage:
    """The signed heads of the ledger: the newest as a page (key ``""``), each day as JSON (key its date).

    A new head is announced by the change ``ledger:2020-12-31``.
    """

    name = "ledger"

    def keys(self, site: str) -> Iterator[str]:
        yield ""
        for day in SignedHead.objects.order_by("day").values_list("day", flat=True).iterator():
            yield day.isoformat()

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, "")]
        if kind != "ledger":
            return []
        return [PageRef(self.name, site.slug, which) for site in open_sites() for which in ("", key)]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            days = [key for key in keys if key]
            heads = {head.day.isoformat(): head for head in SignedHead.objects.filter(day__in=days)}
            for key in keys:
                if frame_ is None:
                    yield key, None
                elif key:
                    yield key, self._day(frame_, heads[key]) if key in heads else None
                else:
                    yield key, self._newest(frame_)

    def _day(self, site: SiteFrame, head: SignedHead) -> Page:
        return Page(
            path=f"ledger/{head.day.isoformat()}.json",
            body=json.dumps(as_json(head), ensure_ascii=False, indent=1) + "\n",
            depends={f"ledger:{head.day.isoformat()}"},
            both_scripts=False,
        )

    def _newest(self, site: SiteFrame) -> Page:
        newest = list(SignedHead.objects.order_by("-day")[:HEADS_SHOWN])
        all_days = SignedHead.objects.order_by("-day").values_list("day", flat=True)
        earlier = [day.isoformat() for day in all_days[HEADS_SHOWN : HEADS_SHOWN + 366]]
        page = _page(
            site,
            "/ledger/",
            "ledger.html",
            _("Daily proofs"),
            heads=[
                {
                    "day": head.day.isoformat(),
                    "entries": json.loads(head.heads)["entries"],
                    "digest": hashlib.sha256(head.heads.encode()).hexdigest(),
                    "signature": head.signature,
                }
                for head in newest
            ],
            public_key=newest[0].public_key if newest else "",
            earlier=earlier,
        )
        page.depends = {*page.depends, *(f"ledger:{head.day.isoformat()}" for head in newest)}
        return page
