"""kill -9 at any moment, two workers at once, gateways that die: each phone rings once."""

from __future__ import annotations

import json
import random
import signal
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.states import Channel, State
from tests.engines.notices.notices_process import running_gateway, start_worker
from tests.engines.notices.occasions import sms_only, tell
from tests.warm import WarmProcess

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]


@pytest.fixture(autouse=True)
def _no_quiet_hours(settings: Any) -> None:
    settings.GONGKAI_QUIET_HOURS = ""


def rang(gateway: str) -> dict[str, int]:
    """How often each phone rang, by the gateway's own count."""
    with urllib.request.urlopen(f"{gateway}/deliveries") as answer:
        messages = json.load(answer)
    counts: dict[str, int] = {}
    for message in messages:
        counts[message["phone"]] = counts.get(message["phone"], 0) + message["deliveries"]
    return counts


def misbehave(gateway: str, **faults: object) -> None:
    request = urllib.request.Request(f"{gateway}/faults", json.dumps(faults).encode(), method="PUT")
    with urllib.request.urlopen(request):
        pass


def tell_many(first: int, last: int) -> None:
    now = timezone.now()
    for number in range(first, last):
        tell(sms_only(number), now=now, key=f"notice:{number}")


def start(gateway: str, **ways: Any) -> WarmProcess:
    return start_worker(connection.settings_dict, gateway, **ways)


def end(worker: WarmProcess) -> None:
    worker.terminate()
    worker.wait()
    if worker.stdout is not None:
        worker.stdout.close()


def wait_until(true: Callable[[], object]) -> None:
    """Patience for a busy machine; a test that hangs here has found a fault."""
    for _ in range(60_000):
        if true():
            return
        sleep(0.01)
    raise AssertionError("it never came to pass")


def none_left() -> bool:
    return not Delivery.objects.filter(channel=Channel.SMS, message_id="").exists()


def test_kill_9_again_and_again_delivers_each_notice_exactly_once(tmp_path: Path) -> None:
    """The gateway loses answers, is busy, and would deliver a repeated key twice: only asking first is left."""
    chance = random.Random(20200422)
    kills, per_round, rounds = 0, 15, 12
    with running_gateway(tmp_path / "gateway", delay=0.03, lose=0.1, busy=0.1) as gateway:
        misbehave(gateway, deduplicate=False)
        for number in range(rounds):
            tell_many(number * per_round, (number + 1) * per_round)
            worker = start(gateway)
            sleep(0.05 + chance.random() * 0.5)
            worker.kill()
            assert worker.wait() == -signal.SIGKILL
            kills += 1
        misbehave(gateway, lose=0.0, busy=0.0)
        _hurry()
        last = start(gateway)
        try:
            wait_until(none_left)
        finally:
            end(last)
        assert rang(gateway) == {f"138{number:08d}": 1 for number in range(rounds * per_round)}
    assert kills == rounds


def _hurry() -> None:
    """Pauses after failures are meant for days; a test cannot wait for them."""
    Delivery.objects.filter(state=State.TEMPORARY).update(next_attempt_at=timezone.now())


def test_kill_9_between_the_gateways_answer_and_the_record(tmp_path: Path) -> None:
    """Killed the moment the gateway has the message: it is surely out, and nobody here knows."""
    with running_gateway(tmp_path / "gateway", delay=0.0, deduplicate=False) as gateway:
        for number in range(6):
            tell_many(number, number + 1)
            worker = start(gateway, freeze=True)
            phone = f"138{number:08d}"
            wait_until(lambda phone=phone: phone in rang(gateway))
            worker.kill()
            worker.wait()
        assert not Delivery.objects.exclude(message_id="").filter(channel=Channel.SMS).exists()
        last = start(gateway)
        try:
            wait_until(none_left)
        finally:
            end(last)
        assert rang(gateway) == {f"138{number:08d}": 1 for number in range(6)}


def test_two_workers_at_once_never_send_the_same(tmp_path: Path) -> None:
    with running_gateway(tmp_path / "gateway", delay=0.02, deduplicate=False) as gateway:
        workers = [start(gateway, lease=60) for _ in range(2)]
        try:
            with transaction.atomic():  # all at once, while both are looking
                tell_many(0, 150)
            wait_until(none_left)
        finally:
            for worker in workers:
                end(worker)
        assert rang(gateway) == {f"138{number:08d}": 1 for number in range(150)}


def test_the_control_without_leases_two_workers_do_send_the_same(tmp_path: Path) -> None:
    """Shows that the test above can fail."""
    with running_gateway(tmp_path / "gateway", delay=0.02, deduplicate=False) as gateway:
        workers = [start(gateway, lease=None) for _ in range(2)]
        try:
            with transaction.atomic():  # all at once, while both are looking
                tell_many(0, 150)
            wait_until(none_left)
        finally:
            for worker in workers:
                end(worker)
        assert max(rang(gateway).values()) > 1


def test_a_worker_that_is_told_to_stop_ends_in_order(tmp_path: Path) -> None:
    with running_gateway(tmp_path / "gateway", delay=0.2) as gateway:
        tell_many(0, 60)
        worker = start(gateway, lease=60)
        wait_until(lambda: rang(gateway))
        worker.terminate()
        assert worker.wait() == 0
        assert not Delivery.objects.exclude(lease_until=None).exists()
        taken = Delivery.objects.filter(channel=Channel.SMS).exclude(message_id="").count()
        assert taken == len(rang(gateway))
        assert 0 < taken < 60
        assert not Delivery.objects.filter(message_id="", uncertain=True).exists()
        last = start(gateway)
        try:
            wait_until(none_left)
        finally:
            end(last)
        assert set(rang(gateway).values()) == {1}


def test_a_gateway_killed_and_started_again_has_forgotten_nothing(tmp_path: Path) -> None:
    file = tmp_path / "gateway"
    with running_gateway(file, lose=1.0, deduplicate=False) as gateway:
        tell_many(0, 5)
        worker = start(gateway)
        wait_until(lambda: len(rang(gateway)) == 5)
        end(worker)
    _hurry()
    with running_gateway(file, deduplicate=False) as gateway:
        last = start(gateway)
        try:
            wait_until(none_left)
        finally:
            end(last)
        assert rang(gateway) == {f"138{number:08d}": 1 for number in range(5)}


def test_notices_told_while_workers_run_all_arrive(tmp_path: Path) -> None:
    """Writers and two workers on one database."""
    with running_gateway(tmp_path / "gateway", deduplicate=False) as gateway:
        workers = [start(gateway, lease=60) for _ in range(2)]

        def write(first: int) -> None:
            tell_many(first, first + 30)
            connection.close()

        writers = [threading.Thread(target=write, args=(number * 30,)) for number in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        try:
            wait_until(none_left)
        finally:
            for worker in workers:
                end(worker)
        assert rang(gateway) == {f"138{number:08d}": 1 for number in range(120)}


def test_an_answer_by_the_gateway_alone_settles_a_delivery(tmp_path: Path) -> None:
    """A real report of the real gateway over a real socket is not needed: asked, it says the same."""
    with running_gateway(tmp_path / "gateway") as gateway:
        tell_many(0, 1)
        worker = start(gateway)
        try:
            wait_until(none_left)
            Delivery.objects.filter(state=State.SENDING).update(next_attempt_at=timezone.now())
            wait_until(lambda: Delivery.objects.get(channel=Channel.SMS).state == State.DELIVERED)
        finally:
            end(worker)
