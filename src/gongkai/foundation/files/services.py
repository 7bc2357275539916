"""Taking a file in: judged whole before it is kept, and kept by temporary file and rename."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from gongkai.foundation.files.judging import FileFault, judge
from gongkai.foundation.files.kinds import KINDS, MEGABYTE
from gongkai.foundation.files.models import StoredFile, stored_path

__all__ = ["FileFault", "FileRefused", "clean_name", "keep_made", "store"]

_CHUNK = 1024 * 1024


class FileRefused(ValueError):
    """The file was not taken in; ``faults`` names every reason."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(" ".join(f"{fault.message}{fault.mend}" for fault in faults))
        self.faults = faults
        self.code = faults[0].code


def store(*, content: IO[bytes] | bytes, name: str, actor: str) -> StoredFile:
    """Judge and keep a file; the same bytes are kept once, however often they come.

    Raises ``FileRefused`` with all faults. A full disk (``OSError``) leaves nothing half-written. A row that is rolled
    back leaves its bytes behind: they are found again by their hash.
    """
    name = clean_name(name)
    extension = Path(name).suffix.lower().lstrip(".")
    kind = KINDS.get(extension)
    limit = kind.limit if kind else int(settings.GONGKAI_UPLOAD_LIMIT)
    folder = Path(settings.GONGKAI_DATA) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, aside_name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    aside = Path(aside_name)
    try:
        with os.fdopen(descriptor, "w+b") as target:
            digest, size = _copy(BytesIO(content) if isinstance(content, bytes) else content, target, limit)
            faults = [] if kind else [_unknown_kind(extension)]
            if size == 0:
                faults.append(FileFault("empty", _("The file has no content."), _("Choose it again.")))
            elif size > limit:
                faults.append(_too_large(limit))
            elif kind:
                faults.extend(judge(target, size, extension))
        if faults or kind is None:
            raise FileRefused(faults)
        _keep(aside, stored_path(digest, extension))
    finally:
        aside.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest,
        name=name,
        size=size,
        media_type=kind.media_type,
        extension=extension,
        uploaded_by=actor,
    )


def keep_made(*, made: Path, name: str, actor: str) -> StoredFile:
    """Keep a file that this house made itself (a redacted PDF, an archive package) as it is: it was proven by its maker,
    so neither the judge of uploads nor their limit of size stands in its way. ``made`` stays where it is."""
    name = clean_name(name)
    extension = Path(name).suffix.lower().lstrip(".")
    folder = Path(settings.GONGKAI_DATA) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, aside_name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    aside = Path(aside_name)
    try:
        with os.fdopen(descriptor, "w+b") as target, made.open("rb") as source:
            digest, size = _copy(source, target, made.stat().st_size)
        _keep(aside, stored_path(digest, extension))
    finally:
        aside.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest,
        name=name,
        size=size,
        media_type=KINDS[extension].media_type,
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


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> tuple[str, int]:
    """Copy until the end, or until it is known to be too large."""
    digest, size = hashlib.sha256(), 0
    while size <= limit and (chunk := source.read(_CHUNK)):
        size += len(chunk)
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _keep(aside: Path, path: Path) -> None:
    """Put the file in its place so that it is still there after a power cut: the folder's entry is flushed too."""
    path.parent.mkdir(exist_ok=True)
    aside.chmod(0o644)
    aside.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _too_large(limit: int) -> FileFault:
    message = _("Files of this kind may have %d MB.") % (limit // MEGABYTE)
    return FileFault("too-large", message, _("Make it smaller or split it."))


def _unknown_kind(extension: str) -> FileFault:
    return FileFault(
        "unknown-type",
        _("Files of type .%s are not accepted.") % extension
        if extension
        else _("The file name has no ending."),
        _("Accepted: %s.") % "、".join(sorted(KINDS)),
    )
