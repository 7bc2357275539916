"""``gongkai press``: what a person at the command line is told, and the exit status a script gets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongkai.engines.press.tree import build_lock
from gongkai.shell.commands import press as commands
from tests.engines.press.boards import site, write

pytestmark = pytest.mark.usefixtures("notes")


@pytest.fixture(autouse=True)
def _signals_stay_the_tests_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.signal, "signal", lambda *_: None)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands.press, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answer(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_from_nothing_to_a_verified_tree(published: Path) -> None:
    write(1, "停水通知")
    assert "尚未生成" in run("status").stdout
    assert answer("status")["pending_people"] == 2
    built = answer("build")
    assert (built["failures"], built["pages"]) == ([], 10)
    drained = answer("drain")
    assert (drained["changes"], drained["written"]) == (0, 0)
    now = answer("status")
    assert (now["ok"], now["tree"], now["pages"], now["pending_people"]) == (True, built["tree"], 10, 0)
    assert now["last_build"]["pages_done"] == 10
    verified = run("verify")
    assert (verified.exit_code, "一致" in verified.stdout) == (0, True)


def test_what_is_wrong_is_named_and_gives_status_1(published: Path) -> None:
    write(1, "停水通知")
    assert run("build").exit_code == 0
    write(1, "坏")
    drained = run("drain")
    assert drained.exit_code == 1
    assert "city/note/1" in drained.stdout
    state = run("status")
    assert state.exit_code == 1
    assert "this note cannot be rendered" in state.stdout
    (site(published) / "index.html").write_text("篡改")
    verified = answer("verify")
    assert (verified["ok"], verified["altered"]) == (False, ["city/index.html"])
    assert run("verify").exit_code == 1


def test_a_second_build_is_refused_in_plain_words(published: Path) -> None:
    published.mkdir(parents=True)
    with build_lock(published):
        result = run("build")
    assert result.exit_code == 1
    assert "已有全站生成正在进行" in result.output
