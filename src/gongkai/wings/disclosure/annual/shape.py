"""A filled-in annual report as plain data: numbers in the cells of an official form, and the sentences around. Pure.

A report may come from anywhere, so nothing is taken for granted here: a cell may be blank (``None``) or hold what is no
number (``unread``), rows may lack or be foreign. Whether that is right is the checker's question, not this one's.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.forms import (
    FORMS,
    Form,
    UnknownForm,
    form,
    form_of,
    path2,
    path3,
    path4,
)

Number = int | Decimal | None
"""``None`` is a blank cell."""

BLANKS: Final = frozenset(
    {"", "/", "//", "-", "--", "—", "——", "–", "－", "\\", "|", "无", "null", "None", "N/A"}
)
_ZERO: Final = frozenset({"零", "〇", "0.", "零件"})
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNIT: Final = re.compile(r"(?:万元|件|宗|条|项|个|次|份)$")
_MOST_DIGITS: Final = 18
"""No count or amount of a city has more; longer runs of digits are a slip or an attack."""
_BLOCK: Final = re.compile(r"art20_\d{1,2}")


@dataclass(frozen=True, slots=True)
class Malformed:
    """One thing that cannot be read: where it stands, and what is wrong with it, in words for people."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place} {self.problem}" if self.place else self.problem


