"""Blocks out of DOCX and XLSX. Runs in the child process only: see ``worker``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from gongkai.wings.disclosure.annual.reading.blocks import (
    LONGEST,
    MOST_BLOCKS,
    MOST_COLUMNS,
    MOST_ROWS,
    Block,
    Grid,
    NotRead,
    Paragraph,
)

_DEEPEST: Final = 5
"""How far tables are followed into tables."""


def docx_blocks(path: Path) -> list[Block]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from docx.text.paragraph import Paragraph as WordParagraph

    try:
        document = docx.Document(str(path))
        found: list[Block] = []

        def take(items: Iterable[object], depth: int) -> None:
            for item in items:
                if len(found) >= MOST_BLOCKS:
                    return
                if isinstance(item, Table):
                    cells = _cells_that_hold_tables(item) if depth < _DEEPEST else []
                    if not cells:
                        found.append(_word_grid(item))
                    for cell in cells:
                        take(cell.iter_inner_content(), depth + 1)
                elif isinstance(item, WordParagraph) and item.text.strip():
                    found.append(Paragraph(" ".join(item.text.split())[:LONGEST]))

        take(document.iter_inner_content(), 0)
        return found
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        SyntaxError,
        AttributeError,
        IndexError,
        TypeError,
    ) as error:
        # What python-docx lets through of a damaged package: a missing part, broken XML (lxml's is a SyntaxError).
        raise NotRead("broken", str(error)[:80]) from error


def _cells_that_hold_tables(table: Any) -> list[Any]:
    """Every cell, once, of a table that only lays out a page: one that holds tables itself; else none."""
    if table._tbl.find(".//" + table._tbl.tag) is None:
        return []
    return list(
        {
            id(cell._tc): cell for row in list(table.rows)[:MOST_ROWS] for cell in row.cells[:MOST_COLUMNS]
        }.values()
    )


def _word_grid(table: object) -> Grid:
    rows = []
    for row in list(table.rows)[:MOST_ROWS]:  # type: ignore[attr-defined]
        before = [""] * min(row.grid_cols_before, MOST_COLUMNS)
        rows.append([*before, *(" ".join(cell.text.split())[:LONGEST] for cell in row.cells[:MOST_COLUMNS])])
    width = max((len(row) for row in rows), default=0)
    return Grid(tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def xlsx_blocks(path: Path) -> list[Block]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        found: list[Block] = []
        for name in book.sheet_names[:40]:
            sheet = book.get_sheet_by_name(name)
            if not sheet.height or not sheet.width:
                continue
            found.append(_sheet_grid(sheet))
        return found
    except (CalamineError, ValueError, KeyError, OSError) as error:
        raise NotRead("broken", str(error)[:80]) from error


def _sheet_grid(sheet: object) -> Grid:
    rows = [
        [_shown(value)[:LONGEST] for value in row[:MOST_COLUMNS]]
        for row in sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)  # type: ignore[attr-defined]
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():  # type: ignore[attr-defined]
        if top >= len(rows) or left >= len(rows[top]):
            continue
        text = rows[top][left]
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            for column in range(left, min(right, len(rows[row]) - 1) + 1):
                rows[row][column] = text
    return Grid(tuple(tuple(row) for row in rows))


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split())
