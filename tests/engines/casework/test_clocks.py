"""Clocks: intervals and a budget, counted exactly. Vectors from law.md §0 (computed there, start day not counted)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.casework.clocks import (
    ClockEntry,
    ClockFault,
    check,
    days_left,
    derivation,
    reckon,
    spans,
)
from gongkai.engines.casework.declarations import Unit
from gongkai.foundation.workdays import add_months, calendar

CALENDAR = calendar()
D = dt.date.fromisoformat

STATUTORY_DATES = [
    ("2020-01-10", "2020-01-20", "2020-02-07", "2020-02-14", "2020-03-13"),
    ("2020-01-20", "2020-02-06", "2020-02-18", "2020-02-25", "2020-03-24"),
    ("2020-04-20", "2020-04-28", "2020-05-12", "2020-05-19", "2020-06-16"),
    ("2020-09-15", "2020-09-24", "2020-10-12", "2020-10-19", "2020-11-16"),
    ("2021-01-29", "2021-02-08", "2021-02-24", "2021-03-03", "2021-03-31"),
    ("2024-09-20", "2024-09-30", "2024-10-16", "2024-10-23", "2024-11-20"),
    ("2025-01-10", "2025-01-21", "2025-02-07", "2025-02-13", "2025-03-13"),
    ("2025-04-20", "2025-04-28", "2025-05-13", "2025-05-20", "2025-06-18"),
    ("2025-09-12", "2025-09-23", "2025-10-10", "2025-10-16", "2025-11-13"),
]


def started(day: str, days: int = 20) -> ClockEntry:
    return ClockEntry("start", D(day), days)


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (row[0], days, due)
        for row in STATUTORY_DATES
        for days, due in zip((7, 15, 20, 40), row[1:], strict=True)
    ],
)
def test_each_of_the_36_statutory_dates_is_met(received: str, days: int, due: str) -> None:
    if days == 40:  # 20 and the longest extension
        entries = [started(received), ClockEntry("extend", D(received), 20)]
    else:
        entries = [started(received, days)]
    assert reckon(entries, "workdays", CALENDAR).due == D(due)


def test_a_period_of_calendar_days_ends_on_the_next_working_day() -> None:
    """民法典 Art. 203: 2020-04-05 + 60 days is 2020-06-04; 2020-08-01 + 62 is 2020-10-02, in the National Day week."""
    assert reckon([started("2020-04-05", 60)], "days", CALENDAR).due == D("2020-06-04")
    assert reckon([started("2020-08-01", 62)], "days", CALENDAR).due == D("2020-10-09")


def test_while_the_clock_stands_still_nobody_can_know_the_day() -> None:
    reckoning = reckon([started("2020-04-20"), ClockEntry("stop", D("2020-04-28"))], "workdays", CALENDAR)
    assert reckoning.due is None and reckoning.standing == "stopped"
    assert reckoning.days_unused == 13
    assert not reckoning.overdue(D("2030-01-01"))


def test_days_asked_of_a_third_party_are_not_counted() -> None:
    """7 of 20 days used by 04-28, 13 left from 05-12: 13th working day after 05-12 is 05-29."""
    entries = [
        started("2020-04-20"),
        ClockEntry("stop", D("2020-04-28")),
        ClockEntry("resume", D("2020-05-12")),
    ]
    assert reckon(entries, "workdays", CALENDAR).due == D("2020-05-29")


def test_a_restart_gives_the_whole_period_again_and_forgets_extensions() -> None:
    entries = [
        started("2020-04-20"),
        ClockEntry("extend", D("2020-04-21"), 5),
        ClockEntry("stop", D("2020-04-28")),
        ClockEntry("restart", D("2020-09-15"), 20),
    ]
    assert reckon(entries, "workdays", CALENDAR) == reckon([started("2020-09-15")], "workdays", CALENDAR)


def test_what_was_overdue_before_a_pause_stays_overdue() -> None:
    entries = [
        started("2020-04-20", 7),
        ClockEntry("stop", D("2020-05-20")),
        ClockEntry("resume", D("2020-06-20")),
    ]
    assert reckon(entries, "workdays", CALENDAR).due == D("2020-04-28")


def test_a_clock_stopped_on_its_last_day_is_due_on_the_day_it_goes_on() -> None:
    entries = [
        started("2020-04-20", 7),
        ClockEntry("stop", D("2020-04-28")),
        ClockEntry("resume", D("2020-05-02")),  # in the Labour Day holiday
    ]
    assert reckon(entries, "workdays", CALENDAR).due == D("2020-05-06")


def test_an_end_after_the_due_day_is_late_for_ever() -> None:
    late = [started("2020-04-20"), ClockEntry("finish", D("2020-05-20"))]
    on_time = [started("2020-04-20"), ClockEntry("finish", D("2020-05-19"))]
    assert reckon(late, "workdays", CALENDAR).overdue(D("2030-01-01"))
    assert not reckon(on_time, "workdays", CALENDAR).overdue(D("2030-01-01"))


@pytest.mark.parametrize("ended", ["2020-04-21", "2020-05-19", "2020-05-20", "2020-05-23", "2020-05-24"])
def test_an_end_does_not_move_the_due_day(ended: str) -> None:
    """Also when the clock ended on a day off right after it, with exactly its budget used (2020-05-23 and 24: a weekend)."""
    for due, days in (("2020-05-19", 20), ("2020-05-22", 23)):
        entries = [started("2020-04-20", days), ClockEntry("finish", D(ended))]
        assert reckon(entries, "workdays", CALENDAR).due == D(due)


def test_a_year_without_a_notice_gives_a_provisional_day() -> None:
    assert reckon([started("2027-01-04")], "workdays", CALENDAR).provisional
    assert not reckon([started("2025-01-10")], "workdays", CALENDAR).provisional


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([ClockEntry("stop", D("2020-01-01"))], "idle"),
        ([started("2020-01-01"), started("2020-01-02")], "running"),
        ([started("2020-01-02"), ClockEntry("stop", D("2020-01-01"))], "order"),
        ([started("2020-01-01", 0)], "days"),
        ([started("2020-01-01"), ClockEntry("extend", D("2020-01-01"), 0)], "days"),
        ([started("2020-01-01"), ClockEntry("resume", D("2020-01-01"))], "running"),
        (
            [
                started("2020-01-01"),
                ClockEntry("finish", D("2020-01-01")),
                ClockEntry("stop", D("2020-01-02")),
            ],
            "finished",
        ),
    ],
)
def test_an_entry_that_cannot_follow_is_refused(entries: list[ClockEntry], code: str) -> None:
    with pytest.raises(ClockFault) as fault:
        check(entries)
    assert fault.value.code == code


days = st.dates(min_value=D("2020-01-01"), max_value=D("2026-06-30"))
gaps = st.lists(st.integers(0, 30), min_size=2, max_size=12)
units = st.sampled_from(["workdays", "days"])


def history(first: dt.date, distances: list[int], budget: int) -> list[ClockEntry]:
    """start, then stop and resume by turns, some days apart."""
    entries = [ClockEntry("start", first, budget)]
    day = first
    for position, distance in enumerate(distances):
        day += dt.timedelta(days=distance)
        entries.append(ClockEntry("resume" if position % 2 else "stop", day))
    return entries if len(distances) % 2 == 0 else entries[:-1]


@given(days, gaps, st.integers(1, 60), units)
def test_a_pause_never_makes_a_case_due_earlier(
    first: dt.date, distances: list[int], budget: int, unit: Unit
) -> None:
    entries = history(first, distances, budget)
    without = reckon(entries[:-2], unit, CALENDAR).due
    with_pause = reckon(entries, unit, CALENDAR).due
    assert without is not None and with_pause is not None
    assert with_pause >= without


@given(days, gaps, st.integers(1, 60), units, st.data())
def test_splitting_a_pause_changes_nothing(
    first: dt.date, distances: list[int], budget: int, unit: Unit, data: st.DataObject
) -> None:
    entries = history(first, distances, budget)
    pauses = [i for i, entry in enumerate(entries) if entry.verb == "stop"]
    at = data.draw(st.sampled_from(pauses))
    stop, resume = entries[at], entries[at + 1]
    inside = stop.day + dt.timedelta(days=data.draw(st.integers(0, (resume.day - stop.day).days)))
    split = [
        *entries[: at + 1],
        ClockEntry("resume", inside),
        ClockEntry("stop", inside),
        *entries[at + 1 :],
    ]
    check(split)
    assert reckon(split, unit, CALENDAR) == reckon(entries, unit, CALENDAR)


@given(days, gaps, st.integers(1, 60))
def test_exactly_the_budget_lies_in_the_running_days_up_to_the_due_day(
    first: dt.date, distances: list[int], budget: int
) -> None:
    """Counting day by day, without the calendar's arithmetic, comes to the same day."""
    entries = history(first, distances, budget)
    due = reckon(entries, "workdays", CALENDAR).due
    assert due is not None
    counted = 0
    day = first
    running = spans(entries)
    while counted < budget:
        day += dt.timedelta(days=1)
        inside = any(span.start < day and (span.stop is None or day <= span.stop) for span in running)
        counted += inside and CALENDAR.is_workday(day)
        if day > due and counted < budget:
            pytest.fail(f"{due} leaves {budget - counted} days of {budget}")
    if due != day:  # used up on the very day the clock was stopped: it is due when the clock goes on
        assert any(span.stop is not None and CALENDAR.count(day, span.stop).days == 0 for span in running)
        assert due > day


