"""Statistics as pages of the press: for a site's organ with all below it, and for each of these organs alone, an overview of
the years and a page per year; beside each page its tables as CSV and JSON.

A page depends on ``statistics:ORGAN:YEAR`` of the years it shows, an overview on ``statistics:ORGAN:`` (``services.key``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry
from gongkai.engines.press.declarations import Frame, registry
from gongkai.engines.search import SearchRecord
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requestlog.services import above
from gongkai.wings.disclosure.statistics.data import as_csv, as_json
from gongkai.wings.disclosure.statistics.numbers import Book, Years, branch, together, years_of
from gongkai.wings.disclosure.statistics.services import DAY
from gongkai.wings.disclosure.statistics.services import key as change
from gongkai.wings.disclosure.statistics.tables import Table, YearSheet, by_organ, over_years

HOME: Final = "/statistics/"
FILE: Final = "figures"
FORMS: Final = ("", "csv", "json")


class Key(NamedTuple):
    """Which page. ``organ`` empty: the site's organ with all below; ``year`` empty: the overview; ``form``: csv, json."""

    organ: str
    year: str
    form: str = ""

    @classmethod
    def parse(cls, text: str) -> Key:
        return cls(*text.split(":"))

    def __str__(self) -> str:
        return ":".join(self)

    @property
    def address(self) -> str:
        """Of the page, whatever the form."""
        return HOME + (f"organ/{self.organ}/" if self.organ else "") + (f"{self.year}/" if self.year else "")

    @property
    def file(self) -> str:
        return f"{self.address}{f'{FILE}.{self.form}' if self.form else 'index.html'}".lstrip("/")


class Scope:
    """What there is to show on a site: its organs and their years, read once for a batch of pages."""

    def __init__(self, frame: Frame, today: dt.date) -> None:
        self.frame, self.today = frame, today
        self.organs = branch(frame.organ_id)
        self.years = years_of(list(self.organs), today)
        self.together = together(self.years.values())
        self.book = Book(list(self.organs))
        self.by_code = {organ.code: organ for organ in self.organs.values()}
        self.single = len(self.years) < 2 and set(self.years) <= {frame.organ_id}
        """Nothing but the site's own organ: its pages would say everything twice."""

    def pages(self) -> Iterator[Key]:
        """The overview always; the rest as far as there are records."""
        yield from _forms("", "")
        for year in self.together.all() if self.together else ():
            yield from _forms("", str(year))
        for pk, years in self.years.items() if not self.single else ():
            code = self.organs[pk].code
            yield from _forms(code, "")
            for year in years.all():
                yield from _forms(code, str(year))

    def there(self, key: Key) -> bool:
        if key.form not in FORMS:
            return False
        years = self.years_for(key.organ)
        if key.organ and (self.single or years is None):
            return False
        return not key.year or (key.year.isdecimal() and years is not None and int(key.year) in years)

    def years_for(self, code: str) -> Years | None:
        if not code:
            return self.together
        organ = self.by_code.get(code)
        return self.years.get(organ.pk) if organ else None

    def organs_of(self, key: Key) -> tuple[int, ...] | None:
        return (self.by_code[key.organ].pk,) if key.organ else None


def _forms(organ: str, year: str) -> Iterator[Key]:
    for form in FORMS:
        yield Key(organ, year, form)


class StatisticsPages:
    """All of a site's statistics."""

    name = "statistics"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is not None:
            yield from map(str, Scope(frame, timezone.localdate()).pages())

    def affected(self, change: str) -> Iterable[PageRef]:
        """A change names one organ and one year: some pages of that organ, and of the sites it belongs to."""
        kind, _colon, rest = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, rest, each) for each in self.keys(rest)]
        if kind != "statistics":
            return []
        code, _colon, year = rest.partition(":")
        organ = Organ.objects.filter(code=code).first()
        if organ is None:
            return []
        holders = set(above(organ))
        refs = []
        for site in registry.published_sites():
            if site.organ == code:
                refs += [PageRef(self.name, site.slug, str(key)) for key in _forms("", year)]
            if site.organ in holders:
                refs += [PageRef(self.name, site.slug, str(key)) for key in _forms(code, year)]
        return refs

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            scope = Scope(frame, timezone.localdate()) if frame else None
            for text in keys:
                key = Key.parse(text)
                yield text, _page(scope, key) if scope and scope.there(key) else None


# -- Pages -------------------------------------------------------------------------------------------


