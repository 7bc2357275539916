"""What the gateway adapter makes of answers, also of those no gateway should give."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongkai.engines.notices import channels
from gongkai.engines.notices.fake_gateway import FakeGateway
from gongkai.engines.notices.gateway import LONGEST_ANSWER, Gateway, SignedGateway
from gongkai.engines.notices.states import Fault, Reply, Standing
from tests.engines.notices.occasions import SECRET

KEY = "0" * 32 + ".1"
TAKEN = json.dumps({"state": "accepted", "message_id": "sms-1"}).encode()


class Scripted(ThreadingHTTPServer):
    """Answers whatever it is told to."""

    daemon_threads = True
    status, body, headers = 200, b"", {}  # type: tuple[int, bytes, dict[str, str]]
    asked: list[str]


class _Answering(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.server.status == 0:
            return
        self.send_response(self.server.status)
        for name, value in {"Content-Length": str(len(self.server.body)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def running() -> Iterator[Scripted]:
    server = Scripted(("127.0.0.1", 0), _Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def scripted(running: Scripted) -> Scripted:
    running.asked, running.headers = [], {}
    return running


def adapter(server: ThreadingHTTPServer) -> Gateway:
    return SignedGateway(url=f"http://127.0.0.1:{server.server_address[1]}", secret=SECRET)


def sent(server: Scripted, status: int, body: bytes = b"", **headers: str) -> Reply:
    server.status, server.body = status, body
    server.headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return adapter(server).send(key=KEY, phone="13800000001", text="您好")


@pytest.mark.parametrize(
    ("status", "body", "standing", "fault"),
    [
        (202, TAKEN, Standing.ACCEPTED, Fault.NONE),
        (200, b'{"state": "delivered", "message_id": "m"}', Standing.DELIVERED, Fault.NONE),
        (200, b"", Standing.UNSURE, Fault.NONE),
        (200, b"<html>welcome</html>", Standing.UNSURE, Fault.NONE),
        (200, b'{"state": "eaten", "message_id": "m"}', Standing.UNSURE, Fault.NONE),
        (200, b'{"state": "accepted"}', Standing.UNSURE, Fault.NONE),
        (200, b'{"state": "accepted", "message_id": 7}', Standing.UNSURE, Fault.NONE),
        (200, b'{"state": "accepted", "message_id": "\\u0000\\ud800"}', Standing.UNSURE, Fault.NONE),
        (200, b"[]", Standing.UNSURE, Fault.NONE),
        (200, b"[" * 10_000, Standing.UNSURE, Fault.NONE),
        (200, b" " * (LONGEST_ANSWER + 1), Standing.UNSURE, Fault.NONE),
        (200, b"\xff\xfe", Standing.UNSURE, Fault.NONE),
        (302, b"", Standing.UNSURE, Fault.BUSY),
        (400, b"", Standing.REFUSED, Fault.NONE),
        (401, b"", Standing.BUSY, Fault.CREDENTIALS),
        (403, b"", Standing.BUSY, Fault.CREDENTIALS),
        (404, b"", Standing.BUSY, Fault.BUSY),
        (405, b"", Standing.BUSY, Fault.BUSY),
        (409, b"", Standing.REFUSED, Fault.NONE),
        (422, b"", Standing.REFUSED, Fault.NONE),
        (429, b"", Standing.BUSY, Fault.NONE),
        (500, b"", Standing.UNSURE, Fault.BUSY),
        (502, b"", Standing.UNSURE, Fault.BUSY),
        (503, b"", Standing.UNSURE, Fault.BUSY),
        (504, TAKEN, Standing.UNSURE, Fault.BUSY),
    ],
)
def test_what_answers_to_a_message_mean(
    scripted: Scripted, status: int, body: bytes, standing: Standing, fault: Fault
) -> None:
    reply = sent(scripted, status, body)
    assert (reply.standing, reply.fault) == (standing, fault)
    assert scripted.asked == ["/messages"]


def test_a_redirect_is_not_followed_with_somebodys_number(scripted: Scripted) -> None:
    sent(scripted, 307, b"", Location="/elsewhere")
    assert scripted.asked == ["/messages"]


def test_a_connection_that_breaks_leaves_it_open_whether_the_message_was_taken(scripted: Scripted) -> None:
    assert sent(scripted, 0).standing is Standing.UNSURE


@pytest.mark.parametrize(
    ("said", "waited"),
    [("120", 120), ("", 0), ("-5", 0), ("Wed, 22 Apr 2020 08:00:00 GMT", 0), ("9" * 50, 0)],
)
def test_the_gateway_may_say_how_long_to_wait(scripted: Scripted, said: str, waited: int) -> None:
    assert sent(scripted, 429, Retry_After=said).wait == dt.timedelta(seconds=waited)


@pytest.mark.parametrize(
    ("status", "body", "standing"),
    [
        (200, TAKEN, Standing.ACCEPTED),
        (200, b'{"state": "unreachable", "message_id": "m"}', Standing.UNREACHABLE),
        (404, b'{"code": "unknown_key"}', Standing.UNHEARD),
        (404, b"<h1>Not Found</h1>", Standing.BUSY),
        (200, b"", Standing.BUSY),
        (401, b"", Standing.BUSY),
        (500, b'{"code": "unknown_key"}', Standing.BUSY),
        (0, b"", Standing.BUSY),
    ],
)
def test_only_a_clear_no_means_that_a_message_was_never_taken(
    scripted: Scripted, status: int, body: bytes, standing: Standing
) -> None:
    """A proxy's own 404, taken for "never heard of it", would send a message twice."""
    scripted.status, scripted.body = status, body
    assert adapter(scripted).find(key=KEY).standing is standing


