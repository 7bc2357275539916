"""``gongkai organs``: the register of organs, held against what a guide must say."""

from __future__ import annotations

import json
import sys

import click

from gongkai.shell.commands.named import member_of_staff, organ_of


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
    from gongkai.wings.disclosure.guides.services import fault_text, standings, text_fault_text

    rows = [row for row in standings(Organ.objects.order_by("path"), timezone.localdate()) if row.is_faulty]
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
        texts = [
            {
                "organ": row.organ.code,
                "document": wrong.text.key,
                "title": wrong.text.title,
                "field": fault.field,
                "said": fault.said,
                "registered": fault.registered,
            }
            for row in rows
            for wrong in row.wrong_texts
            for fault in wrong.faults
        ]
        click.echo(json.dumps({"faults": faults, "texts": texts}, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            for fault in row.faults:
                click.echo(f"{row.organ.code}  {row.organ}  {fault_text(row.organ, fault)}")
            for wrong in row.wrong_texts:
                for difference in wrong.faults:
                    said = text_fault_text(row.organ, difference)
                    click.echo(f"{row.organ.code}  {row.organ}  《{wrong.text.title}》 {said}")
        click.echo(_("%d organs have something missing or wrong.") % len(rows))
    sys.exit(1 if rows else 0)


@organs.command()
@click.argument("code")
@click.option("--as", "username", required=True, help="The member of staff who confirms.")
def confirm(code: str, username: str) -> None:
    """Confirm that the entry of an organ in the register is right; the guide shows the day."""
    from django.utils import timezone

    from gongkai.wings.disclosure.guides import services

    try:
        services.confirm(organ=organ_of(code), user=member_of_staff(username), on=timezone.localdate())
    except services.GuideRefused as refusal:
        click.echo(" ".join([refusal.message, *refusal.reasons]), err=True)
        sys.exit(1)
