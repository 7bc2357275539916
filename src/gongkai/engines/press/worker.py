"""The press's own process: drains the outbox within a tenth of a second, builds when asked, and keeps the calendar of
periodic work."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, close_old_connections, connection

from gongkai.engines.press import outbox
from gongkai.engines.press.building import BuildRunning, build, write_manifest
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.draining import drain
from gongkai.engines.press.models import Change, Lane
from gongkai.engines.press.tree import current_tree, press_lock, published_root

log = logging.getLogger("gongkai.press")

POLL_SECONDS = 0.1
LOST_DATABASE_SECONDS = 2.0
MANIFEST_IDLE_SECONDS = 30.0


def work(stop: threading.Event) -> None:
    """Run until ``stop`` is set. A lost database is waited for; nothing is lost meanwhile, the outbox is in it."""
    ticked: dict[str, float] = {}
    manifest_due: float | None = None
    while not stop.is_set():
        try:
            _tick(ticked)
            if Change.objects.filter(key=outbox.REBUILD).exists():
                _rebuild(stop)
                manifest_due = None
            report = drain()
            if report.written or report.removed:
                manifest_due = time.monotonic() + MANIFEST_IDLE_SECONDS
            if report.changes:
                continue
            if manifest_due is not None and time.monotonic() > manifest_due:
                _renew_manifest()
                manifest_due = None
        except DatabaseError as error:
            log.warning("the database does not answer (%s); trying again", error)
            connection.close()
            stop.wait(LOST_DATABASE_SECONDS)
        except OSError as error:
            log.error("the published tree cannot be written (%s); trying again", error)
            stop.wait(LOST_DATABASE_SECONDS)
        stop.wait(POLL_SECONDS)
    close_old_connections()


def _rebuild(stop: threading.Event) -> None:
    """Build in this process while a second thread goes on draining what people wait for."""
    asked = list(Change.objects.filter(key=outbox.REBUILD).values_list("pk", flat=True))
    done = threading.Event()
    helper = threading.Thread(target=_drain_people, args=(done, stop), name="press-people", daemon=True)
    helper.start()
    try:
        build()
    except BuildRunning:
        log.info("a full build is running already")
    finally:
        done.set()
        helper.join()
    Change.objects.filter(pk__in=asked).delete()


def _drain_people(done: threading.Event, stop: threading.Event) -> None:
    while not done.is_set() and not stop.is_set():
        try:
            if drain(Lane.PEOPLE).changes:
                continue
        except (DatabaseError, OSError) as error:
            log.warning("people's changes wait: %s", error)
            connection.close()
        done.wait(POLL_SECONDS)
    connection.close()


def _tick(ticked: dict[str, float]) -> None:
    now = time.monotonic()
    for tick in registry.ticks.values():
        if now - ticked.get(tick.name, float("-inf")) < tick.seconds:
            continue
        ticked[tick.name] = now
        try:
            tick.call()
        except DatabaseError:
            raise
        except Exception:
            # One broken hook must not stop publication; it is logged each time and tried again.
            log.exception("the periodic task %s failed", tick.name)


def _renew_manifest() -> None:
    root = published_root()
    with press_lock(root):
        tree = current_tree(root)
        if tree is not None:
            write_manifest(tree)
