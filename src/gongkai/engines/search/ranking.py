"""The order of what was found.

1. the document whose number or index number is the query, then the one whose title is;
2. what has all the words in title or numbers, before what has them in the text (the caller's two tiers);
3. what is in force before what is repealed or expired;
4. how much the title, or the text, is about the words; 5. the newer first.

Only the newest of each tier are read for this; what is older follows by date.
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


def by_title(
    connection: sqlite3.Connection, ids: Sequence[int], terms: Sequence[str], words: str, over: int
) -> Iterator[int]:
    """Documents with all the terms in title or numbers: the one that is called so first, then by the terms' share of
    the title. ``ids`` come newest first; ``over`` is the bitmap of what is no longer in force."""
    whole = bare(words)
    bare_terms = [term.replace(" ", "") for term in terms]
    scored = []
    for age, (id, (head,)) in enumerate(_read(connection, "head", ids)):
        title, *numbers = head.replace(" ", "").split("\n")
        share = 0
        for term, bare_term in zip(terms, bare_terms, strict=True):
            if bare_term in title:
                share += len(bare_term)
            elif term not in head:
                share = -1
                break
        if whole in numbers:
            scored.append((0, over >> id & 1, 0.0, age, id))
        elif share >= 0:
            scored.append((1 + (title != whole), over >> id & 1, -share / (len(title) or 1), age, id))
    scored.sort()
    return (id for *_key, id in scored)


def by_text(
    connection: sqlite3.Connection, ids: Sequence[int], terms: Sequence[str], over: int
) -> Iterator[int]:
    """Documents with the terms in the text: by BM25 without the rarity of words, for every result holds every word."""
    scored = []
    for age, (id, (head, body)) in enumerate(_read(connection, "head, body", ids)):
        ballast = _SATURATION * (1 - _LENGTH + _LENGTH * len(body) / _USUAL_LENGTH)
        counts = [body.count(term) or int(term in head) for term in terms]
        if all(counts):
            score = sum(count / (count + ballast) for count in counts)
            scored.append((over >> id & 1, -score, age, id))
    scored.sort()
    return (id for *_key, id in scored)


def _read(
    connection: sqlite3.Connection, columns: str, ids: Sequence[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    statement = f"SELECT id, {columns} FROM plain WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
    texts = {id: texts for id, *texts in connection.execute(statement, (json.dumps(ids),))}
    return ((id, tuple(texts[id])) for id in ids)
