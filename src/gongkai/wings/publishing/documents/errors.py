"""Why the library refuses: every reason at once, with a code for machines."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from gongkai.wings.publishing.documents.rules import Obstacle


class DocumentRefused(PermissionDenied):
    """An act on a document is not allowed. A ``PermissionDenied``, so that Wagtail's own views refuse too.

    Codes: role, locked, published, withdrawn, not_public, linked, reason, field, past.
    """

    def __init__(self, code: str, message: str, obstacles: Sequence[Obstacle] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.obstacles = tuple(obstacles)

    @property
    def reasons(self) -> list[str]:
        return [f"{obstacle.message} {obstacle.mend}" for obstacle in self.obstacles]


class PublicationRefused(DocumentRefused):
    """A document may not become public as it stands. Codes: obstacles, outdated, future, again, reason."""
