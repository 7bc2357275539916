"""Figures at the workbench: the statistics of one's organs, and the very cases behind each number.

``drill_url`` gives the address of the cases behind a number; whoever follows it sees those of the organs they serve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.models import CASE_ROLES, Case
from gongkai.engines.exchange.tables import csv_stream
from gongkai.engines.figures import Dimension, Figure, FigureFault, Period, drill, figure, source
from gongkai.engines.figures.drilling import drilled
from gongkai.engines.figures.remembering import number_of, remembered_tally
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.wings.disclosure.statistics.numbers import Book, together, years_of
from gongkai.wings.disclosure.statistics.tables import Cell, YearSheet
from gongkai.wings.publishing.documents.models import Document

FIRST_YEAR, LAST_YEAR = 1990, 2150
EXPORT_LIMIT: Final = 50_000
_CHUNK: Final = 500
_OWN: Final = frozenset({"year", "organ", "below", "after", "format"})


def drill_url(
    code: str, year: int, organ: Organ | str | None = None, *, below: bool = False, **where: str
) -> str:
    """Where the cases behind a number are listed. ``organ`` (or its code) None: of all organs; ``below``: with those under
    it. ``where``: the values of further dimensions, as ``figures.value`` takes them."""
    asked: dict[str, object] = {"year": year}
    if organ is not None:
        asked["organ"] = organ.code if isinstance(organ, Organ) else organ
    if below:
        asked["below"] = 1
    return f"{reverse('workbench_figure', args=[code])}?{urlencode(asked | where)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for, checked: a figure that is declared, values its dimensions have, an organ there is."""

    figure: Figure
    year: int
    organ: Organ | None
    below: bool
    where: dict[str, str]

    @property
    def period(self) -> Period:
        return Period.year(self.year)

    @property
    def provision(self) -> str:
        """Who asks for the number of that year."""
        return self.figure.provision_in(self.year)

    def organs(self) -> list[int] | None:
        """None: all."""
        if self.organ is None:
            return None
        if not self.below:
            return [self.organ.pk]
        return list(Organ.objects.descendants_of(self.organ).values_list("pk", flat=True))

    def organs_seen_by(self, user: User) -> list[int]:
        """Those asked for whose cases somebody sees."""
        seen = Organ.objects.all() if user.is_superuser else user.organs(*CASE_ROLES)
        wanted, mine = self.organs(), list(seen.values_list("pk", flat=True))
        return mine if wanted is None else [each for each in mine if each in set(wanted)]

    def rows(self, user: User) -> QuerySet[Any]:
        """As far as somebody may see them."""
        given: dict[str, Any] = self.where
        return drill(self.figure.code, self.period, user=user, organs=self.organs(), **given)

    def chosen(self) -> list[tuple[str, str]]:
        """The values asked for, in words."""
        known = {each.code: each for each in source(self.figure.source).dimensions}
        return [(name, _label(known[name], value)) for name, value in self.where.items()]


def read(code: str, request: HttpRequest) -> Asked:
    """Raises ``Http404`` for whatever is not there."""
    try:
        wanted = figure(code)
    except FigureFault:
        raise Http404 from None
    known = {each.code: each for each in source(wanted.source).dimensions}
    given = {name: request.GET[name] for name in request.GET if name not in _OWN}
    for name, value in given.items():
        if name not in known or value not in dict(known[name].values):
            raise Http404
    year = _year(request.GET.get("year", "")) or timezone.localdate().year
    organ = None
    if named := request.GET.get("organ", ""):
        organ = Organ.objects.filter(code=named.replace("\x00", "")[:40]).first()
        if organ is None:
            raise Http404
    below = organ is not None and request.GET.get("below") == "1"
    return Asked(figure=wanted, year=year, organ=organ, below=below, where=given)


def _year(text: str) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return None


def _label(dimension: Dimension, value: str) -> str:
    return str(dict(dimension.values)[value])


