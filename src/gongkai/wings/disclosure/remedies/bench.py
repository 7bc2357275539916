"""How fast remedies of earlier years are taken in."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from gongkai.engines.casework.actors import Actor
from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.disclosure.remedies.intake import import_remedies
from gongkai.wings.disclosure.remedies.procedure import KINDS
from gongkai.wings.disclosure.requests.intake import import_requests

_ROWS = 5_000
_RESULTS = ("upheld", "corrected", "other", "pending")


def _write(path: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def remedies_imported_per_second() -> float:
    """Remedies per second out of a CSV file, each over a request on record."""
    house = Actor(system="command")
    with scratch_database(), tempfile.TemporaryDirectory(dir=settings.GONGKAI_DATA) as folder:
        for number in range(78):
            establish_organ(actor="system", code=f"bench-{number}", name=f"基准市第{number}局")
        requests = [
            ("organ", "number", "channel", "applicant_kind", "received_on", "closed_on", "outcome"),
            *(
                (
                    f"bench-{number % 78}",
                    f"2020-{number}",
                    "internet",
                    "natural",
                    "2020-02-03",
                    "2020-02-28",
                    "3.3.6",
                )
                for number in range(_ROWS)
            ),
        ]
        import_requests(path=_write(Path(folder) / "requests.csv", requests), actor=house)
        remedies = [
            ("organ", "request", "kind", "filed_on", "result"),
            *(
                (
                    f"bench-{number % 78}",
                    f"2020-{number}",
                    KINDS[number % len(KINDS)],
                    (dt.date(2020, 3, 2) + dt.timedelta(days=number % 300)).isoformat(),
                    _RESULTS[number % len(_RESULTS)],
                )
                for number in range(_ROWS)
            ),
        ]
        file = _write(Path(folder) / "remedies.csv", remedies)
        began = time.perf_counter()
        report = import_remedies(path=file, actor=house)
        seconds = time.perf_counter() - began
        if report.imported != _ROWS:
            raise AssertionError(report.faults[:3])
    return _ROWS / seconds


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="remedies-import",
            title="Remedies of earlier years taken in from CSV",
            target=1_000,
            unit="remedies/s",
            better="higher",
            peer="the limit this project sets itself",
            run=remedies_imported_per_second,
        )
    ]
