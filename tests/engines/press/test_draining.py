"""What has changed reaches the disk, all of it, whoever else is at work and whatever goes wrong."""

from __future__ import annotations

import gzip
import threading
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.press import draining
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.editing import LiveTree
from gongkai.engines.press.models import AT_ONCE, Change
from tests.engines.press.boards import execute, found, generation, site, write, write_note

pytestmark = pytest.mark.usefixtures("notes")


def test_a_page_is_there_in_both_scripts_with_true_sidecars(published: Path) -> None:
    write(1, "复议办法")
    press.build()
    page = site(published) / "note" / "1" / "index.html"
    assert '<html lang="zh-Hans"><a href="/">首页</a><a href="/hant/note/1/">' in page.read_text()
    traditional = (site(published) / "hant" / "note" / "1" / "index.html").read_text()
    assert '<html lang="zh-Hant"><a href="/hant/">' in traditional
    assert '<a href="/note/1/">' in traditional
    assert "復議辦法" in traditional
    assert gzip.decompress(Path(f"{page}.gz").read_bytes()) == page.read_bytes()
    assert brotli.decompress(Path(f"{page}.br").read_bytes()) == page.read_bytes()
    assert not (site(published) / "hant" / "feed.atom").exists()


def test_a_change_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        press.changed("note:1")


def test_a_change_that_is_rolled_back_prints_nothing(published: Path) -> None:
    press.build()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_note(1, "不该出现")
        press.changed("note:1")
        raise ZeroDivisionError
    assert press.drain().changes == 0


def test_a_change_reaches_its_page_and_every_list_on_every_site(published: Path) -> None:
    press.build()
    before = generation(published)
    write(1, "停水通知")
    report = press.drain()
    assert (report.changes, report.failures) == (2, [])
    for slug in ("city", "edu"):
        assert "停水通知" in (site(published, slug) / "index.html").read_text()
        assert (site(published, slug) / "note" / "1" / "index.html").exists()
    assert found(published, "停水") == 1
    assert generation(published) > before
    assert not Change.objects.exists()


def test_an_unchanged_page_is_not_written_again(published: Path) -> None:
    write(1, "停水通知")
    press.build()
    page = site(published) / "note" / "1" / "index.html"
    stamp = page.stat().st_mtime_ns
    before = generation(published)
    write(1, "停水通知")
    report = press.drain()
    assert (report.written, report.unchanged > 0) == (0, True)
    assert page.stat().st_mtime_ns == stamp
    assert generation(published) == before


