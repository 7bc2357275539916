"""Finding what may have to be hidden: numbers of people, and words the handler gives. Proposals, never decisions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from gongkai.foundation.hanzi import fold, personal_data
from gongkai.wings.disclosure.redaction.geometry import Box, beside, lines
from gongkai.wings.disclosure.redaction.sources import Character, Source

FOUND_LIMIT = 2001
"""One more than a document may have marks: whoever gets as many is told so, and never left to think that was all."""
KINDS = ("id_card", "mobile", "landline", "bank_card")
_ONE_TO_A_BOX = re.compile(r"(?<![^\s:：])[0-9０-９](?:[^\S\r\n]+[0-9０-９XxＸｘ]){10,18}(?!\S)")
"""Digits that stand alone, as papers with a small box for each have them."""
_NOT_SAYING = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A place with what stands there. ``kind``: one of ``KINDS``, or "word"; ``hint``: the text, masked."""

    box: Box
    kind: str
    hint: str


def find(source: Source, *, words: Sequence[str], kinds: Iterable[str]) -> list[Found]:
    """All places, page by page, each once; at most ``FOUND_LIMIT``."""
    wanted, needles = frozenset(kinds), [needle for word in words if (needle := folded(word))]
    found: dict[Box, Found] = {}
    for page in range(1, len(source.sizes()) + 1):
        characters = source.characters(page)
        width, height = source.sizes()[page - 1]
        for hit, kind, hint in (*_numbers(characters, wanted), *_words(characters, needles)):
            for line in lines(box for character in hit if (box := character.box)):
                if place := line.grown(1).within(width, height):
                    found.setdefault(place, Found(place, kind, hint))
        if len(found) >= FOUND_LIMIT:
            break
    return list(found.values())[:FOUND_LIMIT]


def _numbers(
    characters: list[Character], kinds: frozenset[str]
) -> Iterator[tuple[list[Character], str, str]]:
    """As the lines stand, and with lines joined: a number may go over the end of a line.

    Where each digit stands alone, they are read together; then only a number whose check character fits is one.
    """
    joined = [character for character in characters if character.text not in "\r\n"]
    for way in (characters, joined):
        for match in personal_data("".join(character.text for character in way)):
            if match.kind in kinds:
                yield way[match.start : match.end], match.kind, match.masked
    for hit in _ONE_TO_A_BOX.finditer("".join(character.text for character in characters)):
        digits = [each for each in characters[hit.start() : hit.end()] if not each.text.isspace()]
        for match in personal_data("".join(character.text for character in digits)):
            if match.kind in kinds and match.valid and match.end - match.start == len(digits):
                yield digits, match.kind, match.masked


def _words(characters: list[Character], needles: Sequence[str]) -> Iterator[tuple[list[Character], str, str]]:
    text, places = compact(characters)
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            first, last = places[at], places[at + len(needle) - 1]
            yield characters[first : last + 1], "word", masked(needle)
            at = text.find(needle, at + 1)


def compact(characters: Sequence[Character]) -> tuple[str, list[int]]:
    """Folded text without blanks, and for each character of it the index it came from."""
    pieces, places = [], []
    for index, character in enumerate(characters):
        plain = _folded_sign(character.text)
        pieces.append(plain)
        places.extend([index] * len(plain))
    return "".join(pieces), places


def folded(text: str) -> str:
    return "".join(_folded_sign(sign) for sign in text)


@cache
def _folded_sign(sign: str) -> str:
    return "" if sign.isspace() or sign in "\0\ufffe\ufffd\u200b\ufeff\xad" else fold(sign).replace(" ", "")


def masked(text: str) -> str:
    """A word's first character, the rest starred out."""
    return text[0] + "*" * (len(text) - 1)


def hidden_runs(characters: Sequence[Character], boxes: Sequence[Box]) -> tuple[list[str], list[Character]]:
    """The texts that ``boxes`` cover, line by line, and the characters that stay visible.

    A character is covered when the middle of its place is. What stands apart on the page, like two fields of a form,
    is two texts.
    """
    runs: list[list[Character]] = [[]]
    visible: list[Character] = []
    before: Box | None = None
    for character in characters:
        if character.text in "\r\n":
            runs.append([])
            visible.append(character)
        elif character.box is None:
            (runs[-1] if runs[-1] else visible).append(character)
        elif any(_covered(character.box, box) for box in boxes):
            if runs[-1] and before and not beside(before, character.box):
                runs.append([])
            runs[-1].append(character)
            before = character.box
        else:
            runs.append([])
            visible.append(character)
    texts = ["".join(character.text for character in run).strip() for run in runs]
    return [text for text in texts if text], visible


def _covered(place: Box, box: Box) -> bool:
    return box.holds(place.left + place.width / 2, place.top + place.height / 2)


def tells_something(text: str) -> bool:
    """Whether seeing this text elsewhere gives the hidden one away: two Han characters, or four others."""
    plain = _NOT_SAYING.sub("", text)
    return len(plain) >= (2 if re.search(r"[\u3400-\u9fff\U00020000-\U0003ffff]", plain) else 4)


def repeats(source: Source, boxes: Sequence[Box]) -> list[int]:
    """Pages on which a text that is covered somewhere still stands for all to read."""
    hidden: set[str] = set()
    visible: dict[int, str] = {}
    for page in range(1, len(source.sizes()) + 1):
        runs, left = hidden_runs(source.characters(page), [box for box in boxes if box.page == page])
        hidden.update(needle for run in runs if tells_something(needle := folded(run)))
        visible[page] = compact(left)[0]
    return [page for page, text in visible.items() if any(needle in text for needle in hidden)]
