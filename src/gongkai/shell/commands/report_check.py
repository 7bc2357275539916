"""``gongkai report check``: anybody's annual reports held against the rules of the form, the law and common sense."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.shell.commands.wording import BadInput

if TYPE_CHECKING:
    from gongkai.wings.disclosure.annual.checking import Verdict
    from gongkai.wings.disclosure.annual.shape import Report


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The report of the year before, for continuity.",
)
@click.option(
    "--year", type=click.IntRange(2000, 2999), help="The report year, where the file does not say it."
)
@click.option("--issuer", default="", help="The organ that made it, where the file does not say it.")
def check(
    files: tuple[Path, ...], as_json: bool, previous: Path | None, year: int | None, issuer: str
) -> None:
    """Check annual reports: JSON, HTML, DOCX, XLSX, or PDF with text.

    Reports of one issuer and several years are checked against one another. Exit status 0: no faults; 1: faults;
    2: a file cannot be read.
    """
    from django.utils import translation

    from gongkai.wings.disclosure.annual.checking import check_all

    translation.activate("en" if os.environ.get("LANGUAGE", "").startswith("en") else "zh-hans")
    reports = [report for file in files for report in _read(file, year if len(files) == 1 else None, issuer)]
    before = _read(previous, None, issuer) if previous else ()
    wanted = min((report.year for report in reports), default=0) - 1
    earlier = next((report for report in before if report.year == wanted), before[0] if before else None)
    verdict = check_all(reports, previous=earlier)
    if as_json:
        answer = {
            **verdict.to_json(),
            "reports": [{"issuer": each.issuer, "year": each.year, "form": each.form} for each in reports],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _show(verdict, len(reports))
    sys.exit(1 if verdict.faults else 0)


def _read(file: Path, year: int | None, issuer: str) -> tuple[Report, ...]:
    from gongkai.wings.disclosure.annual.reading import MOST_BYTES, NotRead, read_reports
    from gongkai.wings.disclosure.annual.reading.words import told

    try:
        with file.open("rb") as content:
            return read_reports(content.read(MOST_BYTES + 1), year=year, issuer=issuer)
    except NotRead as refusal:
        message, mend = told(refusal)
        raise BadInput(f"{file.name}：{message}\n{mend}") from None
    except OSError as error:
        raise BadInput(f"{file.name}: {error.strerror}") from None


def _show(verdict: Verdict, number: int) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from gongkai.wings.disclosure.annual.checking.words import kind_label

    held = ""
    for fault in verdict.faults:
        if fault.report != held:
            held = fault.report
            click.echo(held)
        click.echo(f"  [{fault.rule} {kind_label(fault.kind)}] {fault.place}")
        click.echo(f"    {fault.message}")
        if fault.quote:
            click.echo(f"    “{fault.quote}”")
        if fault.mend:
            click.echo("    → " + fault.mend)
    if verdict.remarks:
        click.echo(_("To be looked at by a person:"))
        for remark in verdict.remarks:
            quote = f" “{remark.quote}”" if remark.quote else ""
            where = f"{remark.report} {remark.place}".strip()
            click.echo(f"  [{remark.rule}] {where}：{remark.message}{quote}")
    count = len(verdict.faults)
    if count:
        click.echo(
            ngettext("%(count)d fault was found.", "%(count)d faults were found.", count) % {"count": count}
        )
    else:
        click.echo(
            ngettext("No faults in %(count)d report.", "No faults in %(count)d reports.", number)
            % {"count": number}
        )
