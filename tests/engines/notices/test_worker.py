"""The worker's loop: at once, in order, and through a database that goes away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from time import sleep
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from gongkai.engines.notices import sending, work, worker
from gongkai.engines.notices.fake_gateway import FakeGateway
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.sending import Dispatch, Job
from gongkai.engines.notices.states import Channel, Reply
from tests.engines.notices.occasions import sms_only, tell

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def working() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def wait_until(true: Callable[[], object]) -> None:
    for _ in range(60_000):
        if true():
            return
        sleep(0.01)
    raise AssertionError("it never came to pass")


def all_taken() -> bool:
    return not Delivery.objects.filter(channel=Channel.SMS, message_id="").exists()


def tell_now(first: int, last: int) -> None:
    for number in range(first, last):
        tell(sms_only(number), now=timezone.now())


def once_each(gateway: FakeGateway, count: int) -> bool:
    return [message["deliveries"] for message in gateway.deliveries()] == [1] * count


def test_whoever_tells_wakes_the_worker(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600.0)
    with working():
        tell_now(1, 2)
        wait_until(all_taken)
    assert once_each(gateway, 1)


def test_what_is_told_while_it_works_goes_out(gateway: FakeGateway) -> None:
    with working():
        tell_now(0, 20)
        wait_until(all_taken)
    assert once_each(gateway, 20)


def test_it_waits_for_a_database_that_does_not_answer(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gongkai.engines.notices.worker._FIRST_PAUSE", 0.01)
    monkeypatch.setattr("gongkai.engines.notices.worker._LAST_PAUSE", 0.02)
    gateway.set_faults({"deduplicate": False})
    honest_take, honest_record, chance = sending.take, sending.record, Random(20200422)

    def sometimes() -> None:
        if chance.random() < 0.6:
            raise OperationalError("the database system is shutting down, user=13800000001")

    def take(*arguments: Any, **named: Any) -> list[Job]:
        sometimes()
        return honest_take(*arguments, **named)

    def record(*arguments: Any, **named: Any) -> None:
        sometimes()
        honest_record(*arguments, **named)

    monkeypatch.setattr(sending, "take", take)
    monkeypatch.setattr(sending, "record", record)
    tell_now(0, 10)
    with caplog.at_level("WARNING", logger="gongkai"), working():
        wait_until(all_taken)
    assert once_each(gateway, 10)
    assert {message["requests"] for message in gateway.deliveries()} == {1}
    assert "waiting for it" in caplog.text
    assert "13800000001" not in caplog.text


def test_connections_cut_by_the_server_lose_and_double_nothing(gateway: FakeGateway) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only a database server can cut connections; SQLite has the test before this one")
    gateway.set_faults({"deduplicate": False, "delay": 0.02})
    tell_now(0, 120)
    with working():
        for _ in range(8):
            sleep(0.1)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
        wait_until(all_taken)
    assert once_each(gateway, 120)
    assert {message["requests"] for message in gateway.deliveries()} == {1}


def test_a_message_that_hangs_does_not_hold_up_the_others(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, honest = threading.Event(), sending.reach

    def reach(job: Job) -> Reply:
        if job.address == "13800000000":
            gate.wait()
        return honest(job)

    monkeypatch.setattr(sending, "reach", reach)
    with Dispatch() as dispatch:
        try:
            tell_now(0, 1)
            assert dispatch.take(timezone.now()) == 1
            tell_now(1, 2)
            assert dispatch.take(timezone.now()) == 1
            assert dispatch.record(timezone.now) == 1
            sent = Delivery.objects.exclude(message_id="").get(channel=Channel.SMS)
            assert sent.address == "13800000001"
            assert dispatch.in_hand == 1
        finally:
            gate.set()
        dispatch.hand_back(timezone.now)
    assert once_each(gateway, 2)
