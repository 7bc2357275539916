"""Why a content may not come in under its ending: all reasons at once, inside archives too.

Nothing is unpacked before its declared size is known to be bearable, and no more is read than was declared.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from gongkai.foundation.files.kinds import IN_ARCHIVES, KINDS, MEGABYTE
from gongkai.foundation.files.sniffing import TORN, damage_is_bad_zip, sniff

_CHUNK = MEGABYTE

UNPACKED_LIMIT = 500 * MEGABYTE
UNPACKED_FREE = 10 * MEGABYTE
"""Up to here no ratio is suspicious: an empty form with many blank cells packs very well."""
UNPACKED_RATIO = 200
ENTRY_LIMIT = 20_000
DEPTH_LIMIT = 2
"""A .zip with a .docx with an embedded .xlsx; nothing deeper."""

_NAMED = 5
"""How many unwelcome files of an archive a message names."""
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_MACRO_TYPE = b"macroEnabled"
_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class FileFault:
    """One reason: a code for machines, the rule that is broken, and what mends it."""

    code: str
    message: str
    mend: str


@dataclass(slots=True)
class _Budget:
    """What one upload may unpack to, all its archives within archives together."""

    packed: int
    unpacked: int = 0
    entries: int = 0

    def spend(self, infos: list[zipfile.ZipInfo]) -> bool:
        """Whether it is still bearable to read these."""
        self.entries += len(infos)
        self.unpacked += sum(info.file_size for info in infos)
        return self.entries <= ENTRY_LIMIT and self.unpacked <= min(
            UNPACKED_LIMIT, max(UNPACKED_FREE, UNPACKED_RATIO * self.packed)
        )


def judge(content: IO[bytes], size: int, extension: str) -> list[FileFault]:
    """Every fault of ``content`` under a known ``extension``; none means that it may be kept."""
    return list(dict.fromkeys(_faults(content, extension, _Budget(packed=size), depth=0)))


def _faults(content: IO[bytes], extension: str, budget: _Budget, depth: int) -> Iterator[FileFault]:
    found = sniff(content)
    if found == TORN:
        yield _damaged()
        return
    if found not in KINDS[extension].contents:
        yield _wrong_type(found, extension)
    if found == "ole" and _contains(content, _MACRO_STREAM):
        yield _macros()
    if _starts_as_zip(content):
        yield from _archive_faults(content, found, budget, depth)


def _archive_faults(content: IO[bytes], found: str, budget: _Budget, depth: int) -> Iterator[FileFault]:
    content.seek(0)
    try:
        with damage_is_bad_zip(), zipfile.ZipFile(content) as archive:
            infos = archive.infolist()
            if depth > DEPTH_LIMIT or not budget.spend(infos):
                yield _bomb()
                return
            yield from _name_faults([info.filename.replace("\\", "/") for info in infos], found)
            for info in infos:
                if info.flag_bits & 0x1:
                    yield _encrypted()
                elif not info.filename.endswith("/"):  # is_dir() breaks on an empty name
                    yield from _member_faults(archive, info, found, budget, depth)
    except zipfile.BadZipFile:
        yield _damaged()


def _name_faults(names: list[str], found: str) -> Iterator[FileFault]:
    if any(name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0] for name in names):
        yield FileFault(
            "unsafe-name",
            _("A file inside would be unpacked outside its folder."),
            _("Pack the files again."),
        )
    if any(name.lower().endswith(_MACRO_PARTS) for name in names):
        yield _macros()
    if found != "zip":
        return
    forbidden = [name for name in names if not name.endswith("/") and _extension(name) not in IN_ARCHIVES]
    if forbidden:
        named = "、".join(PurePosixPath(name).name[:60] for name in forbidden[:_NAMED])
        yield FileFault(
            "forbidden-member",
            _("These files are not accepted inside an archive: %s.") % named,
            _("Take them out and pack the rest again."),
        )


def _member_faults(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: str, budget: _Budget, depth: int
) -> Iterator[FileFault]:
    """Unpack one member to its end, so that a false size or checksum shows, and judge what is inside it."""
    with archive.open(info) as packed, tempfile.SpooledTemporaryFile(max_size=4 * MEGABYTE) as member:
        start = packed.read(_CHUNK)
        keep = found == "zip" or start.startswith(b"PK\x03\x04") or info.filename == "[Content_Types].xml"
        chunk = start
        while chunk:
            if keep:
                member.write(chunk)
            chunk = packed.read(_CHUNK)
        if info.filename == "[Content_Types].xml" and _contains(member, _MACRO_TYPE):
            yield _macros()
        extension = _extension(info.filename)
        if found == "zip" and extension in IN_ARCHIVES:
            yield from _faults(member, extension, budget, depth + 1)
        elif keep and _starts_as_zip(member):
            yield from _archive_faults(member, sniff(member), budget, depth + 1)


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def _starts_as_zip(content: IO[bytes]) -> bool:
    content.seek(0)
    return content.read(4) == b"PK\x03\x04"


def _contains(content: IO[bytes], needle: bytes) -> bool:
    content.seek(0)
    tail = b""
    while chunk := content.read(_CHUNK):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False


def _wrong_type(found: str, extension: str) -> FileFault:
    if found in ("unknown", "text") or found in KINDS[extension].contents:
        message = _("The content is not that of a .%s file.") % extension
    else:
        message = _("The content is that of another kind (%(found)s), not of a .%(extension)s file.") % {
            "found": found,
            "extension": extension,
        }
    return FileFault("wrong-type", message, _("Open it in its program and save it again."))


def _macros() -> FileFault:
    return FileFault("macros", _("The file holds macros."), _("Save it without macros, or as PDF."))


def _bomb() -> FileFault:
    return FileFault("bomb", _("The file unpacks to far more than its size."), _("Export it again."))


def _damaged() -> FileFault:
    return FileFault("damaged", _("The file is damaged."), _("Export it again."))


def _encrypted() -> FileFault:
    return FileFault(
        "encrypted",
        _("The file is locked by a password, so nobody can check or read it."),
        _("Save it without a password."),
    )
