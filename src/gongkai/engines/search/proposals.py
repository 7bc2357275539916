"""What to offer when nothing is found: never a silent nothing."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from gongkai.engines.search.records import Proposal, Query, Reason
from gongkai.engines.search.text import MOST_TERMS, plain, required
from gongkai.engines.search.view import View, count
from gongkai.foundation.hanzi import words

MOST = 4
_TITLES_LOOKED_AT = 50
_LONGEST_MENDED = 16


def proposals(view: View, query: Query) -> tuple[Proposal, ...]:
    """Queries near this one that find something, the nearest first, at most four."""
    found = []
    seen = set()
    for reason, near in _near(view, query):
        if near not in seen and (total := count(view, near)):
            found.append(Proposal(reason, near, total))
        seen.add(near)
        if len(found) == MOST:
            break
    return tuple(found)


def _near(view: View, query: Query) -> Iterator[tuple[Reason, Query]]:
    whole = query.without_facets()
    if query.narrowing:
        yield "no_filters", whole
    if query.site is not None:
        yield "other_sites", replace(whole, site=None)
    pieces = [piece for piece in query.words.split() if plain(piece)][:MOST_TERMS]
    for index, piece in enumerate(pieces):
        for mended in _mended(view, plain(piece)):
            yield "spelling", _with_words(whole, [*pieces[:index], mended, *pieces[index + 1 :]])
    separate = [word for piece in pieces for word in words(plain(piece)) if len(word) > 1]
    if len(separate) > len(pieces):
        yield "separate_words", _with_words(whole, separate)
    shortened = pieces if len(pieces) > 1 else separate
    if len(shortened) > 1:
        for index in range(len(shortened)):
            yield "fewer_words", _with_words(whole, shortened[:index] + shortened[index + 1 :])


def _with_words(query: Query, pieces: list[str]) -> Query:
    return replace(query, words=" ".join(pieces))


def _mended(view: View, term: str) -> Iterator[str]:
    """The term with one character put right: look-alikes first, then what titles have in that place."""
    for place, character in enumerate(term):
        for other in look_alikes().get(character, ""):
            yield term[:place] + other + term[place + 1 :]
    if 3 <= len(term) <= _LONGEST_MENDED and " " not in term:
        for mended, _times in _from_titles(view, term).most_common(3):
            yield mended


def _from_titles(view: View, term: str) -> Counter[str]:
    """Stretches of titles that differ from the term in one character, by how many titles have them."""
    found: Counter[str] = Counter()
    for place in range(len(term)):
        before, after = term[:place], term[place + 1 :]
        around = [expression for part in (before, after) if len(part) > 1 for expression in required(part)]
        if not around:
            continue
        rows = view.connection.execute(
            "SELECT rowid FROM head_gram WHERE head_gram MATCH ? ORDER BY rowid DESC LIMIT ?",
            (" AND ".join(around), _TITLES_LOOKED_AT),
        )
        for (id,) in rows.fetchall():
            (head,) = view.connection.execute("SELECT head FROM plain WHERE id = ?", (id,)).fetchone()
            title = head.partition("\n")[0]
            found.update(
                {
                    stretch
                    for start in range(len(title) - len(term) + 1)
                    if (stretch := title[start : start + len(term)]) != term
                    and stretch[:place] == before
                    and stretch[place + 1 :] == after
                    and " " not in stretch
                }
            )
    return found


@cache
def look_alikes() -> dict[str, str]:
    """Character → characters taken for it, from ``look_alikes.toml``."""
    groups = tomllib.loads((Path(__file__).parent / "look_alikes.toml").read_text(encoding="utf-8"))["groups"]
    return {
        plain(character): "".join(other for other in plain(group) if other != plain(character))
        for group in groups
        for character in group
    }
