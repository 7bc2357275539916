"""The shape a table must have, declared by whoever imports it: fields, their headings and how to read a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import RowFault, shown
from gongkai.engines.exchange.headings import Row, heading_key

Parse = Callable[[str], Any]


class CellRefused(ValueError):
    """Raised by a field's ``parse``: the rule the value breaks, and how to mend it."""

    def __init__(self, rule: str, mend: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.mend = mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column. ``headings`` are the names it goes by in real files; the first is the one shown to people."""

    name: str
    headings: tuple[str, ...]
    parse: Parse = str
    required: bool = False
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    fields: tuple[Field, ...]

    def check(self, rows: Iterable[Row], *, given: Mapping[str, str] | None = None) -> Iterator[CheckedRow]:
        """Check row by row, so that a file of any length needs no more memory than its longest row.

        ``given`` holds values by heading or field name that stand in wherever a row has none.
        """
        by_heading = {
            heading_key(heading): item for item in self.fields for heading in (item.name, *item.headings)
        }
        defaults = {by_heading[heading_key(name)].name: value for name, value in (given or {}).items()}
        for row in rows:
            texts: dict[str, str] = {}
            unknown = []
            for heading, cell in row.cells.items():
                target, text = by_heading.get(heading_key(heading)), cell.strip()
                if target is None or (text and texts.get(target.name, text) != text):
                    unknown.append(heading)  # nothing is known by this name, or an earlier column has spoken
                elif text:
                    texts[target.name] = text
            yield self._check_row(row, defaults | texts, tuple(unknown))

    @property
    def headings(self) -> tuple[str, ...]:
        """Every name a column may have, those that people are shown first."""
        first = [item.headings[0] for item in self.fields]
        others = [name for item in self.fields for name in (*item.headings[1:], item.name)]
        return tuple(dict.fromkeys([*first, *others]))

    def heading_known(self, heading: str) -> bool:
        key = heading_key(heading)
        return any(key == heading_key(known) for item in self.fields for known in (item.name, *item.headings))

    def _check_row(self, row: Row, texts: Mapping[str, str], unknown: tuple[str, ...]) -> CheckedRow:
        number = row.number
        values: dict[str, Any] = {}
        faults: list[RowFault] = [*row.faults]
        told = {heading_key(fault.field) for fault in row.faults}
        for item in self.fields:
            text = texts.get(item.name, "")
            heading = item.headings[0]
            if not text:
                names = {heading_key(name) for name in (item.name, *item.headings)}
                if item.required and not told & names:
                    rule, mend = _("required, but empty"), item.mend or _("fill it in")
                    faults.append(RowFault(row=number, field=heading, value="", rule=rule, mend=mend))
                continue
            try:
                _refuse_unprintable(text)
                values[item.name] = item.parse(text)
            except CellRefused as refusal:
                rule, mend = refusal.rule, refusal.mend
                faults.append(RowFault(row=number, field=heading, value=shown(text), rule=rule, mend=mend))
        return CheckedRow(number=number, values=values, faults=tuple(faults), unknown=unknown)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    number: int
    values: dict[str, Any]
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What neither PostgreSQL nor XML can hold."""


def _refuse_unprintable(text: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found is not None:
        raise CellRefused(
            _("holds a character that no text has (U+%04X)") % ord(found.group()), _("delete it")
        )


# -- Readers of cells that every table needs -----------------------------------------------------------


_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}.*)?")
_SERIAL_DAY = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_DAYS = range(36_526, 73_051)
"""Days since 1899-12-30, from 2000 to 2099: other numbers of five digits are no day anybody means."""
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[1-6]\d{4}(?:\.\d+)?")
_SPREADSHEET_EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets, which count days; a cell not formatted as a date shows the count."""


def read_date(text: str) -> date:
    """2020-01-31, 2020/1/31, 2020.1.31, 20200131, 2020年1月31日, or the number a spreadsheet keeps a day as (43861)."""
    text = unicodedata.normalize("NFKC", text)
    serial = _SERIAL_DAY.fullmatch(text)
    if serial is not None and int(serial[1]) in _SERIAL_DAYS:
        return date(1899, 12, 30) + timedelta(days=int(serial[1]))
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if match is None and _SERIAL.fullmatch(text):
        meant = _SPREADSHEET_EPOCH + timedelta(days=int(text[:5]))
        raise CellRefused(
            _("not a date, but a spreadsheet's number for %s") % meant.isoformat(),
            _("format the column as dates, or write 2020-01-31"),
        )
    if match is None:
        raise CellRefused(_("not a date"), _("write 2020-01-31 or 2020年1月31日"))
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise CellRefused(_("no such day in the calendar"), _("check month and day")) from None


def one_of(choices: Mapping[str, Any]) -> Parse:
    """A cell that must be one of the known words; the refusal lists them."""
    known = {heading_key(word): value for word, value in choices.items()}
    shown: Sequence[str] = list(dict.fromkeys(choices))

    def parse(text: str) -> Any:
        if heading_key(text) not in known:
            raise CellRefused(_("not one of the known values"), _("choose from: %s") % "、".join(shown))
        return known[heading_key(text)]

    return parse


def at_most(length: int) -> Parse:
    def parse(text: str) -> str:
        if len(text) > length:
            raise CellRefused(
                _("longer than %(limit)d characters (%(found)d)") % {"limit": length, "found": len(text)},
                _("shorten it"),
            )
        return text

    return parse


def read_count(text: str) -> int:
    """A whole number that is not negative; spreadsheets hand integers over as 12.0."""
    match = re.fullmatch(r"(\d+)(?:\.0+)?", text.replace(",", ""))
    if match is None:
        raise CellRefused(_("not a whole number of 0 or more"), _("write digits, for example 36"))
    return int(match[1])
