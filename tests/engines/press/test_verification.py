"""The press finds whatever on disk is not what the database says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import transaction

from gongkai.engines import press
from tests.engines.press.boards import execute, site, write, write_note

pytestmark = [pytest.mark.usefixtures("notes"), pytest.mark.fault]


@pytest.fixture
def city(published: Path) -> Path:
    write(1, "停水通知")
    write(2, "停电通知")
    press.build()
    press.drain()
    assert press.verify().ok
    return site(published)


def test_an_altered_page_is_found(city: Path) -> None:
    (city / "note/1/index.html").write_text("篡改")
    report = press.verify()
    assert (report.altered, report.ok) == (["city/note/1/index.html"], False)


@pytest.mark.parametrize("ending", [".gz", ".br"])
def test_an_altered_or_missing_sidecar_is_found(city: Path, ending: str) -> None:
    (city / f"note/1/index.html{ending}").write_bytes(b"\x1f\x8bnonsense")
    (city / f"note/2/index.html{ending}").unlink()
    report = press.verify()
    assert report.altered == [f"city/note/1/index.html{ending}"]
    assert report.missing == [f"city/note/2/index.html{ending}"]


def test_a_missing_page_is_found(city: Path) -> None:
    (city / "hant/note/1/index.html").unlink()
    assert press.verify().missing == ["city/hant/note/1/index.html"]


def test_a_page_behind_the_database_is_found(city: Path) -> None:
    write_note(2, "停气通知")
    report = press.verify()
    assert {"city/note/2/index.html", "edu/hant/note/2/index.html", "city/index.html"} <= set(report.stale)
    assert not (report.altered or report.missing or report.orphan)


def test_a_page_that_should_be_gone_and_a_stranger_are_found(city: Path) -> None:
    execute("DELETE FROM press_note WHERE id = 2")
    (city / "stranger.html").write_text("x")
    (city / "note/1/index.html.bak").write_text("x")
    orphans = press.verify().orphan
    assert {"city/note/2/index.html", "edu/hant/note/2/index.html"} <= set(orphans)
    assert {"city/stranger.html", "city/note/1/index.html.bak"} <= set(orphans)
    assert "city/note/1/index.html" not in orphans


def test_a_falsified_manifest_is_found(city: Path) -> None:
    path = city.parent.parent / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["city/note/1/index.html"]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest))
    assert press.verify().manifest == ["city/note/1/index.html"]


def test_a_manifest_that_lags_behind_a_change_is_no_fault(city: Path) -> None:
    write(1, "停水通知（更新）")
    press.drain()
    assert press.verify().ok


def test_a_page_that_cannot_be_rendered_is_named(city: Path) -> None:
    write_note(1, "坏")
    report = press.verify()
    assert [line.split(":")[0] for line in report.failed] == ["city/note/1", "edu/note/1"]


def test_what_waits_in_the_outbox_is_counted(city: Path) -> None:
    with transaction.atomic():
        write_note(1, "新")
        press.changed("note:1")
    report = press.verify()
    assert report.waiting == 1
    assert "city/note/1/index.html" in report.stale


def test_verification_changes_nothing(city: Path) -> None:
    (city / "stranger.html").write_text("x")
    before = {path: path.stat().st_mtime_ns for path in city.rglob("*")}
    press.verify()
    assert {path: path.stat().st_mtime_ns for path in city.rglob("*")} == before
