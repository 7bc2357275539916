"""Words and numbers inside a drawing: how wide they are, where they break, how they are written. Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

WIDE: Final = 1.0
NARROW: Final = 0.62
"""Em per sign: a Chinese character, and the widest usual figure or letter of the fonts pages are set in."""
_LARGEST: Final = 1e12
_NOT_FIRST: Final = "，。、；：！？）》」』】〕”’,.;:!?)]}%"
"""Signs that never begin a line (GB/T 15834)."""


def number(value: float) -> str:
    """A number as a label: whole numbers plainly, others with one decimal, from a billion billions on as powers of ten."""
    if abs(value) >= _LARGEST:
        return f"{value:.3g}"
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def checked(value: float) -> float:
    """Raises ``ValueError`` for what no bar can show: not a number, endless, less than nothing."""
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"a chart shows numbers from zero up, not {value!r}")
    return value


def width(text: str, size: float) -> float:
    """How much room a line of text takes at a font size, in the same unit; rather too much than too little."""
    wide = sum(unicodedata.east_asian_width(sign) in "WFA" for sign in text)
    return size * (wide * WIDE + (len(text) - wide) * NARROW)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text in lines of at most ``room``: between Chinese characters anywhere, else at blanks, long words where they must.
    Every sign of the text is in one of the lines, blanks at their ends aside."""
    lines = [""]
    for piece in _pieces(text):
        line = lines[-1]
        if not line or width((line + piece).rstrip(), size) <= room:
            lines[-1] = line + piece
        elif piece[0] in _NOT_FIRST and len(line) > 1 and len(piece) == 1:
            lines[-1], carried = line[:-1], line[-1]  # the sign takes the character before it along
            lines.append(carried + piece)
        else:
            lines.append(piece)
        while width(lines[-1].rstrip(), size) > room and len(lines[-1].rstrip()) > 1:
            fits = _fitting(lines[-1], size, room)
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return [line.strip() for line in lines if line.strip()] or [""]


def _fitting(line: str, size: float, room: float) -> int:
    """How many signs of a line fit, one at least."""
    taken = 1
    while taken < len(line) and width(line[: taken + 1], size) <= room:
        taken += 1
    return taken


def _pieces(text: str) -> Iterator[str]:
    """What is not broken: a wide character, or a word with the blank after it."""
    word = ""
    for sign in " ".join(text.split()):
        if unicodedata.east_asian_width(sign) in "WF":
            if word:
                yield word
                word = ""
            yield sign
        else:
            word += sign
            if sign == " ":
                yield word
                word = ""
    if word:
        yield word


def clean(text: str) -> str:
    """As the text of an XML element: escaped, without the signs XML does not know."""
    return escape("".join(sign for sign in str(text) if sign.isprintable() or sign == " "), {'"': "&quot;"})
