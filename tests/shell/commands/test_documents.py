"""The acts of the library at the command line end as they do in the workbench, and so do its refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongkai.shell.command import gongkai
from tests.factories_publishing import DocumentFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(gongkai, ["documents", *arguments])


@pytest.fixture
def document() -> Any:
    return DocumentFactory()


def test_a_document_is_listed_and_shown_with_its_history(document: Any) -> None:
    listed = json.loads(run("list", "--state", "draft", "--json").output)
    assert [row["id"] for row in listed] == [document.pk]
    shown = json.loads(run("show", str(document.pk)).output)
    assert shown["title"] == document.title
    assert [act["act"] for act in shown["history"]] == ["document.drafted"]


def test_a_draft_is_submitted_and_the_refusals_name_every_reason(document: Any) -> None:
    author = document.created_by.username
    submitted = run("submit", str(document.pk), "--as", author)
    assert submitted.exit_code == 0, submitted.output
    assert json.loads(submitted.output)["state"] == "review"
    own = run("approve", str(document.pk), "--as", author)
    assert own.exit_code == 1 and own.output.strip()
    recalled = run("recall", str(document.pk), "--as", author)
    assert json.loads(recalled.output)["state"] == "draft"


def test_unknown_documents_and_people_are_said_to_be_unknown(document: Any) -> None:
    assert "没有编号为999999的文件" in run("show", "999999").output
    assert "nobody" in run("submit", str(document.pk), "--as", "nobody").output
