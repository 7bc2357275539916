"""``gongkai bench``: every declared benchmark, or the named ones, as a table or as JSON."""

from __future__ import annotations

import importlib
import json
import logging
import os
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

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
    "gongkai.wings.disclosure.annual.bench",
    "gongkai.wings.disclosure.redaction.bench",
    "gongkai.wings.disclosure.catalogue.bench",
    "gongkai.demo.bench",
)


def declared() -> list[Benchmark]:
    """All benchmarks of all rooms, in the order a report reads best."""
    found = [benchmark for room in ROOMS for benchmark in importlib.import_module(room).benchmarks()]
    names = [benchmark.name for benchmark in found]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise RuntimeError(f"benchmarks declared twice: {', '.join(sorted(doubled))}")
    return found


def measure(
    benchmarks: Sequence[Benchmark], begins: Callable[[Benchmark], None] = lambda each: None
) -> Iterator[dict[str, Any]]:
    """Run one after the other, those that take minutes last; a benchmark the machine cannot run is reported with the
    reason, not left out."""
    for benchmark in sorted(benchmarks, key=lambda each: each.lasting):
        row: dict[str, Any] = {
            "name": benchmark.name,
            "title": benchmark.title,
            "unit": benchmark.unit,
            "target": benchmark.target,
            "better": benchmark.better,
            "peer": benchmark.peer,
        }
        begins(benchmark)
        began = time.monotonic()
        try:
            value = benchmark.run()
        except BenchmarkUnavailable as reason:
            row |= {"value": None, "ok": None, "reason": str(reason)}
        except Exception as fault:  # a room that breaks must not keep the others from being measured
            logging.getLogger(__name__).exception("%s", benchmark.name)
            row |= {"value": None, "ok": None, "reason": f"broken: {fault}"[:200]}
        else:
            row |= {"value": value, "ok": benchmark.meets_target(value)}
        yield row | {"seconds": round(time.monotonic() - began, 1)}


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of a table.")
@click.option("--list", "only_list", is_flag=True, help="Only list what can be measured.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Put the table into this page, between its marks.",
)
@click.option("--as", "command", default="gongkai bench", help="The command the page names.")
def bench(names: tuple[str, ...], as_json: bool, only_list: bool, write: Path | None, command: str) -> None:
    """Measure this machine: all benchmarks, or the named ones (a name may be the start of several)."""
    setup()
    chosen = [b for b in declared() if not names or any(b.name.startswith(name) for name in names)]
    if not chosen:
        raise click.BadParameter(f"没有名为 {'、'.join(names)} 的基准测试，名称见 gongkai bench --list")
    if only_list:
        for benchmark in chosen:
            click.echo(f"{benchmark.name:24} {benchmark.title}")
        return
    rows: list[dict[str, Any]] = []
    try:
        _measure_all(chosen, rows, write, command)
    except KeyboardInterrupt:
        click.echo(f"ended after {len(rows)} of {len(chosen)}", err=True)
        raise
    finally:  # what is measured is not lost when the rest is stopped
        if as_json:
            click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        else:
            _print(rows)


def _measure_all(
    chosen: Sequence[Benchmark], rows: list[dict[str, Any]], write: Path | None, command: str
) -> None:
    places = {benchmark.name: place for place, benchmark in enumerate(chosen)}
    began = time.monotonic()

    def begins(benchmark: Benchmark) -> None:
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        place = f"{minutes}:{seconds:02} {len(rows) + 1}/{len(chosen)}"
        click.echo(f"{place} {benchmark.name} …", err=True)

    for row in measure(chosen, begins):
        rows.append(row)
        rows.sort(key=lambda each: places[each["name"]])
        click.echo(f"  {figure(row)}, after {row['seconds']:.0f} s", err=True)
        if write:
            write_page(write, rows, command, of=len(chosen))


def _print(rows: Sequence[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="gongkai bench")
    for heading in ("benchmark", "figure", "target", "met", "ratio", "peer"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(str(row["title"]), figure(row), target(row), met(row), ratio(row), str(row["peer"]))
    Console().print(table)


def figure(row: dict[str, Any]) -> str:
    value = row["value"]
    if value is None:
        return str(row["reason"])
    return f"{value:,.0f} {row['unit']}" if value >= 10_000 else f"{value:,.4g} {row['unit']}"


def target(row: dict[str, Any]) -> str:
    return f"{'≥' if row['better'] == 'higher' else '≤'} {row['target']:,g} {row['unit']}"


def met(row: dict[str, Any]) -> str:
    return "not run" if row["ok"] is None else "yes" if row["ok"] else "**no**"


def ratio(row: dict[str, Any]) -> str:
    """How many times better than its target; below 1 it misses it."""
    value = row["value"]
    if not value or not row["target"]:
        return "–"
    return f"{value / row['target'] if row['better'] == 'higher' else row['target'] / value:.2g}"


def write_page(path: Path, rows: Sequence[dict[str, Any]], command: str, *, of: int) -> None:
    """Put the table into the page, in the part of this database, and leave everything else of the page as it is."""
    from django.db import connection

    start, end = (f"<!-- {edge} {connection.vendor} -->" for edge in ("begin", "end"))
    text = path.read_text(encoding="utf-8")
    if start not in text:
        text += f"\n{start}\n{end}\n"
    before, _start, rest = text.partition(start)
    _old, _end, after = rest.partition(end)
    path.write_text(f"{before}{start}\n{_section(rows, command, of)}{end}{after}", encoding="utf-8")


def _section(rows: Sequence[dict[str, Any]], command: str, of: int) -> str:
    from django.db import connection
    from django.utils import timezone

    lines = [
        f"### {connection.display_name}: `{command}`, {timezone.localdate()}",
        "",
        f"{_machine()}; load at the end {os.getloadavg()[0]:.1f}; {len(rows)} of {of} measured.",
        "",
        "| benchmark | figure | target | met | ratio | peer |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row['name']}` {row['title']} | {figure(row)} | {target(row)} | {met(row)} | {ratio(row)} | {row['peer']} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()},"
        f" Python {platform.python_version()}"
    )
