"""What was done to a chain at the place where it breaks. Pure: rows in, one named fault out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gongkai.foundation.ledger.chain import entry_hash

Row = tuple[str, int, str, str, str, str, str, str, str, str]
"""stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash"""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in a stream.

    ``kind``: altered, missing, inserted, re-ordered (the chain is broken); cut (a signed tail is gone); bad-head,
    unknown-key, missing-head (the signed heads themselves).
    """

    stream: str
    seq: int
    kind: str
    message: str
    day: str = ""
    """Of a signed head: its day (``stream`` is "heads" then)."""


def stands(row: Row, expected: int, previous: str) -> bool:
    """Whether ``row`` is the entry ``expected`` written after the one whose hash is ``previous``."""
    return row[1] == expected and row[8] == previous and entry_hash(*row[:9]) == row[9]


def diagnose(bad: Row, after: Row | None, expected: int, previous: str) -> Fault:
    """Name what happened at ``expected``, where ``bad`` stands and ``after`` follows it.

    The hash of an entry covers its place, so an entry that was moved still says where it was written; that tells
    entries that were moved, pushed in or taken out from one whose content was changed.
    """
    name, seq = bad[0], bad[1]
    if seq > expected:
        return _missing(name, expected, seq - 1)
    if seq < expected:
        return Fault(name, seq, "inserted", f"{name} #{seq} stands twice")
    written = _written_as(bad)
    if written == seq:
        return _joint(bad, after)
    next_written = None if after is None else _written_as(after)
    if written is None:
        if next_written == seq:
            return Fault(name, seq, "inserted", f"{name} #{seq} was pushed in between two entries")
        return Fault(
            name, seq, "altered", f"{name} #{seq} ({bad[5]}, {bad[2]}) was altered after it was written"
        )
    if after is None or next_written == written + 1:
        if written < seq:
            return Fault(name, written, "inserted", f"{name} #{written} was pushed in between two entries")
        return _missing(name, seq, written - 1)
    return Fault(name, seq, "re-ordered", f"{name} #{seq} was written as #{written}: entries were re-ordered")


def _missing(name: str, first: int, last: int) -> Fault:
    places = f"#{first} is" if first == last else f"#{first} to #{last} are"
    return Fault(name, first, "missing", f"{name} {places} missing")


def _joint(bad: Row, after: Row | None) -> Fault:
    """The entry is whole, but was written after another one than now stands before it: one of the two was replaced."""
    name, seq = bad[0], bad[1]
    replaced = seq if seq == 1 or (after is not None and after[8] != bad[9]) else seq - 1
    return Fault(name, replaced, "altered", f"{name} #{replaced} was replaced by another entry")


def _written_as(row: Row) -> int | None:
    """The place for which the hash of ``row`` was made; ``None`` when it fits no place near or before it."""
    return next((seq for seq in _places(row[1]) if entry_hash(row[0], seq, *row[2:9]) == row[9]), None)


def _places(seq: int) -> Iterator[int]:
    """Every place an entry found at ``seq`` may come from: itself, the next thousand, then back to the first."""
    yield from range(seq, seq + 1000)
    yield from range(seq - 1, 0, -1)
