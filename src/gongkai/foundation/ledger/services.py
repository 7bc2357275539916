"""Appending to the ledger, and asking it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from gongkai.foundation.ledger.chain import GENESIS, canonical, entry_hash
from gongkai.foundation.ledger.models import Entry


class NotInTransaction(RuntimeError):
    """An act and its entry must stand or fall together, so an entry is only taken inside a transaction."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an entry stands, and its hash."""

    stream: str
    seq: int
    hash: str


_LAST = "SELECT seq, hash FROM ledger_entry WHERE stream = %s ORDER BY seq DESC LIMIT 1"
_INSERT = (
    "INSERT INTO ledger_entry (stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def append(
    *, stream: str, verb: str, actor: str, subject: str, body: Mapping[str, Any], organ: str = ""
) -> Appended:
    """Add one act to ``stream`` in the caller's transaction.

    ``actor`` is "user:3", "system" or "command"; ``body`` holds the facts of the act as JSON values, never personal
    data. Writers of one stream wait for each other: on SQLite every writing transaction is alone anyway, on
    PostgreSQL an advisory lock is held until the transaction ends.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("ledger.append needs transaction.atomic")
    text = canonical(body)
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A statement of its own: the next one must see what was committed while this one waited.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number(stream)])
        cursor.execute(_LAST, [stream])
        last = cursor.fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        digest = entry_hash(stream, seq, at, actor, organ, verb, subject, text, previous)
        cursor.execute(_INSERT, [stream, seq, at, actor, organ, verb, subject, text, previous, digest])
    return Appended(stream, seq, digest)


def _lock_number(stream: str) -> int:
    """A signed 64-bit number per stream; a collision only makes two streams wait for each other."""
    return int.from_bytes(hashlib.sha256(stream.encode()).digest()[:8], "big", signed=True)


def history(subject: str) -> QuerySet[Entry]:
    """Everything that was ever done to ``subject``, oldest first."""
    return Entry.objects.filter(subject=subject).order_by("id")


def head(stream: str) -> Appended | None:
    """The last entry of a stream."""
    last = Entry.objects.filter(stream=stream).order_by("-seq").values_list("seq", "hash").first()
    return Appended(stream, *last) if last else None
