"""The rules of the tables by mutation: a right report has no faults, and one change is found as that change."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.wings.disclosure.annual.checking import check, check_all, city_faults
from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.shape import Report
from tests.wings.disclosure.annual.reports import ISSUER, entry, full, table3, with_cell

YEARS = (2020, 2024)
SUMMED = [cell.path for cell in form("2021").cells if cell.path.startswith(("table3/", "table4/"))]


@pytest.fixture(scope="module")
def real(shared_data: Path) -> list[dict[str, Any]]:
    return json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))["reports"]


@pytest.mark.parametrize("year", YEARS)
def test_a_right_report_has_no_faults(year: int) -> None:
    assert check(full(year)).faults == ()


@pytest.mark.parametrize(
    "path", [cell.path for cell in form("2021").cells if cell.path.startswith("table4/")]
)
def test_a_changed_number_of_remedies_is_found(path: str) -> None:
    data = entry()
    was = Report.from_json(data).cells()[path]
    (fault,) = check(Report.from_json(with_cell(data, path, was + 3))).faults
    assert (fault.rule, fault.kind) == ("AR-4", "arithmetic")
    assert path in fault.cells
    assert abs(fault.left - fault.right) == 3


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([path for path in SUMMED if path.startswith("table3/")]), st.integers(1, 999))
def test_any_changed_number_of_requests_is_found_and_pointed_at(path: str, more: int) -> None:
    data = entry()
    was = Report.from_json(data).cells()[path]
    faults = check(Report.from_json(with_cell(data, path, was + more))).faults
    assert {fault.rule for fault in faults} <= {"AR-1", "AR-2", "AR-3"}
    assert len(faults) >= 2
    assert all(path in fault.cells for fault in faults)
    assert all(abs(fault.left - fault.right) == more for fault in faults)


def test_a_slip_is_pointed_at_with_the_number_that_would_be_right() -> None:
    faults = check(Report.from_json(with_cell(entry(), "table3/3.4.1/natural_person", 895))).faults
    assert len(faults) == 2
    assert all("859" in fault.mend and "895" in fault.mend for fault in faults)


@pytest.mark.parametrize("year", YEARS)
def test_every_blank_cell_is_found_and_nothing_else(year: int) -> None:
    for path in full(year).cells():
        for blank in (None, "/", " "):
            (fault,) = check(Report.from_json(with_cell(entry(year), path, blank))).faults
            assert (fault.rule, fault.kind, fault.cells) == ("AR-9", "blank", (path,))


def test_a_cell_that_is_left_out_is_blank() -> None:
    data = entry()
    del data["tables"]["table4"]["review"]["other"]
    (fault,) = check(Report.from_json(data)).faults
    assert (fault.kind, fault.cells) == ("blank", ("table4/review/other",))


@pytest.mark.parametrize(
    ("path", "value"),
    [("table2/art20_5/行政许可/decisions", -4), ("table2/art20_6/行政处罚/decisions", 3.5)],
)
def test_counts_are_whole_and_not_below_zero(path: str, value: Any) -> None:
    (fault,) = check(Report.from_json(with_cell(entry(), path, value))).faults
    assert (fault.rule, fault.kind, fault.cells) == ("AR-9", "form", (path,))


def test_changes_of_the_old_form_may_be_below_zero_and_amounts_broken() -> None:
    assert check(full(2019)).faults == ()


def test_what_is_no_number_is_named() -> None:
    report = Report.from_json(with_cell(entry(), "table3/1/total", "若干"), lenient=True)
    (fault,) = check(report).faults
    assert (fault.rule, fault.kind, fault.cells) == ("AR-9", "form", ("table3/1/total",))
    assert "若干" in fault.message


@pytest.mark.parametrize("year", [2021, 2023, 2024])
def test_the_old_form_in_a_new_year_is_one_fault(year: int) -> None:
    data = entry(2020)
    data["year"] = year
    (fault,) = check(Report.from_json(data)).faults
    assert (fault.rule, fault.kind) == ("FORM", "form")
    assert "〔2021〕30号" in fault.message


def test_the_new_form_in_an_old_year_is_one_fault() -> None:
    data = entry(2024)
    data["year"] = 2020
    (fault,) = check(Report.from_json(data)).faults
    assert fault.kind == "form"


def test_one_old_table_in_a_new_report_is_found() -> None:
    data = entry()
    data["tables"]["table3"] = table3("2019")
    (fault,) = check(Report.from_json(data)).faults
    assert (fault.kind, fault.place) == ("form", "第三部分")
    assert fault.cells[0] == "table3/3.6/natural_person"


def test_a_form_only_named_wrongly_is_found() -> None:
    data = entry()
    data["format"] = "国办公开办函〔2019〕60号"
    (fault,) = check(Report.from_json(data)).faults
    assert fault.kind == "form"


def test_years_without_a_form_are_named() -> None:
    data = entry(2020)
    data["year"] = 2015
    (fault,) = check(Report.from_json(data)).faults
    assert (fault.rule, fault.kind) == ("FORM", "form")


@pytest.mark.parametrize("code", ["1", "3.3.5", "3.7", "4"])
def test_a_missing_row_is_one_fault(code: str) -> None:
    data = entry()
    data["tables"]["table3"] = [row for row in data["tables"]["table3"] if row["row"] != code]
    faults = [fault for fault in check(Report.from_json(data)).faults if fault.kind == "form"]
    assert [fault.cells[0] for fault in faults] == [f"table3/{code}/natural_person"]


def test_foreign_and_doubled_rows_are_named() -> None:
    data = entry()
    rows = data["tables"]["table3"]
    rows.append({**copy.deepcopy(rows[4]), "row": "3.9"})
    rows.append(copy.deepcopy(rows[0]))
    assert [fault.cells[0] for fault in check(Report.from_json(data)).faults] == [
        "table3/3.9/natural_person",
        "table3/1/natural_person",
    ]


def test_a_missing_table_is_one_fault() -> None:
    data = entry()
    data["tables"]["table4"] = {}
    (fault,) = check(Report.from_json(data)).faults
    assert fault.kind == "form"
    assert len(fault.cells) == 15


def test_continuity_is_checked_between_years_of_one_issuer() -> None:
    before = entry(2023)
    before["tables"]["table2"]["art20_1"] = {
        "规章": {"issued_this_year": 2, "repealed_this_year": 0, "in_force": 11},
        "行政规范性文件": {"issued_this_year": 109, "repealed_this_year": 489, "in_force": 597},
    }
    # Row 4 of the year before must be row 2 of this one, with the sums of that year kept.
    for row in before["tables"]["table3"]:
        if row["row"] in ("2", "4"):
            other = "4" if row["row"] == "2" else "2"
            row["values"] = next(each for each in entry()["tables"]["table3"] if each["row"] == other)[
                "values"
            ]
    after = entry()
    swapped = [Report.from_json(after), Report.from_json(before)]
    assert [fault for fault in check_all(swapped).faults if fault.kind == "continuity"] == []
    after["tables"]["table2"]["art20_1"]["规章"]["in_force"] = 13
    faults = check_all([Report.from_json(before), Report.from_json(after)]).faults
    assert [(each.rule, each.left, each.right) for each in faults if each.kind == "continuity"] == [
        ("AR-6", 13, 12)
    ]
    stranger = replace(Report.from_json(after), issuer="他州市人民政府")
    assert not [
        each for each in check_all([Report.from_json(before), stranger]).faults if each.kind == "continuity"
    ]


def test_a_report_that_is_not_of_the_year_before_says_nothing_of_continuity() -> None:
    verdict = check(full(2024), previous=full(2022))
    assert not [fault for fault in verdict.faults if fault.kind == "continuity"]
    assert any(remark.rule == "AR-5" for remark in verdict.remarks)


def test_text_taken_over_from_last_year_is_named() -> None:
    text = "".join(chr(0x4E00 + n * 7 % 6000) for n in range(600))
    ours, theirs = (replace(full(year), narrative=(text,)) for year in (2024, 2023))
    assert "AR-12" in {fault.rule for fault in check(ours, previous=theirs).faults}
    fresh = replace(ours, narrative=(text[:200] + "".join(chr(0x5000 + n * 11 % 6000) for n in range(600)),))
    assert "AR-12" not in {fault.rule for fault in check(fresh, previous=theirs).faults}


@pytest.mark.parametrize(
    ("issuer", "allowed"),
    [
        ("云州市司法局", False),
        ("青山县人民政府", False),
        ("东湖镇人民政府", False),
        ("城关街道办事处", False),
        ("城东区人民政府", False),
        ("云州市人民政府", True),
        ("广西壮族自治区人民政府", True),
        ("海南省人民政府", True),
        ("商务部", True),
        ("国家税务总局", True),
    ],
)
def test_rules_stand_only_where_the_organ_may_make_them(issuer: str, allowed: bool) -> None:
    faults = check(replace(full(), issuer=issuer)).faults
    assert ("AR-11" in {fault.rule for fault in faults}) is not allowed
    assert not check(replace(full(), issuer=issuer), may_make_rules=True).faults


def test_section_six_speaks_of_fees_and_section_five_of_problems() -> None:
    whole = {"五": "存在的主要问题及改进情况 一是解读形式单一，将改进。", "六": "全年未收取信息处理费。"}
    assert check(replace(full(), sections=whole)).faults == ()
    for lead in (
        "存在的主要问题和改进措施如下。",
        "存在的主要问题及改进情况",
        "五、存在问题和改进措施如下：",
    ):
        (fault,) = check(replace(full(), sections=whole | {"五": lead})).faults
        assert (fault.rule, fault.place) == ("TEXT", "第五部分")
    silent = check(replace(full(), sections={"五": "无。", "六": "无其他需要报告的事项。"})).faults
    assert [fault.rule for fault in silent] == ["AR-10", "TEXT"]


def test_unpaid_fees_need_notices() -> None:
    (fault,) = check(full(2024, ("全年未发出收费通知，信息处理费为0元。",))).faults
    assert (fault.rule, fault.right) == ("AR-10", 38)


def test_a_period_left_over_from_last_year_is_named() -> None:
    (fault,) = check(full(2024, ("所列数据的统计期限自2023年1月1日起至12月31日止，未收取信息处理费",))).faults
    assert (fault.left, fault.right) == (2023, 2024)


def test_a_city_is_the_sum_of_its_organs() -> None:
    part = full()
    whole = copy.deepcopy(entry())
    for row in whole["tables"]["table3"]:
        row["values"] = {key: value * 2 for key, value in row["values"].items()}
    for block in whole["tables"]["table4"].values():
        block.update({key: value * 2 for key, value in block.items()})
    for block in whole["tables"]["table2"].values():
        if isinstance(block, dict):
            for row in block.values():
                row.update({key: value * 2 for key, value in row.items()})
    city = Report.from_json(whole)
    assert city_faults(city, [part, replace(part, issuer="他局")]) == ()
    assert [fault.left for fault in city_faults(city, [part, part])] == [2]
    changed = Report.from_json(with_cell(whole, "table3/1/total", 1))
    assert [fault.cells for fault in city_faults(changed, [part, replace(part, issuer="他局")])] == [
        ("table3/1/total",)
    ]


@pytest.mark.shared
def test_of_the_real_reports_only_what_is_wrong_is_named(real: list[dict[str, Any]]) -> None:
    faults = check_all([Report.from_json(each) for each in real]).faults
    assert [(each.rule, each.kind, each.left, each.right) for each in faults] == [
        ("AR-7", "narrative", 134, 170),
        ("AR-7", "narrative", 57, 77),
    ]


@pytest.mark.shared
@pytest.mark.parametrize("at", [0, 1])
def test_any_change_of_a_real_report_is_found(real: list[dict[str, Any]], at: int) -> None:
    known = {fault.message for fault in check(Report.from_json(real[at])).faults}
    cells = Report.from_json(real[at]).cells()
    for path in SUMMED:
        faults = [
            fault
            for fault in check(Report.from_json(with_cell(real[at], path, cells[path] + 1))).faults
            if fault.message not in known and fault.kind != "narrative"
        ]
        assert faults, path
        assert all(path in fault.cells and fault.kind == "arithmetic" for fault in faults), path


@pytest.mark.shared
def test_broken_continuity_of_the_real_years_is_found(real: list[dict[str, Any]]) -> None:
    changed = with_cell(real[0], "table3/2/total", 122)
    faults = check_all([Report.from_json(changed), Report.from_json(real[1])]).faults
    assert [(each.left, each.right) for each in faults if each.kind == "continuity"] == [(121, 122)]


def test_the_issuer_of_the_tests_is_a_city() -> None:
    assert full().issuer == ISSUER


def test_a_part_of_a_report_is_checked_for_what_it_holds() -> None:
    data = entry(2025)
    documents = {"issued_this_year": 3, "repealed_this_year": 0, "in_force": 15}
    data["kind"] = "partial"
    data["tables"] = {"table2": {"format": "2021", "art20_1": {"规章": documents}}, "table3": None}
    part = Report.from_json(data, lenient=True)
    assert check(part).faults == ()
    assert check(part, previous=full(2024)).faults == ()
    documents["in_force"] = 16
    (broken,) = check(Report.from_json(data, lenient=True), previous=full(2024)).faults
    assert (broken.rule, broken.left, broken.right) == ("AR-6", 16, 15)


def test_columns_of_the_old_form_under_other_names_are_taken_by_their_places() -> None:
    data = entry(2020)
    for row in data["tables"]["table2"]["art20_1"].values():
        row["new"], row["opened"], row["all"] = (row.pop(key) for key in list(row))
    assert check(Report.from_json(data)).faults == ()


def test_a_report_given_by_its_sections_is_read_by_them() -> None:
    data = entry(2024)
    del data["narrative"]
    data["sections"] = {"一": "全市共收到政府信息公开申请3526件。\n另有其他工作。"}
    assert [fault.left for fault in check(Report.from_json(data)).faults] == [3526]
