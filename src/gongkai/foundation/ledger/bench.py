"""How fast the ledger takes an entry and how fast it can be checked. Runs on the configured database, in a stream of its
own that is rolled back or, where a commit is measured, stays as what it is: entries of a benchmark."""

from __future__ import annotations

import statistics
import time

from django.db import connection, transaction

from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.ledger.chain import GENESIS, canonical, entry_hash
from gongkai.foundation.ledger.services import append
from gongkai.foundation.ledger.verification import verify

_FACTS = {"title": "关于停水的通知", "revision": 12, "sha256": "0" * 64}


class _RollBack(Exception):
    pass


def append_p50() -> float:
    """Milliseconds for one append inside a transaction, as an act pays it on top of its own commit."""
    times = []
    try:
        with transaction.atomic():
            for number in range(3000):
                began = time.perf_counter()
                append(stream="bench", verb="edit", actor="system", subject=f"document:{number}", body=_FACTS)
                times.append(time.perf_counter() - began)
            raise _RollBack
    except _RollBack:
        return statistics.median(times) * 1000


def append_committed_p50() -> float:
    """Milliseconds for one append with a commit of its own, flushed to the disk."""
    times = []
    for number in range(300):
        began = time.perf_counter()
        with transaction.atomic():
            append(stream="bench", verb="edit", actor="system", subject=f"document:{number}", body=_FACTS)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def verified_per_second() -> float:
    """Entries checked per second, of 100,000 in 50 streams."""
    body = canonical(_FACTS)
    rows = []
    for stream in range(50):
        previous = GENESIS
        for seq in range(1, 2001):
            facts = (
                f"bench-{stream}",
                seq,
                "2020-01-01T00:00:00+00:00",
                "system",
                "",
                "edit",
                "document:1",
                body,
            )
            digest = entry_hash(*facts, previous)
            rows.append((*facts, previous, digest))
            previous = digest
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO ledger_entry (stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash)"
                    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    rows,
                )
            began = time.perf_counter()
            report = verify()
            seconds = time.perf_counter() - began
            if report.faults:
                raise AssertionError(report.faults[0].message)
            raise _RollBack
    except _RollBack:
        return report.entries / seconds


def benchmarks() -> list[Benchmark]:
    peer = "hash-chained audit row measured beforehand: 0.09 ms, 140,000 entries/s"
    return [
        Benchmark(
            name="ledger-append",
            title="ledger append, p50, inside the transaction of an act",
            target=0.2,
            unit="ms",
            better="lower",
            peer=peer,
            run=append_p50,
        ),
        Benchmark(
            name="ledger-append-commit",
            title="ledger append, p50, with its own durable commit",
            target=5,
            unit="ms",
            better="lower",
            peer="one flush of this machine's disk",
            run=append_committed_p50,
        ),
        Benchmark(
            name="ledger-verify",
            title="ledger verify",
            target=100_000,
            unit="entries/s",
            better="higher",
            peer=peer,
            run=verified_per_second,
        ),
    ]
