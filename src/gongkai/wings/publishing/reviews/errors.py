"""Why a review refuses."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied


class ReviewError(PermissionDenied):
    """A review act is not allowed. A ``PermissionDenied``, so that Wagtail's own views refuse too.

    Codes: role, author, reviewed_before, obstacles, must_mask, nothing_new, under_review, not_under_review, decided,
    outdated, comment, blocking_findings, not_three_reviews, reason, not_overridable.
    """

    def __init__(self, code: str, message: str, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reasons = list(reasons)
