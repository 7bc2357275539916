"""Middle values of counted numbers. Pure, exact, and from counts: a million days are a few dozen different numbers.

The percentile p of n numbers is the one at place ⌈np/100⌉ in order; where np/100 is whole, the mean of the numbers at that
place and the next. So the 50th is the usual median, and any other percentile is a number that occurred, or lies halfway
between two (Hyndman and Fan's second definition, the inverse of the empirical distribution with averaging).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers lie: how many, the middle one, and the one nine of ten do not exceed."""

    count: int
    median: float | None
    p90: float | None


def percentile(counts: Mapping[int, int], percent: int) -> float | None:
    """The percentile of numbers given as {number: how often}; None when there are none. Raises ``ValueError`` unless
    0 < percent < 100 and nothing occurs less than zero times."""
    if not 0 < percent < 100:
        raise ValueError("a percentile lies between 0 and 100")
    if any(often < 0 for often in counts.values()):
        raise ValueError("nothing occurs less than zero times")
    total = sum(counts.values())
    if not total:
        return None
    place, rest = divmod(total * percent, 100)
    if rest:
        return float(_at(counts, place + 1))
    return (_at(counts, place) + _at(counts, place + 1)) / 2


def _at(counts: Mapping[int, int], place: int) -> int:
    """The number at a place, counted from 1, when they stand in order."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= place:
            return value
    raise AssertionError("a place beyond the last")


def spread(counts: Mapping[int, int]) -> Spread:
    return Spread(sum(counts.values()), percentile(counts, 50), percentile(counts, 90))


def between(counts: Mapping[int, int], first: int, last: int | None) -> int:
    """How many of the numbers are at least ``first`` and, unless None, at most ``last``."""
    return sum(often for value, often in counts.items() if value >= first and (last is None or value <= last))
