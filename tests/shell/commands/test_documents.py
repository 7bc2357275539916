"""The acts of the library at the command line end as they do in the workbench, and so do its refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gongkai.shell.command import gongkai
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories_publishing import DocumentFactory, desk, draft_of

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
    assert "没有编号为 999999 的文件" in run("show", "999999").output
    assert "nobody" in run("submit", str(document.pk), "--as", "nobody").output


PHONE, CARD = "13800138000", "6222021234567890128"


def test_a_text_is_checked_masked_and_answered_for_by_its_findings() -> None:
    people = desk()
    document = draft_of(
        people, body=[("html", f"<p>联系电话{PHONE}，账号{CARD}，请各单位认真执行本通知。</p>")]
    )
    number = str(document.pk)
    found = run("scan", number, "--json")
    by_check = {row["check"]: row for row in json.loads(found.output)}
    assert found.exit_code == 1 and PHONE not in found.output and CARD not in found.output
    masked = run(
        "mask", number, "--as", people.author.username, "--finding", str(by_check["mobile"]["finding"])
    )
    assert masked.exit_code == 0, masked.output
    finding = next(
        row for row in json.loads(run("scan", number, "--json").output) if row["check"] == "bank_card"
    )
    answer = ("overrule", number, "--finding", str(finding["finding"]), "--reason", "财政专户公开账号")
    assert run(*answer, "--as", people.author.username).exit_code == 1
    assert run(*answer, "--as", people.first.username).exit_code == 0
    again = run("scan", number)
    fresh = Document.objects.get(pk=document.pk).get_latest_revision_as_object()
    assert (again.exit_code, PHONE in str(fresh.body)) == (0, False)
    assert run("mask", number, "--as", people.author.username, "--finding", "abc").exit_code == 1


def test_a_document_is_placed_in_a_column_and_taken_from_it() -> None:
    people = desk()
    document = draft_of(people)
    site = create_site(user=people.manager, slug="city", name="市", organ=people.organ, host="city.localhost")
    column = add_column(site=site, user=people.manager, name="通知公告", slug="tzgg")
    act = (str(document.pk), "--as", people.manager.username, "--column")
    assert run("place", *act, "city/tzgg").exit_code == 0
    assert [each.column for each in document.placements.all()] == [column]
    assert run("unplace", *act, "city/tzgg").exit_code == 0
    assert not document.placements.exists()
    assert "没有栏目 city/nosuch" in run("place", *act, "city/nosuch").output
