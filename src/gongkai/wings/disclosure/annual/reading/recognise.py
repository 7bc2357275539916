"""A report out of blocks: tables known by the labels of their rows and columns, sections by their headings. Pure.

Labels are compared without blanks, punctuation and numbering, and with room for a slip of the pen; merged cells stand
written out. What is not there stays missing: the checker says so.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from gongkai.wings.disclosure.annual.forms import form, forms
from gongkai.wings.disclosure.annual.reading.blocks import Block, Grid, NotRead, Paragraph
from gongkai.wings.disclosure.annual.shape import BLANKS, NotANumber, number

_NUMBERING: Final = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十]{1,3}[)）、.．:：]|[（(]\d{1,2}[)）]|\d{1,2}\s*[.．、](?!\d))+"
)
_SIGNS: Final = re.compile(r"[\W_]+")
_HEADING: Final = re.compile(r"^([一二三四五六])[、.．]\s*(.{2,40})$")
_TITLES: Final = (
    re.compile(
        r"^(?P<issuer>[^\d《》,，。]{2,40}?)(?:关于)?(?P<year>20\d\d)年?(?:年度)?(?:度)?(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?报告"
    ),
    re.compile(
        r"^(?P<year>20\d\d)年?(?:度)?(?P<issuer>[^\d《》,，。]{2,40}?)(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?报告"
    ),
    re.compile(
        r"^(?P<issuer>[^\d《》,，。]{2,40}?)(?:政府)?信息公开(?:工作)?(?P<year>20\d\d)年?(?:度)?(?:年度)?(?:工作)?报告"
    ),
)
_ISSUER_ONLY: Final = re.compile(
    r"^(?P<issuer>[^\d《》,，。]{2,40}?)(?:政府)?信息公开(?:工作)?年度(?:工作)?报告"
)
_PERIOD: Final = re.compile(r"(20\d\d)年1月1日")
MOST_ROWS_IN_ALL: Final = 6_000
"""Rows of all tables of a file; a report has about fifty."""
_CLOSE: Final = 0.82
"""Two labels this alike are the same one with a slip of the pen."""


def key(text: str) -> str:
    """A label without blanks, numbering and punctuation."""
    return _SIGNS.sub("", _NUMBERING.sub("", "".join(unicodedata.normalize("NFKC", text).split())))


def recognise(blocks: Sequence[Block], *, year: int | None = None, issuer: str = "") -> dict[str, Any]:
    """An entry of the shape that ``Report.from_json`` takes. Raises ``NotRead`` (no-tables, no-year, big)."""
    if sum(len(block.rows) for block in blocks if isinstance(block, Grid)) > MOST_ROWS_IN_ALL:
        raise NotRead("big")
    tables = _Tables()
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            texts.append(block.text)
        else:
            texts += tables.take(block)
    if not tables.rows:
        raise NotRead("no-tables")
    found_issuer, found_year = _title(texts)
    year = year or found_year
    if year is None:
        raise NotRead("no-year")
    sections, narrative = _sections(texts)
    return {
        "issuer": issuer or found_issuer or "?",
        "year": year,
        "tables": tables.entry(),
        "narrative": narrative,
        "sections": sections,
    }


class _Tables:
    """Takes the tables of a report one after the other; a table may go on after the end of a page."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}
        self.labels: dict[str, str] = {}
        self.two: dict[str, dict[str, dict[str, str]]] = {}
        self.four: dict[str, dict[str, str]] = {}
        self._columns: dict[int, str] = {}
        self._width = 0
        self._headings: dict[int, str] = {}
        self._remedies: tuple[int, dict[int, tuple[str, str]]] | None = None

    def entry(self) -> dict[str, Any]:
        code = self._form()
        order = [row.code for row in form(code).rows]
        known = {row.code: row.label for row in form(code).rows}
        rows = sorted(self.rows, key=lambda each: order.index(each) if each in order else len(order))
        return {
            "table2": {"format": self._form_of_two(code), **self.two},
            "table3": [
                {"row": each, "label": known.get(each, self.labels.get(each, "")), "values": self.rows[each]}
                for each in rows
            ],
            "table4": self.four,
        }

    def _form(self) -> str:
        return "2019" if "3.6" in self.rows and not self.rows.keys() & {"3.6.1", "3.6.2", "3.6.3"} else "2021"

    def _form_of_two(self, code: str) -> str:
        columns = {column for rows in self.two.values() for cells in rows.values() for column in cells}
        if columns & {"issued_this_year", "in_force", "repealed_this_year"}:
            return "2021"
        return "2019" if columns & {"made_this_year", "public_in_total", "items_last_year"} else code

    def take(self, grid: Grid) -> list[str]:
        """Read one table; what in it is text of its own: a title in a sheet, a table that only lays out a page."""
        if not grid.rows or not grid.rows[0]:
            return []
        columns = self._request_columns(grid)
        if columns:
            self._columns, self._width = columns, len(grid.rows[0])
        # Table 四 is told by its heads; the others row by row, for a sheet may hold them all.
        remedies = _remedy_columns(grid)
        if remedies:
            self._remedies = (len(grid.rows[0]), remedies[1])
        elif self._remedies and self._remedies[0] == len(grid.rows[0]):
            # The numbers stand on the page after their heads.
            remedies = (-1, self._remedies[1])
        by_rows = {} if remedies else _remedy_rows(grid)
        left = []
        for at, row in enumerate(grid.rows):
            if self._two_row(row) or self._three_row(row):
                continue
            if remedies and at > remedies[0] and self._four_row(row, remedies[1]):
                continue
            if at in by_rows:
                self._four_row(row, by_rows[at])
                continue
            left.append(row)
        if len(left) == len(grid.rows):
            return [cell for row in left for cell in dict.fromkeys(row) if cell]
        return [texts.pop() for row in left if len(texts := {cell for cell in row if cell.strip()}) == 1]

    # -- 二 -----------------------------------------------------------------------------------------

    def _two_row(self, row: tuple[str, ...]) -> bool:
        """Heads and rows of section 二; each of its rows has a name of its own, so no heading over it is needed."""
        labels = [key(cell) for cell in row]
        columns = {at: column for at, label in enumerate(labels) if (column := _two_column(label))}
        if columns and not any(label in _two_rows() for label in labels):
            self._headings = {}
            for at, column in columns.items():
                if column not in self._headings.values():
                    self._headings[at] = column
            return True
        name = next((label for label in labels[:3] if label in _two_rows()), "")
        if not self._headings or not name:
            return False
        block, wanted = _two_rows()[name]
        values = {
            column: row[at] for at, column in self._headings.items() if at < len(row) and column in wanted
        }
        if not values:
            return False
        self.two.setdefault(block, {}).setdefault(name, values)
        return True

    # -- 三 -----------------------------------------------------------------------------------------

    def _request_columns(self, grid: Grid) -> dict[int, str]:
        """Column numbers of the seven columns, by the lowest heads that name them."""
        names = {key(column.label): column.key for column in form("2021").columns}
        found: dict[int, str] = {}
        for row in grid.rows[:80]:
            labels = [key(cell) for cell in row]
            if _row_code(labels[0]) == "1" and found:
                break
            if not any(label in ("自然人", "商业企业", "科研机构") for label in labels):
                continue
            for at, label in enumerate(labels):
                if label in names and (label not in ("其他", "总计") or at > 0):
                    found[at] = names[label]
        natural = [at for at, column in found.items() if column == "natural_person"]
        if not natural or len(set(found.values())) < 7:
            return {}
        first = natural[-1]
        # A head that spans several places counts once: the last of its kind for the columns, from 自然人 on.
        picked: dict[str, int] = {}
        for at in sorted(found):
            if at >= first:
                picked.setdefault(found[at], at)
        return {at: column for column, at in picked.items()} if len(picked) == 7 else {}

    def _three_row(self, row: tuple[str, ...]) -> bool:
        if self._columns and len(row) == self._width:
            places = self._columns
        elif len(row) >= 8:
            keys = [column.key for column in form("2021").columns]
            places = {len(row) - 7 + at: column for at, column in enumerate(keys)}
        else:
            return False
        first = min(places)
        heads = [cell for cell in dict.fromkeys(row[:first]) if cell.strip()]
        if not heads or not _numeric(row[at] for at in places):
            return False
        code = _row_code(key(heads[-1]), [key(each) for each in heads[:-1]])
        if not code:
            return False
        # What comes first stands; a form printed a second time as an example or annex does not overwrite it.
        if code not in self.rows:
            self.rows[code] = {column: row[at] for at, column in sorted(places.items())}
            self.labels[code] = heads[-1]
        return True

    # -- 四 -----------------------------------------------------------------------------------------

    def _four_row(self, row: tuple[str, ...], columns: dict[int, tuple[str, str]]) -> bool:
        cells = [row[at] for at in columns if at < len(row)]
        if (
            self.four.keys() & {block for block, _result in columns.values()}
            or len(cells) < len(columns)
            or not _numeric(cells)
            or not any(re.search(r"\d", cell) for cell in cells)
        ):
            return False
        for at, (block, result) in columns.items():
            self.four.setdefault(block, {})[result] = row[at]
        return True


