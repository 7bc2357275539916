"""Identity numbers at rest: sealed in the table, found by their digest, sealed anew with another key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gongkai.engines.casework.models import Party
from gongkai.engines.casework.resealing import reseal_all, unreadable
from gongkai.foundation import sealing
from gongkai.foundation.ledger.models import Entry

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "360426199101010071", "120103198806018241"


def party(number: str = NUMBER) -> Party:
    return Party.objects.create(
        kind="natural", name="张三", identity_kind="resident_id", identity_number=number
    )


def test_the_table_holds_no_number_of_a_person() -> None:
    kept = party()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM casework_party")
        rows = str(cursor.fetchall())
    assert NUMBER not in rows and NUMBER[-6:] not in rows
    kept = Party.objects.get(pk=kept.pk)
    assert kept.identity_number == NUMBER and NUMBER[6:14] not in kept.masked_identity


def test_the_same_person_is_found_without_reading_numbers() -> None:
    mine, again, _other, nobody = party(), party(), party(OTHER), party("")
    assert set(Party.objects.same_as(mine)) == {mine, again}
    assert set(Party.objects.same_as(nobody)) == {nobody}


def test_with_a_new_key_everything_is_sealed_anew_and_found_meanwhile() -> None:
    mine = party()
    sealed = mine.identity_sealed
    sealing.new_key()
    again = party()
    assert set(Party.objects.same_as(again)) == set(Party.objects.same_as(mine)) == {mine, again}
    assert reseal_all(actor="system") == (2, 0)
    sealing.drop_old_keys()
    mine.refresh_from_db()
    assert mine.identity_sealed != sealed and mine.identity_number == NUMBER
    assert set(Party.objects.same_as(mine)) == {mine, again} and unreadable() == 0
    assert Entry.objects.get(verb="identities.resealed").body == '{"broken":0,"done":2}'


def test_without_its_key_a_number_is_masked_whole_and_never_lost(settings: Any, tmp_path: Path) -> None:
    mine = party()
    home = settings.GONGKAI_DATA
    settings.GONGKAI_DATA = tmp_path / "elsewhere"
    assert mine.masked_identity == "********" and unreadable() == 1
    assert set(Party.objects.same_as(mine)) == {mine}
    assert reseal_all(actor="system") == (0, 1)
    settings.GONGKAI_DATA = home
    mine.refresh_from_db()
    assert mine.identity_number == NUMBER
