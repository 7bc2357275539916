"""One form for all ways of writing the same thing, so that search and comparison need not care.

Full width becomes half width, capitals small, Traditional Simplified, look-alike characters one of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from gongkai.foundation.hanzi.scripts import to_simplified

# Characters that are typed for one another in names of people and places, and so break a search.
_LOOK_ALIKE = str.maketrans(
    {
        "禇": "褚",
        "昇": "升",
        "﨑": "崎",
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
)


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
    """``text`` in its one form. Folding twice changes nothing."""
    normal = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKE).lower()
    return unicodedata.normalize("NFKC", to_simplified(normal).translate(_LOOK_ALIKE)).lower()


def fold_with_offsets(text: str) -> Folded:
    """The same, with the way back to the original: for marks in snippets. Slower than ``fold``."""
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        piece = unicodedata.normalize("NFKC", character).translate(_LOOK_ALIKE).lower()
        pieces.append(piece)
        offsets.extend([index] * len(piece))
    folded = to_simplified("".join(pieces)).translate(_LOOK_ALIKE)
    offsets.append(len(text))
    if (
        len(folded) != len(offsets) - 1
    ):  # a table that is not character for character: fall back to single ones
        folded = "".join(to_simplified(piece) for piece in "".join(pieces))
    return Folded(folded, tuple(offsets))