_RESULTS: Final = {
    "结果维持": "maintained",
    "结果纠正": "corrected",
    "其他结果": "other",
    "尚未审结": "pending",
    "总计": "total",
}


def _remedy_columns(grid: Grid) -> tuple[int, dict[int, tuple[str, str]]] | None:
    """The row below which numbers stand, and block and result of each column."""
    start = next(
        (
            at
            for at, row in enumerate(grid.rows)
            if any(key(cell) in ("行政复议", "行政诉讼") for cell in row)
        ),
        None,
    )
    if start is None:
        return None
    heads: dict[int, list[str]] = {}
    last = start
    for at, row in enumerate(grid.rows[start : start + 6], start):
        labels = [key(cell) for cell in row]
        if any(label in _RESULTS for label in labels):
            last = at
        for column, label in enumerate(labels):
            heads.setdefault(column, []).append(label)
    found: dict[int, tuple[str, str]] = {}
    for column, labels in heads.items():
        result = next((_RESULTS[label] for label in reversed(labels) if label in _RESULTS), "")
        block = _remedy_block("".join(labels))
        if result and block and (block, result) not in found.values():
            found[column] = (block, result)
    whole = [block for block in dict(found.values()) if sum(each[0] == block for each in found.values()) == 5]
    return (last, found) if found and 5 * len(whole) == len(found) else None


