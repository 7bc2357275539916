"""The table of all benchmarks: one that breaks is named and stops nothing; the page keeps what others wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable
from gongkai.shell.commands.bench import declared, measure, write_page


def benchmark(name: str, result: float | Exception, better: str = "lower") -> Benchmark:
    def run() -> float:
        if isinstance(result, Exception):
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


@pytest.mark.django_db
def test_the_page_keeps_its_other_parts_and_says_what_misses(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# By hand\n\n<!-- begin otherdb -->\nold\n<!-- end otherdb -->\n", encoding="utf-8")
    for figures in ((5, 20), (4, 40)):
        rows = list(measure([benchmark("fast", figures[0]), benchmark("slow", figures[1])]))
        write_page(page, rows, "make bench")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# By hand")
    assert "<!-- begin otherdb -->\nold\n<!-- end otherdb -->" in text
    assert text.count("| `fast` fast | 4 ms | ≤ 10 ms | yes | 2.5 | somebody |") == 1
    assert "| `slow` slow | 40 ms | ≤ 10 ms | **no** | 0.25 | somebody |" in text
    assert "5 ms" not in text
