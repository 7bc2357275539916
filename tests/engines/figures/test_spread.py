"""Medians and percentiles from counts are those of the numbers themselves."""

from __future__ import annotations

import statistics
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engines.figures.spread import between, percentile, spread

values = st.lists(st.integers(0, 60), min_size=1, max_size=80)
quickly = settings(max_examples=60, deadline=None)


@quickly
@given(values)
def test_the_fiftieth_is_the_median(numbers: list[int]) -> None:
    assert percentile(Counter(numbers), 50) == statistics.median(numbers)


@quickly
@given(values, st.integers(1, 99))
def test_enough_numbers_lie_on_either_side(numbers: list[int], percent: int) -> None:
    found = percentile(Counter(numbers), percent)
    assert found is not None
    assert sum(number <= found for number in numbers) * 100 >= percent * len(numbers)
    assert sum(number >= found for number in numbers) * 100 >= (100 - percent) * len(numbers)


@quickly
@given(values, st.integers(2, 5))
def test_the_same_numbers_several_times_over_change_nothing_but_the_count(
    numbers: list[int], times: int
) -> None:
    once, often = spread(Counter(numbers)), spread(Counter(numbers * times))
    assert often.count == once.count * times
    assert often.median == once.median


@quickly
@given(values)
def test_bands_leave_nothing_out(numbers: list[int]) -> None:
    counts = Counter(numbers)
    assert between(counts, 0, 5) + between(counts, 6, 20) + between(counts, 21, None) == len(numbers)


def test_of_nothing_there_is_no_middle() -> None:
    assert spread({}).median is None
    assert percentile({5: 0}, 90) is None


def test_bounds() -> None:
    for percent in (0, 100, -1):
        with pytest.raises(ValueError, match="between"):
            percentile({1: 1}, percent)
    with pytest.raises(ValueError, match="less than zero"):
        percentile({1: -1}, 50)
