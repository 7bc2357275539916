"""The processing fee (信息处理费), by requests of a month or by pages of one request (国办函〔2020〕109号). Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple


class FeeNotInForce(ValueError):
    """On that day no processing fee was charged."""


class Part(NamedTuple):
    """One tier's share: so many at this rate."""

    quantity: int
    rate: int

    @property
    def amount(self) -> int:
        return self.quantity * self.rate


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount in whole yuan, and the tiers it is made of, so that it can be printed."""

    quantity: int
    parts: tuple[Part, ...]
    source: str
    confirmed: bool

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)

    def lines(self) -> Iterator[str]:
        """The working, one line per tier: "20 × 100 = 2000"."""
        for part in self.parts:
            yield f"{part.quantity} × {part.rate} = {part.amount}"


@functools.cache
def _tables() -> tuple[dict[str, Any], ...]:
    table = tomllib.loads(files(__package__).joinpath("fees.toml").read_text(encoding="utf-8"))
    return tuple(sorted(table["fee"], key=lambda entry: entry["in_force_from"]))


def _table(on: dt.date) -> dict[str, Any]:
    current = [entry for entry in _tables() if entry["in_force_from"] <= on]
    if not current:
        raise FeeNotInForce(f"no processing fee was charged on {on}")
    return current[-1]


def in_force(on: dt.date) -> bool:
    """Whether a fee may be charged for a request received on a day."""
    return any(entry["in_force_from"] <= on for entry in _tables())


def payment_workdays(on: dt.date) -> int:
    """Working days in which the applicant pays, from the day after the notice came. Unconfirmed."""
    return int(_table(on)["payment_workdays"])


def by_items(quantity: int, on: dt.date, *, charged: int = 0) -> Fee:
    """``quantity`` requests of one applicant in a month, of which the first ``charged`` have been charged already: what is
    still due. Nothing is charged twice."""
    table = _table(on)
    return _fee(quantity, _with_bands(table["items"], quantity), table, beyond=charged)


def by_pages(quantity: int, on: dt.date) -> Fee:
    """For ``quantity`` pages supplied to one request."""
    table = _table(on)
    return _fee(quantity, [(tier["above"], tier["rate"]) for tier in table["pages"]["tiers"]], table)


def _with_bands(scale: dict[str, Any], quantity: int) -> list[tuple[int, int]]:
    """The listed tiers, then one more for each band of ten, each dearer by one step."""
    tiers = [(tier["above"], tier["rate"]) for tier in scale["tiers"]]
    while quantity > tiers[-1][0] + scale["band"]:
        above, rate = tiers[-1]
        tiers.append((above + scale["band"], rate + scale["step"]))
    return tiers


def _fee(quantity: int, tiers: list[tuple[int, int]], table: dict[str, Any], *, beyond: int = 0) -> Fee:
    if quantity < 0 or beyond < 0:
        raise ValueError("a quantity is not less than nothing")
    ends = [above for above, _rate in tiers[1:]] + [quantity]
    parts = [
        Part(min(quantity, end) - max(above, beyond), rate)
        for (above, rate), end in zip(tiers, ends, strict=True)
        if min(quantity, end) > max(above, beyond)
    ]
    return Fee(quantity, tuple(parts), table["source"], table["confirmed"])
