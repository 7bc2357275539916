"""Sentences into words the checker knows, numbers, and what it does not know. Pure; positions are those of the text."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from gongkai.foundation.statutes.numerals import from_chinese
from gongkai.wings.disclosure.annual.checking import lexicon

Nearness = Literal["exact", "over", "about", "under", "from"]
"""How a number is meant: exactly; 余, 多; 约, 左右; 近; 超过."""

_SCALES: Final = {"": 1, "万": 10_000, "亿": 100_000_000}
_MOST: Final = 2_000
"""Characters of one sentence that are looked at; nobody writes longer ones."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    index: int
    """Which pattern of its table."""
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a sentence says it. ``step`` is what its last written digit is worth."""

    value: int | Decimal
    unit: str
    nearness: Nearness
    step: Decimal

    def fits(self, actual: int | Decimal) -> bool:
        """Whether the table's number may be said this way."""
        gap = Decimal(actual) - Decimal(self.value)
        match self.nearness:
            case "exact":
                return (
                    gap == 0
                    if self.step <= 1 and self.value == int(self.value)
                    else abs(gap) * 2 <= self.step
                )
            case "over":
                return 0 <= gap < self.step
            case "under":
                return 0 <= -gap < self.step
            case "about":
                return abs(gap) <= self.step
        return gap >= 0


def plain(text: str) -> str:
    """The same text, character for character, with digits, brackets and signs in their ASCII forms."""
    return "".join(_one(text, at) for at in range(len(text)))


def _one(text: str, at: int) -> str:
    character = text[at]
    if "！" <= character <= "～":
        if character == "，":
            # A separator of thousands only between full-width digits; else it parts clauses.
            before, after = text[at - 1 : at], text[at + 1 : at + 4]
            if "０" <= before <= "９" and len(after) == 3 and all("０" <= each <= "９" for each in after):
                return ","
            return character
        return chr(ord(character) - 0xFEE0)
    return " " if character in "\u3000\u00a0" else character


@functools.cache
def _words() -> re.Pattern[str]:
    return lexicon.compiled()


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences of a plain text with their offsets."""
    start = 0
    for match in re.finditer(r"[。！!？?\n]", text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def tokens(sentence: str, own: tuple[str, ...] = ()) -> list[Token]:
    """The words of a sentence; stretches nobody knows are of kind ``text``, the names in ``own`` of kind ``whole``."""
    found: list[Token] = []
    text = sentence[:_MOST]
    at = 0
    for name in re.finditer("|".join(map(re.escape, own)), text) if own else ():
        found += _between(text, at, name.start())
        found.append(Token("whole", 0, name.start(), name.end(), name.group()))
        at = name.end()
    return [*found, *_between(text, at, len(text))]


def _between(text: str, at: int, end: int) -> Iterator[Token]:
    for match in _words().finditer(text, at, end):
        group = match.lastgroup or ""
        if group in _PARTS:
            group = "number"
        kind, _sep, index = group.partition("_") if group not in ("other_year",) else (group, "", "")
        if match.start() > at:
            yield Token("text", 0, at, match.start(), text[at : match.start()])
        yield Token(kind, int(index or 0), match.start(), match.end(), match.group())
        at = match.end()
    if at < end:
        yield Token("text", 0, at, end, text[at:end])


_PARTS: Final = frozenset(
    {"digits", "fraction", "more", "scale", "more2", "unit", "after", "chinese", "chinese_unit", "number"}
)
_NUMBER: Final = re.compile(lexicon.NUMBER)


def amount(sentence: str, token: Token) -> Amount | None:
    """What a number token says; ``None`` where it counts nothing (30号, 第20条, 3天)."""
    match = _NUMBER.match(sentence, token.start)
    if match is None:
        return None
    if match["chinese"]:
        try:
            value = 0 if match["chinese"] == "零" else from_chinese(match["chinese"])
        except ValueError:
            return None
        return Amount(value, match["chinese_unit"], "exact", Decimal(1))
    unit = match["unit"] or ""
    if not unit and not _stands_alone(sentence, match.end()):
        return None
    digits = match["digits"].replace(",", "")
    if len(digits) > 15:
        return None
    scale = match["scale"] or ""
    if unit in ("万元", "亿元"):
        scale, unit = unit[0], "元"
    said = Decimal(digits + (match["fraction"] or "")) * _SCALES[scale]
    places = len(match["fraction"] or ".") - 1
    step = Decimal(_SCALES[scale]).scaleb(-places)
    nearness: Nearness = "exact"
    before = sentence[max(0, token.start - 2) : token.start]
    if match["more"] or match["more2"] or match["after"] == "以上":
        nearness = "over"
    elif match["after"] or before.endswith("约"):
        nearness = "about"
    elif before.endswith(("超过", "超", "逾", "突破")):
        nearness = "from"
    elif before.endswith("近"):
        nearness = "under"
    if nearness != "exact" and places == 0:
        zeros = len(digits) - len(digits.rstrip("0")) if digits.strip("0") else 0
        step *= 10**zeros
    whole: int | Decimal = int(said) if said == int(said) else said
    return Amount(whole, unit, nearness, step)


def _stands_alone(sentence: str, at: int) -> bool:
    """Whether nothing that could be a unit follows a number without one."""
    return (
        at >= len(sentence) or sentence[at] in " ,，;；、()（）[]【】+=\t。" or sentence[at : at + 1] == "\n"
    )
