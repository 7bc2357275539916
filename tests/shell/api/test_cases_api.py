"""Cases over the API: the same refusals as everywhere, masked people, and only one's own organs."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import issue_token
from gongkai.foundation.files.services import store
from tests.factories import organ, staff
from tests.factories_disclosure import Office, accepted, decide, do, office, request

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office()


def call(user: User, method: str, path: str, **body: Any) -> HttpResponse:
    token = issue_token(user=user, name="test")
    headers = {"Authorization": f"Bearer {token}"}
    if method == "get":
        return Client().get(f"/api/v1/cases{path}", body, headers=headers)  # type: ignore[return-value]
    return Client().post(  # type: ignore[return-value]
        f"/api/v1/cases{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_worklist_masks_people_and_shows_days_left(at: Office) -> None:
    case = accepted(at, "2020-04-20")
    answer = call(at.officer, "get", "", group="overdue")
    (line,) = answer.json()["items"]
    assert (line["number"], line["applicant"], line["overdue"]) == (case.number, "张**", True)
    assert (
        "360426199101010071" not in answer.content.decode() and "13800138000" not in answer.content.decode()
    )
    assert call(at.officer, "get", "/counts").json()["overdue"] == 1


def test_other_organs_cases_are_not_there(at: Office) -> None:
    case = accepted(at)
    stranger = staff("", Role.HANDLER, at=organ())
    assert call(stranger, "get", "").json()["items"] == []
    for path in (f"/{case.pk}", f"/{case.pk}/actions"):
        assert call(stranger, "get", path).status_code == 404
    assert call(stranger, "post", f"/{case.pk}/actions/accept").status_code == 404


def test_an_act_is_taken_with_its_facts_and_seen_at_once(at: Office) -> None:
    case = request(at, "2020-04-20").case
    answer = call(at.officer, "post", f"/{case.pk}/actions/accept", day="2020-04-20", version=case.version)
    assert answer.status_code == 200 and answer.json()["state"] == "handling"
    assert answer.json()["clocks"][0]["due_on"] == "2020-05-19"
    assert [act["action"] for act in answer.json()["acts"]] == ["open", "accept"]


def test_each_refusal_has_its_status_and_its_reasons(at: Office) -> None:
    case = request(at, "2020-04-20").case
    role = call(at.archivist, "post", f"/{case.pk}/actions/accept", day="2020-04-20")
    state = call(at.officer, "post", f"/{case.pk}/actions/serve", day="2020-04-20")
    outdated = call(at.officer, "post", f"/{case.pk}/actions/accept", day="2020-04-20", version=99)
    facts = call(
        at.officer, "post", f"/{case.pk}/actions/ask_correction", day="2020-04-21", facts={"days": 99}
    )
    guard = call(
        at.officer,
        "post",
        f"/{case.pk}/actions/ask_correction",
        day="2020-05-11",
        facts={"unclear": "x", "days": 5},
    )
    unknown = call(at.officer, "post", f"/{case.pk}/actions/fly", day="2020-04-21")
    assert [each.status_code for each in (role, state, outdated, facts, guard, unknown)] == [
        403,
        409,
        409,
        422,
        409,
        409,
    ]
    assert {reason.split(":")[0] for reason in facts.json()["reasons"]} == {"unclear", "days"}
    assert guard.json()["reasons"]
    case.refresh_from_db()
    assert (case.state, case.version) == ("registered", 1)


def test_offers_come_from_the_procedures_table(at: Office) -> None:
    case = request(at, "2020-04-20").case
    offers = {each["action"]: each for each in call(at.officer, "get", f"/{case.pk}/actions").json()}
    assert set(offers) == {"accept", "ask_correction", "withdraw"}
    assert offers["accept"]["possible"] and not offers["ask_correction"]["possible"]
    assert offers["ask_correction"]["reasons"]


def test_cases_are_handed_over_all_or_none(at: Office) -> None:
    cases = [accepted(at), accepted(at)]
    stranger = staff("", Role.HANDLER, at=organ())
    pks = [case.pk for case in cases]
    assert call(at.officer, "post", "/handover", cases=pks, handler=stranger.username).status_code == 403
    assert not Case.objects.filter(handler__isnull=False).exists()
    done = call(at.officer, "post", "/handover", cases=pks, handler=at.handler.username)
    assert done.json() == {"done": 2}


def test_a_file_goes_with_an_act_in_its_body(at: Office) -> None:
    case = accepted(at)
    content = base64.b64encode("供水管网图".encode()).decode()
    answer = call(
        at.handler,
        "post",
        f"/{case.pk}/actions/propose_decision",
        day="2020-04-21",
        outcome="granted",
        facts={"information": "所附"},
        files=[{"name": "甲.txt", "content": content}],
    )
    assert answer.status_code == 200
    assert [kept.title for kept in case.files.filter(purpose="answer")] == ["甲.txt"]
    other = accepted(at)
    given = {"day": "2020-04-21", "facts": {}, "files": [{"name": "甲.txt", "content": content}]}
    assert call(at.handler, "post", f"/{other.pk}/actions/propose_extension", **given).status_code == 422


def test_the_number_of_a_file_opens_nobody_elses(at: Office) -> None:
    """A handler of another organ, who guesses the number of a scan of an identity card, gets nothing by an act."""
    theirs = decide(accepted(at), at, "granted", "2020-04-21")
    elsewhere = office()
    case = accepted(elsewhere)
    loose = store(content="人事档案".encode(), name="别人的.txt", actor=at.handler.ledger_name)
    for number in (theirs.files.earliest("pk").file_id, loose.pk, 2**70, -1):
        answer = call(
            elsewhere.handler,
            "post",
            f"/{case.pk}/actions/propose_decision",
            day="2020-04-21",
            outcome="granted",
            facts={"information": "所附", "files": [number]},
        )
        assert answer.status_code == 422, number
    assert not case.files.filter(purpose="answer").exists()


def test_what_each_outcome_needs_is_listed_and_missing_it_is_a_fault_of_the_fact(at: Office) -> None:
    case = accepted(at)
    offers = {each["action"]: each for each in call(at.handler, "get", f"/{case.pk}/actions").json()}
    assert offers["propose_decision"]["needs"]["forbidden_by_law"] == ["reasons", "legal_basis"]
    answer = call(
        at.handler,
        "post",
        f"/{case.pk}/actions/propose_decision",
        day="2020-04-21",
        outcome="forbidden_by_law",
        facts={"reasons": "理由"},
    )
    assert answer.status_code == 422 and "legal_basis" in str(answer.json()["reasons"])


def test_what_was_proposed_and_not_answered_is_listed(at: Office) -> None:
    case, _other = accepted(at), accepted(at)
    do(case, "propose_extension", at.handler, "2020-04-21", days=10, why="涉及年度较多")
    (line,) = call(at.head, "get", "", awaits="propose_extension").json()["items"]
    assert line["number"] == case.number
    assert call(at.head, "get", "", awaits="accept").status_code == 422, "nobody proposes that"


def test_filters_that_are_wrong_are_all_named(at: Office) -> None:
    accepted(at)
    wrong = {"state": "nowhere", "organ": "none", "channel": "pigeon", "handler": "nobody"}
    wrong |= {"received_since": "2020-05-02", "received_until": "2020-05-01", "after": "x"}
    answer = call(at.officer, "get", "", **wrong)
    assert answer.status_code == 422
    told = " ".join(answer.json()["reasons"])
    assert all(name in told for name in ("state", "organ", "channel", "handler", "received_until", "after"))


def test_a_worklist_of_one_handler_is_asked_for_by_user_name(at: Office) -> None:
    case, _other = request(at).case, request(at)
    do(case, "accept", at.officer, "2020-04-20", handler=at.handler.pk)
    for name, numbers in ((at.handler.username, [case.number]), ("me", [])):
        items = call(at.officer, "get", "", handler=name).json()["items"]
        assert [item["number"] for item in items] == numbers
    assert len(call(at.officer, "get", "", handler="none").json()["items"]) == 1
