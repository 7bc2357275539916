"""Laws, regulations, documents and standards, each with its versions and the days they are in force."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from .errors import StatuteError

Kind = Literal["law", "regulation", "interpretation", "document", "standard"]
Unit = Literal["article", "section"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of an instrument. ``confirmed`` is False when number, title or a date was not verified."""

    code: str
    title: str
    short: str
    aliases: tuple[str, ...]
    number: str
    """文号; empty for laws, which are cited by title alone."""
    kind: Kind
    unit: Unit
    issuer: str
    adopted: dt.date
    revised: dt.date | None
    in_force_from: dt.date
    in_force_to: dt.date | None
    """Last day in force; None while no end is known."""
    source: str
    confirmed: bool

    def is_in_force(self, on: dt.date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)

    def cite(self) -> str:
        """《中华人民共和国预算法》, or for documents and standards with their number."""
        if self.kind in ("document", "standard", "interpretation"):
            # Titles within a title take single marks.
            inner = self.title.replace("《", "〈").replace("》", "〉")
            return f"《{inner}》（{self.number}）"
        return f"《{self.title}》"


def read_table(name: str) -> dict[str, Any]:
    """One of the room's tables, parsed."""
    return tomllib.loads(files(__package__).joinpath("tables", name).read_text("utf-8"))


@functools.cache
def instruments() -> tuple[Instrument, ...]:
    """All versions of all instruments, in the order of the table, older versions first."""
    return tuple(
        Instrument(
            code=entry["code"],
            title=entry["title"],
            short=entry["short"],
            aliases=tuple(entry.get("aliases", ())),
            number=version.get("number", ""),
            kind=entry["kind"],
            unit=entry.get("unit", "article"),
            issuer=entry["issuer"],
            adopted=version["adopted"],
            revised=version.get("revised"),
            in_force_from=version["in_force_from"],
            in_force_to=version.get("in_force_to"),
            source=version["source"],
            confirmed=version["confirmed"],
        )
        for entry in read_table("instruments.toml")["instrument"]
        for version in entry["version"]
    )


@functools.cache
def _versions() -> dict[str, tuple[Instrument, ...]]:
    codes = dict.fromkeys(version.code for version in instruments())
    return {code: tuple(version for version in instruments() if version.code == code) for code in codes}


def versions(code: str) -> tuple[Instrument, ...]:
    """All versions of one instrument, oldest first. Raises ``StatuteError``: unknown-instrument."""
    try:
        return _versions()[code]
    except KeyError:
        raise StatuteError("unknown-instrument", f"no instrument has the code {code!r}") from None


def instrument(code: str) -> Instrument:
    """The newest version. Raises ``StatuteError``: unknown-instrument."""
    return versions(code)[-1]


def in_force(code: str, on: dt.date) -> Instrument | None:
    """The version in force on a day, or None when there was none. Raises ``StatuteError``: unknown-instrument."""
    return next((version for version in versions(code) if version.is_in_force(on)), None)
