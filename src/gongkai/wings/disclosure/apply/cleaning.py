"""Text as people hand it in: invisible signs taken out, nothing visible changed."""

from __future__ import annotations

import unicodedata
from typing import Final

from gongkai.foundation.hanzi import to_simplified

UNREADABLE: Final = "\ufffd"
"""What stands where the bytes sent were no text."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs"})


def line(text: str) -> str:
    """One line: control signs, direction marks, private signs gone; ends trimmed."""
    return " ".join(paragraphs(text).split())


def case_number(text: str) -> str:
    """A number as the office writes it, however it was typed: either script, any brackets, with spaces or without 号."""
    text = to_simplified(line(text)).replace(" ", "")
    for opening, closing in ("[]", "()", "（）", "【】", "［］", "「」", "{}"):
        text = text.replace(opening, "〔").replace(closing, "〕")
    return f"{text}号" if text[-1:].isdigit() and "〕" in text else text


def paragraphs(text: str) -> str:
    """Text with line breaks; the rest as in ``line``."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in _INVISIBLE
    ).strip()
