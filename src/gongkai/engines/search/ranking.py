"""The order of what was found.

1. the document whose number or index number is the query, then the one whose title is;
2. what has all the words in title or numbers, before what has them in the text (the caller's two tiers);
3. what is in force before what is repealed or expired;
4. how much the title, or the text, is about the words; 5. the newer first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence

from gongkai.engines.search.text import bare

_SATURATION = 1.2
_LENGTH = 0.5
_USUAL_LENGTH = 800
"""The constants of BM25: how soon repetition stops to count, how much length does, and characters of a usual text."""


def ranked(
    connection: sqlite3.Connection, ids: Sequence[int], terms: Sequence[str], words: str, over: int
) -> Iterator[int]:
    """The documents in order of relevance; ``ids`` come newest first. Those without all the terms are left out.

    ``over``: bitmap of what is no longer in force.
    """
    texts = {
        id: (head, body)
        for id, head, body in connection.execute(
            "SELECT id, head, body FROM plain WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        )
    }
    whole = bare(words)
    scored = []
    for age, id in enumerate(ids):
        head, body = texts[id]
        identity = _identity(head, whole)
        score = _score(head, body, terms)
        if score is not None or identity == 0:
            scored.append((identity, over >> id & 1, -(score or 0), age, id))
    scored.sort()
    return (id for *_key, id in scored)


def _identity(head: str, whole: str) -> int:
    title, *numbers = head.replace(" ", "").split("\n")
    if whole and whole in numbers:
        return 0
    return 1 if title == whole else 2


def _score(head: str, body: str, terms: Sequence[str]) -> float | None:
    """Between 0 and 2 for each term: its share of the title, and BM25 of the text without the rarity of words (every
    result holds every word). None when a term is not there at all."""
    title = head.partition("\n")[0]
    ballast = _SATURATION * (1 - _LENGTH + _LENGTH * len(body) / _USUAL_LENGTH)
    score = 0.0
    for term in terms:
        times = body.count(term)
        if not times and term not in head:
            return None
        score += times / (times + ballast)
        if term in title:
            score += len(term) / len(title)
    return score
