"""``gongkai hant``: a text in the other script, character by character. Answers without Django or a database."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from gongkai.foundation.hanzi import to_simplified, to_traditional
from gongkai.shell.commands.wording import BadInput, words_of

_ = words_of("gongkai.foundation.hanzi")


@click.command()
@click.argument("text", required=False)
@click.option(
    "--to",
    "script",
    type=click.Choice(["hant", "hans"]),
    default="hant",
    show_default=True,
    help="hant: Traditional; hans: Simplified.",
)
def hant(text: str | None, script: str) -> None:
    """Convert TEXT, or standard input, to the Traditional script (or back), character by character."""
    convert: Callable[[str], str] = to_traditional if script == "hant" else to_simplified
    if text is not None:
        click.echo(convert(text))
        return
    try:
        given = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(_("This is no text file: save it as text in UTF-8 first.")) from error
    click.echo(convert(given), nl=False)
