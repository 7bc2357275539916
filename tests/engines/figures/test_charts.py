"""Charts: as long as their numbers say, readable, well-formed whatever they are given, fit for a strict policy."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engines.figures.chart_text import NARROW, width, wrapped
from gongkai.engines.figures.charts import SIZE, WIDTH, bars, lines, stacked

SVG = "{http://www.w3.org/2000/svg}"
labels = st.text(max_size=40)
numbers = st.one_of(st.integers(0, 10**18), st.floats(0, 1e18, allow_nan=False), st.sampled_from([0, 0.0, 1]))
quickly = settings(max_examples=60, deadline=None)


def drawn(svg: str) -> ElementTree.Element:
    assert "nan" not in re.sub(r">[^<]*<", "><", svg).lower()
    assert " style=" not in svg
    assert "<script" not in svg
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    assert named == [root[0].get("id"), root[1].get("id")]
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    return root


def rects(root: ElementTree.Element, kind: str) -> list[float]:
    return [float(each.get("width") or 0) for each in root.iter(f"{SVG}rect") if each.get("class") == kind]


@quickly
@given(st.lists(st.tuples(labels, numbers), max_size=8), labels, st.text(max_size=3))
def test_bars_are_as_long_as_their_numbers_say(items: list[tuple[str, float]], title: str, unit: str) -> None:
    root = drawn(bars(title, items, unit))
    shown = [value for _label, value in items if value]
    long = rects(root, "chart__bar")
    most = max(shown, default=0)
    full = max(long, default=0)
    expected = [value / most * full for value in shown if value / most * full >= 0.005] if full else []
    visible = [each for each in long if each > 0]
    assert len(visible) <= len(shown)
    for one, other in zip(visible, expected, strict=False):
        assert math.isclose(one, other, abs_tol=0.02)
    assert full <= WIDTH


@quickly
@given(st.lists(st.tuples(labels, st.lists(numbers, min_size=3, max_size=3)), max_size=5))
def test_the_parts_of_a_bar_lie_side_by_side_within_the_drawing(
    items: list[tuple[str, list[float]]],
) -> None:
    root = drawn(stacked("甲", items, ["维持", "纠正", "其他"], "件"))
    ends = [
        float(each.get("x") or 0) + float(each.get("width") or 0)
        for each in root.iter(f"{SVG}rect")
        if each.get("class") == "chart__part"
    ]
    assert all(end <= WIDTH + 0.5 for end in ends)


@quickly
@given(
    st.integers(0, 24).flatmap(
        lambda many: st.tuples(
            st.lists(labels, min_size=many, max_size=many),
            st.lists(
                st.tuples(labels, st.lists(st.one_of(st.none(), numbers), min_size=many, max_size=many)),
                max_size=3,
            ),
        )
    )
)
def test_lines_draw_one_point_for_each_number_within_the_drawing(
    given_: tuple[list[str], list[tuple[str, list[float | None]]]],
) -> None:
    points, series = given_
    root = drawn(lines("逐年", points, series, "件"))
    dots = list(root.iter(f"{SVG}circle"))
    assert len(dots) == sum(value is not None for _label, values in series for value in values)
    _x, _y, wide, high = map(float, (root.get("viewBox") or "").split())
    for dot in dots:
        assert 0 <= float(dot.get("cx") or -1) <= wide
        assert 0 <= float(dot.get("cy") or -1) <= high


@quickly
@given(st.text(max_size=80), st.integers(1, 400))
def test_wrapped_lines_fit_and_lose_nothing(text: str, room: int) -> None:
    found = wrapped(text, SIZE, room)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(len(line) == 1 or width(line, SIZE) <= room for line in found)


def test_no_line_begins_with_a_full_stop() -> None:
    found = wrapped("不予公开：属于三类内部事务信息。", 10, 150)
    assert all(line[0] not in "。，：" for line in found)


def test_the_same_numbers_stand_in_the_picture_and_in_its_words() -> None:
    root = drawn(bars("办理结果", [("予以公开", 12), ("不予公开", 3)], "件"))
    assert root[1].text == "予以公开 12 件；不予公开 3 件"
    assert {"12 件", "3 件"} <= {each.text for each in root.iter(f"{SVG}text")}


def test_half_the_number_is_half_the_bar() -> None:
    first, second = rects(drawn(bars("甲", [("一", 10), ("二", 5)])), "chart__bar")
    assert math.isclose(second * 2, first, abs_tol=0.02)


def test_zero_has_a_number_and_no_bar() -> None:
    root = drawn(bars("甲", [("一", 0), ("二", 0)], "件"))
    assert rects(root, "chart__bar") == []
    assert [each.text for each in root.iter(f"{SVG}text")].count("0 件") == 2


@pytest.mark.parametrize("svg", [bars("空", []), stacked("空", [], ["甲"]), lines("空", [], [("甲", [])])])
def test_nothing_to_draw_is_a_dash(svg: str) -> None:
    root = drawn(svg)
    assert [each.text for each in root.iter(f"{SVG}text")] == ["—"]


def test_one_value_alone_is_drawn_in_the_middle() -> None:
    root = drawn(lines("逐年", ["2020年"], [("收到", [7])], "件"))
    (dot,) = root.iter(f"{SVG}circle")
    assert float(dot.get("cx") or 0) == WIDTH / 2


def test_hostile_labels_are_text() -> None:
    svg = bars('<script>alert("1")</script>', [("</text><a href='javascript:x'>\x00\x1b", 1)], "<b>")
    root = drawn(svg)
    assert "<a " not in svg
    assert root[0].text == '<script>alert("1")</script>'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1])
def test_what_no_bar_can_show_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="from zero up"):
        bars("甲", [("一", value)])
    with pytest.raises(ValueError, match="from zero up"):
        lines("甲", ["一"], [("乙", [value])])


def test_numbers_must_fit_the_parts_and_points() -> None:
    with pytest.raises(ValueError, match="each part"):
        stacked("甲", [("一", [1, 2])], ["甲"])
    with pytest.raises(ValueError, match="at most"):
        stacked("甲", [], [str(part) for part in range(7)])
    with pytest.raises(ValueError, match="each point"):
        lines("甲", ["2020"], [("乙", [])])


def test_type_is_at_least_twelve_pixels_on_a_phone() -> None:
    assert SIZE * 328 / WIDTH >= 12
    assert 0.5 < NARROW < 1
