"""Keys of lists that are published page by page."""

from __future__ import annotations

from typing import NamedTuple, Self


class ListKey(NamedTuple):
    """Which list (``by`` a quality, with this ``value``), and which page of it. ``by`` "" is the overview."""

    by: str
    value: str
    number: int = 1

    @classmethod
    def parse(cls, key: str) -> Self:
        by, _first, rest = key.partition(":")
        value, _second, number = rest.rpartition(":")
        return cls(by, value, int(number or 1))

    def __str__(self) -> str:
        return f"{self.by}:{self.value}:{self.number}"

    def page_below(self, start: str) -> str:
        """The address of the page, with ``start`` as that of the first."""
        return start if self.number == 1 else f"{start}p{self.number}/"
