"""An order to answer again: a clock by the limit it names, a case of its own, and the tables as they were published."""

from __future__ import annotations

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
from gongkai.wings.disclosure.remedies.services import order_new_answer, record_result, register_remedy
from gongkai.wings.disclosure.requests.reanswer import REANSWER, answers_again
from tests.factories import staff
from tests.factories_disclosure import GIVEN, D, Office, accepted, decide, do, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office(code="exam")


def corrected(at: Office, request: Case, filed: str, day: str, result: str = "corrected") -> Case:
    remedy = register_remedy(
        request=request, kind="reconsideration", filed_on=D(filed), actor=Actor(user=at.officer)
    ).case
    record_result(
        case=remedy, result=result, day=D(day), actor=Actor(user=at.officer), document="测府复决〔2024〕3号"
    )
    return remedy


def refused(at: Office) -> Case:
    return decide(accepted(at, "2024-05-06"), at, "process", "2024-05-20")


def counted(year: int) -> dict[str, int]:
    return {
        each.code: tally(each.source, Period.year(year)).of(each)
        for owner in ("requests", "remedies")
        for each in figures(owner)
        if "days" not in each.code
    }


@pytest.mark.parametrize(
    ("days", "unit", "due"),
    [(10, "workdays", "2024-09-03"), (10, "days", "2024-08-30"), (2, "months", "2024-10-21")],
)
def test_an_order_starts_a_clock_by_the_limit_it_names(at: Office, days: int, unit: str, due: str) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=days, unit=unit, since="2024-08-20")
    (again,) = answers_again(request)
    assert (again.state, again.due_on, again.parent) == ("handling", D(due), request)
    assert remedy.links.get(kind="reanswer").other == again
    assert (request.state, request.outcome, request.closed_on) == ("concluded", "process", D("2024-05-20"))


def test_a_limit_of_more_than_a_year_is_a_slip_and_changes_nothing(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    with pytest.raises(ValidationError) as refusal:
        do(remedy, "order_answer", at.officer, "2024-08-21", days=13, unit="months", since="2024-08-20")
    assert "12" in refusal.value.message_dict["days"][0]
    assert list(answers_again(request)) == []
    assert not remedy.events.filter(action="order_answer").exists()


def test_the_new_answer_goes_through_every_review_and_names_the_order(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=10, unit="workdays", since="2024-08-20")
    (again,) = answers_again(request)
    decide(again, at, "granted", "2024-08-28", GIVEN)
    letter = Letter.objects.get(subject=again.ledger_name, kind="granted")
    facts = letter.content["facts"]
    assert (facts["request_number"], facts["received"]) == (request.number, "2024-05-06")
    assert facts["order"] == "测府复决〔2024〕3号" and letter.state == "approved"
    assert (again.due_on, again.outcome) == (None, "granted")
    do(again, "archive", at.archivist, "2024-08-29")
    assert again.files.filter(purpose="archive").count() == 1
    assert list(verify_cases()) == []


def test_the_numbers_of_the_year_stay_what_they_were(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    before = counted(2024)
    do(remedy, "order_answer", at.officer, "2024-08-21", days=10, unit="workdays", since="2024-08-20")
    (again,) = answers_again(request)
    assert counted(2024) == before
    decide(again, at, "granted", "2024-08-28", GIVEN)
    assert counted(2024) == before


def test_asking_a_third_party_does_not_stop_the_clock_of_an_order(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=30, unit="workdays", since="2024-08-20")
    (again,) = answers_again(request)
    due = again.due_on
    do(again, "consult_third_party", at.handler, "2024-08-22", third_party="甲公司", matter="价款")
    assert again.due_on == due
    do(again, "third_party_opinion", at.handler, "2024-08-26", third_party="甲公司", opinion="agrees")
    do(again, "end_third_party", at.handler, "2024-08-26", ended_on="2024-08-26")
    assert (again.state, again.due_on) == ("handling", due)


def test_a_request_that_was_never_answered_gets_the_clock_itself(at: Office) -> None:
    request = accepted(at, "2024-05-06")
    remedy = corrected(at, request, "2024-06-24", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=10, unit="workdays", since="2024-08-20")
    request.refresh_from_db()
    assert list(answers_again(request)) == []
    clocks = {clock.code: clock.due_on for clock in request.clocks.all()}
    assert clocks == {"reply": D("2024-05-31"), "ordered": D("2024-09-03")}
    decide(request, at, "granted", "2024-08-28")
    assert request.due_on is None and {clock.standing for clock in request.clocks.all()} == {"finished"}


def test_only_a_correcting_result_orders_and_only_once(at: Office) -> None:
    request = refused(at)
    upheld = corrected(at, request, "2024-06-03", "2024-08-20", "upheld")
    given = {"days": 10, "unit": "workdays", "since": D("2024-08-20"), "day": D("2024-08-21")}
    officer = Actor(user=at.officer)
    with pytest.raises(CaseRefused):
        order_new_answer(case=upheld, actor=officer, **given)
    remedy = corrected(at, request, "2024-06-04", "2024-08-20")
    with pytest.raises(CaseRefused, match="2024-08-20"):
        order_new_answer(case=remedy, actor=officer, **(given | {"since": D("2024-08-19")}))
    order_new_answer(case=remedy, actor=officer, **given)
    with pytest.raises(CaseRefused):
        order_new_answer(case=remedy, actor=officer, **given)
    assert len(answers_again(request)) == 1


def test_the_new_answer_can_be_reviewed_in_its_turn(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=10, unit="workdays", since="2024-08-20")
    (again,) = answers_again(request)
    decide(again, at, "process", "2024-08-28", GIVEN)
    second = corrected(at, again, "2024-09-09", "2024-11-04")
    do(second, "order_answer", at.officer, "2024-11-05", days=15, unit="days", since="2024-11-04")
    (third,) = answers_again(again)
    decide(third, at, "granted", "2024-11-12", GIVEN)
    facts = Letter.objects.get(subject=third.ledger_name, kind="granted").content["facts"]
    assert facts["request_number"] == request.number


@pytest.mark.once
def test_every_act_of_a_new_answer_by_every_wrong_role_is_refused(at: Office) -> None:
    request = refused(at)
    remedy = corrected(at, request, "2024-06-03", "2024-08-20")
    do(remedy, "order_answer", at.officer, "2024-08-21", days=10, unit="workdays", since="2024-08-20")
    (again,) = answers_again(request)
    people = {role: Actor(user=staff("", Role(role), at=at.organ)) for role in Role.values}
    people |= {APPLICANT: Actor(party=again.applicant), SYSTEM: HOUSE}
    for action in REANSWER.actions:
        Case.objects.filter(pk=again.pk).update(state=action.sources[0])
        again.refresh_from_db()
        for role in set(people) - set(action.roles):
            with pytest.raises(CaseRefused) as refusal:
                act(case=again, action=action.code, actor=people[role], day=D("2024-08-22"))
            assert refusal.value.code == "role", (action.code, role)
