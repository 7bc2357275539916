"""Delivery reports: what a gateway tells us by itself."""

from __future__ import annotations

import datetime as dt
import random

from django.db import transaction

from gongkai.engines.notices import channels
from gongkai.engines.notices.gateway import Report
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.rules import Patience, follow, is_final
from gongkai.engines.notices.sending import tell_ledger, write_position
from gongkai.engines.notices.states import Channel, Standing, State


class UnknownMessage(LookupError):
    """No delivery of ours has this key."""

    code = "unknown_key"


def take_report(report: Report, *, now: dt.datetime) -> bool:
    """Record a report; says whether it changed anything. Raises ``UnknownMessage``.

    Reports come late, twice and out of order, and may be replayed: what has been delivered stays delivered, and a
    report about an earlier message counts only if it says that this one arrived after all and no later one is out.
    """
    key, _dot, number = report.key.partition(".")
    with transaction.atomic():
        row = Delivery.objects.select_for_update().filter(key=key, channel=Channel.SMS).first()
        if row is None or int(number) > row.round:
            raise UnknownMessage(report.key)
        at, standing = row.position, report.reply.standing
        if not _counts(row, int(number), standing):
            return False
        quiet = None if row.urgent else channels.quiet_hours()
        patience = Patience(give_up=channels.give_up_after(), quiet=quiet, spread=random.random())  # noqa: S311
        after = follow(at, report.reply, now=now, patience=patience)
        write_position(row, after, now=now)
        if is_final(after.state):
            tell_ledger([(row.pk, row.channel, after.state, after.fault)])
    return True


def _counts(row: Delivery, number: int, standing: Standing) -> bool:
    state = State(row.state)
    if state is State.DELIVERED:
        return False
    if number < row.round:
        is_idle = not row.message_id and not row.uncertain and row.lease_until is None
        return standing is Standing.DELIVERED and is_idle
    if state is State.PERMANENT:
        return standing is Standing.DELIVERED
    return True
