"""Looking up a request: by number and code alone, one's own alone; and what its applicant does there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from gongkai.engines.casework.models import Case, CaseFile
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.models import HeldFile
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.apply import limits, views_status, visits
from gongkai.wings.disclosure.apply.models import Guesses
from gongkai.wings.disclosure.apply.urls import urlpatterns
from gongkai.wings.disclosure.requests.services import by_query_code
from tests.factories_disclosure import Office, decide, do
from tests.wings.disclosure.apply.conftest import Visitor, text_of
from tests.wings.disclosure.apply.test_form import PNG

Visitors = Callable[..., Visitor]


def today() -> str:
    return timezone.localdate().isoformat()


@pytest.fixture
def made(at: Office, visitor: Visitors) -> tuple[str, str, Case]:
    """Somebody's request, confirmed and accepted: number, code, case."""
    number, code = visitor().apply(at.organ.code)
    found = by_query_code(number=number, code=code)
    assert found is not None
    do(found.case, "confirm", at.registrar, today(), confirmed_on=today(), how="phone")
    do(found.case, "accept", at.officer, today())
    return number, code, found.case


def signed_in(visitor: Visitors, number: str, code: str, root: str = "") -> Visitor:
    somebody = visitor(root=root)
    answer = somebody.post("/request/status/", number=number, code=code)
    assert answer["Location"] == f"{root}/request/status/own/", text_of(answer)
    return somebody


@pytest.mark.parametrize("root", ["", "/hant"])
def test_the_applicant_sees_state_days_and_history(
    visitor: Visitors, made: tuple[str, str, Case], root: str
) -> None:
    number, code, case = made
    page = text_of(signed_in(visitor, number, f" {code.lower()} ", root).get("/request/status/own/"))
    case.refresh_from_db()
    assert number in page
    assert str(case.due_on) in page
    assert "2019年本机关“三公”经费支出情况" in page
    assert ("辦理過程" if root else "办理过程") in page


def test_before_the_confirmation_the_page_says_why_no_day_counts(at: Office, visitor: Visitors) -> None:
    number, code = visitor().apply(at.organ.code)
    page = text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    assert "31" in page or "三十一条" in page
    assert "答复期限已过" not in page


