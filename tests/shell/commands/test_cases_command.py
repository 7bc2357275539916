"""``gongkai cases``: what may be done with a case, and doing it, from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from gongkai.engines.casework.models import Case
from gongkai.shell.commands.cases import cases
from tests.factories_disclosure import Office, office, request
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
