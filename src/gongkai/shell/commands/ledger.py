"""``gongkai ledger``: check the history, sign its head, show what was done to something."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click


@click.group()
def ledger() -> None:
    """Verify, sign and show the history."""
    from gongkai.shell.django_setup import setup

    setup()


@ledger.command()
@click.argument("stream", required=False)
@click.option("--json", "as_json", is_flag=True)
def verify(stream: str | None, as_json: bool) -> None:
    """Check every entry, or those of STREAM. Exit status 1 when the history is not whole."""
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from gongkai.foundation.ledger.verification import verify as check

    with Progress(
        TextColumn("{task.completed} entries"), console=Console(stderr=True), disable=as_json
    ) as bar:
        task = bar.add_task("", total=None)
        report = check(stream, progress=lambda done: bar.update(task, completed=done))
    if as_json:
        click.echo(json.dumps(asdict(report) | {"ok": report.ok}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{report.entries} entries in {report.streams} streams, {report.heads} signed heads")
        for fault in report.faults:
            click.echo(f"  {fault.kind}: {fault.message}")
        click.echo("ok" if report.ok else "NOT WHOLE")
    sys.exit(0 if report.ok else 1)


@ledger.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Today when left out.")
def sign(day: object) -> None:
    """Sign the heads of all streams and print them as published."""
    from datetime import datetime

    from django.utils import timezone

    from gongkai.foundation.ledger.heads import as_json, sign_heads

    wanted = day.date() if isinstance(day, datetime) else timezone.localdate()
    click.echo(json.dumps(as_json(sign_heads(wanted)), ensure_ascii=False, indent=1))


@ledger.command()
@click.argument("subject")
@click.option("--json", "as_json", is_flag=True)
def show(subject: str, as_json: bool) -> None:
    """Everything that was done to SUBJECT, for example document:12 or organ:office."""
    from gongkai.foundation.ledger.services import history

    for entry in history(subject):
        if as_json:
            row = {"seq": entry.seq, "at": entry.at, "actor": entry.actor, "verb": entry.verb}
            click.echo(json.dumps(row | {"facts": json.loads(entry.body)}, ensure_ascii=False))
        else:
            click.echo(f"{entry.at[:19]}  {entry.actor:10} {entry.verb:24} {entry.body}")
