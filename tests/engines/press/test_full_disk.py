"""A full disk: old pages stay whole, the fault is to be seen, and when there is room again all is made good."""

from __future__ import annotations

import gzip
import logging
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.db import transaction

from gongkai.engines import press
from gongkai.engines.press.models import AT_ONCE, Build, Change
from tests.engines.press.boards import execute, found, write

pytestmark = [pytest.mark.usefixtures("notes"), pytest.mark.fault]


@pytest.fixture
def small_disk(settings: object, tmp_path: Path) -> Iterator[Path]:
    """A real file system of two megabytes under the published tree; the database is elsewhere."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("CANNOT MOUNT A SMALL FILE SYSTEM (needs root): a full disk is NOT checked in this run")
    settings.GONGKAI_PUBLISHED = place  # type: ignore[attr-defined]
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(os.urandom(4096))
    return filler


def page(place: Path, number: int, name: str = "index.html") -> Path:
    return place / "current/sites/city/note" / str(number) / name


def drain_all() -> None:
    Change.objects.update(not_before=AT_ONCE)
    while press.drain().changes:
        pass


def test_old_pages_stay_whole_and_the_fault_is_to_be_seen(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(1, "老通知")
    press.build()
    drain_all()
    old = page(small_disk, 1).read_bytes()
    filler = fill(small_disk)
    write(1, "新通知" + os.urandom(30000).hex())
    with caplog.at_level(logging.ERROR, "gongkai.press"):
        for _ in range(3):
            press.drain()
            Change.objects.update(not_before=AT_ONCE)
    assert page(small_disk, 1).read_bytes() == old
    assert gzip.decompress(page(small_disk, 1, "index.html.gz").read_bytes()) == old
    assert brotli.decompress(page(small_disk, 1, "index.html.br").read_bytes()) == old
    state = press.status()
    assert not state.ok
    assert state.failures[0].attempts == 3
    assert str(small_disk) in state.failures[0].error  # 磁盘已满, and which
    said = [record for record in caplog.records if "note:1" in record.getMessage()]
    assert len(said) == 1  # once, not at every try
    filler.unlink()
    drain_all()
    assert "新通知" in page(small_disk, 1).read_text()
    assert press.status().ok
    assert press.verify().ok


def test_what_is_withdrawn_goes_even_then(small_disk: Path) -> None:
    write(1, "不该公开的通知" + os.urandom(3000).hex())
    press.build()
    drain_all()
    filler = fill(small_disk)
    with transaction.atomic():
        execute("UPDATE press_note SET withdrawn = 1")
        press.changed("note:1", "board")
    press.drain()
    filler.unlink()
    drain_all()
    assert not page(small_disk, 1).exists()
    assert page(small_disk, 1, "410.html").exists()
    assert found(small_disk, "不该公开") == 0
    assert press.verify().ok


def test_a_build_that_finds_no_room_fails_whole(small_disk: Path) -> None:
    for number in range(1, 6):
        write(number, os.urandom(8000).hex())
    first = press.build().tree
    for number in range(6, 100):
        write(number, os.urandom(8000).hex())
    with pytest.raises((OSError, sqlite3.Error)):
        press.build()
    assert [tree.name for tree in (small_disk / "trees").iterdir()] == [first]
    assert (small_disk / "current").resolve().name == first
    build = Build.objects.first()
    assert build is not None
    assert "full" in build.error or "No space" in build.error


def test_search_answers_though_there_is_no_room_for_a_log(small_disk: Path) -> None:
    write(1, "停水通知")
    press.build()
    filler = fill(small_disk)
    assert [found(small_disk, "停水") for _ in range(2)] == [1, 1]
    filler.unlink()
    write(2, "停水的另一通知")
    drain_all()
    assert found(small_disk, "停水") == 2
