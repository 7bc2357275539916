"""``gongkai archive``: check a package, or pack a case."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from gongkai.shell.commands.named import case_of


@click.group()
def archive() -> None:
    """Check archive packages, pack cases."""
    from gongkai.shell.django_setup import setup

    setup()


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(file: Path, as_json: bool) -> None:
    """Check the package FILE against its own manifests. Exit status 1 when it is not whole."""
    from django.utils.translation import gettext as _

    from gongkai.wings.disclosure.archive.verifying import verify as check

    faults = check(file)
    if as_json:
        click.echo(
            json.dumps({"ok": not faults, "faults": [asdict(fault) for fault in faults]}, ensure_ascii=False)
        )
    else:
        for fault in faults:
            click.echo(f"  {fault.message}")
        click.echo(_("The package is not whole.") if faults else _("The package is whole."))
    sys.exit(1 if faults else 0)


@archive.command()
@click.argument("case_number")
@click.option("--organ", default="", help="Code of the organ, when several have a case of this number.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write it; the current folder when left out."
)
def export(case_number: str, organ: str, out: Path | None) -> None:
    """Pack the case CASE_NUMBER for the archive."""
    import shutil

    from django.utils import timezone

    from gongkai.engines.casework.models import Case
    from gongkai.wings.disclosure.archive.cases import pack_case

    case = case_of(case_number, Case.objects.all(), organ=organ)
    package = pack_case(case=case, actor="command", packed_on=timezone.localdate())
    target = (out or Path()) / package.name if out is None or out.is_dir() else out
    shutil.copyfile(package.path, target)
    click.echo(str(target))
