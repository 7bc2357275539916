"""The measurement of serving: what it needs, and what it reads from its tools. Its figures are no test's business."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gongkai.engines.press import bench_serving
from gongkai.foundation.benchmark import BenchmarkUnavailable

REPORT = """Running 8s test @ http://127.0.0.1:8000/doc/2020/12/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   511.00us  723.00us  20.00ms   92.00%
    Req/Sec    70.00k     5.00k   80.00k    70.00%
  Latency Distribution
     50%  312.00us
     99%    {p99}
  560000 requests in 8.00s, 3.07GB read
{failures}Requests/sec:  70123.45
Transfer/sec:    393.00MB
"""


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    bench_serving._measured.cache_clear()
    yield
    bench_serving._measured.cache_clear()


def test_without_its_tools_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_args, **_named: None)
    for benchmark in bench_serving.benchmarks():
        with pytest.raises(BenchmarkUnavailable, match="apt-get install nginx-light wrk"):
            benchmark.run()


@pytest.mark.parametrize(("p99", "milliseconds"), [("850.00us", 0.85), ("3.20ms", 3.2), ("1.10s", 1100.0)])
def test_a_report_is_read_in_any_unit(monkeypatch: pytest.MonkeyPatch, p99: str, milliseconds: float) -> None:
    monkeypatch.setattr(subprocess, "run", _reporting(REPORT.format(p99=p99, failures="")))
    run = bench_serving._wrk(8000, seconds=8)
    assert run.rate == 70123.45
    assert run.p99 == pytest.approx(milliseconds)


@pytest.mark.parametrize(
    "failure", ["  Non-2xx or 3xx responses: 7\n", "  Socket errors: connect 0, read 9\n"]
)
def test_a_run_with_failures_is_no_measurement(monkeypatch: pytest.MonkeyPatch, failure: str) -> None:
    monkeypatch.setattr(subprocess, "run", _reporting(REPORT.format(p99="1.00ms", failures=failure)))
    with pytest.raises(RuntimeError, match="failures"):
        bench_serving._wrk(8000, seconds=8)


def test_the_page_that_is_measured_is_a_page_of_four_to_six_kilobytes_with_its_sidecars(
    tmp_path: Path,
) -> None:
    root = bench_serving._publish(tmp_path)
    folder = root / bench_serving.PATH.strip("/")
    assert 4000 <= (folder / "index.html").stat().st_size <= 6000
    assert {file.name for file in folder.iterdir()} == {"index.html", "index.html.br", "index.html.gz"}


def _reporting(report: str) -> Any:
    return lambda command, **_named: subprocess.CompletedProcess(command, 0, stdout=report)
