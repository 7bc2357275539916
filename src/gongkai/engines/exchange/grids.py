"""Tables as people draw them: every sheet cell by cell, with merged cells filled, for whoever finds the headings himself.

``reading.read_rows`` is for tables whose first row is their heading; directories with titles above, several rows of
headings and merged cells come through here. Bounded like it: a workbook is read in a child process of limited memory.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.exchange.reading import decode, opening
from gongkai.engines.exchange.spreadsheet import cell_text, damaged, is_workbook, limit_child, lines_of_child

ROW_LIMIT: Final = 50_000
COLUMN_LIMIT: Final = 300
MERGE_LIMIT: Final = 100_000
FILL_LIMIT: Final = 5_000_000
"""Cells that merged ranges may fill altogether."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. ``rows``: number as the person's program shows it, and the text of each cell from column A.

    ``merges_known``: merged cells were filled; without it (CSV) an empty cell may have been part of one.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merges_known: bool


def read_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook, or the one table of a CSV. Raises ``FileUnreadable``."""
    return (
        list(_workbook_grids(path)) if is_workbook(opening(path)) else [_csv_grid(decode(path.read_bytes()))]
    )


def _csv_grid(text: str) -> Grid:
    sample = "\n".join(text.split("\n", 20)[:20])
    delimiter = max(",;\t", key=sample.count)
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    end = 0
    try:
        for cells in reader:
            end = reader.line_num
            _refuse_excess(len(rows), len(cells))
            if any(cell.strip() for cell in cells):
                rows.append((end, tuple(cell.strip() for cell in cells)))
    except csv.Error as error:
        raise FileUnreadable(
            "bad-csv",
            _("What begins at line %d is not proper CSV.") % (end + 1),
            _("Check that quotation marks come in pairs."),
        ) from error
    return Grid("", tuple(rows), merges_known=False)


def _refuse_excess(rows: int, columns: int) -> None:
    if rows >= ROW_LIMIT or columns > COLUMN_LIMIT:
        raise FileUnreadable(
            "too-large",
            _("The table has more than %(rows)d rows or %(columns)d columns.")
            % {"rows": ROW_LIMIT, "columns": COLUMN_LIMIT},
            _("Split it into several files."),
        )


def _workbook_grids(path: Path) -> Iterator[Grid]:
    sheets: list[tuple[str, list[list[int]], dict[int, list[str]]]] = []
    with closing(lines_of_child(__name__, path)) as lines:
        for told in lines:
            if isinstance(told, dict):
                sheets.append((told["sheet"], told["merged"], {}))
            else:
                sheets[-1][2][told[0]] = told[1]
    for name, merged, rows in sheets:
        _fill(rows, merged)
        yield Grid(
            name,
            tuple(
                (number + 1, tuple(cell.strip() for cell in cells)) for number, cells in sorted(rows.items())
            ),
            merges_known=True,
        )


def _fill(rows: dict[int, list[str]], merged: list[list[int]]) -> None:
    """Give every cell of a merged range the text of its first; rows and columns beyond the data stay empty."""
    numbers = sorted(rows)
    left_to_fill = FILL_LIMIT
    for top, left, bottom, right in merged:
        first = rows.get(top)
        text = first[left] if first is not None and left < len(first) else ""
        if not text.strip():
            continue
        for number in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
            cells = rows[number]
            last = min(right + 1, len(cells))
            cells[left:last] = [text] * (last - left)
            left_to_fill -= last - left
            if left_to_fill < 0:  # ranges that lie upon each other thousands of times are no directory
                raise damaged()


def _child(path: str) -> None:
    """Print {"sheet", "merged"} and then each row with anything in it as [number, cells], sheet after sheet."""
    limit_child()
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(path)
    visible = {sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible}
    for name in workbook.sheet_names:
        if name not in visible:
            continue
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        left = sheet.start[
            1
        ]  # rows come from the first of the sheet on, columns from the first that holds anything
        merged = [[*start, *end] for start, end in (sheet.merged_cell_ranges or [])][:MERGE_LIMIT]
        covered = {
            row for top, _left, bottom, _right in merged for row in range(top, min(bottom, top + 500) + 1)
        }
        _say({"sheet": name, "merged": merged})
        for offset, cells in enumerate(sheet.iter_rows()):
            if offset > ROW_LIMIT or len(cells) + left > COLUMN_LIMIT:
                sys.exit(3)
            texts = [""] * left + [cell_text(cell) for cell in cells]
            if offset in covered or any(text.strip() for text in texts):
                _say([offset, texts])


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _child(sys.argv[1])
