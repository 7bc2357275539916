"""``gongkai cases``: what may be done with a case, and doing it, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import User
from gongkai.shell.commands.cases import cases
from tests.factories_disclosure import Office, accepted, do, office, request
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


@pytest.mark.parametrize("facts", [["remark"], ["remark=甲", "remark=乙"]])
def test_a_fact_is_written_once_and_with_its_value(at: Office, facts: list[str]) -> None:
    number = request(at).case.number
    given = [part for fact in facts for part in ("--fact", fact)]
    refused = run("act", number, "accept", "--as", at.officer.username, *given)
    assert refused.exit_code == 2 and "remark" in refused.output
    assert Case.objects.get().state == "registered"


def test_several_reasons_are_told_once_each(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    late = ["--fact", "unclear=年度", "--fact", "days=10", "--day", "2099-01-04"]
    refused = run("act", case.number, "ask_correction", "--as", at.handler.username, *late)
    lines = refused.stderr.splitlines()
    assert refused.exit_code == 1 and len(lines) == 2 and len(set(lines)) == 2
    assert lines[0] not in lines[1]


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


def listed(at: Office, *arguments: str) -> list[str]:
    shown = run("list", "--as", at.officer.username, *arguments)
    assert shown.exit_code == 0, shown.output
    return [json.loads(line)["number"] for line in shown.stdout.splitlines()]


def test_the_list_is_narrowed_down_by_whatever_the_screen_has(at: Office) -> None:
    first = request(at, "2020-04-20", channel="oral").case
    do(first, "accept", at.officer, "2020-04-20", handler=at.handler.pk)
    first.refresh_from_db()
    second = request(at, "2020-04-22", channel="desk").case
    assert listed(at, "--order", "received") == [second.number, first.number]
    for narrowed in (
        ["--state", first.state],
        ["--handler", at.handler.username],
        ["--channel", first.channel],
        ["--until", "2020-04-21"],
        ["--procedure", "disclosure-request", "--state", first.state, "--organ", at.organ.code],
    ):
        assert listed(at, *narrowed) == [first.number], narrowed
    for narrowed in (["--handler", "none"], ["--channel", "desk"], ["--since", "2020-04-21"]):
        assert listed(at, *narrowed) == [second.number], narrowed
    assert len(listed(at, "--applicant-kind", "natural")) == 2
    assert listed(at, "--outcome", "granted") == listed(at, "--awaits", "propose_extension") == []


def test_every_wrong_filter_is_named_at_once_and_nothing_is_listed(at: Office) -> None:
    accepted(at)
    wrong = ["--state", "nowhere", "--organ", "none-such", "--channel", "pigeon", "--handler", "nobody"]
    wrong += ["--since", "2020-05-02", "--until", "2020-05-01", "--outcome", "lost", "--awaits", "rain"]
    refused = run("list", "--as", at.officer.username, *wrong, "--procedure", "dance", "--group", "late")
    assert refused.exit_code == 2 and not refused.stdout
    for name in ("state", "organ", "channel", "handler", "until", "outcome", "awaits", "procedure", "group"):
        assert f"--{name}: " in refused.stderr, name
    assert "post_signed" in refused.stderr, "the values there are stand beside it"


def test_a_state_of_another_procedure_is_no_state_of_this_one(at: Office) -> None:
    refused = run(
        "list", "--as", at.officer.username, "--procedure", "disclosure-request", "--state", "filed"
    )
    assert refused.exit_code == 2 and "--state: " in refused.stderr
    assert listed(at, "--state", "filed") == []


def test_a_long_list_tells_how_to_go_on(at: Office) -> None:
    numbers = [request(at, day).case.number for day in ("2020-04-20", "2020-04-21", "2020-04-22")]
    shown = run("list", "--as", at.officer.username, "--limit", "2")
    after = shown.stderr.split("--after ")[1].split()[0]
    rest = listed(at, "--limit", "2", "--after", after)
    assert sorted([*(json.loads(line)["number"] for line in shown.stdout.splitlines()), *rest]) == numbers
    assert not run("list", "--as", at.officer.username, "--limit", "3").stderr
    assert run("list", "--as", at.officer.username, "--after", "nonsense").exit_code == 2


def test_words_among_concluded_cases_say_which_year_was_looked_through(at: Office) -> None:
    shown = run("list", "--as", at.officer.username, "--group", "all", "--words", "预算")
    assert shown.exit_code == 0 and "--since" in shown.stderr
    assert not run("list", "--as", at.officer.username, "--words", "预算").stderr


def test_a_number_that_several_organs_have_is_never_guessed_at(at: Office) -> None:
    other = office()
    mine, theirs = request(at).case, request(other).case
    Case.objects.filter(pk=theirs.pk).update(number=mine.number)
    boss = User.objects.create_superuser("boss", password=None)
    refused = run("show", mine.number, "--as", boss.username)
    assert refused.exit_code == 1 and at.organ.code in refused.output and other.organ.code in refused.output
    refused = run("act", mine.number, "accept", "--as", boss.username)
    assert refused.exit_code == 1 and "--organ" in refused.output
    assert run("show", mine.number, "--as", boss.username, "--organ", other.organ.code).exit_code == 0
    assert run("show", mine.number, "--as", at.officer.username).exit_code == 0, (
        "one of them is not theirs to see"
    )


def test_what_was_done_behind_the_ledgers_back_is_told_in_chinese(at: Office) -> None:
    case = accepted(at)
    whole = run("verify")
    assert (whole.exit_code, whole.output) == (0, "所有办件与操作留痕一致。\n")
    Case.objects.filter(pk=case.pk).update(received_on="2020-01-02")
    found = run("verify")
    assert found.exit_code == 1
    assert f"{case.number}：绕过操作留痕改动（received_on" in found.output
    assert "处与操作留痕不符" in found.output
