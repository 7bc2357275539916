"""Why an act on a report is refused, in words for people and a code for machines."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

_MESSAGES = {
    "role": lambda: _("Only the disclosure office of the organ can do this."),
    "head": lambda: _("Only the head of the disclosure office can do this."),
    "same-person": lambda: _("Whoever submitted a report does not approve it."),
    "state": lambda: _("This is not possible in the present state of the report."),
    "changed": lambda: _("Somebody else has changed the report meanwhile. Look at it again."),
    "checks": lambda: _("The check found what must be put right first:"),
    "not-over": lambda: _(
        "The year is not over: its numbers still grow. Submit the report after 31 December."
    ),
    "there": lambda: _("There is a report of this organ on this year already."),
    "counted": lambda: _("Requests of this organ are recorded here; it cannot file them a second time."),
}


class ReportRefused(PermissionDenied):
    """An act is not allowed now. Codes: role, head, same-person, state, changed, not-over, checks, there, counted."""

    def __init__(self, code: str, reasons: Sequence[str] = ()) -> None:
        self.code = code
        self.message = _MESSAGES[code]()
        self.reasons = list(reasons)
        super().__init__(self.message)