@given(days, st.integers(1, 60), st.integers(1, 20), units)
def test_an_extension_never_makes_a_case_due_earlier(
    first: dt.date, budget: int, more: int, unit: Unit
) -> None:
    entries = [ClockEntry("start", first, budget)]
    before = reckon(entries, unit, CALENDAR).due
    after = reckon([*entries, ClockEntry("extend", first, more)], unit, CALENDAR).due
    assert before is not None and after is not None and after >= before


@given(days, st.integers(1, 60), days)
def test_days_left_count_down_to_the_due_day(first: dt.date, budget: int, today: dt.date) -> None:
    reckoning = reckon([ClockEntry("start", first, budget)], "workdays", CALENDAR)
    left = days_left(reckoning, "workdays", CALENDAR, today)
    assert reckoning.due is not None
    assert left == CALENDAR.count(today, reckoning.due).days
    assert (left < 0) == (CALENDAR.count(reckoning.due, today).days > 0)


@given(days, gaps, st.integers(1, 60), units)
def test_the_derivation_tells_every_entry_and_ends_with_the_same_day(
    first: dt.date, distances: list[int], budget: int, unit: Unit
) -> None:
    entries = history(first, distances, budget)
    lines = list(derivation(entries, unit, CALENDAR))
    due = reckon(entries, unit, CALENDAR).due
    assert len(lines) >= len(entries) + 1
    assert str(due) in " ".join(lines[len(entries) :])
    for entry, line in zip(entries, lines, strict=False):
        assert line.startswith(entry.day.isoformat())


