"""``gongkai import documents FILE``, and cases: with a progress bar, every refused row by row, field, rule and mend."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongkai.shell.commands.bars import importing
from gongkai.shell.commands.catalogue_import import catalogue
from gongkai.shell.commands.named import member_of_staff

if TYPE_CHECKING:
    from gongkai.engines.exchange.faults import RowFault
    from gongkai.wings.publishing.intake.services import ImportReport


@click.group(name="import")
def imports() -> None:
    """Load what other systems hold."""


imports.add_command(catalogue)


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="The member of staff who imports.")
@click.option("--set", "given", multiple=True, metavar="字段=值", help="Stands in where a row has no value.")
@click.option("--publish", "reason", metavar="REASON", help="Put online at once, as texts public before.")
@click.option("--create-organs", is_flag=True, help="Enter organs the register does not know.")
@click.option("--partial", is_flag=True, help="Import the good rows although others are refused.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def documents(
    file: Path,
    username: str,
    given: tuple[str, ...],
    reason: str | None,
    create_organs: bool,
    partial: bool,
    as_json: bool,
) -> None:
    """Import documents from CSV, XLSX, JSON or text. Exit status 1 when rows were refused."""
    from gongkai.shell.django_setup import setup

    setup()
    from gongkai.wings.publishing.intake import services
    from gongkai.wings.publishing.intake.shape import DOCUMENTS

    values = dict(_pair(text, DOCUMENTS.heading_known) for text in given)
    author = member_of_staff(username)
    with importing(file, hidden=as_json) as tell:
        report = services.import_documents(
            path=file,
            author=author,
            given=values,
            publication=services.Publication(reason) if reason else None,
            partial=partial,
            organs=services.establish_unknown_organs if create_organs else services.refuse_unknown_organs,
            progress=tell,
        )
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=1))
    else:
        _print(report)
    sys.exit(1 if report.faults else 0)


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", help="The member of staff who imports; without it, the house itself.")
@click.option("--partial", is_flag=True, help="Import the good rows although others are refused.")
@click.option("--create-organs", is_flag=True, help="Enter organs the register does not know.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def requests(file: Path, username: str | None, partial: bool, create_organs: bool, as_json: bool) -> None:
    """Import requests of earlier years from CSV, XLSX or JSON: organ, number, channel, applicant_kind, received_on,
    closed_on, outcome (row of the annual report, empty: still open), title. Exit status 1 when rows were refused."""
    from gongkai.shell.django_setup import setup

    setup()
    from gongkai.wings.disclosure.requests.intake import import_requests

    intake = functools.partial(import_requests, partial=partial, create_organs=create_organs)
    _run_intake(intake, file=file, username=username, as_json=as_json)


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", help="The member of staff who imports; without it, the house itself.")
@click.option("--partial", is_flag=True, help="Import the good rows although others are refused.")
@click.option("--create-organs", is_flag=True, help="Enter organs the register does not know.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def remedies(file: Path, username: str | None, partial: bool, create_organs: bool, as_json: bool) -> None:
    """Import remedies of earlier years: organ, request (its number), kind (reconsideration, direct_suit,
    suit_after_reconsideration), filed_on, result (upheld, corrected, other, pending)."""
    from gongkai.shell.django_setup import setup

    setup()
    from gongkai.wings.disclosure.remedies.intake import import_remedies

    intake = functools.partial(import_remedies, partial=partial, create_organs=create_organs)
    _run_intake(intake, file=file, username=username, as_json=as_json)


def _run_intake(intake: Any, *, file: Path, username: str | None, as_json: bool) -> None:
    """Run an import of cases with a progress bar, print its report, and end with status 1 when rows were refused."""
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.actors import Actor

    user = member_of_staff(username) if username else None
    with importing(file, hidden=as_json) as tell:
        report = intake(path=file, actor=Actor(user=user, system="command"), progress=tell)
    if as_json:
        faults = [fault.as_json() for fault in report.faults]
        unknown = sorted(report.unknown_headings)
        result = {
            "read": report.read,
            "imported": report.imported,
            "ended": report.ended,
            "unchanged": report.unchanged,
            "organs": [{"code": organ.code, "name": organ.name} for organ in report.organs],
            "faults": faults,
            "unknown_headings": unknown,
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _print_faults(report.faults)
        if report.unknown_headings:
            click.echo(_("Columns not used: %s") % "、".join(sorted(report.unknown_headings)))
        click.echo(
            _("%(read)d rows read, %(imported)d imported, %(refused)d refused.")
            % {
                "read": report.read,
                "imported": report.imported,
                "refused": len({f.row for f in report.faults}),
            }
        )
        if report.ended or report.unchanged:
            click.echo(
                _("On record already: %(ended)d ended by this file, %(unchanged)d unchanged.")
                % {"ended": report.ended, "unchanged": report.unchanged}
            )
        for organ in report.organs:
            click.echo(
                _("Organ entered: %(name)s, code %(code)s.") % {"name": organ.name, "code": organ.code}
            )
        if report.faults and not report.imported and not report.ended:
            click.echo(_("Nothing was written. Mend the rows, or import the good ones with --partial."))
    sys.exit(1 if report.faults else 0)


MOST_SHOWN = 50


def _print_faults(faults: list[RowFault]) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console
    from rich.table import Table

    if not faults:
        return
    table = Table()
    for heading in (_("row"), _("field"), _("value"), _("rule"), _("mend")):
        table.add_column(heading, overflow="fold")
    for fault in faults[:MOST_SHOWN]:
        table.add_row(str(fault.row), fault.field, fault.value, fault.rule, fault.mend)
    Console().print(table)
    if len(faults) > MOST_SHOWN:
        click.echo(_("And %d more; --json gives them all.") % (len(faults) - MOST_SHOWN))


def _pair(text: str, known: object) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not callable(known) or not known(name):
        raise click.BadParameter(f"{text}: 请写成 字段=值，字段取表头中的名称", param_hint="--set")
    return name, value


def _some(rows: list[int]) -> str:
    return "、".join(map(str, rows[:20])) + ("…" if len(rows) > 20 else "")


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "read": report.read,
        "imported": report.imported,
        "published": report.published,
        "faults": [fault.as_json() for fault in report.faults],
        "known": report.known,
        "unshown": report.unshown,
        "notes": [note.as_json() for note in report.notes],
        "unknown_headings": sorted(report.unknown_headings),
    }


def _print(report: ImportReport) -> None:
    from django.utils.translation import gettext as _
    from rich.console import Console

    console = Console()
    _print_faults([*report.faults, *report.notes])
    if report.unknown_headings:
        console.print(_("Columns not used: %s") % "、".join(sorted(report.unknown_headings)))
    refused = len({fault.row for fault in report.faults})
    if report.known:
        console.print(
            _("%(number)d rows are known already, word for word, and were left out: %(rows)s.")
            % {"number": len(report.known), "rows": _some(report.known)},
            soft_wrap=True,
        )
    if report.unshown:
        console.print(
            _(
                "%(number)d documents are public and stand in no column, so that no site shows them: rows %(rows)s. Name "
                "columns in the file, or add --set 栏目=site/path."
            )
            % {"number": len(report.unshown), "rows": _some(report.unshown)},
            soft_wrap=True,
        )
    console.print(
        _("%(read)d rows read, %(imported)d imported, %(published)d put online, %(refused)d refused.")
        % {
            "read": report.read,
            "imported": len(report.imported),
            "published": report.published,
            "refused": refused,
        }
    )
    if report.stopped:
        console.print(_("Nothing was written. Mend the rows, or import the good ones with --partial."))
