"""Is the history what it was? Every entry is hashed again, every chain followed, every signed head compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

from gongkai.foundation.ledger.chain import GENESIS
from gongkai.foundation.ledger.diagnosis import Fault, Row, diagnose, stands
from gongkai.foundation.ledger.heads import BadSignature, UnknownKey, fingerprint, verify_head
from gongkai.foundation.ledger.models import SignedHead

__all__ = ["Fault", "VerifyReport", "verify"]

_COLUMNS = "stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash"
_BATCH = 20_000

Signed = dict[str, dict[int, str]]
"""stream → seq → hash, as the signed heads say."""


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
    signed = _signed_heads(report)
    name, expected, previous, broken, here = "", 1, GENESIS, False, dict[int, str]()
    for row in _rows(stream):
        if row[0] != name:
            name, expected, previous, broken = row[0], 1, GENESIS, False
            here = signed.get(name, {})
            report.streams += 1
        report.entries += 1
        if not broken:
            fault = None
            if not stands(row, expected, previous):
                fault = diagnose(row, _next(name, row[1]), expected, previous)
            elif here.get(expected, row[9]) != row[9]:
                words = f"{name} #{expected} is not the entry whose hash was signed: it was written anew"
                fault = Fault(name, expected, "altered", words)
            if fault is not None:
                report.faults.append(fault)
                broken = True
            expected, previous = expected + 1, row[9]
        here.pop(row[1], None)
        if report.entries % _BATCH == 0:
            progress(report.entries)
    progress(report.entries)
    _report_cut(report, {stream: signed.get(stream, {})} if stream else signed)
    return report


def _report_cut(report: VerifyReport, unseen: Signed) -> None:
    """Signed entries that no row answered to: the tail of a stream, or all of it, is gone."""
    named = {fault.stream for fault in report.faults}
    for name, entries in unseen.items():
        if entries and name not in named:
            seq = min(entries)
            words = f"{name} #{seq} was signed in a daily head but is not there any more"
            report.faults.append(Fault(name, seq, "cut", words))


def _rows(stream: str | None) -> Iterator[Row]:
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


def _next(stream: str, seq: int) -> Row | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM ledger_entry WHERE stream = %s AND seq > %s ORDER BY seq LIMIT 1",  # noqa: S608
            [stream, seq],
        )
        row: Row | None = cursor.fetchone()
    return row


def _signed_heads(report: VerifyReport) -> Signed:
    """What the signed heads say must be there. A head that does not hold is itself a fault, and says nothing."""
    signed: Signed = {}
    before = GENESIS
    for head in SignedHead.objects.order_by("day").iterator():
        report.heads += 1
        try:
            content = verify_head(head)
        except (BadSignature, UnknownKey) as error:
            words = f"the head of {head.day}: {error}"
            report.faults.append(Fault("heads", 0, error.code, words, head.day.isoformat()))
            content = {}
        else:
            if content["previous"] != before:
                words = f"the head before that of {head.day} is missing or was exchanged"
                report.faults.append(Fault("heads", 0, "missing-head", words, head.day.isoformat()))
        before = fingerprint(head.heads)
        for name, (seq, digest) in content.get("streams", {}).items():
            signed.setdefault(name, {})[seq] = digest
    return signed
