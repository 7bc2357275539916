"""Numbers of people in a text: ID cards, phones, bank cards. What must not be published unmasked (个人信息保护法)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stdnum import luhn
from stdnum.cn import ric

Kind = Literal["id_card", "mobile", "landline", "bank_card"]


@dataclass(frozen=True, slots=True)
class Match:
    """One number. ``valid`` says whether its check character fits (phones have none and are valid by shape)."""

    start: int
    end: int
    kind: Kind
    value: str
    masked: str
    valid: bool


_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "id_card",
        re.compile(
            r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx](?![0-9A-Za-z])", re.A
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
        re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z]|\.\d)", re.A),
    ),
    ("landline", re.compile(r"(?<![0-9A-Za-z])0\d{2,3}[-－ ]\d{7,8}(?!\d)", re.A)),
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")


def personal_data(text: str) -> list[Match]:
    """Every number of a person in ``text``, in order, none inside another."""
    narrow = text.translate(_FULL_WIDTH)
    found: list[Match] = []
    for kind, pattern in _PATTERNS:
        matches = [match for hit in pattern.finditer(narrow) if (match := _judge(kind, hit)) is not None]
        characters = list(narrow)
        for match in matches:  # what is taken is no part of another number
            characters[match.start : match.end] = "\0" * len(match.value)
        narrow = "".join(characters)
        found.extend(matches)
    return sorted(found, key=lambda match: match.start)


def _judge(kind: Kind, hit: re.Match[str]) -> Match | None:
    value = hit.group()
    digits = re.sub(r"[^0-9Xx]", "", value)
    valid = True
    if kind == "id_card":
        valid = _is_resident_id(digits.upper())
    elif kind == "bank_card":
        valid = 15 <= len(digits) <= 19 and bool(luhn.is_valid(digits))
        if not valid:
            return None  # any long number has this shape; only the check digit makes it a card
    return Match(hit.start(), hit.end(), kind, value, mask(kind, value), valid)


def _is_resident_id(number: str) -> bool:
    """Date and check character fit (GB 11643—1999). The division is not looked up: new ones must not slip through."""
    try:
        dt.datetime.strptime(number[6:14], "%Y%m%d")  # noqa: DTZ007 - a date of birth has no zone
    except ValueError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


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