class MalformedReport(ValueError):
    """The data is no report; ``faults`` names everything that stands in the way."""

    def __init__(self, faults: tuple[Malformed, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


class NotANumber(ValueError):
    """What stands in a cell is neither a number nor blank."""


def number(raw: Any, *, change: bool = False) -> Number:
    """What a cell says: a number, or ``None`` for a blank one.

    Takes numbers and text as people type it: full-width digits, separators of thousands, a unit behind, "/" and "—" for
    nothing. ``change`` also takes the signed forms of 本年增/减 (“增2”, “减少3”). Raises ``NotANumber``.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        raise NotANumber(str(raw))
    if isinstance(raw, int):
        if abs(raw) >= 10**_MOST_DIGITS:
            raise NotANumber("too many digits")
        return raw
    if isinstance(raw, float):
        raw = repr(raw)
    if isinstance(raw, Decimal):
        raw = str(raw)
    if not isinstance(raw, str):
        raise NotANumber(type(raw).__name__)
    return _from_text(raw, change)


def _from_text(raw: str, change: bool) -> Number:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw[:200])).replace("−", "-")
    if text in _ZERO:
        return 0
    if text in BLANKS or not text.strip("-—–_/\\|·.* "):
        return None
    plain = _UNIT.sub("", text)
    if change:
        plain = re.sub(r"^(?:增加?|新增|\+)", "+", plain)
        plain = re.sub(r"^(?:减少?|↓)", "-", plain)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if len(plain) > _MOST_DIGITS + 8 or not _NUMBER.fullmatch(plain):
        if re.fullmatch(r"[+-]?\d+(\.\d+)?[eE][+-]?\d{1,2}", plain):
            return _settled(Decimal(plain))
        raise NotANumber(raw[:40])
    return _settled(Decimal(plain))


def _settled(value: Decimal) -> int | Decimal:
    """Whole numbers become ``int``; so 5.0 from a spreadsheet is the count it stands for."""
    if not value.is_finite() or abs(value) >= 10**_MOST_DIGITS:
        raise NotANumber(str(value)[:40])
    return int(value) if value == value.to_integral_value() else value


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the table of requests as the report prints it."""

    code: str
    label: str
    values: Mapping[str, Number]


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Report:
    """One annual report. Mappings are read-only views.

    ``form`` is the form whose rows and columns the report uses ("2019" or "2021"), right or wrong for its year.
    ``instrument`` is what it says of itself, where it says so.
    """

    year: int
    form: str
    issuer: str
    table2: Mapping[str, Mapping[str, Mapping[str, Number]]] = field(default_factory=lambda: _NOTHING)
    table3: tuple[ReportRow, ...] = ()
    table4: Mapping[str, Mapping[str, Number]] = field(default_factory=lambda: _NOTHING)
    narrative: tuple[str, ...] = ()
    sections: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Text by section number (一 … 六), where the report was read as a whole; empty where only sentences are known."""
    unread: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """What stands in cells that hold no number, by path."""
    id: str = ""
    issuer_level: str = ""
    source: str = ""
    instrument: str = ""
    kind: str = ""
    """"partial": only parts of the report are held, and what is missing says nothing."""
    counted_to: dt.date | None = None
    """The last day counted, where the year is not over; ``None`` in every report that is one."""

    @property
    def official(self) -> Form:
        return form(self.form)

    def cells(self) -> dict[str, Number]:
        """Every cell the report has, by path, in its own order. A row that stands twice counts with its first."""
        return dict(self._cells())

    def _cells(self) -> Iterator[tuple[str, Number]]:
        for block, rows in self.table2.items():
            for row, values in rows.items():
                for column, value in values.items():
                    yield path2(block, row, column), value
        seen: set[str] = set()
        for each in self.table3:
            if each.code in seen:
                continue
            seen.add(each.code)
            for column, value in each.values.items():
                yield path3(each.code, column), value
        for block, values in self.table4.items():
            for result, value in values.items():
                yield path4(block, result), value

    @classmethod
    def from_json(cls, data: Any, *, lenient: bool = False) -> Report:
        """A report from an entry of the shape that ``to_json`` gives.

        Raises ``MalformedReport`` with all faults. ``lenient`` lets cells that hold no number pass as ``unread``, for
        a checker that names them itself.
        """
        return _Reader(lenient).report(data)

    def to_json(self) -> dict[str, Any]:
        """The same shape as plain JSON values; amounts as numbers."""
        columns = self.official.columns
        entry: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind or "full",
            "issuer": self.issuer,
            "issuer_level": self.issuer_level,
            "year": self.year,
            "format": self.instrument or self.official.instrument,
            "columns": {"keys": [each.key for each in columns], "zh": [each.label for each in columns]},
            "tables": {
                "table2": {
                    "format": self.form,
                    **{
                        block: {row: _plain(values) for row, values in rows.items()}
                        for block, rows in self.table2.items()
                    },
                },
                "table3": [
                    {"row": row.code, "label": row.label, "values": _plain(row.values)} for row in self.table3
                ],
                "table4": {block: _plain(values) for block, values in self.table4.items()},
            },
            "source": self.source,
            "narrative": list(self.narrative),
        }
        if self.counted_to:
            entry["counted_to"] = self.counted_to.isoformat()
        if self.sections:
            entry["sections"] = dict(self.sections)
        return entry


def _plain(values: Mapping[str, Number]) -> dict[str, int | float | None]:
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in values.items()}


def _lines(sections: Mapping[str, str]) -> tuple[str, ...]:
    """The paragraphs of a report that is given by its sections only."""
    return tuple(line for text in sections.values() for line in text.splitlines() if line.strip())


def _known_columns(two: dict[str, Any], code: str) -> dict[str, Any]:
    """Columns of section 二 under the keys of this module.

    Others who transcribe the form of 2019 name its columns otherwise, as no list of names is official: a row with as many
    columns as the form has, in its order, is taken by their places.
    """
    found = dict(two)
    for block in form(code).blocks:
        rows = found.get(block.key)
        if not isinstance(rows, dict):
            continue
        keys = [column.key for column in block.columns]
        renamed = {}
        for row, values in rows.items():
            strange = [key for key in values if key not in keys] if isinstance(values, dict) else []
            if strange and len(values) == len(keys):
                free = iter([key for key in keys if key not in values])
                values = {(key if key in keys else next(free)): value for key, value in values.items()}
            renamed[row] = values
        found[block.key] = renamed
    return found


def _form_of_columns(two: Mapping[str, Any]) -> str:
    """The form that alone has the columns section 二 holds; "" where they tell nothing."""
    held = {
        column
        for rows in two.values()
        if isinstance(rows, dict)
        for values in rows.values()
        if isinstance(values, dict)
        for column in values
    }
    names = {each: {column.key for block in form(each).blocks for column in block.columns} for each in FORMS}
    fitting = [each for each in FORMS if held and held <= names[each]]
    return fitting[0] if len(fitting) == 1 else ""


def named_form(text: str) -> str:
    """The code of the form a text names by its instrument or its year; "?" for an instrument that is no form's, else ""."""
    flat = re.sub(r"[\[(【{]", "〔", re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:400])))
    flat = re.sub(r"[\])】}]", "〕", flat)
    numbers = re.findall(r"〔(?:19|20)\d\d〕第?\d+号", flat)
    for each in FORMS:
        number_of_form = form(each).instrument[form(each).instrument.index("〔") :]
        if number_of_form in numbers or flat.removesuffix("版").removesuffix("年") == each:
            return each
    return "?" if numbers and "公开" in flat else ""