class FigurePage(WorkbenchPage):
    """The records behind one number, a page at a time, and as a table."""

    template_name = "workbench/figure.html"
    roles = CASE_ROLES
    page_title = gettext_lazy("Behind the number")
    header_icon = "search"

    def asked(self) -> Asked:
        """403 for an organ somebody does not serve."""
        asked = read(self.kwargs["code"], self.request)
        user = self.user()
        if asked.organ and not user.is_superuser:
            mine = user.organs(*CASE_ROLES)
            if not mine.filter(pk=asked.organ.pk).exists():
                raise PermissionDenied(_("You do not serve this organ."))
        return asked

    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.GET.get("format") != "csv":
            return super().get(request, *arguments, **named)
        asked = self.asked()
        answer = StreamingHttpResponse(
            _csv(_listed(asked.rows(self.user()))), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{asked.figure.code}-{asked.year}.csv"'
        return answer  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked()
        user, after = self.user(), self.request.GET.get("after", "")[:40]
        rows = asked.rows(user)
        page = drilled(_listed(rows), newest=source(asked.figure.source).newest, after=after)
        count = number_of(
            rows,
            page,
            code=asked.figure.code,
            period=asked.period,
            organs=asked.organs_seen_by(user),
            first=not after,
            where=asked.where,
        )
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "cases": rows.model is Case,
            "lines": [_line(row) for row in page.rows],
            "count": count,
            "all_seen": asked.organ is not None or self.user().is_superuser,
            "more": self._address(after=page.next) if page.next else "",
            "first": self._address(after="") if self.request.GET.get("after") else "",
            "csv": self._address(after="", format="csv"),
            "back": _sheet_address(asked),
        }

    def _address(self, **changes: str) -> str:
        given = dict(self.request.GET.items()) | changes
        return "?" + urlencode({name: value for name, value in given.items() if value})


def _sheet_address(asked: Asked) -> str:
    given = {"year": str(asked.year)} | ({"organ": asked.organ.code} if asked.organ else {})
    return f"{reverse('workbench_figures')}?{urlencode(given)}"


def _listed(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("organ", "handler", "applicant") if rows.model is Case else rows


def _line(row: Any) -> dict[str, Any]:
    """What a list shows of a record: its name and where its own page is."""
    if isinstance(row, Case):
        return {"url": reverse("workbench_case", args=[row.pk]), "case": row}
    if isinstance(row, Document):
        return {"url": reverse("workbench_document", args=[row.pk]), "title": str(row)}
    return {"url": "", "title": str(row)}


def _csv(rows: QuerySet[Any]) -> Iterator[str]:
    """Names of natural persons are masked, as in every list."""
    if rows.model is not Case:
        return csv_stream([_("Title")], ([str(row)] for row in rows[:EXPORT_LIMIT]))
    headings = [
        _("Case number"),
        _("Subject of the case"),
        _("Organ"),
        _("State"),
        _("Outcome"),
        _("Applicant"),
        _("Received on"),
        _("Closed on"),
    ]
    cases = rows.order_by("-received_on", "-pk")[:EXPORT_LIMIT].iterator(chunk_size=_CHUNK)
    return csv_stream(headings, map(_exported, cases))


def _exported(case: Case) -> Sequence[object]:
    return (
        case.number,
        case.title,
        case.organ.name,
        str(case.standing.title),
        case.result.label if case.result else "",
        case.applicant.masked_name if case.applicant else "",
        case.received_on,
        case.closed_on,
    )


class FiguresPage(WorkbenchPage):
    """The statistics of a year, of one's organs together or one of them; every number leads to its cases."""

    template_name = "workbench/figures.html"
    roles = CASE_ROLES
    page_title = gettext_lazy("Statistics")
    header_icon = "table"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        today = timezone.localdate()
        mine = list(Organ.objects.all() if user.is_superuser else user.organs(*CASE_ROLES))
        known = {organ.code: organ for organ in mine}
        organ = self._organ(known)
        organs = [organ.pk] if organ else [each.pk for each in mine]
        every = years_of(organs, today)
        years = together(every.values())
        year = _year(self.request.GET.get("year", "")) or today.year
        sheet = YearSheet(Book(organs, tally=remembered_tally), year, today, inside=True)
        return super().get_context_data(**kwargs) | {
            "tables": [_with_addresses(table, sheet, organ) for table in sheet.tables()] if organs else [],
            "organ": organ,
            "organs": mine if len(mine) > 1 else [],
            "year": year,
            "years": sorted({*(years.all() if years else ()), year, today.year}, reverse=True),
            "today": today,
        }

    def _organ(self, known: dict[str, Organ]) -> Organ | None:
        """The one asked for, or the only one. 403 for another's."""
        code = self.request.GET.get("organ", "")
        if not code:
            return next(iter(known.values())) if len(known) == 1 else None
        if code not in known:
            raise PermissionDenied(_("You do not serve this organ."))
        return known[code]


def _with_addresses(table: Any, sheet: YearSheet, organ: Organ | None) -> dict[str, Any]:
    def linked(cell: Cell) -> dict[str, str]:
        where: dict[str, Any] = dict(cell.where)
        address = drill_url(cell.code, cell.year or sheet.year, organ, **where) if cell.code else ""
        return {"text": cell.text, "url": address if cell.value else ""}

    rows = [{"label": row.label, "cells": [linked(cell) for cell in row.cells]} for row in table.rows]
    return {"table": table, "rows": rows}


URLS: Final = (path("figures/<str:code>/", FigurePage.as_view(), name="workbench_figure"),)
