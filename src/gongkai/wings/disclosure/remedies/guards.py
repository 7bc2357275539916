"""What stands against an act on a remedy beyond state and role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.registry import Attempt, Guard


def ordinary_procedure(attempt: Attempt) -> str | None:
    """Only the ordinary procedure is extended (行政复议法 Art. 62)."""
    clock = attempt.case.clocks.filter(code="decision", standing="running").first()
    return None if clock is not None else _("Only the ordinary procedure can take longer.")


def extended_once(attempt: Attempt) -> str | None:
    return (
        _("The period was extended already.")
        if attempt.case.events.filter(action="extend").exists()
        else None
    )


GUARDS: Final[Mapping[str, Guard]] = {
    "ordinary_procedure": ordinary_procedure,
    "extended_once": extended_once,
}
