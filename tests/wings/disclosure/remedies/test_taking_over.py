"""What an older version left in the tables is taken over: numbers are sealed, and periods of courts become months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gongkai.engines.casework.models import Clock, Party
from tests.factories import organ

NUMBER = "360426199101010071"


def migrate(*targets: tuple[str, str | None]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    there = [target for target in targets if target[1] is not None]
    return MigrationExecutor(connection).loader.project_state(there).apps


@pytest.mark.django_db(transaction=True)
def test_numbers_are_sealed_and_months_are_months() -> None:
    at = organ()
    newest = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "casework"]
    old = migrate(("remedies", None), ("casework", "0002_counting_indexes"))
    party = old.get_model("casework", "Party").objects.create(
        kind="natural", name="张三", identity_number=NUMBER
    )
    case = old.get_model("casework", "Case").objects.create(
        procedure="direct_suit",
        number="1",
        organ_id=at.pk,
        state="admitted",
        title="—",
        received_on=dt.date(2024, 6, 3),
        opened_at=dt.datetime(2024, 6, 3, tzinfo=dt.UTC),
        applicant=party,
    )
    entries = [["start", "2024-06-06", 183, "", ""], ["extend", "2024-11-01", 30, "", ""]]
    old.get_model("casework", "Clock").objects.create(case=case, code="decision", entries=entries)
    migrate(*newest, ("remedies", "0001_months"))
    kept = Party.objects.get(pk=party.pk)
    assert (kept.identity_number, NUMBER in kept.identity_sealed) == (NUMBER, False)
    assert set(Party.objects.same_as(kept)) == {kept}
    clock = Clock.objects.get(case_id=case.pk)
    assert [row[:3] for row in clock.entries] == [["start", "2024-06-06", 6], ["extend", "2024-11-01", 30]]
    back = migrate(("remedies", None), ("casework", "0002_counting_indexes"))
    assert back.get_model("casework", "Party").objects.get(pk=party.pk).identity_number == NUMBER
    assert back.get_model("casework", "Clock").objects.get(case_id=case.pk).entries == entries
    migrate(*newest, ("remedies", "0001_months"))
