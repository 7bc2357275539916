"""The official forms of the annual report as data: 国办公开办函〔2019〕60号 and 〔2021〕30号 (条例 Art. 50). Pure.

A cell is named the same way everywhere, by its path: ``table2/art20_1/规章/in_force`` (table, block, row, column),
``table3/3.3.1/natural_person`` (table, row, column), ``table4/review/total`` (table, block, result).
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

FormCode = Literal["2019", "2021"]
Value = Literal["count", "change", "money"]
"""What a cell holds: a whole number not below zero; a signed whole number (本年增/减); an amount in 万元."""

FORMS: Final[tuple[FormCode, ...]] = ("2019", "2021")
TOTAL: Final = "total"
NEW, CARRIED_IN, CONCLUDED, CARRIED_OUT = "1", "2", "3.7", "4"
"""The four items of the table of requests that the form itself ties together."""


class UnknownForm(LookupError):
    """Not one of the official forms, or a year before there was one."""


@dataclass(frozen=True, slots=True)
class Section:
    number: str
    """一 … 六"""
    title: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Column:
    """``applicant`` is the kind of applicant that requests are counted by; empty where a column is none, or the total."""

    key: str
    label: str
    value: Value = "count"
    applicant: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of requests. ``label`` parts heading and row by "/", as the published tables do."""

    code: str
    label: str
    figures: tuple[str, ...]
    """Codes of what is counted for it; more than one where the row sums them."""

    @property
    def leaf(self) -> bool:
        """Whether it is one result, so that the results together give 三（七）总计."""
        return self.code.startswith("3.") and self.code != CONCLUDED

    @property
    def name(self) -> str:
        """The row alone, without the heading it stands under."""
        return self.label.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Block:
    """One item of 条例 Art. 20 in section 二."""

    key: str
    label: str
    rows: tuple[str, ...]
    columns: tuple[Column, ...]
    figures: dict[tuple[str, str], str]
    """Code of what is counted, by row and column; a cell that is not here is filed by hand."""
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    """A block or a result of section 四; ``figure`` is its part of the code ``remedies.<kind>.<result>``."""

    key: str
    label: str
    figure: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the form that holds a number."""

    path: str
    label: str
    """Row and column in the words of the form, for people."""
    value: Value
    figures: tuple[str, ...]
    applicant: str = ""
    """Split the figure by this kind of applicant; empty: all."""

    @property
    def by_hand(self) -> bool:
        return not self.figures


@dataclass(frozen=True, slots=True)
class Form:
    code: FormCode
    instrument: str
    source: str
    first_year: int
    last_year: int | None
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    note: str
    """What the form prints over the table of requests about its sums."""
    organisations: str
    """The heading over the columns of organisations."""
    remedies: tuple[Remedy, ...]
    results: tuple[Remedy, ...]

    def serves(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @property
    def leaves(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.leaf)

    @property
    def applicants(self) -> tuple[Column, ...]:
        """The columns that together give 总计."""
        return tuple(column for column in self.columns if column.key != TOTAL)

    def row(self, code: str) -> Row:
        """Raises ``KeyError``."""
        return _rows(self.code)[code]

    def cell(self, path: str) -> Cell:
        """Raises ``KeyError``."""
        return _cells(self.code)[path]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every place that holds a number, in the order of the form."""
        return tuple(_cells(self.code).values())


def path2(block: str, row: str, column: str) -> str:
    return f"table2/{block}/{row}/{column}"


def path3(row: str, column: str) -> str:
    return f"table3/{row}/{column}"


def path4(block: str, result: str) -> str:
    return f"table4/{block}/{result}"


@functools.cache
def form(code: str) -> Form:
    """A form by its code, "2019" or "2021". Raises ``UnknownForm``."""
    if code not in FORMS:
        raise UnknownForm(code)
    text = files(__package__).joinpath("forms", f"{code}.toml").read_text(encoding="utf-8")
    return _form(tomllib.loads(text))


def forms() -> tuple[Form, ...]:
    return tuple(form(code) for code in FORMS)


def form_of(year: int) -> Form:
    """The form that serves a report year. Raises ``UnknownForm`` for a year before 2019."""
    for each in forms():
        if each.serves(year):
            return each
    raise UnknownForm(str(year))


def _column(entry: dict[str, Any]) -> Column:
    return Column(
        key=entry["key"],
        label=entry["label"],
        value=entry.get("value", "count"),
        applicant=entry.get("applicant", ""),
    )


def _form(table: dict[str, Any]) -> Form:
    requests, remedies = table["table3"], table["table4"]
    return Form(
        code=table["form"],
        instrument=table["instrument"],
        source=table["source"],
        first_year=table["first_year"],
        last_year=table.get("last_year"),
        sections=tuple(
            Section(entry["number"], entry["title"], entry.get("confirmed", True))
            for entry in table["section"]
        ),
        blocks=tuple(
            Block(
                key=entry["key"],
                label=entry["label"],
                rows=tuple(entry["rows"]),
                columns=tuple(map(_column, entry["columns"])),
                figures={(each["row"], each["column"]): each["code"] for each in entry.get("figures", ())},
                confirmed=entry.get("confirmed", True),
            )
            for entry in table["table2"]
        ),
        rows=tuple(Row(each["code"], each["label"], tuple(each["figures"])) for each in requests["rows"]),
        columns=tuple(map(_column, requests["columns"])),
        note=requests["note"],
        organisations=requests["organisations"],
        remedies=tuple(Remedy(each["key"], each["label"], each["figure"]) for each in remedies["blocks"]),
        results=tuple(Remedy(each["key"], each["label"], each["figure"]) for each in remedies["results"]),
    )


@functools.cache
def _rows(code: str) -> dict[str, Row]:
    return {row.code: row for row in form(code).rows}


@functools.cache
def _cells(code: str) -> dict[str, Cell]:
    ours = form(code)
    found = [
        Cell(
            path2(block.key, row, column.key),
            f"{block.label}“{row}”行“{column.label}”列",
            column.value,
            (block.figures[row, column.key],) if (row, column.key) in block.figures else (),
        )
        for block in ours.blocks
        for row in block.rows
        for column in block.columns
    ]
    found += [
        Cell(
            path3(row.code, each.key),
            f"“{row.label}”行“{each.label}”列",
            "count",
            row.figures,
            each.applicant,
        )
        for row in ours.rows
        for each in ours.columns
    ]
    found += [
        Cell(
            path4(block.key, result.key),
            f"“{block.label}”“{result.label}”栏",
            "count",
            (f"remedies.{block.figure}.{result.figure}",),
        )
        for block in ours.remedies
        for result in ours.results
    ]
    return {cell.path: cell for cell in found}
