"""Directories as organs really have them, read into rows of plain text by role.

Titles above, several rows of headings, merged cells, numbers that begin anew, sixteen narrow columns of ticks, notes
below, headings printed again on each page, blank lines: all of it is found by what the cells say. JSON comes as records.
Nothing is judged here; ``judging`` makes facts of the rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.exchange.grids import Grid, read_grids
from gongkai.engines.exchange.headings import column_letter
from gongkai.engines.exchange.reading import decode
from gongkai.engines.exchange.spreadsheet import is_workbook
from gongkai.wings.disclosure.catalogue.vocabulary import Heading, field_named_in, heading_of

TITLE_ROWS: Final = 40
"""How far down a heading may begin."""
_NOTES: Final = re.compile(r"^[（(]?(?:备?注|说明|填表说明|填报说明|填表人|审核人|制表)[）)]?\d*[:：.、]?")
_SAME: Final = ("同上", "〃", "″", "同左", "同前")
_CARRIED_ALWAYS: Final = ("field", "level1")
_CARRIED_WITHOUT_MERGES: Final = (
    "field",
    "level1",
    "level2",
    "basis",
    "limit",
    "subject",
    "channels",
    "audience",
    "mode",
    "level",
)
"""Of a CSV nobody can say whether an empty cell was merged with the one above; a directory means that it was."""


@dataclass(slots=True)
class RowRead:
    """One row: the text of each role, the ticks of each, and where it stands. ``letters`` are the columns by role."""

    sheet: str
    number: int
    texts: dict[str, str]
    ticks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By role: (value of the column, text of its cell)."""
    letters: dict[str, str] = field(default_factory=dict)
    carried: tuple[str, ...] = ()


@dataclass(slots=True)
class Directory:
    """What was found in a file."""

    rows: list[RowRead] = field(default_factory=list)
    ignored: list[tuple[str, int, str]] = field(default_factory=list)
    """Titles, notes and repeated headings: sheet, row, beginning of the text."""
    unknown: list[str] = field(default_factory=list)
    """Headings no use is made of."""


def read_directory(path: Path) -> Directory:
    """Read a file of any kind. Raises ``FileUnreadable`` when no heading of a directory is found anywhere in it."""
    with path.open("rb") as file:
        start = file.read(8)
    if not is_workbook(start):
        text = decode(path.read_bytes()) if path.stat().st_size else ""
        if text.lstrip()[:1] in ("[", "{"):
            return _of_records(text)
    found = Directory()
    for grid in read_grids(path):
        _read_grid(grid, found)
    if not found.rows:
        raise FileUnreadable(
            "no-directory",
            _("No row of a directory was found."),
            _("A directory has headings such as 一级事项、公开内容、公开依据、公开时限、公开主体."),
        )
    return found


# -- Records ---------------------------------------------------------------------------------------------------


def _of_records(text: str) -> Directory:
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise FileUnreadable(
            "bad-json", _("The file is not proper JSON."), _("Check it with a validator.")
        ) from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    if not isinstance(content, list) or not content or not all(isinstance(each, dict) for each in content):
        raise FileUnreadable(
            "not-records",
            _("The JSON holds no list of records."),
            _('Write [{…}, {…}] or {"rows": [{…}, {…}]}.'),
        )
    found = Directory()
    above: dict[str, str] = {}
    for number, record in enumerate(content, start=1):
        texts: dict[str, str] = {}
        for name, value in record.items():
            heading = heading_of(str(name))
            if heading is None:
                _once(found.unknown, str(name))
            elif heading.role not in ("ignored", "number") and not heading.value:
                texts[heading.role] = _plain(value)
        row = RowRead(sheet="", number=number, texts=texts)
        _same_as_above(row, above)
        above = row.texts
        found.rows.append(row)
    return found


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join("" if each is None else str(each).strip() for each in value)
    return str(value).strip()


# -- Grids -----------------------------------------------------------------------------------------------------


def _read_grid(grid: Grid, found: Directory) -> None:
    place = _find_heading(grid.rows)
    if place is None:
        found.ignored += [(grid.name, number, _shown(cells)) for number, cells in grid.rows[:3]]
        return
    begin, end = place
    titles = " ".join(cell for _number, cells in grid.rows[:begin] for cell in dict.fromkeys(cells) if cell)
    named = field_named_in(titles) or field_named_in(grid.name)
    section = named.label if named else ""
    found.ignored += [(grid.name, number, _shown(cells)) for number, cells in grid.rows[:begin]]
    columns = _columns([cells for _number, cells in grid.rows[begin:end]], found)
    above = RowRead(sheet=grid.name, number=0, texts={})
    for number, cells in grid.rows[end:]:
        distinct = [cell for cell in dict.fromkeys(cells) if cell]
        if _is_heading(cells) or len(distinct) <= 1 or (_NOTES.match(distinct[0]) and len(distinct) <= 2):
            inner = field_named_in(distinct[0]) if len(distinct) == 1 else None
            if inner and not _NOTES.match(distinct[0]):
                section = inner.label
            found.ignored.append((grid.name, number, _shown(cells)))
            continue
        row = _row(grid, number, cells, columns)
        if section and not row.texts.get("field"):
            row.texts["field"] = section
        if not _holds_anything(row):
            found.ignored.append((grid.name, number, _shown(cells)))
            continue
        _same_as_above(row, above.texts)
        _carry(row, above, _CARRIED_ALWAYS if grid.merges_known else _CARRIED_WITHOUT_MERGES)
        found.rows.append(row)
        above = row


