"""Changes against last year that a sentence claims, held against the tables of both years. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Final

from gongkai.wings.disclosure.annual.checking import lexicon
from gongkai.wings.disclosure.annual.checking.phrases import Sum
from gongkai.wings.disclosure.annual.checking.scanning import Token
from gongkai.wings.disclosure.annual.forms import NEW
from gongkai.wings.disclosure.annual.shape import Number

_UP: Final = re.compile(r"增|上升|提高|提升|增幅|多")
_DOWN: Final = re.compile(r"减|下降|降|少")
_AGAINST: Final = re.compile(r"[较比与同](20\d\d)年")
_LONGER: Final = re.compile(r"环比|往年|以来|两年|[三四五六七八九十]年|年均|每年|前年")
_BETWEEN: Final = re.compile(
    r"略有|有所|大幅|明显|小幅|显著|基本|率为?|幅度?为?|数量|[了约近收]|分别", re.ASCII
)
_CARRIES: Final = frozenset({"compare", "light", "soft", "whole", "other_year", "year"})
"""Kinds of words that may stand between what grew and by how much."""


_ALONE: Final = _CARRIES | {"sum", "date", "hard", "request", "ordinal", "open", "close"}
"""Kinds of words that name nothing else that could have grown."""


@dataclass(frozen=True, slots=True)
class Growth:
    """By how much something is said to have changed against last year; ``readings`` are what may be meant by it."""

    sentence: int
    start: int
    end: int
    text: str
    amount: Decimal
    percent: bool
    grows: bool
    readings: tuple[Sum, ...]


def said_change(left: list[Token], sentence: str, number: Token, year: int) -> bool | None:
    """Whether the words before a number say that something grew (true) or shrank (false) by it since last year.

    ``None`` where they say neither, say to what it changed instead of by how much, or speak of another year.
    """
    compared = [each for each in left if each.kind == "compare"]
    if not compared or any(
        each.kind not in _CARRIES | {"text"} for each in left if each.start >= compared[0].start
    ):
        return None
    words = sentence[compared[0].start : number.start]
    if _LONGER.search(words) or any(int(said) != year - 1 for said in _AGAINST.findall(words)):
        return None
    # “下降至”, “升为” tell the new number.
    if re.search(r"[至到]$|[升降]为$", words.strip()) or "分别" in words:
        return None
    if any(each.kind == "text" and _BETWEEN.sub("", each.text).strip() for each in left):
        return None
    grows, shrinks = bool(_UP.search(words)), bool(_DOWN.search(words))
    return grows if grows != shrinks else None


def change_of_requests(left: list[Token], sentence: str, number: Token, year: int) -> bool | None:
    """The same where the requests stand between: “较上年多收到政府信息公开申请7件”."""
    compared = next((at for at, each in enumerate(left) if each.kind == "compare"), None)
    if compared is None:
        return None
    behind = [
        each
        for each in left[compared:]
        if each.kind not in _CARRIES and not (each.kind == "text" and each.text == "收")
    ]
    if not behind or not all(
        each.kind in ("request", "apply")
        or (each.kind == "flow" and lexicon.FLOWS[each.index][1][0] == (NEW,))
        for each in behind
    ):
        return None
    if behind[-1].kind == "flow" or not nothing_else(left[:compared]):
        return None
    return said_change(left[compared : left.index(behind[0])], sentence[: behind[0].start], behind[0], year)


def of_requests_behind(right: list[Token]) -> bool:
    """“增加7件政府信息公开申请”: whether the number counts the requests named after it, and no kind of them."""
    named = [each for each in right if each.kind not in ("light", "soft")]
    return bool(named) and all(each.kind == "request" and "申请" in each.text for each in named)


def nothing_else(words: Iterable[Token]) -> bool:
    return all(each.kind in _ALONE for each in words)


def against_last(words: str, year: int) -> bool:
    """Whether what is said before compares with last year, not with a longer time."""
    return not _LONGER.search(words) and all(int(said) == year - 1 for said in _AGAINST.findall(words))


def told_last(left: list[Token], sentence: str, number: Token, year: int) -> bool:
    """Whether the number is only last year's own (“较2022年的30件增加7件”): what grew is still what stood before."""
    words = sentence[left[0].start : number.start] if left else ""
    return (
        any(each.kind == "compare" for each in left)
        and not (_UP.search(words) or _DOWN.search(words) or _LONGER.search(words))
        and all(int(said) == year - 1 for said in _AGAINST.findall(words))
    )


def changes(
    growths: Iterable[Growth], cells: Mapping[str, Number], before: Mapping[str, Number]
) -> Iterator[tuple[Growth, Decimal, bool]]:
    """Growths no reading gives: with the right number in the direction said, and whether it was only cut off."""
    for each in growths:
        unit = Decimal(1).scaleb(min(0, int(each.amount.as_tuple().exponent)))
        actual: list[Decimal] = []
        for reading in each.readings:
            now, then = added(reading, cells), added(reading, before)
            if now is None or then is None or (each.percent and then <= 0):
                actual = []
                break
            change = Decimal(now) - Decimal(then)
            change = change * 100 / Decimal(then) if each.percent else change
            actual.append(change if each.grows else -change)
        if not actual or any(one.quantize(unit, ROUND_HALF_UP) == each.amount for one in actual):
            continue
        cut = next((one for one in actual if one.quantize(unit, ROUND_DOWN) == each.amount), None)
        right = actual[0] if cut is None else cut
        yield each, right.quantize(unit, ROUND_HALF_UP), cut is not None


def added(reading: Sum, cells: Mapping[str, Number]) -> int | Decimal | None:
    """What cells add up to; ``None`` where one is blank or missing."""
    found: int | Decimal = 0
    for path in reading:
        value = cells.get(path.removeprefix("-"))
        if value is None:
            return None
        found = found - value if path.startswith("-") else found + value
    return found if reading else None
