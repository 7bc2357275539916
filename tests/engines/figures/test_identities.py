"""What can be said of an identity, whatever the numbers are."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.figures import Identity, Verdict, judge, reconcile

SUM = Identity(code="t", title="", provision="", left=("a", "b"), right=("c",))
RATES = Identity(code="r", title="", provision="", left=("a", "b"), right=("c",), rounded_to=Decimal("0.01"))
AT_MOST = Identity(code="m", title="", provision="", left=("answered",), right=("came",), relation="<=")

counts = st.integers(min_value=0, max_value=10**9)


@given(counts, counts)
def test_equal_sides_hold(a: int, b: int) -> None:
    assert judge(SUM, {"a": a, "b": b, "c": a + b}).verdict is Verdict.HOLDS


@given(counts, counts, st.integers(min_value=1, max_value=100) | st.integers(min_value=-100, max_value=-1))
def test_counts_that_differ_by_one_are_a_mismatch(a: int, b: int, off: int) -> None:
    found = judge(SUM, {"a": a, "b": b, "c": a + b + off})
    assert (found.verdict, found.difference) == (Verdict.MISMATCH, -off)


@given(st.decimals(0, 10**6, places=6), st.decimals(0, 10**6, places=6))
def test_rounded_parts_of_a_rounded_whole_never_mismatch(a: Decimal, b: Decimal) -> None:
    cent = Decimal("0.01")
    cells = {"a": a.quantize(cent), "b": b.quantize(cent), "c": (a + b).quantize(cent)}
    assert judge(RATES, cells).verdict in (Verdict.HOLDS, Verdict.ROUNDING)


def test_more_than_rounding_explains_is_a_mismatch() -> None:
    cells = {"a": Decimal("1.00"), "b": Decimal("2.00"), "c": Decimal("3.02")}
    assert judge(RATES, cells).verdict is Verdict.MISMATCH
    assert judge(RATES, cells | {"c": Decimal("3.01")}).verdict is Verdict.ROUNDING


def test_a_number_nobody_knows_is_not_taken_for_nought() -> None:
    for cells in ({"a": 1, "c": 1}, {"a": 1, "b": None, "c": 1}):
        found = judge(SUM, cells)
        assert (found.verdict, found.difference) == (Verdict.CANNOT_JUDGE, None)


def test_at_most_allows_less_but_not_more() -> None:
    assert judge(AT_MOST, {"answered": 3, "came": 5}).verdict is Verdict.HOLDS
    assert judge(AT_MOST, {"answered": 6, "came": 5}).verdict is Verdict.MISMATCH


def test_all_are_judged_in_order() -> None:
    cells = {"a": 1, "b": 1, "c": 3, "answered": 1, "came": 1}
    assert [found.identity.code for found in reconcile((SUM, AT_MOST), cells)] == ["t", "m"]
