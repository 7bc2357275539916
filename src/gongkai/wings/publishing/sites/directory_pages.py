"""The directory of an organ's public information (条例 Art. 12): index number, name, abstract, day of creation.

By organ and year of publication; within a year by index number, by kind and by subject, and as files. On which page a
document stands follows from the document alone, so no page shifts when another document is published: a publication
touches the newest page of its year and the page, lists and files it belongs to.
"""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.engines.exchange.tables import csv_text
from gongkai.engines.press import Crumb, Page, PageRef, Shelf, ShelfEntry, file_of
from gongkai.engines.press.declarations import Frame
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes.subjects import subjects
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.pages import SHANGHAI, local_day
from gongkai.wings.publishing.documents.rules import document_path, index_serial
from gongkai.wings.publishing.sites.frame import SiteFrame, frame, render
from gongkai.wings.publishing.sites.lists import Step, shown_in
from gongkai.wings.publishing.sites.models import Placement

ROOM: Final = "/documents/"
IN_PAGE: Final = 40
"""Index numbers on one page; that many documents are on the newest page of a year, too."""
IN_LIST: Final = 200
"""Index numbers one list of a kind or subject is made over."""
IN_FILE: Final = 1000
FORMATS: Final = ("csv", "json")
_SUMMARY: Final = 120
_BATCH: Final = 500


class Key(NamedTuple):
    """Which page. ``by``: "" the newest of the year (of the organ without a year, of the site without an organ), "page",
    "kind", "subject", "csv" or "json"; ``part``: which stretch of index numbers."""

    organ: str = ""
    year: int = 0
    by: str = ""
    value: str = ""
    part: str = ""

    @classmethod
    def parse(cls, key: str) -> Key:
        organ, year, by, value, part = key.split("|")
        return cls(organ, int(year), by, value, part)

    def __str__(self) -> str:
        return "|".join(str(part) for part in self)

    @property
    def url(self) -> str:
        if not self.organ:
            return ROOM
        if not self.year:
            return f"{ROOM}{self.organ}/"
        if self.by in FORMATS:
            return f"{ROOM}{self.organ}/{self.year}-{self.part}.{self.by}"
        year = f"{ROOM}{self.organ}/{self.year}/"
        if not self.by:
            return year
        return f"{year}{self.part}/" if self.by == "page" else f"{year}{self.by}-{self.value}/{self.part}/"


def part_of(index_number: str, document: int, size: int) -> str:
    """The stretch of ``size`` numbers a document belongs to, by its serial; one whose index number came along in another
    form by its own number in the library. Pure."""
    found = index_serial(index_number)
    return f"m{document // size}" if found is None or not found[2] else f"p{(found[2] - 1) // size + 1}"


@dataclass(frozen=True, slots=True)
class Line:
    """What is needed of a document to know where it stands."""

    id: int
    organ: str
    index_number: str
    kind: str
    subject: str
    published_at: datetime

    @property
    def year(self) -> int:
        return local_day(self.published_at).year

    def places(self) -> Iterator[Key]:
        """The pages it stands on, beside those that show the newest."""
        for by, value, size in (
            ("page", "", IN_PAGE),
            ("kind", self.kind, IN_LIST),
            ("subject", _subject_number(self.subject), IN_LIST),
            *((form, "", IN_FILE) for form in FORMATS),
        ):
            if value or by not in ("kind", "subject"):
                yield Key(self.organ, self.year, by, value, part_of(self.index_number, self.id, size))


def _subject_number(subject: str) -> str:
    """The number of a document's subject class ("综合政务/政务公开" is 1), "" where it has none of the 22."""
    return _subject_numbers().get(subject.partition("/")[0], "")


@functools.cache
def _subject_numbers() -> dict[str, str]:
    return {each.name: str(each.number) for each in subjects()}


# -- Reading -----------------------------------------------------------------------------------------------


def _shown_on(site: str) -> QuerySet[Document]:
    """The public documents of a site, with the organ that answers for each as ``keeper``."""
    placed = Placement.objects.filter(
        document=OuterRef("pk"), column__site__slug=site, sequence__isnull=False
    )
    return (
        Document.objects.public()
        .filter(Exists(placed))
        .annotate(keeper=Coalesce("kept_by__code", "issuer__code"))
        .order_by()
    )


_LINE: Final = ("id", "keeper", "index_number", "kind", "subject", "published_at")


def _of(site: str, organ: str) -> QuerySet[Document]:
    """The same of one organ, found by the index of organs."""
    pk = Organ.objects.filter(code=organ).values_list("pk", flat=True).first() or 0
    return _shown_on(site).filter(Q(kept_by=pk) | Q(kept_by__isnull=True, issuer=pk))


