"""Deadlines and counts, on the dates of the law and as properties."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.workdays import Calendar, CalendarError, calendar

D = dt.date.fromisoformat

# Received, then +7 (correction), +15 (third party), +20 (reply), +40 (longest extension) working days.
DEADLINES = """
2020-01-10 2020-01-20 2020-02-07 2020-02-14 2020-03-13
2020-01-20 2020-02-06 2020-02-18 2020-02-25 2020-03-24
2020-04-20 2020-04-28 2020-05-12 2020-05-19 2020-06-16
2020-09-15 2020-09-24 2020-10-12 2020-10-19 2020-11-16
2021-01-29 2021-02-08 2021-02-24 2021-03-03 2021-03-31
2024-09-20 2024-09-30 2024-10-16 2024-10-23 2024-11-20
2025-01-10 2025-01-21 2025-02-07 2025-02-13 2025-03-13
2025-04-20 2025-04-28 2025-05-13 2025-05-20 2025-06-18
2025-09-12 2025-09-23 2025-10-10 2025-10-16 2025-11-13
"""
VECTORS = [
    (line.split()[0], n, due)
    for line in DEADLINES.strip().splitlines()
    for n, due in zip((7, 15, 20, 40), line.split()[1:], strict=True)
]

days = st.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31))
lengths = st.integers(0, 3000)


@pytest.fixture
def cn() -> Calendar:
    return calendar()


@pytest.mark.parametrize(("received", "n", "due"), VECTORS)
def test_a_deadline_falls_where_the_law_table_says(cn: Calendar, received: str, n: int, due: str) -> None:
    assert cn.add(D(received), n) == (D(due), False)


def test_all_thirty_six_deadlines_of_the_table_are_checked() -> None:
    assert len(set(VECTORS)) == 36


def test_the_start_day_is_not_counted_even_if_it_is_worked(cn: Calendar) -> None:
    assert cn.add(D("2026-11-23"), 1).date == D("2026-11-24")


def test_no_days_added_is_the_start_day_itself(cn: Calendar) -> None:
    assert cn.add(D("2020-01-25"), 0) == (D("2020-01-25"), False)


def test_a_period_of_calendar_days_ending_on_a_holiday_ends_on_the_next_workday(cn: Calendar) -> None:
    assert cn.next_workday(D("2020-01-24")) == (D("2020-02-03"), False)
    assert cn.next_workday(D("2020-02-03")) == (D("2020-02-03"), False)


def test_days_overdue_are_counted_below_zero(cn: Calendar) -> None:
    assert cn.count(D("2020-02-25"), D("2020-01-20")).days == -20


@given(days, lengths)
def test_count_is_the_inverse_of_add(day: dt.date, n: int) -> None:
    cn = calendar()
    deadline = cn.add(day, n)
    assert cn.count(day, deadline.date) == (n, deadline.provisional)


@given(days, st.integers(1, 3000))
def test_a_deadline_is_always_a_working_day(day: dt.date, n: int) -> None:
    assert calendar().is_workday(calendar().add(day, n).date)


@given(days, lengths, lengths)
def test_adding_in_two_steps_is_adding_at_once(day: dt.date, first: int, second: int) -> None:
    cn = calendar()
    assert cn.add(cn.add(day, first).date, second).date == cn.add(day, first + second).date


@given(days, days, lengths)
def test_who_comes_later_is_never_due_earlier(one: dt.date, other: dt.date, n: int) -> None:
    cn = calendar()
    assert cn.add(min(one, other), n).date <= cn.add(max(one, other), n).date


@given(days, days, days)
def test_counts_add_up_over_any_day_between(one: dt.date, two: dt.date, three: dt.date) -> None:
    cn = calendar()
    assert cn.count(one, two).days + cn.count(two, three).days == cn.count(one, three).days


@given(days, st.integers(0, 400))
def test_a_count_is_the_number_of_working_days_one_by_one(day: dt.date, distance: int) -> None:
    cn = calendar()
    worked = sum(cn.is_workday(day + dt.timedelta(days=offset)) for offset in range(1, distance + 1))
    assert cn.count(day, day + dt.timedelta(days=distance)).days == worked


@given(days)
def test_the_next_workday_skips_days_off_only(day: dt.date) -> None:
    cn = calendar()
    found = cn.next_workday(day).date
    assert cn.is_workday(found)
    assert not any(cn.is_workday(day + dt.timedelta(days=gap)) for gap in range((found - day).days))


@pytest.mark.parametrize(
    ("day", "n", "code"),
    [
        (D("2020-01-20"), -1, "negative-days"),
        (D("2020-01-20"), 2.0, "not-a-number"),
        (D("2020-01-20"), True, "not-a-number"),
        (dt.datetime(2020, 1, 20, 23, tzinfo=dt.UTC), 20, "not-a-date"),
        ("2020-01-20", 20, "not-a-date"),
        (D("2020-01-20"), 10**9, "outside-calendar"),
        (D("1948-12-31"), 1, "outside-calendar"),
        (dt.date.max, 1, "outside-calendar"),
        (D("2150-12-31"), 1, "outside-calendar"),
    ],
)
def test_a_question_without_an_answer_is_refused_by_name(
    cn: Calendar, day: object, n: object, code: str
) -> None:
    with pytest.raises(CalendarError) as refusal:
        cn.add(day, n)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_the_first_day_of_the_calendar_does_not_wrap_round_to_its_end(cn: Calendar) -> None:
    assert cn.add(D("1949-01-01"), 1).date == D("1949-01-04")
    with pytest.raises(CalendarError):
        cn.is_workday(D("1948-12-31"))
