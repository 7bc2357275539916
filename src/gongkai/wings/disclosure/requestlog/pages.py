"""The log as pages of the press: an overview with figures, lists by year, organ and result, one page per request, data.

A site shows the requests of its own organ and of all below it. Lists are made anew when one of their entries changes;
they depend on ``request-log:ORGAN``, the page of a request on ``request:ID``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, file_of
from gongkai.engines.press.declarations import Frame
from gongkai.engines.search import SearchRecord
from gongkai.wings.disclosure.listing import ListKey
from gongkai.wings.disclosure.requestlog.entries import (
    Entry,
    below,
    entries,
    group_of,
    groups,
    published,
    summary,
)
from gongkai.wings.disclosure.requestlog.services import above
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.outcomes import outcome

PER_PAGE: Final = 50
ON_OVERVIEW: Final = 20
LOG: Final = "/request-log/"
_ANSWERS: Final = frozenset({"already_public", "granted", "partial"})
"""Requests that ended so tell readers where the information is; search finds them."""


class LogKey(ListKey):
    """``by``: year, organ, outcome; json and csv are data."""

    @property
    def url(self) -> str:
        if not self.by:
            return LOG
        if self.by in _DATA:
            return f"{LOG}{self.value}.{self.by}"
        start = f"{LOG}{self.value}/" if self.by == "year" else f"{LOG}{self.by}/{self.value}/"
        return self.page_below(start)


_DATA: Final = ("json", "csv")
_BELONGS: Final[dict[str, Callable[[Entry], str]]] = {
    "year": lambda entry: str(entry.year),
    "organ": lambda entry: entry.organ_code,
    "outcome": lambda entry: entry.group.slug,
}


def _lists(found: Sequence[Entry]) -> Iterator[LogKey]:
    """Every list there is for these entries."""
    yield LogKey("", "", 1)
    for by, belongs in _BELONGS.items():
        counted: dict[str, int] = {}
        for entry in found:
            counted[belongs(entry)] = counted.get(belongs(entry), 0) + 1
        if by == "outcome":
            counted = {group.slug: counted.get(group.slug, 0) for group in groups()}
        for value, number in counted.items():
            for page in range(1, max(1, -(-number // PER_PAGE)) + 1):
                yield LogKey(by, value, page)
    for year in dict.fromkeys(entry.year for entry in found):
        for kind in _DATA:
            yield LogKey(kind, str(year), 1)


class RequestLogPages:
    """Overview, lists and data of a site's log."""

    name = "request-log"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is not None:
            yield from (str(key) for key in _lists(below(frame.organ_id)))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind != "request-log":
            return []
        return [PageRef(self.name, site, each) for site in press.sites_of({key}) for each in self.keys(site)]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            found = below(frame.organ_id) if frame else []
            there = set(_lists(found))
            for key in keys:
                wanted = LogKey.parse(key)
                yield key, _list_page(frame, found, wanted) if frame and wanted in there else None


class RequestLogEntryPages:
    """One page per request in the log."""

    name = "request-log-entry"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is not None:
            yield from (str(entry.pk) for entry in below(frame.organ_id))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "request":
            row = Request.objects.select_related("case__organ").filter(pk=int(key)).first()
            return (
                [PageRef(self.name, site, key) for site in press.sites_of(above(row.case.organ))]
                if row
                else []
            )
        if kind == "request-log-organ":
            rows = Request.objects.filter(case__organ__code=key, case__closed_on__isnull=False)
            first = rows.select_related("case__organ").first()
            sites = press.sites_of(above(first.case.organ)) if first else []
            return [
                PageRef(self.name, site, str(pk))
                for pk in rows.values_list("pk", flat=True)
                for site in sites
            ]
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        return []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            found = (
                {
                    str(entry.pk): entry
                    for entry in entries(published().filter(pk__in=[int(key) for key in keys]))
                }
                if frame
                else {}
            )
            mine = set(self.keys(site)) if len(keys) > PER_PAGE else None
            for key in keys:
                entry = found.get(key)
                if frame is None or entry is None or not _is_of(frame, entry, mine):
                    yield key, None
                else:
                    yield key, _entry_page(frame, entry)


def _is_of(frame: Frame, entry: Entry, mine: set[str] | None) -> bool:
    """Whether the entry's organ is the site's or below it."""
    if mine is not None:
        return str(entry.pk) in mine
    return str(frame.organ_id) in entry.organ_path.split("/")


# -- Printing ----------------------------------------------------------------------------------------


def _depends(frame: Frame, shown: Iterable[Entry] = ()) -> set[str]:
    return {
        *frame.depends,
        f"request-log:{frame.organ_code}",
        *(f"organ:{entry.organ_code}" for entry in shown),
    }


