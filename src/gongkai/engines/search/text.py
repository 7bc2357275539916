"""How texts are compared: one plain form for both scripts, its pairs of characters, and marks in the original."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from html import escape
from operator import add

from gongkai.foundation.hanzi import fold, fold_with_offsets

LONGEST_WORDS = 100
"""Characters of a query that count."""
MOST_TERMS = 8
SNIPPET = 120
"""Characters of text around what was found."""

_BETWEEN = r"[\W_]+"
_between = re.compile(_BETWEEN)
_WRAPPING = "[<>()\"'\\[\\]『』]"
"""Brackets and quotation marks, as folding leaves them."""
_wrapping = re.compile(_WRAPPING)
_LEAD = 24
"""Characters a snippet shows before what was found."""
_STOPS = "。！？；\n"


def plain(text: str) -> str:
    """The form in which everything is compared: folded, with one space for whatever stands between runs of letters,
    digits and Han characters. The plain form of a substring is a substring of the plain form."""
    return _between.sub(" ", fold(text)).strip()


def seen_through(title: str) -> str:
    """The plain form of a title without its brackets and quotation marks; "" when that changes nothing.

    《办法》解读 is read as 办法解读, and so people type it. Other marks stay gaps: they part words.
    """
    folded = fold(title)
    return plain(_wrapping.sub("", folded)) if _wrapping.search(folded.strip()) else ""


def bare(text: str) -> str:
    """The plain form without spaces: 国发20195号 for 国发〔2019〕5号."""
    return plain(text).replace(" ", "")


def grams(plain_text: str) -> set[str]:
    """The tokens of a plain text: each pair of neighbours in a run, and the last character of each run.

    They are those of ``hanzi.index_tokens``, without a step of Python for each character.
    """
    found = set(map(add, plain_text, f"{plain_text[1:]} "))
    for pair in [pair for pair in found if " " in pair]:
        found.remove(pair)
        if pair[0] != " ":
            found.add(pair[0])
    return found


def required(term: str) -> list[str]:
    """FTS5 expressions that every text with ``term`` (plain, not empty) in it satisfies."""
    pairs = sorted(gram for gram in grams(term) if len(gram) > 1)
    if pairs:
        return [f'"{pair}"' for pair in pairs]
    # Only single characters: all but the last end their run, the last may begin a longer one.
    *ended, last = term.split(" ")
    return [f'"{character}"' for character in ended] + [f'"{last}"*']


def is_proof(term: str) -> bool:
    """Is a text that satisfies ``required(term)`` certain to contain the term? True of one or two characters."""
    return len(term) == 1 or (len(term) == 2 and " " not in term)


def terms_of(words: str) -> tuple[list[str], str]:
    """The plain terms of a query and the end of it that is left out because it is too long."""
    pieces = words[:LONGEST_WORDS].split()
    kept = filter(None, map(plain, pieces[:MOST_TERMS]))
    ignored = " ".join([*pieces[MOST_TERMS:], words[LONGEST_WORDS:].strip()]).strip()
    return list(dict.fromkeys(kept)), ignored


# -- Marks ---------------------------------------------------------------------------------------------


class Marker:
    """Finds the terms in original texts, whatever script and punctuation they are written in."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = sorted(terms, key=len, reverse=True)
        patterns = [_BETWEEN.join(map(re.escape, term.split(" "))) for term in self._terms]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    @cached_property
    def _through_brackets(self) -> re.Pattern[str] | None:
        """The same, whatever brackets stand inside a word. Made for the first title that has any: it takes as long as all
        the marks of a page."""
        patterns = [
            _BETWEEN.join(f"{_WRAPPING}*".join(map(re.escape, run)) for run in term.split(" "))
            for term in self._terms
        ]
        return re.compile("|".join(patterns)) if patterns else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where terms stand in ``text``; sorted, not overlapping."""
        return _spans(self._pattern, text)

    def marked(self, text: str) -> str:
        """``text`` as HTML with marks."""
        return _with_marks(text, self.spans(text))

    def marked_title(self, title: str) -> str:
        """``title`` as HTML with marks, also where brackets stand inside a word (``seen_through``)."""
        wrapped = _wrapping.search(fold(title)) is not None
        return _with_marks(title, _spans(self._through_brackets if wrapped else self._pattern, title))

    def snippet(self, text: str, *, otherwise: str = "") -> str:
        """The stretch of ``text`` with the most different terms in it, as HTML with marks.

        ``otherwise`` is shown when no term stands in the text; without it, the beginning of the text.
        """
        spans = self._literally(text) or self.spans(text)
        if not spans:
            return escape(_shortened(otherwise or text))
        first = max(
            range(min(len(spans), 50)),
            key=lambda i: (len({text[a:b] for a, b in spans[i:] if b <= spans[i][0] + SNIPPET}), -i),
        )
        start = _beginning(text, spans[first][0])
        end = min(len(text), start + SNIPPET + _LEAD)
        body = self.marked(text[start:end])
        return f"{'…' if start else ''}{body}{'…' if end < len(text) else ''}"

    def _literally(self, text: str) -> list[tuple[int, int]]:
        """Places where the terms stand in their plain form: nearly always, and folding a long text is slow."""
        return [match.span() for match in self._pattern.finditer(text)] if self._pattern else []


def _spans(pattern: re.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    if pattern is None:
        return []
    folded = fold(text)
    if len(folded) == len(text):
        return [match.span() for match in pattern.finditer(folded)]
    slowly = fold_with_offsets(text)
    return [slowly.original_span(*match.span()) for match in pattern.finditer(slowly.text)]


def _beginning(text: str, found: int) -> int:
    """A little before ``found``, after the end of a sentence if there is one near."""
    earliest = max(0, found - _LEAD)
    stop = max(text.rfind(character, earliest, found) for character in _STOPS)
    return stop + 1 if stop >= 0 else earliest


def _with_marks(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces = []
    position = 0
    for start, end in spans:
        if start >= position:  # two characters that fold out of one may both be found
            pieces += [escape(text[position:start]), f"<mark>{escape(text[start:end])}</mark>"]
            position = end
    pieces.append(escape(text[position:]))
    return "".join(pieces).replace("\n", " ")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SNIPPET else text[:SNIPPET] + "…"