@given(days, gaps, st.integers(1, 60))
def test_entries_survive_being_kept_as_json(first: dt.date, distances: list[int], budget: int) -> None:
    entries = history(first, distances, budget)
    assert [ClockEntry.from_json(entry.to_json()) for entry in entries] == entries


@given(
    start=st.dates(dt.date(2018, 1, 1), dt.date(2025, 6, 30)),
    months=st.integers(1, 12),
    pauses=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=3),
    more=st.integers(0, 90),
)
def test_months_are_the_calendar_days_they_come_to_from_the_start(
    start: dt.date, months: int, pauses: list[tuple[int, int]], more: int
) -> None:
    """民法典 Arts. 201–203. Whatever stands still or is added on the way is counted in calendar days."""
    in_days = (add_months(start, months) - start).days
    tail: list[ClockEntry] = []
    day = start
    for ran, stood in pauses:
        tail.append(ClockEntry("stop", day := day + dt.timedelta(days=ran)))
        tail.append(ClockEntry("resume", day := day + dt.timedelta(days=stood)))
    if more:
        tail.append(ClockEntry("extend", day, more))
    by_months = reckon([ClockEntry("start", start, months), *tail], "months", CALENDAR)
    by_days = reckon([ClockEntry("start", start, in_days), *tail], "days", CALENDAR)
    assert by_months == by_days
    if not tail:
        assert by_months.due == CALENDAR.next_workday(add_months(start, months)).date


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2024-06-06", 6, "2024-12-06"),
        ("2019-08-31", 6, "2020-03-02"),  # 2020-02-29 is a Saturday
        ("2024-08-30", 6, "2025-02-28"),
        ("2024-09-12", 3, "2024-12-12"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(
    start: str, months: int, due: str
) -> None:
    entries = [ClockEntry("start", D(start), months)]
    assert reckon(entries, "months", CALENDAR).due == D(due)
    lines = list(derivation(entries, "months", CALENDAR))
    assert f"{months} months" in lines[0] and due in lines[-1]
