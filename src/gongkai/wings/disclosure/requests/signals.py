"""What other rooms of the wing may listen to. Sent inside the transaction of the act."""

from __future__ import annotations

from django.dispatch import Signal

request_changed = Signal()
"""``request``: the request something was done to; ``event``: the act."""

case_archived = Signal()
"""``case``: of whatever procedure of the wing, just archived; ``event``: the act."""

requests_taken_over = Signal()
"""``cases``: requests that came from another system, all at once."""
