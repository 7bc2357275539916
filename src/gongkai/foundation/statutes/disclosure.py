"""The statutory lists of the disclosure regulation: what is published, what is or may be withheld (条例 Arts. 14–21)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Literal

from .errors import StatuteError
from .instruments import read_table
from .numerals import to_chinese
from .provisions import Provision, provision

_REGULATION = "disclosure-regulation"


@dataclass(frozen=True, slots=True)
class DisclosureItem:
    """One of the fifteen items of Art. 20; ``code`` is its number as text, and "21" is Art. 21."""

    code: str
    numeral: str
    """As printed: （一）; empty for Art. 21."""
    label: str
    gloss: str
    provision: Provision


@dataclass(frozen=True, slots=True)
class LocalSubject:
    """A subject that Art. 21 adds for cities and counties, or for townships."""

    level: Literal["city-county", "township"]
    label: str
    gloss: str
    provision: Provision


@dataclass(frozen=True, slots=True)
class Exemption:
    """A ground on which information is withheld.

    ``effect``: "must" (不予公开, 不得公开) or "may" (可以不予公开); ``gloss`` names the exceptions.
    """

    code: str
    label: str
    gloss: str
    provision: Provision
    effect: Literal["must", "may"]


@functools.cache
def _table() -> dict[str, Any]:
    return read_table("disclosure.toml")


@functools.cache
def disclosure_items() -> tuple[DisclosureItem, ...]:
    """The fifteen items of 条例 Art. 20, in order."""
    items = []
    for entry in _table()["item"]:
        cited = provision(_REGULATION, 20, item=entry["number"])
        numeral = f"（{to_chinese(entry['number'])}）"
        items.append(DisclosureItem(str(entry["number"]), numeral, entry["label"], cited.gloss, cited))
    return tuple(items)


def disclosure_item(code: str) -> DisclosureItem:
    """An item of Art. 20 by its number, or "21" for what Art. 21 adds. Raises ``StatuteError``: unknown-item."""
    if code == "21":
        cited = provision(_REGULATION, 21)
        labels = dict.fromkeys(subject.label for subject in local_subjects())
        return DisclosureItem(code, "", "、".join(labels), cited.gloss, cited)
    for item in disclosure_items():
        if item.code == code:
            return item
    raise StatuteError("unknown-item", f"{code!r} is not an item of 条例 Art. 20 (1 to 15), nor 21")


@functools.cache
def local_subjects() -> tuple[LocalSubject, ...]:
    """The subjects of 条例 Art. 21: seven of cities and counties, eight of townships."""
    cited = provision(_REGULATION, 21)
    return tuple(
        LocalSubject(level, label, gloss, cited)
        for level, subjects in _table()["local"].items()
        for label, gloss in subjects
    )


@functools.cache
def exemptions() -> tuple[Exemption, ...]:
    """The grounds of 条例 Arts. 14 to 16, in the order of the annual report's table."""
    return tuple(
        Exemption(
            code=entry["code"],
            label=entry["label"],
            gloss=entry["gloss"],
            provision=provision(_REGULATION, entry["article"], entry.get("paragraph")),
            effect=entry["effect"],
        )
        for entry in _table()["exemption"]
    )


def exemption(code: str) -> Exemption:
    """A ground by its code. Raises ``StatuteError``: unknown-exemption."""
    for ground in exemptions():
        if ground.code == code:
            return ground
    known = ", ".join(ground.code for ground in exemptions())
    raise StatuteError("unknown-exemption", f"{code!r} is not a ground for withholding; known are {known}")
