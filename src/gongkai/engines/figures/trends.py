"""A figure over time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence

from gongkai.engines.figures.counting import tally
from gongkai.engines.figures.declarations import Period
from gongkai.engines.figures.registry import figure


def years(first: int, last: int) -> tuple[Period, ...]:
    """Whole years, both ends included."""
    return tuple(Period.year(year) for year in range(first, last + 1))


def months(year: int) -> tuple[Period, ...]:
    """The twelve months of a year."""
    starts = [dt.date(year, month, 1) for month in range(1, 13)] + [dt.date(year + 1, 1, 1)]
    return tuple(
        Period(start, following - dt.timedelta(days=1)) for start, following in itertools.pairwise(starts)
    )


def trend(
    codes: Sequence[str], periods: Iterable[Period], *, organs: Sequence[int] | None = None, **where: str
) -> Iterator[tuple[Period, dict[str, int]]]:
    """The numbers of some figures, period by period; a source several of them share is counted once a period."""
    wanted = [figure(code) for code in codes]
    for period in periods:
        counted = {code: tally(code, period, organs=organs) for code in {each.source for each in wanted}}
        yield period, {each.code: counted[each.source].of(each, organs=None, **where) for each in wanted}
