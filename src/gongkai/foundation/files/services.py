"""Taking a file in: judged whole before it is kept, and kept by temporary file and rename."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.foundation.files.kinds import (
    ENTRY_LIMIT,
    KINDS,
    MEGABYTE,
    UNPACKED_LIMIT,
    UNPACKED_RATIO,
    FileKind,
)
from gongkai.foundation.files.models import StoredFile, stored_path

_CHUNK = 1024 * 1024
_MACROS = ("vbaProject.bin", "vbaData.xml")


@dataclass(frozen=True, slots=True)
class FileFault:
    code: str
    message: str
    mend: str


class FileRefused(ValueError):
    """The file was not taken in; ``faults`` names every reason."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(" ".join(f"{fault.message}{fault.mend}" for fault in faults))
        self.faults = faults
        self.code = faults[0].code


def store(*, content: IO[bytes] | bytes, name: str, actor: str) -> StoredFile:
    """Judge and keep a file. Raises ``FileRefused`` with all its faults; a full disk leaves nothing half-written."""
    extension = Path(name).suffix.lower().lstrip(".")
    kind = KINDS.get(extension)
    if kind is None:
        raise FileRefused([_unknown_kind(extension)])
    folder = Path(settings.GONGKAI_DATA) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, aside_name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    aside = Path(aside_name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            digest, size = _copy(content, target, kind.limit)
        faults = _faults(aside, size, extension, kind)
        if faults:
            raise FileRefused(faults)
        path = stored_path(digest, extension)
        path.parent.mkdir(exist_ok=True)
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest,
        name=clean_name(name),
        size=size,
        media_type=kind.media_type,
        extension=extension,
        uploaded_by=actor,
    )


def clean_name(name: str) -> str:
    """A name that is safe in a path and a header: no folders, control characters or direction marks."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"))
    name = re.sub(r'[<>:"|?*%#&;]+', "_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:120] or 'file'}{dot}{extension[:10]}" if dot else name[:120] or "file"


def _copy(content: IO[bytes] | bytes, target: IO[bytes], limit: int) -> tuple[str, int]:
    """Copy at most one byte more than ``limit``: enough to know that it is too large."""
    digest, size = hashlib.sha256(), 0
    if isinstance(content, bytes):
        chunks = iter([content[: limit + 1]])
    else:
        source = content
        chunks = iter(lambda: source.read(_CHUNK), b"")
    for chunk in chunks:
        size += len(chunk)
        digest.update(chunk)
        target.write(chunk)
        if size > limit:
            break
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _faults(path: Path, size: int, extension: str, kind: FileKind) -> list[FileFault]:
    if size == 0:
        return [FileFault("empty", _("The file is empty."), _("Choose it again."))]
    if size > kind.limit:
        limit = _("Files of this kind may have %d MB.") % (kind.limit // MEGABYTE)
        return [FileFault("too-large", limit, _("Make it smaller or split it."))]
    with path.open("rb") as file:
        start = file.read(512)
    faults = []
    if start.startswith(b"PK\x03\x04"):
        faults.extend(_archive_faults(path, size))
    if not faults and not kind.looks_right(start, path):
        faults.append(
            FileFault(
                "wrong-type",
                _("The content is not that of a .%s file.") % extension,
                _("Open it in its program and save it again."),
            )
        )
    return faults


def _archive_faults(path: Path, size: int) -> list[FileFault]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        return [FileFault("damaged", _("The file is damaged."), _("Export it again."))]
    faults = []
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or unpacked > UNPACKED_RATIO * size or len(entries) > ENTRY_LIMIT:
        faults.append(
            FileFault("bomb", _("The file unpacks to far more than its size."), _("Export it again."))
        )
    if any(entry.filename.endswith(_MACROS) for entry in entries):
        faults.append(
            FileFault("macros", _("The file holds macros."), _("Save it without macros, or as PDF."))
        )
    return faults


def _unknown_kind(extension: str) -> FileFault:
    return FileFault(
        "unknown-type",
        _("Files of type .%s are not accepted.") % extension if extension else _("The file has no type."),
        _("Accepted: %s.") % "、".join(sorted(KINDS)),
    )
