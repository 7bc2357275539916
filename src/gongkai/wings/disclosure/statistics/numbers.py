"""The numbers behind the pages: every source counted once per year, then read for any organ, branch or breakdown."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Count, Max, Min, Q

from gongkai.engines.casework.models import Case
from gongkai.engines.figures import Period, Tally, figure, tally
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.remedies.procedure import KINDS
from gongkai.wings.disclosure.requests.figures_handling import days_taken
from gongkai.wings.disclosure.requests.procedure import CODE


class Book:
    """The numbers of some organs. Each case belongs to one organ, so what is counted for several counts nobody twice."""

    def __init__(self, organs: Sequence[int], *, tally: Callable[..., Tally] = tally) -> None:
        """``tally`` counts; ``figures.remembering`` has one that keeps what it counted for a while."""
        self.organs = tuple(organs)
        self._tally = tally
        self._tallies: dict[tuple[str, int], Tally] = {}
        self._days: dict[int, Mapping[int, Counter[int]]] = {}

    def number(self, code: str, year: int, organs: Iterable[int] | None = None, **where: str) -> int:
        """One figure in a year, for all organs of the book or some of them."""
        wanted = figure(code)
        key = (wanted.source, year)
        if key not in self._tallies:
            self._tallies[key] = self._tally(wanted.source, Period.year(year), organs=self.organs)
        return self._tallies[key].of(wanted, organs=organs, **where)

    def days(self, year: int, organs: Collection[int] | None = None) -> Counter[int]:
        """{working days: how many requests answered in the year took them}."""
        if year not in self._days:
            self._days[year] = days_taken(Period.year(year), organs=self.organs)
        found: Counter[int] = Counter()
        for organ, counts in self._days[year].items():
            if organs is None or organ in organs:
                found.update(counts)
        return found


class Years(NamedTuple):
    """From the year of the first record to the last in which anything is counted, both included."""

    first: int
    last: int

    def __contains__(self, year: object) -> bool:
        return isinstance(year, int) and self.first <= year <= self.last

    def all(self) -> range:
        return range(self.first, self.last + 1)


def years_of(organs: Sequence[int], today: dt.date) -> dict[int, Years]:
    """By organ, the years there are pages for. Organs nobody ever asked anything are left out."""
    rows = (
        Case.objects.of(CODE, *KINDS)
        .filter(organ__in=list(organs), received_on__lte=today)
        .exclude(state="unconfirmed")
        .order_by()
        .values_list("organ")
        .annotate(
            first=Min("received_on"),
            latest=Max("received_on"),
            closed=Max("closed_on"),
            still_open=Count("pk", filter=Q(closed_on__isnull=True)),
        )
    )
    found = {}
    for organ, first, latest, closed, still_open in rows:
        last = today.year if still_open else max(latest, closed or latest).year
        found[organ] = Years(first.year, last)
    return found


def together(years: Iterable[Years]) -> Years | None:
    """The years of several organs as one."""
    every = list(years)
    return Years(min(each.first for each in every), max(each.last for each in every)) if every else None


def branch(organ_id: int) -> dict[int, Organ]:
    """An organ and all below it, the organ first."""
    path = Organ.objects.values_list("path", flat=True).get(pk=organ_id)
    return {organ.pk: organ for organ in Organ.objects.filter(path__startswith=path).order_by("path")}
