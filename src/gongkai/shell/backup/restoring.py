"""Restoring a backup into an empty installation, and proving that it is what it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from gongkai.foundation.ledger import words as ledger_words
from gongkai.foundation.ledger.heads import current_head
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.migrating import migrate
from gongkai.foundation.organs.models import Organ
from gongkai.shell.backup.manifest import BackupFault, Manifest, Progress, check
from gongkai.shell.backup.tables import empty, is_left_out, kept_models, load, renew_counters
from gongkai.shell.backup.taking import KEYS, all_figures, applied_migrations


def restore(folder: Path, progress: Progress = lambda what, done, total: None) -> Manifest:
    """Bring a backup into this installation, which must be empty, and compare the ledger's head and all figures.

    Raises ``BackupFault``: the backup is not whole, was made by another version of the tables, the installation holds
    something already, what came back is not what was saved, or there is no room for it. Nothing is left then, neither
    rows nor files.
    """
    Manifest.read(folder)
    _refuse_what_is_there()  # before anything is touched: it may be an installation of an earlier version
    manifest = check(folder, progress)
    progress("tables", 0, 1)
    migrate()
    call_command("createcachetable", verbosity=0)
    progress("tables", 1, 1)
    _refuse_other_tables(manifest)
    brought: list[Path] = []
    try:
        with transaction.atomic():
            _fill(folder, manifest, progress)
            _compare(manifest)
            _bring_files(folder, brought, progress)
    except BaseException as fault:
        for path in brought:
            path.unlink(missing_ok=True)
        if isinstance(fault, OSError | OperationalError):
            words = _("the backup cannot be brought in, nothing of it is left here: %s")
            raise BackupFault(words % fault) from fault
        raise
    return manifest


def _refuse_other_tables(manifest: Manifest) -> None:
    here = applied_migrations()
    if here == manifest.migrations:
        return
    missing = sorted(set(manifest.migrations) - set(here))
    more = sorted(set(here) - set(manifest.migrations))
    words = _(
        "the backup was made by version %(theirs)s, this is %(ours)s, and their tables differ: restore with the version"
        " that made it, then upgrade"
    )
    raise BackupFault(
        words % {"theirs": manifest.version, "ours": version("gongkai")}, _differences(missing, more)
    )


def _differences(missing: list[str], more: list[str]) -> tuple[str, ...]:
    return (
        *(_("only in the backup: %s") % name for name in missing),
        *(_("only here: %s") % name for name in more),
    )


def _refuse_what_is_there() -> None:
    data = Path(settings.GONGKAI_DATA)
    there = []
    if _has_rows(Entry) or _has_rows(Organ):
        there.append(_("the database holds records"))
    if any((data / "files").rglob("*.*")):
        there.append(_("%s holds files") % (data / "files"))
    if there:
        raise BackupFault(_("a backup is restored into an empty installation only"), tuple(there))


def _has_rows(model: type[Model]) -> bool:
    """Also where there is no database yet, or one whose tables are those of another version."""
    if connection.vendor == "sqlite" and not settings.SQLITE_FILE.exists():
        return False
    return model._meta.db_table in connection.introspection.table_names() and model._default_manager.exists()


def _fill(folder: Path, manifest: Manifest, progress: Progress) -> None:
    kept = kept_models()
    names = {model._meta.label_lower for model in kept}
    saved = {name for name in manifest.rows if not is_left_out(name)}
    if names != saved:
        raise BackupFault(
            _("the backup holds other tables than this version has"),
            _differences(sorted(saved - names), sorted(names - saved)),
        )
    total, done = sum(manifest.rows[name] for name in names), 0

    def told(before: int) -> Callable[[int], None]:
        return lambda rows: progress("database", before + rows, total)

    with connection.constraint_checks_disabled():
        empty(kept)
        for model in kept:
            name = model._meta.label_lower
            rows = load(model, folder / "database" / f"{name}.jsonl.gz", told(done))
            if rows != manifest.rows[name]:
                words = _("%(name)s has %(rows)d rows, the manifest says %(expected)d")
                raise BackupFault(words % {"name": name, "rows": rows, "expected": manifest.rows[name]})
            done += rows
            progress("database", done, total)
    connection.check_constraints()
    renew_counters(kept)


def _compare(manifest: Manifest) -> None:
    wrong = []
    if (entries := Entry.objects.count()) != manifest.ledger_entries:
        told = {"now": entries, "then": manifest.ledger_entries}
        wrong.append(_("the ledger has %(now)d entries, it had %(then)d") % told)
    if current_head() != manifest.ledger_head:
        wrong.append(_("the head of the ledger is another"))
    # Heads signed with this installation's key are judged once the key is back; chains are judged here.
    wrong += [ledger_words.sentence(fault) for fault in verify().faults if fault.kind != "unknown-key"]
    now = all_figures()
    wrong += [
        _("%(code)s: %(now)s now, %(then)s then") % {"code": code, "now": now.get(code), "then": value}
        for code, value in manifest.figures.items()
        if now.get(code) != value
    ]
    if wrong:
        raise BackupFault(_("what came back is not what was saved"), tuple(wrong))


def _bring_files(folder: Path, brought: list[Path], progress: Progress) -> None:
    """Copy files, small folders and keys, noting in ``brought`` what was not there before. Keys take their place last."""
    data = Path(settings.GONGKAI_DATA)
    targets = {
        data / ("files" if place == "files" else "") / path.relative_to(folder / place): path
        for place in ("files", "data")
        for path in sorted((folder / place).rglob("*"))
        if path.is_file()
    }
    asides = {data / f".{name}.restored": folder / "keys" / name for name in KEYS}
    asides = {aside: path for aside, path in asides.items() if path.exists()}
    for done, (target, path) in enumerate((targets | asides).items(), start=1):
        if not target.exists():
            brought.append(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        progress("files", done, len(targets) + len(asides))
    for aside, path in asides.items():
        aside.chmod(0o600)
        aside.replace(data / path.name)
