"""How alike two texts are: near-duplicates of requests, reports that copy last year's, documents posted twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from gongkai.foundation.hanzi.folding import fold
from gongkai.foundation.hanzi.tokens import runs

SHINGLE = 3
"""Characters that must stand together to count as something in common."""
_HASHES = 128
_PRIME = (1 << 61) - 1


def shingles(text: str) -> frozenset[str]:
    """All stretches of three characters of the folded text; a shorter text is its own stretch."""
    found: set[str] = set()
    for run in runs(fold(text)):
        if len(run) <= SHINGLE:
            found.add(run)
        else:
            found.update(run[i : i + SHINGLE] for i in range(len(run) - SHINGLE + 1))
    return frozenset(found)


def similarity(a: str, b: str) -> float:
    """0 (nothing in common) to 1 (the same): shared stretches over all stretches (Jaccard)."""
    first, second = shingles(a), shingles(b)
    if not first and not second:
        return 1.0
    return len(first & second) / len(first | second)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text in 128 numbers, for comparing one with many: the estimate is within about 0.09 of ``similarity``."""

    minima: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Sketch:
        hashes = [
            int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "big") % _PRIME
            for shingle in shingles(text)
        ]
        if not hashes:
            return cls((0,) * _HASHES)
        return cls(tuple(min((a * value + b) % _PRIME for value in hashes) for a, b in _PERMUTATIONS))

    def similarity(self, other: Sketch) -> float:
        same = sum(one == two for one, two in zip(self.minima, other.minima, strict=True))
        return same / _HASHES


def _permutations() -> list[tuple[int, int]]:
    """Fixed multipliers, so that sketches of different days compare."""
    numbers = []
    for index in range(_HASHES):
        digest = hashlib.blake2b(f"sketch {index}".encode(), digest_size=16).digest()
        multiplier = int.from_bytes(digest[:8], "big") % (_PRIME - 1) + 1
        numbers.append((multiplier, int.from_bytes(digest[8:], "big") % _PRIME))
    return numbers


_PERMUTATIONS = _permutations()
