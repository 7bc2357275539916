from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import Sketch, similarity, to_traditional

TEXTS = st.text("政府信息公开申请答复，。", max_size=60)


@given(TEXTS, TEXTS)
def test_likeness_is_mutual_and_between_nothing_and_all(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, one) == 1


@given(TEXTS, TEXTS)
def test_sketches_are_mutual_and_alike_for_the_same_text(one: str, other: str) -> None:
    first, second = Sketch.of(one), Sketch.of(other)
    assert first.similarity(second) == second.similarity(first)
    assert first.similarity(Sketch.of(one)) == 1


def test_script_and_width_make_no_difference() -> None:
    text = "申请公开２０２０年预算"
    assert similarity(text, to_traditional("申请公开2020年预算")) == 1


def test_a_sketch_comes_near_the_likeness(shared_data: Path) -> None:
    """128 minima: the standard error is at most 0.045; four of them are allowed."""
    report = (shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8")
    for share in (0, 1000, 3000, 6000):
        one, other = report[:6000], report[share : share + 6000]
        assert Sketch.of(one).similarity(Sketch.of(other)) == pytest.approx(similarity(one, other), abs=0.18)