class _Reader:
    """Reads one report and collects everything that is wrong with it."""

    def __init__(self, lenient: bool) -> None:
        self.lenient = lenient
        self.faults: list[Malformed] = []
        self.unread: dict[str, str] = {}
        self.misnamed = ""

    def report(self, data: Any) -> Report:
        if not isinstance(data, dict):
            raise MalformedReport(
                (Malformed("", _("a report must be an object with issuer, year and tables")),)
            )
        year = self._year(data.get("year"))
        tables = self._mapping(data.get("tables"), "tables")
        if isinstance(data.get("tables"), dict) and not self.lenient:
            for name in ("table2", "table3", "table4"):
                if name not in tables:
                    self.fault(f"tables.{name}", _("is missing"))
        if self.lenient:
            tables = {name: table for name, table in tables.items() if table is not None}
        two = self._mapping(tables.get("table2", {}), "tables.table2")
        rows = tables.get("table3", [])
        if self.lenient and isinstance(rows, dict):
            rows = [{"row": code, "values": values} for code, values in rows.items()]
        if not isinstance(rows, list):
            self.fault("tables.table3", _("must be a list of rows"))
            rows = []
        code = self._form(data, two, rows, year)
        sections = self._sections(data.get("sections"))
        read = Report(
            year=year or 0,
            form=code,
            issuer=self._text(data, "issuer", required=not self.lenient),
            table2=self._table2(_known_columns(two, code)),
            table3=self._table3(rows),
            table4=self._table4(self._mapping(tables.get("table4", {}), "tables.table4")),
            narrative=self._narrative(data.get("narrative")) or _lines(sections),
            sections=sections,
            unread=MappingProxyType(self.unread),
            id=self._text(data, "id"),
            issuer_level=self._text(data, "issuer_level"),
            source=self._text(data, "source"),
            instrument=self.misnamed
            or (
                str(data["format"])
                if self.lenient and data.get("format") is not None
                else self._text(data, "format")
            ),
            kind=self._text(data, "kind"),
        )
        if self.faults:
            raise MalformedReport(tuple(self.faults))
        return read

    def fault(self, place: str, problem: str) -> None:
        self.faults.append(Malformed(place, problem))

    def _mapping(self, value: Any, place: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.fault(place, _("is missing") if value is None else _("must be an object"))
        return {}

    def _text(self, data: dict[str, Any], key: str, *, required: bool = False) -> str:
        value = data.get(key)
        if value is None:
            if required:
                self.fault(key, _("is missing"))
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, _("must be text"))
            return ""
        return value

    def _year(self, value: Any) -> int | None:
        if self.lenient and isinstance(value, str):
            value = re.sub(r"\s*年度?\s*$", "", value)
        try:
            year = number(value)
        except NotANumber:
            year = -1
        if isinstance(year, int) and 1990 <= year <= 2200:
            return year
        self.fault(
            "year",
            _("is missing") if value is None else _("must be a report year, not “%s”") % str(value)[:40],
        )
        return None

    def _form(self, data: dict[str, Any], two: dict[str, Any], rows: list[Any], year: int | None) -> str:
        """The form a report uses: what its tables say, else its instrument, else its year."""
        said = two.get("format")
        if self.lenient and said is not None and (own := _form_of_columns(two)) not in ("", str(said)):
            # The table names one form and has the columns of the other: a fault, for the checker to name.
            self.misnamed = str(said)
            return own
        if said is not None:
            if str(said) in FORMS:
                return str(said)
            if not self.lenient:
                self.fault("tables.table2.format", _("must be 2019 or 2021, not “%s”") % str(said)[:40])
        codes = {row.get("row") for row in rows if isinstance(row, dict) and isinstance(row.get("row"), str)}
        if codes & {"3.6.1", "3.6.2", "3.6.3"}:
            return "2021"
        if "3.6" in codes:
            return "2019"
        named = named_form(str(data.get("format") or ""))
        if named in FORMS:
            return named
        try:
            return form_of(year).code if year else FORMS[-1]
        except UnknownForm:
            return FORMS[0]

    def _number(self, raw: Any, place: str, path: str, *, change: bool = False) -> Number:
        try:
            return number(raw, change=change)
        except NotANumber:
            shown = (
                raw if isinstance(raw, str) else type(raw).__name__ if isinstance(raw, dict | list) else raw
            )
            if self.lenient:
                self.unread[path] = str(shown)[:40]
            else:
                self.fault(place, _("must be a number, not “%s”") % str(shown)[:40])
            return None

    def _table2(self, table: dict[str, Any]) -> Mapping[str, Mapping[str, Mapping[str, Number]]]:
        found: dict[str, Mapping[str, Mapping[str, Number]]] = {}
        for block, rows in table.items():
            if block == "format" or (self.lenient and not isinstance(rows, dict)):
                continue
            place = f"tables.table2.{block}"
            if not _BLOCK.fullmatch(block) and not self.lenient:
                self.fault(place[:80], _("is no block of the form"))
                continue
            read = {}
            for row, values in self._mapping(rows, place).items():
                cells = self._mapping(values, f"{place}.{row}")
                read[row] = MappingProxyType(
                    {
                        key: self._number(
                            value,
                            f"{place}.{row}.{key}",
                            path2(block, row, key),
                            change=key == "change_this_year",
                        )
                        for key, value in cells.items()
                    }
                )
            found[block] = MappingProxyType(read)
        return MappingProxyType(found)

    def _table3(self, rows: list[Any]) -> tuple[ReportRow, ...]:
        found = []
        for at, row in enumerate(rows):
            place = f"tables.table3[{at}]"
            if self.lenient and row is None:
                continue
            if not isinstance(row, dict):
                self.fault(place, _("must be an object with row, label and values"))
                continue
            code = row.get("row")
            if isinstance(code, int | float) and not isinstance(code, bool):
                code = f"{code:g}"
            if not isinstance(code, str) or not code.strip():
                self.fault(f"{place}.row", _("must be the code of a row, such as 3.1"))
                continue
            values = self._mapping(self._named(row.get("values")), f"{place}.values")
            cells = {
                key: self._number(value, f"{place} (row {code[:20]}).values.{key}", path3(code, key))
                for key, value in values.items()
            }
            label = row.get("label", "")
            if not isinstance(label, str):
                self.fault(f"{place}.label", _("must be text"))
                label = ""
            found.append(ReportRow(code, label, MappingProxyType(cells)))
        return tuple(found)

    def _named(self, values: Any) -> Any:
        """Numbers given in the order of the columns, or under the words the form prints."""
        columns = form(FORMS[-1]).columns
        if self.lenient and isinstance(values, list) and len(values) == len(columns):
            return {column.key: value for column, value in zip(columns, values, strict=True)}
        if self.lenient and isinstance(values, dict):
            keys = {column.label: column.key for column in columns}
            return {keys.get(key, key): value for key, value in values.items()}
        return values

    def _table4(self, table: dict[str, Any]) -> Mapping[str, Mapping[str, Number]]:
        found = {}
        for block, values in table.items():
            if self.lenient and values is not None and not isinstance(values, dict):
                continue
            cells = self._mapping({} if self.lenient and values is None else values, f"tables.table4.{block}")
            found[block] = MappingProxyType(
                {
                    key: self._number(value, f"tables.table4.{block}.{key}", path4(block, key))
                    for key, value in cells.items()
                }
            )
        return MappingProxyType(found)

    def _narrative(self, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if self.lenient:
            held = list(value.values()) if isinstance(value, dict) else value
            if isinstance(held, list):
                texts = [each.get("text") if isinstance(each, dict) else each for each in held]
                return tuple(text for text in texts if isinstance(text, str))
        if not isinstance(value, list):
            self.fault("narrative", _("must be a list of sentences"))
            return ()
        for at, sentence in enumerate(value):
            if not isinstance(sentence, str):
                self.fault(f"narrative[{at}]", _("must be text"))
        return tuple(sentence for sentence in value if isinstance(sentence, str))

    def _sections(self, value: Any) -> Mapping[str, str]:
        if value is None:
            return _NOTHING
        found = {}
        for key, text in self._mapping(value, "sections").items():
            if isinstance(text, str):
                found[key] = text
            elif not self.lenient:
                self.fault(f"sections.{key}", _("must be text"))
        return MappingProxyType(found)
