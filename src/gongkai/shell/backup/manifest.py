"""What a backup says of itself, and whether it is still what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

NAME: Final = "manifest.json"
FORMAT: Final = 1
_CHUNK: Final = 1 << 20

Progress = Callable[[str, int, int], None]


class BackupFault(Exception):
    """A backup cannot be made, or is not whole; ``reasons`` names everything that is wrong with it."""

    def __init__(self, message: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Manifest:
    """``parts`` is every file of the backup by its path in it; ``rows`` the number of rows of each table.

    ``ledger_head`` and ``figures`` are what the installation said when the backup was taken: the restored one must say
    the same.
    """

    format: int
    version: str
    made_at: str
    database: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    ledger_entries: int
    ledger_head: str
    figures: Mapping[str, int]
    parts: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises ``BackupFault`` for a folder that holds no whole backup."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            told["migrations"] = tuple(told["migrations"])
            found = cls(**told)
        except (OSError, ValueError, TypeError, KeyError):
            words = _("%(folder)s holds no backup: its %(name)s is missing or cannot be read")
            raise BackupFault(words % {"folder": folder, "name": NAME}) from None
        if found.format != FORMAT:
            words = _("the backup has format %(theirs)s; this version reads format %(ours)s")
            raise BackupFault(words % {"theirs": found.format, "ours": FORMAT})
        return found


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total.update(chunk)
    return total.hexdigest()


def parts_of(folder: Path) -> Iterator[str]:
    """Every file of a backup but the manifest, by its path in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != NAME:
            yield path.relative_to(folder).as_posix()


def check(folder: Path, progress: Progress = lambda what, done, total: None) -> Manifest:
    """Read every octet of a backup against its manifest. Raises ``BackupFault`` with all that is wrong."""
    manifest = Manifest.read(folder)
    there = set(parts_of(folder))
    wrong = [_("%s is missing from the backup") % name for name in sorted(manifest.parts.keys() - there)]
    wrong += [_("%s does not belong to the backup") % name for name in sorted(there - manifest.parts.keys())]
    for done, (name, expected) in enumerate(sorted(manifest.parts.items()), start=1):
        if name in there and digest(folder / name) != expected:
            wrong.append(_("%s has been changed since it was written") % name)
        progress("check", done, len(manifest.parts))
    if wrong:
        raise BackupFault(_("the backup %s is not whole") % folder, tuple(wrong))
    return manifest
