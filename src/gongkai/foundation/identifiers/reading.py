"""What every identifier does with raw input before it looks at it."""

from __future__ import annotations

import re
import unicodedata

from .errors import IdentifierError

LONGEST_INPUT = 200

_PROVINCES_BY_REGION = {
    "1": "12345",
    "2": "123",
    "3": "1234567",
    "4": "123456",
    "5": "01234",
    "6": "12345",
    "7": "1",
    "8": "123",
}
PROVINCES = frozenset(
    region + province for region, provinces in _PROVINCES_BY_REGION.items() for province in provinces
)
"""First two digits of division codes (GB/T 2260); 83 stands for Taiwan in residence permits since 2018."""

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def clean(value: str) -> str:
    """``value`` with full-width characters made half-width, and outer blanks and invisible characters removed."""
    if not isinstance(value, str):
        raise IdentifierError(
            "not-text", "the value is not a text", "give it as text: long numbers lose digits otherwise"
        )
    if len(value) > LONGEST_INPUT:
        raise IdentifierError(
            "too-long",
            "the value has %(length)d characters",
            "give one identifier of at most %(limit)d characters",
            {"length": len(value), "limit": LONGEST_INPUT},
        )
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).strip()


def compact(value: str) -> str:
    """``clean``, without any blanks and hyphens inside, in capitals."""
    return re.sub(r"[\s\-‐‑‒–—]", "", clean(value)).upper()


def hide(value: str, *, head: int, tail: int) -> str:
    """``value`` with all but its first ``head`` and last ``tail`` characters replaced by asterisks."""
    hidden = max(len(value) - head - tail, 0)
    return value[:head] + "*" * hidden + value[len(value) - tail :]


def wrong_length(length: int, expected: str) -> IdentifierError:
    return IdentifierError(
        "length",
        "it has %(length)d characters",
        "write all %(expected)s",
        {"length": length, "expected": expected},
    )


def wrong_check() -> IdentifierError:
    """Does not say which character would fit: then the wrong digit would be kept and the check digit changed."""
    return IdentifierError(
        "check",
        "the check character does not fit the others",
        "compare with the original: at least one character is mistyped",
    )
