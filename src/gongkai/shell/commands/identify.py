"""``gongkai identify VALUE``: what a number is, and whether it is valid. Answers without Django or a database."""

from __future__ import annotations

import json
from typing import Any

import click

from gongkai.foundation.identifiers import KINDS, DocumentNumber, Identification, IdentifierError
from gongkai.foundation.identifiers import identify as identify_value
from gongkai.shell.commands.wording import BadInput, words_of

_ = words_of("gongkai.foundation.identifiers")


@click.command()
@click.argument("value")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def identify(value: str, as_json: bool) -> None:
    """Say what VALUE is, and whether it is valid. Exit code 2 when it is no valid identifier of any kind."""
    try:
        readings = identify_value(value)
    except IdentifierError as error:
        message, mend = error.localised(_)
        raise BadInput(f"{message}; {mend}") from error
    if as_json:
        click.echo(json.dumps([_facts(reading) for reading in readings], ensure_ascii=False, indent=1))
    for reading in () if as_json else readings:
        _show(reading, value)
    if not readings:
        known = "、".join(kind.label for kind in KINDS)
        raise BadInput(_("it looks like no identifier known here: %(known)s") % {"known": known})
    if not readings[0].valid:
        raise BadInput(_("not valid"))


def _facts(reading: Identification) -> dict[str, Any]:
    problem = reading.problem
    return {
        "kind": reading.kind,
        "label": reading.label,
        "valid": reading.valid,
        "normal_form": reading.normal_form,
        "masked": reading.masked,
        "personal": reading.personal,
        "facts": reading.facts,
        "problem": problem and {"code": problem.code, "message": problem.message, "mend": problem.mend},
    }


def _show(reading: Identification, value: str) -> None:
    click.echo(f"{reading.label} ({reading.kind})")
    if reading.problem:
        message, mend = reading.problem.localised(_)
        click.echo("  " + _("not valid: %(message)s; %(mend)s") % {"message": message, "mend": mend})
        return
    click.echo("  " + _("valid: %(value)s") % {"value": reading.normal_form})
    for departure in DocumentNumber.departures(value) if reading.kind == DocumentNumber.kind else ():
        message, mend = departure.localised(_)
        click.echo(
            "  " + _("departs from the standard: %(message)s; %(mend)s") % {"message": message, "mend": mend}
        )
    if reading.masked != reading.normal_form:
        click.echo("  " + _("masked: %(value)s") % {"value": reading.masked})
    for name, fact in reading.facts.items():
        click.echo(f"  {_(name)}: {_(fact)}")
