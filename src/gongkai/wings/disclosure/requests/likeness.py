"""How alike a new request is to earlier ones: for duplicates (条例 Art. 36 (六)) and for precedents. Pure.

Two requests of the same words about different years, plots or document numbers ask for different things, so their
numbers decide whether they can be the same.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from gongkai.foundation.hanzi.folding import fold
from gongkai.foundation.hanzi.likeness import SHINGLE
from gongkai.foundation.statutes import from_chinese

Level = Literal["same", "similar"]
_NUMBER = re.compile(r"\d+")
_TELLING = re.compile(r"\d+|[a-z]+")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_IDLE = re.compile(r"[\W_]+")
_DIGITS = "零一二三四五六七八九"
_CHINESE_DIGITS = re.compile(f"[{_DIGITS}]{{2,}}(?![十百千])|[{_DIGITS}十百千]*[十百千][{_DIGITS}十百千]*")
_COUNTED = re.compile(f"(?<=第)[{_DIGITS}]|[{_DIGITS}](?=[期号批次标届季])")
"""A single numeral that counts something: 一期, 第二; not the one of 三公经费."""
_SHORT, _FEW = 2, 14
"""Texts of fewer characters than ``_FEW`` are compared by stretches of two: of three they have hardly any."""
_SAYING = 3
"""Of fewer stretches a text that is found in another says nothing about it."""


class Earlier(NamedTuple):
    """A request that came before: what identifies it, what it asked for, whether the same applicant made it, and
    whether it was answered."""

    number: str
    description: str
    same_applicant: bool
    answered: bool = True


class Likeness(NamedTuple):
    """``score`` from 0 to 1; ``level`` "same" only for the same matter; ``other_numbers`` stand in one of the two only."""

    earlier: Earlier
    score: float
    level: Level
    other_numbers: tuple[str, ...]

    @property
    def asked_before(self) -> bool:
        """The same applicant asked the same."""
        return self.level == "same" and self.earlier.same_applicant

    @property
    def may_be_duplicate(self) -> bool:
        """Only what the same applicant has been answered already can be refused as a duplicate; a person decides."""
        return self.asked_before and self.earlier.answered


@dataclass(frozen=True, slots=True)
class Thresholds:
    same: float
    similar: float
    contains: float
    shown: int
    confirmed: bool


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("likeness.toml").read_text(encoding="utf-8"))


@functools.cache
def thresholds() -> Thresholds:
    table = _table()
    return Thresholds(table["same"], table["similar"], table["contains"], table["shown"], table["confirmed"])


@functools.cache
def _phrases() -> re.Pattern[str]:
    """Longest first, so that a phrase within another does not break it up."""
    folded = sorted({fold(phrase) for phrase in _table()["phrases"]}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, folded)))


class _Matter(NamedTuple):
    """What a text is about: its words without the phrases every request has, and apart from them what tells one
    matter from another of the same words: numbers and Latin letters."""

    words: str
    numbers: frozenset[str]

    def stretches(self, size: int) -> frozenset[str]:
        """A text of fewer characters is its own stretch."""
        return frozenset(self.words[at : at + size] for at in range(max(1, len(self.words) - size + 1)))


def _matter(description: str) -> _Matter:
    text = _CHINESE_DIGITS.sub(_in_figures, fold(description))
    text = _COUNTED.sub(_in_figures, _THOUSANDS.sub("", text))
    numbers = frozenset(number.lstrip("0") or "0" for number in _TELLING.findall(text))
    alike_but_for_numbers = _IDLE.sub("", _NUMBER.sub("0", text)).replace("年度", "年")
    kept = _phrases().sub("", alike_but_for_numbers).replace("的", "")
    return _Matter(kept or alike_but_for_numbers, numbers)


def _in_figures(hit: re.Match[str]) -> str:
    """二零一九 as 2019, 十二 as 12; what is no numeral stays."""
    text = hit.group()
    if not set(text) - set(_DIGITS):
        return "".join(str(_DIGITS.index(sign)) for sign in text)
    try:
        return str(from_chinese(text))
    except ValueError:
        return text


def alike(
    description: str, earlier: Iterable[Earlier], *, limits: Thresholds | None = None
) -> list[Likeness]:
    """The earlier requests that are like this one, the same applicant's and the likest first, at most ``shown`` of them.

    About 30 µs for each earlier request of usual length.
    """
    known = limits or thresholds()
    wanted = _matter(description)
    mine = {size: wanted.stretches(size) for size in (_SHORT, SHINGLE)}
    found = []
    for each in earlier:
        there = _matter(each.description)
        if not wanted.words or not there.words:
            continue
        size = _SHORT if min(len(wanted.words), len(there.words)) < _FEW else SHINGLE
        here, theirs = mine[size], there.stretches(size)
        common = len(here & theirs)
        if not common:
            continue
        score = common / (len(here) + len(theirs) - common)
        fewest = min(len(here), len(theirs))
        inside = common / fewest if fewest >= _SAYING else score
        if score < known.similar and inside < known.contains:
            continue
        others = wanted.numbers ^ there.numbers
        level: Level = "same" if score >= known.same and not others else "similar"
        found.append(Likeness(each, score, level, tuple(sorted(others))))
    found.sort(key=_rank)
    return found[: known.shown]


def _rank(each: Likeness) -> tuple[bool, bool, float, str]:
    return (not each.asked_before, each.level != "same", -each.score, each.earlier.number)
