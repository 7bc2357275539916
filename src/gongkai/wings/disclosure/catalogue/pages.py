"""The catalogue as the public reads it: every promise with what keeps it, or the words that nothing does yet.

A site shows the rows of its own organ and of all below it: an overview, lists by field, organ, statutory item, audience and
level, and each list by field or organ as a file. Lists say when something was last published, never how late it is: a page
is a file and knows no today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines import press
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry, file_of
from gongkai.engines.press.declarations import Frame, registry
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import coverage_page
from gongkai.wings.disclosure.catalogue.exporting import FORMATS, audience_text, levels_text, written
from gongkai.wings.disclosure.catalogue.gaps import item_label
from gongkai.wings.disclosure.catalogue.models import Binding, CatalogueEntry, EntryQuerySet
from gongkai.wings.disclosure.catalogue.standing import EntryStanding, standings
from gongkai.wings.disclosure.catalogue.targets import targets
from gongkai.wings.disclosure.catalogue.vocabulary import LEVELS, field_slug, fields
from gongkai.wings.disclosure.listing import ListKey

PER_PAGE: Final = 100
CATALOGUE: Final = "/catalogue/"
_BY: Final = ("field", "organ", "item", "audience", "level")
_LEVEL_NAMES: Final = {"city": "市级", "district": "县级", "town": "乡级", "village": "村级"}
_AUDIENCES: Final = {"all": "全社会", "group": "特定群体"}


class CatalogueKey(ListKey):
    """``by`` "csv", "json", "xlsx" is a file of the list ``value``, which then is "field/…", "organ/…" or "all"."""

    @property
    def url(self) -> str:
        if not self.by:
            return CATALOGUE
        if self.by in FORMATS:
            return f"{CATALOGUE}{self.value}.{self.by}"
        if self == COVERAGE:
            return f"{CATALOGUE}coverage/"
        start = f"{CATALOGUE}{self.by}/{self.value}/"
        return self.page_below(start)


COVERAGE: Final = CatalogueKey("coverage", "")
"""The page that sets the items of 条例 Art. 20 against the organs. Its files have "coverage" as ``value``."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the overview: a list, how many rows it has."""

    name: str
    url: str
    rows: int


# -- Which rows ------------------------------------------------------------------------------------------------


def rows_of(frame: Frame) -> EntryQuerySet:
    """The rows that hold of a site's organ and of all below it."""
    path = Organ.objects.values_list("path", flat=True).get(pk=frame.organ_id)
    return (
        CatalogueEntry.objects.current(timezone.localdate())
        .filter(organ__path__startswith=path)
        .select_related("organ")
        .order_by("organ__path", "field", "position", "id")
    )


def _narrowed(rows: EntryQuerySet, by: str, value: str) -> EntryQuerySet:
    if by == "field":
        names = [
            name
            for name in rows.order_by().values_list("field", flat=True).distinct()
            if field_slug(name) == value
        ]
        return rows.filter(field__in=names)
    if by == "organ":
        return rows.filter(organ__code=value)
    if by == "item":
        item, _slash, organ = value.partition("/")
        return rows.filter(item=item, organ__code=organ) if organ else rows.filter(item=item)
    if by == "audience":
        return rows.filter(audience=value)
    return rows.filter(level_codes__contains=f",{value},")


def _counts(rows: EntryQuerySet) -> dict[str, dict[str, int]]:
    """Rows of every list, by what it is narrowed by."""

    def grouped(column: str) -> Iterator[tuple[str, int]]:
        yield from rows.order_by().values_list(column).annotate(Count("pk")).order_by(column)

    by_field: dict[str, int] = {}
    for name, number in grouped("field"):
        by_field[field_slug(name)] = by_field.get(field_slug(name), 0) + number
    by_level = dict.fromkeys((level.value for level in LEVELS), 0)
    for codes, number in grouped("level_codes"):
        for code in codes.split(","):
            if code:
                by_level[code] += number
    return {
        "field": by_field,
        "organ": dict(grouped("organ__code")),
        "item": {item: number for item, number in grouped("item") if item},
        "cell": {
            f"{item}/{organ}": number
            for item, organ, number in rows.order_by()
            .exclude(item="")
            .values_list("item", "organ__code")
            .annotate(Count("pk"))
            .order_by("item", "organ__code")
        },
        "audience": dict(grouped("audience")),
        "level": {code: number for code, number in by_level.items() if number},
    }


