"""Is the history what it was? Every entry is hashed again, every chain followed, every signed head compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from gongkai.foundation.ledger.chain import GENESIS, entry_hash
from gongkai.foundation.ledger.heads import BadSignature, check_signature
from gongkai.foundation.ledger.models import SignedHead

_COLUMNS = "stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash"
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong in a stream. ``kind``: altered, missing, out-of-order, cut, bad-head."""

    stream: str
    seq: int
    kind: str
    message: str


@dataclass(slots=True)
class VerifyReport:
    entries: int = 0
    streams: int = 0
    heads: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(stream: str | None = None, progress: Callable[[int], None] = lambda done: None) -> VerifyReport:
    """Check all streams, or one. The first fault of each stream is named; later entries of it prove nothing more."""
    report = VerifyReport()
    wanted = _signed_heads(report)
    current, expected, previous, broken = "", 1, GENESIS, False
    for row in _rows(stream):
        name, seq, digest = row[0], row[1], row[-1]
        if name != current:
            current, expected, previous, broken = name, 1, GENESIS, False
            report.streams += 1
        report.entries += 1
        if not broken:
            fault = _fault(row, expected, previous)
            if fault is not None:
                report.faults.append(fault)
                broken = True
        expected, previous = seq + 1, digest
        signed = wanted[name].pop(seq, digest) if name in wanted else digest
        if signed != digest and not broken:
            report.faults.append(
                Fault(name, seq, "altered", f"{name} #{seq} is not the entry whose hash was signed")
            )
            broken = True
        if report.entries % _BATCH == 0:
            progress(report.entries)
    for name, missing in wanted.items():
        if missing and (stream is None or name == stream):
            seq = min(missing)
            report.faults.append(
                Fault(name, seq, "cut", f"{name} #{seq} was signed in a daily head but is not there any more")
            )
    return report


def _fault(
    row: tuple[str, int, str, str, str, str, str, str, str, str], expected: int, previous: str
) -> Fault | None:
    name, seq, at, actor, organ, verb, subject, body, prev_hash, digest = row
    if seq > expected:
        return Fault(name, expected, "missing", f"{name} #{expected} is missing")
    if seq < expected:
        return Fault(name, seq, "out-of-order", f"{name} #{seq} stands twice or out of order")
    if entry_hash(name, seq, at, actor, organ, verb, subject, body, prev_hash) != digest:
        return Fault(name, seq, "altered", f"{name} #{seq} ({verb}, {at}) was altered after it was written")
    if prev_hash != previous:
        return Fault(name, seq, "altered", f"{name} #{seq} does not follow the entry before it")
    return None


def _rows(stream: str | None) -> Iterator[tuple[str, int, str, str, str, str, str, str, str, str]]:
    """Raw tuples in chain order, a batch at a time by key, so that no cursor holds the whole ledger."""
    after: tuple[str, int] = (stream or "", 0)
    where = "stream = %s AND seq > %s" if stream else "(stream, seq) > (%s, %s)"
    query = f"SELECT {_COLUMNS} FROM ledger_entry WHERE {where} ORDER BY stream, seq LIMIT {_BATCH}"  # noqa: S608
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, after)
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _BATCH:
            return
        after = (rows[-1][0], rows[-1][1])


def _signed_heads(report: VerifyReport) -> dict[str, dict[int, str]]:
    """What the signed heads say must be there: stream → seq → hash. A head with a bad signature is itself a fault."""
    wanted: dict[str, dict[int, str]] = {}
    for signed in SignedHead.objects.order_by("day"):
        report.heads += 1
        try:
            check_signature(signed.heads, signed.signature, signed.public_key)
        except BadSignature:
            report.faults.append(
                Fault("heads", 0, "bad-head", f"the head of {signed.day} does not carry a valid signature")
            )
            continue
        for name, (seq, digest) in json.loads(signed.heads)["streams"].items():
            wanted.setdefault(name, {})[seq] = digest
    return wanted
