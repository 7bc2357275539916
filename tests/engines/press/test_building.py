"""A full build: the old tree serves until the new one is whole, and what changes meanwhile is in both."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.press import Page, PageRef, building
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.models import AT_ONCE, Build, Change
from gongkai.engines.press.tree import build_lock, current_tree
from tests.engines.press import boards
from tests.engines.press.boards import execute, found, generation, site, write, write_note

pytestmark = pytest.mark.usefixtures("notes")


def text(published: Path, path: str, slug: str = "city") -> str:
    return (site(published, slug) / path).read_text()


def test_the_tree_says_which_host_is_which_site(published: Path) -> None:
    press.build()
    table = json.loads((published / "current" / "sites.json").read_text())
    assert table["default"] == "city"
    assert table["hosts"] == {"city.localhost": "city", "edu.localhost": "edu"}
    assert table["sites"]["edu"]["name"] == "教育网站"


def test_the_manifest_names_every_file_with_its_hash(published: Path) -> None:
    write(1, "停水通知")
    press.build()
    tree = current_tree()
    assert tree is not None
    files = json.loads((tree / "manifest.json").read_text())["files"]
    assert "city/hant/note/1/index.html" in files
    for name, entry in files.items():
        assert hashlib.sha256((tree / "sites" / name).read_bytes()).hexdigest() == entry["sha256"]


def test_a_build_switches_once_and_keeps_one_old_tree(published: Path) -> None:
    trees = []
    for number in range(4):
        write(number, f"第{number}份")
        trees.append(press.build().tree)
    assert generation(published) == 4
    assert sorted(tree.name for tree in (published / "trees").iterdir()) == sorted(trees[-2:])
    assert (published / "current").resolve().name == trees[-1]
    build = Build.objects.first()
    assert build is not None
    assert (build.tree, build.error, build.pages_done) == (trees[-1], "", build.pages_total)
    assert build.finished_at is not None


def test_a_change_during_a_build_is_in_the_old_tree_at_once_and_in_the_new_one(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes when the build has read the notes already."""
    write(1, "老通知")
    first = press.build().tree
    press.drain()
    changed_tree: list[str] = []
    original = building._Construction._catch_up_and_switch

    def catch_up(self: building._Construction) -> int:
        with transaction.atomic():
            execute("DELETE FROM press_note WHERE id = 1")
            press.changed("note:1", "board")
        write(2, "新通知")
        assert press.drain().changes == 4
        changed_tree.append((published / "current").resolve().name)
        assert "新通知" in text(published, "note/2/index.html")
        return original(self)

    monkeypatch.setattr(building._Construction, "_catch_up_and_switch", catch_up)
    second = press.build().tree
    assert changed_tree == [first]
    assert (published / "current").resolve().name == second
    assert "新通知" in text(published, "note/2/index.html", "edu")
    assert not (site(published) / "note" / "1").exists()
    assert (found(published, "新通知"), found(published, "老通知")) == (1, 0)
    assert press.verify().ok


def test_a_build_is_done_with_the_changes_that_led_to_it(published: Path) -> None:
    """Nothing is rendered twice: what was committed before the build began is in it, what failed before too."""
    write(1, "停水通知")
    write(2, "停电通知", lane="bulk")
    with transaction.atomic():
        press.changed("note:1", not_before=timezone.now() + timedelta(days=1))
    Change.objects.filter(key="board").update(
        attempts=3, error="no", not_before=timezone.now() + timedelta(minutes=9)
    )
    press.build()
    assert [(change.key, change.attempts) for change in Change.objects.all()] == [("note:1", 0)]
    assert press.status().scheduled == 1
    assert "停电通知" in text(published, "note/2/index.html")
    assert press.drain().changes == 0
    assert press.verify().ok


