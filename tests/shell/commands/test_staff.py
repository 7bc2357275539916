"""An operator can let people in before anybody can sign in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import user_for_token
from gongkai.shell.command import gongkai
from tests.factories import organ

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
