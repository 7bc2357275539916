"""Taking a backup while everything runs. It appears under its name only when it is whole."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import figures
from gongkai.engines.figures import Period
from gongkai.foundation.ledger.heads import current_head
from gongkai.foundation.ledger.models import Entry
from gongkai.shell.backup.manifest import FORMAT, BackupFault, Manifest, Progress, digest, parts_of
from gongkai.shell.backup.tables import dump, kept_models, snapshot

PREFIX: Final = "gongkai-"
_PARTIAL: Final = ".partial-"
KEYS: Final = ("identity.key", "ledger.key", "secret.key")
FOLDERS: Final = ("rounds", "workdays")
"""Small folders of the installation beside its files; the published tree is made anew."""
EVER: Final = Period(dt.date(1900, 1, 1), dt.date(2999, 12, 31))


def take(folder: Path, *, keep: int = 0, progress: Progress = lambda what, done, total: None) -> Path:
    """Write a backup below ``folder`` and return its path; with ``keep`` only so many of the newest stay there.

    Raises ``BackupFault`` when it cannot be written; nothing half-made is left under a backup's name.
    """
    name = f"{PREFIX}{timezone.localtime():%Y%m%d-%H%M%S}"
    target, partial = folder / name, folder / f"{_PARTIAL}{name}-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_partial(folder)
        partial.mkdir(mode=0o700)
        _write(partial, progress)
        _settle(partial)
        partial.rename(target)
        _to_disk(folder)  # the name alone: what older backups hold is there already
    except OSError as fault:
        shutil.rmtree(partial, ignore_errors=True)
        words = _("the backup cannot be written to %(folder)s: %(why)s")
        raise BackupFault(words % {"folder": folder, "why": fault.strerror or fault}) from None
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if keep:
        for old in backups(folder)[keep:]:
            shutil.rmtree(old)
    return target


def backups(folder: Path) -> list[Path]:
    """The backups below a folder, newest first."""
    return sorted((path for path in folder.glob(f"{PREFIX}*") if path.is_dir()), reverse=True)


def _forget_partial(folder: Path) -> None:
    """What a killed backup left behind, unless its process is still at it."""
    for path in folder.glob(f"{_PARTIAL}*"):
        pid = path.name.rpartition("-")[2]
        if not (pid.isdecimal() and Path(f"/proc/{pid}").exists()):
            shutil.rmtree(path, ignore_errors=True)


def _write(folder: Path, progress: Progress) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupFault(_("the tables are older than this version: run “gongkai setup” first"))
    rows: dict[str, int] = {}
    kept = kept_models()
    (folder / "database").mkdir()
    with snapshot():
        for done, model in enumerate(kept, start=1):
            name = model._meta.label_lower
            rows[name] = dump(model, folder / "database" / f"{name}.jsonl.gz")
            progress("database", done, len(kept))
        head, entries, numbers = current_head(), Entry.objects.count(), all_figures()
        migrations = applied_migrations()
    _copy_files(folder, progress)
    parts = list(parts_of(folder))
    digests: dict[str, str] = {}
    for done, name in enumerate(parts, start=1):
        digests[name] = digest(folder / name)
        progress("digests", done, len(parts))
    Manifest(
        format=FORMAT,
        version=version("gongkai"),
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=migrations,
        rows=rows,
        ledger_entries=entries,
        ledger_head=head,
        figures=numbers,
        parts=digests,
    ).write(folder)


def applied_migrations() -> tuple[str, ...]:
    return tuple(sorted(".".join(name) for name in MigrationRecorder(connection).applied_migrations()))


def all_figures() -> dict[str, int]:
    """Every declared figure over all time: what a restored installation must count again."""
    return {each.code: figures.value(each.code, EVER) for each in figures.figures()}


def _copy_files(folder: Path, progress: Progress) -> None:
    """Stored files are never changed once written, so copying them after the database's moment misses none of it."""
    data = Path(settings.GONGKAI_DATA)
    files = [path for path in sorted((data / "files").rglob("*")) if path.is_file()]
    for done, path in enumerate(files, start=1):
        # A draft's file may be tidied away while we copy; what the database knew of then stays for a day.
        with suppress(FileNotFoundError):
            _copy(path, folder / "files" / path.relative_to(data / "files"))
        progress("files", done, len(files))
    for path in _small(data):
        _copy(path, folder / "data" / path.relative_to(data))
    for name in KEYS:
        if (data / name).exists():
            _copy(data / name, folder / "keys" / name)
            (folder / "keys" / name).chmod(0o600)


def _small(data: Path) -> Iterator[Path]:
    for name in FOLDERS:
        yield from (path for path in sorted((data / name).rglob("*")) if path.is_file())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _settle(folder: Path) -> None:
    """Let the disk have it before it is called a backup."""
    for path in (folder, *folder.rglob("*")):
        _to_disk(path)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
