"""The one door through which a document becomes public, changes hands with the public, or disappears.

Wagtail offers several ways to publish and to take away: buttons, bulk actions, timers, plain ``save``. Some check a
permission, some nothing, and none knows of three reviews. So the model itself refuses unless the door is open, and
only ``services`` opens it, for the length of one act.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

_open: ContextVar[bool] = ContextVar("documents_gate", default=False)


class WayClosed(PermissionDenied):
    """Somebody tried to publish, withdraw or delete past the services. Wagtail shows it as a refusal (403)."""

    code = "way_closed"


@contextmanager
def opened() -> Iterator[None]:
    """Open the door for one act of ``services``; it closes behind it, also after an error."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def require_open() -> None:
    if not _open.get():
        raise WayClosed(
            _(
                "A document is published only by its three reviews, withdrawn only with a reason, and deleted "
                "only while it has never been public."
            )
        )
