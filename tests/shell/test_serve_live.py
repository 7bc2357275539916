"""The real server with its worker processes, over a socket, on an installation that has no database at all."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest

from gongkai.engines.press.serving_pages import KEPT
from tests.published_tree import PublishedTree

LARGE = os.urandom(3 * KEPT)
SECRET = b"nobody may read this"


@dataclass
class Served:
    tree: PublishedTree
    port: int
    process: subprocess.Popen[bytes]

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """One request on a connection of its own, so that either worker may get it."""
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Host": "city.localhost", **named})
            reply = connection.getresponse()
            return reply, reply.read()
        finally:
            connection.close()

    def raw(self, octets: bytes) -> bytes:
        """What comes back for exactly these octets, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
            peer.sendall(octets)
            peer.shutdown(socket.SHUT_WR)
            received = b""
            while piece := peer.recv(65536):
                received += piece
            return received


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def installation(data: Path) -> dict[str, str]:
    """The environment of a server of its own, with no database anywhere."""
    own = {
        "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
        "GONGKAI_DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'none' / 'none.sqlite3'}",
    }
    return os.environ | own


def start(data: Path, *options: str) -> tuple[int, subprocess.Popen[bytes]]:
    port = _free_port()
    environment = installation(data)
    process = subprocess.Popen(
        [sys.executable, "-m", "gongkai", "serve", "--port", str(port), "--no-press", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return port, process
        except ConnectionRefusedError:
            time.sleep(0.05)
    assert process.stdout is not None
    raise AssertionError(process.stdout.read().decode())


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in descendants(int(child)))]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data")
    tree = PublishedTree(data / "published")
    tree.write_with_sidecars("index.html", "公开" * 300)
    tree.write("doc/2020/12/index.html", "页面" * 800)
    tree.write("film.mp4", LARGE)
    tree.write("404.html", "没有找到")
    (tree.tree / "press.db").write_bytes(SECRET)
    (data / "secret").write_bytes(SECRET)
    (data / "static").mkdir()
    (data / "static" / "a.css").write_text("a{}")
    tree.advance()
    port, process = start(data)
    try:
        yield Served(tree, port, process)
    finally:
        process.terminate()
        process.wait()


def test_a_page_is_served(served: Served) -> None:
    reply, body = served.get("/doc/2020/12/")
    assert (reply.status, body.decode()) == (200, "页面" * 800)
    assert reply.headers["Content-Length"] == str(len(body))
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


def test_many_requests_on_one_connection_are_answered_in_order(served: Served) -> None:
    connection = served.connect()
    for path, status in [
        ("/", 200),
        ("/doc/2020/12", 301),
        ("/nowhere", 404),
        ("/film.mp4", 200),
        ("/", 200),
    ] * 3:
        connection.request("GET", path)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == status
    connection.close()


def test_compression_conditions_and_head_over_the_wire(served: Served) -> None:
    packed, body = served.get("/", Accept_Encoding="gzip, br")
    assert brotli.decompress(body).decode() == "公开" * 300
    tag = packed.headers["ETag"]
    reply, body = served.get("/", Accept_Encoding="gzip, br", If_None_Match=tag)
    assert (reply.status, body, reply.headers["ETag"]) == (304, b"", tag)
    head, body = served.get("/doc/2020/12/", "HEAD")
    assert (head.status, body, head.headers["Content-Length"]) == (200, b"", str(len("页面" * 800) * 3))


def test_a_large_file_arrives_whole_and_in_parts(served: Served) -> None:
    reply, body = served.get("/film.mp4")
    assert body == LARGE
    assert reply.headers["Content-Length"] == str(len(LARGE))
    assert "Transfer-Encoding" not in reply.headers
    reply, body = served.get("/film.mp4", Range=f"bytes={KEPT}-{2 * KEPT}")
    assert (reply.status, body) == (206, LARGE[KEPT : 2 * KEPT + 1])
    head, body = served.get("/film.mp4", "HEAD")
    assert (body, head.headers["Content-Length"]) == (b"", str(len(LARGE)))


def test_a_reader_who_goes_away_in_the_middle_holds_nothing(served: Served) -> None:
    for _ in range(80):
        with socket.create_connection(("127.0.0.1", served.port)) as peer:
            peer.sendall(b"GET /film.mp4 HTTP/1.1\r\nHost: city.localhost\r\n\r\n")
            assert peer.recv(20).startswith(b"HTTP/1.1 ")
    while served.get("/film.mp4")[1] != LARGE:
        time.sleep(0.05)
    assert served.get("/")[0].status == 200


@pytest.mark.parametrize(
    "target",
    [
        b"/../../press.db",
        b"/..%2f..%2fpress.db",
        b"/%2e%2e/%2e%2e/press.db",
        b"/%252e%252e/press.db",
        b"/..%5c..%5cpress.db",
        b"/..\\..\\press.db",
        b"/doc/../../../press.db",
        b"/doc/%00/../../../press.db",
        b"/press.db%00.html",
        b"/%c0%ae%c0%ae/%c0%ae%c0%ae/press.db",
        b"/%ff%fe",
        b"//press.db",
        b"/static/../secret",
        b"/static/%2e%2e/secret",
        b"/static/..%2fsecret",
        b"/static//../../secret",
        b"/./../secret",
        b"/?/../../press.db",
        b"http://city.localhost/../../press.db",
        b"/" + b"a" * 20000,
        b"/" + b"%61" * 5000,
        b"*",
        b"press.db",
        b"\x00",
        b"/\xe5\x85\xac",
    ],
    ids=repr,
)
def test_no_raw_request_reaches_what_is_not_published(served: Served, target: bytes) -> None:
    received = served.raw(
        b"GET " + target + b" HTTP/1.1\r\nHost: city.localhost\r\nConnection: close\r\n\r\n"
    )
    assert SECRET not in received
    if target != b"/?/../../press.db":
        assert received[9:12] in (b"400", b"404", b"414", b"431", b""), received[:100]
    assert served.get("/")[0].status == 200


