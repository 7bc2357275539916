"""The limits of disclosure on request, as dated data (条例 Arts. 30–35). Pure; the day is an argument."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from gongkai.foundation.statutes import Provision, provision

REGULATION = "disclosure-regulation"


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of working days on a provision. ``confirmed`` false: the organ's own practice, not the statute's."""

    days: int
    provision: Provision
    confirmed: bool


@functools.cache
def _limits() -> dict[str, Limit]:
    table = tomllib.loads(files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))
    return {
        name: Limit(
            entry["days"],
            provision(REGULATION, entry["article"], entry.get("paragraph")),
            entry.get("confirmed", True),
        )
        for name, entry in table["limits"].items()
    }


def limit(name: str, on: dt.date) -> Limit:
    """A limit as it was for a request received on a day. Raises ``KeyError`` for an unknown name.

    All requests since the regulation's revision of 2019 have the same limits; earlier ones are not handled here.
    """
    del on  # one version so far; callers name the day, so that a second one changes no caller
    return _limits()[name]
