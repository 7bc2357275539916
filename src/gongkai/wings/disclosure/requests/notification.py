"""What the applicant and the staff are told, and when."""

from __future__ import annotations

from gongkai.engines.casework.registry import Done
from gongkai.wings.disclosure.requests.models import Request


def acknowledge(request: Request) -> None:
    """Tell the applicant that the request has arrived."""


def follow(done: Done) -> None:
    """Tell the applicant of an act that concerns them."""
