"""One scenario for each way a reconsideration or suit can go, by the law of its day."""

from __future__ import annotations

import pytest

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act
from gongkai.engines.casework.verification import verify_cases
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.remedies import rules
from gongkai.wings.disclosure.remedies.procedure import PROCEDURES, SUITS
from gongkai.wings.disclosure.remedies.services import (
    admit,
    appeal,
    findings,
    follows,
    record_result,
    register_remedy,
)
from tests.factories import staff
from tests.factories_disclosure import D, Office, accepted, decide, do, office
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def at() -> Office:
    return office(code="exam")


def remedy(at: Office, kind: str, filed: str, received: str, replied: str, outcome: str = "granted") -> Case:
    request = decide(accepted(at, received), at, outcome, replied)
    return register_remedy(request=request, kind=kind, filed_on=D(filed), actor=Actor(user=at.officer)).case


def review_of_2020(at: Office) -> Case:
    return remedy(at, "reconsideration", "2020-06-01", "2020-04-20", "2020-05-11", "process")


def suit(at: Office, kind: str = "direct_suit") -> Case:
    return remedy(at, kind, "2024-06-03", "2024-05-06", "2024-05-20")


def test_a_reconsideration_of_2020_follows_the_law_of_2017(at: Office) -> None:
    case = review_of_2020(at)
    for revised in ("admit", "admit_simplified"):
        with pytest.raises(CaseRefused) as refusal:
            do(case, revised, at.legal, "2020-06-10")
        assert refusal.value.code == "guard"
    admit(case=case, notice_on=D("2020-06-10"), accepted_on=D("2020-06-03"), actor=Actor(user=at.legal))
    clocks = {clock.code: clock.due_on for clock in case.clocks.all()}
    # 10 calendar days from the notice; 60 from the admission, a Sunday, so until Monday
    assert clocks == {"answer_2017": D("2020-06-22"), "decision_2017": D("2020-08-03")}
    do(case, "answer", at.legal, "2020-06-19")
    with pytest.raises(CaseRefused):
        do(case, "extend", at.legal, "2020-07-30", days=30)
    do(case, "extend_2017", at.legal, "2020-07-30", days=30)
    assert case.others_due_on == D("2020-09-01")
    with pytest.raises(CaseRefused):
        do(case, "extend_2017", at.legal, "2020-07-31", days=1)
    record_result(
        case=case, result="upheld", form="maintained", day=D("2020-08-28"), actor=Actor(user=at.legal)
    )
    assert (case.state, case.outcome, case.closed_on) == ("decided", "upheld", D("2020-08-28"))
    assert list(verify_cases()) == []


def test_the_law_of_2017_is_no_longer_for_what_was_filed_since_2024(at: Office) -> None:
    case = remedy(at, "reconsideration", "2024-01-02", "2023-12-04", "2023-12-22", "process")
    with pytest.raises(CaseRefused):
        do(case, "admit_2017", at.legal, "2024-01-08")
    admit(case=case, notice_on=D("2024-01-08"), actor=Actor(user=at.legal))
    assert {clock.code for clock in case.clocks.all()} == {"answer", "decision"}


def test_from_simplified_to_ordinary_the_period_counts_from_the_admission(at: Office) -> None:
    case = remedy(at, "reconsideration", "2024-06-03", "2024-05-06", "2024-05-20", "process")
    do(case, "admit_simplified", at.legal, "2024-06-06")
    do(case, "answer", at.legal, "2024-06-12")
    with pytest.raises(CaseRefused) as refusal:
        do(case, "to_ordinary", at.legal, "2024-06-20", accepted_on="2024-06-19")
    assert "2024-06-06" in refusal.value.message
    do(case, "to_ordinary", at.legal, "2024-06-20", accepted_on="2024-06-06")
    assert case.others_due_on == D("2024-08-05")
    with pytest.raises(CaseRefused):
        do(case, "to_ordinary", at.legal, "2024-06-21", accepted_on="2024-06-06")


def test_while_a_case_is_suspended_no_period_runs(at: Office) -> None:
    case = remedy(at, "reconsideration", "2024-06-03", "2024-05-06", "2024-05-20", "process")
    do(case, "admit", at.legal, "2024-06-06")
    do(case, "answer", at.legal, "2024-06-12")
    do(case, "suspend", at.legal, "2024-06-16")
    assert case.others_due_on is None and case.waiting
    do(case, "go_on", at.legal, "2024-07-16")
    assert case.others_due_on == D("2024-09-04")  # 60 days and 30 of standstill


def test_the_first_instance_has_six_months_as_the_calendar_counts_them(at: Office) -> None:
    case = suit(at)
    admit(case=case, notice_on=D("2024-06-12"), accepted_on=D("2024-06-06"), actor=Actor(user=at.legal))
    assert (case.due_on, case.others_due_on) == (D("2024-06-27"), D("2024-12-06"))


def test_a_judgment_counts_when_nobody_can_appeal_any_more(at: Office) -> None:
    case = suit(at)
    admit(case=case, notice_on=D("2024-06-12"), actor=Actor(user=at.legal))
    do(case, "answer", at.legal, "2024-06-20")
    do(case, "judge", at.legal, "2024-09-02", "upheld", form="claims_rejected")
    assert (case.state, case.closed_on, case.others_due_on) == ("judged", None, D("2024-09-18"))
    with pytest.raises(CaseRefused):
        do(case, "become_final", at.legal, "2024-09-18")
    do(case, "become_final", at.legal, "2024-09-19")
    assert (case.outcome, case.closed_on) == ("upheld", D("2024-09-19"))


