"""What can fulfil a row: columns, documents, series, later service items. They live in other wings.

The catalogue knows them by this protocol alone; the shell hands in one adapter for each kind at start-up. All questions
are asked for many keys at once, so that a report over a city takes a fixed number of queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How something that can fulfil a row stands now.

    ``url`` leads to it on the site ``site`` (both empty: it has no page); ``address`` is the same for any reader elsewhere.
    ``due_on``: the last day of its own update duty, if it has one. ``waiting``: days on which information came into being
    that is not out yet. ``kept_until``: of the day of a publication, the last day its update duty of that time is kept by
    it; None where none ran.
    """

    title: str
    url: str = ""
    address: str = ""
    site: str = ""
    count: int = 0
    last_on: dt.date | None = None
    due_on: dt.date | None = None
    waiting: tuple[dt.date, ...] = ()
    kept_until: Callable[[dt.date], dt.date | None] | None = None


class Release(NamedTuple):
    """One publication: its day, and the day its information came into being, where that is known."""

    day: dt.date
    formed_on: dt.date | None = None


class Choice(NamedTuple):
    """Something a row can be bound to. ``place`` says where it is; ``item`` what item of 条例 Art. 20 it says it fulfils."""

    kind: str
    key: str
    title: str
    place: str = ""
    item: str = ""
    organ_id: int = 0


class Target(Protocol):
    """One kind of thing that fulfils rows."""

    kind: str

    @property
    def title(self) -> str | Promise:
        """What the kind is called."""
        ...

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, Standing]:
        """How each of them stands; one that is gone is left out."""
        ...

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[Release]]:
        """What was published of each in a time, both days included; one with nothing may be left out."""
        ...

    def choices(self, words: str, organs: Collection[int]) -> Sequence[Choice]:
        """What organs have to offer, narrowed by words of the title; at most some hundreds."""
        ...

    def unclaimed(self, organs: Collection[int], claimed: Mapping[str, Collection[str]]) -> Sequence[Choice]:
        """What is there for the public but in none of the keys claimed, by kind."""
        ...

    def touched(self, change: str) -> Collection[str]:
        """The keys whose publications a change told to the press may concern."""
        ...


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Take in a kind. Two of one name are a fault of the program and refused."""
    if target.kind in _targets:
        raise ValueError(f"the catalogue already has targets of kind {target.kind!r}")
    _targets[target.kind] = target


def targets() -> tuple[Target, ...]:
    return tuple(_targets.values())


def target(kind: str) -> Target | None:
    return _targets.get(kind)
