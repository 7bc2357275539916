"""A file is judged by its content before it is kept; what is refused leaves nothing behind."""

from __future__ import annotations

import errno
import io
import os
import random
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from gongkai.foundation.files.kinds import KINDS
from gongkai.foundation.files.models import StoredFile, readable_size
from gongkai.foundation.files.services import FileRefused, clean_name, store

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def office(*members: str, size: int = 10, **more: bytes) -> bytes:
    """What Word, Excel and PowerPoint write, as far as anybody looks."""
    return packed({"[Content_Types].xml": b"<Types/>", **dict.fromkeys(members, b"0" * size), **more})


def keep(content: bytes, name: str) -> StoredFile:
    return store(content=content, name=name, actor="system")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "通知.pdf"),
        (PNG, "图.PNG"),
        (office("word/document.xml"), "表.docx"),
        (packed({"附件/一.pdf": PDF, "附件/二.docx": office("word/document.xml")}), "附件.zip"),
        (OLE, "旧.doc"),
        (office("xl/workbook.xml"), "表.xlsx"),
        (packed({"OFD.xml": b"<OFD/>"}), "公文.ofd"),
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
        (office("word/document.xml"), "a.xlsx", "wrong-type"),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx", "macros"),
        (office("word/document.xml", size=50_000_000), "a.docx", "bomb"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
        (b"text \x00 with zero", "a.txt", "wrong-type"),
        (PDF, "no-ending", "unknown-type"),
        (PDF, "通知\u202efdp.exe", "unknown-type"),
        (EICAR, "eicar.txt", "wrong-type"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><script>alert(1)</script>", "a.txt", "wrong-type"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "a.csv", "wrong-type"),
        (b"#!/bin/sh\nrm -rf /", "a.txt", "wrong-type"),
        (b"\x7fELF" + b"\x01" * 300, "a.doc", "wrong-type"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "a.xls", "macros"),
        (packed({"[Content_Types].xml": b"macroEnabled", "word/document.xml": b""}), "a.docx", "macros"),
        (office("word/document.xml", "../../etc/passwd"), "a.docx", "unsafe-name"),
        (packed({"setup.exe": b"MZ"}), "a.zip", "forbidden-member"),
        (packed({"inner.zip": packed({"a.txt": b"a"})}), "a.zip", "forbidden-member"),
        (packed({"a.pdf": b"MZ\x90\x00" * 100}), "a.zip", "wrong-type"),
        (packed({"a.docx": office("word/document.xml", "word/vbaProject.bin")}), "a.zip", "macros"),
        (packed({f"{number}.txt": b"a" for number in range(20_001)}), "a.zip", "bomb"),
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
def test_all_faults_are_named_together() -> None:
    bad = packed({"../a.txt": b"a", "setup.exe": b"MZ", "b.pdf": b"GIF89a" + b"0" * 300})
    with pytest.raises(FileRefused) as refusal:
        keep(bad, "a.zip")
    assert {fault.code for fault in refusal.value.faults} == {"unsafe-name", "forbidden-member", "wrong-type"}
    assert "setup.exe" in str(refusal.value)


@pytest.mark.django_db
def test_a_bomb_is_not_defused_by_hiding_it_in_another_archive() -> None:
    inner = office("xl/workbook.xml", size=40_000_000)
    outer = office("word/document.xml", **{"word/embeddings/sheet.xlsx": inner})
    with pytest.raises(FileRefused) as refusal:
        keep(outer, "a.docx")
    assert refusal.value.code == "bomb"


@pytest.mark.django_db
def test_archives_within_archives_end_somewhere() -> None:
    nested = office("xl/workbook.xml")
    for _ in range(5):
        nested = office("word/document.xml", **{"word/embeddings/sheet.xlsx": nested})
    with pytest.raises(FileRefused) as refusal:
        keep(nested, "a.docx")
    assert refusal.value.code == "bomb"


@pytest.mark.django_db
def test_a_sheet_embedded_in_a_text_is_usual() -> None:
    keep(office("word/document.xml", **{"word/embeddings/sheet.xlsx": office("xl/workbook.xml")}), "a.docx")


@pytest.mark.django_db
def test_an_archive_that_lies_about_a_size_is_damaged() -> None:
    content = bytearray(office("word/document.xml", size=5000))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused) as refusal:
        keep(bytes(content), "a.docx")
    assert refusal.value.code == "damaged"


@pytest.mark.django_db
def test_a_locked_archive_is_refused() -> None:
    content = bytearray(packed({"a.txt": b"a"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused) as refusal:
        keep(bytes(content), "a.zip")
    assert refusal.value.code == "encrypted"


_DOCX = office("word/document.xml", size=300)


@settings_of_hypothesis(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(_DOCX) - 1), st.binary(min_size=1, max_size=8))
@pytest.mark.django_db
def test_a_torn_or_forged_archive_is_kept_or_refused_but_never_breaks_anything(at: int, junk: bytes) -> None:
    with suppress(FileRefused):
        keep(_DOCX[:at] + junk + _DOCX[at + len(junk) :], "a.docx")


@pytest.mark.django_db
@pytest.mark.parametrize("ending", sorted(KINDS))
def test_a_megabyte_of_noise_is_refused_under_every_ending(ending: str) -> None:
    with pytest.raises(FileRefused):
        keep(random.Random(7).randbytes(1024 * 1024), f"a.{ending}")


@pytest.mark.django_db
def test_limits_are_the_deployers(settings: Any) -> None:
    settings.GONGKAI_UPLOAD_LIMIT = 1024 * 1024
    with pytest.raises(FileRefused) as refusal:
        keep(PDF + b"0" * 1024 * 1024, "a.pdf")
    assert [fault.code for fault in refusal.value.faults] == ["too-large"]
    assert "1 MB" in refusal.value.faults[0].message
    keep(MP4 + b"0" * 1024 * 1024, "a.mp4")


@pytest.mark.django_db
def test_a_refusal_is_said_in_chinese() -> None:
    with pytest.raises(FileRefused) as refusal:
        keep(PNG, "a.pdf")
    assert str(refusal.value) == (
        "文件内容实为其他类型（png），与扩展名.pdf不符。请用相应软件打开并另存后再上传。"
    )


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


@pytest.mark.django_db
def test_an_archive_with_a_nameless_member_breaks_nothing() -> None:
    """Found by chance: Python's own ``ZipInfo.is_dir`` breaks on an empty name, which a NUL at its start makes."""
    torn = bytearray(_DOCX)
    torn[_DOCX.rindex(b"word/document.xml")] = 0  # in the directory at the end
    with suppress(FileRefused):
        keep(bytes(torn), "a.docx")
