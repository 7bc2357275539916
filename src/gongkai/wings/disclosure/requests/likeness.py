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
from gongkai.foundation.hanzi.likeness import shingles

Level = Literal["same", "similar"]
_NUMBER = re.compile(r"\d+")


class Earlier(NamedTuple):
    """A request that came before: what identifies it, what it asked for, and whether the same applicant made it."""

    number: str
    description: str
    same_applicant: bool


class Likeness(NamedTuple):
    """``score`` from 0 to 1; ``level`` "same" only for the same matter; ``other_numbers`` stand in one of the two only."""

    earlier: Earlier
    score: float
    level: Level
    other_numbers: tuple[str, ...]

    @property
    def may_be_duplicate(self) -> bool:
        """Only what the same applicant has asked for already can be refused as a duplicate; a person decides."""
        return self.level == "same" and self.earlier.same_applicant


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
    stretches: frozenset[str]
    numbers: frozenset[str]


def _matter(description: str) -> _Matter:
    """What a text is about: its stretches without the phrases every request has, and apart from them its numbers."""
    folded = fold(description)
    numbers = frozenset(number.lstrip("0") or "0" for number in _NUMBER.findall(folded))
    alike_but_for_numbers = _NUMBER.sub("0", folded)
    kept = _phrases().sub(" ", alike_but_for_numbers)
    return _Matter(shingles(kept) or shingles(alike_but_for_numbers), numbers)


def alike(
    description: str, earlier: Iterable[Earlier], *, limits: Thresholds | None = None
) -> list[Likeness]:
    """The earlier requests that are like this one, the same applicant's and the likest first, at most ``shown`` of them.

    About 20 µs for each earlier request of usual length.
    """
    known = limits or thresholds()
    wanted = _matter(description)
    found = []
    for each in earlier:
        there = _matter(each.description)
        common = len(wanted.stretches & there.stretches)
        if not common:
            continue
        score = common / (len(wanted.stretches) + len(there.stretches) - common)
        inside = common / min(len(wanted.stretches), len(there.stretches))
        if score < known.similar and inside < known.contains:
            continue
        others = wanted.numbers ^ there.numbers
        level: Level = "same" if score >= known.same and not others else "similar"
        found.append(Likeness(each, score, level, tuple(sorted(others))))
    found.sort(key=_rank)
    return found[: known.shown]


def _rank(each: Likeness) -> tuple[bool, bool, float, str]:
    return (not each.may_be_duplicate, each.level != "same", -each.score, each.earlier.number)
