"""Why the catalogue refuses: every reason at once, with a code for machines."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied


class CatalogueRefused(PermissionDenied):
    """An act on the catalogue is refused. Codes: role, facts, target, retired, doubled, reason."""

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)

    def __str__(self) -> str:
        return self.message
