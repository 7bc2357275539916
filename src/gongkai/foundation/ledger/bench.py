"""How fast the ledger takes an entry and how fast it can be checked.

Measured in an SQLite file of its own in the data folder (so on the same disk as the real one), with the settings of real
use, ``synchronous=FULL`` among them; it is gone afterwards. The real ledger never sees an entry of a benchmark.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.ledger.chain import GENESIS, canonical, entry_hash
from gongkai.foundation.ledger.services import append
from gongkai.foundation.ledger.verification import verify

_FACTS = {"title": "关于停水的通知", "revision": 12, "sha256": "0" * 64}
_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
}


@contextmanager
def scratch_ledger(path: Path) -> Iterator[None]:
    """Let this thread's default connection be an empty ledger in the file ``path``."""
    real = connections["default"]
    connections["default"] = DatabaseWrapper(
        real.settings_dict | {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": _OPTIONS},
        "default",
    )
    try:
        executor = MigrationExecutor(connections["default"])
        executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "ledger"])
        yield
    finally:
        connections["default"].close()
        connections["default"] = real


@contextmanager
def _scratch() -> Iterator[None]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=settings.GONGKAI_DATA))
        stack.enter_context(scratch_ledger(Path(folder) / "bench.sqlite3"))
        yield


def _append(number: int) -> None:
    append(
        stream=f"document:{number % 100}",
        verb="edit",
        actor="user:3",
        subject=f"document:{number}",
        body=_FACTS,
    )


def append_committed_p50() -> float:
    """Milliseconds for one entry with a transaction of its own, safe on the disk."""
    times = []
    with _scratch():
        for number in range(2000):
            began = time.perf_counter()
            with transaction.atomic():
                _append(number)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def append_in_batch_p50() -> float:
    """Milliseconds an entry adds to an act that has a transaction anyway."""
    times = []
    with _scratch(), transaction.atomic():
        for number in range(5000):
            began = time.perf_counter()
            _append(number)
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def verified_per_second() -> float:
    """Entries checked per second, of 100,000 in 50 streams."""
    with _scratch():
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO ledger_entry (stream, seq, at, actor, organ, verb, subject, body, prev_hash, hash)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                list(_chains(streams=50, entries=2000)),
            )
        began = time.perf_counter()
        report = verify()
        seconds = time.perf_counter() - began
        if report.faults:
            raise AssertionError(report.faults[0].message)
    return report.entries / seconds


def _chains(*, streams: int, entries: int) -> Iterator[tuple[str | int, ...]]:
    body, at = canonical(_FACTS), "2020-01-01T00:00:00.000000+00:00"
    for number in range(streams):
        previous = GENESIS
        for seq in range(1, entries + 1):
            facts = (f"document:{number}", seq, at, "user:3", "", "edit", "document:1", body, previous)
            previous = entry_hash(*facts)
            yield *facts, previous


def benchmarks() -> list[Benchmark]:
    peer = "a bare hash-chained row in SQLite: 0.09 ms; its check: 140,000 entries/s"
    return [
        Benchmark(
            name="ledger-append",
            title="ledger append with its own durable commit, p50",
            target=0.2,
            unit="ms",
            better="lower",
            peer=peer,
            run=append_committed_p50,
        ),
        Benchmark(
            name="ledger-append-batch",
            title="ledger append inside the transaction of an act, p50",
            target=0.2,
            unit="ms",
            better="lower",
            peer=peer,
            run=append_in_batch_p50,
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
