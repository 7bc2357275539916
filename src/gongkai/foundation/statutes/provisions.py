"""Provisions that rules cite: article, paragraph (款) and item (项), checked against what the text has."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import StatuteError
from .instruments import Instrument, in_force, instrument, read_table, versions
from .numerals import to_chinese


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of one version of an instrument. ``gloss`` is a short English summary."""

    instrument: Instrument
    article: int
    paragraph: int | None
    item: int | None
    gloss: str
    confirmed: bool

    def cite(self) -> str:
        """《中华人民共和国政府信息公开条例》第三十三条第二款."""
        if self.instrument.unit == "section":
            return f"{self.instrument.cite()}第（{to_chinese(self.article)}）项"
        paragraph = f"第{to_chinese(self.paragraph)}款" if self.paragraph else ""
        item = f"第（{to_chinese(self.item)}）项" if self.item else ""
        return f"{self.instrument.cite()}第{to_chinese(self.article)}条{paragraph}{item}"

    def cite_short(self) -> str:
        """条例第33条第2款."""
        if self.instrument.unit == "section":
            return f"{self.instrument.number}第（{to_chinese(self.article)}）项"
        paragraph = f"第{self.paragraph}款" if self.paragraph else ""
        item = f"第（{to_chinese(self.item)}）项" if self.item else ""
        return f"{self.instrument.short}第{self.article}条{paragraph}{item}"

    def __str__(self) -> str:
        """条例 Art. 33 ¶2: the form rules are annotated with, and ``parse_reference`` reads."""
        if self.instrument.unit == "section":
            return f"{self.instrument.number} ({to_chinese(self.article)})"
        paragraph = f" ¶{self.paragraph}" if self.paragraph else ""
        item = f" ({to_chinese(self.item)})" if self.item else ""
        return f"{self.instrument.short} Art. {self.article}{paragraph}{item}"


@dataclass(frozen=True, slots=True)
class _Article:
    gloss: str
    paragraphs: tuple[str, ...]
    """Empty when the paragraphs were not recorded."""
    items: tuple[str, ...]
    items_in: int
    confirmed: bool


@functools.cache
def _articles() -> Mapping[tuple[str, dt.date], Mapping[int, _Article]]:
    texts: list[dict[str, Any]] = read_table("provisions.toml")["text"]
    return {
        (text["instrument"], text["in_force_from"]): {
            int(number): _Article(
                gloss=article["gloss"],
                paragraphs=tuple(article.get("paragraphs", ())),
                items=tuple(article.get("items", ())),
                items_in=article.get("items_in", 1),
                confirmed=text["confirmed"],
            )
            for number, article in text["articles"].items()
        }
        for text in texts
    }


def provision(
    code: str,
    article: int,
    paragraph: int | None = None,
    item: int | None = None,
    *,
    on: dt.date | None = None,
) -> Provision:
    """A provision of the newest version of an instrument, or of the version in force ``on`` a day.

    Where an article has one paragraph only, it is not cited; where it has several, an item brings its paragraph
    with it. Raises ``StatuteError``: unknown-instrument, not-in-force, unknown-provision.
    """
    version = instrument(code) if on is None else in_force(code, on)
    if version is None:
        raise StatuteError("not-in-force", f"{versions(code)[-1].cite()} was not in force on {on}")
    found = _articles().get((code, version.in_force_from), {}).get(article)
    name = f"{version.short} Art. {article}" + (f" in the version of {version.in_force_from}" if on else "")
    if found is None:
        raise StatuteError("unknown-provision", f"{name} is not recorded among the provisions")
    gloss = found.gloss
    if paragraph is not None:
        if not 1 <= paragraph <= len(found.paragraphs):
            raise StatuteError("unknown-provision", f"{name} has no recorded paragraph {paragraph}")
        gloss = found.paragraphs[paragraph - 1] or gloss
    if item is not None:
        if not 1 <= item <= len(found.items) or paragraph not in (None, found.items_in):
            place = f" in paragraph {paragraph}" if paragraph else ""
            raise StatuteError("unknown-provision", f"{name} has no recorded item {item}{place}")
        paragraph = found.items_in
        gloss = found.items[item - 1] or gloss
    if len(found.paragraphs) <= 1:
        paragraph = None
    return Provision(version, article, paragraph, item, gloss, found.confirmed and version.confirmed)


def provisions(code: str) -> tuple[Provision, ...]:
    """All recorded articles of the newest version, without their paragraphs and items."""
    version = instrument(code)
    return tuple(
        provision(code, article) for article in sorted(_articles().get((code, version.in_force_from), {}))
    )
