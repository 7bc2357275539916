"""Correcting a record about oneself (条例 Art. 41): each way to end, and that none of it counts as a request."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.exceptions import ValidationError

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.declarations import APPLICANT, SYSTEM
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, figures, tally
from gongkai.engines.letters.models import Letter
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.models import Entry
from gongkai.wings.disclosure.corrections import rules
from gongkai.wings.disclosure.corrections.models import RecordCorrection
from gongkai.wings.disclosure.corrections.procedure import CORRECTION
from gongkai.wings.disclosure.corrections.services import (
    Claim,
    RegisteredCorrection,
    by_query_code,
    register_correction,
    reissue_query_code,
)
from gongkai.wings.disclosure.remedies.services import register_remedy
from tests.factories import staff
from tests.factories_disclosure import D, Office, do, office

pytestmark = pytest.mark.django_db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
SAID = {
    "correction": "出生日期：1991年1月1日",
    "responsible_organ": "测试市公安局",
    "organ_contact": "测试路2号",
    "reasons": "证据与档案一致",
}


@pytest.fixture
def at() -> Office:
    return office()


def claim(**facts: str) -> Claim:
    given = {
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_number": "360426199101010071",
        "phone": "13800138000",
        "record": "测府〔2019〕8号文附件中的个人信息",
        "inaccuracy": "出生日期写成1919年，应为1991年",
    }
    return Claim(**(given | facts))


def registered(at: Office, received: str = "2024-05-06", **facts: str) -> RegisteredCorrection:
    evidence = store(content=PNG, name="户口簿.png", actor="user:1")
    return register_correction(
        organ=at.organ,
        claim=claim(**facts),
        channel="desk",
        actor=Actor(user=at.registrar),
        submitted_on=D(received),
        files=[(evidence, "evidence")],
    )


def decided(at: Office, case: Case, outcome: str, day: str = "2024-05-20") -> Case:
    do(case, "propose_decision", at.handler, day, outcome, **SAID)
    do(case, "approve", at.head, day)
    do(case, "serve", at.officer, day, way="pickup", proof="收据")
    return case


@pytest.mark.parametrize("ending", rules.OUTCOMES, ids=lambda each: each.code)
def test_each_way_to_end_has_its_letter(at: Office, ending: rules.CorrectionOutcome) -> None:
    case = registered(at).correction.case
    assert (case.state, case.due_on, case.number.split("〔")[0][-2:]) == (
        "registered",
        D("2024-05-31"),
        "更正",
    )
    decided(at, case, ending.code)
    letters = {letter.kind: letter for letter in Letter.objects.filter(subject=case.ledger_name)}
    assert set(letters) == {"record_receipt", ending.code, "delivery_receipt"}
    assert letters[ending.code].state == "approved" and letters[ending.code].number
    assert "行政复议" in letters[ending.code].content["remedies"]
    assert case.files.filter(for_applicant=True, purpose="letter").count() >= 2
    do(case, "archive", at.archivist, "2024-05-21")
    assert case.files.filter(purpose="archive").count() == 1
    assert list(verify_cases()) == []


def test_nothing_of_it_counts_as_a_request(at: Office) -> None:
    decided(at, registered(at).correction.case, "record_corrected")
    registered(at)
    for each in figures("requests"):
        assert tally(each.source, Period.year(2024)).of(each) == 0, each.code


def test_evidence_is_asked_for_once_and_the_clock_stands_still_meanwhile(at: Office) -> None:
    case = registered(at).correction.case
    do(case, "ask_evidence", at.handler, "2024-05-08", unclear="请提供户口簿")
    assert (case.due_on, case.others_due_on) == (None, D("2024-05-21"))
    with pytest.raises(CaseRefused, match="2024-05-21"):
        do(case, "go_on", at.handler, "2024-05-21")
    do(case, "receive_evidence", at.registrar, "2024-05-15", text="户口簿复印件")
    assert case.due_on == D("2024-06-11")
    with pytest.raises(CaseRefused):
        do(case, "ask_evidence", at.handler, "2024-05-16", unclear="再来一次")


def test_without_evidence_in_time_the_organ_decides_on_what_there_is(at: Office) -> None:
    case = registered(at).correction.case
    do(case, "ask_evidence", at.handler, "2024-05-08", unclear="请提供户口簿")
    do(case, "go_on", at.handler, "2024-05-22")
    decided(at, case, "record_kept", "2024-05-24")
    assert case.outcome == "record_kept"


@pytest.mark.parametrize("ending", rules.OUTCOMES, ids=lambda each: each.code)
def test_a_decision_that_does_not_say_what_its_reader_needs_is_refused(
    at: Office, ending: rules.CorrectionOutcome
) -> None:
    case = registered(at).correction.case
    for missing in ending.required:
        with pytest.raises(ValidationError) as refusal:
            do(
                case,
                "propose_decision",
                at.handler,
                "2024-05-07",
                ending.code,
                **{name: value for name, value in SAID.items() if name != missing},
            )
        assert list(refusal.value.message_dict) == [missing]


def test_who_proposes_does_not_approve_and_the_head_can_return_it(at: Office) -> None:
    case = registered(at).correction.case
    do(case, "propose_decision", at.handler, "2024-05-07", "record_kept", **SAID)
    do(case, "return_draft", at.head, "2024-05-08", why="理由再写清楚")
    assert (case.state, case.outcome) == ("registered", "")
    both = staff("", Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD, at=at.organ)
    do(case, "propose_decision", both, "2024-05-09", "record_kept", **SAID)
    with pytest.raises(CaseRefused) as refusal:
        do(case, "approve", both, "2024-05-09")
    assert refusal.value.code == "same_person"


def test_everything_that_is_missing_is_said_at_once(at: Office) -> None:
    with pytest.raises(ValidationError) as refusal:
        register_correction(
            organ=at.organ,
            claim=claim(record=" ", inaccuracy="", name="", identity_number="1", phone="", agent_name="李四"),
            channel="?",
            actor=Actor(user=at.registrar),
            submitted_on=D("2024-05-06"),
        )
    assert set(refusal.value.message_dict) == {
        *("record", "inaccuracy", "name", "identity_number", "phone", "mandate", "evidence", "channel")
    }
    assert not Case.objects.exists()


@pytest.mark.once
def test_every_action_by_every_wrong_role_is_refused(at: Office) -> None:
    case = registered(at).correction.case
    people = {role: staff("", Role(role), at=at.organ) for role in Role.values}
    for action in CORRECTION.actions:
        Case.objects.filter(pk=case.pk).update(state=action.sources[0])
        case.refresh_from_db()
        for role in {*Role.values, APPLICANT, SYSTEM} - set(action.roles):
            actor = HOUSE if role == SYSTEM else Actor(party=case.applicant)
            if role in people:
                actor = Actor(user=people[role])
            with pytest.raises(CaseRefused) as refusal:
                act(case=case, action=action.code, actor=actor, day=D("2024-05-07"))
            assert refusal.value.code == "role", action.code


def test_a_refusal_to_correct_can_be_reviewed_and_is_no_refusal_to_disclose(at: Office) -> None:
    case = decided(at, registered(at).correction.case, "record_kept")
    entered = register_remedy(
        request=case, kind="direct_suit", filed_on=D("2024-06-03"), actor=Actor(user=at.officer)
    )
    assert entered.remarks == () and entered.case.parent == case


def test_number_and_code_open_it_until_the_desk_issues_another(at: Office) -> None:
    made = registered(at)
    number = made.correction.case.number
    assert by_query_code(number=number, code=made.query_code) == made.correction
    code = reissue_query_code(
        correction=made.correction, checked="document", actor=Actor(user=at.registrar), day=D("2024-05-07")
    )
    assert by_query_code(number=number, code=made.query_code) is None
    assert by_query_code(number=number, code=code) == made.correction
    entry = Entry.objects.get(verb="case.query_code")
    assert entry.actor == at.registrar.ledger_name and code not in str(entry.body)


def test_a_title_shows_no_number_of_a_person(at: Office) -> None:
    case = registered(at, record="身份证360426199101010071的登记信息").correction.case
    assert "360426199101010071" not in case.title


def test_what_is_not_law_says_so() -> None:
    assert not rules.limit("answer").confirmed and not rules.limit("evidence").confirmed


def test_a_record_is_kept_as_it_was_given(at: Office) -> None:
    made = registered(at, inaccuracy="<script>alert(1)</script>\n第二行")
    kept = RecordCorrection.objects.get(pk=made.correction.pk)
    assert kept.inaccuracy == "<script>alert(1)</script>\n第二行"
    assert dataclasses.asdict(claim())["record"] == kept.record
