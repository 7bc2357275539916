"""A press in a process of its own, on the database and tree of the test that started it: to be killed."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

from tests import warm


def start(act: str, published: Path, database: dict[str, Any], *, batch: int = 50) -> warm.WarmProcess:
    """Start ``act`` (build, drain, work); returns when the process is about to begin."""
    process = warm.start("tests.engines.press.press_process:run", **_given(act, published, database, batch))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def by_itself(act: str, published: Path, database: dict[str, Any]) -> list[str]:
    """The command that does the same in a process started from nothing."""
    given = json.dumps(_given(act, published, database, 50))
    environment = ("DJANGO_SETTINGS_MODULE=gongkai.shell.settings", f"PYTHONPATH={os.pathsep.join(sys.path)}")
    return ["env", *environment, sys.executable, "-m", "tests.engines.press.press_process", given]


def _given(act: str, published: Path, database: dict[str, Any], batch: int) -> dict[str, Any]:
    place = {name: str(database[name]) for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    return {"act": act, "database": place, "published": str(published), "batch": batch}


def wait_until(true: Callable[[], object]) -> None:
    """Patience for a busy machine; a test that hangs here has found a fault."""
    for _ in range(60_000):
        if true():
            return
        sleep(0.01)
    raise AssertionError("it never came to pass")


def run(act: str, database: dict[str, str], published: str, batch: int, *, begin: str = "ready\n") -> None:
    from django.conf import settings

    settings.DATABASES["default"].update(database)
    settings.GONGKAI_PUBLISHED = Path(published)
    settings.GONGKAI_DATA = settings.GONGKAI_PUBLISHED.parent
    from gongkai.engines import press
    from gongkai.engines.press import building, draining
    from gongkai.engines.press.building_apart import said
    from gongkai.engines.press.declarations import registry
    from tests.engines.press import boards

    registry.kinds = {kind.name: kind for kind in (boards.NotePage(), boards.BoardPage(), boards.FeedPage())}
    registry.sites = lambda: boards.SITES
    registry.ticks = {}
    building.BATCH = draining.BATCH = batch
    stop = threading.Event()
    if act == "work":
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write(begin)
    sys.stdout.flush()
    if act == "work":
        press.work(stop)
    elif act == "build":
        sys.stdout.write(json.dumps(said(press.build())))
    else:
        while press.drain().changes:
            pass


if __name__ == "__main__":
    import django

    django.setup()
    run(**json.loads(sys.argv[1]), begin="")