def _list_page(frame: Frame, found: Sequence[Entry], key: LogKey) -> Page:
    if not key.by:
        return _overview(frame, found)
    if key.by in _DATA:
        return _data(frame, [entry for entry in found if entry.year == int(key.value)], key)
    belongs = _BELONGS[key.by]
    mine = [entry for entry in found if belongs(entry) == key.value]
    shown = mine[(key.number - 1) * PER_PAGE : key.number * PER_PAGE]
    title = _title(key, mine)
    crumbs = [Crumb(_("Requests and replies"), LOG), Crumb(title)]
    return Page(
        path=file_of(key.url),
        body=press.printed(
            "public/requestlog/list.html",
            site=frame,
            page=frame.head(key.url, f"{title} - {_('Requests and replies')}", crumbs=crumbs),
            title=title,
            entries=shown,
            summary=summary(mine),
            pager=_pager(key, len(mine)),
            year=key.value if key.by == "year" else "",
        ),
        depends=_depends(frame, shown),
    )


def _title(key: LogKey, mine: Sequence[Entry]) -> str:
    if key.by == "year":
        return _("Concluded in %s") % key.value
    if key.by == "organ":
        return mine[0].organ_name
    return next(group.label for group in groups() if group.slug == key.value)


def _pager(key: LogKey, number: int) -> list[Crumb]:
    """Newer and older, where there are such."""
    last = max(1, -(-number // PER_PAGE))
    newer = [Crumb(_("Newer requests"), key._replace(number=key.number - 1).url)] if key.number > 1 else []
    older = [Crumb(_("Older requests"), key._replace(number=key.number + 1).url)] if key.number < last else []
    return [*newer, *older]


def _overview(frame: Frame, found: Sequence[Entry]) -> Page:
    by_organ: dict[str, tuple[str, int]] = {}
    by_year: dict[int, int] = {}
    for entry in found:
        by_organ[entry.organ_code] = (entry.organ_name, by_organ.get(entry.organ_code, ("", 0))[1] + 1)
        by_year[entry.year] = by_year.get(entry.year, 0) + 1
    title = _("Requests and replies")
    shown = found[:ON_OVERVIEW]
    organs = sorted(by_organ.items(), key=lambda item: (-item[1][1], item[0]))
    page = Page(
        path=file_of(LOG),
        body=press.printed(
            "public/requestlog/overview.html",
            site=frame,
            page=frame.head(LOG, title, crumbs=[Crumb(title)]),
            title=title,
            entries=shown,
            summary=summary(found),
            years=sorted(by_year.items(), reverse=True),
            organs=[(name, number, f"{LOG}organ/{code}/") for code, (name, number) in organs],
        ),
        depends=_depends(frame, found if len(organs) < ON_OVERVIEW else shown),
    )
    return page


def _entry_page(frame: Frame, entry: Entry) -> Page:
    crumbs = [Crumb(_("Requests and replies"), LOG), Crumb(_("One request"))]
    return Page(
        path=file_of(entry.url),
        body=press.printed(
            "public/requestlog/entry.html",
            site=frame,
            page=frame.head(entry.url, f"{entry.title} - {_('Requests and replies')}", crumbs=crumbs),
            entry=entry,
            group=group_of(entry.outcome),
        ),
        depends={
            *frame.depends,
            f"request:{entry.pk}",
            f"organ:{entry.organ_code}",
            f"request-log-organ:{entry.organ_code}",
        },
        search=_found_by(frame, entry) if entry.outcome in _ANSWERS else None,
    )


def _found_by(frame: Frame, entry: Entry) -> SearchRecord:
    return SearchRecord(
        key=f"request:{frame.slug}:{entry.pk}",
        sites=(frame.slug,),
        url=entry.url,
        title=entry.title,
        text=f"{entry.title} {entry.told}",
        organ=entry.organ_name,
        organ_code=entry.organ_code,
        kind="request",
        kind_label=_("Requests and replies"),
        published_on=entry.closed_on,
    )


# -- Data --------------------------------------------------------------------------------------------

_COLUMNS: Final = (
    "id",
    "title",
    "organ",
    "received_on",
    "closed_on",
    "working_days",
    "outcome",
    "row",
    "url",
)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "title": entry.title,
        "organ": entry.organ_name,
        "received_on": entry.received_on.isoformat(),
        "closed_on": entry.closed_on.isoformat(),
        "working_days": entry.days,
        "outcome": entry.label,
        "row": outcome(entry.outcome).row,
        "url": entry.url,
    }


def _data(frame: Frame, mine: Sequence[Entry], key: LogKey) -> Page:
    rows = [_row(entry) for entry in mine]
    if key.by == "json":
        body = json.dumps({"year": int(key.value), "requests": rows}, ensure_ascii=False, indent=1) + "\n"
    else:
        written = io.StringIO()
        writer = csv.DictWriter(written, _COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows([_harmless(row) for row in rows])
        body = "\ufeff" + written.getvalue()  # without the mark Excel takes it for another encoding
    return Page(path=file_of(key.url), body=body, depends=_depends(frame, mine), both_scripts=False)


def _harmless(row: dict[str, Any]) -> dict[str, Any]:
    """A spreadsheet takes what begins like a formula for one."""
    return {
        name: f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
        for name, value in row.items()
    }


def page_kinds() -> tuple[press.PageKind, ...]:
    return (RequestLogPages(), RequestLogEntryPages())
