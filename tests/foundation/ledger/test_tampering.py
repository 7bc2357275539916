"""Whoever changes the history behind the triggers is found, and what was done is named."""

from __future__ import annotations

import base64
import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.ledger import heads, services
from gongkai.foundation.ledger.bench import scratch_ledger
from gongkai.foundation.ledger.chain import GENESIS, canonical, entry_hash
from gongkai.foundation.ledger.diagnosis import Row, diagnose, stands
from gongkai.foundation.ledger.heads import DayPassed, sign_heads, signing_key, trusted_keys
from gongkai.foundation.ledger.models import Entry, SignedHead
from gongkai.foundation.ledger.services import append
from gongkai.foundation.ledger.verification import verify
from tests.ledger_triggers import no_triggers

DAY = date(2020, 1, 1)


def add(stream: str = "s", count: int = 1) -> None:
    for number in range(count):
        with transaction.atomic():
            append(stream=stream, verb="edit", actor="system", subject=stream, body={"n": number})


def tamper(statement: str, *values: object) -> None:
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# -- The diagnosis, without a database ----------------------------------------------------------------


def chain(length: int) -> list[Row]:
    rows, previous = [], GENESIS
    for seq in range(1, length + 1):
        facts = (
            "s",
            seq,
            f"2020-01-01T00:00:{seq:02}",
            "system",
            "",
            "edit",
            "s",
            f'{{"n":{seq}}}',
            previous,
        )
        previous = entry_hash(*facts)
        rows.append((*facts, previous))
    return rows


def renumbered(rows: list[Row]) -> list[Row]:
    return [(row[0], seq, *row[2:]) for seq, row in enumerate(rows, start=1)]  # type: ignore[misc]


def judge(rows: list[Row]) -> tuple[int, str] | None:
    """What ``verify`` finds first, following the same two functions."""
    previous = GENESIS
    for expected, row in enumerate(rows, start=1):
        if not stands(row, expected, previous):
            fault = diagnose(row, rows[expected] if expected < len(rows) else None, expected, previous)
            return fault.seq, fault.kind
        previous = row[9]
    return None


@given(st.integers(1, 12), st.data())
def test_an_entry_with_other_facts_is_altered(length: int, data: st.DataObject) -> None:
    rows, at = chain(length), data.draw(st.integers(0, length - 1))
    column = data.draw(st.sampled_from([2, 3, 4, 5, 6, 7, 8, 9]))
    rows[at] = (*rows[at][:column], rows[at][column] + "x", *rows[at][column + 1 :])  # type: ignore[assignment, operator]
    assert judge(rows) == (at + 1, "altered")


@given(st.integers(2, 12), st.data())
def test_an_entry_replaced_by_one_with_a_fresh_hash_is_altered(length: int, data: st.DataObject) -> None:
    rows, at = chain(length), data.draw(st.integers(0, length - 2))
    facts = (*rows[at][:7], '{"n":99}', rows[at][8])
    rows[at] = (*facts, entry_hash(*facts))
    assert judge(rows) == (at + 1, "altered")


@given(st.integers(2, 12), st.data(), st.booleans())
def test_entries_taken_out_are_missing_even_when_the_rest_is_numbered_anew(
    length: int, data: st.DataObject, numbered_anew: bool
) -> None:
    rows = chain(length)
    first = data.draw(st.integers(0, length - 2))
    last = data.draw(st.integers(first, length - 2))
    del rows[first : last + 1]
    assert judge(renumbered(rows) if numbered_anew else rows) == (first + 1, "missing")


@given(st.integers(2, 12), st.data(), st.booleans())
def test_an_entry_pushed_in_is_named(length: int, data: st.DataObject, with_good_hash: bool) -> None:
    rows = chain(length)
    at = data.draw(st.integers(0, length - 1))
    facts = ("s", at + 1, "2020", "user:1", "", "approve", "s", "{}", rows[at - 1][9] if at else GENESIS)
    rows.insert(at, (*facts, entry_hash(*facts) if with_good_hash else "0" * 64))
    assert judge(renumbered(rows)) == (at + 1, "inserted")


@given(st.integers(3, 12), st.data())
def test_entries_that_changed_places_are_reordered(length: int, data: st.DataObject) -> None:
    rows = chain(length)
    first = data.draw(st.integers(0, length - 2))
    second = data.draw(st.integers(first + 1, length - 1))
    rows[first], rows[second] = rows[second], rows[first]
    found = judge(renumbered(rows))
    assert found is not None and found[0] == first + 1
    assert found[1] == "re-ordered"


@given(st.integers(0, 12))
def test_a_whole_chain_has_no_fault(length: int) -> None:
    assert judge(chain(length)) is None


# -- In the database ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_bad_entry_of_each_stream_is_named() -> None:
    for stream in "abc":
        add(stream, 4)
    tamper("UPDATE ledger_entry SET body = '{}' WHERE stream = 'a' AND seq >= 2")
    tamper("DELETE FROM ledger_entry WHERE stream = 'c' AND seq IN (2, 3)")
    report = verify()
    assert [(fault.stream, fault.seq, fault.kind) for fault in report.faults] == [
        ("a", 2, "altered"),
        ("c", 2, "missing"),
    ]
    assert "#2 to #3" in report.faults[1].message
    assert verify("b").ok and not verify("a").ok


