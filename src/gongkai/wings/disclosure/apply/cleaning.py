"""Text as people hand it in: invisible signs taken out, nothing visible changed."""

from __future__ import annotations

import unicodedata
from typing import Final

UNREADABLE: Final = "\ufffd"
"""What stands where the bytes sent were no text."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs"})


def line(text: str) -> str:
    """One line: control signs, direction marks, private signs gone; ends trimmed."""
    return " ".join(paragraphs(text).split())


def paragraphs(text: str) -> str:
    """Text with line breaks; the rest as in ``line``."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _INVISIBLE
    ).strip()
