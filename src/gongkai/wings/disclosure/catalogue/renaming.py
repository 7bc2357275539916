"""Rows that left a directory and rows that came, matched by likeness: perhaps the same promise under another name.

Only rows of one organ and field are compared. A match is offered with its likeness; a person says whether it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from gongkai.foundation.hanzi import similarity
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.suggesting import shared_pairs

LEAST: Final = 0.4
"""Below this likeness two rows are two promises."""
LIKELY: Final = 0.7
"""From this likeness on a match is ticked beforehand; it is still a person who takes the directory in."""


class Match(NamedTuple):
    """A row on record that is not in the directory, and a row of the directory that is not on record."""

    old: CatalogueEntry
    new: CatalogueEntry
    score: float

    @property
    def is_likely(self) -> bool:
        return self.score >= LIKELY

    @property
    def percent(self) -> int:
        return round(self.score * 100)


def matches(gone: Sequence[CatalogueEntry], come: Sequence[CatalogueEntry]) -> list[Match]:
    """The likeliest pairs, the best first; no row is in two of them."""
    by_place: dict[tuple[int, str], list[CatalogueEntry]] = defaultdict(list)
    for new in come:
        by_place[new.organ_id, new.field].append(new)
    found = [
        Match(old, new, score)
        for old in gone
        for new in by_place.get((old.organ_id, old.field), ())
        if (score := likeness(old, new)) >= LEAST
    ]
    found.sort(key=lambda match: (-match.score, match.old.position, match.new.position))
    taken: set[int] = set()
    chosen = []
    for match in found:
        if id(match.old) not in taken and id(match.new) not in taken:
            taken |= {id(match.old), id(match.new)}
            chosen.append(match)
    return chosen


def likeness(old: CatalogueEntry, new: CatalogueEntry) -> float:
    """0 to 1: titles above all, then the content to be published, and whether both are of the same levels."""
    title = _alike(old.title, new.title)
    before, after = _parts(old), _parts(new)
    own = _alike(
        "".join(part for part in before if part not in after),
        "".join(part for part in after if part not in before),
    )
    content = similarity(old.content, new.content) if old.content and new.content else 0.0
    score = max(title, 0.9 * own) * 0.8 + 0.2 * content
    if content == 1.0 and len(new.content) >= 10:
        score = max(score, LEAST)  # the very same content under a name of other words
    return min(score + (0.05 if score and old.level_codes == new.level_codes else 0.0), 1.0)


def _parts(entry: CatalogueEntry) -> list[str]:
    return [part for part in (entry.level1, entry.level2, entry.level3) if part]


def _alike(a: str, b: str) -> float:
    """What two rows share besides does not count: a matter both stand under says nothing about them."""
    if not a or not b:
        return 0.0
    return max(similarity(a, b), shared_pairs(a, b))


def former_rows(entry: CatalogueEntry, *, most: int = 3) -> list[Match]:
    """Retired rows of the same organ and field that something kept, and that may be what a row is called now."""
    retired = (
        CatalogueEntry.objects.filter(organ=entry.organ_id, field=entry.field, retired_on__isnull=False)
        .filter(bindings__isnull=False)
        .distinct()
    )
    return _best(entry, retired)[:most]


def _best(entry: CatalogueEntry, rows: Iterable[CatalogueEntry]) -> list[Match]:
    found = [Match(old, entry, likeness(old, entry)) for old in rows]
    return sorted((one for one in found if one.score >= LEAST), key=lambda one: -one.score)
