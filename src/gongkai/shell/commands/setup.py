"""``gongkai setup``: everything between an installed package and a running server, safe to repeat."""

from __future__ import annotations

import click


@click.command()
@click.option("--quiet", is_flag=True, help="Say only what went wrong.")
def setup(quiet: bool) -> None:
    """Compile messages, migrate the database, collect static files. Does nothing that is already done."""
    from gongkai.shell.messages import compile_messages

    compile_messages()

    from django.core.management import call_command

    from gongkai.shell.django_setup import setup as setup_django

    setup_django()
    verbosity = 0 if quiet else 1
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not quiet:
        click.echo("ready")
