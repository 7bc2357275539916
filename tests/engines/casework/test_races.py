"""Two clerks at once on one case, and many registrars at once: with controls that fail without the lock."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from gongkai.engines.casework import services
from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.verification import verify_cases
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.serials.models import Serial
from tests.engines.casework.procedures import CODE, register_small
from tests.factories import organ, staff

pytestmark = pytest.mark.django_db(transaction=True)
D = dt.date.fromisoformat
THREADS = 8


def at_once(act: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Run ``act(0) … act(count - 1)`` in threads that start together; their results or exceptions."""
    start = Barrier(count)

    def run(number: int) -> Any:
        try:
            start.wait()
            return act(number)
        except Exception as error:  # noqa: BLE001  # the result of a racer is judged by the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def opened(at: Organ) -> Case:
    return services.open_case(
        procedure_code=CODE, organ=at, actor=HOUSE, title="竞争", received_on=D("2020-04-20")
    )


def test_of_two_clerks_at_once_one_wins_and_the_others_get_the_reason() -> None:
    register_small()
    at = organ()
    clerks = [staff("", Role.HANDLER, at=at) for _ in range(THREADS)]
    case = opened(at)

    def ask(number: int) -> Any:
        mine = Case.objects.get(pk=case.pk)
        return services.act(
            case=mine,
            action="ask",
            actor=Actor(user=clerks[number]),
            day=D("2020-04-21"),
            facts={"what": f"{number}", "days": 5},
            version=case.version,
        )

    results = at_once(ask)
    refusals = [each for each in results if isinstance(each, CaseRefused)]
    assert len(refusals) == THREADS - 1, results
    assert {each.code for each in refusals} <= {"outdated", "state"}
    assert all(str(each) for each in refusals)
    assert case.events.filter(action="ask").count() == 1
    assert list(verify_cases()) == []


def test_many_registrars_at_once_get_numbers_without_gap_or_double() -> None:
    register_small()
    at = organ(document_mark="竞")
    results = at_once(lambda _n: [opened(at).number for _ in range(5)])
    assert all(isinstance(each, list) for each in results), results
    numbers = sorted(int(number.split("〕")[1][:-1]) for numbers in results for number in numbers)
    assert numbers == list(range(1, THREADS * 5 + 1))


def careless_number(key: str) -> int:
    """The same in two steps, without holding the row: what the one statement is there for."""
    serial = Serial.objects.get(key=key)
    time.sleep(0.02)
    Serial.objects.filter(key=key).update(last=serial.last + 1)
    return serial.last + 1


def test_without_the_one_statement_numbers_are_doubled() -> None:
    """The control: this race is real."""
    Serial.objects.create(key="control", last=0)
    numbers = at_once(lambda _n: careless_number("control"))
    assert len(set(numbers)) < THREADS


def test_an_act_whose_transaction_fails_leaves_nothing() -> None:
    register_small()
    case = opened(organ())

    class Interrupted(Exception):
        pass

    with pytest.raises(Interrupted), transaction.atomic():
        services.note(case=case, actor=HOUSE, day=D("2020-04-21"), text="半途")
        raise Interrupted
    case.refresh_from_db()
    assert (case.version, case.events.count()) == (1, 1)
    assert list(verify_cases()) == []
