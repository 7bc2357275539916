"""Restoring a backup into an empty installation, and proving that it is what it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from gongkai.foundation.ledger.heads import current_head
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.migrating import migrate
from gongkai.foundation.organs.models import Organ
from gongkai.shell.backup.manifest import BackupFault, Manifest, Progress, check
from gongkai.shell.backup.tables import empty, kept_models, load, renew_counters
from gongkai.shell.backup.taking import KEYS, all_figures, applied_migrations


def restore(folder: Path, progress: Progress = lambda what, done, total: None) -> Manifest:
    """Bring a backup into this installation, which must be empty, and compare the ledger's head and all figures.

    Raises ``BackupFault``: the backup is not whole, was made by another version of the tables, the installation holds
    something already, or what came back is not what was saved. Nothing is left in the database then.
    """
    manifest = check(folder, progress)
    migrate()
    call_command("createcachetable", verbosity=0)
    _refuse_other_tables(manifest)
    _refuse_what_is_there()
    with transaction.atomic():
        _fill(folder, manifest, progress)
        _compare(manifest)
    _bring_files(folder, progress)
    return manifest


def _refuse_other_tables(manifest: Manifest) -> None:
    here = applied_migrations()
    if here == manifest.migrations:
        return
    missing = sorted(set(manifest.migrations) - set(here))
    more = sorted(set(here) - set(manifest.migrations))
    raise BackupFault(
        f"the backup was made by version {manifest.version}, this is {version('gongkai')}, and their tables differ:"
        " restore with the version that made it, then upgrade",
        tuple([f"only in the backup: {name}" for name in missing] + [f"only here: {name}" for name in more]),
    )


def _refuse_what_is_there() -> None:
    data = Path(settings.GONGKAI_DATA)
    there = []
    if Entry.objects.exists() or Organ.objects.exists():
        there.append("the database holds records")
    if any((data / "files").rglob("*.*")):
        there.append(f"{data / 'files'} holds files")
    if there:
        raise BackupFault("a backup is restored into an empty installation only", tuple(there))


def _fill(folder: Path, manifest: Manifest, progress: Progress) -> None:
    kept = kept_models()
    names = {model._meta.label_lower for model in kept}
    if names != set(manifest.rows):
        raise BackupFault("the backup holds other tables than this version has")
    total, done = sum(manifest.rows.values()), 0

    def told(before: int) -> Callable[[int], None]:
        return lambda rows: progress("database", before + rows, total)

    with connection.constraint_checks_disabled():
        empty(kept)
        for model in kept:
            name = model._meta.label_lower
            rows = load(model, folder / "database" / f"{name}.jsonl.gz", told(done))
            if rows != manifest.rows[name]:
                raise BackupFault(f"{name} has {rows} rows, the manifest says {manifest.rows[name]}")
            done += rows
            progress("database", done, total)
    connection.check_constraints()
    renew_counters(kept)


def _compare(manifest: Manifest) -> None:
    wrong = []
    if (entries := Entry.objects.count()) != manifest.ledger_entries:
        wrong.append(f"the ledger has {entries} entries, it had {manifest.ledger_entries}")
    if current_head() != manifest.ledger_head:
        wrong.append("the head of the ledger is another")
    # Heads signed with this installation's key are judged once the key is back; chains are judged here.
    wrong += [fault.message for fault in verify().faults if fault.kind != "unknown-key"]
    now = all_figures()
    wrong += [
        f"{code}: {now.get(code)} now, {value} then"
        for code, value in manifest.figures.items()
        if now.get(code) != value
    ]
    if wrong:
        raise BackupFault("what came back is not what was saved", tuple(wrong))


def _bring_files(folder: Path, progress: Progress) -> None:
    data = Path(settings.GONGKAI_DATA)
    parts = [
        path for name in ("files", "data") for path in sorted((folder / name).rglob("*")) if path.is_file()
    ]
    for done, path in enumerate(parts, start=1):
        inside = path.relative_to(folder / path.relative_to(folder).parts[0])
        target = data / "files" / inside if path.is_relative_to(folder / "files") else data / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        progress("files", done, len(parts))
    for name in KEYS:
        if (folder / "keys" / name).exists():
            aside = data / f".{name}.restored"
            shutil.copyfile(folder / "keys" / name, aside)
            aside.chmod(0o600)
            aside.replace(data / name)
