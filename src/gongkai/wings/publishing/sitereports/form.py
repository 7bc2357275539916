"""The forms of 国办函〔2018〕12号 as data, and numbers held against their identities. Pure.

``which`` is the form: ``SITE`` of one website, ``SUPERVISION`` of an organ that supervises websites.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from django.utils.translation import gettext as _

from gongkai.engines.figures import Identity, Judgement, reconcile

SITE: Final = "site"
SUPERVISION: Final = "supervision"
_FILES: Final = {SITE: "form.toml", SUPERVISION: "supervision.toml"}

Kind = Literal["count", "days", "yesno", "text"]
Value = int | Decimal | bool | str | None


@dataclass(frozen=True, slots=True)
class Field:
    """``figure``: counted; ``sum``: the sum of other fields; neither: entered by hand."""

    key: str
    label: str
    kind: Kind
    figure: str = ""
    sum: tuple[str, ...] = ()

    @property
    def by_hand(self) -> bool:
        return not self.figure and not self.sum


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    fields: tuple[Field, ...]


@functools.cache
def _table(which: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(_FILES[which]).read_text(encoding="utf-8"))


def instrument(which: str = SITE) -> str:
    return str(_table(which)["instrument"])


@functools.cache
def blocks(which: str = SITE) -> tuple[Block, ...]:
    return tuple(
        Block(
            block["name"],
            tuple(
                Field(
                    each["key"],
                    each["label"],
                    each["kind"],
                    each.get("figure", ""),
                    tuple(each.get("sum", ())),
                )
                for each in block["fields"]
            ),
        )
        for block in _table(which)["block"]
    )


@functools.cache
def fields(which: str = SITE) -> dict[str, Field]:
    return {field.key: field for block in blocks(which) for field in block.fields}


@functools.cache
def identities(which: str = SITE) -> tuple[Identity, ...]:
    return tuple(
        Identity(
            code=each["code"],
            title=each["title"],
            provision=instrument(which),
            left=tuple(each["left"]),
            right=tuple(each["right"]),
            relation=each.get("relation", "="),
        )
        for each in _table(which)["identity"]
    )


def due_on(year: int, which: str = SITE) -> dt.date:
    """The day by which the report on a year stands on the home page."""
    due = _table(which)["due"]
    return dt.date(year + 1, due["month"], due["day"])


def read(field: Field, typed: str) -> tuple[Value, str]:
    """What was typed as a value, and what is wrong with it ("" if nothing). Blank is None."""
    text = typed.strip()
    if not text:
        return None, ""
    if field.kind == "text":
        return (text, "") if len(text) <= 100 else (None, _("At most 100 characters."))
    if field.kind == "yesno":
        known = {"yes": True, "no": False, "是": True, "否": False}
        return (known[text], "") if text in known else (None, _("Answer yes or no."))
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None, _("Write a number.")
    if not number.is_finite() or number < 0 or number >= 10**12:
        return None, _("Write a number that is not below nought.")
    if field.kind == "count":
        whole = number == number.to_integral_value()
        return (int(number), "") if whole else (None, _("Write a whole number."))
    return (number.quantize(Decimal("0.1")), "")


def with_sums(values: Mapping[str, Value], which: str = SITE) -> dict[str, Value]:
    """The same with the sums worked out; a sum lacks while one of its parts does."""
    whole = dict(values)
    for field in fields(which).values():
        if field.sum:
            parts = [values.get(key) for key in field.sum]
            numbers = [part for part in parts if isinstance(part, int) and not isinstance(part, bool)]
            whole[field.key] = sum(numbers) if len(numbers) == len(parts) else None
    return whole


def judge(values: Mapping[str, Value], which: str = SITE) -> list[Judgement]:
    """Every identity, with its verdict."""
    numbers = {
        key: value
        for key, value in values.items()
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
    }
    return reconcile(identities(which), numbers)


def missing(values: Mapping[str, Value], which: str = SITE) -> tuple[Field, ...]:
    """Fields nobody has answered; texts may stay empty."""
    return tuple(
        field for field in fields(which).values() if field.kind != "text" and values.get(field.key) is None
    )


def shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


class Line(NamedTuple):
    """One field of a report beside the year before. ``change`` is "" where either is no number."""

    field: Field
    value: str
    before: str
    change: str


def lines(
    values: Mapping[str, str], before: Mapping[str, str], which: str = SITE
) -> list[tuple[str, list[Line]]]:
    """A report block by block, as shown, each field beside the year before."""
    return [
        (
            block.name,
            [_line(field, values.get(field.key, ""), before.get(field.key, "")) for field in block.fields],
        )
        for block in blocks(which)
    ]


def _line(field: Field, value: str, before: str) -> Line:
    change = ""
    if field.kind in ("count", "days") and value and before:
        change = f"{Decimal(value) - Decimal(before):+}"
        change = "0" if Decimal(change) == 0 else change
    return Line(field, value, before, change)
