"""Taking the next number."""

from __future__ import annotations

from django.db import connection

_TAKE = (
    "INSERT INTO serials_serial (key, last) VALUES (%s, 1)"
    " ON CONFLICT (key) DO UPDATE SET last = serials_serial.last + 1 RETURNING last"
)


def take(*series: object) -> int:
    """The next number of a series, from 1. One statement: the row stays locked until the caller's transaction ends, so
    whoever comes second waits, and what fails gives its number back."""
    if not connection.in_atomic_block:
        raise RuntimeError("serials.take needs transaction.atomic")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, ["/".join(str(part) for part in series)])
        (serial,) = cursor.fetchone()
    return int(serial)
