"""The processing fee against the vectors of 国办函〔2020〕109号, and what must hold for every quantity."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.disclosure.requests import fees

ON = dt.date(2025, 3, 3)
QUANTITIES = st.integers(0, 20_000)
SCALES = st.sampled_from([fees.by_items, fees.by_pages])


@pytest.mark.parametrize(
    ("items", "amount"),
    [
        (0, 0),
        (1, 0),
        (10, 0),
        (11, 100),
        (30, 2000),
        (31, 2200),
        (40, 4000),
        (41, 4300),
        (50, 7000),
        (51, 7400),
    ],
)
def test_requests_of_one_month(items: int, amount: int) -> None:
    assert fees.by_items(items, ON).amount == amount


@pytest.mark.parametrize(
    ("pages", "amount"),
    [
        *((0, 0), (30, 0), (31, 10), (68, 380), (70, 400), (100, 700)),
        *((101, 720), (200, 2700), (201, 2740), (250, 4700)),
    ],
)
def test_pages_of_one_request(pages: int, amount: int) -> None:
    assert fees.by_pages(pages, ON).amount == amount


def test_there_is_no_fee_for_requests_before_2021() -> None:
    assert not fees.in_force(dt.date(2020, 12, 31))
    assert fees.in_force(dt.date(2021, 1, 1))
    for reckon in (fees.by_items, fees.by_pages):
        with pytest.raises(fees.FeeNotInForce):
            reckon(500, dt.date(2020, 12, 31))
    with pytest.raises(fees.FeeNotInForce):
        fees.payment_workdays(dt.date(2020, 12, 31))


def test_what_was_not_read_in_the_original_says_so() -> None:
    assert fees.payment_workdays(ON) == 20
    assert not fees.by_items(11, ON).confirmed


def test_the_working_can_be_printed() -> None:
    assert list(fees.by_pages(250, ON).lines()) == [
        *("30 × 0 = 0", "70 × 10 = 700", "100 × 20 = 2000", "50 × 40 = 2000"),
    ]
    assert list(fees.by_items(45, ON).lines()) == [
        *("10 × 0 = 0", "20 × 100 = 2000", "10 × 200 = 2000", "5 × 300 = 1500"),
    ]


@given(QUANTITIES, SCALES)
def test_one_more_never_costs_less_and_never_cheaper_than_the_one_before(
    quantity: int, reckon: object
) -> None:
    amounts = [reckon(quantity + more, ON).amount for more in range(3)]  # type: ignore[operator]
    assert amounts[0] <= amounts[1] <= amounts[2]
    assert amounts[2] - amounts[1] >= amounts[1] - amounts[0]


@given(QUANTITIES, SCALES)
def test_the_parts_are_the_whole(quantity: int, reckon: object) -> None:
    fee = reckon(quantity, ON)  # type: ignore[operator]
    assert sum(part.quantity for part in fee.parts) == quantity
    assert sum(part.amount for part in fee.parts) == fee.amount
    assert all(part.quantity > 0 for part in fee.parts)


@given(st.integers(0, 1000))
def test_each_request_of_the_month_is_charged_at_the_rate_of_its_own_band(quantity: int) -> None:
    def rate(number: int) -> int:
        return 0 if number <= 10 else 100 if number <= 30 else 200 + 100 * ((number - 31) // 10)

    assert fees.by_items(quantity, ON).amount == sum(rate(number) for number in range(1, quantity + 1))


@given(st.integers(0, 2000))
def test_each_page_is_charged_at_the_rate_of_its_own_tier(quantity: int) -> None:
    def rate(number: int) -> int:
        return 0 if number <= 30 else 10 if number <= 100 else 20 if number <= 200 else 40

    assert fees.by_pages(quantity, ON).amount == sum(rate(number) for number in range(1, quantity + 1))


@given(st.integers(max_value=-1), SCALES)
def test_less_than_nothing_is_no_quantity(quantity: int, reckon: object) -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        reckon(quantity, ON)  # type: ignore[operator]


@given(quantity=st.integers(0, 200), charged=st.integers(0, 200))
def test_what_is_charged_in_steps_comes_to_the_whole(quantity: int, charged: int) -> None:
    """However often notices go out in a month, together they ask for the fee of the whole, and nothing twice."""
    rest = fees.by_items(quantity, ON, charged=charged)
    whole, before = fees.by_items(quantity, ON).amount, fees.by_items(min(charged, quantity), ON).amount
    assert rest.amount == whole - before
    assert all(part.quantity > 0 for part in rest.parts)