def _lists(counts: dict[str, dict[str, int]]) -> Iterator[CatalogueKey]:
    """Every page there is for these rows."""
    yield CatalogueKey("", "")
    yield from _pages_over("item", counts["cell"])
    for by in _BY:
        yield from _pages_over(by, counts[by])
        if by in ("field", "organ"):
            yield from (CatalogueKey(kind, f"{by}/{value}") for value in counts[by] for kind in FORMATS)
    if counts["field"]:
        yield COVERAGE
        yield from (CatalogueKey(kind, value) for value in ("all", "coverage") for kind in FORMATS)


def _pages_over(by: str, counted: dict[str, int]) -> Iterator[CatalogueKey]:
    for value, number in counted.items():
        yield from (CatalogueKey(by, value, page) for page in range(1, max(1, -(-number // PER_PAGE)) + 1))


class CataloguePages:
    """Overview, lists and files of a site's catalogue."""

    name = "catalogue"

    def keys(self, site: str) -> Iterator[str]:
        frame = press.frame(site)
        if frame is not None:
            yield from (str(key) for key in _lists(_counts(rows_of(frame))))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind == "catalogue":
            return [
                PageRef(self.name, site, each) for site in press.sites_of({key}) for each in self.keys(site)
            ]
        if kind == "catalogue-entry":
            return self._of_entries(
                list(CatalogueEntry.objects.filter(pk=int(key)).select_related("organ")), also=_OF_EVERY_ROW
            )
        touched = [(each.kind, one) for each in targets() for one in each.touched(change)]
        return self._of_entries(_bound_to(touched)) if touched else []

    def _of_entries(
        self, entries: Sequence[CatalogueEntry], *, also: Sequence[CatalogueKey] = ()
    ) -> list[PageRef]:
        """The pages of all sites on which some rows stand."""
        found: set[PageRef] = set()
        for site in registry.published_sites() if entries else ():
            frame = press.frame(site.slug)
            mine = [
                entry for entry in entries if frame and str(frame.organ_id) in entry.organ.path.split("/")
            ]
            if frame is not None and mine:
                keys = {*_pages_of(rows_of(frame), mine), *also}
                found |= {PageRef(self.name, site.slug, str(key)) for key in keys}
        return list(found)

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame = press.frame(site)
            rows = rows_of(frame) if frame else CatalogueEntry.objects.none()
            counts = _counts(rows)
            there = set(_lists(counts))
            for key in keys:
                wanted = CatalogueKey.parse(key)
                if frame is None or wanted not in there:
                    yield key, None
                elif not wanted.by:
                    yield key, _overview(frame, rows, counts)
                elif wanted == COVERAGE:
                    yield key, _coverage(frame, rows)
                elif wanted.by in FORMATS and wanted.value == "coverage":
                    yield key, _coverage_file(frame, rows, wanted)
                elif wanted.by in FORMATS:
                    yield key, _file(frame, rows, wanted)
                else:
                    yield key, _list(frame, rows, wanted)


_OF_EVERY_ROW: Final = (
    CatalogueKey("", ""),
    COVERAGE,
    *(CatalogueKey(kind, value) for value in ("all", "coverage") for kind in FORMATS),
)
"""What a change of any row shows on, besides its own lists: the sums of the overview, and the file of all rows."""


def _bound_to(touched: Sequence[tuple[str, str]]) -> list[CatalogueEntry]:
    return [
        binding.entry
        for kind, key in touched
        for binding in Binding.objects.filter(kind=kind, key=key).select_related("entry__organ")
    ]


def _pages_of(rows: EntryQuerySet, mine: Sequence[CatalogueEntry]) -> Iterator[CatalogueKey]:
    """The lists and files some rows stand in: of each list the page that holds the row."""
    wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for entry in mine:
        for place in _places(entry):
            wanted[place].add(entry.pk)
    for (by, value), ids in wanted.items():
        for before, pk in enumerate(_narrowed(rows, by, value).values_list("pk", flat=True)):
            if pk in ids:
                yield CatalogueKey(by, value, before // PER_PAGE + 1)
        if by in ("field", "organ"):
            yield from (CatalogueKey(kind, f"{by}/{value}") for kind in FORMATS)


def _places(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """The lists a row stands in."""
    return [
        ("field", entry.field_slug),
        ("organ", entry.organ.code),
        *([("item", entry.item), ("item", f"{entry.item}/{entry.organ.code}")] if entry.item else []),
        ("audience", entry.audience),
        *(("level", level) for level in entry.levels),
    ]


# -- Printing --------------------------------------------------------------------------------------------------


def _depends(frame: Frame, shown: Iterable[EntryStanding] = ()) -> set[str]:
    return {
        *frame.depends,
        f"catalogue:{frame.organ_code}",
        *{f"organ:{each.entry.organ.code}" for each in shown},
    }


def _overview(frame: Frame, rows: EntryQuerySet, counts: dict[str, dict[str, int]]) -> Page:
    title = _("Disclosure catalogue")
    bound = rows.bound().count() if counts["field"] else 0
    return Page(
        path=file_of(CATALOGUE),
        body=press.printed(
            "public/catalogue/overview.html",
            site=frame,
            page=frame.head(CATALOGUE, title, crumbs=[Crumb(title)]),
            title=title,
            total=sum(counts["audience"].values()),
            bound=bound,
            organs_number=len(counts["organ"]),
            fields_number=len(counts["field"]),
            parts=[(by, _caption(by), _parts(rows, by, counts[by])) for by in _BY if counts[by]],
            formats=[(kind.upper(), CatalogueKey(kind, "all").url) for kind in FORMATS],
            coverage=COVERAGE.url,
        ),
        depends=_depends(frame),
    )


def _caption(by: str) -> str:
    return {
        "field": _("By field"),
        "organ": _("By organ"),
        "item": _("By item of Art. 20"),
        "audience": _("By audience"),
        "level": _("By level"),
    }[by]


def _parts(rows: EntryQuerySet, by: str, counted: dict[str, int]) -> list[Part]:
    names = _names(rows, by)
    order = {field.code: place for place, field in enumerate(fields())} if by == "field" else {}
    if by == "item":
        order = {value: int(value) for value in counted}
    found = [
        Part(names.get(value, value), CatalogueKey(by, value).url, number)
        for value, number in counted.items()
    ]
    if order:
        pairs = sorted(zip(counted, found, strict=True), key=lambda pair: order.get(pair[0], 99))
        return [part for _value, part in pairs]
    return found


def _names(rows: EntryQuerySet, by: str) -> dict[str, str]:
    """How each list of a kind is called."""
    if by == "field":
        return {field_slug(name): name for name in rows.order_by().values_list("field", flat=True).distinct()}
    if by == "organ":
        return dict(rows.order_by().values_list("organ__code", "organ__name").distinct())
    if by == "item":
        return {item: item_label(item) for item in rows.order_by().values_list("item", flat=True).distinct()}
    return _AUDIENCES if by == "audience" else _LEVEL_NAMES


class Line(NamedTuple):
    """One row as the public reads it. ``url`` leads to where it is published, with the root of the script put before it
    when ``inside`` says that it is on this site."""

    standing: EntryStanding
    url: str
    inside: bool
    audience: str
    levels: str

    @property
    def entry(self) -> CatalogueEntry:
        return self.standing.entry


def _line(frame: Frame, standing: EntryStanding) -> Line:
    best = standing.best
    inside = bool(best and best.site == frame.slug and best.url)
    url = (best.url if inside else best.address) if best else ""
    return Line(
        standing,
        url if standing.last_on else "",
        inside,
        audience_text(standing.entry),
        levels_text(standing.entry),
    )


def _list(frame: Frame, rows: EntryQuerySet, key: CatalogueKey) -> Page:
    chosen = _narrowed(rows, key.by, key.value)
    total = chosen.count()
    shown = list(standings(chosen[(key.number - 1) * PER_PAGE : key.number * PER_PAGE], timezone.localdate()))
    item, _slash, organ = key.value.partition("/")
    name = _names(rows, key.by).get(item, item)
    if organ:
        name = f"{_names(rows, 'organ').get(organ, organ)} · {name}"
    crumbs = [Crumb(_("Disclosure catalogue"), CATALOGUE), Crumb(name)]
    title = f"{name} - {_('Disclosure catalogue')}"
    files = key.by in ("field", "organ")
    return Page(
        path=file_of(key.url),
        body=press.printed(
            "public/catalogue/list.html",
            site=frame,
            page=frame.head(key.url, title, crumbs=crumbs),
            title=name,
            by=key.by,
            lines=[_line(frame, each) for each in shown],
            first=(key.number - 1) * PER_PAGE,
            total=total,
            pager=_pager(key, total),
            formats=[(kind.upper(), CatalogueKey(kind, f"{key.by}/{key.value}").url) for kind in FORMATS]
            if files
            else [],
        ),
        depends=_depends(frame, shown),
    )


def _pager(key: CatalogueKey, total: int) -> list[Crumb]:
    last = max(1, -(-total // PER_PAGE))
    before = [Crumb(_("Rows before"), key._replace(number=key.number - 1).url)] if key.number > 1 else []
    after = [Crumb(_("Further rows"), key._replace(number=key.number + 1).url)] if key.number < last else []
    return [*before, *after]


def _file(frame: Frame, rows: EntryQuerySet, key: CatalogueKey) -> Page:
    """A list as a file. The one of all rows is the promise alone: it would be made anew with every publication."""
    by, _slash, value = key.value.partition("/")
    if not value:
        lines: list[tuple[CatalogueEntry, EntryStanding | None]] = [(entry, None) for entry in rows]
        title = _("Disclosure catalogue")
    else:
        chosen = _narrowed(rows, by, value)
        lines = [(each.entry, each) for each in standings(chosen, timezone.localdate())]
        title = _names(rows, by).get(value, value)
    return Page(
        path=file_of(key.url),
        body=written(lines, key.by, title=title),
        depends=_depends(frame, [each for _entry, each in lines if each is not None]),
        both_scripts=False,
    )


def _coverage(frame: Frame, rows: EntryQuerySet) -> Page:
    title = _("Coverage of Art. 20")
    found = coverage_page.coverage(rows)
    crumbs = [Crumb(_("Disclosure catalogue"), CATALOGUE), Crumb(title)]
    return Page(
        path=file_of(COVERAGE.url),
        body=press.printed(
            "public/catalogue/coverage.html",
            site=frame,
            page=frame.head(COVERAGE.url, f"{title} - {_('Disclosure catalogue')}", crumbs=crumbs),
            title=title,
            heads=coverage_page.heads(found),
            lines=coverage_page.lines(found),
            uncovered=[item_label(item) for item in found.uncovered],
            formats=[(kind.upper(), CatalogueKey(kind, "coverage").url) for kind in FORMATS],
        ),
        depends=_depends(frame) | {f"organ:{organ.code}" for organ in found.organs},
    )


def _coverage_file(frame: Frame, rows: EntryQuerySet, key: CatalogueKey) -> Page:
    found = coverage_page.coverage(rows)
    return Page(
        path=file_of(key.url),
        body=coverage_page.written(found, key.by),
        depends=_depends(frame) | {f"organ:{organ.code}" for organ in found.organs},
        both_scripts=False,
    )


# -- The statutory column --------------------------------------------------------------------------------------


def shelf(frame: Frame) -> Shelf:
    """The way from the statutory column to the catalogue."""
    with override(settings.LANGUAGE_CODE):
        number = rows_of(frame).count()
        entry = ShelfEntry(
            title=_("All of the catalogue"), url=CATALOGUE, hint=_("%d matters") % number if number else ""
        )
        return Shelf(
            heading=_("Disclosure catalogue"),
            entries=(entry, ShelfEntry(title=_("Coverage of Art. 20"), url=COVERAGE.url)) if number else (),
            depends=frozenset({f"catalogue:{frame.organ_code}"}),
            lead=_(
                "What each organ makes public, by when, where and for whom, with a link to what is there."
            ),
        )
