"""Rows come out of any file people really hand in; anything else is refused with a reason, and nothing dies."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.exchange.reading import read_rows
from gongkai.engines.exchange.shapes import Field, Shape, at_most, one_of, read_count, read_date
from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.engines.exchange.tables import csv_text
from tests.bombs import zip_bomb

KNOWN = ("标题", "成文日期", "正文")


def rows_of(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, dict(row.cells)) for row in read_rows(path, headings=KNOWN)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_offices_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("标题,成文日期\n关于停水的通知,2020-01-02\n", encoding=encoding)
    assert rows_of(path) == [(2, {"标题": "关于停水的通知", "成文日期": "2020-01-02"})]


def test_rows_keep_the_number_the_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('标题,正文\n甲,"两行\n正文"\n\n乙,短\n', encoding="utf-8")
    assert [number for number, _ in rows_of(path)] == [3, 5]


def test_a_json_file_with_one_list_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(
        json.dumps({"note": "x", "records": [{"标题": "甲", "公开": True, "字数": 12.0}]}), encoding="utf-8"
    )
    assert rows_of(path) == [(1, {"标题": "甲", "公开": "是", "字数": "12"})]


def test_a_text_with_a_header_is_one_document(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("标题：关于停水的通知\n成文日期：2020-01-02\n\n各单位：\n今晚停水。\n", encoding="utf-8")
    assert rows_of(path) == [
        (1, {"标题": "关于停水的通知", "成文日期": "2020-01-02", "正文": "各单位：\n今晚停水。"})
    ]


def test_a_text_without_a_header_is_all_body(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("一、总体情况\n说明：这一行是正文。\n", encoding="utf-8")
    assert rows_of(path) == [(1, {"正文": "一、总体情况\n说明：这一行是正文。"})]


def test_a_workbook_keeps_eighteen_digits_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(
        workbook(["标题", "号码", "份数"], [["甲", "360426199101010071", 12], ["=1+1", "x", 0.5]])
    )
    assert rows_of(path) == [
        (2, {"标题": "甲", "号码": "360426199101010071", "份数": "12"}),
        (3, {"标题": "=1+1", "号码": "x", "份数": "0.5"}),
    ]


def test_two_far_cells_are_refused_and_the_process_lives(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "标题"
    book.active["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(FileUnreadable) as refusal:
        rows_of(path)
    assert refusal.value.code == "bad-workbook"


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(zip_bomb())
    with pytest.raises(FileUnreadable) as refusal:
        rows_of(path)
    assert refusal.value.code == "bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 not a workbook", "bad-workbook"),
        (b'[{"a": 1,]', "bad-json"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b'[{"a": Infinity}]', "bad-json"),
        (b'[{"a": ' + b"9" * 5000 + b"}]", "bad-json"),
        (b'[{"a": 1, "a": 2}]', "doubled-heading"),
        ("标题：甲\n标题：乙\n\n正文\n".encode(), "doubled-heading"),
        ("甲的通知,2020-01-02,短\n乙的通知,2020-01-03,短\n".encode(), "no-headings"),
        (b'[{"a": 1}, 2]', "not-records"),
        (b"[1, 2]", "not-records"),
        (b"[" * 100_000, "bad-json"),
        ("标题,标题\n甲,乙\n".encode(), "doubled-heading"),
        ('标题,正文\n甲,"没有收尾\n'.encode(), "bad-csv"),
    ],
)
def test_broken_files_are_refused_with_a_code(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as refusal:
        rows_of(path)
    assert refusal.value.code == code
    assert refusal.value.mend


@pytest.mark.parametrize("above", ["\n\n", "2020年文件清单\n\n", "sep=;\n", "清单;;\n单位：市政府;;\n"])
def test_what_stands_above_the_headings_is_passed_over(tmp_path: Path, above: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{above}标题;成文日期\n甲;2020-01-02\n", encoding="utf-8")
    assert rows_of(path) == [(above.count("\n") + 2, {"标题": "甲", "成文日期": "2020-01-02"})]


def test_a_workbook_with_a_title_and_a_sheet_of_notes_is_read_where_its_headings_are(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["填表说明"])
    book.active.append(["请填第二张表"])
    sheet = book.create_sheet("数据")
    for cells in (["2020年文件清单"], [], ["标题", "成文日期", None], ["甲", "2020-01-02", "旁注"]):
        sheet.append(cells)
    book.save(path)
    (row,) = SHAPE.check(read_rows(path, headings=SHAPE.headings))
    assert (row.number, row.values["title"], row.faults) == (4, "甲", ())
    assert row.unknown == ("C列（无列名）",)


def test_a_workbook_without_known_headings_is_refused_with_some_of_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(workbook(["甲", "乙"], [["1", "2"]]))
    with pytest.raises(FileUnreadable) as refusal:
        rows_of(path)
    assert refusal.value.code == "no-headings" and "标题" in refusal.value.mend


def test_cells_beyond_the_headings_are_a_fault_and_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("标题,成文日期\n甲,2020-01-02,后半句\n乙,2020-01-02,,\n", encoding="utf-8")
    first, second = SHAPE.check(read_rows(path, headings=SHAPE.headings))
    assert [(fault.row, fault.value) for fault in first.faults] == [(2, "后半句")]
    assert second.faults == ()


def test_of_two_columns_for_one_fact_the_first_counts_and_the_other_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("标题,名称\n甲,乙\n,丙\n丁,丁\n", encoding="utf-8")
    rows = list(SHAPE.check(read_rows(path, headings=SHAPE.headings)))
    assert [row.values["title"] for row in rows] == ["甲", "丙", "丁"]
    assert [row.unknown for row in rows] == [("名称",), (), ()]


def test_what_no_database_can_hold_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text('[{"标题": "甲\\u0000", "类型": "\\ud800"}]', encoding="utf-8")
    (row,) = SHAPE.check(read_rows(path, headings=SHAPE.headings))
    assert [fault.field for fault in row.faults] == ["标题", "类型"]
    assert [fault.value for fault in row.faults] == ["甲�", "�"]


def test_a_value_that_is_a_record_of_its_own_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    record = {"标题": {"a": 1}, "类型": ["通知", [1]], "附件": [{"b": 2}], "份数": float("nan")}
    path.write_text(json.dumps([record]), encoding="utf-8")
    (row,) = SHAPE.check(read_rows(path, headings=SHAPE.headings))
    assert [(fault.field, fault.value) for fault in row.faults] == [
        ("标题", '{"a": 1}'),
        ("类型", '["通知", [1]]'),
    ]
    assert row.unknown == ("附件",)


def test_an_unknown_line_within_the_header_of_a_text_is_told_and_no_part_of_the_body(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("标题：甲\n类形：通知\n成文日期：2020-01-02\n各单位：\n正文\n", encoding="utf-8")
    assert rows_of(path) == [
        (1, {"标题": "甲", "类形": "通知", "成文日期": "2020-01-02", "正文": "各单位：\n正文"})
    ]
    path.write_text("标题：甲\n成文日其：2020-01-02\n\n正文\n", encoding="utf-8")
    assert rows_of(path) == [(1, {"标题": "甲", "成文日其": "2020-01-02", "正文": "正文"})]
    path.write_text("标题：甲\n背景：近年来\n正文\n", encoding="utf-8")
    assert rows_of(path) == [(1, {"标题": "甲", "正文": "背景：近年来\n正文"})]


def test_a_body_that_begins_behind_its_heading_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("标题：甲\n正文：第一行\n第二行\n来源：乙\n", encoding="utf-8")
    assert rows_of(path) == [(1, {"标题": "甲", "正文": "第一行\n第二行\n来源：乙"})]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(content=st.binary(min_size=1, max_size=2000))
def test_random_bytes_give_rows_or_a_refusal_never_another_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "random"
    path.write_bytes(content)
    try:
        rows_of(path)
    except FileUnreadable as refusal:
        assert refusal.mend


SHAPE = Shape(
    (
        Field(name="title", headings=("标题", "名称"), required=True, parse=at_most(10)),
        Field(name="day", headings=("成文日期",), parse=read_date),
        Field(name="kind", headings=("类型",), parse=one_of({"通知": "notice", "公告": "notice"})),
        Field(name="count", headings=("份数",), parse=read_count),
    )
)


def test_all_faults_of_a_row_are_named_together(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("标题,成文日期,类型,份数\n,2020-02-30,信件,-1\n", encoding="utf-8")
    (row,) = SHAPE.check(read_rows(path))
    assert [(fault.row, fault.field, fault.value) for fault in row.faults] == [
        (2, "标题", ""),
        (2, "成文日期", "2020-02-30"),
        (2, "类型", "信件"),
        (2, "份数", "-1"),
    ]
    assert all(fault.rule and fault.mend for fault in row.faults)


def test_given_values_stand_in_and_other_names_are_known(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("名称,备注\n甲,x\n", encoding="utf-8")
    (row,) = SHAPE.check(read_rows(path), given={"类型": "公告"})
    assert row.values == {"title": "甲", "kind": "notice"}
    assert row.unknown == ("备注",)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_way_of_writing_a_day_is_the_same_day(day: date) -> None:
    ways = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year:04}{day.month:02}{day.day:02}",
    ]
    assert {read_date(way) for way in ways} == {day}


def test_a_cell_that_a_spreadsheet_would_run_is_quoted() -> None:
    text = csv_text(["标题"], [["=cmd|' /C calc'!A0"], [None], [3]])
    assert text.splitlines()[1:] == ["'=cmd|' /C calc'!A0", '""', "3"]
