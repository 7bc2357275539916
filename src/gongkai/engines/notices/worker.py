"""The worker: sends what is due within a fifth of a second, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from gongkai.engines.notices.sending import BELL, Dispatch, tidy
from gongkai.foundation.doorbell import Doorbell
from gongkai.foundation.sqlite_file import let_go_of_a_lost_file

log = logging.getLogger("gongkai.notices")

POLL_SECONDS: Final = 1.0
"""Between two looks at what is due, unless somebody rings."""
_LISTEN_SECONDS: Final = 0.2
_TIDY_SECONDS: Final = 3600.0
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 10.0


def work(stop: threading.Event) -> None:
    """Run until ``stop`` is set. A lost database is waited for: what was sent meanwhile is recorded when it is back,
    and if this process does not live to see it, the next one asks the gateway."""
    tidied = float("-inf")
    pause = _FIRST_PAUSE
    bell = Doorbell(BELL)
    with Dispatch() as dispatch:
        while not stop.is_set():
            try:
                let_go_of_a_lost_file()
                taken = dispatch.take(timezone.now())
                answered = dispatch.record(timezone.now, timeout=_LISTEN_SECONDS)
                if time.monotonic() - tidied > _TIDY_SECONDS:
                    tidy(now=timezone.now())
                    tidied = time.monotonic()
            except (OperationalError, InterfaceError) as error:
                if pause == _FIRST_PAUSE:
                    log.warning("the database does not answer, waiting for it: %s", type(error).__name__)
                connection.close()
                stop.wait(pause)
                pause = min(pause * 2, _LAST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            if not taken and not answered and not dispatch.in_hand:
                bell.wait(stop, seconds=POLL_SECONDS, listen=_LISTEN_SECONDS)
        try:
            dispatch.hand_back(timezone.now)
        except (OperationalError, InterfaceError) as error:
            log.warning("what was under way is left to the next worker: %s", type(error).__name__)
    connection.close()
