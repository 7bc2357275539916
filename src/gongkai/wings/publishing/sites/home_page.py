"""The home page of a site as a page of the press."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Page, PageRef
from gongkai.wings.publishing.sites.frame import Columns, MenuItem, SiteFrame, frame, render
from gongkai.wings.publishing.sites.lists import (
    ON_HOME,
    card_keys,
    merged_newest,
    sections,
    shown_in,
    with_children,
)
from gongkai.wings.publishing.sites.models import ColumnType, Topic


class HomePage:
    """Topics of the day, what people come for, the newest of each column with policy first."""

    name = "home"

    def keys(self, site: str) -> Iterator[str]:
        yield ""

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind in ("site", "home"):
            return [PageRef(self.name, key, "")]
        return {PageRef(self.name, site, "") for site, *_rest in shown_in(change)}

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            for key in keys:
                yield key, None if frame_ is None else self._page(frame_)

    def _page(self, site: SiteFrame) -> Page:
        columns = Columns(site.id)
        on_home = sorted(
            (c for c in columns.by_id.values() if c.on_home and columns.is_open(c)),
            key=lambda c: c.type != ColumnType.POLICY,
        )
        shown = [section for section in sections(on_home, ON_HOME) if section.entries]
        topics = self._topics(site, columns)
        statutory = columns.statutory()
        depends = site.depends | {f"home:{site.slug}"} | {f"column:{column.id}" for column in on_home}
        shelves = press.shelves("home", site)
        depends.update(*(shelf.depends for shelf in shelves))
        for section in shown:
            depends |= card_keys(section.entries)
        for topic in topics:
            depends |= {f"column:{topic['id']}", *card_keys(topic["newest"])}
        return Page(
            path="index.html",
            body=render(
                "home.html",
                {
                    "site": site,
                    "page": site.head("/", site.name, section="/"),
                    "topics": topics,
                    "wants": self._wants(columns),
                    "columns": shown,
                    "shelves": [shelf for shelf in shelves if shelf.entries],
                    "statutory": with_children(columns, statutory) if statutory else None,
                },
            ),
            depends=depends,
        )

    def _topics(self, site: SiteFrame, columns: Columns) -> list[dict[str, Any]]:
        """Topics pinned on the home page, emergencies first, each with its three newest entries."""
        pinned = (
            Topic.objects.filter(column__site_id=site.id, pinned_on_home=True, closed_at__isnull=True)
            .order_by("-emergency", "-launched_at")
            .values("column_id", "emergency", "introduction")
        )
        found = []
        for row in pinned:
            column = columns.by_id[row["column_id"]]
            inside = [column, *columns.open_children(column.id)]
            found.append(
                {
                    "id": column.id,
                    "name": column.name,
                    "url": column.url,
                    "emergency": row["emergency"],
                    "introduction": row["introduction"],
                    "newest": merged_newest(inside, 3),
                }
            )
        return found

    def _wants(self, columns: Columns) -> list[MenuItem]:
        """What people come to a government site for, as far as this one has it."""
        hints = {
            ColumnType.POLICY: _("rules in force, by number, organ and subject"),
            ColumnType.INTERPRETATION: _("what a policy means, in plain words"),
            ColumnType.NOTICE: _("announcements, recruitment, results"),
            ColumnType.DATA: _("statistics and figures"),
        }
        blocks = {c.block: c for c in columns.by_id.values() if c.block}
        found = [
            MenuItem(_("Apply for information"), "/request/", _("ask for information that is not published")),
            MenuItem(_("See how a request stands"), "/request/status/", _("with its number and query code")),
        ]
        if guide := blocks.get("guide"):
            found.append(MenuItem(guide.name, guide.url, _("what each office does, where it is, how to ask")))
        for type, hint in hints.items():
            found += [MenuItem(c.name, c.url, hint) for c in columns.open_children(None) if c.type == type][
                :1
            ]
        if report := blocks.get("annual_report"):
            found.append(MenuItem(report.name, report.url, _("how this organ handled requests each year")))
        return found
