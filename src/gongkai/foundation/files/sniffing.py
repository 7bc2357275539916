"""What a file is, told by its content and never by its name."""

from __future__ import annotations

import codecs
import errno
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import filetype

_HEAD = 8192
_CHUNK = 1024 * 1024

TORN = "torn archive"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = {
    "html": (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<!--"),
    "svg": (b"<svg",),
    "script": (b"#!", b"<?php", b"<%", b"<job", b"<hta:"),
    "malware test file": (b"x5o!p%@ap",),
}
"""Text that a browser, a shell or a scanner acts upon; compared in lower case after blanks."""


def sniff(content: IO[bytes]) -> str:
    """A short name: "pdf", "docx", "ole", "zip", "text", "html", "exe", …; "unknown" when it is none we can tell.

    Old Office files are "ole" whichever program made them: the container does not tell them apart reliably.
    """
    content.seek(0)
    head = content.read(_HEAD)
    if head.startswith(_OLE):
        return "ole"
    if head.startswith(_ZIP):
        return _container(content)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for name, signatures in _MARKUP.items():
        if start.startswith(signatures):
            return name
    if start.startswith(b"<?xml") and b"<svg" in start:
        return "svg"
    if known := filetype.guess_extension(head):
        return str(known)
    return "text" if head and _is_text(content) else "unknown"


def _container(content: IO[bytes]) -> str:
    """Office formats are zip archives that hold certain members."""
    content.seek(0)
    try:
        with damage_is_bad_zip(), zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return TORN
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        folders = {name.split("/", 1)[0] for name in names if "/" in name}
        for folder, kind in (("word", "docx"), ("xl", "xlsx"), ("ppt", "pptx")):
            if folder in folders:
                return kind
    return "zip"


@contextmanager
def damage_is_bad_zip() -> Iterator[None]:
    """Whatever a forged or torn archive makes the unpackers raise becomes ``BadZipFile``; a full disk stays itself."""
    try:
        yield
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise
        raise zipfile.BadZipFile(str(error)) from error
    except (
        zlib.error,
        lzma.LZMAError,
        struct.error,
        EOFError,
        ValueError,
        OverflowError,
        RuntimeError,
    ) as error:
        raise zipfile.BadZipFile(str(error)) from error


def _is_text(content: IO[bytes]) -> bool:
    return any(_decodes(content, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(content: IO[bytes], encoding: str) -> bool:
    """Whether all of it is text in ``encoding``, read a piece at a time; a zero byte is in no text."""
    content.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := content.read(_CHUNK):
            if b"\x00" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
