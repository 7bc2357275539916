"""Reports as plain data: there and back, numbers as people type them, and every fault of bad input named."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.wings.disclosure.annual.shape import MalformedReport, NotANumber, Report, number


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (5, 5),
        ("1,234", 1234),
        (" １２３４ ", 1234),
        ("1，234,567", 1234567),
        ("12件", 12),
        ("5.0", 5),
        ("72701.2578", Decimal("72701.2578")),
        (72701.2578, Decimal("72701.2578")),
        ("-3", -3),
        ("/", None),
        ("—", None),
        ("", None),
        ("　", None),
        (None, None),
    ],
)
def test_numbers_are_read_as_people_type_them(raw: Any, value: Any) -> None:
    assert number(raw) == value


@pytest.mark.parametrize(("raw", "value"), [("增2", 2), ("减少3", -3), ("+4", 4), ("0", 0)])
def test_changes_may_be_said_in_words(raw: str, value: int) -> None:
    assert number(raw, change=True) == value


@pytest.mark.parametrize("raw", ["abc", "1,23", "12 34x", True, [1], {"a": 1}, "9" * 60, float("inf"), "约5"])
def test_what_is_no_number_is_refused(raw: Any) -> None:
    with pytest.raises(NotANumber):
        number(raw)


@pytest.mark.shared
def test_real_reports_come_back_as_they_went_in(shared_data: Path) -> None:
    for entry in json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))["reports"]:
        report = Report.from_json(entry)
        assert set(report.cells()) == {cell.path for cell in report.official.cells}
        again = report.to_json()
        assert all(again[key] == entry[key] for key in again)
        assert Report.from_json(again) == report


def test_all_faults_are_named_together_with_their_places() -> None:
    with pytest.raises(MalformedReport) as raised:
        Report.from_json(
            {
                "year": "soon",
                "narrative": [1],
                "tables": {
                    "table2": {"art20_1": {"规章": {"in_force": "many"}}, "x": {}},
                    "table3": [{"row": "3.1", "values": {"total": "?!"}}, 7, {"values": {}}],
                    "table4": [],
                },
            }
        )
    assert [fault.place for fault in raised.value.faults] == [
        "year",
        "issuer",
        "tables.table2.art20_1.规章.in_force",
        "tables.table2.x",
        "tables.table3[0] (row 3.1).values.total",
        "tables.table3[1]",
        "tables.table3[2].row",
        "tables.table4",
        "narrative[0]",
    ]


def test_a_lenient_reading_keeps_what_is_no_number_for_the_checker() -> None:
    rows = [{"row": "1", "label": "", "values": {"total": "很多"}}]
    entry = {"year": 2022, "issuer": "某局", "tables": {"table2": {}, "table3": rows, "table4": {}}}
    report = Report.from_json(entry, lenient=True)
    assert report.unread == {"table3/1/total": "很多"}
    assert report.cells() == {"table3/1/total": None}


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "year",
                    "issuer",
                    "tables",
                    "table2",
                    "table3",
                    "table4",
                    "row",
                    "values",
                    "format",
                    "narrative",
                    "a",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(_ANYTHING)
def test_nothing_makes_the_reader_stumble(data: Any) -> None:
    try:
        Report.from_json(data)
    except MalformedReport as refusal:
        assert refusal.faults
