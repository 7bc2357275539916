"""Tables as people draw them: every sheet, merged cells filled, bounded."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from gongkai.engines.exchange import grids
from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.exchange.grids import read_grids
from gongkai.engines.exchange.headings import column_letter
from gongkai.engines.exchange.reading import read_rows


def test_merged_cells_are_filled_and_places_are_those_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("甲")
    sheet.merge_range(1, 1, 1, 3, "标题")
    sheet.merge_range(3, 1, 5, 1, "并")
    sheet.write(3, 3, 5)
    sheet.write(4, 2, "中")
    hidden = book.add_worksheet("藏")
    hidden.write(0, 0, "不看")
    hidden.hide()
    book.add_worksheet("空")
    book.add_worksheet("乙").write(0, 0, "有")
    book.close()
    first, second = read_grids(path)
    assert first.rows == (
        (2, ("", "标题", "标题", "标题")),
        (4, ("", "并", "", "5")),
        (5, ("", "并", "中", "")),
    )
    assert first.merges_known and (second.name, second.rows) == ("乙", ((1, ("有",)),))


def test_a_csv_is_one_sheet_without_merges(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\ufeff甲,乙\n\n1,2\n", encoding="utf-8")
    (grid,) = read_grids(path)
    assert grid.rows == ((1, ("甲", "乙")), (3, ("1", "2"))) and not grid.merges_known


def test_columns_are_lettered_as_spreadsheets_do() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_ranges_that_fill_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 9, 9, "满")
    sheet.write(9, 20, "x")
    book.close()
    monkeypatch.setattr(grids, "FILL_LIMIT", 50)
    with pytest.raises(FileUnreadable) as refusal:
        read_grids(path)
    assert refusal.value.code == "bad-workbook"


def test_rows_above_the_heading_do_not_shift_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(2, 0, ["标题", "文号"])
    sheet.write_row(3, 0, ["甲", "乙"])
    book.close()
    (row,) = read_rows(path)
    assert row.number == 4
