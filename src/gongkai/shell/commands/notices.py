"""``gongkai notices``: send what is due, see how it stands, start failed deliveries again; and a gateway to try it on."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gongkai.engines.notices import NoticesStatus

_STATES = ("created", "sending", "temporary_failure", "delivered", "permanent_failure")


@click.group()
def notices() -> None:
    """Send notices, watch their deliveries, run a gateway to try them on."""


def _ready() -> None:
    from gongkai.shell.django_setup import setup

    setup()


@notices.command()
def worker() -> None:
    """Send what is due until stopped (``gongkai serve`` starts it by itself)."""
    _ready()
    from gongkai.engines import notices as engine

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    engine.work(stop)


@notices.command()
@click.option("--json", "as_json", is_flag=True)
def sweep(as_json: bool) -> None:
    """Send what is due now, without the worker."""
    _ready()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines import notices as engine

    taken = engine.sweep(now=timezone.now())
    if as_json:
        click.echo(json.dumps({"taken": taken}))
    else:
        click.echo(_("%(taken)d deliveries taken in hand") % {"taken": taken})


@notices.command()
@click.option("--json", "as_json", is_flag=True)
def tidy(as_json: bool) -> None:
    """Clear addresses and texts whose time is over (the worker does it every hour)."""
    _ready()
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines import notices as engine

    cleared = engine.tidy(now=timezone.now())
    if as_json:
        click.echo(json.dumps({"cleared": cleared}))
    else:
        click.echo(_("%(cleared)d texts and addresses cleared") % {"cleared": cleared})


@notices.command()
@click.option("--json", "as_json", is_flag=True)
def status(as_json: bool) -> None:
    """Say how the deliveries stand, by channel. Exit status 1 when some failed for good within 30 days."""
    _ready()
    from django.utils import timezone

    from gongkai.engines import notices as engine

    now = engine.status(now=timezone.now())
    if as_json:
        click.echo(json.dumps(_as_object(now), ensure_ascii=False, indent=1))
    else:
        _print(now)
    sys.exit(1 if now.failed else 0)


def _as_object(now: NoticesStatus) -> dict[str, object]:
    return {
        count.channel.value: {
            "open": count.is_open,
            "oldest_due": count.oldest_due and count.oldest_due.isoformat(),
            **{state.value: number for state, number in count.by_state.items()},
        }
        for count in now.channels
    }


def _print(now: NoticesStatus) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.table import Table

    table = Table()
    table.add_column(_("channel"))
    for state in now.channels[0].by_state:
        table.add_column(str(state.label), justify="right")
    for count in now.channels:
        name = str(count.channel.label) + ("" if count.is_open else f"（{_('not connected')}）")
        table.add_row(name, *(str(number) for number in count.by_state.values()))
    Console().print(table)


@notices.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only deliveries in this state.")
@click.option("--channel", type=click.Choice(["inbox", "email", "sms"]), help="Only this channel.")
@click.option("--subject", default="", help="Only what concerns this, for example case:12.")
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def list_deliveries(state: str | None, channel: str | None, subject: str, limit: int, as_json: bool) -> None:
    """List deliveries, newest first; numbers and addresses are masked."""
    _ready()
    from gongkai.engines.notices.models import Delivery

    wanted = {"state": state, "channel": channel, "notice__subject": subject}
    rows = Delivery.objects.filter(**{name: value for name, value in wanted.items() if value})
    facts = [_row(row) for row in rows.select_related("notice")[:limit]]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    for fact in facts:
        click.echo("  ".join(str(value) for value in fact.values() if value is not None))


def _row(row: Any) -> dict[str, object]:
    return {
        "id": row.pk,
        "channel": row.channel,
        "state": row.state,
        "to": row.masked,
        "subject": row.notice.subject,
        "template": row.notice.template,
        "attempts": row.attempts,
        "next_attempt": row.next_attempt_at and row.next_attempt_at.isoformat(timespec="seconds"),
        "fault": row.last_error or None,
    }


@notices.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Start a delivery that failed for good again."""
    _ready()
    from django.core.exceptions import ObjectDoesNotExist
    from django.utils.translation import gettext as _

    from gongkai.engines import notices as engine
    from gongkai.engines.notices.models import Delivery

    try:
        engine.retry(delivery=Delivery.objects.get(pk=number), actor="command")
    except ObjectDoesNotExist as error:
        raise click.ClickException(_("There is no delivery %d.") % number) from error
    except engine.NoticeRefused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(_("It is tried again."))


@notices.command("fake-gateway")
@click.option("--port", default=8009, show_default=True, help="Port of this machine to listen on; 0: any.")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where messages are kept [default: the data folder].",
)
@click.option("--report-to", default="", help="Address to post delivery reports to.")
@click.option("--secret", default="", help="Shared secret [default: GONGKAI_SMS_SECRET].")
@click.option("--faults", default="{}", help='How to misbehave, as JSON: {"busy": 0.1, "lose": 0.1}.')
def fake_gateway(port: int, file: Path | None, report_to: str, secret: str, faults: str) -> None:
    """Run a gateway of SMS that sends nothing, for tests and the demo. http://127.0.0.1:PORT/ shows the messages."""
    from gongkai.engines.notices.fake_gateway import Faults, serve

    secret = secret or os.environ.get("GONGKAI_SMS_SECRET", "")
    if not secret:
        raise click.UsageError("give --secret, or set GONGKAI_SMS_SECRET")
    try:
        plan = Faults(**json.loads(faults))
    except (ValueError, TypeError) as error:
        raise click.BadParameter(str(error), param_hint="--faults") from error
    kept = file or Path(os.environ.get("GONGKAI_DATA", "var")) / "fake-gateway.sqlite3"
    server = serve(port=port, secret=secret, file=kept, report_to=report_to, faults=plan)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    click.echo(server.address)
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
