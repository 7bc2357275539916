"""From figure to number, and from the number back to its rows. One query counts everything of one source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from gongkai.engines.figures.declarations import Figure, Period, Source
from gongkai.engines.figures.registry import figure, source


class Tally(NamedTuple):
    """Rows of one source, counted once for every combination of organ and dimension values that occurs."""

    dimensions: tuple[str, ...]
    counts: Mapping[tuple[Any, ...], int]
    """By (organ, value of each dimension)."""

    def of(self, wanted: Figure, *, organs: Iterable[int] | None = None, **where: str) -> int:
        """The number of a figure, for all organs counted or some, and for given values of further dimensions."""
        chosen = None if organs is None else frozenset(organs)
        tests = [
            (self.dimensions.index(name) + 1, frozenset(values)) for name, values in wanted.where.items()
        ]
        tests += [(self.dimensions.index(name) + 1, frozenset((value,))) for name, value in where.items()]
        return sum(
            number
            for key, number in self.counts.items()
            if (chosen is None or key[0] in chosen) and all(key[at] in values for at, values in tests)
        )


def tally(code: str, period: Period, *, organs: Sequence[int] | None = None) -> Tally:
    """Count a source in a period, for some organs or all."""
    counted = source(code)
    names = [dimension.column for dimension in counted.dimensions]
    parts = counted.parts(period) if counted.parts else [counted.rows(period)]
    first, *others = [
        # Every row counts, so the number of the row need not be read: an index of what is counted by is enough.
        _of_organs(counted, part, organs)
        .order_by()
        .values_list(counted.organ, *names)
        .annotate(number=Count("*"))
        for part in parts
    ]
    counts: Counter[tuple[Any, ...]] = Counter()
    # In one query: what goes from one part to the other meanwhile is neither missed nor counted twice.
    for *key, number in first.union(*others, all=True) if others else first:
        counts[tuple(key)] += number
    return Tally(tuple(dimension.code for dimension in counted.dimensions), counts)


def value(code: str, period: Period, *, organs: Sequence[int] | None = None, **where: str) -> int:
    """The number of one figure."""
    wanted = figure(code)
    return tally(wanted.source, period, organs=organs).of(wanted, organs=None, **where)


def drill(
    code: str, period: Period, *, user: Any, organs: Sequence[int] | None = None, **where: str
) -> QuerySet[Any]:
    """The rows behind a number, as far as somebody may see them."""
    wanted = figure(code)
    counted = source(wanted.source)
    columns = {dimension.code: dimension.column for dimension in counted.dimensions}
    rows = _of_organs(counted, counted.rows(period), organs)
    for name, values in wanted.where.items():
        rows = rows.filter(**{f"{columns[name]}__in": values})
    for name, given in where.items():
        rows = rows.filter(**{columns[name]: given})
    return counted.visible(rows, user)


def _of_organs(counted: Source, rows: QuerySet[Any], organs: Sequence[int] | None) -> QuerySet[Any]:
    return rows if organs is None else rows.filter(**{f"{counted.organ}__in": list(organs)})
