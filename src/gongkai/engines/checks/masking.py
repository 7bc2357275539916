"""Masking the numbers of people in HTML, also where mark-up stands inside a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

from gongkai.foundation.hanzi import Match, personal_data
from gongkai.foundation.hanzi.personal import Kind

# nothing without quotes runs past the next "<": a text of many openings is not read to its end for each of them
_TAG = r"<(?:!--[^<>]*>|/?[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^'\"<>])*>)"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_PIECE = re.compile(f"(?P<tag>{_TAG})|(?P<entity>{_ENTITY})|.", re.DOTALL)
_INLINE = re.compile(
    r"<(?:!--|/?(?:a|abbr|b|code|del|em|font|i|ins|mark|q|s|small|span|strong|sub|sup|time|u|wbr)\b)",
    re.IGNORECASE,
)
_USUAL: frozenset[Kind] = frozenset({"id_card", "bank_card", "mobile"})


def mask_personal_data(html: str, kinds: frozenset[Kind] = _USUAL) -> str:
    """``html`` with the numbers of ``kinds`` masked in text, attributes and comments (``masked``)."""
    return masked(html, lambda match: match.kind in kinds)


def masked(html: str, wanted: Callable[[Match], bool]) -> str:
    """``html`` with the ``wanted`` numbers masked in text, attributes and comments; the mark-up stays as it is.

    A number is read as a browser shows it, across ``<b>``, ``&nbsp;`` and characters without width, but not from one
    cell or paragraph to the next.
    """
    shown: list[str] = []
    places: list[tuple[int, int]] = []
    changed: list[tuple[int, int, str]] = []
    for start, end, characters, inside in _pieces(html, wanted):
        if inside is not None:
            changed.append((start, end, inside))
        shown.extend(characters)
        places.extend([(start, end)] * len(characters))
    for match in personal_data("".join(shown)):
        if wanted(match):
            for index, (before, after) in enumerate(zip(match.value, match.masked, strict=True), match.start):
                if before != after:
                    changed.append((*places[index], after))
    return _with(html, sorted(changed))


def _pieces(html: str, wanted: Callable[[Match], bool]) -> Iterator[tuple[int, int, str, str | None]]:
    """Start, end, what a reader sees of it, and for a tag in which something is masked the tag as it shall be."""
    for piece in _PIECE.finditer(html):
        start, end, words = piece.start(), piece.end(), piece.group()
        if piece["tag"] is not None:
            numbers = [
                (match.start, match.end, match.masked) for match in personal_data(words) if wanted(match)
            ]
            inside = _with(words, numbers) if numbers else None
            yield start, end, "" if _INLINE.match(words) else "\n", inside
        else:
            yield start, end, unescape(words) if piece["entity"] else words, None


def _with(html: str, changed: list[tuple[int, int, str]]) -> str:
    pieces, position = [], 0
    for start, end, words in changed:
        pieces += [html[position:start], words]
        position = end
    return "".join([*pieces, html[position:]])
