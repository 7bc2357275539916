"""``gongkai organs``: the register of organs, and the register held against what a guide must say."""

from __future__ import annotations

import json
import sys

import click

from gongkai.shell.commands.named import member_of_staff, organ_of

LEVELS = ("outside", "city", "district", "town", "village")
KINDS = ("government", "office", "department", "dispatched", "institution", "utility")


@click.group()
def organs() -> None:
    """The register of organs: list, enter, check."""
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


@organs.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_organs(as_json: bool) -> None:
    """Code and name of every organ, those below under those above."""
    from gongkai.foundation.organs.models import Organ

    found = Organ.objects.select_related("parent").order_by("path")
    if as_json:
        rows = [
            {
                "code": organ.code,
                "name": organ.name,
                "level": organ.level,
                "kind": organ.kind,
                "parent": organ.parent.code if organ.parent else None,
            }
            for organ in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for organ in found:
        click.echo("  " * (organ.path.count("/") - 1) + f"{organ.code}  {organ.name}")


@organs.command()
@click.argument("code")
@click.argument("name")
@click.option("--short-name", help="What it is called in lists.")
@click.option("--kind", type=click.Choice(KINDS), help="By default as the name tells.")
@click.option("--level", type=click.Choice(LEVELS), help="By default as the name tells.")
@click.option("--parent", "above", metavar="CODE", help="The superior organ.")
@click.option("--mark", "document_mark", help="The mark of its document numbers, such as 海府.")
@click.option("--organisation-code", help="GB 11714, such as 00817804-9.")
@click.option("--credit-code", help="Unified social credit code.")
@click.option("--as", "username", help="The member of staff who enters it; without it, the house itself.")
def add(code: str, name: str, above: str | None, username: str | None, **facts: str | None) -> None:
    """Enter the organ NAME under CODE. Exit status 2 names every fault."""
    from django.core.exceptions import ValidationError
    from django.utils.translation import gettext as _

    from gongkai.foundation.organs.services import establish_organ
    from gongkai.wings.disclosure.intaking import facts_of

    told = {fact: value for fact, value in facts.items() if value}
    actor = member_of_staff(username).ledger_name if username else "command"
    try:
        organ = establish_organ(
            code=code,
            name=name,
            parent=organ_of(above) if above else None,
            actor=actor,
            **(facts_of(name) | told),
        )
    except ValidationError as refusal:
        for field, messages in refusal.message_dict.items():
            click.echo(f"{field}：{'；'.join(messages)}", err=True)
        sys.exit(2)
    click.echo(_("Organ entered: %(name)s, code %(code)s.") % {"name": organ.name, "code": organ.code})


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
