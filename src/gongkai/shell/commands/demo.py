"""``gongkai demo``: the invented city, loaded and served."""

from __future__ import annotations

import os
import secrets
import socket
from functools import partial
from pathlib import Path

import click

from gongkai.shell.commands.bars import bars


@click.group(invoke_without_command=True)
@click.option(
    "--scale", type=click.FloatRange(0.001, 100), help="Make a year of 78 organs; 1 is a whole city's year."
)
@click.option("--seed", default=2020, show_default=True, help="Another seed, another year.")
@click.option(
    "--year", type=click.IntRange(2021, 2100), help="Which year; the last one that is over otherwise."
)
@click.pass_context
def demo(ctx: click.Context, scale: float | None, seed: int, year: int | None) -> None:
    """The invented demo city. With --scale: a whole year of it; may be stopped and begun again."""
    if ctx.invoked_subcommand is not None:
        return
    if scale is None:
        from gongkai.shell.commands.setup import speak

        speak()
        from django.utils.translation import gettext as _

        raise click.UsageError(_("name a command, or --scale"))
    _make_year(scale, seed, year)


@demo.command("year")
@click.option("--scale", type=click.FloatRange(0.001, 100), default=1.0, show_default=True)
@click.option("--seed", default=2020, show_default=True)
@click.option("--year", type=click.IntRange(2021, 2100))
def make_year(scale: float, seed: int, year: int | None) -> None:
    """A whole year of 78 organs; the same as --scale."""
    _make_year(scale, seed, year)


def _make_year(scale: float, seed: int, year: int | None) -> None:
    from gongkai.shell.commands.setup import prepare

    _stand_in_for_gateways()
    prepare()
    _load(scale, seed, year)


@demo.command()
def load() -> None:
    """Load the demo city into an empty installation."""
    from gongkai.shell.commands.setup import prepare

    prepare()
    _load()


@demo.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int) -> None:
    """Prepare, load the demo city if it is not there, publish it and serve it."""
    from gongkai.shell.commands.serve import require_free
    from gongkai.shell.commands.serve import serve as serve_sites
    from gongkai.shell.commands.setup import prepare

    require_free(host, port)  # before a minute's work, not after it
    gateway = _stand_in_for_gateways()
    prepare()
    from gongkai.demo.load import PASSWORD, is_loaded

    if not is_loaded():
        _load()
    else:
        _publish_if_nothing_is()
    from django.utils.translation import gettext as _

    click.echo("\n" + _("Demo accounts (the password of all is %s):") % click.style(PASSWORD, bold=True))
    from gongkai.foundation.accounts.models import User

    for user in User.objects.filter(is_active=True).order_by("pk"):
        click.echo(f"  {user.username:12} {user.full_name}")
    ctx.invoke(serve_sites, host=host, port=port, fake_gateway=gateway)


def _stand_in_for_gateways() -> int | None:
    """The demo writes to invented people: SMS go to a gateway on this machine, at the port returned, and e-mails into
    a folder, at any hour. Whoever names gateways of their own is left alone."""
    if os.environ.get("GONGKAI_SMS_URL") or os.environ.get("GONGKAI_EMAIL_URL"):
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    mail = Path(os.environ.get("GONGKAI_DATA", "var")).resolve() / "mail"
    os.environ |= {
        "GONGKAI_SMS_URL": f"http://127.0.0.1:{port}",
        "GONGKAI_SMS_SECRET": secrets.token_urlsafe(),
        "GONGKAI_EMAIL_URL": f"filemail:///{mail}",
        "GONGKAI_QUIET_HOURS": os.environ.get("GONGKAI_QUIET_HOURS", ""),
    }
    return port


def _publish_if_nothing_is() -> None:
    """Whoever was stopped between the city and its pages has a city nobody can see."""
    from django.utils.translation import gettext as _

    from gongkai.engines import press

    if not press.status().tree:
        click.echo(_("Publishing pages"))
        press.build()


def _load(scale: float = 0.0, seed: int = 2020, year: int | None = None) -> None:
    from django.utils.translation import gettext as _

    from gongkai.demo import load as city
    from gongkai.engines import press

    names = {
        "organs": _("Organs"),
        "staff": _("Staff"),
        "sites": _("Sites"),
        "documents": _("Documents"),
        "series": _("Briefs"),
        "reviewed": _("Three reviews"),
        "drafts": _("Waiting work"),
        "desk": _("Out of the ordinary"),
        "catalogue": _("Disclosure catalogue"),
        "requests": _("Requests"),
        "reports": _("Annual reports"),
        "year-organs": _("Organs of the whole city"),
        "year-documents": _("Documents of the year"),
        "year-catalogue": _("Catalogue of every organ"),
        "year-requests": _("Requests of the year"),
        "pages": _("Publishing pages"),
    }
    with bars(names) as tell:
        make = city.go_on if scale and city.is_loaded() else city.load
        try:
            make(tell, scale=scale, seed=seed, year=year)
        except city.NotHere as refused:
            raise click.ClickException(str(refused)) from refused
        press.build(progress=partial(tell, "pages"))
    if scale:
        click.echo(_("The year is there. “gongkai demo serve” shows the city and prints its accounts."))
