"""Limits of reconsideration and litigation by the law of the day, and what a remedy is remarked on for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.workdays import add_months, calendar
from gongkai.wings.disclosure.remedies import rules
from gongkai.wings.disclosure.remedies.rules import Contested, findings, limit

D = dt.date.fromisoformat
OLD, NEW = D("2020-06-01"), D("2024-06-03")
DAYS = st.dates(D("2010-01-01"), D("2030-12-31"))


@pytest.mark.parametrize(
    ("name", "on", "amount", "unit"),
    [
        ("review_decision", OLD, 60, "days"),
        ("review_decision", NEW, 60, "days"),
        ("review_extension", OLD, 30, "days"),
        ("review_extension", NEW, 30, "days"),
        ("review_decision_simplified", NEW, 30, "days"),
        ("review_answer", OLD, 10, "days"),
        ("review_answer", NEW, 10, "workdays"),
        ("review_answer_simplified", NEW, 5, "workdays"),
        ("apply_for_review", OLD, 60, "days"),
        ("file_suit", OLD, 6, "months"),
        ("file_suit_after_review", NEW, 15, "days"),
        ("suit_answer", NEW, 15, "days"),
        ("first_instance", NEW, 6, "months"),
        ("first_instance_simplified", NEW, 45, "days"),
    ],
)
def test_limits_are_those_of_the_law_of_the_day(name: str, on: dt.date, amount: int, unit: str) -> None:
    found = limit(name, on)
    assert (found.amount, found.unit) == (amount, unit)


def test_the_law_changes_with_the_first_day_of_2024() -> None:
    last, first = D("2023-12-31"), D("2024-01-01")
    assert "2017" in limit("review_decision", last).cite
    assert "2017" not in limit("review_decision", first).cite
    with pytest.raises(rules.UnknownLimit):
        limit("review_decision_simplified", last)


def test_what_was_not_read_in_full_says_so() -> None:
    unread = ("suit_answer", "first_instance", "appeal", "second_instance", "review_answer")
    assert not any(limit(name, NEW).confirmed for name in unread)
    assert limit("first_instance_simplified", NEW).confirmed
    assert not limit("review_decision", OLD).confirmed


def test_every_limit_cites_the_law() -> None:
    for entry in rules.limits_table()["limit"]:
        on = entry.get("since", entry.get("until", NEW))
        assert limit(entry["name"], on).cite.startswith(("行政复议法", "行政诉讼法"))
    assert limit("review_answer_simplified", NEW).cite == "行政复议法第54条第1款"
    assert rules.cited("review_simplified") == "行政复议法第53条第1款第（四）项"


@given(DAYS, st.integers(0, 40))
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day: dt.date, number: int) -> None:
    end = add_months(day, number)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == number
    assert end.day <= day.day
    assert end.day == day.day or (end + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "end"),
    [("2020-08-31", "2021-02-28"), ("2019-08-31", "2020-02-29"), ("2024-06-06", "2024-12-06")],
)
def test_six_months(day: str, end: str) -> None:
    assert add_months(D(day), 6) == D(end)


@given(DAYS, st.sampled_from(["apply_for_review", "file_suit", "file_suit_after_review", "review_answer"]))
def test_a_period_never_ends_on_a_day_off_nor_before_its_days_are_over(day: dt.date, name: str) -> None:
    days, period = calendar(), limit(name, day)
    end = rules.last_day(day, period, days)
    assert days.next_workday(end).date == end
    if period.unit != "workdays":
        assert end >= (
            add_months(day, period.amount)
            if period.unit == "months"
            else day + dt.timedelta(days=period.amount)
        )


def test_review_comes_first_against_refusals_since_2024_only() -> None:
    assert rules.review_comes_first("refusal", D("2024-01-01"))
    assert not rules.review_comes_first("refusal", D("2023-12-29"))
    assert not rules.review_comes_first("decision", D("2024-01-02"))


def _found(kind: str, filed: str, **facts: object) -> list[str]:
    given_facts = {"regime": "refusal", "decided_on": D("2024-05-20")} | facts
    contested = Contested(**given_facts)  # type: ignore[arg-type]
    return list(findings(kind, filed_on=D(filed), contested=contested, calendar=calendar()))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "filed", "facts", "found"),
    [
        ("reconsideration", "2024-07-19", {}, []),  # the 60th day
        ("reconsideration", "2024-07-22", {}, ["late"]),
        ("reconsideration", "2024-06-03", {"decided_on": None, "regime": "none"}, []),
        ("direct_suit", "2024-06-03", {}, ["review_skipped"]),
        ("direct_suit", "2024-12-02", {}, ["review_skipped", "late"]),
        ("direct_suit", "2024-06-03", {"regime": "decision"}, []),
        ("direct_suit", "2023-06-05", {"decided_on": D("2023-05-19")}, []),
        ("suit_after_reconsideration", "2024-08-30", {}, ["review_unknown"]),
        ("suit_after_reconsideration", "2024-08-30", {"reviewed": True}, ["review_pending"]),
        (
            "suit_after_reconsideration",
            "2024-08-30",
            {"reviewed": True, "review_closed_on": D("2024-08-20")},
            [],
        ),
        (
            "suit_after_reconsideration",
            "2024-09-05",
            {"reviewed": True, "review_closed_on": D("2024-08-20")},
            ["late"],
        ),
    ],
)
def test_what_the_judges_will_look_at(
    kind: str, filed: str, facts: dict[str, object], found: list[str]
) -> None:
    assert _found(kind, filed, **facts) == found


def test_every_form_of_decision_counts_as_some_result_of_the_form() -> None:
    for form in rules.forms():
        assert form.results
        assert set(form.results) <= set(rules.results()) - {rules.PENDING}
    assert {form.of for form in rules.forms()} == {"review", "suit", "appeal"}
    assert list(rules.kinds()) == ["reconsideration", "direct_suit", "suit_after_reconsideration"]
    assert list(rules.results().values()) == ["结果维持", "结果纠正", "其他结果", "尚未审结"]
