"""``gongkai ledger``: check the history, sign its head, show what was done to something."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime

import click

from gongkai.shell.commands.bars import bar

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def ledger() -> None:
    """Verify, sign and show the history."""
    from gongkai.shell.django_setup import setup

    setup()


@ledger.command()
@click.argument("stream", required=False)
@_as_json
def verify(stream: str | None, as_json: bool) -> None:
    """Check every entry and signed head, or the entries of STREAM. Exit status 1 when the history is not whole."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.ledger import words
    from gongkai.foundation.ledger.models import Entry
    from gongkai.foundation.ledger.verification import verify as check

    entries = Entry.objects.filter(stream=stream) if stream else Entry.objects.all()
    if stream and not entries.exists():
        raise click.ClickException(_("there is no stream %s") % stream)
    with bar(_("Verifying"), total=entries.count(), hidden=as_json) as tell:
        report = check(stream, progress=tell)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"ok": report.ok}, ensure_ascii=False, indent=1))
    else:
        click.echo(words.summary(report))
        for fault in report.faults:
            click.echo(f"  {words.sentence(fault)}")
        click.echo(words.verdict(report))
    sys.exit(0 if report.ok else 1)


@ledger.command()
@click.argument("stream")
@_as_json
def head(stream: str, as_json: bool) -> None:
    """Print the number and the hash of the last entry of STREAM."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.ledger.services import head as last_entry

    last = last_entry(stream)
    if last is None:
        raise click.ClickException(_("there is no stream %s") % stream)
    click.echo(json.dumps(asdict(last)) if as_json else f"{last.stream} #{last.seq} {last.hash}")


@ledger.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Today when left out.")
def sign(day: datetime | None) -> None:
    """Sign the heads of all streams and print them as JSON, as published. Run it at the end of each day."""
    from django.utils import timezone

    from gongkai.foundation.ledger.heads import DayPassed, DayToCome, as_json, sign_heads

    try:
        signed = sign_heads(day.date() if day else timezone.localdate())
    except (DayPassed, DayToCome) as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(as_json(signed), ensure_ascii=False, indent=1))


@ledger.command()
@click.argument("subject")
@_as_json
def show(subject: str, as_json: bool) -> None:
    """Print everything that was done to SUBJECT, for example document:12 or organ:office; with --json a list."""
    from gongkai.foundation.ledger.services import history

    entries = history(subject).values("stream", "seq", "at", "actor", "organ", "verb", "body", "hash")
    if as_json:
        rows = [entry | {"body": json.loads(entry["body"])} for entry in entries]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not entries:
        from django.utils.translation import gettext as _

        raise click.ClickException(_("Nothing is on record about %s.") % subject)
    for entry in entries:
        click.echo(f"{entry['at'][:19]}Z  {entry['actor']:10} {entry['verb']:24} {entry['body']}")