def test_number_and_code_must_belong_together(
    at: Office, visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    other_number, other_code = visitor().apply(at.organ.code)
    number, code, _case = made
    for given in ((number, other_code), (other_number, code), (number, ""), ("", code), ("无此号", code)):
        somebody = visitor()
        answer = somebody.post("/request/status/", number=given[0], code=given[1])
        assert answer.status_code == 422
        assert somebody.get("/request/status/own/")["Location"] == "/request/status/"


@pytest.mark.parametrize("wild", ["<script>alert(1)</script>", "a\0b", "' OR 1=1 --", "号" * 5000, "\u202e"])
def test_wild_numbers_and_codes_find_nothing(visitor: Visitors, made: Any, wild: str) -> None:
    answer = visitor().post("/request/status/", number=wild, code=wild)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()


def test_after_five_wrong_codes_a_number_is_closed_for_a_while(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, _case = made
    for _try in range(5):
        visitor().post("/request/status/", number=number, code="AAAAAAAAAA")
    late = visitor().post("/request/status/", number=number, code=code)
    assert late.status_code == 429
    Guesses.objects.update(since=timezone.now() - limits.QUARTER)
    signed_in(visitor, number, code)


def test_guessing_many_numbers_from_one_place_is_stopped(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, _case = made
    for tried in range(20):
        visitor().post("/request/status/", number=f"号{tried}", code="AAAAAAAAAA")
    assert visitor().post("/request/status/", number=number, code=code).status_code == 429
    kept = " ".join(Guesses.objects.values_list("key", flat=True))
    assert "127.0.0.1" not in kept
    assert number not in kept


def test_a_look_ends_after_half_an_hour(
    visitor: Visitors, made: tuple[str, str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, code, _case = made
    somebody = signed_in(visitor, number, code)
    later = timezone.now() + visits.OPEN_FOR + dt.timedelta(seconds=1)
    monkeypatch.setattr("gongkai.wings.disclosure.apply.visits.timezone.now", lambda: later)
    assert somebody.get("/request/status/own/")["Location"] == "/request/status/"


@pytest.mark.parametrize(
    "typed",
    [
        "{mark}〔{year}〕{n}号",
        "{mark}[{year}]{n}号",
        " {mark}（{year}） {n}號",
        "{mark}({year}){n}",
        "{mark}【{year}】{n}号",
    ],
)
def test_a_number_is_found_however_its_brackets_were_typed(
    visitor: Visitors, made: tuple[str, str, Case], typed: str
) -> None:
    number, code, _case = made
    mark, year, n = re.fullmatch(r"(.+)〔(\d+)〕(\d+)号", number).groups()  # type: ignore[union-attr]
    signed_in(visitor, typed.format(mark=mark, year=year, n=n), code)


# -- One applicant never reads another's -------------------------------------------------------------


def routes() -> list[str]:
    return [f"/request/{pattern.pattern}" for pattern in urlpatterns]


def test_every_route_keeps_one_applicants_matters_from_another(
    at: Office, visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    secret = store(content=PNG, name="只给一人.png", actor="test")
    file = CaseFile.objects.create(
        case=case, file=secret, title="只给一人", purpose="answer", for_applicant=True
    )
    other_number, other_code = visitor().apply(
        at.organ.code, information={"description": "另一件事", "document_hint": ""}
    )
    strangers = [visitor(), signed_in(visitor, other_number, other_code)]
    strangers[0].begin(at.organ.code)
    strangers[0].fill()
    before = list(case.events.values_list("seq", flat=True))
    for stranger in strangers:
        for route in routes():
            for number_tried in (file.pk, case.pk, secret.pk):
                path = re.sub(r"<int:\w+>", str(number_tried), route)
                for path_tried in (
                    re.sub(r"<slug:\w+>", word, path) for word in ("withdraw", "correct", "who", str(case.pk))
                ):
                    for answer in (
                        stranger.get(path_tried, request=str(case.pk), pk=str(case.pk)),
                        stranger.post(path_tried, text="改", sure="yes", request=str(case.pk)),
                    ):
                        shown = b"".join(answer.streaming_content) if answer.streaming else answer.content
                        text = shown.decode(errors="replace")
                        assert number not in text, path_tried
                        assert "只给一人" not in text, path_tried
                        assert code not in text, path_tried
                        assert PNG not in shown, path_tried
    assert list(case.events.values_list("seq", flat=True)) == before
    mine = signed_in(visitor, number, code).get(f"/request/status/letters/{file.pk}/")
    assert b"".join(mine.streaming_content) == PNG
    assert mine["Cache-Control"] == "no-store"
    assert mine["Content-Disposition"].startswith("attachment")


def test_files_not_meant_for_the_applicant_are_not_given_out(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    inner = CaseFile.objects.create(
        case=case, file=store(content=PNG, name="内部.png", actor="test"), title="内部", purpose="evidence"
    )
    somebody = signed_in(visitor, number, code)
    assert "内部" not in text_of(somebody.get("/request/status/own/"))
    assert somebody.get(f"/request/status/letters/{inner.pk}/").status_code == 404
    assert somebody.get("/request/status/letters/99999999999999999999/").status_code == 404


def test_leaving_closes_the_request_on_this_device(visitor: Visitors, made: tuple[str, str, Case]) -> None:
    somebody = signed_in(visitor, made[0], made[1])
    somebody.post("/request/leave/")
    assert somebody.get("/request/status/own/")["Location"] == "/request/status/"


# -- What the applicant does -------------------------------------------------------------------------


def test_a_correction_starts_the_period_anew(
    at: Office, visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    do(case, "ask_correction", at.officer, today(), unclear="请写明年份 <b>", days=10)
    somebody = signed_in(visitor, number, code)
    page = text_of(somebody.get("/request/status/own/"))
    assert "请写明年份" in page
    assert "<b>" not in somebody.get("/request/status/own/").content.decode()
    answer = somebody.post(
        "/request/status/own/correct/",
        text="是2019年的\x00",
        file=SimpleUploadedFile("补充.png", PNG),
    )
    assert answer.status_code == 303, text_of(answer)
    case.refresh_from_db()
    assert case.state == "handling"
    assert case.fact("text") == "是2019年的"
    assert "是2019年的" in text_of(somebody.get("/request/status/own/"))
    assert case.files.filter(purpose="correction").count() == 1


@pytest.mark.parametrize(
    ("text", "name", "content"),
    [("", "a.png", PNG), ("x" * 20_001, "a.png", PNG), ("好", "a.png", b"<html>"), ("好", "a.exe", b"MZ")],
)
def test_a_correction_that_cannot_be_taken_keeps_its_text_and_no_file(
    at: Office, visitor: Visitors, made: tuple[str, str, Case], text: str, name: str, content: bytes
) -> None:
    number, code, case = made
    do(case, "ask_correction", at.officer, today(), unclear="请写明年份", days=10)
    somebody = signed_in(visitor, number, code)
    answer = somebody.post("/request/status/own/correct/", text=text, file=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert text in text_of(answer)
    case.refresh_from_db()
    assert case.state == "correcting"
    assert not case.files.filter(purpose="correction").exists()


def test_reasons_are_given_when_asked_for(at: Office, visitor: Visitors, made: tuple[str, str, Case]) -> None:
    number, code, case = made
    do(case, "ask_reasons", at.officer, today(), why="同一月内已申请三十件", days=10)
    somebody = signed_in(visitor, number, code)
    assert somebody.post("/request/status/own/give_reasons/", text="用于课题").status_code == 303
    case.refresh_from_db()
    assert case.state == "handling"


def test_taking_back_needs_a_tick_and_ends_the_request(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    somebody = signed_in(visitor, number, code)
    assert somebody.post("/request/status/own/withdraw/").status_code == 422
    assert somebody.post("/request/status/own/withdraw/", sure="yes").status_code == 303
    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    again = somebody.post("/request/status/own/withdraw/", sure="yes")
    assert again.status_code == 422  # the procedure refuses, and says why


def test_what_is_not_asked_for_cannot_be_answered(visitor: Visitors, made: tuple[str, str, Case]) -> None:
    somebody = signed_in(visitor, made[0], made[1])
    for act in ("correct", "give_reasons"):
        assert somebody.post(f"/request/status/own/{act}/", text="硬来").status_code == 422
    assert somebody.post("/request/status/own/approve/", text="硬来").status_code == 404


def test_a_refusal_says_how_to_appeal_by_the_law_of_its_day(
    at: Office, visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    decide(case, at, "internal_affairs", today())
    page = text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    assert "救济途径" in page
    assert "行政复议" in page
    assert "撤回申请" not in page


def test_an_applicant_asked_to_clarify_reads_until_when_and_what_follows(
    at: Office, visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    do(case, "ask_correction", at.officer, today(), unclear="哪一年？", days=10)
    case.refresh_from_db()
    somebody = signed_in(visitor, number, code)
    page = text_of(somebody.get("/request/status/own/"))
    assert f"请于{case.others_due_on}前" in page and "视为放弃申请" in page and "条例第三十条" in page
    Case.objects.filter(pk=case.pk).update(others_due_on=dt.date(2020, 1, 2))
    assert "补正期限已于2020-01-02届满" in text_of(somebody.get("/request/status/own/"))


def test_a_late_reply_is_told_by_the_days_it_is_late(
    visitor: Visitors, made: tuple[str, str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, code, case = made
    somebody = signed_in(visitor, number, code)
    assert "剩余工作日" in text_of(somebody.get("/request/status/own/"))
    case.refresh_from_db()
    assert case.due_on is not None
    later = case.due_on + dt.timedelta(days=9)
    monkeypatch.setattr(views_status, "timezone", SimpleNamespace(localdate=lambda: later, now=timezone.now))
    page = text_of(somebody.get("/request/status/own/"))
    assert "逾期工作日" in page and "剩余工作日" not in page


@pytest.mark.parametrize("end", ["partial", "withdrawn"])
def test_how_it_ended_is_told_without_words_about_counting(
    at: Office, visitor: Visitors, made: tuple[str, str, Case], end: str
) -> None:
    number, code, case = made
    somebody = signed_in(visitor, number, code)
    if end == "partial":
        decide(case, at, "partial", today())
    else:
        somebody.post("/request/status/own/withdraw/", sure="yes")
    page = text_of(somebody.get("/request/status/own/"))
    assert {"partial": "部分公开", "withdrawn": "申请已撤回"}[end] in page
    assert "只计这一情形" not in page and "其他处理：其他" not in page


def test_the_days_left_are_told_while_the_clock_stands_still_and_goes_on_with_them(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    do(case, "consult_third_party", at_desk(case), today(), third_party="甲公司", matter="价款")
    shown = text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    assert "期限停止计算" in shown and "恢复计算后还剩20个工作日" in shown


def test_no_days_are_promised_where_the_clock_starts_anew(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    do(case, "charge_fee", at_desk(case), today(), scale="pages", quantity=100, how_to_pay="转账")
    shown = text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    assert "期限停止计算" in shown and "恢复计算后" not in shown


def at_desk(case: Case) -> User:
    return User.objects.get(assignments__role="disclosure_officer", assignments__organ=case.organ)


def test_nothing_is_called_provisional_once_the_answer_is_there(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    number, code, case = made
    case.clocks.filter(code="reply").update(provisional=True)
    assert "暂定" in text_of(signed_in(visitor, number, code).get("/request/status/own/"))
    do(case, "withdraw", at_desk(case), today(), "withdrawn")
    case.clocks.filter(code="reply").update(provisional=True)
    assert "暂定" not in text_of(signed_in(visitor, number, code).get("/request/status/own/"))


def test_what_an_applicant_hands_in_is_in_no_library_even_when_it_is_refused(
    visitor: Visitors, made: tuple[str, str, Case]
) -> None:
    """The case asks for no correction: the answer comes too late, and its file is nobody's."""
    number, code, _case = made
    scan = SimpleUploadedFile("身份证.png", PNG)
    answer = signed_in(visitor, number, code).post("/request/status/own/correct/", text="2019年", file=scan)
    assert answer.status_code == 422
    assert HeldFile.objects.filter(file__name="身份证.png", place="").exists()
