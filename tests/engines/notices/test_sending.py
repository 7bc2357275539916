"""Sending through a real gateway of its own: every state, every fault of a gateway, and the database lost half-way."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError

from gongkai.engines.notices import NoticeRefused, retry, status, sweep, tidy
from gongkai.engines.notices import sending as engine
from gongkai.engines.notices.fake_gateway import FakeGateway
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.sending import LEASE, Dispatch, record, take
from gongkai.engines.notices.states import Channel, Fault, Reply, Standing, State
from gongkai.foundation.ledger.models import Entry
from tests.engines.notices.occasions import MIDNIGHT, NOON, delivery, person, sms_only, tell

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def sms(number: int = 1) -> Delivery:
    return delivery(tell(sms_only(number)), "sms")


def reached(gateway: FakeGateway) -> dict[str, int]:
    """How often each phone rang."""
    rang: dict[str, int] = {}
    for message in gateway.deliveries():
        rang[message["phone"]] = rang.get(message["phone"], 0) + message["deliveries"]
    return rang


def after(row: Delivery, now: dt.datetime) -> Delivery:
    sweep(now=now)
    row.refresh_from_db()
    return row


def reported(row: Delivery, now: dt.datetime) -> Delivery:
    """Sent, and asked about when no report has come for a while."""
    after(row, now)
    return after(row, now + 3 * MINUTE)


def test_created_sending_delivered(gateway: FakeGateway) -> None:
    gateway.set_faults({"report": "none"})
    row = sms()
    assert row.state == State.CREATED
    assert after(row, NOON).state == State.SENDING
    assert row.message_id.startswith("sms-")
    assert row.lease_until is None
    gateway._database.execute("UPDATE message SET state = 'delivered', deliveries = 1")
    assert after(row, NOON + MINUTE).state == State.SENDING  # not asked yet
    assert after(row, NOON + 3 * MINUTE).state == State.DELIVERED
    assert row.attempts == 1
    assert row.finished_at is not None
    assert gateway.deliveries()[0]["requests"] == 1


def test_a_sweep_says_how_many_it_took_and_finds_nothing_more(gateway: FakeGateway) -> None:
    for number in range(70):
        tell(sms_only(number))
    assert sweep(now=NOON) == 70
    assert sweep(now=NOON) == 0
    assert set(reached(gateway).values()) == {1}
    assert len(reached(gateway)) == 70


def test_busy_is_a_temporary_failure_tried_again_with_the_same_key(gateway: FakeGateway) -> None:
    gateway.set_faults({"busy": 1.0})
    row = after(sms(), NOON)
    assert (row.state, row.last_error, row.uncertain) == (State.TEMPORARY, Fault.BUSY, True)
    assert dt.timedelta(seconds=11) <= row.next_attempt_at - NOON <= dt.timedelta(seconds=25)  # type: ignore[operator]
    key = row.message_key
    gateway.set_faults({"busy": 0.0})
    assert reported(row, NOON + MINUTE).state == State.DELIVERED
    assert row.attempts == 2
    assert gateway.deliveries()[0]["key"] == key


def test_refused_is_a_permanent_failure(gateway: FakeGateway) -> None:
    gateway.set_faults({"refuse": 1.0})
    row = after(sms(), NOON)
    assert (row.state, row.last_error, row.next_attempt_at) == (State.PERMANENT, Fault.REFUSED, None)
    assert sweep(now=NOON + DAY) == 0


def test_a_lost_answer_is_asked_for_and_nothing_is_sent_twice(gateway: FakeGateway) -> None:
    """Even with a gateway that would deliver the same key again."""
    gateway.set_faults({"lose": 1.0, "deduplicate": False})
    row = after(sms(), NOON)
    assert (row.state, row.last_error, row.uncertain) == (State.TEMPORARY, Fault.UNSURE, True)
    gateway.set_faults({"lose": 0.0})
    assert after(row, NOON + MINUTE).state == State.DELIVERED
    assert reached(gateway) == {"13800000001": 1}
    assert gateway.deliveries()[0]["requests"] == 1


def test_a_gateway_that_is_away_is_tried_again_until_patience_ends(
    settings: Any, gateway: FakeGateway
) -> None:
    settings.GONGKAI_SMS_URL = "http://127.0.0.1:9"
    row = after(sms(), NOON)
    assert (row.state, row.last_error, row.uncertain) == (State.TEMPORARY, Fault.BUSY, False)
    row = after(row, NOON + 2 * DAY)
    assert row.state == State.TEMPORARY
    row = after(row, NOON + 3 * DAY)
    assert (row.state, row.last_error) == (State.PERMANENT, Fault.GAVE_UP)


def test_an_unreachable_phone_is_tried_with_a_new_message(gateway: FakeGateway) -> None:
    gateway.set_faults({"report": "unreachable"})
    row = reported(sms(), NOON)
    assert (row.state, row.last_error, row.round) == (State.TEMPORARY, Fault.UNREACHABLE, 2)
    gateway.set_faults({"report": "delivered"})
    assert reported(row, NOON + 5 * MINUTE).state == State.DELIVERED
    assert [message["key"][-2:] for message in gateway.deliveries()] == [".2", ".1"]
    assert reached(gateway) == {"13800000001": 1}


def test_an_undeliverable_message_is_a_permanent_failure(gateway: FakeGateway) -> None:
    gateway.set_faults({"report": "undeliverable"})
    row = reported(sms(), NOON)
    assert (row.state, row.last_error) == (State.PERMANENT, Fault.UNDELIVERABLE)


def test_never_reported_is_a_failure_that_staff_see_and_asking_again_sends_nothing(
    gateway: FakeGateway,
) -> None:
    gateway.set_faults({"report": "none"})
    row = after(sms(), NOON)
    row = after(row, NOON + 4 * DAY)
    assert (row.state, row.last_error) == (State.PERMANENT, Fault.NO_REPORT)
    retry(delivery=row, actor="user:1", now=NOON + 5 * DAY)
    assert after(row, NOON + 5 * DAY).state == State.SENDING
    assert gateway.deliveries()[0]["requests"] == 1


def test_a_wrong_secret_fails_for_now_since_it_can_be_mended(gateway: FakeGateway, settings: Any) -> None:
    settings.GONGKAI_SMS_SECRET = "something else altogether"
    row = after(sms(), NOON)
    assert (row.state, row.last_error) == (State.TEMPORARY, Fault.CREDENTIALS)
    settings.GONGKAI_SMS_SECRET = gateway.secret
    assert reported(row, NOON + MINUTE).state == State.DELIVERED


def test_a_channel_closed_meanwhile_loses_nothing(gateway: FakeGateway, settings: Any) -> None:
    row, url = sms(), settings.GONGKAI_SMS_URL
    settings.GONGKAI_SMS_URL = ""
    assert after(row, NOON).state == State.TEMPORARY
    settings.GONGKAI_SMS_URL = url
    assert reported(row, NOON + MINUTE).state == State.DELIVERED


def test_an_adapter_that_breaks_is_a_fault_in_the_list_and_tells_the_log_no_number(
    gateway: FakeGateway, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.GONGKAI_SMS_GATEWAY = "tests.engines.notices.test_sending.BrokenGateway"
    row = sms()
    with caplog.at_level("ERROR", logger="gongkai"):
        row = after(row, NOON)
    assert (row.state, row.last_error, row.uncertain) == (State.TEMPORARY, Fault.PROGRAM, True)
    assert "RuntimeError" in caplog.text
    assert "13800000001" not in caplog.text


class BrokenGateway:
    def __init__(self, *, url: str, secret: str) -> None:
        self.url = url

    def send(self, *, key: str, phone: str, text: str) -> Reply:
        raise RuntimeError(phone)


# -- Night and day -------------------------------------------------------------------------------------------------


def test_no_phone_rings_at_night_except_for_what_is_urgent(gateway: FakeGateway, settings: Any) -> None:
    settings.GONGKAI_QUIET_HOURS = "21:00-08:00"
    calm = delivery(tell(sms_only(1), now=MIDNIGHT), "sms")
    loud = delivery(tell(sms_only(2), template="test.overdue", now=MIDNIGHT), "sms")
    assert reported(loud, MIDNIGHT).state == State.DELIVERED
    assert after(calm, MIDNIGHT).state == State.CREATED
    assert reached(gateway) == {"13800000002": 1}
    assert reported(calm, MIDNIGHT + dt.timedelta(hours=8)).state == State.DELIVERED


def test_quiet_hours_set_later_hold_for_what_waits_already(gateway: FakeGateway, settings: Any) -> None:
    row = delivery(tell(sms_only(1), now=MIDNIGHT), "sms")
    settings.GONGKAI_QUIET_HOURS = "21:00-08:00"
    assert after(row, MIDNIGHT).state == State.CREATED
    assert row.next_attempt_at == MIDNIGHT + dt.timedelta(hours=8)
    assert not gateway.deliveries()


def test_asking_for_a_report_wakes_nobody(gateway: FakeGateway, settings: Any) -> None:
    gateway.set_faults({"report": "none"})
    row = after(sms(), NOON)
    gateway._database.execute("UPDATE message SET state = 'delivered'")
    settings.GONGKAI_QUIET_HOURS = "00:00-23:59"
    assert after(row, NOON + 3 * MINUTE).state == State.DELIVERED


def test_what_is_urgent_goes_first(gateway: FakeGateway) -> None:
    for number in range(40):
        tell(sms_only(number))
    urgent = delivery(tell(sms_only(99), template="test.overdue"), "sms")
    (first, *_rest) = take(NOON, limit=10)
    assert first.pk == urgent.pk


# -- E-mail --------------------------------------------------------------------------------------------------------


class MailServer(EmailBackend):
    fault: BaseException | None = None

    def send_messages(self, messages: Any) -> int:
        if MailServer.fault is not None:
            raise MailServer.fault
        return super().send_messages(messages)


@pytest.fixture
def mail_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[MailServer]:
    settings.EMAIL_BACKEND = f"{__name__}.MailServer"
    monkeypatch.setattr(MailServer, "fault", None)
    return MailServer


def email() -> Delivery:
    return delivery(tell(person(phone="")), "email")


def test_an_email_carries_the_same_message_id_at_every_attempt(mail_server: type[MailServer]) -> None:
    mail_server.fault = smtplib.SMTPServerDisconnected()
    row = after(email(), NOON)
    assert (row.state, row.last_error) == (State.TEMPORARY, Fault.UNSURE)
    mail_server.fault = None
    assert after(row, NOON + MINUTE).state == State.DELIVERED
    (message,) = outgoing.outbox
    assert message.extra_headers["Message-ID"] == row.message_id == f"<{row.key}.1@127.0.0.1>"
    assert message.to == ["lin1@example.test"]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "林某，您好" in message.body


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), State.PERMANENT, Fault.ADDRESS),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"mailbox busy")}), State.TEMPORARY, Fault.BUSY),
        (smtplib.SMTPDataError(554, b"spam"), State.PERMANENT, Fault.REFUSED),
        (smtplib.SMTPDataError(452, b"full"), State.TEMPORARY, Fault.BUSY),
        (smtplib.SMTPAuthenticationError(535, b"who"), State.TEMPORARY, Fault.CREDENTIALS),
        (smtplib.SMTPSenderRefused(550, b"who", "a"), State.TEMPORARY, Fault.BUSY),
        (ConnectionRefusedError(), State.TEMPORARY, Fault.BUSY),
        (TimeoutError(), State.TEMPORARY, Fault.UNSURE),
    ],
)
def test_what_mail_servers_answer(
    mail_server: type[MailServer], fault: BaseException, state: State, said: Fault
) -> None:
    mail_server.fault = fault
    row = after(email(), NOON)
    assert (row.state, row.last_error) == (state, said)


def test_a_hostile_name_starts_no_header(mail_server: type[MailServer]) -> None:
    row = delivery(tell(person(phone="", name="林某\r\nBcc: all@example.test")), "email")
    assert after(row, NOON).state == State.DELIVERED
    (message,) = outgoing.outbox
    assert "Bcc" not in dict(message.message().items())
    assert message.recipients() == ["lin1@example.test"]


# -- Leases --------------------------------------------------------------------------------------------------------


def test_what_a_dead_worker_had_in_hand_is_taken_over_after_its_lease(gateway: FakeGateway) -> None:
    row = sms()
    assert len(take(NOON, limit=10)) == 1  # and then it dies
    assert after(row, NOON + LEASE / 2).state == State.SENDING
    assert not gateway.deliveries()
    assert reported(row, NOON + LEASE).state == State.DELIVERED
    assert reached(gateway) == {"13800000001": 1}


def test_a_worker_that_slept_too_long_records_nothing(gateway: FakeGateway) -> None:
    row = sms()
    (job,) = take(NOON, limit=10)
    assert reported(row, NOON + LEASE).state == State.DELIVERED
    record([(job, Reply(standing=Standing.REFUSED))], now=NOON + 2 * LEASE)
    row.refresh_from_db()
    assert row.state == State.DELIVERED


def test_a_worker_that_slept_too_long_begins_nothing(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    sms()
    (job,) = take(NOON, limit=10)
    monkeypatch.setattr(engine, "monotonic", lambda: job.ends - 1)
    assert engine.reach(job).standing is Standing.BUSY
    assert not gateway.deliveries()


def test_what_was_not_begun_is_handed_back_at_once(gateway: FakeGateway) -> None:
    gateway.set_faults({"delay": 0.3})
    for number in range(8):
        tell(sms_only(number))
    with Dispatch(threads=2) as dispatch:
        assert dispatch.take(NOON) == 4
        dispatch.hand_back(lambda: NOON)
    done = Delivery.objects.exclude(message_id="").filter(channel=Channel.SMS).count()
    assert done <= 2
    assert not Delivery.objects.exclude(lease_until=None).exists()
    assert sweep(now=NOON) == 8 - done
    assert set(reached(gateway).values()) == {1}
    assert len(reached(gateway)) == 8


def test_a_database_lost_before_recording_loses_and_doubles_nothing(
    gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.set_faults({"deduplicate": False})
    row = sms()
    honest, lost = engine.record, iter([True, True, False])

    def record_or_fail(*arguments: Any, **named: Any) -> None:
        if next(lost):
            raise OperationalError("server closed the connection unexpectedly")
        honest(*arguments, **named)

    monkeypatch.setattr(engine, "record", record_or_fail)
    with Dispatch() as dispatch:
        assert dispatch.take(NOON) == 1
        for _ in range(2):
            with pytest.raises(OperationalError):
                dispatch.record(lambda: NOON)
        assert dispatch.record(lambda: NOON) == 1  # the answer was kept until it could be written down
    row.refresh_from_db()
    assert row.message_id
    assert gateway.deliveries()[0]["requests"] == 1


# -- Afterwards ----------------------------------------------------------------------------------------------------


def test_ends_stand_in_the_ledger_without_anything_of_the_person(gateway: FakeGateway) -> None:
    row = reported(sms(), NOON)
    entry = Entry.objects.get(verb="notices.settled")
    assert entry.body == f'{{"deliveries":[[{row.pk},"sms","delivered",""]]}}'


def test_addresses_and_texts_go_when_they_are_no_longer_needed(gateway: FakeGateway, settings: Any) -> None:
    settings.GONGKAI_NOTICE_KEEP_DAYS = 30
    settings.EMAIL_BACKEND = f"{__name__}.MailServer"
    notice = tell()
    waiting = delivery(tell(person(2), now=NOON + 90 * DAY), "sms")
    reported(delivery(notice, "sms"), NOON)
    assert tidy(now=NOON + 29 * DAY) == 0
    assert tidy(now=NOON + 31 * DAY) == 2
    row = delivery(notice, "sms")
    assert (row.address, row.heading, row.text, row.masked) == ("", "", "", "138****0001")
    assert delivery(notice, "email").masked == "l***@example.test"
    waiting.refresh_from_db()
    assert waiting.address
    assert tidy(now=NOON + 31 * DAY) == 0
    failed = Delivery.objects.filter(pk=row.pk)
    failed.update(state=State.PERMANENT)
    with pytest.raises(NoticeRefused) as refused:
        retry(delivery=failed.get(), actor="user:1")
    assert refused.value.code == "cleared"


def test_only_what_failed_can_be_started_again(gateway: FakeGateway) -> None:
    row = sms()
    with pytest.raises(NoticeRefused) as refused:
        retry(delivery=row, actor="user:1")
    assert refused.value.code == "state"


def test_status_counts_by_channel_and_says_since_when_something_is_due(gateway: FakeGateway) -> None:
    assert status(now=NOON).failed == 0
    tell()
    counts = {count.channel: count for count in status(now=NOON + MINUTE).channels}
    assert counts[Channel.SMS].by_state[State.CREATED] == 1
    assert counts[Channel.SMS].oldest_due == NOON
    assert counts[Channel.INBOX].by_state[State.DELIVERED] == 1
    assert counts[Channel.INBOX].oldest_due is None
    gateway.set_faults({"refuse": 1.0})
    sweep(now=NOON + MINUTE)
    assert status(now=NOON + MINUTE).failed == 1
    assert status(now=NOON + 31 * DAY).failed == 0
