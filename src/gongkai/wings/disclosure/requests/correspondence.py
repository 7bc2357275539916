"""The letters of a request: which act writes which, and what must be right before one goes out."""

from __future__ import annotations

import datetime as dt

from gongkai.engines.casework.models import Case
from gongkai.engines.casework.registry import Done
from gongkai.wings.disclosure.requests.models import Request


def acknowledge(request: Request) -> None:
    """The receipt of registration."""


def follow(done: Done) -> None:
    """Write the letter an act calls for."""


def decision_faults(case: Case, day: dt.date) -> list[str]:
    """What the linter has against the letter of the proposed decision."""
    return []
