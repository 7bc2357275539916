"""The ways the tests save time leave every test a database as good as new."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import create_staff
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.organs.models import Organ
from tests import fresh_database, remembered, warm
from tests.factories import PASSWORD, organ, staff

made: list[str] = []


@remembered.remembered
def house(name: str = "测试市甲局") -> tuple[Organ, User]:
    made.append(name)
    at = organ(name)
    return at, staff("", Role.DRAFTER, at=at)


def everything() -> dict[str, bytes]:
    known = fresh_database.database
    assert known is not None
    return known.rows(known.tables_with_rows())


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize("turn", ["made", "remembered"])
def test_what_is_remembered_is_what_was_made(turn: str, seen: dict[str, Any]) -> None:
    made.clear()
    at, person = house("测试市乙局")
    assert made == (["测试市乙局"] if turn == "made" else [])
    assert (seen.setdefault("rows", everything())) == everything()
    assert Organ.objects.get() == at and User.objects.get() == person
    assert person.has_role(Role.DRAFTER, at) and person.groups.exists()
    assert verify().ok
    assert organ("后来的局").pk > at.pk
    person.full_name = "改了"  # by this test, for this test
    assert house("测试市乙局")[1].full_name != "改了" and made[-1] == "测试市乙局"


@pytest.mark.django_db
def test_in_a_database_that_is_not_empty_it_is_made_anew() -> None:
    house("测试市丙局")
    made.clear()
    house("测试市丙局")
    assert made == ["测试市丙局"] and Organ.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_after_real_transactions_every_row_is_as_before_and_no_other() -> None:
    before = everything()
    at, _person = house()
    create_staff(username="another", full_name="另一人", password=PASSWORD, actor="system")
    Permission.objects.all().delete()
    Group.objects.filter(name="role:drafter").update(name=str(at.pk))
    ContentType.objects.create(app_label="nowhere", model="nothing")
    fresh_database.restore()
    assert everything() == before
    assert not Entry.objects.exists() and not User.objects.exists()
    with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
        organ()
        cursor.execute("DELETE FROM ledger_entry")


@pytest.mark.once
@pytest.mark.django_db
def test_a_forked_process_is_one_of_its_own() -> None:
    answer = warm.run_module("gongkai.wings.disclosure.redaction.worker", input=b"not json")
    assert (answer.returncode, answer.stdout) == (1, b"")
    asleep = warm.start("time:sleep", **{})
    assert asleep.wait() == 1  # it asks for seconds
    asleep = warm.start("tests.test_remembered:sleep")
    assert asleep.poll() is None
    asleep.kill()
    assert asleep.wait() == -9


def sleep() -> None:
    import threading

    threading.Event().wait()
