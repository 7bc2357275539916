"""Processes that begin warm: forked from one that has everything imported, not started from nothing.

A process made here is a process like any other: its own memory, its own connections, its own limits; it can be killed at
any moment. Only the seconds of importing are spent once for the whole run instead of once for each.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

_PIECE = 1 << 20
_PRELOADED = (
    "gongkai.engines.press.building",
    "gongkai.engines.press.draining",
    "gongkai.engines.notices.worker",
    "gongkai.wings.disclosure.redaction.burning",
    "gongkai.wings.disclosure.redaction.finding",
    "gongkai.wings.disclosure.redaction.sources",
    "gongkai.wings.disclosure.redaction.worker",
    "tests.engines.press.boards",
)


class WarmProcess:
    """What tests use of ``subprocess.Popen``."""

    def __init__(self, nursery: _Nursery, pid: int, stdout: IO[Any] | None) -> None:
        self.pid = pid
        self.stdout = stdout
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ended(self.pid, wait=0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self.returncode = self._nursery.ended(self.pid, wait=timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Nursery:
    """This side of the one process that the others are forked from."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.RLock()
        self._ended: dict[int, int] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "gongkai.shell.settings", "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        theirs.close()
        atexit.register(self._close)

    def _close(self) -> None:
        self._line.close()
        self._process.wait()

    def start(self, call: str, given: Mapping[str, Any], files: tuple[int, int, int]) -> int:
        with self._lock:
            text = json.dumps({"call": call, "given": given, "environment": dict(os.environ)}).encode()
            assert len(text) < _PIECE
            socket.send_fds(self._line, [text], files)
            while (told := self._told(None)) is not None:
                if "started" in told:
                    return int(told["started"])
            raise AssertionError("unreachable: a wait without end gives an answer")

    def ended(self, pid: int, *, wait: float | None) -> int | None:
        """How the process ended; ``None`` when it has not within ``wait`` seconds."""
        end = None if wait is None else time.monotonic() + wait
        while True:
            with self._lock:
                if pid in self._ended:
                    return self._ended.pop(pid)
                # In short pieces, so that another thread may start or wait in between.
                self._told(0.05 if end is None else max(0, min(0.05, end - time.monotonic())))
                if pid in self._ended:
                    return self._ended.pop(pid)
            if end is not None and time.monotonic() >= end:
                return None

    def _told(self, wait: float | None) -> dict[str, Any] | None:
        if not select.select([self._line], [], [], wait)[0]:
            return None
        text = self._line.recv(_PIECE)
        if not text:
            raise RuntimeError("the process that others are forked from has ended")
        told: dict[str, Any] = json.loads(text)
        if "ended" in told:
            self._ended[told["ended"]] = told["status"]
        return told


@cache
def _nursery() -> _Nursery:
    return _Nursery()


def start(call: str, **given: Any) -> WarmProcess:
    """Let a new process call ``module:function`` with ``given`` (plain values); its standard output can be read."""
    reading, writing = os.pipe()
    with Path(os.devnull).open() as nothing:
        pid = _nursery().start(call, given, (nothing.fileno(), writing, 2))
    os.close(writing)
    return WarmProcess(_nursery(), pid, os.fdopen(reading, encoding="utf-8"))


def run_module(
    module: str, *, input: bytes, timeout: float | None = None
) -> subprocess.CompletedProcess[bytes]:
    """As ``subprocess.run([python, "-m", module], input=…, stdout=PIPE, stderr=DEVNULL)``, warm."""
    reading, writing = os.pipe()
    with Path(os.devnull).open("r+b") as nothing, _as_file(input) as given:
        pid = _nursery().start(
            "tests.warm:call_main", {"module": module}, (given.fileno(), writing, nothing.fileno())
        )
    os.close(writing)
    process = WarmProcess(_nursery(), pid, None)
    with os.fdopen(reading, "rb") as output:
        answer = output.read()
    return subprocess.CompletedProcess(module, process.wait(timeout), answer)


def _as_file(content: bytes) -> IO[bytes]:
    file = os.fdopen(os.memfd_create("input"), "r+b")
    file.write(content)
    file.seek(0)
    return file


def call_main(module: str) -> None:
    import_module(module).main()


def _serve(line: socket.socket) -> None:
    """Fork for each request; tell of each start and each end; end when the tests do."""
    import django

    django.setup()
    for name in _PRELOADED:
        import_module(name)
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken.fileno())
    while True:
        ready, _, _ = select.select([line, wake], [], [])
        if wake in ready:
            wake.recv(4096)
            _tell_of_the_dead(line)
        if line in ready:
            text, files, _flags, _address = socket.recv_fds(line, _PIECE, 3)
            if not text:
                return
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for each in (line, wake, woken):
                    each.close()
                _be(json.loads(text), files)
            for number in files:
                os.close(number)
            line.send(json.dumps({"started": pid}).encode())


def _tell_of_the_dead(line: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        line.send(json.dumps({"ended": pid, "status": os.waitstatus_to_exitcode(status)}).encode())


def _be(request: dict[str, Any], files: list[int]) -> None:
    """The life of a forked process."""
    code = 1
    try:
        for target, number in enumerate(files):
            os.dup2(number, target)
            os.close(number)
        os.environ.clear()
        os.environ.update(request["environment"])
        module, function = request["call"].split(":")
        getattr(import_module(module), function)(**request["given"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  # the end of a process: whatever it was is told and is its status
        sys.excepthook(*sys.exc_info())
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


if __name__ == "__main__":
    # Under its own name, so that what is forked finds one module and not two.
    import_module("tests.warm")._serve(socket.socket(fileno=int(sys.argv[1])))
