"""Strings that do not belong: what a careless copy left in the middle of an otherwise fluent text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stray:
    start: int
    end: int
    text: str
    score: float
    reason: str


def stray_strings(text: str) -> list[Stray]:
    return []
