"""kill -9 at any moment: the old tree stays whole, and nothing that was committed is lost."""

from __future__ import annotations

import random
import signal
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from django.db import connection, transaction

from gongkai.engines import press
from gongkai.engines.press.models import Build, Change
from tests.engines.press.boards import execute, found, site, write, write_note
from tests.engines.press.press_process import start, wait_until

pytestmark = [pytest.mark.usefixtures("notes"), pytest.mark.fault]


def whole(published: Path) -> dict[str, bytes]:
    root = (published / "current").resolve()
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "sites" in path.parts
    }


def _pages_laid(published: Path, *, besides: str, at_least: int) -> bool:
    under_construction = [tree for tree in (published / "trees").iterdir() if tree.name != besides]
    return sum(len(list(tree.glob("sites/city/note/*"))) for tree in under_construction) >= at_least


def test_kill_9_during_a_full_build_leaves_the_old_tree_whole(published: Path) -> None:
    with transaction.atomic():
        for number in range(1, 401):
            write_note(number, f"旧{number}")
    first = press.build().tree
    before = whole(published)
    execute("UPDATE press_note SET title = '新的'")
    for pages in (1, 200, 390):
        process = start("build", published, connection.settings_dict, batch=10)
        try:
            wait_until(partial(_pages_laid, published, besides=first, at_least=pages))
        finally:
            process.kill()
            assert process.wait() == -signal.SIGKILL
        assert (published / "current").resolve().name == first
        assert whole(published) == before
    assert (
        len(list((published / "trees").iterdir())) == 2
    )  # each build has removed what the one before it left
    report = press.build()
    assert (published / "current").resolve().name == report.tree
    assert press.verify().ok
    assert {tree.name for tree in (published / "trees").iterdir()} == {first, report.tree}
    interrupted = Build.objects.exclude(error="")
    assert interrupted.count() == 3
    assert not Build.objects.filter(finished_at=None).exists()


def test_kill_9_between_commit_and_render_loses_no_page(published: Path) -> None:
    """A worker is killed again and again, at random moments, while people publish."""
    press.build()
    chance = random.Random(20200422)
    number = 0
    for _round in range(6):
        worker = start("work", published, connection.settings_dict, batch=1)
        try:
            for _ in range(15):
                number += 1
                write(number, f"通知{number}号")
            sleep(chance.random() * 0.5)
        finally:
            worker.kill()
            worker.wait()
    lost_so_far = [
        one
        for one in range(1, number + 1)
        if not (site(published) / "note" / str(one) / "index.html").exists()
        and not Change.objects.filter(key=f"note:{one}").exists()
    ]
    assert lost_so_far == []  # what is not on disk is still in the outbox
    while press.drain().changes:
        pass
    report = press.verify()
    assert report.ok, report
    board = (site(published, "edu") / "index.html").read_text()
    assert [one for one in range(1, number + 1) if f"<li>通知{one}号</li>" not in board] == []
    assert found(published, f"通知{number}号") == 1


def test_a_worker_takes_up_the_build_its_predecessor_was_killed_in(published: Path) -> None:
    with transaction.atomic():
        for number in range(1, 301):
            write_note(number, f"通知{number}")
    first = press.build().tree
    with transaction.atomic():
        press.changed(press.REBUILD, lane="bulk")
    worker = start("work", published, connection.settings_dict, batch=5)
    try:
        wait_until(lambda: Build.objects.filter(finished_at=None).exists())
    finally:
        worker.kill()
        worker.wait()
    assert press.status().build_wanted
    worker = start("work", published, connection.settings_dict)
    try:
        wait_until(lambda: not press.status().build_wanted)
    finally:
        worker.terminate()
        assert worker.wait() == 0
    assert (published / "current").resolve().name != first
    assert not Build.objects.filter(finished_at=None).exists()
    assert press.verify().ok