def test_nothing_listens() -> None:
    gateway = SignedGateway(url="http://127.0.0.1:9", secret=SECRET)
    assert gateway.send(key=KEY, phone="1", text="").standing is Standing.BUSY
    assert gateway.find(key=KEY).standing is Standing.BUSY


@pytest.mark.parametrize("url", ["http://sms.example.test", "ftp://127.0.0.1", "sms.example.test", "http://"])
def test_numbers_are_not_sent_in_the_clear(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="https"):
        SignedGateway(url=url, secret=SECRET)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GONGKAI_SMS_SECRET", "short"),
        ("GONGKAI_SMS_URL", "http://sms.example.test"),
        ("GONGKAI_QUIET_HOURS", "night"),
        ("GONGKAI_NOTICE_GIVE_UP_DAYS", 0),
        ("GONGKAI_NOTICE_KEEP_DAYS", -1),
    ],
)
def test_a_wrong_setting_is_told_at_the_start(settings: Any, name: str, value: object) -> None:
    channels.check_configuration()
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        channels.check_configuration()


# -- The gateway for tests keeps the protocol --------------------------------------------------------------------


def test_the_same_key_is_one_message_and_other_words_under_it_are_refused(gateway: FakeGateway) -> None:
    ours = adapter(gateway)
    first = ours.send(key=KEY, phone="13800000001", text="您好")
    assert ours.send(key=KEY, phone="13800000001", text="您好").message_id == first.message_id
    assert ours.send(key=KEY, phone="13800000002", text="您好").standing is Standing.REFUSED
    (message,) = gateway.deliveries()
    assert (message["deliveries"], message["requests"], message["phone"]) == (1, 3, "13800000001")


def test_unsigned_requests_are_refused(gateway: FakeGateway) -> None:
    stranger = SignedGateway(url=gateway.address, secret="somebody else's secret")
    assert stranger.send(key=KEY, phone="1", text="").fault is Fault.CREDENTIALS
    assert stranger.find(key=KEY).fault is Fault.CREDENTIALS
    assert not gateway.deliveries()
