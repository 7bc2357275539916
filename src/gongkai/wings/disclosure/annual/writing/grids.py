"""The tables of a report as the form lays them out: cells with the rows and columns they span. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Literal

from gongkai.wings.disclosure.annual.forms import TOTAL, Block, Form, Row, path2, path3, path4
from gongkai.wings.disclosure.annual.shape import Number, Report

Scope = Literal["", "col", "colgroup", "row", "rowgroup"]


@dataclass(frozen=True, slots=True)
class GridCell:
    """``scope`` is empty for a cell with a number, whose ``path`` names its place in the form."""

    text: str
    scope: Scope = ""
    across: int = 1
    down: int = 1
    path: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. ``head`` rows stand above all ``body`` rows."""

    caption: str
    head: tuple[tuple[GridCell, ...], ...]
    body: tuple[tuple[GridCell, ...], ...]

    @property
    def width(self) -> int:
        return sum(cell.across for cell in self.head[0])


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report: text, or tables."""

    number: str
    title: str
    paragraphs: tuple[tuple[str, str], ...]
    """Each with the words set in bold before it, if any."""
    grids: tuple[Grid, ...]

    @property
    def heading(self) -> str:
        return f"{self.number}、{self.title}"


def text_of(value: Number) -> str:
    """A number as the form prints it; nothing for a blank cell."""
    if value is None:
        return ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def sections(report: Report) -> tuple[Section, ...]:
    """The whole report in the order of the form."""
    form = report.official
    cells = report.cells()
    tables = {
        "二": tuple(_block_grid(block, cells) for block in form.blocks),
        "三": (_requests_grid(form, cells),),
        "四": (_remedies_grid(form, cells),),
    }
    return tuple(
        Section(
            section.number,
            section.title,
            tuple(_paragraphs(report.sections.get(section.number, ""))),
            tables.get(section.number, ()),
        )
        for section in form.sections
    )


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        lead, closing, rest = line.strip().partition("】")
        yield (lead[1:], rest) if closing and lead.startswith("【") else ("", line.strip())


def _number(cells: dict[str, Number], path: str) -> GridCell:
    return GridCell(text_of(cells.get(path)), path=path)


def _block_grid(block: Block, cells: dict[str, Number]) -> Grid:
    head = (GridCell("信息内容", "col"), *(GridCell(column.label, "col") for column in block.columns))
    return Grid(
        block.label,
        (head,),
        tuple(
            (
                GridCell(row, "row"),
                *(_number(cells, path2(block.key, row, column.key)) for column in block.columns),
            )
            for row in block.rows
        ),
    )


def _requests_grid(form: Form, cells: dict[str, Number]) -> Grid:
    organisations = [each for each in form.columns if each.key not in ("natural_person", TOTAL)]
    by_key = {each.key: each for each in form.columns}
    head = (
        (
            GridCell(form.note, "colgroup", across=3, down=3),
            GridCell("申请人情况", "colgroup", across=len(form.columns)),
        ),
        (
            GridCell(by_key["natural_person"].label, "col", down=2),
            GridCell(form.organisations, "colgroup", across=len(organisations)),
            GridCell(by_key[TOTAL].label, "col", down=2),
        ),
        tuple(GridCell(each.label, "col") for each in organisations),
    )
    return Grid("收到和处理政府信息公开申请情况", head, tuple(_request_rows(form, cells)))


def _request_rows(form: Form, cells: dict[str, Number]) -> Iterator[tuple[GridCell, ...]]:
    """Rows with the headings they stand under: 三 spans all results, （三）不予公开 its eight."""
    results = [row for row in form.rows if row.code.startswith("3.")]
    for kind, rows in groupby(form.rows, key=lambda row: ".".join(row.code.split(".")[:2])):
        group = list(rows)
        for at, row in enumerate(group):
            numbers = tuple(_number(cells, path3(row.code, column.key)) for column in form.columns)
            if row not in results:
                yield GridCell(row.label, "row", across=3), *numbers
                continue
            lead: tuple[GridCell, ...] = ()
            if row is results[0]:
                lead = (GridCell(row.label.partition("/")[0], "rowgroup", down=len(results)),)
            yield *lead, *_result_head(kind, row, at, len(group)), *numbers


def _result_head(kind: str, row: Row, at: int, size: int) -> tuple[GridCell, ...]:
    if row.code == kind:
        return (GridCell(row.name, "row", across=2),)
    heading = GridCell(row.label.partition("/")[0], "rowgroup", down=size)
    return (*((heading,) if at == 0 else ()), GridCell(row.name, "row"))


def _remedies_grid(form: Form, cells: dict[str, Number]) -> Grid:
    """行政复议 beside 行政诉讼, which has two parts; the numbers stand in one row."""
    width = len(form.results)
    suits = [block for block in form.remedies if "/" in block.label]
    head = (
        (
            *(
                GridCell(block.label, "colgroup", across=width, down=2)
                for block in form.remedies
                if block not in suits
            ),
            GridCell(suits[0].label.partition("/")[0], "colgroup", across=width * len(suits)),
        ),
        tuple(GridCell(block.label.partition("/")[2], "colgroup", across=width) for block in suits),
        tuple(GridCell(result.label, "col") for _block in form.remedies for result in form.results),
    )
    body = tuple(
        _number(cells, path4(block.key, result.key)) for block in form.remedies for result in form.results
    )
    return Grid("政府信息公开行政复议、行政诉讼情况", head, (body,))


def placed(rows: Sequence[Sequence[GridCell]]) -> Iterator[tuple[int, int, GridCell]]:
    """Each cell with the row and column (from 0) of its upper left corner, as a spreadsheet counts them."""
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            yield at, column, cell
            taken |= {
                (at + down, column + across) for down in range(cell.down) for across in range(cell.across)
            }
            column += cell.across
