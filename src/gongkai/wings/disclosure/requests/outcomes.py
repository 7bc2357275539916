"""How a request may end, each on its provision, with the row of the annual report that counts it. Pure."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from gongkai.foundation.statutes import Provision, exemption, provision

Regime = Literal["refusal", "decision", "none"]
Form = Literal["2019", "2021"]

_FIRST_OF_ROW = {"3.1": "granted", "3.4.1": "not_exist", "3.6": "withdrawn"}
"""What a row stands for when it is read from another system, where several outcomes share it."""


class UnknownRow(LookupError):
    """Not a row of section 三 that counts a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """One way to end. ``label`` is the form's wording, ``told`` what its applicant reads; ``row`` the row that counts it
    in the form of 2021."""

    code: str
    title: str
    label: str
    told: str
    row: str
    row_2019: str
    provisions: tuple[Provision, ...]
    required: tuple[str, ...]
    regime: Regime
    effect: Literal["must", "may", ""]
    """For what is withheld: whether the organ must withhold it (条例 Arts. 14, 15) or may (Art. 16)."""
    confirmed: bool

    def row_of(self, form: Form) -> str:
        return self.row if form == "2021" else self.row_2019


@functools.cache
def outcomes() -> tuple[RequestOutcome, ...]:
    """All outcomes in the order of the form."""
    table = tomllib.loads(files(__package__).joinpath("outcomes.toml").read_text(encoding="utf-8"))
    return tuple(_outcome(entry) for entry in table["outcome"])


def _outcome(entry: dict[str, Any]) -> RequestOutcome:
    cited = tuple(provision("disclosure-regulation", *place) for place in entry["provisions"])
    return RequestOutcome(
        code=entry["code"],
        title=entry["title"],
        label=entry["label"],
        told=entry.get("told", entry["label"]),
        row=entry["row"],
        row_2019=entry.get("row_2019", entry["row"]),
        provisions=cited,
        required=tuple(entry["required"]),
        regime=entry["regime"],
        effect=exemption(entry["ground"]).effect if "ground" in entry else "",
        confirmed=entry.get("confirmed", True),
    )


@functools.cache
def _by_code() -> dict[str, RequestOutcome]:
    return {each.code: each for each in outcomes()}


def outcome(code: str) -> RequestOutcome:
    """An outcome by its code. Raises ``KeyError``."""
    return _by_code()[code]


def row_2021(code: str) -> str:
    """The row of results that counts an outcome in the form of 2021. Raises ``KeyError``."""
    return outcome(code).row


def row_2019(code: str) -> str:
    """The row that counts it in the form of 2019, which has one row 三（六） for three. Raises ``KeyError``."""
    return outcome(code).row_2019


def from_row(row: str) -> RequestOutcome:
    """The outcome a row of either form stands for; rows that several share give the plainest. Raises ``UnknownRow``."""
    if row in _FIRST_OF_ROW:
        return outcome(_FIRST_OF_ROW[row])
    for each in outcomes():
        if each.row == row:
            return each
    raise UnknownRow(row)