def test_an_appeal_opens_the_result_again(at: Office) -> None:
    case = suit(at)
    admit(case=case, notice_on=D("2024-06-12"), actor=Actor(user=at.legal))
    do(case, "judge", at.legal, "2024-09-02", "corrected", form="judged_revoked")
    appeal(case=case, by="organ", accepted_on=D("2024-09-12"), actor=Actor(user=at.legal))
    assert (case.outcome, case.closed_on, case.others_due_on) == ("", None, D("2024-12-12"))
    record_result(
        case=case,
        result="corrected",
        form="appeal_rejected",
        day=D("2024-11-29"),
        actor=Actor(user=at.legal),
    )
    assert (case.state, case.outcome) == ("decided", "corrected")
    assert list(verify_cases()) == []


def test_a_decision_counts_only_as_what_its_form_says(at: Office) -> None:
    case = review_of_2020(at)
    with pytest.raises(CaseRefused) as refusal:
        record_result(
            case=case, result="upheld", form="revoked", day=D("2020-07-01"), actor=Actor(user=at.legal)
        )
    assert "结果纠正" in refusal.value.message
    record_result(
        case=case, result="corrected", form="revoked", day=D("2020-07-01"), actor=Actor(user=at.legal)
    )


def test_what_was_never_admitted_can_end_too(at: Office) -> None:
    case = review_of_2020(at)
    record_result(
        case=case, result="other", form="not_accepted", day=D("2020-06-05"), actor=Actor(user=at.legal)
    )
    assert case.closed_on == D("2020-06-05") and not case.clocks.exists()


def test_days_out_of_order_are_refused(at: Office) -> None:
    case = review_of_2020(at)
    for accepted_on in ("2020-05-31", "2020-06-11"):
        with pytest.raises(CaseRefused):
            do(case, "admit_2017", at.legal, "2020-06-10", accepted_on=accepted_on)


def test_a_suit_after_reconsideration_knows_which(at: Office) -> None:
    review = remedy(at, "reconsideration", "2024-06-03", "2024-05-06", "2024-05-20", "process")
    do(review, "admit", at.legal, "2024-06-06")
    record_result(
        case=review, result="upheld", form="maintained", day=D("2024-08-01"), actor=Actor(user=at.legal)
    )
    request = review.parent
    assert request is not None
    sued = register_remedy(
        request=request,
        kind="suit_after_reconsideration",
        filed_on=D("2024-08-12"),
        actor=Actor(user=at.officer),
    )
    assert sued.remarks == () and follows(sued.case) == review
    assert findings(request, "suit_after_reconsideration", D("2024-07-01")) == ("review_pending",)


def test_a_second_review_that_is_still_open_does_not_hide_the_one_decided(at: Office) -> None:
    first = remedy(at, "reconsideration", "2024-06-03", "2024-05-06", "2024-05-20", "process")
    record_result(case=first, result="other", day=D("2024-07-01"), actor=Actor(user=at.legal))
    request = first.parent
    assert request is not None
    actor = Actor(user=at.officer)
    register_remedy(request=request, kind="reconsideration", filed_on=D("2024-07-08"), actor=actor)
    assert findings(request, "suit_after_reconsideration", D("2024-07-10")) == ()


def test_remarks_stay_with_the_case(at: Office) -> None:
    request = decide(accepted(at, "2024-05-06"), at, "process", "2024-05-20")
    entered = register_remedy(
        request=request, kind="direct_suit", filed_on=D("2024-06-03"), actor=Actor(user=at.officer)
    )
    assert entered.case.events.get(seq=1).facts["findings"] == ["review_skipped"]
    assert entered.case.organ == at.organ and request.links.filter(other=entered.case).exists()


def test_silence_can_be_contested_as_well(at: Office) -> None:
    request = accepted(at, "2024-05-06")
    entered = register_remedy(
        request=request, kind="reconsideration", filed_on=D("2024-07-01"), actor=Actor(user=at.officer)
    )
    assert entered.remarks == ()


@pytest.mark.once
@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda each: each.code)
def test_every_act_by_every_wrong_role_is_refused(at: Office, procedure: object) -> None:
    case = remedy(at, procedure.code, "2024-06-03", "2024-05-06", "2024-05-20")  # type: ignore[attr-defined]
    people = {role: Actor(user=staff("", Role(role), at=at.organ)) for role in Role.values}
    people["applicant"] = Actor(party=case.applicant)
    people["system"] = HOUSE
    for action in procedure.actions:  # type: ignore[attr-defined]
        Case.objects.filter(pk=case.pk).update(state=action.sources[0])
        for role in set(people) - set(action.roles):
            with pytest.raises(CaseRefused) as refusal:
                act(case=case, action=action.code, actor=people[role], day=D("2024-06-10"))
            assert refusal.value.code == "role", (action.code, role)


def test_both_suits_are_one_table() -> None:
    tables = [procedure for procedure in PROCEDURES if procedure.code in SUITS]
    assert len({tuple(action.code for action in table.actions) for table in tables}) == 1
    assert rules.kinds().keys() == {procedure.code for procedure in PROCEDURES}


def test_what_is_handed_in_with_an_act_becomes_a_file_of_the_remedy(at: Office) -> None:
    case = review_of_2020(at)
    admit(case=case, notice_on=D("2020-06-10"), accepted_on=D("2020-06-03"), actor=Actor(user=at.legal))
    paper = store(content="答复书".encode(), name="复议答复书.txt", actor=at.legal.ledger_name)
    do(case, "answer", at.legal, "2020-06-19", files=[paper.pk])
    assert [(kept.file, kept.purpose) for kept in case.files.all()] == [(paper, "remedy")]
