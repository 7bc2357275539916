"""``gongkai press``: build, drain, watch and verify the published tree."""

from __future__ import annotations

import json
import signal
import sys
import threading
from dataclasses import asdict

import click


@click.group()
def press() -> None:
    """Build, drain, verify and watch the published tree."""
    from gongkai.shell.django_setup import setup

    setup()


@press.command()
@click.option("--json", "as_json", is_flag=True)
def build(as_json: bool) -> None:
    """Render every page of every site into a new tree and switch to it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from gongkai.engines import press as engine
    from gongkai.engines.press.building import BuildRunning

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=as_json) as bar:
        task = bar.add_task("pages", total=None)
        try:
            report = engine.build(progress=lambda done, total: bar.update(task, completed=done, total=total))
        except BuildRunning as error:
            raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        click.echo(f"{report.pages} pages in {report.seconds:.1f} s, tree {report.tree}")
        for failure in report.failures:
            click.echo(f"  FAILED {failure.ref.site}/{failure.ref.kind}/{failure.ref.key}: {failure.message}")
    sys.exit(1 if report.failures else 0)


@press.command()
def drain() -> None:
    """Render what has changed, once, without the worker."""
    from gongkai.engines import press as engine

    failed = False
    while True:
        report = engine.drain()
        failed = failed or bool(report.failures)
        click.echo(
            f"{report.changes} changes: {report.written} files written, {report.unchanged} unchanged,"
            f" {report.removed} removed, {len(report.failures)} failed"
        )
        if not report.changes:
            break
    sys.exit(1 if failed else 0)


@press.command()
def work() -> None:
    """Run the press until stopped (``gongkai serve`` starts it by itself)."""
    from gongkai.engines import press as engine

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    engine.work(stop)


@press.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say what is waiting, what failed and why."""
    from gongkai.engines import press as engine

    now = engine.status()
    content = {
        "tree": now.tree,
        "pages": now.pages,
        "pending_people": now.pending_people,
        "pending_bulk": now.pending_bulk,
        "scheduled": now.scheduled,
        "oldest_seconds": now.oldest.total_seconds() if now.oldest else None,
        "failures": [
            {"change": row.key, "attempts": row.attempts, "error": row.error} for row in now.failures
        ],
        "last_build": str(now.last_build.finished_at or now.last_build.error) if now.last_build else None,
    }
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for name, value in content.items():
            click.echo(f"{name:16} {value}")
    sys.exit(1 if now.failures else 0)


@press.command()
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Render everything again in memory and compare it with the disk. Exit status 1 when something differs."""
    from gongkai.engines import press as engine

    report = engine.verify()
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{report.pages} pages compared")
        for name in ("missing", "stale", "altered", "orphan"):
            for path in getattr(report, name):
                click.echo(f"  {name}: {path}")
    sys.exit(0 if report.ok else 1)
