"""``gongkai cases``: what may be done with a case, and doing it, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.engines.casework.models import Case
from gongkai.shell.commands.cases import cases
from tests.factories_disclosure import Office, accepted, office, request
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def at() -> Office:
    return office()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cases, arguments)


def test_a_case_tells_what_each_possible_act_asks_for(at: Office) -> None:
    number = request(at).case.number
    shown = run("show", number, "--as", at.officer.username).output
    assert "+ accept" in shown
    assert "--fact handler=USER" in shown


def test_a_handler_is_given_by_user_name(at: Office) -> None:
    number = request(at).case.number
    done = run(
        "act", number, "accept", "--as", at.officer.username, "--fact", f"handler={at.handler.username}"
    )
    assert (done.exit_code, done.output) == (0, "")
    assert Case.objects.get().handler == at.handler


def test_a_handler_nobody_knows_changes_nothing(at: Office) -> None:
    number = request(at).case.number
    refused = run("act", number, "accept", "--as", at.officer.username, "--fact", "handler=nobody")
    assert refused.exit_code == 2
    assert "nobody" in refused.output
    assert Case.objects.get().handler is None


def test_facts_an_act_does_not_ask_for_are_named(at: Office) -> None:
    number = request(at).case.number
    refused = run("act", number, "accept", "--as", at.officer.username, "--fact", "colour=red")
    assert refused.exit_code == 1
    assert "colour: " in refused.output


def test_outcomes_are_listed_with_what_they_want(at: Office) -> None:
    shown = run("show", accepted(at, "2020-04-20").number, "--as", at.handler.username).output
    (told,) = [line for line in shown.splitlines() if "--outcome forbidden_by_law " in line]
    assert "--fact reasons=… --fact legal_basis=…" in told
    (told,) = [line for line in shown.splitlines() if "--outcome unreasonable " in line]
    assert told.endswith("须先要求申请人说明理由。")


def test_files_go_with_an_act_by_their_paths(at: Office, tmp_path: Path) -> None:
    case = accepted(at)
    for name in ("甲.txt", "乙.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    files = [part for name in ("甲.txt", "乙.txt") for part in ("--fact", f"files={tmp_path / name}")]
    given = ("act", case.number, "propose_decision", "--as", at.handler.username, "--outcome", "granted")
    assert run(*given, "--fact", "information=附件", "--fact", f"files={tmp_path}/无.txt").exit_code == 2
    done = run(*given, "--fact", "information=附件", *files)
    assert (done.exit_code, done.output) == (0, "")
    assert {kept.title for kept in case.files.filter(purpose="answer")} == {"甲.txt", "乙.txt"}


def test_the_number_of_somebody_elses_file_is_refused(at: Office) -> None:
    elsewhere = office()
    number = accepted(elsewhere).files.latest("pk").file_id
    case = accepted(at)
    refused = run(
        "act", case.number, "propose_decision", "--as", at.handler.username, "--outcome", "granted",
        "--fact", "information=附件", "--fact", f"files={number}",
    )  # fmt: skip
    assert refused.exit_code == 1 and "files: " in refused.output


def test_what_was_done_behind_the_ledgers_back_is_told_in_chinese(at: Office) -> None:
    case = accepted(at)
    whole = run("verify")
    assert (whole.exit_code, whole.output) == (0, "所有办件与操作留痕一致。\n")
    Case.objects.filter(pk=case.pk).update(received_on="2020-01-02")
    found = run("verify")
    assert found.exit_code == 1
    assert f"{case.number}：绕过操作留痕改动（received_on" in found.output
    assert "处与操作留痕不符" in found.output
