"""Due days: by the State Council's calendar, with the day that counts as done from."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.catalogue.due import due_after, near_until, periods
from gongkai.wings.disclosure.catalogue.limits import FORMED, read_limit

DAYS = calendar()
LONG_AGO = dt.date(2000, 1, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("limit", "happened", "due"),
    [
        ("信息形成或变更之日起20个工作日内", "2020-01-10", "2020-02-14"),
        ("信息形成或变更之日起20个工作日内", "2020-09-15", "2020-10-19"),
        ("自作出行政决定之日起7个工作日内", "2020-01-20", "2020-02-06"),
        (
            "批复后20日内",
            "2020-09-11",
            "2020-10-09",
        ),  # 1 October is a day off; the next working day is the 9th
        ("及时公开", "2020-01-10", "2020-02-14"),  # no number of its own: 条例 Art. 26
        ("", "2020-01-10", "2020-02-14"),
        ("24小时内", "2020-05-01", "2020-05-02"),
        ("1个月内", "2020-01-31", "2020-02-29"),
        ("会议召开前5个工作日", "2020-10-13", "2020-09-29"),
    ],
)
def test_what_happened_on_a_day_is_due_on_another(limit: str, happened: str, due: str) -> None:
    found = due_after(read_limit(limit), day(happened), DAYS)
    expected = day(due)
    if limit == "1个月内":
        expected = DAYS.next_workday(expected).date
    assert found.day == expected


def test_rules_for_a_part_do_not_hold_for_all_of_it() -> None:
    limit = read_limit("信息形成之日起20个工作日内；其中行政处罚7个工作日内")
    assert due_after(limit, day("2020-01-10"), DAYS).day == day("2020-02-14")


def test_a_draft_is_measured_by_its_own_event_only() -> None:
    limit = read_limit("自批复之日起7个工作日内")
    due = due_after(limit, day("2020-01-10"), DAYS, event=FORMED)
    assert due.by_law and due.day == day("2020-02-14")


@pytest.mark.parametrize(
    ("limit", "today", "expected"),
    [
        ("每年1月31日前", "2020-03-01", [("2020-01-31", "2020-01-01"), ("2021-01-31", "2021-01-01")]),
        ("每年1月31日前", "2020-01-31", [("2019-01-31", "2019-01-01"), ("2020-01-31", "2020-01-01")]),
        ("按季度公开", "2020-05-15", [("2020-03-31", "2020-01-01"), ("2020-06-30", "2020-04-01")]),
        ("每月10日前", "2020-05-15", [("2020-05-10", "2020-05-01"), ("2020-06-10", "2020-06-01")]),
        (
            "每季度结束后10个工作日内",
            "2020-04-20",
            [("2020-04-15", "2020-04-01"), ("2020-07-14", "2020-07-01")],
        ),
        ("每半年", "2020-08-01", [("2020-06-30", "2020-01-01"), ("2020-12-31", "2020-07-01")]),
        ("每周更新", "2020-05-13", [("2020-05-10", "2020-05-04"), ("2020-05-17", "2020-05-11")]),
    ],
)
def test_what_comes_again_has_a_last_and_a_next_due_day(
    limit: str, today: str, expected: list[tuple[str, str]]
) -> None:
    found = periods(read_limit(limit), day(today), DAYS, since=LONG_AGO)
    assert [(due.day, due.since) for due in found] == [(day(a), day(b)) for a, b in expected]


def test_periods_before_the_promise_are_nobodys_debt() -> None:
    found = periods(read_limit("每年1月31日前"), day("2020-03-01"), DAYS, since=day("2020-02-01"))
    assert [due.day for due in found] == [day("2021-01-31")]


@settings(max_examples=80, deadline=None)
@given(
    today=st.dates(dt.date(2019, 1, 1), dt.date(2026, 12, 31)),
    text=st.sampled_from(
        ["每年3月底前", "每年1月31日前", "按季度", "每月28日前", "每半年", "每周", "每季度结束后15个工作日内"]
    ),
)
def test_the_next_due_day_is_never_past_and_periods_follow_on_one_another(today: dt.date, text: str) -> None:
    found = periods(read_limit(text), today, DAYS, since=LONG_AGO)
    coming = [due for due in found if due.day >= today]
    assert len(coming) == 1
    assert all(due.since <= due.day for due in found)
    passed = [due for due in found if due.day < today]
    assert all(due.since < coming[0].since for due in passed)


def test_near_is_five_working_days() -> None:
    assert near_until(day("2020-09-28"), DAYS) == day("2020-10-12")
