"""``gongkai organs``: the register of organs, held against what a guide must say."""

from __future__ import annotations

import json
import sys

import click


@click.group()
def organs() -> None:
    """Check the register of organs."""
    from gongkai.shell.django_setup import setup

    setup()


@organs.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Name everything missing or wrong in the entries of organs. Exit status 1 when there is something."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.foundation.organs.models import Organ
    from gongkai.wings.disclosure.guides.services import fault_text, standings

    rows = [row for row in standings(Organ.objects.order_by("path"), timezone.localdate()) if row.faults]
    if as_json:
        faults = [
            {
                "organ": row.organ.code,
                "field": fault.field,
                "missing": fault.missing,
                "message": fault.message,
            }
            for row in rows
            for fault in row.faults
        ]
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            for fault in row.faults:
                click.echo(f"{row.organ.code}  {row.organ}  {fault_text(row.organ, fault)}")
        click.echo(_("%d organs have something missing or wrong.") % len(rows))
    sys.exit(1 if rows else 0)
