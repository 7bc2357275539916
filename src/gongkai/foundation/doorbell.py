"""Waking a worker in another process: who has left work for it in the database sets the time of a small file.

To look at the file takes a worker a tenth of what a question to the database takes, and most looks are for nothing. The bell
carries no message and may be missed – another machine's, or a file that cannot be written: the database says what
there is to do, and workers still ask it now and then.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import transaction

LISTEN_SECONDS = 0.1


def ring_on_commit(name: str) -> None:
    """Wake whoever waits at the bell ``name`` as soon as this transaction is committed."""
    transaction.on_commit(lambda: ring(name), robust=True)


def ring(name: str) -> None:
    """Wake whoever waits at the bell ``name``. Never fails: a bell that does not ring costs a moment, nothing else."""
    path = _path(name)
    now = time.time_ns()  # given by us: the file system's own clock may stand still for some milliseconds
    with suppress(OSError):
        try:
            os.utime(path, ns=(now, now))
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


class Doorbell:
    """What one thread of a worker waits at. A ring since the last waiting counts, also one while the thread was busy."""

    def __init__(self, name: str) -> None:
        self._path = _path(name)
        self._heard = self._stamp()

    def wait(self, stop: Event, *, seconds: float, listen: float = LISTEN_SECONDS) -> None:
        """Until it rings, ``stop`` is set or ``seconds`` have passed; the file is looked at every ``listen`` seconds."""
        until = time.monotonic() + seconds
        while (stamp := self._stamp()) == self._heard:
            left = until - time.monotonic()
            if left <= 0 or stop.wait(min(left, listen)):
                return
        self._heard = stamp  # before the caller looks: what comes while it does rings again

    def _stamp(self) -> int:
        try:
            return os.stat(self._path).st_mtime_ns  # noqa: PTH116  # ten times a second
        except OSError:
            return 0


def _path(name: str) -> Path:
    return Path(settings.GONGKAI_DATA) / "bells" / name
