"""Slowing down those who guess codes or flood the form, without keeping who they are."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import F

from gongkai.wings.disclosure.apply.models import Guesses
from gongkai.wings.disclosure.apply.secrecy import digest


class Allowance(NamedTuple):
    """So many times within so long."""

    times: int
    within: dt.timedelta


QUARTER: Final = dt.timedelta(minutes=15)
WRONG_FOR_NUMBER: Final = Allowance(5, QUARTER)
WRONG_FROM_ADDRESS: Final = Allowance(20, QUARTER)
"""More than one person sits behind one address: a library, a service hall."""
STARTED_FROM_ADDRESS: Final = Allowance(60, dt.timedelta(hours=1))


def is_spent(what: str, key: str, allowance: Allowance, *, now: dt.datetime) -> bool:
    """Whether nothing more is allowed for now."""
    row = Guesses.objects.filter(key=digest(what, key)).first()
    return row is not None and row.number >= allowance.times and now - row.since < allowance.within


def count(what: str, key: str, allowance: Allowance, *, now: dt.datetime) -> None:
    """One more. After ``within`` the count begins anew."""
    with transaction.atomic():
        row, _made = Guesses.objects.select_for_update().get_or_create(
            key=digest(what, key), defaults={"since": now}
        )
        if now - row.since >= allowance.within:
            Guesses.objects.filter(pk=row.pk).update(number=1, since=now)
        else:
            Guesses.objects.filter(pk=row.pk).update(number=F("number") + 1)


def forgive(what: str, key: str) -> None:
    Guesses.objects.filter(key=digest(what, key)).delete()
