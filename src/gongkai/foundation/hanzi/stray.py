"""Strings that do not belong: what a careless or malicious copy left in the middle of an otherwise fluent text.

Fluent Chinese, cut into words, leaves few characters over, and those are nearly all ones that often stand alone (的,
在, 市). A string that does not belong leaves a chain of characters that rarely stand alone, no two of which make a
word. The method knows no list of such strings, only how often each character is a word of its own
(``tables/characters.txt``). A chain is reported when the surprise of its characters beyond ``ORDINARY`` adds up to
``REPORTED``, unless there is a better reason for it: it names a place, or it is the code letters of a document number.
Pairs that the text uses in two surroundings (a name, a new word) count as its words. Figures, and what is missed:
docs/text-checks.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gongkai.foundation.hanzi.scripts import to_simplified
from gongkai.foundation.hanzi.words import cut, is_word

_TABLE = Path(__file__).parent / "tables" / "characters.txt"

ORDINARY = 7.5
"""The surprise of a single character that counts for nothing (ln of one over its share: about one in 1,800)."""
REPORTED = 3.0
"""How much beyond the ordinary a chain must add up to. Chosen on the Haikou report of 2020, where the seven strings
known score 3.5 and more and nothing else scores 3."""
REASON = "characters that rarely stand alone and make no word"
_EDGE = 7.0
"""Commoner characters than this are taken off the ends of a chain: they belong to the sentence."""
_RAREST = 13.5
_HAN = re.compile("[一-鿿]{2,}")
_PLACE = frozenset("村镇区市县乡街省路社岛湾港桥湖山河江寺庙")
_FARMS = ("农场", "林场", "农垦")
_NUMBER_OPENS = frozenset("〔[［")


@dataclass(frozen=True, slots=True)
class Stray:
    """A string at ``start``–``end`` of the text; ``score`` says how far it is from fluent, from ``REPORTED`` up."""

    start: int
    end: int
    text: str
    score: float
    reason: str


def stray_strings(text: str) -> list[Stray]:
    """The strings of ``text``, in either script, that do not belong, in order. They are suspicions, not proof."""
    simplified = to_simplified(text)
    if len(simplified) != len(text):
        simplified = "".join(one if len(one := to_simplified(c)) == 1 else c for c in text)
    found = []
    pairs: Counter[tuple[str, str]] | None = None
    for first, last in _chains(simplified):
        if _score(simplified, first, last) < REPORTED or _is_name(simplified, first, last):
            continue
        if pairs is None:
            pairs = _pairs_by_use(simplified)
        for start, end in _without_used(simplified, first, last, pairs):
            if (score := _score(simplified, start, end)) >= REPORTED:
                found.append(Stray(start, end, text[start:end], round(score, 1), REASON))
    return found


def _score(text: str, start: int, end: int) -> float:
    return sum(_surprise(character) - ORDINARY for character in text[start:end])


def _without_used(
    text: str, start: int, end: int, pairs: Counter[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """What is left of a chain without the pairs that the text uses in two surroundings: those are its words."""
    position = start
    for place in range(start, end - 1):
        if pairs[text[place], text[place + 1]] > 1:
            yield from _trimmed(text, position, place)
            position = place + 2
    yield from _trimmed(text, position, end)


def _pairs_by_use(text: str) -> Counter[tuple[str, str]]:
    """In how many surroundings each pair of neighbours stands. A page that holds its text twice has them once."""
    padded = f"\n{text}\n"
    uses = set(zip(padded, text, text[1:], [*text[2:], "\n"], strict=False))
    return Counter((first, second) for _before, first, second, _after in uses)


def _chains(text: str) -> Iterator[tuple[int, int]]:
    """Spans of two and more characters, each left over by segmentation, no two neighbours of which make a word.

    They end where a place ends (南溟市老旧小区).
    """
    for stretch in _HAN.finditer(text):
        position = first = stretch.start()
        for word in cut(stretch.group()):
            if len(word) > 1 or word in _PLACE:
                yield from _trimmed(text, first, position)
                first = position + len(word)
            elif position > first and is_word(text[position - 1 : position + 1]):
                yield from _trimmed(text, first, position)
                first = position
            position += len(word)
        yield from _trimmed(text, first, position)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and _surprise(text[start]) < _EDGE:
        start += 1
    while start < end and _surprise(text[end - 1]) < _EDGE:
        end -= 1
    if end - start > 1:
        yield start, end


def _is_name(text: str, start: int, end: int) -> bool:
    """A place (博养村) or the code letters of a number (琼府办函〔2020〕…)."""
    following = text[end : end + 2]
    return following[:1] in _PLACE or following in _FARMS or following[:1] in _NUMBER_OPENS


def _surprise(character: str) -> float:
    return _table().get(character, _RAREST)


@cache
def _table() -> dict[str, float]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return {
        character: float(value)
        for value, characters in (line.split() for line in lines if not line.startswith("#"))
        for character in characters
    }
