"""Reconsideration and suits: linked to their request, with the clocks of their law, counted in the fifteen numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, figure, tally
from gongkai.wings.disclosure.remedies.intake import import_remedies
from gongkai.wings.disclosure.remedies.services import record_result, register_remedy, remedies_of
from tests.factories_disclosure import D, Office, accepted, decide, do, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office(code="exam")


def refused_request(at: Office, received: str, replied: str) -> Case:
    return decide(accepted(at, received), at, "process", replied)


def table4(year: int) -> dict[str, int]:
    counted = tally("remedies.counted", Period.year(year))
    results = ("upheld", "corrected", "other", "pending", "total")
    kinds = ("reconsideration", "direct_suit", "suit_after_reconsideration")
    codes = [f"remedies.{kind}.{result}" for kind in kinds for result in results]
    return {code: number for code in codes if (number := counted.of(figure(code)))}


def test_a_reconsideration_from_filing_to_result(at: Office) -> None:
    request = refused_request(at, "2024-05-06", "2024-05-20")
    entered = register_remedy(
        request=request, kind="reconsideration", filed_on=D("2024-06-03"), actor=Actor(user=at.officer)
    )
    case = entered.case
    assert (entered.remarks, case.parent, case.waiting, case.due_on) == ((), request, True, None)
    do(case, "admit", at.legal, "2024-06-06")
    assert (case.due_on, case.others_due_on) == (D("2024-06-21"), D("2024-08-05"))
    do(case, "answer", at.legal, "2024-06-14")
    do(case, "extend", at.legal, "2024-07-30", days=30)
    assert case.others_due_on == D("2024-09-04")
    with pytest.raises(CaseRefused):
        do(case, "extend", at.legal, "2024-07-31", days=1)
    record_result(case=case, result="corrected", day=D("2024-08-20"), actor=Actor(user=at.officer))
    assert (case.state, case.outcome, case.others_due_on) == ("decided", "corrected", None)
    assert remedies_of(request) == [case]
    assert table4(2024) == {"remedies.reconsideration.corrected": 1, "remedies.reconsideration.total": 1}
    assert list(verify_cases()) == []


def test_the_simplified_procedure_has_its_own_days_and_no_extension(at: Office) -> None:
    request = refused_request(at, "2024-05-06", "2024-05-20")
    case = register_remedy(
        request=request, kind="reconsideration", filed_on=D("2024-06-03"), actor=Actor(user=at.officer)
    ).case
    do(case, "admit_simplified", at.legal, "2024-06-06")
    assert (case.due_on, case.others_due_on) == (
        D("2024-06-14"),
        D("2024-07-08"),
    )  # 5 wd over the Dragon Boat day; 30 d
    with pytest.raises(CaseRefused):
        do(case, "extend", at.legal, "2024-06-10", days=10)


def test_a_suit_in_the_simplified_procedure_has_45_days(at: Office) -> None:
    request = decide(accepted(at, "2024-05-06"), at, "granted", "2024-05-20")
    case = register_remedy(
        request=request, kind="direct_suit", filed_on=D("2024-06-03"), actor=Actor(user=at.officer)
    ).case
    do(case, "admit_simplified", at.legal, "2024-06-06")
    assert case.others_due_on == D("2024-07-22")


def test_since_2024_a_suit_against_a_refusal_without_review_is_remarked_on_and_entered(at: Office) -> None:
    new = refused_request(at, "2024-05-06", "2024-05-20")
    old = refused_request(at, "2023-05-06", "2023-05-19")
    actor = Actor(user=at.officer)
    assert (
        "行政复议法"
        in register_remedy(request=new, kind="direct_suit", filed_on=D("2024-06-03"), actor=actor).remarks[0]
    )
    assert (
        register_remedy(request=old, kind="direct_suit", filed_on=D("2023-06-05"), actor=actor).remarks == ()
    )


def test_a_late_reconsideration_and_a_suit_without_one_are_remarked_on(at: Office) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    actor = Actor(user=at.officer)
    late = register_remedy(request=request, kind="reconsideration", filed_on=D("2020-08-03"), actor=actor)
    assert len(late.remarks) == 1
    other = refused_request(at, "2020-04-20", "2020-05-11")
    assert register_remedy(
        request=other, kind="suit_after_reconsideration", filed_on=D("2020-08-03"), actor=actor
    ).remarks


def test_a_remedy_is_not_older_than_its_request(at: Office) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    with pytest.raises(ValidationError) as refusal:
        register_remedy(
            request=request, kind="reconsideration", filed_on=D("2020-04-19"), actor=Actor(user=at.officer)
        )
    assert "filed_on" in refusal.value.message_dict


def test_a_remedy_that_is_sent_twice_is_on_record_once(at: Office) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    actor = Actor(user=at.officer)
    first = register_remedy(request=request, kind="reconsideration", filed_on=D("2020-06-01"), actor=actor)
    with pytest.raises(ValidationError) as refusal:
        register_remedy(request=request, kind="reconsideration", filed_on=D("2020-06-01"), actor=actor)
    assert first.case.number in refusal.value.messages[0]
    register_remedy(request=request, kind="reconsideration", filed_on=D("2020-06-02"), actor=actor)
    register_remedy(request=request, kind="direct_suit", filed_on=D("2020-06-01"), actor=actor)
    assert Case.objects.of("reconsideration").filter(parent=request).count() == 2


def test_who_only_handles_requests_enters_no_remedies(at: Office) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    with pytest.raises(CaseRefused):
        register_remedy(
            request=request, kind="reconsideration", filed_on=D("2020-06-01"), actor=Actor(user=at.handler)
        )


# -- Earlier years -----------------------------------------------------------------------------------


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    target = path / "remedies.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("organ", "request", "kind", "filed_on", "result"))
        writer.writerows(rows)
    return target


def test_earlier_remedies_come_in_and_count(at: Office, tmp_path: Path) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    file = table(
        tmp_path,
        ("exam", request.number, "reconsideration", "2020-06-01", "upheld"),
        ("exam", request.number, "复议后起诉", "2020-09-01", "尚未审结"),
        ("exam", "", "direct_suit", "2020-07-01", "corrected"),
        ("exam", "", "direct_suit", "2020-07-01", "corrected"),
    )
    report = import_remedies(path=file, actor=Actor(user=at.officer))
    assert (report.imported, report.faults) == (4, [])
    assert table4(2020) == {
        "remedies.reconsideration.upheld": 1,
        "remedies.reconsideration.total": 1,
        "remedies.direct_suit.corrected": 2,
        "remedies.direct_suit.total": 2,
        "remedies.suit_after_reconsideration.pending": 1,
        "remedies.suit_after_reconsideration.total": 1,
    }
    assert {case.procedure for case in remedies_of(request)} == {
        "reconsideration",
        "suit_after_reconsideration",
    }
    assert list(verify_cases()) == []


def test_every_fault_is_told_and_nothing_written(at: Office, tmp_path: Path) -> None:
    request = refused_request(at, "2020-04-20", "2020-05-11")
    file = table(
        tmp_path,
        ("exam", "no such", "reconsideration", "2020-06-01", "upheld"),
        ("nowhere", "", "appeal", "yesterday", "won"),
        ("exam", request.number, "reconsideration", "2020-04-01", "upheld"),
    )
    report = import_remedies(path=file, actor=Actor(user=at.officer))
    assert {(fault.row, fault.field) for fault in report.faults} == {
        (2, "申请编号"),
        (3, "机关"),
        (3, "类型"),
        (3, "提起日期"),
        (3, "结果"),
        (4, "提起日期"),
    }
    assert report.imported == 0 and not remedies_of(request)
