"""``gongkai bench``: every declared benchmark, or the named ones, as a table or as JSON."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence

import click

from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable
from gongkai.shell.django_setup import setup

ROOMS = (
    "gongkai.foundation.workdays.bench",
    "gongkai.foundation.ledger.bench",
    "gongkai.engines.search.bench",
    "gongkai.engines.press.bench",
    "gongkai.engines.press.bench_serving",
    "gongkai.engines.notices.bench",
    "gongkai.engines.casework.bench",
    "gongkai.engines.casework.bench_worklist",
    "gongkai.engines.letters.bench",
    "gongkai.wings.publishing.bench",
    "gongkai.wings.disclosure.requests.bench",
    "gongkai.wings.disclosure.remedies.bench",
    "gongkai.wings.disclosure.statistics.bench",
    "gongkai.wings.disclosure.redaction.bench",
    "gongkai.wings.disclosure.catalogue.bench",
)


def declared() -> list[Benchmark]:
    """All benchmarks of all rooms, in the order a report reads best."""
    found = [benchmark for room in ROOMS for benchmark in importlib.import_module(room).benchmarks()]
    names = [benchmark.name for benchmark in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise RuntimeError(f"benchmarks declared twice: {', '.join(sorted(doubled))}")
    return found


def measure(benchmarks: Sequence[Benchmark]) -> Iterator[dict[str, object]]:
    """Run one after the other; a benchmark the machine cannot run is reported with the reason, not left out."""
    for benchmark in benchmarks:
        row: dict[str, object] = {
            "name": benchmark.name,
            "title": benchmark.title,
            "unit": benchmark.unit,
            "target": benchmark.target,
            "better": benchmark.better,
            "peer": benchmark.peer,
        }
        try:
            value = benchmark.run()
        except BenchmarkUnavailable as reason:
            yield row | {"value": None, "ok": None, "reason": str(reason)}
        else:
            yield row | {"value": value, "ok": benchmark.meets_target(value)}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of a table.")
@click.option("--list", "only_list", is_flag=True, help="Only list what can be measured.")
def bench(names: tuple[str, ...], as_json: bool, only_list: bool) -> None:
    """Measure this machine: all benchmarks, or the named ones (a name may be the start of several)."""
    setup()
    chosen = [b for b in declared() if not names or any(b.name.startswith(name) for name in names)]
    if not chosen:
        raise click.BadParameter(f"no benchmark is called {', '.join(names)}; see gongkai bench --list")
    if only_list:
        for benchmark in chosen:
            click.echo(f"{benchmark.name:24} {benchmark.title}")
        return
    if as_json:
        click.echo(json.dumps(list(measure(chosen)), ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title="gongkai bench")
    for heading in ("benchmark", "figure", "target", "met", "peer"):
        table.add_column(heading, overflow="fold")
    console = Console()
    for row in measure(chosen):
        sign = "≥" if row["better"] == "higher" else "≤"
        target = f"{sign} {row['target']:g} {row['unit']}"
        if row["value"] is None:
            table.add_row(str(row["title"]), "–", target, "not run", str(row["reason"]))
        else:
            figure = f"{row['value']:.4g} {row['unit']}"
            table.add_row(str(row["title"]), figure, target, "yes" if row["ok"] else "NO", str(row["peer"]))
        console.print(f"[dim]{row['name']} done[/dim]")
    console.print(table)