def _holds_anything(row: RowRead) -> bool:
    """A row of the directory says something besides its number and the field of its section."""
    return any(text for role, text in row.texts.items() if role not in ("field", "number"))


def _shown(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell), "")[:60]


def _known(cells: Iterable[str]) -> list[Heading]:
    return [heading for cell in dict.fromkeys(cells) if cell and (heading := heading_of(cell))]


def _is_heading(cells: Sequence[str]) -> bool:
    """A row that names at least four roles of a directory, and says little else."""
    distinct = [cell for cell in dict.fromkeys(cells) if cell]
    known = _known(distinct)
    roles = {heading.role for heading in known if not heading.value}
    return len(roles) >= 4 and len(known) * 10 >= len(distinct) * 6


def _find_heading(rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[int, int] | None:
    """The first and the last row (exclusive) of the headings."""
    for begin, (_number, cells) in enumerate(rows[:TITLE_ROWS]):
        if not _is_heading(cells):
            continue
        end = begin + 1
        while end < len(rows) and end - begin < 4 and _goes_on(rows[end][1], rows[end - 1][1]):
            end += 1
        return begin, end
    return None


def _goes_on(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a row still belongs to the heading: everything in it is a heading, or the cell above merged into it."""
    texts = [(cell, above[place] if place < len(above) else "") for place, cell in enumerate(cells) if cell]
    new = [cell for cell, over in texts if cell != over]
    if not new:
        return bool(texts)
    return sum(heading_of(cell) is not None for cell in new) * 10 >= len(new) * 7 and all(
        len(cell) <= 40 for cell in new
    )


_LEVELS: Final = ("level1", "level2", "level3")


def _columns(heading: Sequence[Sequence[str]], found: Directory) -> list[Heading | None]:
    """What each column holds: the lowest heading that is known, below those it stands under."""
    width = max(len(cells) for cells in heading)
    columns: list[Heading | None] = []
    taken: list[str] = []
    for place in range(width):
        path = list(dict.fromkeys(cells[place] for cells in heading if place < len(cells) and cells[place]))
        known = [each for each in (heading_of(text) for text in path) if each is not None]
        chosen = known[-1] if known else None
        # A heading of ticks that stands under another role is that role's: "其他" under 公开渠道, "社区" under 公开层级.
        if chosen and chosen.role in _LEVELS and chosen.role in taken:
            chosen = next((Heading(role) for role in _LEVELS if role not in taken), None)
        if chosen and not chosen.value:
            taken.append(chosen.role)
        if chosen is None and path:
            _once(found.unknown, path[-1])
        columns.append(chosen)
    return columns


def _row(grid: Grid, number: int, cells: Sequence[str], columns: Sequence[Heading | None]) -> RowRead:
    row = RowRead(sheet=grid.name, number=number, texts={})
    for place, cell in enumerate(cells[: len(columns)]):
        heading = columns[place]
        if heading is None or heading.role in ("ignored", "number"):
            continue
        row.letters.setdefault(heading.role, column_letter(place))
        if heading.value:
            if cell:
                row.ticks.setdefault(heading.role, []).append((heading.value, cell))
        elif cell:
            known = row.texts.get(heading.role, "")
            row.texts[heading.role] = f"{known}\n{cell}" if known and known != cell else cell
    return row


def _same_as_above(row: RowRead, above: dict[str, str]) -> None:
    for role, text in row.texts.items():
        if text in _SAME and above.get(role):
            row.texts[role] = above[role]


def _carry(row: RowRead, above: RowRead, roles: Sequence[str]) -> None:
    """Let empty cells say what the one above says, as merged cells do; a new matter begins without sub-matters."""
    carried = []
    new_matter = bool(row.texts.get("level1")) and row.texts.get("level1") != above.texts.get("level1")
    for role in roles:
        if role == "level2" and (new_matter or "level2" not in row.letters):
            continue
        if role in row.ticks or row.texts.get(role):
            continue
        if above.texts.get(role):
            row.texts[role] = above.texts[role]
            carried.append(role)
        elif role in above.ticks:
            row.ticks[role] = above.ticks[role]
            carried.append(role)
    row.carried = tuple(carried)


def _once(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
