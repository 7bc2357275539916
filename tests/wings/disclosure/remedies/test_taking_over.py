"""What an older version left in the tables is taken over: numbers are sealed, and periods of courts become months."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gongkai.engines.casework.models import Case, Clock, Party, PartyKind
from gongkai.foundation.bench_database import scratch_database
from tests.factories import organ

NUMBER, OTHER = "360426199101010071", "360426199101010098"
MONTHS = [["start", "2024-06-06", 6, "", ""], ["extend", "2024-11-01", 30, "", ""]]
DAYS = [["start", "2024-06-06", 183, "", ""], ["extend", "2024-11-01", 30, "", ""]]
"""What an older version wrote in their place: courts' months were so many days."""


def migrate(*targets: tuple[str, str | None]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    there = [target for target in targets if target[1] is not None]
    return MigrationExecutor(connection).loader.project_state(there).apps


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_numbers_are_sealed_and_months_are_months() -> None:
    """There and back in one journey: each way goes over the migrations of every app."""
    with scratch_database():
        newest = [
            key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "casework"
        ]
        at = organ()
        party = Party(kind=PartyKind.NATURAL, name="张三")
        party.identity_number = NUMBER
        party.save()
        facts = {
            "procedure": "direct_suit",
            "organ_id": at.pk,
            "state": "admitted",
            "title": "—",
            "received_on": dt.date(2024, 6, 3),
            "opened_at": dt.datetime(2024, 6, 3, tzinfo=dt.UTC),
        }
        case = Case.objects.create(number="1", applicant=party, **facts)
        clock = Clock.objects.create(case=case, code="decision", entries=MONTHS)

        old = migrate(("remedies", None), ("casework", "0002_counting_indexes"))
        assert old.get_model("casework", "Party").objects.get(pk=party.pk).identity_number == NUMBER
        assert old.get_model("casework", "Clock").objects.get(pk=clock.pk).entries == DAYS

        other = old.get_model("casework", "Party").objects.create(
            kind="natural", name="李四", identity_number=OTHER
        )
        second = old.get_model("casework", "Case").objects.create(number="2", applicant=other, **facts)
        old.get_model("casework", "Clock").objects.create(case=second, code="decision", entries=DAYS)
        migrate(*newest, ("remedies", "0001_months"))
        for pk, number, named in ((party.pk, NUMBER, case.pk), (other.pk, OTHER, second.pk)):
            kept = Party.objects.get(pk=pk)
            assert (kept.identity_number, number in kept.identity_sealed) == (number, False)
            assert set(Party.objects.same_as(kept)) == {kept}
            assert Clock.objects.get(case_id=named).entries == MONTHS
