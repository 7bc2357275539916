"""Headings of a table: where they stand, what goes by the same name, and the rows below them.

Tables that people hand in have a title, a note or empty rows above their headings, columns without a heading, and rows that
are longer than the headings because a comma inside a text was taken for the end of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable, RowFault, refuse_doubled, shown

ROWS_ABOVE: Final = 10
"""So many rows with anything in them may stand above the headings."""
_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: its number there, the text of each cell by heading, and what could not be
    taken as the text of a cell."""

    number: int
    cells: dict[str, str]
    faults: tuple[RowFault, ...] = ()


def heading_key(heading: str) -> str:
    """What is equal for two ways of writing a heading: without spaces, colons and asterisks."""
    return re.sub(r"[\s:：*＊]+", "", heading).lower()


def column_letter(index: int) -> str:
    """A, B, … Z, AA, … of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def names_one(cells: Iterable[str], known: Collection[str]) -> bool:
    """Whether one of the cells is a heading that is ``known`` (by ``heading_key``)."""
    return any(heading_key(cell) in known for cell in cells)


def below_headings(lines: Iterable[tuple[int, Sequence[str]]], headings: Collection[str]) -> Iterator[Row]:
    """The rows below the first line that names one of ``headings``; without any, below the first line.

    Raises ``FileUnreadable`` when none of the first lines does.
    """
    known = {heading_key(heading) for heading in headings}
    names: list[str] | None = None
    above = 0
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if names is not None:
            yield _row(number, cells, names)
        elif not known or names_one(cells, known):
            names = [cell.strip() for cell in cells]
            refuse_doubled(names)
        else:
            above += 1
            if above >= ROWS_ABOVE:
                break
    if names is None:
        raise no_headings(headings)


def no_headings(headings: Collection[str]) -> FileUnreadable:
    return FileUnreadable(
        "no-headings",
        _("None of the first rows holds the headings of the table."),
        _("Put the headings above the data, for example: %s.") % "、".join([*headings][:_NAMED]),
    )


def _row(number: int, cells: Sequence[str], names: Sequence[str]) -> Row:
    named: dict[str, str] = {}
    for place, (name, cell) in enumerate(zip(names, cells, strict=False)):
        if name:
            named[name] = cell
        elif cell.strip():
            named[_("column %s, without a heading") % column_letter(place)] = cell
    beyond = "、".join(cell.strip() for cell in cells[len(names) :] if cell.strip())
    if not beyond:
        return Row(number, named)
    fault = RowFault(
        row=number,
        field=_("beyond the last column"),
        value=shown(beyond),
        rule=_("the row has more cells than the table has headings"),
        mend=_("put a text that holds commas in quotation marks"),
    )
    return Row(number, named, (fault,))
