"""What follows from an act on an application to correct a record, in the same transaction."""

from __future__ import annotations

from gongkai.engines.casework.registry import Done
from gongkai.wings.disclosure.corrections import notification
from gongkai.wings.disclosure.requests import consequences


def follow(done: Done) -> None:
    """Letters, files and notices as for requests, and what is told of evidence."""
    consequences.follow(done)
    notification.follow(done)
