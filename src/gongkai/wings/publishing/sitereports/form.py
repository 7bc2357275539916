"""The form of 国办函〔2018〕12号 as data, and the numbers held against its identities. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from typing import Any, Literal

from django.utils.translation import gettext as _

from gongkai.engines.figures import Identity, Judgement, reconcile

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
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("form.toml").read_text(encoding="utf-8"))


def instrument() -> str:
    return str(_table()["instrument"])


@functools.cache
def blocks() -> tuple[Block, ...]:
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
        for block in _table()["block"]
    )


@functools.cache
def fields() -> dict[str, Field]:
    return {field.key: field for block in blocks() for field in block.fields}


@functools.cache
def identities() -> tuple[Identity, ...]:
    return tuple(
        Identity(
            code=each["code"],
            title=each["title"],
            provision=instrument(),
            left=tuple(each["left"]),
            right=tuple(each["right"]),
            relation=each.get("relation", "="),
        )
        for each in _table()["identity"]
    )


def due_on(year: int) -> dt.date:
    """The day by which the report on a year stands on the home page."""
    due = _table()["due"]
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


def with_sums(values: Mapping[str, Value]) -> dict[str, Value]:
    """The same with the sums worked out; a sum lacks while one of its parts does."""
    whole = dict(values)
    for field in fields().values():
        if field.sum:
            parts = [values.get(key) for key in field.sum]
            numbers = [part for part in parts if isinstance(part, int) and not isinstance(part, bool)]
            whole[field.key] = sum(numbers) if len(numbers) == len(parts) else None
    return whole


def judge(values: Mapping[str, Value]) -> list[Judgement]:
    """Every identity, with its verdict."""
    numbers = {
        key: value
        for key, value in values.items()
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
    }
    return reconcile(identities(), numbers)


def missing(values: Mapping[str, Value]) -> tuple[Field, ...]:
    """Fields nobody has answered; texts may stay empty."""
    return tuple(
        field for field in fields().values() if field.kind != "text" and values.get(field.key) is None
    )


def shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
