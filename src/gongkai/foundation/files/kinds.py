"""Which files may come in: the kinds offices use, each with the contents that may stand behind its ending."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileKind:
    """``contents`` are names that ``sniffing.sniff`` gives; any other content under this ending is refused."""

    media_type: str
    contents: frozenset[str]

    @property
    def limit(self) -> int:
        """Bytes. Sound and moving pictures are large by nature and have a limit of their own."""
        if self.media_type.startswith(("video/", "audio/")):
            return int(settings.GONGKAI_VIDEO_LIMIT)
        return int(settings.GONGKAI_UPLOAD_LIMIT)


def _kind(media_type: str, *contents: str) -> FileKind:
    return FileKind(media_type, frozenset(contents))


_OOXML = "application/vnd.openxmlformats-officedocument."

KINDS: dict[str, FileKind] = {
    "pdf": _kind("application/pdf", "pdf"),
    "ofd": _kind("application/ofd", "ofd"),
    "docx": _kind(f"{_OOXML}wordprocessingml.document", "docx"),
    "xlsx": _kind(f"{_OOXML}spreadsheetml.sheet", "xlsx"),
    "pptx": _kind(f"{_OOXML}presentationml.presentation", "pptx"),
    "doc": _kind("application/msword", "ole"),
    "xls": _kind("application/vnd.ms-excel", "ole"),
    "wps": _kind("application/vnd.ms-works", "ole"),
    "jpg": _kind("image/jpeg", "jpg"),
    "jpeg": _kind("image/jpeg", "jpg"),
    "png": _kind("image/png", "png"),
    "gif": _kind("image/gif", "gif"),
    "webp": _kind("image/webp", "webp"),
    "mp4": _kind("video/mp4", "mp4", "m4v"),
    "m4a": _kind("audio/mp4", "m4a"),
    "mp3": _kind("audio/mpeg", "mp3"),
    "txt": _kind("text/plain", "text"),
    "csv": _kind("text/csv", "text"),
    "zip": _kind("application/zip", "zip"),
}
"""No HTML, SVG or scripts: they would run in the reader's browser under our name."""

IN_ARCHIVES = frozenset(KINDS) - {"zip"}
"""What a .zip may hold: the same kinds, but no further .zip."""

PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
VIDEOS = frozenset({"mp4"})
