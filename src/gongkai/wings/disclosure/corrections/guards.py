"""What stands against an act on an application to correct a record: each guard answers with the reason, or None."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from gongkai.engines.casework.registry import Attempt, Guard
from gongkai.wings.disclosure.requests.guards import letter_sound, newest, period_lapsed


def evidence_once(attempt: Attempt) -> str | None:
    if newest(attempt.case, "ask_evidence"):
        return _("Evidence was asked for already; decide on what there is.")
    return None


def evidence_lapsed(attempt: Attempt) -> str | None:
    return period_lapsed(attempt, "evidence")


GUARDS: Final[Mapping[str, Guard]] = {
    guard.__name__: guard for guard in (evidence_once, evidence_lapsed, letter_sound)
}
