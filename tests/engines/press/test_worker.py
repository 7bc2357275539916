"""The press's own process: prompt, patient with a lost database, and gone when it is told to go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.press import outbox, worker
from gongkai.engines.press.declarations import Tick, registry
from gongkai.engines.press.models import Build, Change
from gongkai.engines.press.tree import current_tree
from tests.engines.press.boards import site, write, write_note
from tests.engines.press.press_process import start, wait_until

pytestmark = pytest.mark.usefixtures("notes")


@contextmanager
def at_work(builder: Sequence[str] = ()) -> Iterator[threading.Event]:
    """A worker in a thread of its own, told to stop at the end."""
    stop = threading.Event()
    died: list[BaseException] = []

    def run() -> None:
        try:
            press.work(stop, builder=builder)
        except BaseException as error:
            died.append(error)
            raise
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()
    assert died == []


def test_a_change_is_published_without_anybody_asking(published: Path) -> None:
    press.build()
    with at_work():
        write(1, "停水通知")
        wait_until(lambda: not Change.objects.exists())
    assert "停水通知" in (site(published) / "note/1/index.html").read_text()


def test_whoever_changes_something_wakes_the_worker(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hardly ever looks by itself; a change, and a build that is asked for, do not wait for that."""
    first = press.build().tree
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600.0)
    monkeypatch.setattr(worker, "_BUILD_POLL_SECONDS", 3600.0)
    with at_work():
        write(1, "停水通知")
        wait_until(lambda: not Change.objects.exists())
        with transaction.atomic():
            press.changed(press.REBUILD)
        wait_until(lambda: not Change.objects.exists())
    tree = current_tree()
    assert tree is not None and tree.name != first


