"""Words: segmentation with the vocabulary of government, for suggestions and keywords (search itself needs no words)."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import rjieba

_TABLES = Path(__file__).parent / "tables"


@cache
def _segmenter() -> rjieba.Jieba:
    """Loaded once (about 0.1 s), with ``tables/vocabulary.txt`` added."""
    segmenter = rjieba.Jieba()
    for line in (_TABLES / "vocabulary.txt").read_text(encoding="utf-8").splitlines():
        if word := line.strip():
            segmenter.add_word(word, 20_000, "n")
    return segmenter


def words(text: str) -> list[str]:
    """``text`` (Simplified) cut into words; joined they give the text again."""
    return list(_segmenter().cut(text))


def cut(text: str) -> list[str]:
    """The same by known words only: what forms none is left as single characters."""
    return list(_segmenter().cut(text, hmm=False))


def is_word(text: str) -> bool:
    return bool(_segmenter().has_word(text))


def keywords(text: str, limit: int = 8) -> list[str]:
    """The words that stand out: two characters or more, by how often they occur and how long they are."""
    counted = Counter(word for word in words(text) if len(word) > 1 and word.isalpha())
    ranked = sorted(counted.items(), key=lambda item: (-item[1] * len(item[0]), item[0]))
    return [word for word, _count in ranked[:limit]]
