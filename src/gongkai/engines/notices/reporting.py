"""How the deliveries stand: for the workbench, the command line and whoever watches the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Min, Q

from gongkai.engines.notices import channels
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.states import Channel, State

SHOWN: Final = dt.timedelta(days=30)
"""What ended earlier is history: it is listed, but neither counted nor complained about any more."""


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """``by_state`` has every state, the final ones as far as they were reached within ``SHOWN``.

    ``oldest_due``: since when the longest-waiting delivery has been due; what the quiet hours hold back is not due.
    """

    channel: Channel
    is_open: bool
    by_state: dict[State, int]
    oldest_due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NoticesStatus:
    channels: tuple[ChannelCount, ...]

    @property
    def failed(self) -> int:
        return sum(count.by_state[State.PERMANENT] for count in self.channels)


def status(*, now: dt.datetime) -> NoticesStatus:
    counts = {
        (channel, state): number
        for channel, state, number in Delivery.objects.filter(
            Q(finished_at__isnull=True) | Q(finished_at__gte=now - SHOWN)
        )
        .values_list("channel", "state")
        .order_by()
        .annotate(number=Count("pk"))
    }
    oldest = dict(
        Delivery.objects.filter(Q(next_attempt_at__lte=now))
        .values_list("channel")
        .order_by()
        .annotate(oldest=Min("next_attempt_at"))
    )
    return NoticesStatus(
        tuple(
            ChannelCount(
                channel,
                channels.is_open(channel),
                {state: counts.get((channel.value, state.value), 0) for state in State},
                oldest.get(channel.value),
            )
            for channel in Channel
        )
    )
