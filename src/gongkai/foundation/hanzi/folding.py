"""One form for all ways of writing the same thing, so that search and comparison need not care.

Full width becomes half width, capitals small, Traditional Simplified, look-alike characters one of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from gongkai.foundation.hanzi.scripts import to_simplified

# Characters that are typed for one another, in names of people and places and from one script to the other, and so
# break a search. The Han ones of the right column are no right spelling, only one that both sides come to.
_LOOK_ALIKE = {
    "禇": "褚",
    "昇": "升",
    "﨑": "崎",
    "苧": "苎",
    "覆": "复",
    "著": "着",
    "藉": "借",
    "乾": "干",
    "〇": "零",
    "○": "零",
    "—": "-",
    "–": "-",
    "―": "-",
    "﹣": "-",
    "～": "~",
    "〔": "[",
    "〕": "]",
    "【": "[",
    "】": "]",
    "「": '"',
    "」": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "〈": "<",
    "〉": ">",
    "《": "<",
    "》": ">",
}


_HAN = (range(0x3400, 0xA000), range(0x20000, 0x2EBE1))
"""Unicode's blocks of Han characters."""
_MARKS = (range(0x2000, 0x3400), range(0xFE10, 0xFFF0))
"""Punctuation, symbols and wide or narrow forms: what else stands in Chinese texts and is not in its one form."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; ``offsets[i]`` is where character ``i`` of it stands in the original (one more for the end)."""

    text: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the folded span ``start``–``end`` comes from."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> str:
    """``text`` in its one form. Folding twice changes nothing.

    Character by character, without OpenCC's phrases: what stands around a character must not change its form, or a
    part of a text would not be found in it.
    """
    at_once = text.translate(_at_once()).lower()
    # Nearly every text is in its form by now, and seeing so is quick; composing it is not.
    return at_once if unicodedata.is_normalized("NFKC", at_once) else _step_by_step(text)


def _step_by_step(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).lower().translate(_one_form())
    return unicodedata.normalize("NFKC", normal)


def fold_with_offsets(text: str) -> Folded:
    """The same, with the way back to the original: for marks in snippets. Slower than ``fold``.

    Accents typed as characters of their own stay apart here.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        piece = fold(character)
        pieces.append(piece)
        offsets.extend([index] * len(piece))
    offsets.append(len(text))
    return Folded("".join(pieces), tuple(offsets))


@cache
def _one_form() -> dict[int, str]:
    """Traditional and look-alike characters to the one that stands for them; made once."""
    characters = [chr(code) for block in _HAN for code in block]
    simplified = _each(to_simplified, characters)
    ones = _each(to_simplified, [_LOOK_ALIKE.get(one, one) for one in simplified])
    table = {character: _LOOK_ALIKE.get(one, one) for character, one in zip(characters, ones, strict=True)}
    return {ord(character): one for character, one in (table | _LOOK_ALIKE).items() if character != one}


@cache
def _at_once() -> dict[int, str]:
    """What ``_step_by_step`` makes of single characters, where that is another one."""
    characters = [chr(code) for code in (*_one_form(), *(code for block in _MARKS for code in block))]
    forms = zip(characters, _each(_step_by_step, characters), strict=True)
    return {ord(character): one for character, one in forms if character != one}


def _each(change: Callable[[str], str], characters: Sequence[str]) -> list[str]:
    """``change`` of each, in one call: what stands on another line does not touch it."""
    return change("\n".join(characters)).split("\n")
