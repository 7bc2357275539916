"""``gongkai backup`` and ``gongkai restore``: a whole installation into a folder, and out of it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gongkai.shell.commands.bars import bars


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--keep", type=click.IntRange(1), help="Leave only so many of the newest backups there.")
@click.option("--check", "only_check", is_flag=True, help="FOLDER is a backup: read it against its manifest.")
@click.option("--list", "only_list", is_flag=True, help="List the backups below FOLDER.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(folder: Path | None, keep: int | None, only_check: bool, only_list: bool, as_json: bool) -> None:
    """Write a backup of this installation below FOLDER, while it runs. It holds keys: keep it where only you can read it."""
    from gongkai.shell.django_setup import setup

    setup()
    from django.utils.translation import gettext as _

    from gongkai.shell.backup.manifest import Manifest, check
    from gongkai.shell.backup.taking import backups, take

    if folder is None:
        raise click.UsageError(_("name a folder"))
    with _refusals():
        if only_list:
            _tell_backups(backups(folder), as_json)
            return
        with _bar() as progress:
            if only_check:
                _refuse_a_folder_of_backups(folder)
                manifest, path = check(folder, progress), folder
            else:
                path = take(folder, keep=keep or 0, progress=progress)
                manifest = Manifest.read(path)
    told = {"path": str(path), "rows": sum(manifest.rows.values()), "files": len(manifest.parts)}
    told["ledger_head"] = manifest.ledger_head
    click.echo(
        json.dumps(told)
        if as_json
        else _("%(path)s: %(rows)d rows, %(files)d files, ledger head %(ledger_head)s") % told
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Bring the backup FOLDER into this installation, which must be empty; then build the pages anew."""
    from gongkai.shell.commands.setup import prepare, speak

    speak()
    from django.utils.translation import gettext as _

    from gongkai.shell.backup.restoring import restore as bring

    with _refusals(), _bar() as progress:
        _refuse_a_folder_of_backups(folder)
        manifest = bring(folder, progress)
    prepare()  # only now: nothing is made where the backup is refused
    click.echo(_("Restored: the ledger's head and %d figures are what they were.") % len(manifest.figures))
    click.echo(_("Now run “gongkai press build” and start the service."))


def _tell_backups(found: list[Path], as_json: bool) -> None:
    """Newest first; one that cannot be read is named and does not hide the others."""
    from django.utils.translation import gettext as _

    from gongkai.shell.backup.manifest import BackupFault, Manifest

    rows: list[dict[str, str]] = []
    for path in found:
        try:
            one = Manifest.read(path)
        except BackupFault as fault:
            rows.append({"path": str(path), "fault": fault.message})
        else:
            rows.append({"path": str(path), "made_at": one.made_at, "version": one.version})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['made_at']}  {row['path']}" if "made_at" in row else row["fault"])
        if not rows:
            click.echo(_("There are no backups here."))
    if any("fault" in row for row in rows):
        raise click.exceptions.Exit(1)


def _refuse_a_folder_of_backups(folder: Path) -> None:
    """Somebody who names the folder the backups stand in is told which there are. Raises ``BackupFault``."""
    from django.utils.translation import gettext as _

    from gongkai.shell.backup.manifest import NAME, BackupFault
    from gongkai.shell.backup.taking import backups

    inside = backups(folder)
    if inside and not (folder / NAME).exists():
        raise BackupFault(
            _("%s holds backups: name one of them") % folder, tuple(str(path) for path in inside)
        )


@contextmanager
def _refusals() -> Iterator[None]:
    from gongkai.shell.backup.manifest import BackupFault

    try:
        yield
    except BackupFault as fault:
        raise click.ClickException(
            "\n".join([fault.message, *(f"  {reason}" for reason in fault.reasons)])
        ) from None


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from django.utils.translation import gettext as _

    names = {
        "tables": _("Tables"),
        "database": _("Database"),
        "files": _("Files"),
        "digests": _("Fingerprints"),
        "check": _("Comparing with the manifest"),
    }
    with bars(names) as tell:
        yield tell