def _in_year(rows: QuerySet[Document], year: int) -> QuerySet[Document]:
    return rows.filter(
        published_at__gte=datetime(year, 1, 1, tzinfo=SHANGHAI),
        published_at__lt=datetime(year + 1, 1, 1, tzinfo=SHANGHAI),
    )


def _lines(site: str, organ: str, year: int) -> list[Line]:
    return [Line(*row) for row in _in_year(_of(site, organ), year).values_list(*_LINE)]


def _all_years() -> range:
    """From the year of the oldest public document to that of the newest, on whatever site."""
    moments = Document.objects.public().order_by("published_at").values_list("published_at", flat=True)
    ends = moments.first(), moments.last()
    if ends[0] is None or ends[1] is None:
        return range(0)
    return range(local_day(ends[0]).year, local_day(ends[1]).year + 1)


# One question for each year: which year a moment lies in, the database would have to ask of every document there is.


def _years_by_organ(site: str) -> dict[str, list[int]]:
    """The years of each organ with something public, the newest first."""
    found: dict[str, list[int]] = defaultdict(list)
    for year in reversed(_all_years()):
        for organ in _in_year(_shown_on(site), year).values_list("keeper", flat=True).distinct():
            found[organ].append(year)
    return found


def _years_of(site: str, organ: str) -> list[int]:
    """The same of one organ."""
    rows = _of(site, organ)
    return [year for year in reversed(_all_years()) if _in_year(rows, year).exists()]


def _opens_or_empties(site: str, line: Line) -> bool:
    """Whether a changed document may add its year to the lists of years or take it away (as ``feeds`` does for sitemaps)."""
    first = _in_year(_of(site, line.organ), line.year).aggregate(first=Min("id"))["first"]
    return first is None or first == line.id


class DirectoryPage:
    """All pages and files of the directory of a site."""

    name = "directory"

    def keys(self, site: str) -> Iterator[str]:
        yield str(Key())
        for organ, years in _years_by_organ(site).items():
            yield str(Key(organ))
            for year in years:
                yield str(Key(organ, year))
                found = {place for line in _lines(site, organ, year) for place in line.places()}
                yield from map(str, sorted(found))

    def affected(self, change: str) -> Iterable[PageRef]:
        kind, _colon, key = change.partition(":")
        if kind == "site":
            return [PageRef(self.name, key, each) for each in self.keys(key)]
        if kind == "sitemap":
            return [PageRef(self.name, key, str(Key()))]
        sites = {site for site, *_rest in shown_in(change)}
        row = (
            Document.objects.filter(pk=int(key), published_at__isnull=False)
            .annotate(keeper=Coalesce("kept_by__code", "issuer__code"))
            .values_list(*_LINE)
            .first()
            if sites
            else None
        )
        if row is None:
            return []
        line = Line(*row)
        wanted = {Key(line.organ, line.year), *line.places()}
        wanted |= {before for each in wanted if (before := _before(each)) is not None}
        return [PageRef(self.name, site, str(each)) for site in sites for each in wanted] + [
            PageRef(self.name, site, str(each))
            for site in sites
            if _opens_or_empties(site, line)
            for each in (Key(), Key(line.organ))
        ]

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        with override(settings.LANGUAGE_CODE):
            frame_ = frame(site)
            printer = _Printer(frame_) if frame_ else None
            for key in keys:
                yield key, printer.page(Key.parse(key)) if printer else None


def _before(key: Key) -> Key | None:
    """The page before, which leads to this one as soon as there is one."""
    number = int(key.part[1:]) - 1 if key.by in ("page", "kind", "subject") else -1
    return key._replace(part=f"{key.part[0]}{number}") if number >= 0 else None


# -- Printing ----------------------------------------------------------------------------------------------


_NOTHING: Final[dict[str, Any]] = {
    "organs": None,
    "years": [],
    "current": "",
    "rows": None,
    "total": 0,
    "caption": "",
    "filters": [],
    "parts": [],
    "files": [],
    "pager": [],
}
"""What a page of the directory shows unless it says otherwise."""


class Row(NamedTuple):
    """One document as the directory says it."""

    index_number: str
    title: str
    url: str
    number: str
    kind: str
    subject: str
    abstract: str
    created_on: date | None
    published_on: date
    id: int