def _page(scope: Scope, key: Key) -> Page:
    tables = _tables(scope, key)
    name = scope.by_code[key.organ].name if key.organ else _whole_name(scope)
    depends = _depends(scope, key)
    if key.form == "csv":
        return Page(key.file, as_csv(name, key.year, tables), depends, both_scripts=False)
    if key.form == "json":
        facts = {"organ": name, "year": int(key.year) if key.year else None, "counted_on": str(scope.today)}
        return Page(key.file, as_json(facts, tables), depends, both_scripts=False)
    title = _title(scope, key)
    head = scope.frame.head(key.address, f"{title} - {_home_title()}", crumbs=_crumbs(scope, key, title))
    body = press.printed(
        "public/statistics/page.html",
        site=scope.frame,
        page=head,
        title=title,
        organ=name,
        year=key.year,
        running=bool(key.year) and int(key.year) >= scope.today.year,
        tables=tables,
        today=scope.today,
        files=[(form.upper(), f"{key.address}{FILE}.{form}") for form in FORMS if form],
        steps=_steps(scope, key),
        organs=_organs(scope) if not key.organ and not key.year else [],
        years=_years(scope, key),
        whole=not key.organ and not scope.single,
    )
    return Page(key.file, body, depends, search=_found_by(scope, key, title, tables))


def _tables(scope: Scope, key: Key) -> list[Table]:
    organs = scope.organs_of(key)
    if not key.year:
        years = scope.years_for(key.organ)
        addresses = {year: Key(key.organ, str(year)).address for year in years.all()} if years else {}
        if not years:
            return []
        return [over_years(scope.book, list(years.all()), scope.today, organs, addresses)]
    year = int(key.year)
    tables = YearSheet(scope.book, year, scope.today, organs).tables()
    if not key.organ and not scope.single:
        listed = [
            (scope.organs[pk], Key(scope.organs[pk].code, key.year).address)
            for pk, years in scope.years.items()
            if year in years
        ]
        order = sorted(listed, key=lambda pair: pair[0].path)
        tables.append(by_organ(scope.book, year, order))
    return tables


def _depends(scope: Scope, key: Key) -> set[str]:
    """The years a page shows: its own, the one before for comparison, and whether there is one after to lead to; the
    organs it names; and the day it was counted on."""
    organ = key.organ or scope.frame.organ_code
    if not key.year:
        shown = {change(organ)}
    elif key.form:
        shown = {change(organ, int(key.year)), change(organ, int(key.year) - 1)}
    else:
        shown = {change(organ, int(key.year) + step) for step in (-1, 0, 1)}
    named = {organ} if key.organ else {organ, *(scope.organs[pk].code for pk in scope.years)}
    return {*scope.frame.depends, DAY, *shown, *(f"organ:{code}" for code in named)}


def _home_title() -> str:
    return _("Statistics of requests")


def _whole_name(scope: Scope) -> str:
    name = scope.organs[scope.frame.organ_id].name
    return name if scope.single else _("%s and all organs below it") % name


def _title(scope: Scope, key: Key) -> str:
    organ = scope.by_code[key.organ].name if key.organ else scope.organs[scope.frame.organ_id].name
    if not key.year:
        return _("Requests for information over the years: %s") % organ
    return _("Requests for information in %(year)s: %(organ)s") % {"year": key.year, "organ": organ}


def _crumbs(scope: Scope, key: Key, title: str) -> list[Crumb]:
    if not key.organ and not key.year:
        return [Crumb(_home_title())]
    crumbs = [Crumb(_home_title(), HOME)]
    if key.organ and key.year:
        crumbs.append(Crumb(scope.by_code[key.organ].name, Key(key.organ, "").address))
    return [*crumbs, Crumb(key.year or scope.by_code[key.organ].name)]


def _steps(scope: Scope, key: Key) -> list[Crumb]:
    """The year before and the year after, where there are such."""
    years = scope.years_for(key.organ)
    if not key.year or years is None:
        return []
    return [
        Crumb(_("Figures of %d") % year, Key(key.organ, str(year)).address)
        for year in (int(key.year) - 1, int(key.year) + 1)
        if year in years
    ]


def _years(scope: Scope, key: Key) -> list[Crumb]:
    years = scope.years_for(key.organ)
    if key.year or years is None:
        return []
    return [Crumb(str(year), Key(key.organ, str(year)).address) for year in reversed(years.all())]


def _organs(scope: Scope) -> list[Crumb]:
    if scope.single:
        return []
    organs = sorted((scope.organs[pk] for pk in scope.years), key=lambda organ: organ.path)
    return [Crumb(organ.name, Key(organ.code, "").address) for organ in organs]


def _found_by(scope: Scope, key: Key, title: str, tables: Sequence[Table]) -> SearchRecord:
    organ = scope.by_code[key.organ] if key.organ else scope.organs[scope.frame.organ_id]
    return SearchRecord(
        key=f"statistics:{scope.frame.slug}:{key.organ}:{key.year}",
        sites=(scope.frame.slug,),
        url=key.address,
        title=title,
        text=" ".join([title, *(table.title for table in tables)]),
        organ=organ.name,
        organ_code=organ.code,
        kind="statistics",
        kind_label=_home_title(),
        published_on=scope.today,
    )


def shelf(frame: Frame) -> Shelf:
    """The way in from the statutory column."""
    line = ShelfEntry(_home_title(), HOME, hint=_("By year and organ: results, days taken, remedies"))
    return Shelf(_home_title(), (line,), frozenset())


def page_kinds() -> tuple[press.PageKind, ...]:
    return (StatisticsPages(),)
