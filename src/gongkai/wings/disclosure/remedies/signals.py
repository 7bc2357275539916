"""What other rooms of the wing may listen to. Sent inside the transaction of the act."""

from __future__ import annotations

from django.dispatch import Signal

remedies_changed = Signal()
"""``cases``: remedies that were entered, taken over, or that something was done to."""
