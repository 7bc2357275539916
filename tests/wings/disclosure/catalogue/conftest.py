"""A shelf that stands in for the other wings: what fulfils rows, set by hand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import pytest

from gongkai.wings.disclosure.catalogue import targets
from gongkai.wings.disclosure.catalogue.targets import Choice, Release, Standing


class Shelf:
    """``put`` lays something on it."""

    kind = "shelf"
    title = "架子"

    def __init__(self) -> None:
        self.things: dict[str, Standing] = {}
        self.came_out: dict[str, list[Release]] = defaultdict(list)

    def put(self, key: str, last_on: str = "", **facts: object) -> str:
        day = dt.date.fromisoformat(last_on) if last_on else None
        self.things[key] = Standing(title=str(facts.pop("title", key)), last_on=day, **facts)  # type: ignore[arg-type]
        return key

    def standings(self, keys: Collection[str], today: dt.date) -> Mapping[str, Standing]:
        return {key: self.things[key] for key in keys if key in self.things}

    def out(self, key: str, *days: str, formed: str = "") -> None:
        """Something of it came out on some days; all of it came into being on another."""
        made = dt.date.fromisoformat(formed) if formed else None
        self.came_out[key] += [Release(dt.date.fromisoformat(day), made) for day in days]

    def releases(
        self, keys: Collection[str], since: dt.date, until: dt.date
    ) -> Mapping[str, Sequence[Release]]:
        found = {}
        for key in keys:
            last = self.things[key].last_on if key in self.things else None
            known = self.came_out.get(key) or ([Release(last)] if last else [])
            found[key] = [release for release in known if since <= release.day <= until]
        return found

    def choices(self, words: str, organs: Collection[int]) -> Sequence[Choice]:
        return [Choice("shelf", key, one.title) for key, one in self.things.items() if words in one.title]

    def unclaimed(self, organs: Collection[int], claimed: Mapping[str, Collection[str]]) -> Sequence[Choice]:
        return [choice for choice in self.choices("", organs) if choice.key not in claimed.get("shelf", ())]

    def touched(self, change: str) -> Collection[str]:
        kind, _colon, key = change.partition(":")
        return {key} if kind == "series" and key in self.things else ()


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    made = Shelf()
    monkeypatch.setitem(targets._targets, "shelf", made)
    yield made
