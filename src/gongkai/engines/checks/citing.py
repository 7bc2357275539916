"""What a finding appeals to, from ``rules.toml``: law as law, and what is not confirmed as what it is."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _


def rule(name: str) -> str:
    """The citation ``name`` as it is shown."""
    cites, confirmed = _rules()[name]
    return cites if confirmed else unconfirmed(cites)


def unconfirmed(cites: str) -> str:
    """A citation that nobody has compared with the instrument."""
    return _("%s (practice, citation unconfirmed)") % cites


@cache
def _rules() -> dict[str, tuple[str, bool]]:
    table = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
    return {name: (entry["cites"], entry["confirmed"]) for name, entry in table.items()}
