"""Deadlines that come near are told to the right people, once."""

from __future__ import annotations

import datetime as dt

import pytest

from gongkai.engines.casework import services
from gongkai.engines.casework.actors import HOUSE
from gongkai.engines.casework.escalation import escalate, steps_reached
from gongkai.engines.notices import inbox
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar
from tests.engines.casework.procedures import CODE, register_small
from tests.factories import organ, staff

D = dt.date.fromisoformat


def in_2020(role: Role, at: Organ) -> User:
    user = staff("")
    assign_role(user=user, role=role, organ=at, actor="system", since=D("2020-01-01"))
    return user


DUE, INTERNAL = D("2020-05-19"), D("2020-05-12")


@pytest.mark.parametrize(
    ("today", "reached"),
    [
        ("2020-05-12", []),
        ("2020-05-13", ["internal"]),
        ("2020-05-14", ["internal", "near"]),
        ("2020-05-17", ["internal", "near"]),  # a Sunday
        ("2020-05-19", ["internal", "near", "today"]),
        ("2020-05-20", ["internal", "overdue"]),
        ("2020-07-01", ["internal", "overdue"]),
    ],
)
def test_each_day_has_its_steps(today: str, reached: list[str]) -> None:
    steps = steps_reached(due_on=DUE, internal_due_on=INTERNAL, today=D(today), days=calendar())
    assert [step.code for step in steps] == reached


def test_a_clock_that_stands_still_presses_nobody() -> None:
    assert steps_reached(due_on=None, internal_due_on=None, today=D("2030-01-01"), days=calendar()) == []


@pytest.mark.django_db
def test_more_people_are_told_the_later_it_gets_and_each_once() -> None:
    register_small()
    at = organ()
    handler = in_2020(Role.HANDLER, at)
    officer, head = in_2020(Role.DISCLOSURE_OFFICER, at), in_2020(Role.DISCLOSURE_HEAD, at)
    elsewhere = in_2020(Role.DISCLOSURE_HEAD, organ())
    services.open_case(
        procedure_code=CODE, organ=at, actor=HOUSE, title="x", received_on=D("2020-04-20"), handler=handler
    )

    def told() -> list[int]:
        return [inbox(user.ledger_name).count() for user in (handler, officer, head, elsewhere)]

    for today, expected in (
        ("2020-05-12", [0, 0, 0, 0]),
        ("2020-05-13", [1, 0, 0, 0]),
        ("2020-05-14", [2, 1, 0, 0]),
        ("2020-05-15", [2, 1, 0, 0]),
        ("2020-05-19", [3, 2, 1, 0]),
        ("2020-05-20", [4, 3, 2, 0]),
        ("2020-06-20", [4, 3, 2, 0]),
    ):
        escalate(D(today))
        assert told() == expected, today
    assert escalate(D("2020-06-21")) == 0


@pytest.mark.django_db
def test_what_nobody_handles_is_told_to_the_office() -> None:
    register_small()
    at = organ()
    officer = in_2020(Role.DISCLOSURE_OFFICER, at)
    services.open_case(procedure_code=CODE, organ=at, actor=HOUSE, title="x", received_on=D("2020-04-20"))
    escalate(D("2020-05-13"))
    assert inbox(officer.ledger_name).count() == 1
