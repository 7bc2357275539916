"""How fast requests of earlier years are taken in."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
import time
from pathlib import Path

from django.conf import settings

from gongkai.engines.casework.actors import Actor
from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.benchmark import Benchmark
from gongkai.foundation.organs.services import establish_organ
from gongkai.wings.disclosure.requests.intake import import_requests
from gongkai.wings.disclosure.requests.outcomes import outcomes

_ROWS = 10_000


def requests_imported_per_second() -> float:
    """Requests per second out of a CSV file: read, checked, written with clock, event and ledger entry."""
    rows = [each.row for each in outcomes()]
    with scratch_database(), tempfile.TemporaryDirectory(dir=settings.GONGKAI_DATA) as folder:
        for number in range(78):
            establish_organ(actor="system", code=f"bench-{number}", name=f"基准市第{number}局")
        path = Path(folder) / "requests.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(
                (
                    "organ",
                    "number",
                    "channel",
                    "applicant_kind",
                    "received_on",
                    "closed_on",
                    "outcome",
                    "title",
                )
            )
            for number in range(_ROWS):
                received = dt.date(2020, 1, 2) + dt.timedelta(days=number % 340)
                closed = (received + dt.timedelta(days=15)).isoformat()
                row = rows[number % len(rows)]
                open_still = number % 20 == 0
                writer.writerow(
                    (
                        f"bench-{number % 78}",
                        f"2020-{number}",
                        "internet",
                        "natural",
                        received.isoformat(),
                        "" if open_still else closed,
                        "" if open_still else row,
                        f"关于第{number}号地块征收补偿方案的信息",
                    )
                )
        began = time.perf_counter()
        report = import_requests(path=path, actor=Actor(system="command"))
        seconds = time.perf_counter() - began
        if report.imported != _ROWS:
            raise AssertionError(report.faults[:3])
    return _ROWS / seconds


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="requests-import",
            title="Requests of earlier years taken in from CSV",
            target=1_000,
            unit="requests/s",
            better="higher",
            peer="the limit this project sets itself",
            run=requests_imported_per_second,
        )
    ]
