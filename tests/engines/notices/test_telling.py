"""What notify writes, for whom, and that it writes it once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from gongkai.engines.notices import NoticeRefused, TemplateFault, inbox, mark_read, notify
from gongkai.engines.notices.models import Delivery, Notice
from gongkai.engines.notices.states import Channel, Fault, State
from tests.engines.notices.occasions import MIDNIGHT, NOON, VALUES, delivery, person, tell

pytestmark = pytest.mark.django_db


def test_a_notice_goes_every_way_that_is_known_of_a_person() -> None:
    notice = tell()
    assert notice.title == "您的申请已答复"
    assert "林某，您好" in notice.text
    assert {(row.channel, row.state) for row in notice.deliveries.all()} == {
        (Channel.INBOX, State.DELIVERED),
        (Channel.EMAIL, State.CREATED),
        (Channel.SMS, State.CREATED),
    }
    assert delivery(notice, "sms").text == (
        "【海口市教育局】您的申请依申请〔2020〕17号已答复，请凭查询码K7MQ-2XPA查询：https://example.test/c/K7MQ"
    )
    assert delivery(notice, "email").heading == "您的申请依申请〔2020〕17号已答复"


def test_a_person_without_address_has_the_inbox() -> None:
    notice = tell(person(email="", phone=""))
    assert [row.channel for row in notice.deliveries.all()] == [Channel.INBOX]


def test_a_landline_gets_no_sms_and_that_is_no_failure() -> None:
    notice = tell(person(phone="0898-68724346", email=""))
    assert [row.channel for row in notice.deliveries.all()] == [Channel.INBOX]


@pytest.mark.parametrize("template", ["test.inbox"])
def test_a_template_without_a_channel_leaves_it_alone(template: str) -> None:
    assert tell(template=template).deliveries.count() == 1


def test_a_closed_channel_gets_no_delivery(settings: object) -> None:
    settings.GONGKAI_SMS_URL = settings.GONGKAI_EMAIL_URL = ""  # type: ignore[attr-defined]
    assert tell().deliveries.count() == 1


@pytest.mark.parametrize(
    ("facts", "channel"), [({"phone": "12345"}, "sms"), ({"email": "lin at example"}, "email")]
)
def test_an_address_that_cannot_be_used_is_shown_as_failed_and_not_kept(
    facts: dict[str, str], channel: str
) -> None:
    row = delivery(tell(person(**facts)), channel)
    assert (row.state, row.last_error, row.address) == (State.PERMANENT, Fault.ADDRESS, "")


def test_what_is_shown_of_an_address_is_masked() -> None:
    notice = tell(person(phone="+86 138 1234 5678", email="linmou@example.test"))
    assert delivery(notice, "sms").masked == "138****5678"
    assert delivery(notice, "email").masked == "l***@example.test"


def test_the_same_key_makes_nothing_new() -> None:
    first = tell(key="case:1:answered")
    second = tell(key="case:1:answered", title="别的标题")
    assert first == second
    assert second.text == first.text
    assert Notice.objects.count() == 1
    assert Delivery.objects.count() == 3
    tell(key="case:2:answered")
    tell()
    tell()
    assert Notice.objects.count() == 4


def test_a_notice_falls_with_the_act_it_tells_of() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(key="case:1:answered")
        1 / 0  # noqa: B018
    assert not Notice.objects.exists()


def test_quiet_hours_hold_back_the_sms_alone_and_not_what_is_urgent(settings: object) -> None:
    settings.GONGKAI_QUIET_HOURS = "21:00-08:00"  # type: ignore[attr-defined]
    notice = tell(now=MIDNIGHT)
    morning = MIDNIGHT.replace(day=23, hour=0)
    assert delivery(notice, "sms").next_attempt_at == morning
    assert delivery(notice, "email").next_attempt_at == MIDNIGHT
    assert delivery(tell(template="test.overdue", now=MIDNIGHT), "sms").next_attempt_at == MIDNIGHT
    assert delivery(tell(now=NOON), "sms").next_attempt_at == NOON


def test_a_missing_value_or_unknown_template_is_refused() -> None:
    facts = {"recipient": person(), "subject": "case:1", "actor": "system"}
    with transaction.atomic():
        with pytest.raises(TemplateFault) as refused:
            notify(template="test.answered", values={"organ": "局"}, **facts)  # type: ignore[arg-type]
        assert refused.value.code == "values"
        assert "code, number, title, url" in refused.value.message
        with pytest.raises(TemplateFault) as refused:
            notify(template="nothing", values=VALUES, **facts)  # type: ignore[arg-type]
        assert refused.value.code == "unknown"


def test_an_inbox_holds_only_its_own_notices_and_remembers_the_first_reading() -> None:
    mine, other = tell(person(1)), tell(person(12))
    assert list(inbox("party:1")) == [mine]
    with pytest.raises(NoticeRefused) as refused:
        mark_read(other, "party:1")
    assert refused.value.code == "party"
    assert inbox("party:12").unread().count() == 1
    mark_read(mine, "party:1")
    first = Notice.objects.get(pk=mine.pk).read_at
    mark_read(mine, "party:1")
    assert Notice.objects.get(pk=mine.pk).read_at == first is not None
    assert not inbox("party:1").unread().exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        notify(template="test.inbox", recipient=person(), subject="", values=VALUES, actor="system")


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_at_once_tell_it_once() -> None:
    ready = threading.Barrier(4)
    made: list[int] = []

    def act() -> None:
        ready.wait()
        made.append(tell(key="case:1:answered").pk)
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert Delivery.objects.count() == 3
