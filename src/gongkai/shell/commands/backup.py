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
            found = [(path, Manifest.read(path)) for path in backups(folder)]
            if as_json:
                click.echo(
                    json.dumps(
                        [
                            {"path": str(path), "made_at": one.made_at, "version": one.version}
                            for path, one in found
                        ]
                    )
                )
            for path, one in () if as_json else found:
                click.echo(f"{one.made_at}  {path}")
            return
        with _bar() as progress:
            if only_check:
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
    from gongkai.shell.commands.setup import prepare

    prepare()
    from django.utils.translation import gettext as _

    from gongkai.shell.backup.restoring import restore as bring

    with _refusals(), _bar() as progress:
        manifest = bring(folder, progress)
    click.echo(_("Restored: the ledger's head and %d figures are what they were.") % len(manifest.figures))
    click.echo(_("Now run “gongkai press build” and start the service."))


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
        "database": _("Database"),
        "files": _("Files"),
        "digests": _("Fingerprints"),
        "check": _("Comparing with the manifest"),
    }
    with bars(names) as tell:
        yield tell
