"""SMS gateways: what an adapter must do, and the adapter for the protocol described in ``docs/notices.md``."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import urllib3
from django.core.exceptions import ImproperlyConfigured

from gongkai.engines.notices import signing
from gongkai.engines.notices.states import Fault, Reply, Standing

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
LONGEST_ANSWER: Final = 64 << 10
REPORT_LONGEST: Final = 10 << 10
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_STATES: Final = {
    "accepted": Standing.ACCEPTED,
    "sent": Standing.ACCEPTED,
    "delivered": Standing.DELIVERED,
    "unreachable": Standing.UNREACHABLE,
    "undeliverable": Standing.UNDELIVERABLE,
}
_KEY: Final = re.compile(r"[0-9a-f]{32}\.[1-9][0-9]{0,4}")


class ReportFault(ValueError):
    """A delivery report that is signed but cannot be read."""

    code = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a gateway says by itself about the message with ``key``."""

    key: str
    reply: Reply


class Gateway(Protocol):
    """An adapter to a gateway of SMS; made once with ``url`` and ``secret``, called from many threads at once.

    It never raises for what gateways do: every outcome is a ``Reply``. UNSURE is for whatever may have been taken.
    """

    def send(self, *, key: str, phone: str, text: str) -> Reply:
        """Send one SMS. A key that the gateway has already taken must not lead to a second message."""
        ...

    def find(self, *, key: str) -> Reply:
        """What became of the message with this key; UNHEARD when the gateway never took it."""
        ...

    def read_report(self, *, headers: Mapping[str, str], body: bytes, timestamp: float) -> Report:
        """A delivery report that was posted to us. Raises ``SignatureFault`` or ``ReportFault``."""
        ...


class SignedGateway:
    """POST and GET ``{url}/messages`` with JSON, signed by HMAC-SHA256."""

    def __init__(self, *, url: str, secret: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ImproperlyConfigured("GONGKAI_SMS_URL must be https:// (http:// only to this machine)")
        if len(secret) < 16:
            raise ImproperlyConfigured("GONGKAI_SMS_SECRET must have at least 16 characters")
        self._url = url.rstrip("/") + "/messages"
        self._secret = secret
        self._pool = urllib3.PoolManager(
            maxsize=32,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,  # retries are the delivery's own, with a question before
        )

    def send(self, *, key: str, phone: str, text: str) -> Reply:
        body = json.dumps({"key": key, "phone": phone, "text": text}, ensure_ascii=False).encode()
        headers = self._signed("send", body) | {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            return _unanswered(error)
        return _sent(answer)

    def find(self, *, key: str) -> Reply:
        headers = self._signed("find", key.encode())
        try:
            answer = self._pool.request("GET", f"{self._url}/{key}", headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError:
            return Reply(standing=Standing.BUSY, fault=Fault.UNSURE)
        if answer.status == 404 and _facts(answer).get("code") == "unknown_key":
            return Reply(standing=Standing.UNHEARD)
        if answer.status != 200:
            return Reply(standing=Standing.BUSY, fault=_fault_of(answer.status), wait=_wait(answer))
        return _told(answer) or Reply(standing=Standing.BUSY)

    def read_report(self, *, headers: Mapping[str, str], body: bytes, timestamp: float) -> Report:
        signing.verify(self._secret, "report", headers, body, timestamp=timestamp)
        try:
            facts = json.loads(body)
            key, state = facts["key"], facts["state"]
            message_id = _number(facts.get("message_id"))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ReportFault("a report has a key and a state") from error
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ReportFault("this is no key of ours")
        if not isinstance(state, str) or state not in _STATES:
            raise ReportFault(f"a state is one of {', '.join(_STATES)}")
        return Report(key=key, reply=Reply(standing=_STATES[state], message_id=message_id))

    def _signed(self, purpose: signing.Purpose, content: bytes) -> dict[str, str]:
        return signing.signed_headers(self._secret, purpose, int(time.time()), content)


def _sent(answer: urllib3.BaseHTTPResponse) -> Reply:
    """What the answer to a message means: 2xx taken; 4xx surely not taken, and for most of them never; 5xx may be."""
    status = answer.status
    if status in (200, 201, 202):
        return _told(answer) or Reply(standing=Standing.UNSURE)
    wait = _wait(answer)
    if status in (401, 403, 404, 405):  # our address or secret is wrong: all messages wait until it is mended
        return Reply(standing=Standing.BUSY, fault=_fault_of(status), wait=wait)
    if status in (408, 425, 429):
        return Reply(standing=Standing.BUSY, wait=wait)
    if 400 <= status < 500:
        return Reply(standing=Standing.REFUSED)
    return Reply(standing=Standing.UNSURE, fault=Fault.BUSY, wait=wait)


def _fault_of(status: int) -> Fault:
    return Fault.CREDENTIALS if status in (401, 403) else Fault.BUSY


def _told(answer: urllib3.BaseHTTPResponse) -> Reply | None:
    facts = _facts(answer)
    standing = _STATES.get(str(facts.get("state")))
    message_id = _number(facts.get("message_id"))
    if standing is None or not message_id:
        return None
    return Reply(standing=standing, message_id=message_id)


def _number(given: object) -> str:
    """The gateway's number of a message, as far as it can be kept: printable, at most 100 characters."""
    text = given if isinstance(given, str) else ""
    return "".join(character for character in text if character.isprintable())[:100]


def _facts(answer: urllib3.BaseHTTPResponse) -> Mapping[str, Any]:
    """The JSON object of an answer, or nothing: an error page of some proxy is no answer."""
    if len(answer.data) > LONGEST_ANSWER:
        return {}
    try:
        facts = json.loads(answer.data)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _wait(answer: urllib3.BaseHTTPResponse) -> dt.timedelta:
    seconds = answer.headers.get("Retry-After", "")
    return dt.timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,6}", seconds) else dt.timedelta()


def _unanswered(error: urllib3.exceptions.HTTPError) -> Reply:
    """No connection: surely not taken. Whatever breaks after that leaves it open."""
    if isinstance(error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return Reply(standing=Standing.BUSY)
    return Reply(standing=Standing.UNSURE)