def _remedy_rows(grid: Grid) -> dict[int, dict[int, tuple[str, str]]]:
    """The same where each kind of remedy has a row of its own under the five results."""
    columns: dict[int, str] = {}
    found: dict[int, dict[int, tuple[str, str]]] = {}
    for at, row in enumerate(grid.rows):
        labels = [key(cell) for cell in row]
        heads = {column: _RESULTS[label] for column, label in enumerate(labels) if label in _RESULTS}
        if len(heads) == 5 and len(set(heads.values())) == 5:
            columns = heads
        elif columns and (block := _remedy_block("".join(labels[: min(columns)]))):
            found[at] = {column: (block, result) for column, result in columns.items()}
    return found


def _remedy_block(label: str) -> str:
    if "复议后起诉" in label:
        return "litigation_after_review"
    if "未经复议" in label or "直接起诉" in label:
        return "litigation_direct"
    return "review" if "行政复议" in label else ""


def _numeric(cells: Any) -> bool:
    """Whether these may be the numbers of a row: most of them are numbers or blank."""
    held = list(cells)
    good = 0
    for cell in held:
        text = cell.strip()
        if not text or text in BLANKS:
            good += 1
            continue
        try:
            number(text, change=True)
            good += 1
        except NotANumber:
            continue
    return good * 2 > len(held)


