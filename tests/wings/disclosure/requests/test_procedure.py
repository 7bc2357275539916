"""The table as a whole: every action by every wrong role, and whatever order people act in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.casework.actors import HOUSE, Actor
from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, Action
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act, allowed_actions
from gongkai.engines.casework.verification import verify_cases
from gongkai.foundation.accounts.models import Role
from gongkai.wings.disclosure.requests.outcomes import from_row, outcome, outcomes
from gongkai.wings.disclosure.requests.procedure import REQUEST
from gongkai.wings.disclosure.requests.terms import ORDERED
from tests.factories import staff
from tests.factories_disclosure import GIVEN, D, Office, office, request

pytestmark = pytest.mark.django_db

EVERY_ROLE = {*Role.values, APPLICANT, SYSTEM}


@pytest.fixture
def at() -> Office:
    return office()


def put(case: Case, state: str) -> Case:
    """The case in a state, without the way there: for refusals only, which change nothing."""
    Case.objects.filter(pk=case.pk).update(state=state)
    case.refresh_from_db()
    return case


@pytest.mark.once
def test_every_action_by_every_wrong_role_is_refused(at: Office) -> None:
    case = request(at).case
    stranger = request(at).case.applicant
    people = {role: staff("", Role(role), at=at.organ) for role in Role.values}
    refusals = 0
    for action in REQUEST.actions:
        put(case, action.sources[0])
        for role in EVERY_ROLE - set(action.roles):
            actor = HOUSE if role == SYSTEM else Actor(party=case.applicant)
            if role in people:
                actor = Actor(user=people[role])
            with pytest.raises(CaseRefused) as refusal:
                act(case=case, action=action.code, actor=actor, day=D("2020-04-21"))
            assert refusal.value.code == "role" and not refusal.value.conflict
            assert action.code not in {
                offer.action.code for offer in allowed_actions(case, actor, day=D("2020-04-21"))
            }
            refusals += 1
        with pytest.raises(CaseRefused):  # the right role, but of another case or another organ
            act(case=case, action=action.code, actor=Actor(party=stranger), day=D("2020-04-21"))
    assert refusals > 300


def test_somebody_of_another_organ_may_do_nothing_here(at: Office) -> None:
    case, elsewhere = request(at).case, office()
    for action in REQUEST.actions:
        put(case, action.sources[0])
        for role in set(action.roles) - {APPLICANT, SYSTEM}:
            with pytest.raises(CaseRefused) as refusal:
                act(
                    case=case,
                    action=action.code,
                    actor=elsewhere.as_role(_attribute(role)),
                    day=D("2020-04-21"),
                )
            assert refusal.value.code == "role"


def _attribute(role: str) -> str:
    return {"legal_reviewer": "legal", "secrecy_officer": "secrecy"}.get(role, role)


def test_an_action_out_of_its_state_is_a_conflict_with_the_reason(at: Office) -> None:
    case = request(at).case
    for action in REQUEST.actions:
        outside = next(state for state in REQUEST.states if state.code not in action.sources)
        put(case, outside.code)
        role = next((role for role in action.roles if role not in (APPLICANT, SYSTEM)), "")
        actor = at.as_role(_attribute(role)) if role else HOUSE
        with pytest.raises(CaseRefused) as refusal:
            act(case=case, action=action.code, actor=actor, day=D("2020-04-21"))
        assert refusal.value.code == "state" and refusal.value.conflict
        assert str(outside.title) in str(refusal.value)


def test_every_outcome_stands_in_one_row_of_each_form() -> None:
    rows = {each.row for each in outcomes()}
    assert len(rows) == 21 and "3.7" not in rows
    assert {each.row_2019 for each in outcomes()} == {row for row in rows if not row.startswith("3.6")} | {
        "3.6"
    }
    for row in rows | {"3.6"}:
        assert row in (from_row(row).row, from_row(row).row_2019)


# -- Whatever order people act in --------------------------------------------------------------------


def _actor(case: Case, action: Action, at: Office) -> Actor:
    role = action.roles[0]
    if role == APPLICANT:
        return Actor(party=case.applicant)
    return HOUSE if role == SYSTEM else at.as_role(_attribute(role))


def _facts(action: Action, day: dt.date, draw: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact in action.facts:
        if fact.kind in ("staff", "file"):
            continue
        if fact.kind == "date":
            facts[fact.name] = day.isoformat()
        elif fact.kind == "number":
            facts[fact.name] = draw(st.integers(fact.least or 1, min(fact.most or 100, 100)))
        elif fact.kind == "choice":
            facts[fact.name] = draw(st.sampled_from([code for code, _title in fact.choices]))
        elif fact.kind == "money":
            facts[fact.name] = draw(st.sampled_from(["380", "100"]))
        else:
            facts[fact.name] = GIVEN.get(fact.name, "内容")
    return facts


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.once
@given(data=st.data())
def test_any_sequence_of_allowed_acts_ends_in_exactly_one_row(at: Office, data: st.DataObject) -> None:
    """People act at random among what the table offers; time passes. Every request that is closed has one row, no open one
    has any, and the ledger agrees with the tables at the end."""
    day = D("2021-03-01")
    case = request(at, day.isoformat(), data.draw(st.sampled_from(["desk", "internet"]))).case
    for _step in range(40):
        offered = [action for action in REQUEST.actions_from(case.state) if action.code != "withdraw"]
        if not offered:
            break
        action = data.draw(st.sampled_from(offered))
        day += dt.timedelta(days=data.draw(st.integers(0, 25)))
        chosen = data.draw(st.sampled_from(action.outcomes)) if action.outcomes else ""
        version = case.version
        try:
            act(
                case=case,
                action=action.code,
                actor=_actor(case, action, at),
                day=day,
                facts=_facts(action, day, data.draw),
                outcome=chosen,
            )
        except CaseRefused:
            case.refresh_from_db()
            assert case.version == version, "a refused act left something behind"
        _consistent(case)
    if case.closed_on is None:
        act(case=case, action="withdraw", actor=Actor(party=case.applicant), day=day, outcome="withdrawn")
        _consistent(case)
    assert outcome(case.outcome).row.startswith("3.") and case.due_on is None
    assert [fault for fault in verify_cases() if fault.case == case.pk] == []


def _consistent(case: Case) -> None:
    closed = case.standing.kind == "closed"
    assert (case.closed_on is not None) == closed
    assert not closed or case.outcome
    assert case.waiting == (case.standing.kind == "waiting")
    ours = case.clocks.filter(code__in=("reply", *ORDERED), standing="running")
    assert case.due_on == min((clock.due_on for clock in ours if clock.due_on), default=None)
