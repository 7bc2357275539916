"""The history can be added to and nothing else; whoever goes behind that is found and named."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.foundation.ledger import services
from gongkai.foundation.ledger.chain import GENESIS, canonical, entry_hash
from gongkai.foundation.ledger.heads import BadSignature, as_json, check_signature, sign_heads
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.services import NotInTransaction, append, head, history
from gongkai.foundation.ledger.verification import verify
from tests.ledger_triggers import no_triggers

Tamper = Callable[..., None]


def add(stream: str = "document:1", verb: str = "edit", **body: Any) -> None:
    with transaction.atomic():
        append(stream=stream, verb=verb, actor="system", subject=stream, body=body)


@pytest.fixture
def tamper(db: None) -> Tamper:
    """Change rows behind the triggers, as somebody with the database in hand could."""

    def run(statement: str, *values: object) -> None:
        with no_triggers(), connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


@pytest.mark.django_db
def test_entries_follow_each_other_in_a_chain() -> None:
    add(n=1)
    add(n=2)
    first, second = Entry.objects.order_by("seq")
    assert (first.seq, first.prev_hash) == (1, GENESIS)
    assert (second.seq, second.prev_hash) == (2, first.hash)
    assert json.loads(second.body) == {"n": 2}
    assert head("document:1").hash == second.hash  # type: ignore[union-attr]
    assert [entry.seq for entry in history("document:1")] == [1, 2]
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        append(stream="s", verb="v", actor="system", subject="s", body={})


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["UPDATE ledger_entry SET verb = 'x'", "DELETE FROM ledger_entry"])
def test_the_database_itself_refuses_change(act: str) -> None:
    add()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["at", "actor", "organ", "verb", "subject", "body", "prev_hash", "hash"])
def test_a_byte_changed_behind_the_triggers_is_found_and_named(tamper: Tamper, column: str) -> None:
    for number in range(5):
        add(n=number)
    add(stream="other")
    tamper(
        f"UPDATE ledger_entry SET {column} = 'x' || substr({column}, 2) WHERE stream = 'document:1' AND seq = 3"
    )
    report = verify()
    assert [(fault.stream, fault.kind) for fault in report.faults] == [("document:1", "altered")]
    assert report.faults[0].seq in (3, 4)
    assert (report.entries, report.streams) == (6, 2)


@pytest.mark.django_db
def test_a_missing_entry_is_found(tamper: Tamper) -> None:
    for number in range(4):
        add(n=number)
    tamper("DELETE FROM ledger_entry WHERE seq = 2")
    assert [(fault.seq, fault.kind) for fault in verify().faults] == [(2, "missing")]


@pytest.mark.django_db
def test_a_whole_chain_rewritten_from_an_entry_on_is_found_by_the_signed_head(tamper: Tamper) -> None:
    add(n=1)
    add(n=2)
    sign_heads(date(2020, 1, 1))
    forged = Entry.objects.get(seq=2)
    body = canonical({"n": 99})
    digest = entry_hash(
        forged.stream, 2, forged.at, forged.actor, "", forged.verb, forged.subject, body, forged.prev_hash
    )
    tamper("UPDATE ledger_entry SET body = %s, hash = %s WHERE seq = 2", body, digest)
    assert [(fault.seq, fault.kind) for fault in verify().faults] == [(2, "altered")]


@pytest.mark.django_db
def test_a_cut_tail_is_found_by_the_signed_head(tamper: Tamper) -> None:
    add(n=1)
    add(n=2)
    assert verify().ok
    sign_heads(date(2020, 1, 1))
    tamper("DELETE FROM ledger_entry WHERE seq = 2")
    assert [(fault.seq, fault.kind) for fault in verify().faults] == [(2, "cut")]


@pytest.mark.django_db
def test_a_head_is_signed_once_a_day_and_checks_without_us(tamper: Tamper) -> None:
    add()
    signed = sign_heads(date(2020, 1, 1))
    add()
    assert sign_heads(date(2020, 1, 1)).heads == signed.heads
    published = as_json(signed)
    check_signature(published["signed_text"], published["signature"], published["public_key"])
    with pytest.raises(BadSignature):
        check_signature(published["signed_text"] + " ", published["signature"], published["public_key"])
    forged = signed.heads.replace('"entries":1', '"entries":2')
    tamper("UPDATE ledger_signedhead SET heads = %s", forged)
    assert [fault.kind for fault in verify().faults] == ["bad-head"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(
    body=st.dictionaries(
        st.text(max_size=20),
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=50),
        max_size=5,
    )
)
@pytest.mark.django_db
def test_any_facts_come_back_as_they_went_in(body: dict[str, Any]) -> None:
    body = {
        key.replace("\x00", ""): value.replace("\x00", "") if isinstance(value, str) else value
        for key, value in body.items()
    }
    add(**{"stream": "facts"} | {"verb": "v"} | {"x": body})
    assert json.loads(Entry.objects.filter(stream="facts").latest("seq").body) == {"x": body}
    assert verify("facts").ok


def _race(writers: int, each: int) -> list[BaseException]:
    """``writers`` threads append ``each`` entries to one stream; returns what went wrong."""
    wrong: list[BaseException] = []
    start = threading.Barrier(writers)

    def write() -> None:
        try:
            start.wait()
            for _ in range(each):
                add(stream="race")
        except DatabaseError as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_one_stream_leave_no_gap_and_no_double() -> None:
    assert _race(8, 10) == []
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 81))
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_writers_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it shows that the test above would notice. SQLite's writers are alone anyway."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL lets writers of one stream run side by side")
    numbers = iter(range(1, 10_000))
    monkeypatch.setattr(services, "_lock_number", lambda stream: next(numbers))
    assert _race(8, 10) != []
