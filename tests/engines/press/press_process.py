"""A press in a process of its own, on the database and tree of the test that started it: to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any


def start(act: str, published: Path, database: dict[str, Any], **environment: str) -> subprocess.Popen[str]:
    """Start ``act`` (build, drain, work); the process prints a line when it is about to begin."""
    settings = {name: str(database[name]) for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engines.press.press_process", act],
        env=os.environ
        | {
            "GONGKAI_DATA": str(published.parent),
            "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
            "PRESS_TEST_DATABASE": json.dumps(settings),
            "PRESS_TEST_PUBLISHED": str(published),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_until(true: Callable[[], object]) -> None:
    """Patience for a busy machine; a test that hangs here has found a fault."""
    for _ in range(6000):
        if true():
            return
        sleep(0.01)
    raise AssertionError("it never came to pass")


def _run(act: str) -> None:
    from django.conf import settings

    database = json.loads(os.environ["PRESS_TEST_DATABASE"])
    settings.DATABASES["default"].update(database)
    settings.GONGKAI_PUBLISHED = Path(os.environ["PRESS_TEST_PUBLISHED"])
    import django

    django.setup()
    from gongkai.engines import press
    from gongkai.engines.press import building, draining
    from gongkai.engines.press.declarations import registry
    from tests.engines.press import boards

    registry.kinds = {kind.name: kind for kind in (boards.NotePage(), boards.BoardPage(), boards.FeedPage())}
    registry.sites = lambda: boards.SITES
    registry.ticks = {}
    building.BATCH = draining.BATCH = int(os.environ.get("PRESS_TEST_BATCH", "50"))
    stop = threading.Event()
    if act == "work":  # before it says that it is ready: whoever reads that may end it
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if act == "work":
        press.work(stop)
    elif act == "build":
        press.build()
    else:
        while press.drain().changes:
            pass


if __name__ == "__main__":
    _run(sys.argv[1])
