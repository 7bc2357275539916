"""Guides written by hand live in another wing; what they say is held against the register. The shell hands them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class GuideText(NamedTuple):
    """A public text that says how to reach an organ. ``address`` leads to it; ``key`` is its number where it is kept."""

    organ_id: int
    key: str
    title: str
    text: str
    address: str
    published_on: dt.date


class GuideTexts(Protocol):
    """Where guide-like texts are kept."""

    def of(self, organs: Collection[int]) -> Sequence[GuideText]:
        """The guides now in force of some organs, the newest first."""
        ...


_sources: list[GuideTexts] = []


def register(source: GuideTexts) -> None:
    """Take in a place where guides are kept."""
    _sources.append(source)


def texts_of(organs: Collection[int]) -> list[GuideText]:
    """The guides written by hand of some organs, wherever they are kept."""
    return [text for source in _sources for text in source.of(organs)] if organs else []
