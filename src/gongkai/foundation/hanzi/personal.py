"""Numbers of people in a text: ID cards, phones, bank cards. What must not be published unmasked (个人信息保护法)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stdnum import luhn
from stdnum.cn import ric

Kind = Literal["id_card", "mobile", "landline", "bank_card"]


@dataclass(frozen=True, slots=True)
class Match:
    """One number, as it is written. ``valid``: its check character fits (phones have none and are valid by shape)."""

    start: int
    end: int
    kind: Kind
    value: str
    masked: str
    valid: bool

    @property
    def in_groups(self) -> bool:
        """Written 460100 19900101 1230. Neighbouring numbers of a table look the same, and one in eleven fits."""
        return " " in _plain(self.value) or "-" in _plain(self.value)


_UNIT = r"(?! ?(?:[万亿%％]|元|吨|平方|立方|公里|千瓦|人次))"
"""What follows an amount, not a telephone number."""
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "id_card",
        re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)", re.A),
    ),
    (
        "id_card",  # in the groups that forms and scanned papers have
        re.compile(
            r"(?<![0-9A-Za-z])[1-9](?:\d{5}[ -]\d{8}[ -]?|\d{5}[ -]\d{4}[ -]\d{4}[ -]|\d{13}[ -]"
            r"|\d{3}(?:[ -]\d{4}){3}[ -])\d{1,3}[\dXx](?![0-9A-Za-z])",
            re.A,
        ),
    ),
    (
        "bank_card",
        re.compile(
            r"(?<![0-9A-Za-z])(?:62|4\d|5[1-5]|35|9\d)\d{2}(?:[ -]?\d{4}){2,3}[ -]?\d{0,3}\d(?![0-9A-Za-z])",
            re.A,
        ),
    ),
    (
        "mobile",
        re.compile(
            rf"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}(?![0-9A-Za-z]|\.\d){_UNIT}",
            re.A,
        ),
    ),
    ("landline", re.compile(r"(?<![0-9A-Za-z])(?:0\d{2,3}[- ]|[(（]0\d{2,3}[)）] ?)\d{7,8}(?!\d)", re.A)),
)
_INVISIBLE = re.compile("[\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters without width that hide a number from a search, and come with copies from other programs."""


def personal_data(text: str) -> list[Match]:
    """Every number of a person in ``text``, in order, none inside another or inside a longer number."""
    plain = _plain(text)
    places: list[int] | None = None
    if _INVISIBLE.search(plain):
        places = [place for place, character in enumerate(plain) if not _INVISIBLE.match(character)]
        plain = _INVISIBLE.sub("", plain)
    found: list[Match] = []
    for kind, pattern in _PATTERNS:
        taken = False
        characters: list[str] = []
        for hit in pattern.finditer(plain):
            valid = _judge(kind, hit)
            if valid is None:
                continue
            first, last = hit.start(), hit.end() - 1
            start, end = (first, last + 1) if places is None else (places[first], places[last] + 1)
            value = text[start:end]
            found.append(Match(start, end, kind, value, mask(kind, value), valid))
            characters = characters if taken else list(plain)
            characters[first : last + 1] = "\0" * (last + 1 - first)  # no part of another number
            taken = True
        if taken:
            plain = "".join(characters)
    return sorted(found, key=lambda match: match.start)


def _judge(kind: Kind, hit: re.Match[str]) -> bool | None:
    """Whether the check character fits; None when the digits are none of ``kind``."""
    digits = re.sub(r"[^0-9Xx]", "", hit.group())
    if kind == "id_card":
        valid = len(digits) == 18 and _is_resident_id(digits.upper())
        beside = hit.string[max(0, hit.start() - 1) : hit.start()] + hit.string[hit.end() : hit.end() + 1]
        alone = not any(character.isascii() and character.isalpha() for character in beside)
        # beside a letter, or in groups, it may be part of something else: only the check character makes it one
        return True if valid else (False if alone and len(hit.group()) == 18 else None)
    if kind == "bank_card":
        # any long number has this shape; only the check digit makes it a card
        return True if 16 <= len(digits) <= 19 and luhn.is_valid(digits) else None
    return True


def _is_resident_id(number: str) -> bool:
    """Date and check character fit (GB 11643—1999). The division is not looked up: new ones must not slip through."""
    try:
        dt.datetime.strptime(number[6:14], "%Y%m%d")  # noqa: DTZ007 - a date of birth has no zone
    except ValueError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def _plain(text: str) -> str:
    """As many characters, with the digits, the X, the spaces and the hyphens of all scripts in ASCII."""
    return text if text.isascii() else text.translate(_to_plain())


@cache
def _to_plain() -> dict[int, str]:
    table = {ord(character): "X" for character in "Ｘｘ×ХхΧχ"}
    table |= {ord(character): "-" for character in "‐‑‒–—―－﹣−"}
    for code in range(128, 0x20000):  # all digits and spaces there are
        category = unicodedata.category(character := chr(code))
        if category == "Nd":
            table[code] = str(unicodedata.decimal(character))
        elif category == "Zs":
            table[code] = " "
    return table


def mask(kind: Kind, value: str) -> str:
    """The number with its middle starred out, as notices print it."""
    keep = {"id_card": (6, 4), "mobile": (3, 4), "landline": (5, 2), "bank_card": (4, 4)}[kind]
    characters = list(value)
    places = [index for index, character in enumerate(characters) if character.isalnum()]
    for index in places[keep[0] : len(places) - keep[1]]:
        characters[index] = "*"
    return "".join(characters)


def mask_personal_data(
    text: str, kinds: frozenset[Kind] = frozenset({"id_card", "bank_card", "mobile"})
) -> str:
    """``text`` with the numbers of ``kinds`` masked; nothing else changes, lengths stay."""
    return "".join(_masked_pieces(text, kinds))


def _masked_pieces(text: str, kinds: frozenset[Kind]) -> Iterator[str]:
    position = 0
    for match in personal_data(text):
        if match.kind in kinds:
            yield text[position : match.start]
            yield match.masked
            position = match.end
    yield text[position:]
