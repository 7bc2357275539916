"""The table of all benchmarks: one that breaks is named and stops nothing; the page keeps what others wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable
from gongkai.shell.commands import bench as module
from gongkai.shell.commands.bench import declared, measure, write_page


def benchmark(name: str, result: float | BaseException, better: str = "lower") -> Benchmark:
    def run() -> float:
        if isinstance(result, BaseException):
            raise result
        return result

    return Benchmark(name=name, title=name, target=10, unit="ms", better=better, peer="somebody", run=run)  # type: ignore[arg-type]


def test_every_benchmark_has_a_name_of_its_own() -> None:
    names = [each.name for each in declared()]
    assert len(names) == len(set(names)) >= 25


def test_one_that_breaks_or_cannot_run_is_named_and_the_rest_is_measured() -> None:
    rows = list(
        measure(
            [
                benchmark("a", ValueError("gone")),
                benchmark("b", BenchmarkUnavailable("no nginx")),
                benchmark("c", 5),
            ]
        )
    )
    assert [row["ok"] for row in rows] == [None, None, True]
    assert "gone" in str(rows[0]["reason"])


def test_what_takes_minutes_is_run_last() -> None:
    quick, lasting = benchmark("quick", 1), replace(benchmark("lasting", 1), lasting=True)
    assert [row["name"] for row in measure([lasting, quick])] == ["quick", "lasting"]


def test_a_run_that_is_stopped_prints_and_keeps_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# By hand\n", encoding="utf-8")
    stopped = benchmark("stopped", KeyboardInterrupt())  # type: ignore[arg-type]
    monkeypatch.setattr(module, "declared", lambda: [benchmark("measured", 5), stopped])
    ended = CliRunner().invoke(module.bench, ["--json", "--write", str(page)])
    assert ended.exit_code == 1
    assert [row["name"] for row in json.loads(ended.stdout)] == ["measured"]
    assert "1 of 2 measured" in page.read_text(encoding="utf-8")
    assert "ended after 1 of 2" in ended.stderr


@pytest.mark.django_db
def test_the_page_keeps_its_other_parts_and_says_what_misses(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# By hand\n\n<!-- begin otherdb -->\nold\n<!-- end otherdb -->\n", encoding="utf-8")
    for figures in ((5, 20), (4, 40)):
        rows = list(measure([benchmark("fast", figures[0]), benchmark("slow", figures[1])]))
        write_page(page, rows, "make bench", of=3)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# By hand")
    assert "<!-- begin otherdb -->\nold\n<!-- end otherdb -->" in text
    assert text.count("| `fast` fast | 4 ms | ≤ 10 ms | yes | 2.5 | somebody |") == 1
    assert "| `slow` slow | 40 ms | ≤ 10 ms | **no** | 0.25 | somebody |" in text
    assert "; 2 of 3 measured." in text
    assert "5 ms" not in text