def test_a_change_made_while_a_build_reads_stays_until_it_is_rendered(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes: one before the build has read its note, one after. It cannot know which; both stay."""
    write(1, "一")
    original = building._Construction._lay_pages

    def lay_pages(self: building._Construction) -> None:
        write(2, "二")
        original(self)
        write(3, "三")

    monkeypatch.setattr(building._Construction, "_lay_pages", lay_pages)
    press.build()
    assert {change.key for change in Change.objects.all()} == {"note:2", "note:3", "board"}
    assert not (site(published) / "note/3").exists()
    while press.drain().changes:
        pass
    assert "三" in text(published, "note/3/index.html")
    assert press.verify().ok


def test_a_build_that_does_not_take_over_takes_no_change_out(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.build()
    write(1, "停水通知")
    with pytest.raises(press.BuildStopped):
        press.build(stop=lambda: True)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_manifest", full)
    with pytest.raises(OSError):
        press.build()
    assert {change.key for change in Change.objects.all()} == {"note:1", "board"}
    assert press.drain().changes == 2
    assert "停水通知" in text(published, "note/1/index.html")


def test_changes_that_race_with_a_build_are_never_lost(published: Path) -> None:
    """Publishers write and drain all the while a build runs."""
    for number in range(1, 31):
        write(number, f"旧{number}")
    press.build()
    done = threading.Event()

    def publish() -> None:
        number = 100
        try:
            while not done.is_set():
                number += 1
                write(number, f"新{number}")
                press.drain()
        finally:
            connection.close()

    publisher = threading.Thread(target=publish)
    publisher.start()
    try:
        for _ in range(3):
            press.build()
    finally:
        done.set()
        publisher.join()
    while press.drain().changes:
        pass
    board = text(published, "index.html")
    titles = [str(row[0]) for row in execute("SELECT title FROM press_note")]
    assert [title for title in titles if f"<li>{title}</li>" not in board] == []
    assert press.verify().ok


def test_a_page_that_cannot_be_built_keeps_its_old_self_and_is_tried_again(published: Path) -> None:
    write(1, "老通知")
    write(2, "好")
    press.build()
    write_note(1, "坏")
    write_note(2, "更好")
    report = press.build()
    assert {failed.ref for failed in report.failures} == {
        PageRef("note", slug, "1") for slug in ("city", "edu")
    }
    assert "老通知" in text(published, "note/1/index.html")
    assert "老通知" in text(published, "hant/note/1/index.html")
    assert (site(published) / "note/1/index.html.br").exists()
    assert "更好" in text(published, "note/2/index.html")
    waiting = Change.objects.filter(key="page:city/note/1").get()
    assert "cannot be rendered" in waiting.error
    assert press.status().failed == 2
    write_note(1, "好了")
    Change.objects.update(not_before=AT_ONCE)
    while press.drain().changes:
        pass
    assert "好了" in text(published, "note/1/index.html")
    assert not Change.objects.exists()


def test_a_build_that_loses_everything_does_not_take_over(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        write(number, f"通知{number}")
    first = press.build().tree
    monkeypatch.setattr(building, "MOST_FAILURES", 3)
    execute("UPDATE press_note SET title = '坏'")
    with pytest.raises(press.BuildFailed):
        press.build()
    assert [tree.name for tree in (published / "trees").iterdir()] == [first]
    assert (published / "current").resolve().name == first
    build = Build.objects.first()
    assert build is not None and build.error and build.finished_at is not None
    assert not press.status().ok


def test_a_build_can_be_stopped_and_started_again(published: Path) -> None:
    for number in range(1, 5):
        write(number, f"通知{number}")
    first = press.build().tree
    with transaction.atomic():
        press.changed(press.REBUILD)
    looks = iter([False, True])
    with pytest.raises(press.BuildStopped):
        press.build(stop=lambda: next(looks))
    assert [tree.name for tree in (published / "trees").iterdir()] == [first]
    assert press.status().build_wanted
    assert press.build().tree == (published / "current").resolve().name
    assert not press.status().build_wanted


def test_only_one_build_runs_at_a_time(published: Path) -> None:
    published.mkdir(parents=True)
    with build_lock(published), pytest.raises(press.BuildRunning):
        press.build()


def test_progress_is_reported(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "BATCH", 1)
    monkeypatch.setattr(building, "_SAY_EVERY", 0.0)
    for number in range(1, 5):
        write(number, f"通知{number}")
    press.build()
    said: list[tuple[int, int | None]] = []
    report = press.build(progress=lambda done, total: said.append((done, total)))
    assert [done for done, _total in said] == sorted(done for done, _total in said)
    assert said[-1] == (report.pages, report.pages)
    assert said[0][1] == report.pages  # known from the last build


class TwiceTheSamePath:
    """Two keys that want the same file."""

    name = "twice"

    def keys(self, site: str) -> Iterator[str]:
        return iter(["one", "two"])

    def affected(self, change: str) -> list[PageRef]:
        return []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        for key in keys:
            yield key, Page(path="twice/index.html", body=key, depends=["board"])


def test_two_pages_that_want_one_path_are_reported(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.kinds, "twice", TwiceTheSamePath())
    report = press.build()
    assert [(failed.ref.key, failed.ref.site) for failed in report.failures] == [
        ("two", "city"),
        ("two", "edu"),
    ]
    assert "path of twice/one" in report.failures[0].message
    assert text(published, "twice/index.html") == "one"


def test_a_site_that_is_closed_leaves_the_tree(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(1, "停水通知")
    press.build()
    press.drain()
    monkeypatch.setattr(registry, "sites", lambda: boards.SITES[:1])
    with transaction.atomic():
        press.changed("site:edu", lane="bulk")
    press.drain()
    assert list(site(published, "edu").iterdir()) == []
    assert list(json.loads((published / "current" / "sites.json").read_text())["sites"]) == ["city"]
    assert (site(published) / "note" / "1" / "index.html").exists()
    assert press.verify().ok
