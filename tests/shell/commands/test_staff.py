"""An operator can let people in before anybody can sign in."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner, Result

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import user_for_token
from gongkai.shell.command import gongkai
from tests.factories import organ
from tests.factories_publishing import desk, draft_of

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(gongkai, ["staff", *arguments])


def test_somebody_is_created_given_a_role_and_a_token() -> None:
    place = organ()
    made = run("create", "lin", "--name", "林某", "--password", "correct-horse-7")
    assert made.exit_code == 0, made.output
    given = run("assign", "lin", "drafter", place.code)
    assert given.exit_code == 0, given.output
    person = User.objects.get(username="lin")
    assert person.has_role(Role.DRAFTER, place)
    assert "林某" in run("list").output
    assert user_for_token(run("token", "lin").output.strip()) == person


def test_what_will_not_do_is_refused_with_the_reason() -> None:
    assert run("create", "lin", "--name", "林某", "--password", "12345").exit_code != 0
    assert run("assign", "nobody", "drafter", "nowhere").exit_code != 0
    assert run("assign", "nobody", "king", "nowhere").exit_code == 2


def test_roles_end_sign_ins_are_reset_and_tokens_revoked() -> None:
    place = organ()
    run("create", "lin", "--name", "林某", "--password", "correct-horse-7")
    run("create", "wu", "--name", "吴某", "--password", "correct-horse-8")
    run("assign", "lin", "drafter", place.code)
    run("assign", "lin", "auditor", place.code)
    person = User.objects.get(username="lin")
    token = run("token", "lin", "--name", "script").output.strip()

    assert run("relieve", "lin", "auditor", place.code).exit_code == 0
    assert person.assignments.get(role=Role.AUDITOR).until is not None
    assert run("relieve", "lin", "operator", place.code).exit_code != 0
    assert "1个令牌已作废" in run("revoke", "lin", "script").output
    assert run("revoke", "lin", "script").exit_code == 1
    assert user_for_token(token) is None
    assert run("unlock", "lin").exit_code == 0
    assert run("reset", "lin", "--password", "12345").exit_code != 0
    assert run("reset", "lin", "--password", "another-horse-9").exit_code == 0
    person.refresh_from_db()
    assert person.must_change_password

    assert run("hand-over", "lin", "lin").exit_code != 0
    assert run("hand-over", "lin", "wu").exit_code == 0
    person.refresh_from_db()
    assert not person.is_active
    assert User.objects.get(username="wu").assignments.filter(role=Role.DRAFTER).exists()


def test_what_was_done_and_what_is_refused_is_said_in_chinese() -> None:
    """The words of people, not of the program: the only Latin letters are names somebody typed."""
    place = organ()
    said = [
        run("create", "lin", "--name", "林某", "--password", "correct-horse-7"),
        run("create", "wu", "--name", "吴某", "--password", "correct-horse-8"),
        run("create", "lin", "--name", "林某", "--password", "correct-horse-7"),
        run("assign", "lin", "drafter", place.code),
        run("assign", "nobody", "drafter", place.code),
        run("assign", "lin", "drafter", "nowhere"),
        run("relieve", "lin", "auditor", place.code),
        run("relieve", "lin", "drafter", place.code),
        run("unlock", "lin"),
        run("reset", "lin", "--password", "another-horse-9"),
        run("revoke", "lin", "nothing"),
        run("hand-over", "lin", "lin"),
        run("hand-over", "lin", "wu"),
        run("hand-over", "wu", "lin"),
    ]
    for each in said:
        words = each.output.rpartition("错误：")[2].replace(place.code, "")
        for typed in ("nobody", "nowhere", "nothing", "lin", "wu", "auditor", "ORGAN"):
            words = words.replace(typed, "")
        assert re.search("[\u4e00-\u9fff]", words), each.output
        assert not re.search("[A-Za-z]", words), each.output
    assert [each.exit_code for each in said] == [0, 0, 1, 0, 1, 2, 1, 0, 0, 0, 1, 1, 0, 1]


def test_an_unknown_role_is_refused_with_those_there_are() -> None:
    refused = run("assign", "lin", "king", "nowhere")
    assert refused.exit_code == 2
    assert "drafter（起草人）" in refused.output


def test_whoever_has_left_acts_no_more_at_the_command_line() -> None:
    """``--as`` is the name of somebody who may still sign in, whatever the command."""
    place = organ()
    run("create", "lin", "--name", "林某", "--password", "correct-horse-7")
    run("assign", "lin", "disclosure_officer", place.code)
    User.objects.filter(username="lin").update(is_active=False)
    for arguments in (
        ["organs", "confirm", place.code, "--as", "lin"],
        ["cases", "list", "--as", "lin"],
        ["documents", "submit", str(draft_of(desk()).pk), "--as", "lin"],
    ):
        told = CliRunner().invoke(gongkai, arguments)
        assert told.exit_code == 2 and "没有用户名为lin的工作人员" in told.output