@pytest.mark.fault
def test_a_byte_flipped_in_the_file_itself_is_found(tmp_path: Path, django_db_blocker: Any) -> None:
    """No SQL at all: the file is opened and one letter of an entry becomes another. SQLite itself sees nothing wrong."""
    path = tmp_path / "ledger.sqlite3"
    with django_db_blocker.unblock(), scratch_ledger(path):
        add("document:1", 3)
        connection.close()
        content = path.read_bytes()
        assert content.count(b'{"n":1}') == 1
        path.write_bytes(content.replace(b'{"n":1}', b'{"n":7}'))
        with closing(sqlite3.connect(path)) as outside:
            assert outside.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert [(fault.seq, fault.kind) for fault in verify().faults] == [(2, "altered")]


# -- Signed heads -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stream_that_vanished_whole_is_found_by_the_signed_head() -> None:
    add("kept")
    add("gone", 2)
    sign_heads(DAY)
    tamper("DELETE FROM ledger_entry WHERE stream = 'gone'")
    assert [(fault.stream, fault.kind) for fault in verify().faults] == [("gone", "cut")]
    assert verify("kept").ok


@pytest.mark.django_db
def test_heads_rewritten_with_another_key_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever rewrites everything can also sign everything, but not with our key."""
    add()
    with monkeypatch.context() as thief:
        key = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
        thief.setenv("GONGKAI_LEDGER_KEY", key)
        sign_heads(DAY)
        assert verify().ok
    signing_key()
    assert [fault.kind for fault in verify().faults] == ["unknown-key"]


@pytest.mark.django_db
def test_a_key_that_was_replaced_still_counts_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    old = sign_heads(DAY).public_key
    monkeypatch.setenv(
        "GONGKAI_LEDGER_KEY", base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    )
    assert [fault.kind for fault in verify().faults] == ["unknown-key"]
    monkeypatch.setenv("GONGKAI_LEDGER_TRUSTED_KEYS", old)
    assert verify().ok


@pytest.mark.django_db
def test_a_head_taken_out_of_the_row_is_noticed() -> None:
    for number in range(1, 4):
        add()
        sign_heads(date(2020, 1, number))
    assert verify().ok
    tamper("DELETE FROM ledger_signedhead WHERE day = %s", date(2020, 1, 2))
    assert [fault.kind for fault in verify().faults] == ["missing-head"]


@pytest.mark.django_db
def test_a_head_moved_to_another_day_is_noticed() -> None:
    add()
    sign_heads(DAY)
    tamper("UPDATE ledger_signedhead SET day = %s", date(2020, 2, 2))
    assert [fault.kind for fault in verify().faults] == ["bad-head"]


@pytest.mark.django_db
def test_days_are_signed_in_order() -> None:
    add()
    sign_heads(date(2020, 1, 2))
    with pytest.raises(DayPassed):
        sign_heads(DAY)


@pytest.mark.django_db
def test_a_head_lists_only_what_was_touched_since_the_head_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        today = datetime(2020, 1, 1, tzinfo=UTC)

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return cls.today

    monkeypatch.setattr(services, "datetime", Clock)
    add("old")
    sign_heads(date(2020, 1, 1))
    Clock.today = datetime(2020, 1, 10, tzinfo=UTC)
    add("new")
    second = sign_heads(date(2020, 1, 10))
    Clock.today = datetime(2020, 1, 20, tzinfo=UTC)
    add("newest")
    third = json.loads(sign_heads(date(2020, 1, 20)).heads)
    assert set(third["streams"]) == {"new", "newest"}, "two days of overlap, no more"
    assert third["previous"] == heads.fingerprint(second.heads)
    assert third["entries"] == 3
    tamper("DELETE FROM ledger_entry WHERE stream = 'old'")
    assert [(fault.stream, fault.kind) for fault in verify().faults] == [("old", "cut")], (
        "older heads count on"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE ledger_signedhead SET heads = ''", "DELETE FROM ledger_signedhead"])
def test_the_database_refuses_to_change_a_signed_head(act: str) -> None:
    sign_heads(DAY)
    with (
        pytest.raises(Exception, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)
    assert SignedHead.objects.count() == 1


@pytest.mark.django_db
def test_verifying_without_a_key_makes_none(settings: Any) -> None:
    verify()
    assert trusted_keys() == frozenset()
    assert not (Path(settings.GONGKAI_DATA) / "ledger.key").exists()


def test_the_key_is_made_once_and_is_its_owners_alone(settings: Any) -> None:
    first = signing_key().private_bytes_raw()
    assert signing_key().private_bytes_raw() == first
    path = Path(settings.GONGKAI_DATA) / "ledger.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path], "nothing is left beside it"


@pytest.mark.parametrize("seed", ["no base64!", "c2hvcnQ="])
def test_a_key_of_the_wrong_form_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, seed: str) -> None:
    monkeypatch.setenv("GONGKAI_LEDGER_KEY", seed)
    with pytest.raises(ImproperlyConfigured, match="GONGKAI_LEDGER_KEY"):
        signing_key()


@pytest.mark.django_db
def test_progress_is_told_to_the_end() -> None:
    add(count=3)
    told: list[int] = []
    verify(progress=told.append)
    assert told[-1] == 3


@pytest.mark.django_db
def test_two_acts_of_one_transaction_stand_or_fall_together() -> None:
    add()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append(stream="s", verb="a", actor="system", subject="s", body={})
        append(stream="s", verb="b", actor="system", subject="s", body={})
        raise ZeroDivisionError
    add()
    assert list(Entry.objects.values_list("seq", flat=True)) == [1, 2]
    assert verify().ok


def test_facts_that_json_cannot_hold_are_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"when": date(2020, 1, 1)})
