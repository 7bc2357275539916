"""``gongkai ledger``: whole or not by exit status, faults in Chinese, everything as JSON too."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction

from gongkai.foundation.ledger.models import SignedHead
from gongkai.foundation.ledger.services import append
from gongkai.shell.command import gongkai
from tests.ledger_triggers import no_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_entries() -> None:
    for number in range(3):
        with transaction.atomic():
            append(stream="s", verb="edit", actor="user:1", subject="document:1", body={"n": number})


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(gongkai, ["ledger", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def tamper() -> None:
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET body = '{}' WHERE seq = 2")


def test_a_whole_history_is_said_to_be_whole() -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert "共3条记录" in result.output and "校验通过" in result.output


def test_a_fault_is_named_and_changes_the_exit_status() -> None:
    tamper()
    result = run("verify", "s")
    assert result.exit_code == 1
    assert "记录链s第2条：记录在写入后被改动" in result.output


def test_a_fault_is_named_for_machines() -> None:
    tamper()
    report = json.loads(run("verify", "--json").stdout)
    assert (report["ok"], report["entries"]) == (False, 3)
    assert [(fault["stream"], fault["seq"], fault["kind"]) for fault in report["faults"]] == [
        ("s", 2, "altered")
    ]


def test_an_unknown_stream_is_not_taken_for_a_whole_one() -> None:
    assert run("verify", "nowhere").exit_code == 1
    assert run("head", "nowhere").exit_code == 1


def test_head_and_history_are_printed() -> None:
    head = json.loads(run("head", "s", "--json").stdout)
    assert (head["seq"], len(head["hash"])) == (3, 64)
    rows = json.loads(run("show", "document:1", "--json").stdout)
    assert [row["body"]["n"] for row in rows] == [0, 1, 2]
    assert rows[-1]["hash"] == head["hash"]
    assert run("show", "document:1").output.count("edit") == 3


def test_a_day_is_signed_and_printed_as_published() -> None:
    signed = json.loads(run("sign", "--day", "2020-01-02").stdout)
    assert json.loads(signed["signed_text"])["streams"]["s"][0] == 3
    assert run("sign", "--day", "2020-01-01").exit_code == 1


def test_a_day_to_come_is_not_signed() -> None:
    """A slip of the year would end the daily signing until that day."""
    result = run("sign", "--day", "2999-01-01")
    assert (result.exit_code, "尚未到来" in result.output) == (1, True)
    assert not SignedHead.objects.exists()
    assert run("sign").exit_code == 0
    assert "已经签名" in run("sign", "--day", "2020-01-01").output
