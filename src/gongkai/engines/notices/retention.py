"""How long the texts of inboxes are kept, out of ``retention.toml``. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from importlib.resources import files
from typing import NamedTuple


class Kept(NamedTuple):
    """Texts in the inboxes ``of`` a kind that were sent in these days are kept ``days`` days. ``until`` is not included."""

    of: str
    since: dt.date
    until: dt.date
    days: int


@functools.cache
def inbox_rules() -> tuple[Kept, ...]:
    """Every rule with the days it holds for: until the next one of the same kind begins."""
    table = tomllib.loads(files(__package__).joinpath("retention.toml").read_text(encoding="utf-8"))
    return in_force(table["inbox"])


def in_force(entries: list[dict[str, object]]) -> tuple[Kept, ...]:
    """The rules of a table, each ending where the next of its kind begins."""
    rows = sorted((str(entry["of"]), entry["since"], entry["days"]) for entry in entries)
    found = []
    for place, (of, since, days) in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else None
        until = following[1] if following is not None and following[0] == of else dt.date.max
        found.append(Kept(of, since, until, days))  # type: ignore[arg-type]
    return tuple(found)
