"""Sentences whose numbers are bound to cells: written as a name in braces, printed as the number. Pure.

So a sentence cannot drift from its table: there is no number in it. ``quantities.toml`` holds the names,
``texts.toml`` the sentences a new report starts with.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any, Final

from gongkai.wings.disclosure.annual.forms import Form
from gongkai.wings.disclosure.annual.shape import Number, Report

YEAR: Final = "年度"
UNKNOWN: Final = "〔待填〕"
"""Printed for a number nobody has filed yet."""
_NAME: Final = re.compile(r"\{([^{}\n]{1,40})\}")
_TYPED: Final = re.compile(r"(?<![\d第〔（(])\d[\d,，.]*(?=\s*(?:余|多)?\s*(?:件|宗|条|项|个|%|％|万元|元))")
TEXT_SECTIONS: Final = ("一", "五", "六")
"""Sections written as text; the others are the tables."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A row of the plan of improvements, as section five prints it."""

    problem: str
    measure: str
    owner: str
    due_on: dt.date

    def printed(self, number: int) -> str:
        day = f"{self.due_on.year}年{self.due_on.month}月{self.due_on.day}日"
        problem, measure = self.problem.rstrip("。；"), self.measure.rstrip("。；")
        return f"【问题{number}】{problem}。措施：{measure}；责任单位：{self.owner}；完成时限：{day}。"


def with_plan(report: Report, plan: Iterable[Promise]) -> Report:
    """The report with its plan in section five, but for rows whose problem and measure the text has already."""
    text = report.sections.get("五", "")
    rows = [each for each in plan if not (each.problem in text and each.measure in text)]
    if not rows:
        return report
    lines = [*text.splitlines(), *(each.printed(at) for at, each in enumerate(rows, 1))]
    return replace(report, sections={**report.sections, "五": "\n".join(lines)})


class UnknownQuantity(ValueError):
    """Names in braces that stand for nothing; ``names`` lists them all."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("、".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named number: the sum of some cells, or its share of another quantity in per cent."""

    name: str
    cells: tuple[str, ...]
    of: str = ""


@functools.cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@functools.cache
def quantities() -> dict[str, Quantity]:
    """Every name that may stand in braces, in the order they are offered."""
    return {
        entry["name"]: Quantity(entry["name"], tuple(entry["cells"]), entry.get("of", ""))
        for entry in _table("quantities.toml")["quantity"]
    }


def limit_of(section: str) -> int | None:
    """The most characters a section should have, where there is such a rule."""
    found: int | None = next(
        (each.get("limit") for each in _table("texts.toml")["section"] if each["number"] == section), None
    )
    return found


def cells_of(name: str, form: Form) -> tuple[str, ...]:
    """The cells a quantity sums in a form; none where the form has no such cell. Raises ``KeyError``."""
    patterns = quantities()[name].cells
    return tuple(
        cell.path for cell in form.cells if any(fnmatchcase(cell.path, pattern) for pattern in patterns)
    )


def amount(name: str, cells: Mapping[str, Number], form: Form) -> Number:
    """The number a name stands for; None while one of its cells is blank, or the form has none. Raises ``KeyError``."""
    found = [cells.get(path) for path in cells_of(name, form)]
    if not found or any(value is None for value in found):
        return None
    whole = sum(value for value in found if value is not None)
    base = quantities()[name].of
    if not base:
        return whole
    divisor = amount(base, cells, form)
    if not divisor:
        return None
    return (Decimal(whole) * 100 / Decimal(divisor)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def names_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_NAME.findall(text)))


def check_names(text: str) -> None:
    """Raises ``UnknownQuantity`` for all names that stand for nothing."""
    strangers = tuple(name for name in names_in(text) if name != YEAR and name not in quantities())
    if strangers:
        raise UnknownQuantity(strangers)


def typed_numbers(text: str) -> tuple[str, ...]:
    """Numbers of cases, items or money typed by hand: allowed, but nothing binds them to a table."""
    return tuple(dict.fromkeys(_TYPED.findall(_NAME.sub("", text))))


def printed(text: str, cells: Mapping[str, Number], form: Form, year: int) -> str:
    """The text with every name replaced by its number. Raises ``UnknownQuantity``."""
    check_names(text)

    def number(match: re.Match[str]) -> str:
        name = match[1]
        if name == YEAR:
            return str(year)
        value = amount(name, cells, form)
        if value is None:
            return UNKNOWN
        return f"{value}%" if quantities()[name].of else str(value)

    return _NAME.sub(number, text)


def sentences(text: str) -> tuple[str, ...]:
    """A text in sentences, as the checker of narratives reads them."""
    return tuple(sentence.strip() for sentence in re.split(r"(?<=[。！？；\n])", text) if sentence.strip())


def first_texts(cells: Mapping[str, Number], form: Form) -> dict[str, str]:
    """What a new report starts with, by section: sentences that fit its numbers, with names in braces."""
    texts = {}
    for section in _table("texts.toml")["section"]:
        lines: list[str] = []
        for sentence in section["sentence"]:
            if not _fits(sentence, cells, form):
                continue
            if heading := sentence.get("heading"):
                lines.append(f"\n【{heading}】")
            lines.append(sentence["text"])
        texts[section["number"]] = "".join(lines).strip()
    return texts


def _fits(sentence: Mapping[str, Any], cells: Mapping[str, Number], form: Form) -> bool:
    known = {
        name: amount(name, cells, form) for name in (*sentence.get("when", ()), *sentence.get("unless", ()))
    }
    return all(known[name] for name in sentence.get("when", ())) and not any(
        known[name] for name in sentence.get("unless", ())
    )
