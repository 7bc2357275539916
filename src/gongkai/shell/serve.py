"""One supervisor for everything that runs: the server's processes and, beside them, the workers of press and notices."""

from __future__ import annotations

import errno
import json
import logging
import multiprocessing
import resource
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

THREADS: Final = 32
"""Python threads of one worker process: 16 may be held by slow readers of large files, 12 by Django, the others are
the public pages'. One thread alone, the usual setting for short requests, is much slower here: see docs/running.md."""
CONNECTIONS: Final = 4096
"""Connections one worker process keeps open, most of them idle: a browser holds six."""
IDLE: Final = 15.0
"""Seconds after which a connection that asks for nothing is closed."""
PATIENCE: Final = 10.0
"""Seconds a process gets to end after it was asked to."""
_LONGEST_PAUSE: Final = 30.0

logger = logging.getLogger(__name__)


class Companion:
    """A command kept running beside the server: started again when it ends, asked to end when the server does.

    What ends at once is started again after a ``pause`` (seconds) that doubles up to half a minute.
    """

    def __init__(self, command: Sequence[str], *, pause: float = 1.0) -> None:
        self._command = list(command)
        self._pause = pause
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="companion", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Ask it to end (SIGTERM), wait, and end it if it does not."""
        with self._lock:
            self._stopping.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                logger.warning("%s does not end, killed", " ".join(self._command))
                process.kill()
        if self._keeper.ident is not None:
            self._keeper.join()

    def _keep(self) -> None:
        pause = self._pause
        while True:
            with self._lock:
                if self._stopping.is_set():
                    return
                # a session of its own, so that Ctrl-C in a terminal reaches it through stop() and only once
                self._process = subprocess.Popen(self._command, start_new_session=True)  # noqa: S603
            began = monotonic()
            code = self._process.wait()
            if self._stopping.is_set():
                return
            if monotonic() - began > _LONGEST_PAUSE:
                pause = self._pause
            logger.error("%s ended (%s), starts again in %g s", " ".join(self._command), code, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


class PortTaken(OSError):
    """Somebody already listens there."""

    code = "port_taken"


def ensure_free(*, host: str, port: int) -> None:
    """Raises ``PortTaken``. The server itself would not notice: it shares a port with any other of its kind, so two
    installations started by mistake on one port would answer by turns."""
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(f"{host}:{port}") from error
            raise


def server(*, host: str, port: int, workers: int, access_log: bool) -> MPServer:
    """The server, not started yet. Its settings are those that measured best, see docs/running.md."""
    # Fresh processes rather than forks: nothing of this one (threads, database connections) may leak into them.
    multiprocessing.set_start_method("spawn", force=True)
    _allow_connections()
    return MPServer(
        "gongkai.shell.wsgi:warmed",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        backlog=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(IDLE * 1000)),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=int(PATIENCE),
        log_level=LogLevels.error,
        log_access=access_log,
    )


def _allow_connections() -> None:
    """Each connection is a file; a login shell allows 1,024. The workers inherit what is set here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def run(server: MPServer, companions: Sequence[Companion]) -> None:
    """Serve until SIGTERM or SIGINT; then everything ends in order: server, companions."""
    for companion in companions:
        server.on_startup(companion.start)
        server.on_shutdown(companion.stop)
    server.serve()


def addresses(published: Path, *, host: str, port: int) -> Iterator[tuple[str, str]]:
    """(name, address) of every published site, the default one first; nothing before the first build."""
    try:
        table = json.loads((published / "current" / "sites.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    default = table["default"]
    for slug, site in sorted(table["sites"].items(), key=lambda item: item[0] != default):
        if slug == default:
            yield site["name"], f"http://{host}:{port}/"
        for name, shown in sorted(table["hosts"].items()):
            if shown == slug and not (slug == default and name == host):
                yield site["name"], f"http://{name}:{port}/"