@pytest.mark.parametrize(
    "octets",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: " + b"a" * 3000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\nAccept-Encoding: \xff\r\nIf-None-Match: \xe5\r\nRange: \xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /doc/2020/12?x=\xff\r\n HTTP/1.1\r\n\r\n",
        b"GET /doc/2020/12?\xe5\x85\xac HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=lambda octets: repr(octets)[:40],
)
def test_odd_requests_do_not_harm_the_next_one(served: Served, octets: bytes) -> None:
    received = served.raw(octets)
    assert not received.startswith(b"HTTP/1.1 5")
    for _ in range(4):
        assert served.get("/")[0].status == 200


def test_a_change_is_seen_by_the_next_request_at_every_worker(served: Served) -> None:
    connections = [served.connect() for _ in range(16)]
    for number in range(5):
        served.tree.publish("changing/index.html", f"version {number}")
        for connection in connections:
            connection.request("GET", "/changing/", headers={"Host": "city.localhost"})
            assert connection.getresponse().read().decode() == f"version {number}"
    served.tree.withdraw("changing/index.html")
    for connection in connections:
        connection.request("GET", "/changing/", headers={"Host": "city.localhost"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 404
        connection.close()


def test_trees_are_switched_under_load_without_one_wrong_answer(served: Served) -> None:
    stop = threading.Event()
    wrong: list[tuple[int, bytes]] = []
    counts: list[int] = []

    def read_on() -> None:
        connection, count = served.connect(), 0
        while not stop.is_set():
            connection.request("GET", "/", headers={"Host": "edu.localhost"})
            reply = connection.getresponse()
            body = reply.read()
            count += 1
            if reply.status != 200 or body != b"always there":
                wrong.append((reply.status, body))
        connection.close()
        counts.append(count)

    before = served.tree.tree.name
    served.tree.publish("index.html", "always there", site="edu")
    readers = [threading.Thread(target=read_on) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for number in range(50):
            tree = served.tree.prepare(f"switch-{number}")
            (tree / "sites" / "edu" / "index.html").write_text("always there")
            served.tree.point_to(tree.name)
            served.tree.advance()
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        served.tree.point_to(before)
        served.tree.advance()
    assert wrong == []
    assert all(counts)


def test_the_public_side_stands_when_there_is_no_database(served: Served) -> None:
    connection = served.connect()
    connection.request("GET", "/workbench/")
    reply = connection.getresponse()
    reply.read()
    assert reply.status >= 300  # Django is there, or says it is not; either way it has nothing to show
    for path in ("/", "/doc/2020/12/", "/healthz", "/static/a.css"):
        assert served.get(path)[0].status == 200
    connection.close()


def test_a_worker_that_dies_is_replaced_and_the_rest_ends_when_told(tmp_path: Path) -> None:
    tree = PublishedTree(tmp_path / "published")
    tree.publish("index.html", "here")
    port, process = start(tmp_path, "--access-log")
    served = Served(tree, port, process)
    try:
        first = _workers(process.pid)
        assert served.get("/")[1] == b"here"
        os.kill(first[0], signal.SIGKILL)
        while len(set(_workers(process.pid)) - {first[0]}) < len(first):
            time.sleep(0.05)
        while not _answers(served):
            time.sleep(0.05)
        workers = _workers(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate()
    assert process.returncode == 0
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    assert "工作平台" in output.decode()
    assert "GET / HTTP/1.1" in output.decode()


def _workers(pid: int) -> list[int]:
    """The server's worker processes: those that spawned children run the server itself in."""
    found = []
    for child in descendants(pid)[1:]:
        try:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
        except FileNotFoundError:
            continue
        if b"spawn_main" in command:
            found.append(child)
    return found


def _answers(served: Served) -> bool:
    try:
        return all(served.get("/")[1] == b"here" for _ in range(8))
    except OSError:
        return False


def test_more_than_a_thousand_idle_readers_keep_nobody_out(served: Served) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 4096:
        pytest.skip(
            "this account may not open 4,096 files, so the server may not either: NOT checked in this run"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, hard))
    idle: list[socket.socket] = []
    try:
        for _ in range(1500):
            peer = socket.create_connection(("127.0.0.1", served.port), timeout=60)
            idle.append(peer)
            peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert peer.recv(65536).startswith(b"HTTP/1.1 200")
        assert served.get("/")[0].status == 200
    finally:
        for peer in idle:
            peer.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_port_that_is_taken_is_reported(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "gongkai", "serve", "--no-press", "--port", str(taken.getsockname()[1])],
            env=installation(tmp_path),
            capture_output=True,
            check=False,
        )
    assert done.returncode != 0
    assert "端口" in done.stderr.decode()
