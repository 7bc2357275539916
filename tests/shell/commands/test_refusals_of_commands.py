"""Whatever goes wrong with a command is one Chinese sentence and a status that is not zero, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from gongkai.shell import command
from gongkai.shell.command import gongkai
from tests.factories_publishing import StaffFactory


def run(*arguments: str) -> Result:
    return CliRunner().invoke(gongkai, list(arguments))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nosuch",), "没有命令 'nosuch'。"),
        (("workdays", "add", "2020-01-20", "abc"), "'abc' 不是有效的数字。"),
        (("scan",), "缺少参数 'FILE'"),
        (("scan", "/nonexistent"), "文件 '/nonexistent' 不存在。"),
        (("scan", "/"), "'/' 是文件夹，不是文件。"),
        (("search", "营商", "--on", "abc"), "'abc'不是日期"),
        (("search", "营商", "--limit", "0"), "0 超出范围"),
        (("hant", "--to", "xx", "abc"), "不在可选范围内"),
        (("search", "营商", "--nosuch"), "没有选项 '--nosuch'。"),
        (("organs", "check", "--json=x"), "不带取值"),
        (("documents", "list", "--limit", "-1"), "超出范围"),
        (("documents", "submit", "1"), "缺少选项 '--as'"),
        (("serve", "--port", "99999"), "超出范围"),
        (("serve", "--workers", "0"), "超出范围"),
    ],
)
def test_a_wrong_argument_is_told_in_chinese(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, words in result.output) == (2, True), result.output
    assert "错误：" in result.output and "Error" not in result.output


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("documents", "show", "999999"), "没有编号为 999999 的文件。"),
        (("documents", "show", "9" * 30), "没有编号为"),
        (("documents", "list", "--kind", "nosuch"), "--kind"),
        (("documents", "list", "--organ", "nosuch"), "nosuch"),
        (("staff", "assign", "nobody", "drafter", "x"), "nobody"),
        (("staff", "assign", "nobody", "king", "x"), "reviewer_1"),
        (("ledger", "show", "nothing:1"), "没有关于 nothing:1 的记录。"),
        (("press", "verify"), "网站尚未发布"),
        (("cases", "show", "x", "--as", "nobody"), "nobody"),
    ],
)
def test_what_does_not_exist_is_named(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code in (1, 2), result.output
    assert words in result.output and "错误：" in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.django_db
def test_whose_account_is_closed_acts_no_more(tmp_path: Path) -> None:
    gone = StaffFactory(is_active=False)
    file = tmp_path / "rows.csv"
    file.write_text("标题,发文机关\n甲,乙\n", encoding="utf-8")
    result = run("import", "documents", str(file), "--as", gone.username)
    assert (result.exit_code, gone.username in result.output) == (2, True)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("unable to open database file"),
        ProgrammingError('relation "x" does not exist'),
        DatabaseError("file is not a database"),
        PermissionError(13, "Permission denied", "/var/lib/gongkai/ledger.key"),
        OSError(28, "No space left on device", "/var/lib/gongkai/x"),
    ],
)
def test_a_database_or_a_file_that_cannot_be_used_is_told(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command.click.Group, "invoke", lambda self, ctx: (_ for _ in ()).throw(error))
    result = run("identify", "x")
    assert (result.exit_code, "错误：" in result.output) == (1, True)
    assert ("gongkai setup" in result.output) == isinstance(error, DatabaseError)


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    error = IntegrityError("UNIQUE constraint failed")
    monkeypatch.setattr(command.click.Group, "invoke", lambda self, ctx: (_ for _ in ()).throw(error))
    assert run("identify", "x").exception is error


def test_a_data_folder_that_is_none_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = subprocess.run(
        [sys.executable, "-m", "gongkai", "documents", "list"],
        env=os.environ
        | {"GONGKAI_DATA": str(tmp_path / "file"), "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "不是文件夹" in done.stderr
