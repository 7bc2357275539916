"""What every page of a site carries around its own text: name, menu, footer, page tags, the mark of demonstration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone
from markupsafe import Markup

from gongkai.engines import press
from gongkai.engines.press import Crumb
from gongkai.wings.publishing.sites.colours import theme
from gongkai.wings.publishing.sites.models import Column, Site
from gongkai.wings.publishing.sites.rules import Tags, site_tags

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day in Shanghai on which pages are made."""
    return timezone.now().astimezone(SHANGHAI).date()


@dataclass(slots=True)
class MenuItem:
    name: str
    url: str
    hint: str = ""
    children: list[MenuItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FeedLink:
    type: str
    title: str
    url: str


@dataclass(slots=True, kw_only=True)
class PageHead:
    """What the head of one page says, and where the page stands."""

    path: str
    heading_title: str
    tags: Tags
    crumbs: list[Crumb] = field(default_factory=list)
    section: str = ""
    """Address of the top column the page belongs to, marked in the menu."""
    feeds: list[FeedLink] = field(default_factory=list)
    look: str = ""
    indexed: bool = True


@dataclass(slots=True, kw_only=True)
class SiteFrame:
    """A site as its pages show it."""

    id: int
    slug: str
    name: str
    organ_id: int
    organ_code: str
    organ_name: str
    host: str
    origin: str
    identification_code: str
    icp_number: str
    police_number: str
    contact: str
    description: str
    keywords: str
    colour: str
    menu: list[MenuItem]
    demo: bool
    style_version: str
    theme_version: str
    tags: Tags
    _menus: dict[str, Markup] = field(default_factory=dict)
    _parts: dict[str, Markup] = field(default_factory=dict)

    @property
    def depends(self) -> set[str]:
        return {f"site:{self.slug}", f"organ:{self.organ_code}"}

    # What is the same on all pages is printed once for a batch of them.

    @property
    def styles(self) -> Markup:
        return self._part("_styles.html")

    @property
    def footer(self) -> Markup:
        return self._part("_footer.html")

    def _part(self, name: str) -> Markup:
        if name not in self._parts:
            self._parts[name] = Markup(press.printed(f"public/{name}", site=self))  # noqa: S704
        return self._parts[name]

    def menu_at(self, section: str) -> Markup:
        """The menu with the section of the page marked."""
        if section not in self._menus:
            printed = press.printed("public/_menu.html", site=self, section=section)
            self._menus[section] = Markup(printed)  # noqa: S704  # printed by a template that escapes
        return self._menus[section]

    def head(
        self,
        path: str,
        title: str,
        *,
        tags: Tags = (),
        crumbs: Iterable[Crumb] = (),
        section: str = "",
        feeds: Iterable[FeedLink] = (),
        parts: Iterable[str] = (),
        description: str = "",
        keywords: str = "",
        indexed: bool = True,
    ) -> PageHead:
        """The head of a page: its title is what it is, then where it stands, then the site.

        Articles carry Description and Keywords among their own tags; HTML does not tell case apart.
        """
        words = [title, *parts]
        if self.name not in words:
            words.append(self.name)
        return PageHead(
            path=path,
            heading_title=" - ".join(dict.fromkeys(word for word in words if word)),
            tags=(*self.tags, *tags, *self._general_tags(tags, description, keywords)),
            crumbs=list(crumbs),
            section=section,
            feeds=list(feeds),
            indexed=indexed,
        )

    def _general_tags(self, tags: Tags, description: str, keywords: str) -> Tags:
        if tags and tags[-1][0] == "Url":
            return ()
        return (
            ("description", description or self.description or self.name),
            ("keywords", keywords or self.keywords or self.name),
        )


@cache
def style_version() -> str:
    """Changes with the style sheet and the script, so that browsers may keep both for long."""
    digest = hashlib.sha256()
    for name in ("public/site.css", "public/display.js"):
        found = finders.find(name)
        if isinstance(found, str):
            digest.update(Path(found).read_bytes())
    return digest.hexdigest()[:8]


def origin(host: str) -> str:
    """Scheme, host and port of a site. Scheme and port are those of the installation (``GONGKAI_BASE_URL``)."""
    base = urlsplit(settings.GONGKAI_BASE_URL)
    port = f":{base.port}" if base.port and ":" not in host else ""
    return f"{base.scheme}://{host}{port}"


def open_sites() -> list[Site]:
    """Sites that are published: not closed."""
    return [
        site
        for site in Site.objects.select_related("organ")
        if site.closed_on is None or site.closed_on > today()
    ]


def frame(slug: str) -> SiteFrame | None:
    """The frame of a site; None when there is no such site or it is closed."""
    site = Site.objects.select_related("organ").filter(slug=slug).first()
    if site is None or (site.closed_on is not None and site.closed_on <= today()):
        return None
    menu = Column.objects.filter(site=site).open(today()).in_menu()
    return SiteFrame(
        id=site.pk,
        slug=site.slug,
        name=site.name,
        organ_id=site.organ_id,
        organ_code=site.organ.code,
        organ_name=site.organ.name,
        host=site.host,
        origin=origin(site.host),
        identification_code=site.identification_code,
        icp_number=site.icp_number,
        police_number=site.police_number,
        contact=site.contact,
        description=site.description,
        keywords=site.keywords,
        colour=theme(site.colour).main,
        menu=[MenuItem(column.name, column.url) for column in menu],
        demo=settings.GONGKAI_DEMO_MARK,
        style_version=style_version(),
        theme_version=site.colour.lstrip("#"),
        tags=site_tags(name=site.name, domain=site.host, code=site.identification_code),
    )


# -- Columns as pages need them ------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class ColumnFacts:
    """One column, read with all others of its site in one query."""

    id: int
    parent: int | None
    name: str
    path: str
    type: str
    description: str
    keywords: str
    on_home: bool
    in_menu: bool
    disclosure_item: str
    block: str
    closed_on: date | None
    next_sequence: int
    is_topic: bool

    @property
    def url(self) -> str:
        return f"/{self.path}/"


_COLUMN_FIELDS = (
    "id",
    "parent_id",
    "name",
    "path",
    "type",
    "description",
    "keywords",
    "on_home",
    "in_menu",
    "disclosure_item",
    "block",
    "closed_on",
    "next_sequence",
    "topic__id",
)


class Columns:
    """The column tree of one site, in the order of the menu."""

    def __init__(self, site_id: int) -> None:
        rows = Column.objects.filter(site_id=site_id).order_by("order", "id").values_list(*_COLUMN_FIELDS)
        names = [field.name for field in ColumnFacts.__dataclass_fields__.values()]
        self.by_id: dict[int, ColumnFacts] = {}
        for row in rows:
            facts: dict[str, Any] = dict(zip(names, row, strict=True))
            facts["is_topic"] = facts["is_topic"] is not None
            self.by_id[facts["id"]] = ColumnFacts(**facts)
        self.day = today()

    def is_open(self, column: ColumnFacts) -> bool:
        return column.closed_on is None or column.closed_on > self.day

    def children(self, parent: int | None) -> list[ColumnFacts]:
        return [column for column in self.by_id.values() if column.parent == parent]

    def open_children(self, parent: int | None) -> list[ColumnFacts]:
        return [column for column in self.children(parent) if self.is_open(column)]

    def chain(self, column: ColumnFacts) -> list[ColumnFacts]:
        """The column with those above it, from the top."""
        chain = [column]
        while (above := chain[0].parent) is not None:
            chain.insert(0, self.by_id[above])
        return chain

    def statutory(self) -> ColumnFacts | None:
        """The root of the uniform disclosure column."""
        return next(
            (c for c in self.by_id.values() if c.parent is None and c.type == "statutory"),
            None,
        )

    def in_statutory(self, column: ColumnFacts) -> bool:
        root = self.statutory()
        return root is not None and self.chain(column)[0].id == root.id

    def crumbs(self, column: ColumnFacts, *, last_is_page: bool) -> list[Crumb]:
        chain = self.chain(column)
        crumbs = [Crumb(one.name, one.url) for one in chain]
        if last_is_page:
            crumbs[-1] = Crumb(column.name)
        return crumbs


# -- Printing ------------------------------------------------------------------------------------------------


def render(name: str, context: Mapping[str, Any]) -> str:
    """Print one of the wing's templates."""
    return press.printed(f"publishing/{name}", **context)


_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Without the characters XML does not allow; they come in by careless copying."""
    return _NOT_XML.sub("", text)


def iso(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
