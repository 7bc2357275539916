"""``gongkai organs``: the register of organs, and the register held against what a guide must say."""

from __future__ import annotations

import json
import sys

import click


@click.group()
def organs() -> None:
    """The register of organs: enter one, check all."""
    from gongkai.shell.django_setup import setup

    setup()


@organs.command()
@click.argument("code")
@click.argument("name")
@click.option("--short-name", help="What it is called in lists; NAME when left out.")
@click.option("--above", "superior", metavar="CODE", help="The organ it stands below.")
@click.option("--level", default="city", show_default=True, help="city, district, town, village or outside.")
@click.option("--mark", "document_mark", default="", help="The mark of its document numbers, such as 海府.")
@click.option("--organisation-code", default="", help="GB 11714, such as 00817804-9.")
@click.option("--credit-code", default="", help="Unified social credit code.")
def add(code: str, name: str, short_name: str | None, superior: str | None, **facts: str) -> None:
    """Enter the organ NAME under CODE. Exit status 2 names every fault."""
    from django.core.exceptions import ValidationError

    from gongkai.foundation.organs.models import Organ
    from gongkai.foundation.organs.services import establish_organ

    parent = Organ.objects.filter(code=superior).first() if superior else None
    if superior and parent is None:
        raise click.BadParameter(f"没有代码为 {superior} 的机关", param_hint="--above")
    try:
        establish_organ(
            actor="command", code=code, name=name, short_name=short_name or name, parent=parent, **facts
        )
    except ValidationError as refusal:
        for field, messages in refusal.message_dict.items():
            click.echo(f"{field}：{'；'.join(messages)}", err=True)
        sys.exit(2)
    click.echo(f"{code} {name}")


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
