"""What every kind of file comes down to: paragraphs, and tables with merged cells written out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_ROWS: Final = 3_000
MOST_COLUMNS: Final = 80
MOST_SPAN: Final = 200
"""Rows one cell may cover."""
MOST_CELLS: Final = 60_000
"""Places of one table."""
MOST_BLOCKS: Final = 20_000
LONGEST: Final = 20_000
"""Characters of one paragraph or cell that are kept. A report has about a hundred rows and ten columns."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a full rectangle: a merged cell's text stands in every place it covers."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Grid


class NotRead(ValueError):
    """A file that cannot be read as a report. ``code``: broken, heavy, encrypted, no-text, kind, big, empty, malformed,
    no-tables, no-year."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


class Canvas:
    """Fills a rectangle from cells that span rows and columns, as HTML gives them."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], str] = {}
        self._row = -1
        self._column = 0
        self._wide = 0

    def new_row(self) -> None:
        self._row += 1
        self._column = 0

    def cell(self, text: str, *, rows: int = 1, columns: int = 1) -> None:
        if self._row < 0 or self._row >= MOST_ROWS:
            return
        while (self._row, self._column) in self._held:
            self._column += 1
        rows = max(1, min(rows, MOST_SPAN, MOST_ROWS - self._row))
        columns = max(1, min(columns, MOST_COLUMNS - self._column))
        if self._column >= MOST_COLUMNS or len(self._held) + rows * columns > MOST_CELLS:
            return
        for row in range(self._row, self._row + rows):
            for column in range(self._column, self._column + columns):
                self._held.setdefault((row, column), text[:LONGEST])
        self._column += columns
        self._wide = max(self._wide, self._column)

    def grid(self) -> Grid:
        """Rows that only hang down from the last real one are left out."""
        return Grid(
            tuple(
                tuple(self._held.get((row, column), "") for column in range(self._wide))
                for row in range(self._row + 1)
            )
        )


def to_plain(blocks: list[Block]) -> list[list[object]]:
    return [["p", each.text] if isinstance(each, Paragraph) else ["t", each.rows] for each in blocks]


def from_plain(plain: list[list[object]]) -> list[Block]:
    found: list[Block] = []
    for kind, content in plain:
        if kind == "p":
            found.append(Paragraph(str(content)))
        else:
            assert isinstance(content, list)
            found.append(Grid(tuple(tuple(str(cell) for cell in row) for row in content)))
    return found
