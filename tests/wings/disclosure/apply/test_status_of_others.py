"""The status page for corrections of records, answers given again, and codes issued anew; each only for its applicant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from gongkai.engines.casework.actors import Actor
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.corrections.services import Claim, RegisteredCorrection, register_correction
from gongkai.wings.disclosure.remedies.services import record_result, register_remedy
from gongkai.wings.disclosure.requests.reanswer import answers_again
from gongkai.wings.disclosure.requests.services import by_query_code, reissue_query_code
from tests.factories_disclosure import Office, decide, do
from tests.wings.disclosure.apply.conftest import Visitor, text_of
from tests.wings.disclosure.apply.test_form import PNG
from tests.wings.disclosure.apply.test_status import signed_in, today

Visitors = Callable[..., Visitor]


def correction(at: Office) -> RegisteredCorrection:
    evidence = store(content=PNG, name="证.png", actor="user:1")
    return register_correction(
        organ=at.organ,
        claim=Claim(
            applicant_kind="natural",
            name="后羿",
            identity_number="360426199101010071",
            phone="13800138000",
            record="测府〔2019〕8号文附件",
            inaccuracy="<b>生日</b>写错了",
        ),
        channel="desk",
        actor=Actor(user=at.registrar),
        submitted_on=timezone.localdate(),
        files=[(evidence, "evidence")],
    )


@pytest.mark.parametrize("root", ["", "/hant"])
def test_whoever_wants_a_record_corrected_sees_how_it_stands(
    at: Office, visitor: Visitors, root: str
) -> None:
    made = correction(at)
    case = made.correction.case
    do(case, "ask_evidence", at.handler, today(), unclear="请提供户口簿")
    somebody = signed_in(visitor, case.number, made.query_code, root)
    page = text_of(somebody.get("/request/status/own/"))
    assert case.number in page and "<b>生日</b>写错了" in page
    assert b"<b>" not in somebody.get("/request/status/own/").content
    assert ("請您補充證據" if root else "请您补充证据") in page and "请提供户口簿" in page
    assert str(case.others_due_on) in page
    receipt = case.files.filter(for_applicant=True).first()
    assert receipt is not None
    assert somebody.get(f"/request/status/letters/{receipt.pk}/").status_code == 200
    for act in ("correct", "withdraw"):
        answer = somebody.post(f"/request/status/own/{act}/", text="…", sure="yes")
        assert answer["Location"] == f"{root}/request/status/"
    evidence = case.files.get(purpose="evidence")
    assert somebody.get(f"/request/status/letters/{evidence.pk}/").status_code == 404


def test_an_applicant_of_one_kind_reads_nothing_of_the_other(at: Office, visitor: Visitors) -> None:
    made = correction(at)
    number, code = visitor().apply(at.organ.code)
    theirs = made.correction.case.files.filter(for_applicant=True)
    somebody = signed_in(visitor, number, code)
    for kept in theirs:
        assert somebody.get(f"/request/status/letters/{kept.pk}/").status_code == 404
    for pair in ((number, made.query_code), (made.correction.case.number, code)):
        assert visitor().post("/request/status/", number=pair[0], code=pair[1]).status_code == 422


def test_a_new_code_ends_the_visits_of_the_old_one(at: Office, visitor: Visitors) -> None:
    number, code = visitor().apply(at.organ.code)
    somebody = signed_in(visitor, number, code)
    found = by_query_code(number=number, code=code)
    assert found is not None and somebody.get("/request/status/own/").status_code == 200
    fresh = reissue_query_code(
        request=found, checked="contact", actor=Actor(user=at.registrar), day=timezone.localdate()
    )
    assert somebody.get("/request/status/own/")["Location"] == "/request/status/"
    assert visitor().post("/request/status/", number=number, code=code).status_code == 422
    assert signed_in(visitor, number, fresh).get("/request/status/own/").status_code == 200


def test_the_answer_given_again_is_there_for_its_applicant_alone(at: Office, visitor: Visitors) -> None:
    number, code = visitor().apply(at.organ.code)
    found = by_query_code(number=number, code=code)
    assert found is not None
    case, day = found.case, today()
    do(case, "confirm", at.registrar, day, confirmed_on=day, how="phone")
    do(case, "accept", at.officer, day)
    decide(case, at, "not_exist", day)
    officer, on = Actor(user=at.officer), timezone.localdate()
    remedy = register_remedy(request=case, kind="reconsideration", filed_on=on, actor=officer).case
    record_result(case=remedy, result="corrected", day=on, actor=officer)
    do(
        remedy,
        "order_answer",
        at.officer,
        day,
        days=10,
        unit="workdays",
        since=day,
        document="测府复决〔2026〕3号",
    )
    (again,) = answers_again(case)
    page = text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    assert again.number in page and str(again.due_on) in page
    decide(again, at, "granted", day)
    somebody = signed_in(visitor, number, code)
    page = text_of(somebody.get("/request/status/own/"))
    letters = again.files.filter(for_applicant=True, purpose="letter")
    assert letters and all(f"/letters/{kept.pk}/" in page for kept in letters)
    stranger = signed_in(visitor, *visitor().apply(at.organ.code))
    for kept in letters:
        assert somebody.get(f"/request/status/letters/{kept.pk}/").status_code == 200
        assert stranger.get(f"/request/status/letters/{kept.pk}/").status_code == 404
