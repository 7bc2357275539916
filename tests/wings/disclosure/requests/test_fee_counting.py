"""The number charged by items comes from the records of the month; a clerk may say why it is another."""

from __future__ import annotations

import pytest

from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import proposed
from gongkai.engines.letters.models import Letter
from gongkai.wings.disclosure.requests.fee_counting import requests_of_month
from tests.factories_disclosure import Office, accepted, decide, do, office, request

pytestmark = pytest.mark.django_db
OTHER = "120103198806018241"


@pytest.fixture
def at() -> Office:
    return office()


def several(at: Office, number: int, received: str = "2021-05-06") -> list[Case]:
    return [request(at, received, description=f"第{each}件事项").case for each in range(number)]


def charge(case: Case, at: Office, quantity: int, **facts: object) -> None:
    do(
        case,
        "charge_fee",
        at.officer,
        "2021-05-20",
        scale="items",
        quantity=quantity,
        how_to_pay="非税账户",
        **facts,
    )


def test_the_records_propose_the_number_and_say_which_requests_it_is(at: Office) -> None:
    several(at, 10)
    request(at, "2021-04-30")
    request(at, "2021-05-06", identity_number=OTHER)
    request(office(), "2021-05-06")
    withdrawn = request(at, "2021-05-06").case
    do(withdrawn, "withdraw", at.officer, "2021-05-07", "withdrawn")
    case = accepted(at, "2021-05-10")
    request(at, "2021-05-11")
    proposal = proposed(case, "charge_fee")
    assert proposal.values == {"quantity": "11", "charged": "0"}
    assert len(proposal.lines) == 12 and case.number in proposal.lines[-1]
    charge(case, at, 11)
    facts = Letter.objects.get(subject=case.ledger_name, kind="fee_notice").content["facts"]
    assert facts["amount"] == "100"


def test_another_number_needs_a_reason(at: Office) -> None:
    several(at, 10)
    case = accepted(at, "2021-05-10")
    with pytest.raises(CaseRefused) as refusal:
        charge(case, at, 12)
    assert case.number in str(refusal.value) and "11" in str(refusal.value)
    charge(case, at, 12, counted_otherwise="另有一件以信函提出，登记有误")
    assert case.fact("counted_otherwise")


def test_what_was_charged_before_in_the_month_is_not_charged_again(at: Office) -> None:
    several(at, 10)
    first, second = accepted(at, "2021-05-10"), accepted(at, "2021-05-11")
    charge(first, at, 11)
    assert proposed(second, "charge_fee").values == {"quantity": "12", "charged": "11"}
    charge(second, at, 12, charged=11)
    facts = Letter.objects.get(subject=second.ledger_name, kind="fee_notice").content["facts"]
    assert (facts["amount"], facts["working"], facts["charged"]) == ("100", "1 × 100 = 100", "11")
    assert Letter.objects.get(subject=first.ledger_name, kind="fee_notice").content["facts"]["charged"] == ""
    do(second, "receive_payment", at.officer, "2021-05-21", paid_on="2021-05-21", amount="100")
    assert second.state == "handling"


def test_who_is_charged_by_pages_is_not_counted_by_items(at: Office) -> None:
    several(at, 10)
    by_pages = accepted(at, "2021-05-10")
    do(by_pages, "charge_fee", at.officer, "2021-05-12", scale="pages", quantity=68, how_to_pay="账户")
    later = accepted(at, "2021-05-11")
    counted = requests_of_month(later)
    assert (len(counted.cases), counted.charged) == (11, 0) and by_pages not in counted.cases


def test_a_request_that_was_decided_still_counts(at: Office) -> None:
    decided = decide(accepted(at, "2021-05-06"), at, "not_exist", "2021-05-07")
    later = accepted(at, "2021-05-10")
    assert requests_of_month(later).cases == (decided, later)
