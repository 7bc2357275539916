"""How fast a published page is served: the whole shipped chain against nginx on the same files, side by side."""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from gongkai.foundation.benchmark import Benchmark, BenchmarkUnavailable

WORKERS: Final = 2
CONNECTIONS: Final = 32
SECONDS: Final = 8
ROUNDS: Final = 3
PATH: Final = "/doc/2020/12/"

_NGINX = """
daemon off; worker_processes {workers}; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
  sendfile on; tcp_nopush on; gzip on; access_log off;
  types {{ text/html html; }}
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk: requests per second, and the 99th percentile of the time to an answer in milliseconds."""

    rate: float
    p99: float


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="serve-ratio",
            title="Serving a 5 kB page: requests/s against nginx",
            target=0.8,
            unit="× nginx",
            better="higher",
            peer=f"nginx as Debian sets it up, same files, {WORKERS} workers each, rounds by turns",
            run=lambda: statistics.median(
                ours.rate / theirs.rate for ours, theirs in zip(*_measured(), strict=True)
            ),
        ),
        Benchmark(
            name="serve-p99",
            title=f"Serving a 5 kB page: p99 at {CONNECTIONS} connections",
            target=10,
            unit="ms",
            better="lower",
            peer="the limit this project sets itself",
            run=lambda: statistics.median(run.p99 for run in _measured()[0]),
        ),
    ]


@cache
def _measured() -> tuple[list[Run], list[Run]]:
    """Our runs and nginx's, taken by turns. Both figures come from the same runs."""
    for tool in ("nginx", "wrk"):
        if shutil.which(tool, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            raise BenchmarkUnavailable(f"{tool} is missing: apt-get install nginx-light wrk")
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's workers run as another user when its master runs as root
        root = _publish(folder / "data" / "published")
        with _gongkai(folder / "data") as first, _nginx(folder, root) as second:
            if _fetch(first) != _fetch(second):
                raise RuntimeError("the two servers do not serve the same page")
            for port in (first, second):
                _wrk(port, seconds=1)
            for _ in range(ROUNDS):
                ours.append(_wrk(first, seconds=SECONDS))
                theirs.append(_wrk(second, seconds=SECONDS))
    return ours, theirs


def _publish(published: Path) -> Path:
    """A published tree with one document page of 5 kB, laid by the press's own hands; returns the site's folder."""
    from gongkai.engines.press.declarations import PublishedSite
    from gongkai.engines.press.page_files import lay_file
    from gongkai.engines.press.tree import new_tree, switch_to, write_sites

    tree = new_tree(published)
    write_sites(tree, [PublishedSite(slug="city", hosts=("city.localhost",), name="测试", default=True)])
    text = "".join(f"<p>第{number}条　本规定自公布之日起施行，有效期五年。</p>\n" for number in range(1, 69))
    page = f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>测试</title>{text}'
    lay_file(str(tree / "sites" / "city"), f"{PATH[1:]}index.html", page.encode())
    (tree / "manifest.json").write_text("{}", encoding="utf-8")
    switch_to(published, tree)
    return tree / "sites" / "city"


@contextmanager
def _gongkai(data: Path) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "gongkai", "serve", "--no-press", "--port", str(port)]
    environment = os.environ | {"GONGKAI_DATA": str(data)}
    with _running([*command, "--workers", str(WORKERS)], port, environment):
        yield port


@contextmanager
def _nginx(folder: Path, root: Path) -> Iterator[int]:
    port = _free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, root=root, port=port, workers=WORKERS))
    binary = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    with _running([str(binary), "-c", str(configuration)], port, dict(os.environ)):
        yield port


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """The command, from when its port answers until the end of the block."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            while not _listens(port):
                if process.poll() is not None:
                    raise BenchmarkUnavailable(
                        f"{command[0]} ended with {process.returncode} before it served"
                    )
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fetch(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{PATH}") as reply:
        return bytes(reply.read())


def _wrk(port: int, *, seconds: int) -> Run:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        f"http://127.0.0.1:{port}{PATH}",
    ]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in report or "Socket errors" in report:
        raise RuntimeError(f"wrk saw failures:\n{report}")
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", report)
    p99 = re.search(r"^\s+99%\s+([0-9.]+)(us|ms|s)$", report, re.MULTILINE)
    if rate is None or p99 is None:
        raise RuntimeError(f"wrk reported something else:\n{report}")
    return Run(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]])