class _Year:
    """The documents of one organ and year, and which of them stand on each page."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.placed: dict[Key, list[int]] = defaultdict(list)
        for line in lines:
            for place in line.places():
                self.placed[place].append(line.id)

    @property
    def newest(self) -> list[int]:
        ordered = sorted(self.lines, key=lambda line: (line.published_at, line.id), reverse=True)
        return [line.id for line in ordered[:IN_PAGE]]

    def parts(self, by: str, value: str = "") -> list[Key]:
        return [key for key in self.placed if (key.by, key.value) == (by, value)]

    def values(self, by: str) -> list[tuple[str, int]]:
        """Kinds or subjects there are, with how many documents each has."""
        counted: dict[str, int] = defaultdict(int)
        for key, ids in self.placed.items():
            if key.by == by:
                counted[key.value] += len(ids)
        order = [kind.value for kind in Kind] if by == "kind" else [str(each.number) for each in subjects()]
        return [(value, counted[value]) for value in order if value in counted]


class _Printer:
    """Prints pages of one site; what several of a batch need is read once."""

    def __init__(self, site: SiteFrame) -> None:
        self.site = site
        self._read: dict[tuple[str, int], _Year] = {}
        self._known_years: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}
        self._kinds = {kind.value: str(kind.label) for kind in Kind}

    def page(self, key: Key) -> Page | None:
        if not key.organ:
            return self._overview()
        if not key.year:
            return self._organ(key)
        year = self._of(key.organ, key.year)
        if not year.lines:
            return None
        if not key.by:
            return self._year(key, year)
        if key not in year.placed:
            return None
        return self._file(key, year) if key.by in FORMATS else self._list(key, year)

    def _of(self, organ: str, year: int) -> _Year:
        if (organ, year) not in self._read:
            self._read[organ, year] = _Year(_lines(self.site.slug, organ, year))
        return self._read[organ, year]

    def _years_of(self, organ: str) -> list[int]:
        if organ not in self._known_years:
            self._known_years[organ] = _years_of(self.site.slug, organ)
        return self._known_years[organ]

    def _name(self, code: str) -> str:
        if code not in self._names:
            self._names[code] = Organ.objects.values_list("name", flat=True).get(code=code)
        return self._names[code]

    def _print(
        self, url: str, title: str, crumbs: list[Crumb], context: dict[str, Any], depends: Iterable[str]
    ) -> Page:
        head = self.site.head(url, title, crumbs=crumbs)
        known: dict[str, Any] = {"site": self.site, "page": head, "title": title, **_NOTHING}
        return Page(
            path=file_of(url),
            body=render("directory.html", known | context),
            depends={*self.site.depends, *depends},
        )

    def _overview(self) -> Page:
        years = _years_by_organ(self.site.slug)
        title = _("Directory of public documents")
        organs = Organ.objects.filter(code__in=list(years)).order_by("path")
        shown = [
            (organ.name, Key(organ.code).url, [(str(y), Key(organ.code, y).url) for y in years[organ.code]])
            for organ in organs
        ]
        depends = {f"sitemap:{self.site.slug}", *(f"organ:{organ.code}" for organ in organs)}
        return self._print(ROOM, title, [Crumb(title)], {"organs": shown}, depends)

    def _organ(self, key: Key) -> Page | None:
        years = self._years_of(key.organ)
        if not years:
            return None
        title = _("Directory of public documents of %s") % self._name(key.organ)
        crumbs = [Crumb(_("Directory of public documents"), ROOM), Crumb(self._name(key.organ))]
        context = {"years": [(str(year), Key(key.organ, year).url) for year in years]}
        depends = {f"sitemap:{self.site.slug}", f"organ:{key.organ}"}
        return self._print(key.url, title, crumbs, context, depends)

    def _crumbs(self, key: Key, last: str = "") -> list[Crumb]:
        year = Key(key.organ, key.year)
        return [
            Crumb(_("Directory of public documents"), ROOM),
            Crumb(self._name(key.organ), Key(key.organ).url),
            Crumb(str(key.year), year.url if last else ""),
            *([Crumb(last)] if last else []),
        ]

    def _title(self, key: Key) -> str:
        return _("Public documents of %(organ)s, %(year)s") % {
            "organ": self._name(key.organ),
            "year": key.year,
        }

    def _year(self, key: Key, year: _Year) -> Page:
        newest = year.newest
        context = {
            "rows": self._rows(newest),
            "total": len(year.lines),
            "filters": [
                (
                    caption,
                    [
                        (self._label(by, value), number, _steps(year.parts(by, value)))
                        for value, number in year.values(by)
                    ],
                )
                for by, caption in (("kind", _("By kind")), ("subject", _("By subject class")))
                if year.values(by)
            ],
            "parts": _steps(year.parts("page")) if len(year.lines) > IN_PAGE else [],
            "files": [(form.upper(), _steps(year.parts(form))) for form in FORMATS],
            "years": [(str(each), Key(key.organ, each).url) for each in self._years_of(key.organ)],
            "current": str(key.year),
            "caption": _("Newest of the year"),
        }
        depends = {
            f"sitemap:{self.site.slug}",
            f"organ:{key.organ}",
            *(f"document:{pk}" for pk in newest),
        }
        return self._print(key.url, self._title(key), self._crumbs(key), context, depends)

    def _label(self, by: str, value: str) -> str:
        if by == "kind":
            return self._kinds[value]
        return next(each.name for each in subjects() if str(each.number) == value)

    def _list(self, key: Key, year: _Year) -> Page:
        chosen = year.placed[key]
        steps = [Step(_("Newest of the year"), Key(key.organ, key.year).url)]
        number = int(key.part[1:])
        for name, place, rel in (
            (_("Later numbers"), number + 1, "prev"),
            (_("Earlier numbers"), number - 1, "next"),
        ):
            beside = key._replace(part=f"{key.part[0]}{place}")
            if beside in year.placed:
                steps.append(Step(name, beside.url, rel))
        last = self._label(key.by, key.value) if key.value else _("By index number")
        context = {"rows": self._rows(chosen), "total": len(chosen), "pager": steps, "caption": last}
        depends = {f"organ:{key.organ}", *(f"document:{pk}" for pk in chosen)}
        title = f"{self._title(key)} · {last}"
        return self._print(key.url, title, self._crumbs(key, last), context, depends)

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        """The documents, the last index number first."""
        found = []
        for start in range(0, len(ids), _BATCH):
            rows = Document.objects.filter(pk__in=ids[start : start + _BATCH]).order_by()
            for row in rows.annotate(beginning=Left("text", _SUMMARY)).values(
                "id", "index_number", "title", "document_number", "kind", "subject", "summary", "beginning",
                "written_on", "published_at",
            ):  # fmt: skip
                day = local_day(row["published_at"])
                found.append(
                    Row(
                        row["index_number"],
                        row["title"],
                        document_path(day.year, row["id"]),
                        row["document_number"],
                        self._kinds.get(row["kind"], row["kind"]),
                        row["subject"],
                        row["summary"] or row["beginning"],
                        row["written_on"],
                        day,
                        row["id"],
                    )
                )
        return sorted(found, key=lambda row: (row.published_on, _serial(row), row.id), reverse=True)

    def _file(self, key: Key, year: _Year) -> Page:
        chosen = year.placed[key]
        rows = self._rows(chosen)
        name = self._name(key.organ)
        return Page(
            path=file_of(key.url),
            body=_as_csv(rows) if key.by == "csv" else _as_json(rows, name, self.site),
            depends={*self.site.depends, f"organ:{key.organ}", *(f"document:{pk}" for pk in chosen)},
            both_scripts=False,
        )


def _serial(row: Row) -> int:
    found = index_serial(row.index_number)
    return found[2] if found else 0


def _steps(keys: Iterable[Key]) -> list[Step]:
    """Links to the stretches of a list, the newest first; a single one needs no number."""
    ordered = sorted(keys, key=lambda key: (key.part[0], int(key.part[1:])), reverse=True)
    return [
        Step(str(place) if len(ordered) > 1 else "", key.url)
        for place, key in zip(range(len(ordered), 0, -1), ordered, strict=True)
    ]


def _as_csv(rows: Sequence[Row]) -> str:
    headings = [
        _("Index number"),
        _("Name of the document"),
        _("Abstract"),
        _("Created on"),
        _("Document number"),
        _("Kind"),
        _("Subject class"),
        _("Published on"),
        _("Address"),
    ]
    return csv_text(
        headings,
        (
            [
                row.index_number,
                row.title,
                row.abstract,
                row.created_on or "",
                row.number,
                row.kind,
                row.subject,
                row.published_on,
                row.url,
            ]
            for row in rows
        ),
    )


def _as_json(rows: Sequence[Row], organ: str, site: SiteFrame) -> str:
    told = [
        {
            "index_number": row.index_number,
            "title": row.title,
            "abstract": row.abstract,
            "created_on": row.created_on.isoformat() if row.created_on else None,
            "document_number": row.number,
            "kind": row.kind,
            "subject": row.subject,
            "published_on": row.published_on.isoformat(),
            "url": site.origin + row.url,
        }
        for row in rows
    ]
    return json.dumps({"organ": organ, "documents": told}, ensure_ascii=False, indent=1) + "\n"


def shelf(frame: Frame) -> Shelf:
    """In the blocks 指南 and 法定主动公开内容: the way to the directory (条例 Art. 12 names both together)."""
    with override(settings.LANGUAGE_CODE):
        return Shelf(
            heading=_("Directory of public documents"),
            entries=(ShelfEntry(_("All public documents by organ and year"), ROOM),),
            depends=frozenset(),
            lead=_("Index number, name, abstract and day of creation of each document."),
        )
