"""``gongkai import catalogue FILE``: a directory as the organ has it, looked at with ``--check`` or taken in."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.shell.commands.bars import importing
from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.named import member_of_staff, organ_of

if TYPE_CHECKING:
    from gongkai.wings.disclosure.catalogue.importing import Plan
    from gongkai.wings.disclosure.catalogue.judging import CellFault

_SHOWN = 40


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organ", "code", help="Duty holder of rows whose own is not in the register (short code).")
@click.option("--field", default="", help="Field of rows that name none.")
@click.option("--edition", default="", help="What the directory calls its edition.")
@click.option("--valid-from", type=DAY, help="The day new rows hold from.")
@click.option("--as", "username", help="The member of staff who imports; without it, the house itself.")
@click.option("--check", "check_only", is_flag=True, help="Only say what it would change.")
@click.option("--keep-absent", is_flag=True, help="Do not retire rows the file no longer has.")
@click.option(
    "--rename",
    "renames",
    multiple=True,
    type=int,
    help="Number of a row that goes on under the titles it was matched with, instead of being retired; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def catalogue(
    file: Path,
    code: str | None,
    field: str,
    edition: str,
    valid_from: date | None,
    username: str | None,
    check_only: bool,
    keep_absent: bool,
    renames: tuple[int, ...],
    as_json: bool,
) -> None:
    """Take in a directory of matters to be published from XLSX, CSV or JSON. Exit status 1 when rows were refused."""
    from gongkai.shell.django_setup import setup

    setup()
    from django.utils import timezone

    from gongkai.wings.disclosure.catalogue.importing import import_catalogue

    organ = organ_of(code) if code else None
    user = member_of_staff(username) if username else None
    with importing(file, hidden=as_json) as tell:
        plan = import_catalogue(
            path=file,
            today=timezone.localdate(),
            user=user,
            organ=organ,
            field=field,
            edition=edition,
            valid_from=valid_from,
            keep_absent=keep_absent,
            check_only=check_only,
            renames=renames,
            progress=tell,
        )
    if as_json:
        click.echo(json.dumps(plan.as_json(), ensure_ascii=False, indent=1))
    else:
        _print(plan, check_only=check_only)
    sys.exit(1 if plan.faults else 0)


def _print(plan: Plan, *, check_only: bool) -> None:
    from django.utils.translation import gettext as _

    _print_faults(plan.faults, _("Refused"))
    _print_faults(plan.notes, _("Worth knowing"))
    for difference in plan.amended[:_SHOWN]:
        click.echo(f"~ {difference.entry.organ} · {difference.entry.path}: {', '.join(difference.changes)}")
    for entry in plan.retired[:_SHOWN]:
        click.echo(f"- {entry.organ} · {entry.path}")
    for match in plan.matches[:_SHOWN]:
        click.echo(
            _("? %(organ)s · %(old)s → %(new)s: alike by %(percent)d%%, with --rename %(number)d it goes on")
            % {
                "organ": match.old.organ,
                "old": match.old.path,
                "new": match.new.path,
                "percent": match.percent,
                "number": match.old.pk,
            }
        )
    if plan.unknown_headings:
        click.echo(_("Columns not used: %s") % "、".join(plan.unknown_headings))
    click.echo(
        _(
            "%(read)d rows read: %(added)d new, %(amended)d changed, %(retired)d retired, %(unchanged)d as before, "
            "%(refused)d refused."
        )
        % {
            "read": plan.read,
            "added": len(plan.added),
            "amended": len(plan.amended),
            "retired": len(plan.retired),
            "unchanged": plan.unchanged,
            "refused": plan.refused,
        }
    )
    if plan.faults:
        click.echo(_("Nothing was written. Mend the rows and take the file in again."))
    elif check_only:
        click.echo(_("Only checked, nothing was written."))


def _print_faults(faults: list[CellFault], title: str) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.table import Table

    if not faults:
        return
    table = Table(title=title)
    for heading in (
        _("sheet"),
        _("row"),
        _("column of the sheet"),
        _("field"),
        _("value"),
        _("rule"),
        _("mend"),
    ):
        table.add_column(heading, overflow="fold")
    for fault in faults[:500]:
        table.add_row(
            fault.sheet, str(fault.row), fault.column, fault.field, fault.value, fault.rule, fault.mend
        )
    Console().print(table)