def _row_code(label: str, above: Sequence[str] = ()) -> str:
    """The row of the table of requests a label stands for; "" when none."""
    if not label:
        return ""
    if label == "其他":
        return "3.6.3"
    if label == "总计":
        return "3.7"
    if label.startswith("其他处理"):
        return "3.6"
    names = _names()
    if label in names:
        return names[label]
    if len(label) >= 4:
        for name, code in names.items():
            if len(name) >= 4 and (label.startswith(name) or (len(label) >= 6 and name.startswith(label))):
                return code
        return next((code for name, code in names.items() if _close(name, label[:60])), "")
    return ""


@functools.cache
def _two_rows() -> dict[str, tuple[str, frozenset[str]]]:
    """Block and columns of each row of section 二, by its name, in either form."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for each in forms():
        for block in each.blocks:
            for name in block.rows:
                columns = found.get(name, ("", frozenset()))[1]
                found[name] = (block.key, columns | {column.key for column in block.columns})
    return found


@functools.lru_cache(maxsize=2048)
def _two_column(label: str) -> str:
    """The column of section 二 a head stands for; “现行有效件数（历史累计）” is one too."""
    if not 4 <= len(label) <= 40:
        return ""
    for each in forms():
        for block in each.blocks:
            for column in block.columns:
                name = key(column.label)
                if label.startswith(name) or _close(label, name):
                    return column.key
    return ""


@functools.cache
def _names() -> dict[str, str]:
    return {
        key(row.name): row.code
        for code in ("2019", "2021")
        for row in form(code).rows
        if row.code not in ("3.6", "3.6.3", "3.7")
    }


def _close(one: str, other: str) -> bool:
    if 2 * min(len(one), len(other)) < _CLOSE * (len(one) + len(other)):
        return False
    alike = difflib.SequenceMatcher(None, one, other)
    return alike.quick_ratio() >= _CLOSE and alike.ratio() >= _CLOSE


def _title(texts: Sequence[str]) -> tuple[str, int | None]:
    """Issuer and year from the title; the year else from the period the report says it covers."""
    issuer, year = "", None
    for text in texts[:60]:
        flat = "".join(text.split())
        for pattern in _TITLES:
            match = pattern.search(flat)
            if match:
                return _issuer(match["issuer"]), int(match["year"])
        match = _ISSUER_ONLY.search(flat)
        if match and not issuer:
            issuer = _issuer(match["issuer"])
    for text in texts:
        match = _PERIOD.search("".join(text.split()))
        if match:
            return issuer, int(match[1])
    years = re.findall(r"(20\d\d)年", "".join(texts)[:4000])
    if years:
        year = int(max(dict.fromkeys(years), key=years.count))
    return issuer, year


def _issuer(text: str) -> str:
    return text.removesuffix("关于").removesuffix("年").strip("“”\"' 的")


def _sections(texts: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Text by section, and all paragraphs. Section headings are those that number one to six in order."""
    sections: dict[str, list[str]] = {}
    narrative: list[str] = []
    current = ""
    order = "一二三四五六"
    for text in texts:
        match = _HEADING.match(text.strip())
        expected = order[: len(sections) + 1]
        if match and match[1] in expected and match[1] not in sections and len(text) < 40:
            current = match[1]
            sections[current] = []
            continue
        narrative.append(text)
        if current:
            sections[current].append(text)
    whole = {number: "\n".join(lines) for number, lines in sections.items()}
    # A report read without its headings has no known sections: nothing is to be said of them.
    return (whole if set(order) <= set(whole) else {}), narrative
