"""Why an act on a case is refused: a code for machines, the reasons for people, all of them together."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied


class CaseRefused(PermissionDenied):
    """The act is not allowed now; the API answers 409, or 403 for code ``role``.

    Codes: role, state, outdated, guard, outcome, same_person, closed, clock, unknown, sealed.
    """

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)

    @property
    def conflict(self) -> bool:
        """Whether waiting, reloading or doing something else first would help (409), rather than another role (403)."""
        return self.code != "role"
