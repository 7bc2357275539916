"""Redaction at the command line goes the same way as at the workbench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gongkai.shell.commands.redaction import redaction
from tests.factories_disclosure import accepted, office
from tests.wings.disclosure.redaction import documents

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(redaction, [str(each) for each in arguments])
    return done.exit_code, done.output


def told(*arguments: object) -> Any:
    code, output = run(*arguments)
    assert code == 0, output
    return json.loads(output)


def test_a_document_goes_the_whole_way(tmp_path: Path) -> None:
    at = office()
    case = accepted(at)
    source = documents.written(tmp_path, documents.typeset(documents.SECRET), "名单.pdf")
    handler, officer = at.handler.username, at.officer.username
    number = told("start", case.number, source, "--as", handler)["redaction"]
    marks = told("suggest", number, "--word", "张三丰", "--as", handler)["marks"]
    assert len(marks) == 3 and all(each["state"] == "proposed" for each in marks)
    chosen = [each["mark"] for each in marks]
    told("unmark", number, chosen[0], "--as", handler)
    told("accept", number, *chosen, "--reason", "15-2", "--as", handler)
    told("mark", number, 1, 10, 10, 50.5, 20, "--reason", "15-1", "--as", handler)
    code, output = run("result", number, "--out", tmp_path / "out.pdf")
    assert code == 1 and "尚未复核" in output
    assert told("burn", number, "--as", handler)["state"] == "burned"
    code, output = run("confirm", number, "--as", handler)
    assert code == 1 and "角色" in output
    told("reopen", number, "--as", handler)
    told("leave-repeats", number, "--as", handler)
    told("burn", number, "--as", handler)
    assert told("confirm", number, "--as", officer)["state"] == "released"
    assert run("result", number, "--out", tmp_path / "out.pdf")[0] == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert len(told("log", number)["marks"]) == 4


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    at = office()
    source = documents.written(tmp_path, b"PK", "x.docx")
    assert "无此号" in run("start", "无此号", source, "--as", at.handler.username)[1]
    assert run("start", accepted(at).number, source, "--as", at.handler.username)[0] == 1
    assert "nobody" in run("start", accepted(at).number, source, "--as", "nobody")[1]
    assert "999" in run("log", 999)[1] and run("log", 999)[0] == 1
