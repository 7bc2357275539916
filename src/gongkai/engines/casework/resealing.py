"""Sealing all identity numbers anew: after a new key was put before the old ones, and to see whether all can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from django.db import transaction

from gongkai.engines.casework.models import Party
from gongkai.foundation.ledger.services import append
from gongkai.foundation.sealing import SealBroken, digest, seal, unseal

_AT_ONCE: Final = 500


class Resealed(NamedTuple):
    """``broken``: rows whose number was sealed with a key that is not here. They stay as they are."""

    done: int
    broken: int


def reseal_all(*, actor: str, progress: Callable[[int], None] = lambda done: None) -> Resealed:
    """Seal every number with the newest key. Can be stopped and run again; each batch is one transaction."""
    last = done = broken = 0
    while True:
        with transaction.atomic():
            rows = list(
                Party.objects.select_for_update()
                .filter(pk__gt=last)
                .exclude(identity_sealed="")
                .order_by("pk")[:_AT_ONCE]
            )
            for row in rows:
                try:
                    number = unseal(row.identity_sealed)
                except SealBroken:
                    broken += 1
                    continue
                row.identity_sealed, row.identity_digest = seal(number), digest(number)
                row.save(update_fields=["identity_sealed", "identity_digest"])
                done += 1
        if not rows:
            break
        last = rows[-1].pk
        progress(done)
    with transaction.atomic():
        append(
            stream="identities",
            verb="identities.resealed",
            actor=actor,
            subject="identities",
            body={"done": done, "broken": broken},
        )
    return Resealed(done, broken)


def unreadable() -> int:
    """How many numbers cannot be read with the keys that are here."""
    found = 0
    for sealed in (
        Party.objects.exclude(identity_sealed="").values_list("identity_sealed", flat=True).iterator()
    ):
        try:
            unseal(sealed)
        except SealBroken:
            found += 1
    return found
