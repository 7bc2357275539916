"""The operator sees how deliveries stand, without seeing numbers or texts, and starts failed ones again."""

from __future__ import annotations

import pytest
from django.test import Client

from gongkai.engines.notices import sweep
from gongkai.engines.notices.fake_gateway import FakeGateway
from gongkai.engines.notices.models import Delivery
from gongkai.engines.notices.states import State
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.ledger.services import history
from tests.engines.notices.occasions import NOON, delivery, sms_only, tell
from tests.factories import organ, staff

pytestmark = pytest.mark.django_db
PAGE = "/workbench/notices/"


def enter(client: Client, role: Role) -> User:
    user = staff("", role, at=organ())
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def fail(gateway: FakeGateway) -> Delivery:
    notice = tell(sms_only(1))
    gateway.set_faults({"refuse": 1.0})
    sweep(now=NOON)
    gateway.set_faults({"refuse": 0.0})
    return delivery(notice, "sms")


def test_the_page_counts_masks_and_filters(client: Client, gateway: FakeGateway) -> None:
    enter(client, Role.OPERATOR)
    fail(gateway)
    answer = client.get(PAGE)
    text = answer.content.decode()
    assert "138****0001" in text
    assert "13800000001" not in text
    assert "K7MQ" not in text
    assert "网关拒收" in text
    assert [
        row["delivery"].channel for row in client.get(f"{PAGE}?state=permanent_failure").context["rows"]
    ] == ["sms"]
    assert [row["delivery"].channel for row in client.get(f"{PAGE}?channel=inbox").context["rows"]] == [
        "inbox"
    ]
    assert not client.get(f"{PAGE}?subject=case:2").context["rows"]


@pytest.mark.parametrize(
    "query", ["state=x", "channel=%00", "subject=%00", "before=-1", "before=" + "9" * 40]
)
def test_nonsense_in_the_address_does_no_harm(client: Client, query: str) -> None:
    enter(client, Role.OPERATOR)
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_older_deliveries_are_a_page_away(client: Client) -> None:
    enter(client, Role.OPERATOR)
    for number in range(52):
        tell(sms_only(number), template="test.inbox")
    first = client.get(PAGE)
    second = client.get(f"{PAGE}?{first.context['older']}")
    assert len(first.context["rows"]) == 50
    assert len(second.context["rows"]) == 2
    assert not second.context["older"]


def test_the_operator_starts_a_failed_delivery_again(client: Client, gateway: FakeGateway) -> None:
    user = enter(client, Role.OPERATOR)
    row = fail(gateway)
    answer = client.post(f"{PAGE}?state=permanent_failure", {"retry": row.pk}, follow=True)
    assert "已安排重新发送。" in answer.content.decode()
    assert answer.context["chosen"] == {"state": "permanent_failure"}
    row.refresh_from_db()
    assert row.state == State.CREATED
    (told,) = history("case:1")
    assert (told.verb, told.actor) == ("notice.retried", user.ledger_name)
    again = client.post(PAGE, {"retry": row.pk}, follow=True).content.decode()
    assert "只有发送失败的通知才能重新发送。" in again


def test_an_auditor_looks_and_does_not_touch(client: Client, gateway: FakeGateway) -> None:
    enter(client, Role.AUDITOR)
    row = fail(gateway)
    assert "重新发送" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"retry": row.pk}).status_code == 403
    row.refresh_from_db()
    assert row.state == State.PERMANENT


def test_the_page_is_closed_to_other_roles(client: Client) -> None:
    enter(client, Role.HANDLER)
    assert client.get(PAGE).status_code in (302, 403)


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, ""])
def test_what_does_not_exist_cannot_be_started_again(client: Client, number: str) -> None:
    enter(client, Role.OPERATOR)
    assert client.post(PAGE, {"retry": number}).status_code == 404