def test_a_change_written_where_no_bell_is_heard_is_found_all_the_same(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.build()
    monkeypatch.setattr(outbox, "ring_on_commit", lambda name: None)
    with at_work():
        write(1, "停水通知")
        wait_until(lambda: not Change.objects.exists())
    assert "停水通知" in (site(published) / "note/1/index.html").read_text()


def test_a_rebuild_is_asked_for_by_a_change_and_its_progress_is_on_record(published: Path) -> None:
    write(1, "停水通知")
    first = press.build().tree
    with at_work():
        with transaction.atomic():
            press.changed(press.REBUILD, lane="bulk")
        wait_until(lambda: not Change.objects.exists())
    tree = current_tree()
    assert tree is not None and tree.name != first
    build = Build.objects.first()
    assert build is not None
    assert (build.tree, build.error, build.pages_done) == (tree.name, "", press.status().pages)


def test_the_first_build_can_be_asked_for_too(published: Path) -> None:
    write(1, "停水通知")
    with at_work():
        with transaction.atomic():
            press.changed(press.REBUILD)
        wait_until(lambda: (site(published) / "note/1/index.html").exists())


def test_people_are_served_while_a_build_runs(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build is held up in the middle until the change is on disk; were it in the way, this would never end."""
    press.build()
    first = current_tree()
    reached, go_on = threading.Event(), threading.Event()
    original = worker.build

    def held_up(**arguments: Callable[[], bool]) -> object:
        reached.set()
        go_on.wait(60)
        return original(**arguments)

    monkeypatch.setattr(worker, "build", held_up)
    with at_work():
        with transaction.atomic():
            press.changed(press.REBUILD)
        reached.wait(60)
        write(1, "急件")
        wait_until(lambda: (site(published) / "note/1/index.html").exists())
        assert current_tree() == first
        go_on.set()
        wait_until(lambda: current_tree() != first)
    assert (site(published) / "note/1/index.html").exists()


def test_a_build_that_fails_is_tried_again_later_and_not_at_once(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def failing(**_arguments: object) -> None:
        tries.append(1)
        raise ValueError("the kind is broken")

    monkeypatch.setattr(worker, "build", failing)
    with at_work():
        with transaction.atomic():
            press.changed(press.REBUILD)
        wait_until(lambda: Change.objects.filter(attempts=1).exists())
        write(1, "x")
        press.drain()
    assert len(tries) == 1
    assert "broken" in press.status().failures[0].error


@pytest.mark.fault
def test_a_lost_database_is_waited_for(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    press.build()
    lost = threading.Event()
    asked: list[int] = []
    original = worker.drain

    def drain(**arguments: object) -> object:
        if lost.is_set():
            asked.append(1)
            raise OperationalError("server closed the connection unexpectedly")
        return original(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(worker, "drain", drain)
    lost.set()
    with at_work():
        wait_until(lambda: len(asked) > 2)
        write(1, "停水通知")
        lost.clear()
        wait_until(lambda: not Change.objects.exists())
    assert (site(published) / "note/1/index.html").exists()


@pytest.mark.fault
def test_a_tree_of_another_version_is_built_anew_though_nothing_has_changed(published: Path) -> None:
    write(1, "停水通知")
    first = press.build().tree
    tree = current_tree()
    assert tree is not None
    (tree / "press.db").write_bytes(b"")
    with at_work():
        wait_until(lambda: (published / "current").resolve().name != first)
    assert press.verify().ok


def test_regular_tasks_are_called_and_a_broken_one_stops_nothing(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.build()
    calls: list[str] = []

    def broken() -> None:
        calls.append("broken")
        raise ValueError("the task is broken")

    ticks = {
        "broken": Tick("broken", 0.0, broken),
        "often": Tick("often", 0.0, lambda: calls.append("often")),
        "daily": Tick("daily", 86400.0, lambda: calls.append("daily")),
    }
    monkeypatch.setattr(registry, "ticks", ticks)
    monkeypatch.setattr(worker, "_BUILD_POLL_SECONDS", 0.01)
    with at_work():
        write(1, "停水通知")
        wait_until(lambda: calls.count("often") > 2 and not Change.objects.exists())
    assert calls.count("daily") == 1
    assert calls.count("broken") > 2


def test_the_manifest_follows_when_the_press_is_idle(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.build()
    monkeypatch.setattr(worker, "_MANIFEST_IDLE_SECONDS", 0.0)
    manifest = published / "current" / "manifest.json"
    with at_work():
        write(1, "停水通知")
        wait_until(lambda: "city/note/1/index.html" in manifest.read_text())
    assert press.verify().ok


def test_a_worker_told_to_stop_ends_in_order_even_in_the_middle_of_a_build(published: Path) -> None:
    with transaction.atomic():
        for number in range(1, 301):
            write_note(number, f"通知{number}")
    first = press.build().tree
    with transaction.atomic():
        press.changed(press.REBUILD)
    process = start("work", published, connection.settings_dict, batch=1)
    wait_until(lambda: Build.objects.filter(finished_at=None).exists())
    process.terminate()
    assert process.wait() == 0
    assert press.status().build_wanted  # the next worker takes it up
    assert [tree.name for tree in (published / "trees").iterdir()] == [first]


def test_two_workers_share_the_work(published: Path) -> None:
    press.build()
    processes = [start("work", published, connection.settings_dict) for _ in range(2)]
    try:
        for number in range(1, 41):
            write(number, f"通知{number}号")
        wait_until(lambda: not Change.objects.exists())
    finally:
        for process in processes:
            process.terminate()
        assert [process.wait() for process in processes] == [0, 0]
    board = (site(published) / "index.html").read_text()
    assert [number for number in range(1, 41) if f"<li>通知{number}号</li>" not in board] == []
    assert press.verify().ok


def test_an_idle_look_is_one_small_question(published: Path) -> None:
    """It looks ten times a second all day, and mostly finds nothing."""
    with transaction.atomic():
        press.changed("note:1", not_before=timezone.now() + timedelta(days=1))
    press.build()
    press.drain()
    with CaptureQueriesContext(connection) as asked:
        assert press.drain().changes == 0
    (look,) = asked.captured_queries
    assert look["sql"].startswith("SELECT 1 FROM press_change ")
