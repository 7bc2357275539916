"""One scenario per legal path of 条例 Arts. 29–45, with the dates the law gives."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import proposed
from gongkai.engines.letters.models import Letter
from gongkai.wings.disclosure.requests import services
from gongkai.wings.disclosure.requests.outcomes import outcome, outcomes
from gongkai.wings.disclosure.requests.procedure import DECISIONS
from gongkai.wings.disclosure.requests.standing import standing
from tests.factories_disclosure import GIVEN, D, Office, accepted, application, decide, do, office, request
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def at() -> Office:
    return office()


def refused(code: str, *arguments: object, **facts: object) -> str:
    with pytest.raises(CaseRefused) as refusal:
        do(*arguments, **facts)  # type: ignore[arg-type]
    assert refusal.value.code == code, refusal.value
    return str(refusal.value)


# -- Arts. 29, 31: arrival ---------------------------------------------------------------------------


def test_handed_in_at_the_desk_the_period_starts_that_day(at: Office) -> None:
    case = request(at, "2020-04-20").case
    assert (case.state, case.received_on, case.due_on) == ("registered", D("2020-04-20"), D("2020-05-19"))
    assert case.internal_due_on == D("2020-05-12")
    assert case.number.endswith("依申请〔2020〕1号")


def test_post_that_was_signed_for_counts_from_the_signature(at: Office) -> None:
    case = request(at, "2020-04-17", "post_signed", signed_on=D("2020-04-20")).case
    assert (case.received_on, case.due_on) == (D("2020-04-20"), D("2020-05-19"))


def test_post_that_was_signed_for_needs_the_day_of_the_signature(at: Office) -> None:
    with pytest.raises(ValidationError) as refusal:
        request(at, "2020-04-17", "post_signed")
    assert "signed_on" in refusal.value.message_dict


@pytest.mark.parametrize("channel", ["internet", "email", "fax", "post_ordinary"])
def test_what_has_to_be_confirmed_has_no_due_day_before(at: Office, channel: str) -> None:
    case = request(at, "2020-04-17", channel).case
    assert (case.state, case.waiting, case.due_on) == ("unconfirmed", True, None)
    refused("state", case, "accept", at.officer, "2020-04-17")
    do(case, "confirm", at.registrar, "2020-04-20", confirmed_on="2020-04-20", how="phone")
    assert (case.state, case.received_on, case.due_on) == ("registered", D("2020-04-20"), D("2020-05-19"))


def test_a_confirmation_lies_between_the_handing_in_and_today(at: Office) -> None:
    case = request(at, "2020-04-17", "internet").case
    refused("guard", case, "confirm", at.registrar, "2020-04-20", confirmed_on="2020-04-16", how="phone")
    refused("guard", case, "confirm", at.registrar, "2020-04-20", confirmed_on="2020-04-21", how="phone")


def test_all_that_is_missing_is_said_at_once(at: Office) -> None:
    with pytest.raises(ValidationError) as refusal:
        request(
            at, name="", description="", identity_number="123", phone="", email="", address="", supply_way="?"
        )
    assert set(refusal.value.message_dict) == {
        "name",
        "description",
        "identity_number",
        "phone",
        "supply_way",
    }


def test_whoever_acts_for_somebody_hands_in_a_mandate(at: Office) -> None:
    with pytest.raises(ValidationError) as refusal:
        request(at, agent_name="李四")
    assert "mandate" in refusal.value.message_dict


# -- Art. 30: correction -----------------------------------------------------------------------------


def test_after_a_correction_the_whole_period_runs_anew(at: Office) -> None:
    case = request(at, "2020-04-20").case
    do(case, "ask_correction", at.officer, "2020-04-28", unclear="请说明年份", days=10)
    assert (case.state, case.waiting, case.due_on) == ("correcting", True, None)
    assert case.others_due_on == D("2020-05-14")
    services.correct(request=case.request, text="2019年度", day=D("2020-05-08"))
    case.refresh_from_db()
    assert (case.state, case.due_on) == ("handling", D("2020-06-04"))


def test_a_correction_is_asked_for_within_seven_working_days(at: Office) -> None:
    case = request(at, "2020-04-20").case
    told = refused("guard", case, "ask_correction", at.officer, "2020-04-29", unclear="年份", days=10)
    assert "2020-04-28" in told


def test_a_correction_is_asked_for_once(at: Office) -> None:
    case = request(at, "2020-04-20").case
    do(case, "ask_correction", at.officer, "2020-04-21", unclear="年份", days=5)
    services.correct(request=case.request, text="2019年度", day=D("2020-04-22"))
    case.refresh_from_db()
    refused("guard", case, "ask_correction", at.officer, "2020-04-23", unclear="还是年份", days=5)


def test_who_does_not_correct_in_time_has_given_up(at: Office) -> None:
    case = request(at, "2020-04-20").case
    do(case, "ask_correction", at.officer, "2020-04-28", unclear="请说明年份", days=10)
    assert "2020-05-14" in refused("guard", case, "abandon_uncorrected", HOUSE, "2020-05-14", "uncorrected")
    do(case, "abandon_uncorrected", HOUSE, "2020-05-15", "uncorrected")
    assert (case.state, case.closed_on) == ("concluded", D("2020-05-15"))
    assert outcome(case.outcome).row == "3.6.1"


def test_still_unclear_is_a_decision_only_after_a_correction(at: Office) -> None:
    case = accepted(at)
    refused("guard", case, "propose_decision", at.handler, "2020-04-21", "still_unclear", reasons="不明确")
    do(case, "ask_correction", at.officer, "2020-04-21", unclear="年份", days=5)
    services.correct(request=case.request, text="全部", day=D("2020-04-22"))
    case.refresh_from_db()
    decide(case, at, "still_unclear", "2020-04-23", {"reasons": "补正后仍不明确"})
    assert outcome(case.outcome).row == "3.4.3"


# -- Art. 32: third party ----------------------------------------------------------------------------


def asking(at: Office) -> Case:
    case = accepted(at, "2020-04-20")
    do(case, "consult_third_party", at.handler, "2020-04-28", third_party="甲公司", matter="合同价款")
    do(case, "enquiry_served", at.handler, "2020-04-30", third_party="甲公司", served_on="2020-04-29")
    return case


def test_asking_a_third_party_is_not_counted(at: Office) -> None:
    case = asking(at)
    assert (case.due_on, case.others_due_on) == (None, D("2020-05-22"))
    do(
        case,
        "third_party_opinion",
        at.handler,
        "2020-05-12",
        third_party="甲公司",
        opinion="agrees",
        received_on="2020-05-12",
    )
    do(case, "end_third_party", at.handler, "2020-05-13", ended_on="2020-05-12")
    assert (case.state, case.due_on) == ("handling", D("2020-05-29"))


def test_the_clock_goes_on_from_the_answer_however_late_somebody_enters_it(at: Office) -> None:
    case = asking(at)
    do(
        case,
        "third_party_opinion",
        at.handler,
        "2020-05-14",
        third_party="甲公司",
        opinion="agrees",
        received_on="2020-05-12",
    )
    told = refused("guard", case, "end_third_party", at.handler, "2020-05-20", ended_on="2020-05-20")
    assert "2020-05-12" in told


def test_silence_of_a_third_party_leaves_the_decision_to_the_organ(at: Office) -> None:
    case = asking(at)
    refused("guard", case, "end_third_party", at.handler, "2020-05-22", ended_on="2020-05-22")
    do(case, "end_third_party", at.handler, "2020-05-25", ended_on="2020-05-22")
    decide(case, at, "granted", "2020-05-26")
    assert case.outcome == "granted"


def refusing(at: Office) -> Case:
    case = asking(at)
    do(
        case,
        "third_party_opinion",
        at.handler,
        "2020-05-12",
        third_party="甲公司",
        opinion="refuses",
        grounds="商业秘密",
        received_on="2020-05-12",
    )
    do(case, "end_third_party", at.handler, "2020-05-12", ended_on="2020-05-12")
    return case


def test_a_refusal_with_reasonable_grounds_is_respected(at: Office) -> None:
    case = refusing(at)
    refused("guard", case, "propose_decision", at.handler, "2020-05-13", "granted", information="合同")
    decide(case, at, "third_party", "2020-05-13", {"reasons": "涉及商业秘密，第三方不同意公开"})
    assert outcome(case.outcome).row == "3.3.4"


def test_the_public_interest_overrides_a_refusal_by_the_head_alone(at: Office) -> None:
    case = refusing(at)
    facts = {"third_party": "甲公司", "interest": "涉及饮用水安全", "content": "检测结果"}
    refused("role", case, "override_third_party", at.handler, "2020-05-13", **facts)
    do(case, "override_third_party", at.head, "2020-05-13", **facts)
    decide(case, at, "granted", "2020-05-14")
    assert case.outcome == "granted"


def test_there_is_nothing_to_override_without_a_refusal(at: Office) -> None:
    case = accepted(at)
    refused(
        "guard",
        case,
        "override_third_party",
        at.head,
        "2020-04-21",
        third_party="甲",
        interest="利益",
        content="内容",
    )


def test_with_several_third_parties_all_have_to_answer(at: Office) -> None:
    case = asking(at)
    do(case, "consult_third_party", at.handler, "2020-04-30", third_party="乙公司", matter="合同价款")
    do(case, "third_party_opinion", at.handler, "2020-05-06", third_party="甲公司", opinion="agrees")
    refused("guard", case, "end_third_party", at.handler, "2020-05-06", ended_on="2020-05-06")
    do(case, "third_party_opinion", at.handler, "2020-05-07", third_party="乙公司", opinion="agrees")
    do(case, "end_third_party", at.handler, "2020-05-07", ended_on="2020-05-07")
    assert case.state == "handling"


def test_only_a_reply_to_the_same_applicant_makes_a_request_a_repetition(at: Office) -> None:
    first = decide(accepted(at), at, "granted", "2020-05-11")
    reply = Letter.objects.get(subject=first.ledger_name, kind="granted").number
    other = accepted(at, name="李四", identity_number="11010519491231002X")
    told = refused(
        "guard", other, "propose_decision", at.handler, "2020-05-12", "duplicate", earlier_number=reply
    )
    assert reply in told
    again = accepted(at)
    do(again, "ask_correction", at.officer, "2020-04-21", unclear="年份", days=10)
    asked = Letter.objects.get(subject=again.ledger_name, kind="correction").number
    services.correct(request=again.request, text="同前", day=D("2020-04-22"))
    again.refresh_from_db()
    refused("guard", again, "propose_decision", at.handler, "2020-05-12", "duplicate", earlier_number=asked)
    decide(again, at, "duplicate", "2020-05-12", {"earlier_number": reply})
    old = decide(accepted(at), at, "duplicate", "2020-05-12", {"earlier_number": "测府公开〔2017〕8号"})
    assert old.outcome == "duplicate", "a reply of before this system"


def test_only_whoever_was_asked_answers_and_ends_the_asking(at: Office) -> None:
    case = asking(at)
    stranger = {"third_party": "乙公司", "opinion": "agrees"}
    told = refused("guard", case, "third_party_opinion", at.handler, "2020-05-06", **stranger)
    assert "甲公司" in told
    refused(
        "guard",
        case,
        "enquiry_served",
        at.handler,
        "2020-05-06",
        third_party="乙公司",
        served_on="2020-05-06",
    )
    do(case, "third_party_opinion", at.handler, "2020-05-06", third_party=" 甲公司 ", opinion="agrees")
    do(case, "end_third_party", at.handler, "2020-05-06", ended_on="2020-05-06")


@pytest.mark.parametrize("day", ["2020-04-27", "2020-05-08"])
def test_an_opinion_comes_in_after_it_was_asked_for_and_not_in_the_future(at: Office, day: str) -> None:
    case = asking(at)
    opinion = {"third_party": "甲公司", "opinion": "agrees", "received_on": day}
    refused("guard", case, "third_party_opinion", at.handler, "2020-05-07", **opinion)


def test_the_form_of_an_opinion_begins_with_whoever_has_not_answered(at: Office) -> None:
    case = asking(at)
    do(case, "consult_third_party", at.handler, "2020-04-30", third_party="乙公司", matter="合同价款")
    assert proposed(case, "third_party_opinion").values == {"third_party": "甲公司"}
    do(case, "third_party_opinion", at.handler, "2020-05-06", third_party="甲公司", opinion="refuses")
    assert proposed(case, "enquiry_served").values == {"third_party": "乙公司"}
    assert proposed(case, "override_third_party").values == {"third_party": "甲公司"}


def test_the_last_word_of_each_third_party_counts(at: Office) -> None:
    case = asking(at)
    for opinion, day in (("refuses", "2020-05-06"), ("agrees", "2020-05-07")):
        do(case, "third_party_opinion", at.handler, day, third_party="甲公司", opinion=opinion)
    do(case, "end_third_party", at.handler, "2020-05-07", ended_on="2020-05-07")
    decide(case, at, "granted", "2020-05-08")
    assert case.outcome == "granted"


def test_every_third_party_that_refuses_is_told_why_it_is_overridden(at: Office) -> None:
    case = asking(at)
    do(case, "consult_third_party", at.handler, "2020-04-30", third_party="乙公司", matter="合同价款")
    for party in ("甲公司", "乙公司"):
        do(case, "third_party_opinion", at.handler, "2020-05-06", third_party=party, opinion="refuses")
    do(case, "end_third_party", at.handler, "2020-05-06", ended_on="2020-05-06")
    facts = {"interest": "涉及饮用水安全", "content": "检测结果"}
    refused("guard", case, "override_third_party", at.head, "2020-05-07", third_party="丙公司", **facts)
    do(case, "override_third_party", at.head, "2020-05-07", third_party="甲公司", **facts)
    told = refused("guard", case, "propose_decision", at.handler, "2020-05-07", "granted", information="合同")
    assert "乙公司" in told and "甲公司" not in told
    do(case, "override_third_party", at.head, "2020-05-07", third_party="乙公司", **facts)
    decide(case, at, "granted", "2020-05-08")


# -- Art. 34: other organs ---------------------------------------------------------------------------


def test_silence_of_another_organ_after_15_working_days_is_consent(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    do(case, "consult_organs", at.handler, "2020-04-20", asked_organ="测试市财政局", matter="联合发文")
    assert (case.due_on, case.others_due_on) == (None, D("2020-05-12"))
    refused("guard", case, "end_organs", at.handler, "2020-05-12", ended_on="2020-05-12")
    do(case, "end_organs", at.handler, "2020-05-13", ended_on="2020-05-12")
    assert case.due_on == D("2020-06-09")
    decide(case, at, "granted", "2020-05-13")


def test_only_the_organ_that_was_asked_answers(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    do(case, "consult_organs", at.handler, "2020-04-21", asked_organ="测试市财政局", matter="联合发文")
    stranger = {"asked_organ": "测试市教育局", "opinion": "agrees"}
    told = refused("guard", case, "organ_opinion", at.handler, "2020-04-24", **stranger)
    assert "测试市财政局" in told


def test_an_answer_of_the_other_organ_ends_the_asking(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    do(case, "consult_organs", at.handler, "2020-04-21", asked_organ="测试市财政局", matter="联合发文")
    do(
        case,
        "organ_opinion",
        at.handler,
        "2020-04-24",
        asked_organ="测试市财政局",
        opinion="refuses",
        grounds="涉密",
    )
    do(case, "end_organs", at.handler, "2020-04-24", ended_on="2020-04-24")
    assert case.state == "handling"


# -- Art. 33: extension ------------------------------------------------------------------------------


def test_an_extension_is_proposed_by_one_and_approved_by_the_head(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    refused("guard", case, "approve_extension", at.head, "2020-05-06", days=20, why="量大")
    do(case, "propose_extension", at.handler, "2020-05-06", days=20, why="信息量大")
    assert case.due_on == D("2020-05-19")
    refused("role", case, "approve_extension", at.handler, "2020-05-06", days=20, why="量大")
    do(case, "approve_extension", at.head, "2020-05-07", days=20, why="信息量大")
    assert case.due_on == D("2020-06-16")


def test_an_extension_has_at_most_20_working_days(at: Office) -> None:
    case = accepted(at)
    with pytest.raises(ValidationError) as refusal:
        do(case, "propose_extension", at.handler, "2020-05-06", days=21, why="量大")
    assert "days" in refusal.value.message_dict


def test_there_is_one_extension_only_and_none_after_the_due_day(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    refused("guard", case, "propose_extension", at.handler, "2020-05-20", days=5, why="晚")
    do(case, "propose_extension", at.handler, "2020-05-06", days=5, why="量大")
    do(case, "refuse_extension", at.head, "2020-05-06", why="不必要")
    do(case, "propose_extension", at.handler, "2020-05-07", days=5, why="量大")
    do(case, "approve_extension", at.head, "2020-05-08", days=5, why="量大")
    refused("guard", case, "propose_extension", at.handler, "2020-05-09", days=5, why="还要")


# -- Art. 35: number and frequency -------------------------------------------------------------------


def test_unreasonable_number_is_refused_only_after_asking_for_reasons(at: Office) -> None:
    case = accepted(at)
    refused("guard", case, "propose_decision", at.handler, "2020-04-21", "unreasonable", reasons="多次")
    do(case, "ask_reasons", at.handler, "2020-04-21", why="一月内37件", days=5)
    assert case.due_on == D("2020-05-19")  # the clock runs on: Art. 35 does not stop it
    refused("guard", case, "end_reasons", at.handler, "2020-04-27")
    do(case, "end_reasons", at.handler, "2020-04-28")
    decide(case, at, "unreasonable", "2020-04-29", {"reasons": "未说明理由"})
    assert outcome(case.outcome).row == "3.5.4"


def test_good_reasons_may_bring_a_later_day_set_by_the_head(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    do(case, "ask_reasons", at.handler, "2020-04-21", why="一月内37件", days=5)
    services.give_reasons(request=case.request, text="课题研究", day=D("2020-04-22"))
    case.refresh_from_db()
    do(case, "postpone", at.head, "2020-04-23", days=20, why="数量大，无法按期")
    assert case.due_on == D("2020-06-16")


# -- Art. 42: fee ------------------------------------------------------------------------------------


def charged(at: Office) -> Case:
    case = accepted(at, "2021-05-06")
    do(case, "charge_fee", at.officer, "2021-05-10", scale="pages", quantity=68, how_to_pay="非税收入账户")
    return case


def test_a_fee_is_paid_and_the_period_starts_anew(at: Office) -> None:
    case = charged(at)
    assert (case.state, case.due_on, case.others_due_on) == ("fee_due", None, D("2021-06-07"))
    told = refused(
        "guard", case, "receive_payment", at.registrar, "2021-05-20", paid_on="2021-05-20", amount="300"
    )
    assert "380" in told
    do(case, "receive_payment", at.registrar, "2021-05-21", paid_on="2021-05-20", amount="380.00")
    assert (case.state, case.due_on) == ("handling", D("2021-06-18"))
    decide(case, at, "granted", "2021-05-24")


def test_who_does_not_pay_in_time_has_given_up(at: Office) -> None:
    case = charged(at)
    refused("guard", case, "abandon_unpaid", HOUSE, "2021-06-07", "unpaid")
    do(case, "abandon_unpaid", HOUSE, "2021-06-08", "unpaid")
    assert outcome(case.outcome).row == "3.6.2"


def test_before_2021_there_was_no_fee(at: Office) -> None:
    case = accepted(at, "2020-11-20")
    refused(
        "guard", case, "charge_fee", at.officer, "2020-11-23", scale="pages", quantity=500, how_to_pay="—"
    )


def test_what_costs_nothing_is_not_charged(at: Office) -> None:
    case = accepted(at, "2021-05-06")
    refused("guard", case, "charge_fee", at.officer, "2021-05-10", scale="pages", quantity=30, how_to_pay="—")
    refused("guard", case, "charge_fee", at.officer, "2021-05-10", scale="items", quantity=10, how_to_pay="—")


# -- Arts. 36–39: decisions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", [code for code in DECISIONS if code not in ("still_unclear", "unreasonable")]
)
def test_each_decision_goes_through_both_reviews_and_the_head(at: Office, code: str) -> None:
    case = decide(accepted(at), at, code, "2020-05-11")
    assert (case.state, case.outcome, case.closed_on) == ("concluded", code, D("2020-05-11"))
    assert [event.action for event in case.events.order_by("seq")][-5:] == [
        "propose_decision",
        "pass_legal",
        "pass_secrecy",
        "approve",
        "serve",
    ]


@pytest.mark.parametrize(
    "code", [each.code for each in outcomes() if each.required and each.code in DECISIONS]
)
def test_a_decision_without_what_the_law_wants_said_is_refused(at: Office, code: str) -> None:
    case = accepted(at)
    for name in outcome(code).required:
        given = {key: value for key, value in GIVEN.items() if key != name}
        with pytest.raises(ValidationError) as refusal:
            do(case, "propose_decision", at.handler, "2020-04-21", code, **given)
        assert list(refusal.value.message_dict) == [name]


def test_whoever_drafts_neither_reviews_nor_approves(at: Office) -> None:
    from gongkai.foundation.accounts.models import Role
    from gongkai.foundation.accounts.services import assign_role

    for role in (Role.LEGAL_REVIEWER, Role.SECRECY_OFFICER, Role.DISCLOSURE_HEAD):
        assign_role(user=at.handler, role=role, organ=at.organ, actor="system")
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-04-21", "granted", information="附件")
    refused("same_person", case, "pass_legal", at.handler, "2020-04-21")
    do(case, "pass_legal", at.legal, "2020-04-21")
    refused("same_person", case, "pass_secrecy", at.handler, "2020-04-21")
    do(case, "pass_secrecy", at.secrecy, "2020-04-21")
    refused("same_person", case, "approve", at.handler, "2020-04-21")


def test_a_returned_draft_has_no_outcome(at: Office) -> None:
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-04-21", "granted", information="附件")
    do(case, "return_draft", at.legal, "2020-04-22", why="依据不足")
    assert (case.state, case.outcome) == ("handling", "")
    decide(case, at, "process", "2020-04-23")
    assert case.outcome == "process"


def test_a_request_is_withdrawn_by_its_applicant_at_any_time(at: Office) -> None:
    case = asking(at)
    services.withdraw(request=case.request, day=D("2020-05-06"), why="不再需要")
    case.refresh_from_db()
    assert (case.state, case.outcome, case.due_on, case.others_due_on) == (
        "concluded",
        "withdrawn",
        None,
        None,
    )
    assert outcome("withdrawn").row == "3.6.3"


# -- Arts. 44, 45: afterwards ------------------------------------------------------------------------


def test_only_what_was_disclosed_becomes_proactive(at: Office) -> None:
    given = decide(accepted(at), at, "granted", "2020-05-11")
    do(given, "make_proactive", at.head, "2020-05-12", why="多人申请")
    refused("guard", given, "make_proactive", at.head, "2020-05-13", why="再次")
    withheld = decide(accepted(at), at, "process", "2020-05-11")
    refused("guard", withheld, "make_proactive", at.head, "2020-05-12", why="多人申请")


def test_archived_cases_keep_the_day_they_were_closed(at: Office) -> None:
    case = decide(accepted(at), at, "granted", "2020-05-11")
    do(case, "archive", at.archivist, "2020-06-01")
    assert (case.state, case.closed_on) == ("archived", D("2020-05-11"))


# -- What the applicant sees -------------------------------------------------------------------------


def test_the_applicant_reads_why_the_clock_stands_still(at: Office) -> None:
    case = asking(at)
    seen = standing(case.request, D("2020-05-06"))
    assert (seen.due_on, seen.days_left) == (None, 13)
    assert "2020-04-28" in seen.why_still and "条例第三十二条" in seen.why_still
    assert seen.may == {"withdraw"}


def test_the_code_opens_one_request_only(at: Office) -> None:
    first = services.register(
        organ=at.organ,
        application=application(),
        channel="internet",
        actor=None,
        submitted_on=dt.date(2020, 4, 20),
    )
    other = request(at)
    number = first.request.case.number
    assert services.by_query_code(number=number, code=first.query_code.lower()) == first.request
    assert services.by_query_code(number=other.case.number, code=first.query_code) is None
    assert services.by_query_code(number=number, code="") is None


def test_an_applicant_acts_in_own_requests_only(at: Office) -> None:
    mine, others = request(at).case, request(at).case
    for case in (mine, others):
        do(case, "ask_correction", at.officer, "2020-04-21", unclear="年份", days=5)
    refused("role", others, "receive_correction", Actor(party=mine.applicant), "2020-04-22", text="2019")
