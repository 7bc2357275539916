"""A full build in a process of its own: what it says is heard, and however it ends the worker goes on."""

from __future__ import annotations

import json
import shlex
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from gongkai.engines import press
from gongkai.engines.press.building_apart import BuildBroke, build_apart, said
from gongkai.engines.press.declarations import PageRef
from gongkai.engines.press.models import Build, Change
from gongkai.engines.press.rendering import Failure
from gongkai.engines.press.tree import build_lock, current_tree
from gongkai.shell.commands import press as commands
from tests.engines.press.boards import site, write
from tests.engines.press.press_process import by_itself, wait_until
from tests.engines.press.test_worker import at_work


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def saying(what: dict[str, Any]) -> list[str]:
    return shell(f"echo {shlex.quote(json.dumps(what))}")


def apart(command: Sequence[str]) -> press.BuildReport:
    return build_apart(command, stop=lambda: False)


def test_what_the_process_says_is_the_report() -> None:
    report = press.BuildReport("t7", 12, 0.5, [Failure(PageRef("note", "city", "3"), "no title")])
    assert apart(saying(said(report))) == report


def test_faults_come_over_with_their_kind_and_words() -> None:
    with pytest.raises(press.BuildStopped):
        apart(saying(said(press.BuildStopped())))
    with pytest.raises(press.BuildRunning):
        apart(saying(said(press.BuildRunning())))
    with pytest.raises(BuildBroke, match="no space left"):
        apart(saying(said(OSError("no space left"))))


@pytest.mark.fault
def test_a_process_that_is_killed_is_a_fault_with_its_number() -> None:
    with pytest.raises(BuildBroke, match=r"\(-9\)"):
        apart(shell("kill -9 $$"))


def test_a_build_that_runs_elsewhere_starts_no_process(published: Path, tmp_path: Path) -> None:
    with build_lock(published), pytest.raises(press.BuildRunning):
        apart(shell(f"touch {tmp_path / 'started'}"))
    assert not (tmp_path / "started").exists()


def test_told_to_stop_it_asks_the_process_to_end_and_waits_for_it(tmp_path: Path) -> None:
    ended, stop = tmp_path / "ended", threading.Event()
    script = f"trap 'touch {ended}; exit' TERM; touch {tmp_path / 'ready'}; while :; do sleep 0.05; done"

    def is_set() -> bool:
        if (tmp_path / "ready").exists():
            stop.set()
        return stop.is_set()

    with pytest.raises(press.BuildStopped):
        build_apart(shell(script), stop=is_set)
    assert ended.exists()


@pytest.mark.usefixtures("notes")
def test_the_worker_builds_in_a_process_of_its_own(published: Path) -> None:
    write(1, "停水通知")
    first = press.build().tree
    with at_work(builder=by_itself("build", published, connection.settings_dict)):
        with transaction.atomic():
            press.changed(press.REBUILD)
        wait_until(lambda: not Change.objects.exists())
    tree = current_tree()
    assert tree is not None and tree.name != first
    assert "停水通知" in (site(published) / "note/1/index.html").read_text()
    assert press.verify().ok


@pytest.mark.fault
@pytest.mark.usefixtures("notes")
def test_a_worker_whose_build_was_killed_says_so_and_goes_on(published: Path) -> None:
    first = press.build().tree
    with at_work(builder=shell("kill -9 $$")):
        with transaction.atomic():
            press.changed(press.REBUILD)
        wait_until(lambda: Change.objects.filter(attempts=1).exists())
        write(1, "急件")
        wait_until(lambda: (site(published) / "note/1/index.html").exists())
    assert "(-9)" in press.status().failures[0].error
    tree = current_tree()
    assert tree is not None and tree.name == first


@pytest.mark.usefixtures("notes")
def test_the_command_says_as_json_why_a_build_failed(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands.signal, "signal", lambda *_: None)
    published.mkdir(parents=True)
    with build_lock(published):
        result = CliRunner().invoke(commands.press, ["build", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == "build_running"
    assert not Build.objects.exists()
