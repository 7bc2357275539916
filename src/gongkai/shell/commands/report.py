"""``gongkai report``: the annual report of disclosure, computed and written out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gongkai.shell.commands.report_check import check

if TYPE_CHECKING:
    from rich.table import Table

    from gongkai.wings.disclosure.annual.shape import Report


@click.group()
def report() -> None:
    """Compute, write and check annual reports."""
    from gongkai.shell.django_setup import setup

    setup()


report.add_command(check)


def _file(name: str, help: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", f"{name}_file", is_flag=False, flag_value="-", metavar="FILE", help=help)


@report.command()
@click.option("--organ", "code", required=True, help="Code or name of the organ.")
@click.option("--year", required=True, type=click.IntRange(2019, 2999), help="Report year.")
@click.option(
    "--form", "form_code", type=click.Choice(["2019", "2021"]), help="The form; by default that of the year."
)
@click.option(
    "--whole/--alone",
    "whole",
    default=None,
    help="With all organs below, or the organ alone. A government reports for the whole, others alone.",
)
@_file("json", "Write JSON; without FILE to standard output.")
@_file("html", "Write one HTML file.")
@_file("docx", "Write a DOCX file.")
@_file("xlsx", "Write a workbook.")
def annual(
    code: str,
    year: int,
    form_code: str | None,
    whole: bool | None,
    json_file: str | None,
    html_file: str | None,
    docx_file: str | None,
    xlsx_file: str | None,
) -> None:
    """The annual report of an organ on a year, from the records as they are now; one approved here, as it was frozen."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.organs.models import Organ
    from gongkai.wings.disclosure.annual.forms import form, form_of
    from gongkai.wings.disclosure.annual.looking import report_on
    from gongkai.wings.disclosure.annual.numbers import reports_whole
    from gongkai.wings.disclosure.annual.writing.docx import docx
    from gongkai.wings.disclosure.annual.writing.html import html
    from gongkai.wings.disclosure.annual.writing.xlsx import xlsx

    organ = Organ.objects.filter(code=code).first() or Organ.objects.filter(name=code).first()
    if organ is None:
        raise click.ClickException(_("there is no organ %s") % code)
    _tell_of_a_year_not_over(year)
    laid_on = form(form_code) if form_code else form_of(year)
    found = report_on(organ, year, laid_on, whole=reports_whole(organ) if whole is None else whole)
    for name, data in (
        (json_file, lambda: (json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n").encode()),
        (html_file, lambda: html(found).encode()),
        (docx_file, lambda: docx(found)),
        (xlsx_file, lambda: xlsx(found)),
    ):
        if name == "-":
            sys.stdout.buffer.write(data())
        elif name:
            Path(name).write_bytes(data())
            click.echo(_("Written: %s") % name, err=True)
    if not any((json_file, html_file, docx_file, xlsx_file)):
        _table(found)


def _tell_of_a_year_not_over(year: int) -> None:
    """Beside the numbers, not among them. A year that has not begun is refused."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.figures import Period

    today, period = timezone.localdate(), Period.year(year)
    if today < period.since:
        raise click.ClickException(_("%d has not begun: there is nothing to report on") % year)
    if not period.is_over(today):
        told = {"year": year, "day": today}
        click.echo(
            _("%(year)d is not over: these numbers count up to %(day)s and still grow.") % told, err=True
        )


def _table(found: Report) -> None:
    """The tables on a terminal, for a first look."""
    from rich.console import Console

    from gongkai.wings.disclosure.annual.writing.grids import text_of
    from gongkai.wings.disclosure.annual.writing.html import title

    console = Console()
    form, cells = found.official, found.cells()
    requests = _grid([column.label for column in form.columns], title=title(found))
    for row in form.rows:
        requests.add_row(
            f"{row.code} {row.name}",
            *(text_of(cells.get(f"table3/{row.code}/{column.key}")) for column in form.columns),
        )
    console.print(requests)
    remedies = _grid([result.label for result in form.results])
    for block in form.remedies:
        remedies.add_row(
            block.label,
            *(text_of(cells.get(f"table4/{block.key}/{result.key}")) for result in form.results),
        )
    console.print(remedies)


def _grid(labels: Iterable[str], title: str = "") -> Table:
    """Words are broken over lines, never cut off: on a narrow terminal a label without its end may be any of three."""
    from rich.table import Column, Table

    return Table(
        Column("", overflow="fold", ratio=2),
        *(Column(label, overflow="fold", ratio=1) for label in labels),
        title=title or None,
        expand=True,
    )


@report.command()
@click.option("--site", "slug", required=True, help="Short name of the site.")
@click.option("--year", required=True, type=click.IntRange(2018, 2999), help="Report year.")
@click.option(
    "--form",
    "which",
    type=click.Choice(["site", "supervision"]),
    default="site",
    show_default=True,
    help="The report of the website, or of its organ on the websites it supervises.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, beside the year before.")
@click.option(
    "--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write XLSX, beside the year before."
)
def site(slug: str, year: int, which: str, as_json: bool, as_csv: bool, xlsx: Path | None) -> None:
    """The yearly report of a website as it stands. Exit status 1 when its numbers do not fit each other."""
    from django.utils.translation import gettext as _

    from gongkai.engines.figures import Verdict
    from gongkai.wings.publishing.sitereports import form, services
    from gongkai.wings.publishing.sitereports.exporting import written as table
    from gongkai.wings.publishing.sitereports.models import SiteReport
    from gongkai.wings.publishing.sites.models import Site

    found = Site.objects.select_related("organ").filter(slug=slug).first()
    if found is None:
        raise click.ClickException(_("there is no site %s") % slug)
    _tell_of_a_year_not_over(year)
    written = SiteReport.objects.filter(site=found, year=year, form=which).first()
    values = services.values(found, year, written.entered if written else {}, which)
    judged = form.judge(values, which)
    shown = {key: form.shown(value) for key, value in values.items()}
    before = services.before(written or SiteReport(site=found, year=year, form=which))
    if xlsx is not None:
        content = table("xlsx", name=found.name, year=year, values=shown, before=before, which=which)
        assert isinstance(content, bytes)
        xlsx.write_bytes(content)
    if as_csv:
        text = table("csv", name=found.name, year=year, values=shown, before=before, which=which)
        click.echo(str(text).removeprefix("\ufeff"), nl=False)
    elif as_json:
        told = {
            "site": slug,
            "year": year,
            "form": which,
            "values": shown,
            "year_before": before,
            "identities": {each.identity.code: each.verdict.value for each in judged},
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for block in form.blocks(which):
            click.echo(block.name)
            for field in block.fields:
                click.echo(f"  {field.label}: {shown.get(field.key) or '—'}")
        for each in judged:
            click.echo(f"{each.identity.code} {each.identity.title}: {each.verdict.value}")
    sys.exit(1 if any(each.verdict is Verdict.MISMATCH for each in judged) else 0)
