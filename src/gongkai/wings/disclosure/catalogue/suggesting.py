"""What may fulfil a row, by likeness of titles and by the statutory item; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from gongkai.foundation.hanzi import similarity
from gongkai.foundation.hanzi.folding import fold
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.targets import Choice, targets

LEAST: Final = 0.25
"""Below this likeness nothing is offered: half the words of a short title in common is about 0.4."""
_EMPTY_WORDS: Final = ("信息", "公开", "情况", "相关", "关于", "通知", "的")


class Suggestion(NamedTuple):
    choice: Choice
    score: float
    kind_title: str


def suggestions(entry: CatalogueEntry, *, most: int = 8) -> list[Suggestion]:
    """The likeliest things of the row's organ, best first; what it is bound to already is left out."""
    bound = set(entry.bindings.values_list("kind", "key"))
    found = [
        Suggestion(choice, score, str(each.title))
        for each in targets()
        for choice in each.choices("", [entry.organ_id])
        if (choice.kind, choice.key) not in bound and (score := likeness(entry, choice)) >= LEAST
    ]
    return sorted(found, key=lambda one: -one.score)[:most]


def proposals(entries: Iterable[CatalogueEntry]) -> list[tuple[CatalogueEntry, Suggestion]]:
    """The likeliest thing for each of many rows, for those that have one; what an organ has is read once."""
    by_organ: dict[int, list[tuple[str, Choice]]] = {}
    found = []
    for entry in entries:
        if entry.organ_id not in by_organ:
            by_organ[entry.organ_id] = [
                (str(each.title), choice)
                for each in targets()
                for choice in each.choices("", [entry.organ_id])
            ]
        scored = [(likeness(entry, choice), title, choice) for title, choice in by_organ[entry.organ_id]]
        score, title, choice = max(scored, key=lambda one: one[0], default=(0.0, "", None))
        if choice is not None and score >= LEAST:
            found.append((entry, Suggestion(choice, score, title)))
    return found


def likeness(entry: CatalogueEntry, choice: Choice) -> float:
    """0 to 1: pairs of characters of the row's titles that stand in the other title, and the same statutory item."""
    titles = [entry.title, f"{entry.level1}{entry.level2}{entry.level3}", entry.field]
    weights = (1.0, 0.9, 0.6)
    score = max(
        weight * max(shared_pairs(title, choice.title), similarity(title, choice.title))
        for title, weight in zip(titles, weights, strict=True)
    )
    if entry.item and choice.item == entry.item:
        score += 0.2 if entry.item != "15" else 0.05
    return min(score, 1.0)


def shared_pairs(a: str, b: str) -> float:
    """Pairs in common over the pairs of the shorter title."""
    first, second = _pairs(a), _pairs(b)
    common, shorter = len(first & second), min(len(first), len(second))
    if common < 2 and common < shorter:
        return 0.0  # one pair in common is chance: 结果, 办法
    return common / max(3, shorter)


def _pairs(text: str) -> frozenset[str]:
    plain = fold(text)
    for word in _EMPTY_WORDS:
        plain = plain.replace(word, " ")
    return frozenset(
        pair
        for pair in (plain[at : at + 2] for at in range(len(plain) - 1))
        if not any(c.isspace() for c in pair)
    )


def chosen(kind: str, words: str, organs: Sequence[int]) -> list[Choice]:
    """What there is of a kind ("" every kind) under some words, for the chooser."""
    return [
        choice
        for each in targets()
        if not kind or each.kind == kind
        for choice in each.choices(words, organs)
    ]
