"""A file is judged by its content before it is kept; what is refused leaves nothing behind."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.files.models import StoredFile, readable_size
from gongkai.foundation.files.services import FileRefused, clean_name, store

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def container(*members: str, size: int = 10) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, b"0" * size)
    return target.getvalue()


def keep(content: bytes, name: str) -> StoredFile:
    return store(content=content, name=name, actor="system")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "通知.pdf"),
        (PNG, "图.PNG"),
        (container("word/document.xml"), "表.docx"),
        (container("xl/workbook.xml"), "表.xlsx"),
        (container("OFD.xml"), "公文.ofd"),
        ("你好".encode("gb18030"), "说明.txt"),
    ],
)
def test_what_offices_use_is_kept_under_its_hash(content: bytes, name: str) -> None:
    stored = keep(content, name)
    assert stored.path.read_bytes() == content
    assert stored.name == name
    again = keep(content, "another" + Path(name).suffix)
    assert again.path == stored.path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ\x90\x00", "a.exe", "unknown-type"),
        (b"<svg onload=alert(1)>", "a.svg", "unknown-type"),
        (b"<script>alert(1)</script>", "a.html", "unknown-type"),
        (EICAR, "eicar.com", "unknown-type"),
        (EICAR, "eicar.pdf", "wrong-type"),
        (b"MZ\x90\x00" * 100, "a.pdf", "wrong-type"),
        (PDF, "a.png", "wrong-type"),
        (container("word/document.xml"), "a.xlsx", "wrong-type"),
        (container("word/document.xml", "word/vbaProject.bin"), "a.docx", "macros"),
        (container("word/document.xml", size=50_000_000), "a.docx", "bomb"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
        (b"text \x00 with zero", "a.txt", "wrong-type"),
        (PDF, "no-ending", "unknown-type"),
    ],
)
def test_what_could_harm_is_refused_with_a_code_and_leaves_nothing(
    settings: Any, content: bytes, name: str, code: str
) -> None:
    with pytest.raises(FileRefused) as refusal:
        keep(content, name)
    assert refusal.value.code == code
    assert all(fault.message and fault.mend for fault in refusal.value.faults)
    assert [path for path in (Path(settings.GONGKAI_DATA)).rglob("*") if path.is_file()] == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1) -> bytes:
            self.served += size
            return b"%PDF-" + b"0" * (size - 5)

    source = Endless()
    with pytest.raises(FileRefused) as refusal:
        store(content=source, name="a.pdf", actor="system")  # type: ignore[arg-type]
    assert refusal.value.code == "too-large"
    assert source.served < 60 * 1024 * 1024


@pytest.mark.django_db
@pytest.mark.fault
def test_a_full_disk_leaves_no_half_file(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(PDF, "a.pdf")
    assert [path for path in Path(settings.GONGKAI_DATA).rglob("*") if path.is_file()] == []


@given(st.text())
def test_a_name_never_leaves_its_folder_or_breaks_a_header(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned
    assert not set(cleaned) & set('/\\\x00\r\n"<>')
    assert cleaned not in (".", "..")
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (1_234_000, "1.2 MB"),
        (52_400_000, "52 MB"),
        (3 * 10**9, "3.0 GB"),
    ],
)
def test_sizes_are_said_as_people_say_them(size: int, label: str) -> None:
    assert readable_size(size) == label
