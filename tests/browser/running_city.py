"""The demo city as people start it: the real command, in a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 1800
"""Seconds the loading of the city may take on a busy machine."""


@dataclass(frozen=True)
class City:
    base: str
    host: str
    password: str
    folder: Path
    """Its data."""


@contextmanager
def running_city(folder: Path) -> Iterator[City]:
    """Load the demo city into ``folder``, serve it, and end every process afterwards."""
    with _running(folder, "demo", "serve") as (base, log):
        yield City(base, base.removeprefix("http://"), _password(log), folder / "gongkai")


@contextmanager
def second_city(first: City, folder: Path) -> Iterator[City]:
    """A copy of what ``first`` holds, served beside it: for what would not leave it as it was."""
    _copied(first.folder, folder / "gongkai")
    with _running(folder, "serve") as (base, _log):
        yield City(base, base.removeprefix("http://"), first.password, folder / "gongkai")


def _copied(source: Path, target: Path) -> None:
    """SQLite's side files come and go while the first city runs: a copy that missed one is made again."""
    for left in reversed(range(10)):
        try:
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        except shutil.Error:
            shutil.rmtree(target)
            if not left:
                raise
        else:
            return


@contextmanager
def _running(folder: Path, *command: str) -> Iterator[tuple[str, Path]]:
    port = _free_port()
    log = folder / "server.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GONGKAI_", "DJANGO_")) and name != "DATABASE_URL"
    } | {
        "GONGKAI_DATA": str(folder / "gongkai"),
        "GONGKAI_DEMO_MARK": "1",
        "GONGKAI_BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gongkai", *command, "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o022,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(process, base, log)
        yield base, log
    finally:
        # The supervisor ends the press's worker, which has a session of its own; the rest goes with the group.
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _password(log: Path) -> str:
    """The demo accounts' password, read where people read it: in what the command prints."""
    told = re.search(r"密码均为 (\S+?)）", log.read_text(encoding="utf-8"))
    assert told is not None, "the command no longer tells the password of the demo accounts"
    return told[1]


def _wait(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(base + "/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"the demo city did not start:\n{log.read_text(errors='replace')[-4000:]}")
