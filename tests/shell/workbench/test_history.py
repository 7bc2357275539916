"""The ledger in words: no code of a program stands where people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

import gongkai
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.services import append
from gongkai.shell.command import gongkai as gongkai_command
from gongkai.shell.workbench.desk import passages
from gongkai.shell.workbench.history import concerned, names_of, title_of
from gongkai.wings.publishing.reviews.models import ScanFinding
from tests.factories import organ, staff
from tests.ledger_triggers import no_triggers

ACTS = (
    *(
        f"annual.{act}"
        for act in ("draft", "draft_anew", "write", "submit", "send_back", "approve", "publish")
    ),
    *(f"annual.{act}" for act in ("take_up_again", "file")),
    *(f"annual.improvement_{act}" for act in ("promise", "settle", "reopen")),
    *(f"sitereports.{act}" for act in ("fill_in", "submit", "publish", "take_up_again")),
    *("figures.freeze", "guides.confirm", "import-areas", "establish", "amend", "move", "abolish", "appoint"),
)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_has_atitle_of(act: str) -> None:
    assert title_of(act) != act


def test_no_act_of_the_ledger_is_shown_by_its_code() -> None:
    written = re.compile(r'verb="([a-z-]+\.[a-z_-]+)"|"((?:document|review)\.[a-z_]+)"')
    acts = {
        act
        for source in Path(gongkai.__file__).parent.rglob("*.py")
        for found in written.findall(source.read_text(encoding="utf-8"))
        for act in found
        if act and not act.endswith(".html")
    }
    assert {"case.query_code", "review.changes_requested"} <= acts
    assert sorted(act for act in {*acts, "case.note"} if title_of(act) == act) == []


def test_what_an_entry_concerns_is_said_in_words() -> None:
    assert concerned("case:12").endswith(" 12")
    assert not concerned("case:12").startswith("case:")
    assert concerned("annual-filing:jyj:2025").endswith("jyj:2025")
    assert concerned("something:1") == "something:1"


def test_findings_are_marked_at_their_places() -> None:
    first = ScanFinding(field="text", start=2, end=4)
    over = ScanFinding(field="text", start=3, end=6)
    beyond = ScanFinding(field="text", start=8, end=99)
    title = ScanFinding(field="title", start=0, end=1)
    pieces = passages("一二三四五六七八九", [title, beyond, over, first])
    assert [words for words, _finding in pieces] == ["一二", "三四", "五六七八九"]
    assert [finding for _words, finding in pieces] == [None, first, None]
    assert passages("", [first]) == []


def test_who_acted_is_said_by_name_and_all_names_are_looked_up_at_once(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [staff() for _ in range(5)]
    asked = [
        *(person.ledger_name for person in people),
        "party:7",
        "applicant",
        "system",
        "command",
        "user:0",
    ]
    with django_assert_num_queries(1):
        names = names_of(asked * 2)
    assert [names[person.ledger_name] for person in people] == [str(person) for person in people]
    assert names["party:7"] == names["applicant"] == "申请人"
    assert (names["system"], names["command"], names["user:0"]) == ("系统", "命令行", "user:0")


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["[]", "no json", '{"reason": 1}'])
def test_a_broken_history_is_told_in_chinese_whatever_was_put_in(forged: str) -> None:
    auditor = staff("周审计", Role.AUDITOR, at=organ())
    with transaction.atomic():
        append(stream="s", verb="edit", actor="user:1", subject="document:1", body={})
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET body = %s WHERE stream = 's'", [forged])
    client = Client()
    client.force_login(auditor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post("/workbench/ledger/").content.decode()
    assert "记录链s第1条：记录在写入后被改动" in page
    told = CliRunner().invoke(gongkai_command, ["ledger", "show", "document:1", "--json"])
    assert told.exit_code == 0, told.exception