def test_many_changes_of_one_page_are_one_rendering(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    press.build()
    for number in range(20):
        write(1, f"第{number}稿")
    report = press.drain()
    assert report.changes == 40
    assert report.written == 8  # note and board, in two scripts, on two sites


def test_a_page_that_must_not_exist_goes_with_its_sidecars_and_folder(published: Path) -> None:
    write(1, "停水通知")
    press.build()
    with transaction.atomic():
        execute("DELETE FROM press_note")
        press.changed("note:1", "board")
    press.drain()
    for slug in ("city", "edu"):
        assert not (site(published, slug) / "note").exists()
        assert not (site(published, slug) / "hant" / "note").exists()
    assert found(published, "停水") == 0


def test_a_withdrawn_page_leaves_only_its_notice(published: Path) -> None:
    write(1, "停水通知")
    press.build()
    with transaction.atomic():
        execute("UPDATE press_note SET withdrawn = 1")
        press.changed("note:1", "board")
    press.drain()
    for slug in ("city", "edu"):
        for script in ("", "hant"):
            folder = site(published, slug) / script / "note" / "1"
            assert sorted(path.name for path in folder.iterdir()) == [
                "410.html",
                "410.html.br",
                "410.html.gz",
            ]
            assert "停水" not in (folder / "410.html").read_text()
        assert "停水" not in (site(published, slug) / "index.html").read_text()
    assert found(published, "停水") == 0


def test_what_is_for_later_waits_for_its_time(published: Path) -> None:
    press.build()
    with transaction.atomic():
        write_note(1, "明天生效")
        press.changed("note:1", not_before=timezone.now() + timedelta(days=1))
    assert press.drain().changes == 0
    assert press.status().scheduled == 1
    Change.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert press.drain().changes == 1


def test_one_bad_page_stops_no_other_and_stays_to_be_tried_again(published: Path) -> None:
    write(1, "好")
    press.build()
    write(1, "更好")
    write(2, "坏")
    report = press.drain()
    assert {failure.ref.key for failure in report.failures} == {"2"}
    assert "更好" in (site(published) / "note" / "1" / "index.html").read_text()
    kept = Change.objects.get()
    assert (kept.key, kept.attempts) == ("note:2", 1)
    assert "cannot be rendered" in kept.error
    assert press.status().failures == [kept]
    assert press.drain().changes == 0  # not before its time
    write_note(2, "好了")
    Change.objects.update(not_before=AT_ONCE)
    assert press.drain().failures == []
    assert not Change.objects.exists()


def _on_disk_after_each_batch(published: Path, monkeypatch: pytest.MonkeyPatch, note: int) -> list[bool]:
    """Lets a person write ``note`` during the first batch; afterwards says batch by batch whether it was on disk."""
    monkeypatch.setattr(draining, "BATCH", 2)
    monkeypatch.setattr(draining, "_LONG", 8)
    seen: list[bool] = []
    original = LiveTree.bring_up_to_date

    def bring_up_to_date(self: LiveTree, **batch: object) -> object:
        if not seen:
            write(note, "急件")
        failures = original(self, **batch)  # type: ignore[arg-type]
        seen.append((site(published) / "note" / str(note) / "index.html").exists())
        return failures

    monkeypatch.setattr(LiveTree, "bring_up_to_date", bring_up_to_date)
    return seen


@pytest.mark.parametrize("lane", ["bulk", "people"])
def test_what_people_wait_for_overtakes_whatever_takes_long(
    published: Path, monkeypatch: pytest.MonkeyPatch, lane: str
) -> None:
    """A change made while a long one is being worked off is on disk before the long one ends."""
    with transaction.atomic():
        for number in range(1, 13):
            write_note(number, f"旧{number}")
    press.build()
    with transaction.atomic():
        for number in range(1, 13):
            write_note(number, f"新{number}")
            press.changed(f"note:{number}", lane=lane)
    seen = _on_disk_after_each_batch(published, monkeypatch, 100)
    press.drain(lane)
    assert len(seen) > 12
    assert seen.index(True) < 8
    for number in range(1, 13):
        assert f"新{number}" in (site(published) / "note" / str(number) / "index.html").read_text()
    assert not Change.objects.exists()


def test_people_come_before_the_bulk(published: Path) -> None:
    press.build()
    write(1, "批量", lane="bulk")
    write(2, "急件")
    press.drain(limit=2)
    assert (site(published) / "note" / "2").exists()
    assert not (site(published) / "note" / "1").exists()


def test_a_drain_that_is_stopped_leaves_the_rest_for_the_next(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.build()
    monkeypatch.setattr(draining, "BATCH", 1)
    for number in range(1, 9):
        write(number, f"通知{number}")
    looks = iter([False, False, True])
    assert press.drain(stop=lambda: next(looks)).changes == 0
    assert Change.objects.count() == 16
    assert press.drain().changes == 16
    assert press.verify().ok


def _publish_at_once(publishers: int, each: int) -> None:
    start = threading.Barrier(publishers)

    def publish(first: int) -> None:
        try:
            start.wait()
            for number in range(first, first + each):
                write(number, f"通知{number}号")
                press.drain()
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(1 + index * each,)) for index in range(publishers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while press.drain().changes:
        pass


def test_eight_publishers_at_once_never_lose_a_list_entry(published: Path) -> None:
    press.build()
    _publish_at_once(8, 5)
    board = (site(published) / "index.html").read_text()
    assert [number for number in range(1, 41) if f"<li>通知{number}号</li>" not in board] == []
    assert press.verify().ok


def test_lists_that_are_read_before_the_lock_lose_entries(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the order the lock forbids (read the list, wait, write it) the entry of another is lost."""
    press.build()
    kinds = registry.kinds
    first_read, second_done = threading.Event(), threading.Event()
    original = type(kinds["board"]).render

    def slow(self: object, slug: str, keys: object) -> object:
        pages = list(original(self, slug, keys))  # type: ignore[arg-type]
        if not first_read.is_set():
            first_read.set()
            second_done.wait(10)
        return iter(pages)

    monkeypatch.setattr(type(kinds["board"]), "render", slow)
    monkeypatch.setattr(draining, "press_lock", lambda root: __import__("contextlib").nullcontext())
    write(1, "甲")

    def late() -> None:
        try:
            press.drain()
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    first_read.wait(10)
    write(2, "乙")
    Change.objects.filter(key="note:1").delete()
    press.drain()
    second_done.set()
    thread.join()
    boards = [(site(published, slug) / "index.html").read_text() for slug in ("city", "edu")]
    assert any("乙" not in board for board in boards)
