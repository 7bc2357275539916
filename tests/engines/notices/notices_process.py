"""A worker in a process of its own, on the database of the test that started it: to be killed."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import warm

SECRET = "only the tests know this"
LEASE = 1.0
"""Seconds: in real use a minute, here as long as a test can wait."""


def start_worker(database: dict[str, Any], gateway: str, **ways: Any) -> warm.WarmProcess:
    """Returns when the process is about to begin. ``ways`` as ``run`` has them."""
    place = {name: str(database[name]) for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    process = warm.start("tests.engines.notices.notices_process:run", database=place, gateway=gateway, **ways)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@contextmanager
def running_gateway(file: Path, **faults: object) -> Iterator[str]:
    """The command people start, in a process of its own; gives its address."""
    options = ("--port", "0", "--file", str(file), "--secret", SECRET, "--faults", json.dumps(faults))
    process = subprocess.Popen(
        [sys.executable, "-m", "gongkai", "notices", "fake-gateway", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def run(
    database: dict[str, str],
    gateway: str,
    *,
    lease: float | None = LEASE,
    freeze: bool = False,
) -> None:
    """``lease`` in seconds; ``None``: a worker that takes nothing before it sends. ``freeze``: no answer is recorded."""
    from django.conf import settings

    settings.DATABASES["default"].update(database)
    settings.GONGKAI_SMS_URL, settings.GONGKAI_SMS_SECRET = gateway, SECRET
    settings.GONGKAI_QUIET_HOURS = ""
    from gongkai.engines.notices import sending, worker

    sending.LEASE = dt.timedelta(seconds=LEASE if lease is None else lease)
    sending._LONGEST_TRY = 0.0  # type: ignore[misc]
    if lease is None:
        _forget_leases()
    if freeze:
        sending.record = lambda *_arguments, **_named: threading.Event().wait()  # type: ignore[assignment]
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    worker.work(stop)


def _forget_leases() -> None:
    """The control: a worker that looks what is due and sends it, without taking it first."""
    from time import monotonic

    from gongkai.engines.notices import sending
    from gongkai.engines.notices.models import Delivery
    from gongkai.engines.notices.states import State

    def look(now: dt.datetime, *, limit: int) -> list[sending.Job]:
        rows = Delivery.objects.filter(next_attempt_at__lte=now, message_id="").order_by("next_attempt_at")
        return [sending._job(row, True, now, monotonic() + 60) for row in rows[:limit]]

    def write(answers: Any, *, now: dt.datetime) -> None:
        for job, reply in answers:
            Delivery.objects.filter(pk=job.pk).update(
                state=State.SENDING, message_id=reply.message_id, next_attempt_at=now + dt.timedelta(days=1)
            )

    sending.take = look  # type: ignore[assignment]
    sending.record = write  # type: ignore[assignment]
