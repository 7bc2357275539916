"""The press's own process: drains the outbox within a tenth of a second, builds when asked, and calls what has to be
called regularly. Three threads, so that none waits for another.

Whoever changes something rings (``outbox.BELL``). Without a ring the outbox is looked into twice a second, for what falls
due by the clock and for what was written on another machine.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError, connection, transaction

from gongkai.engines.press import outbox
from gongkai.engines.press.building import BuildRunning, BuildStopped, build, settle_interrupted_builds
from gongkai.engines.press.building_apart import build_apart
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.draining import drain, look_at_the_tree
from gongkai.engines.press.models import Change, Lane
from gongkai.engines.press.pages_db import TreeOutdated
from gongkai.engines.press.tree import current_tree, described, write_manifest
from gongkai.engines.search import IndexOutdated
from gongkai.foundation.doorbell import LISTEN_SECONDS, Doorbell
from gongkai.foundation.sqlite_file import let_go_of_a_lost_file

log = logging.getLogger("gongkai.press")

POLL_SECONDS = 0.5
_BUILD_POLL_SECONDS = 2.0
_BUILD_LISTEN_SECONDS = 0.5
_MANIFEST_IDLE_SECONDS = 30.0
_FIRST_PAUSE, _LAST_PAUSE = 0.5, 10.0


def work(stop: threading.Event, *, builder: Sequence[str] = ()) -> None:
    """Run until ``stop`` is set. A lost database is waited for; nothing is lost meanwhile, the outbox is in it.

    ``builder`` is the command that makes a full build in a process of its own (see ``build_apart``); without one it
    is made here, and people's changes take turns with it. Whatever is in hand when ``stop`` comes is left after the
    page at hand, and taken up again by the next worker.
    """
    worker = _Worker(stop, builder)
    threads = [
        threading.Thread(
            target=worker.keep, args=(duty, _BUILD_POLL_SECONDS, listen), name=f"press-{duty.__name__}"
        )
        for duty, listen in ((worker.build, _BUILD_LISTEN_SECONDS), (worker.tick, _BUILD_POLL_SECONDS))
    ]
    for thread in threads:
        thread.start()
    try:
        worker.keep(worker.drain, POLL_SECONDS, LISTEN_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


class _Worker:
    def __init__(self, stop: threading.Event, builder: Sequence[str]) -> None:
        self._stop = stop
        self._builder = builder
        self._changed_at: float | None = None
        self._ticked: dict[str, float] = {}
        self._looked_at_the_tree = False
        self._looked_for_interrupted = False

    def keep(self, duty: Callable[[], bool], seconds: float, listen: float) -> None:
        """Do a duty again and again: at once while there is something to do, else when the bell rings, for which one
        listens every ``listen`` seconds, or so many ``seconds`` have passed."""
        pause = _FIRST_PAUSE
        bell = Doorbell(outbox.BELL)
        while not self._stop.is_set():
            try:
                let_go_of_a_lost_file()
                busy = duty()
            except (OperationalError, InterfaceError, OSError, sqlite3.Error) as error:
                if pause == _FIRST_PAUSE:
                    log.warning("%s waits and tries again: %s", duty.__name__, error)
                connection.close()
                self._stop.wait(pause)
                pause = min(pause * 2, _LAST_PAUSE)
                continue
            if pause != _FIRST_PAUSE:
                log.warning("%s goes on", duty.__name__)
                pause = _FIRST_PAUSE
            if not busy:
                bell.wait(self._stop, seconds=seconds, listen=listen)
        connection.close()

    def drain(self) -> bool:
        try:
            if not self._looked_at_the_tree:
                self._looked_at_the_tree = True
                look_at_the_tree()
            report = drain(stop=self._stop.is_set)
        except (TreeOutdated, IndexOutdated) as error:
            self._ask_for_build(error)
            return False
        if report.written or report.removed:
            self._changed_at = time.monotonic()
        return report.changes > 0

    def _ask_for_build(self, reason: Exception) -> None:
        if not Change.objects.filter(lane=Lane.BUILD).exists():
            log.warning("%s; building", reason)
            with transaction.atomic():
                outbox.changed(outbox.REBUILD)

    def build(self) -> bool:
        """Full builds that were asked for and, some time after the last change, a new manifest."""
        if not self._looked_for_interrupted:
            settle_interrupted_builds()
            self._looked_for_interrupted = True
        if outbox.is_due(Lane.BUILD):
            self._build(list(outbox.due(Lane.BUILD, limit=1000)))
        elif self._changed_at is not None and time.monotonic() - self._changed_at > _MANIFEST_IDLE_SECONDS:
            self._changed_at = None
            tree = current_tree()
            if tree is not None:
                write_manifest(tree)
        return False

    def _build(self, asked: list[Change]) -> None:
        try:
            if self._builder:
                report = build_apart(self._builder, stop=self._stop.is_set)
            else:
                report = build(stop=self._stop.is_set)
        except BuildStopped:
            log.info("the full build is left to the next worker")
        except BuildRunning:
            log.debug("a full build is running elsewhere; this one is left until it is done")
        except Exception as error:
            log.exception("the full build failed; it is tried again later")
            connection.close()
            outbox.settle(asked, dict.fromkeys([row.pk for row in asked], described(error)))
        else:
            log.info(
                "full build: %d pages in %.0f s, %d failed",
                report.pages,
                report.seconds,
                len(report.failures),
            )

    def tick(self) -> bool:
        """Call what has to be called regularly. One that fails is logged and called again at its time."""
        for task in list(registry.ticks.values()):
            now = time.monotonic()
            if self._stop.is_set() or now - self._ticked.get(task.name, float("-inf")) < task.seconds:
                continue
            self._ticked[task.name] = now
            try:
                task.call()
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("the periodic task %s failed", task.name)
        return False
