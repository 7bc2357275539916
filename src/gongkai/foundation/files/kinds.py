"""Which files may come in, told by their content and not by their name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileKind:
    """``looks_right`` judges the first bytes, or the archive, of a file with this extension."""

    media_type: str
    looks_right: Callable[[bytes, Path], bool]
    limit: int = 50 * MEGABYTE


def _starts(*signatures: bytes) -> Callable[[bytes, Path], bool]:
    return lambda start, path: start.startswith(signatures)


def _holds(member: str) -> Callable[[bytes, Path], bool]:
    """A zip container with ``member`` in it."""

    def looks_right(start: bytes, path: Path) -> bool:
        if not start.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                return any(name == member or name.startswith(member + "/") for name in archive.namelist())
        except zipfile.BadZipFile:
            return False

    return looks_right


def _is_text(start: bytes, path: Path) -> bool:
    content = path.read_bytes()
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_media_container(start: bytes, path: Path) -> bool:
    return start[4:8] == b"ftyp"


_OLE = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OOXML = "application/vnd.openxmlformats-officedocument."

KINDS: dict[str, FileKind] = {
    "pdf": FileKind("application/pdf", _starts(b"%PDF-")),
    "ofd": FileKind("application/ofd", _holds("OFD.xml")),
    "docx": FileKind(f"{_OOXML}wordprocessingml.document", _holds("word")),
    "xlsx": FileKind(f"{_OOXML}spreadsheetml.sheet", _holds("xl")),
    "pptx": FileKind(f"{_OOXML}presentationml.presentation", _holds("ppt")),
    "doc": FileKind("application/msword", _OLE),
    "xls": FileKind("application/vnd.ms-excel", _OLE),
    "wps": FileKind("application/vnd.ms-works", _OLE),
    "jpg": FileKind("image/jpeg", _starts(b"\xff\xd8\xff"), 20 * MEGABYTE),
    "jpeg": FileKind("image/jpeg", _starts(b"\xff\xd8\xff"), 20 * MEGABYTE),
    "png": FileKind("image/png", _starts(b"\x89PNG\r\n\x1a\n"), 20 * MEGABYTE),
    "gif": FileKind("image/gif", _starts(b"GIF87a", b"GIF89a"), 20 * MEGABYTE),
    "webp": FileKind(
        "image/webp", lambda start, path: start[:4] == b"RIFF" and start[8:12] == b"WEBP", 20 * MEGABYTE
    ),
    "mp4": FileKind("video/mp4", _is_media_container, 1024 * MEGABYTE),
    "m4a": FileKind("audio/mp4", _is_media_container, 200 * MEGABYTE),
    "mp3": FileKind("audio/mpeg", _starts(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), 200 * MEGABYTE),
    "txt": FileKind("text/plain", _is_text, 10 * MEGABYTE),
    "csv": FileKind("text/csv", _is_text, 50 * MEGABYTE),
}
"""No HTML, SVG or scripts: they would run in the reader's browser under our name. No archives: they hide what is in them."""

PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
VIDEOS = frozenset({"mp4"})

UNPACKED_LIMIT = 500 * MEGABYTE
UNPACKED_RATIO = 200
ENTRY_LIMIT = 20_000
