"""``gongkai setup`` on a folder that an older version made; a folder of today: ``tests/browser/test_the_folder.py``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from django.db import ProgrammingError

from gongkai.shell import command
from gongkai.shell.commands.setup import _keep_private


def test_records_and_uploads_of_an_older_version_become_private(tmp_path: Path, settings: Any) -> None:
    settings.SQLITE_FILE, settings.MEDIA_ROOT = tmp_path / "gongkai.sqlite3", tmp_path / "files"
    settings.MEDIA_ROOT.mkdir(mode=0o755)
    records = [tmp_path / f"gongkai.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")]
    for file in records:
        file.touch(mode=0o644)
    _keep_private()
    assert [file.stat().st_mode & 0o777 for file in records] == [0o600] * 3
    assert settings.MEDIA_ROOT.stat().st_mode & 0o777 == 0o700


def test_a_command_on_a_folder_without_database_says_what_to_do(tmp_path: Path) -> None:
    """A slip in GONGKAI_DATA is what an operator meets most."""
    environment = os.environ | {
        "GONGKAI_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
    }
    environment.pop("DATABASE_URL", None)
    told = subprocess.run(
        [sys.executable, "-m", "gongkai", "staff", "list"], capture_output=True, text=True, env=environment
    )
    assert told.returncode == 1
    assert f"{tmp_path}/gongkai.sqlite3不存在。请检查GONGKAI_DATA" in told.stderr
    assert not list(tmp_path.glob("*.sqlite3"))


@pytest.mark.parametrize(
    ("cause", "words"),
    [(None, "no such table: x"), (type("UndefinedTable", (Exception,), {})(), 'relation "x" …')],
)
def test_tables_of_another_version_are_said_to_be_that(
    cause: Exception | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ProgrammingError(words) from cause

    monkeypatch.setattr(command, "COMMANDS", {"broken": ("broken", "")})
    monkeypatch.setattr(
        command.LazyCommands, "get_command", lambda *_: click.Command("broken", callback=broken)
    )
    told = CliRunner().invoke(command.gongkai, ["broken"])
    assert told.exit_code == 1
    assert "请先运行gongkai setup" in told.output


def test_a_data_folder_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    """The command of an operator who works as another account, or with a slip in the path."""
    (tmp_path / "file").write_text("x")
    environment = os.environ | {
        "GONGKAI_DATA": str(tmp_path / "file" / "data"),
        "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
    }
    told = subprocess.run(
        [sys.executable, "-m", "gongkai", "staff", "list"], capture_output=True, text=True, env=environment
    )
    assert told.returncode == 1
    assert "数据文件夹无法使用" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_fault_of_another_file_is_not_taken_for_one_of_the_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError(2, "No such file", "/elsewhere/file")

    monkeypatch.setattr(
        command.LazyCommands, "get_command", lambda *_: click.Command("broken", callback=broken)
    )
    told = CliRunner().invoke(command.gongkai, ["broken"])
    assert told.exit_code == 1 and "无法使用 /elsewhere/file：不存在。" in told.output
    assert "数据文件夹" not in told.output
