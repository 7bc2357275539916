"""Delivery reports: signed, on time, in any order, and harmless when repeated."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.notices import sweep
from gongkai.engines.notices.fake_gateway import FakeGateway
from gongkai.engines.notices.gateway import REPORT_LONGEST
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.sending import take
from gongkai.engines.notices.signing import (
    SIGNATURE,
    TIMESTAMP,
    WINDOW,
    SignatureFault,
    signature,
    signed_headers,
    verify,
)
from gongkai.engines.notices.states import Fault, State
from tests.engines.notices.occasions import NOON, SECRET, delivery, sms_only, tell

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/notices/sms-report"


def post(client: Client, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str]:
    signed = signed_headers(SECRET, "report", int(time.time()), body) if headers is None else headers
    answer = client.post(ADDRESS, body, content_type="application/json", headers=signed)
    return answer.status_code, answer.json()["code"] if answer.content else ""


def told(row: Delivery, state: str, *, number: int | None = None) -> bytes:
    key = row.message_key if number is None else f"{row.key}.{number}"
    return json.dumps({"key": key, "state": state, "message_id": "sms-1"}).encode()


@pytest.fixture
def row(gateway: FakeGateway) -> Delivery:
    """A message that the gateway has taken."""
    gateway.set_faults({"report": "none"})
    now = timezone.now()
    found = delivery(tell(sms_only(1), now=now), "sms")
    sweep(now=now)
    found.refresh_from_db()
    assert found.state == State.SENDING
    return found


def state_of(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("delivered", State.DELIVERED),
        ("undeliverable", State.PERMANENT),
        ("unreachable", State.TEMPORARY),
        ("sent", State.SENDING),
    ],
)
def test_a_report_moves_its_delivery(client: Client, row: Delivery, said: str, state: State) -> None:
    assert post(client, told(row, said)) == (204, "")
    assert state_of(row) == state


def test_the_address_stands_where_the_documents_say() -> None:
    assert reverse("sms_report") == ADDRESS


def test_a_report_that_is_repeated_or_late_changes_nothing(client: Client, row: Delivery) -> None:
    body = told(row, "delivered")
    headers = signed_headers(SECRET, "report", int(time.time()), body)
    assert post(client, body, headers) == (204, "")
    row.refresh_from_db()
    finished = row.finished_at
    assert post(client, body, headers) == (204, "")
    for said in ("sent", "unreachable", "undeliverable"):
        assert post(client, told(row, said)) == (204, "")
    assert state_of(row) == State.DELIVERED
    assert row.finished_at == finished


def test_a_failure_that_turns_out_a_delivery_becomes_one(client: Client, row: Delivery) -> None:
    post(client, told(row, "undeliverable"))
    assert state_of(row) == State.PERMANENT
    post(client, told(row, "unreachable"))
    assert state_of(row) == State.PERMANENT
    post(client, told(row, "delivered"))
    assert state_of(row) == State.DELIVERED
    assert row.last_error == Fault.NONE


def test_a_report_that_overtakes_the_answer_counts(client: Client, gateway: FakeGateway) -> None:
    found = delivery(tell(sms_only(1)), "sms")
    take(NOON, limit=1)
    assert post(client, told(found, "delivered")) == (204, "")
    assert state_of(found) == State.DELIVERED
    assert sweep(now=timezone.now()) == 0


def test_an_earlier_message_that_arrives_after_all_stops_the_next_one(client: Client, row: Delivery) -> None:
    post(client, told(row, "unreachable"))
    row.refresh_from_db()
    assert row.round == 2
    post(client, told(row, "unreachable", number=1))  # a replay: it must not begin a third
    row.refresh_from_db()
    assert row.round == 2
    post(client, told(row, "delivered", number=1))
    assert state_of(row) == State.DELIVERED
    assert sweep(now=timezone.now()) == 0


def test_an_earlier_message_says_nothing_while_a_later_one_is_out(client: Client, row: Delivery) -> None:
    post(client, told(row, "unreachable"))
    sweep(now=timezone.now() + dt.timedelta(hours=1))
    row.refresh_from_db()
    assert (row.round, row.state) == (2, State.SENDING)
    post(client, told(row, "delivered", number=1))
    assert state_of(row) == State.SENDING


def test_a_forged_report_is_refused(client: Client, row: Delivery) -> None:
    body, now = told(row, "delivered"), int(time.time())
    good = signature(SECRET, "report", now, body)
    wrong: list[tuple[dict[str, str], str]] = [
        ({}, "unsigned"),
        ({SIGNATURE: good}, "unsigned"),
        ({TIMESTAMP: str(now)}, "unsigned"),
        ({TIMESTAMP: "-1", SIGNATURE: good}, "unsigned"),
        ({TIMESTAMP: "١٢", SIGNATURE: good}, "unsigned"),
        ({TIMESTAMP: str(now), SIGNATURE: "v1=" + "0" * 64}, "forged"),
        ({TIMESTAMP: str(now), SIGNATURE: good.removeprefix("v1=")}, "forged"),
        ({TIMESTAMP: str(now), SIGNATURE: good.upper()}, "forged"),
        ({TIMESTAMP: str(now), SIGNATURE: "é"}, "forged"),
        ({TIMESTAMP: str(now + 1), SIGNATURE: good}, "forged"),
        (signed_headers("another secret of 16", "report", now, body), "forged"),
        (signed_headers(SECRET, "report", now, body + b" "), "forged"),
        (signed_headers(SECRET, "send", now, body), "forged"),
        (signed_headers(SECRET, "find", now, body), "forged"),
    ]
    for headers, code in wrong:
        assert post(client, body, headers) == (401, code), headers
    assert state_of(row) == State.SENDING


@pytest.mark.parametrize("drift", [-WINDOW - 5, WINDOW + 5, -86_400 * 365])
def test_an_old_report_cannot_be_replayed(client: Client, row: Delivery, drift: int) -> None:
    body = told(row, "delivered")
    headers = signed_headers(SECRET, "report", int(time.time()) + drift, body)
    assert post(client, body, headers) == (401, "expired")
    assert state_of(row) == State.SENDING


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"1",
        b"[" * 5000,
        b'{"key": 1, "state": "delivered"}',
        b'{"key": "x", "state": "delivered"}',
        b'{"key": "00000000000000000000000000000000.1", "state": "eaten"}',
        b'{"key": "00000000000000000000000000000000.1", "state": ["delivered"]}',
        b'{"key": "00000000000000000000000000000000.1\\n", "state": "delivered"}',
        b'{"key": "00000000000000000000000000000000.0", "state": "delivered"}',
        b"\xff\xfe",
    ],
)
def test_a_report_that_cannot_be_read_is_refused(client: Client, gateway: FakeGateway, body: bytes) -> None:
    assert post(client, body) == (400, "report")


def test_a_number_that_cannot_be_kept_does_not_lose_the_report(client: Client, row: Delivery) -> None:
    body = json.dumps({"key": row.message_key, "state": "delivered", "message_id": "\0\ud800" + "9" * 500})
    assert post(client, body.encode()) == (204, "")
    assert state_of(row) == State.DELIVERED
    assert row.message_id == "9" * 100


def test_a_report_about_nothing_of_ours_is_refused(client: Client, row: Delivery) -> None:
    assert post(client, told(row, "delivered", number=2)) == (404, "unknown_key")
    body = json.dumps({"key": f"{'0' * 32}.1", "state": "delivered"}).encode()
    assert post(client, body) == (404, "unknown_key")


def test_a_report_that_is_too_long_is_not_read(client: Client, gateway: FakeGateway) -> None:
    assert post(client, b" " * (REPORT_LONGEST + 1)) == (413, "length")


def test_only_posting_is_allowed_and_no_gateway_means_no_reports(client: Client, settings: Any) -> None:
    assert client.get(ADDRESS).status_code == 405
    settings.GONGKAI_SMS_URL = ""
    assert post(client, b"{}")[0] == 503


@given(st.binary(max_size=200), st.integers(0, 10**12 - 1), st.integers(-2 * WINDOW, 2 * WINDOW))
def test_what_is_signed_is_believed_in_its_window_and_at_no_other_time(
    content: bytes, moment: int, drift: int
) -> None:
    headers = signed_headers(SECRET, "report", moment, content)
    if abs(drift) <= WINDOW:
        verify(SECRET, "report", headers, content, timestamp=moment + drift)
    else:
        with pytest.raises(SignatureFault):
            verify(SECRET, "report", headers, content, timestamp=moment + drift)
    with pytest.raises(SignatureFault):
        verify(SECRET, "report", headers, content + b"x", timestamp=moment)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(SignatureFault):
        verify("", "report", signed_headers("", "report", 1, b""), b"", timestamp=1)
