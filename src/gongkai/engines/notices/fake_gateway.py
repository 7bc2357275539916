"""A gateway of SMS for tests and the demo: the real protocol on this machine, and no SMS leaves it.

It keeps everything in one file, counts how often each message "reached a phone", and can be told to misbehave:
``PUT /faults`` with any of the fields of ``Faults``. ``GET /`` shows the messages to a person, ``GET /deliveries``
to a program.
"""

from __future__ import annotations

import http.client
import json
import logging
import random
import sqlite3
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any, Final
from urllib.parse import urlsplit

from gongkai.engines.notices.signing import SignatureFault, signed_headers, verify

log = logging.getLogger("gongkai.notices.fake_gateway")

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS message (
    key TEXT PRIMARY KEY, message_id TEXT, phone TEXT, text TEXT, state TEXT, at REAL,
    requests INTEGER DEFAULT 1, deliveries INTEGER DEFAULT 0
);
"""
_LONGEST: Final = 64 << 10


@dataclass(frozen=True)
class Faults:
    """Shares from 0 to 1 of the messages that are refused for now (``busy``), refused for good (``refuse``), or taken
    without an answer (``lose``); ``delay`` in seconds before each answer; what is reported; and whether a key that
    was taken before is recognised (``deduplicate``), which every real gateway must do."""

    busy: float = 0.0
    refuse: float = 0.0
    lose: float = 0.0
    delay: float = 0.0
    report: str = "delivered"
    deduplicate: bool = True


class FakeGateway(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, *, port: int, secret: str, file: Path, report_to: str = "", faults: Faults | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secret = secret
        self.faults = faults or Faults()
        self._report_to = report_to
        self._lock = threading.Lock()
        self._chance = random.Random(20200422)  # noqa: S311  # repeatable, not secret
        self._reports: Queue[tuple[str, float]] = Queue()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {_TABLES}")
        if report_to:
            threading.Thread(target=self._report, daemon=True, name="reports").start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def drawn(self, share: float) -> bool:
        with self._lock:
            return self._chance.random() < share

    def set_faults(self, changes: dict[str, Any]) -> None:
        self.faults = replace(self.faults, **changes)

    def take(self, key: str, phone: str, text: str) -> tuple[dict[str, Any], bool]:
        """The message, and whether the same key came with other words (a fault of the sender)."""
        report = self.faults.report
        with self._lock:
            known = self._one(key)
            if known is not None:
                again = int(not self.faults.deduplicate)
                self._database.execute(
                    "UPDATE message SET requests = requests + 1, deliveries = deliveries + ? WHERE key = ?",
                    (again, key),
                )
                return known, (known["phone"], known["text"]) != (phone, text)
            self._database.execute(
                "INSERT INTO message (key, message_id, phone, text, state, at, deliveries)"
                " VALUES (?, ?, ?, ?, 'accepted', ?, ?)",
                (key, f"sms-{uuid.uuid4().hex[:12]}", phone, text, time.time(), int(report == "delivered")),
            )
            taken = self._one(key)
            assert taken is not None
            if report != "none":
                self._database.execute("UPDATE message SET state = ? WHERE key = ?", (report, key))
        if self._report_to and report != "none":
            self._reports.put((key, time.monotonic()))
        return taken, False

    def one(self, key: str) -> dict[str, Any] | None:
        with self._lock:
            return self._one(key)

    def _one(self, key: str) -> dict[str, Any] | None:
        found = self._rows("SELECT * FROM message WHERE key = ?", (key,))
        return found[0] if found else None

    def deliveries(self) -> list[dict[str, Any]]:
        with self._lock:
            return self._rows("SELECT * FROM message ORDER BY at DESC")

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        cursor = self._database.execute(query, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _report(self) -> None:
        """Post delivery reports, each a moment after its message; one that is not taken is posted again."""
        where = urlsplit(self._report_to)
        while True:
            key, taken = self._reports.get()
            time.sleep(max(0.0, taken + 0.05 - time.monotonic()))
            message = self.one(key)
            if message is None:
                continue
            facts = {"key": key, "message_id": message["message_id"], "state": message["state"]}
            body = json.dumps(facts).encode()
            headers = signed_headers(self.secret, "report", int(time.time()), body)
            connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=10)
            try:
                connection.request("POST", where.path, body, headers | {"Content-Type": "application/json"})
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException):
                status = 0
            finally:
                connection.close()
            if status not in (204, 400, 404):
                self._reports.put((key, time.monotonic() + 1.0))


class _Handler(BaseHTTPRequestHandler):
    server: FakeGateway
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self._body()
        if not self._is_signed("send", body):
            return
        faults, server = self.server.faults, self.server
        time.sleep(faults.delay)
        if server.drawn(faults.busy):
            self._answer(503, {"code": "busy"}, {"Retry-After": "1"})
            return
        if server.drawn(faults.refuse):
            self._answer(422, {"code": "refused"})
            return
        try:
            facts = json.loads(body)
            key, phone, text = (str(facts[name]) for name in ("key", "phone", "text"))
        except (ValueError, KeyError, TypeError):
            self._answer(400, {"code": "body"})
            return
        message, is_other = server.take(key, phone, text)
        if is_other:
            self._answer(409, {"code": "key_reused"})
        elif server.drawn(faults.lose):
            self.close_connection = True  # taken, and nobody is told
        else:
            self._answer(202, {"message_id": message["message_id"], "state": message["state"]})

    def do_GET(self) -> None:
        if self.path == "/":
            self._page()
        elif self.path == "/deliveries":
            self._answer(200, self.server.deliveries())
        elif self.path == "/faults":
            self._answer(200, asdict(self.server.faults))
        else:
            key = self.path.removeprefix("/messages/")
            if not self._is_signed("find", key.encode()):
                return
            time.sleep(self.server.faults.delay)
            message = self.server.one(key)
            if message is None:
                self._answer(404, {"code": "unknown_key"})
            else:
                self._answer(200, {"message_id": message["message_id"], "state": message["state"]})

    def do_PUT(self) -> None:
        try:
            self.server.set_faults(json.loads(self._body()))
        except (ValueError, TypeError) as error:
            self._answer(400, {"code": str(error)})
            return
        self._answer(200, asdict(self.server.faults))

    def _body(self) -> bytes:
        return self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LONGEST))

    def _is_signed(self, purpose: Any, content: bytes) -> bool:
        try:
            headers = {name.title(): value for name, value in self.headers.items()}
            verify(self.server.secret, purpose, headers, content, timestamp=time.time())
        except SignatureFault as fault:
            self._answer(401, {"code": fault.code})
            return False
        return True

    def _answer(self, status: int, facts: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(facts, ensure_ascii=False).encode(), headers or {})

    def _page(self) -> None:
        rows = "".join(
            f"<tr><td>{time.strftime('%H:%M:%S', time.localtime(one['at']))}<td>{escape(one['phone'])}"
            f"<td>{escape(one['text'])}<td>{escape(one['state'])}<td>{one['deliveries']}"
            for one in self.server.deliveries()[:200]
        )
        page = (
            '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>短信演示网关</title><h1>短信演示网关</h1>'
            "<p>仅供测试和演示，短信不会真正发出。</p><table border=1 cellpadding=6><tr><th>时间<th>手机号<th>内容"
            f"<th>状态<th>送达次数{rows}</table></html>"
        )
        self._send(200, "text/html; charset=utf-8", page.encode(), {})

    def _send(self, status: int, kind: str, content: bytes, headers: dict[str, str]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # a worker that was killed reads no answer
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        log.debug(format, *arguments)


def serve(
    *, port: int, secret: str, file: Path, report_to: str = "", faults: Faults | None = None
) -> FakeGateway:
    """A gateway listening on this machine only (port 0: any); call ``serve_forever`` on it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return FakeGateway(port=port, secret=secret, file=file, report_to=report_to, faults=faults)
