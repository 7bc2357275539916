"""Past periods: each duty that fell due, when it was kept, by how many working days too late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.figures import Period
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.due import turns_between
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.limits import read_limit
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.past import (
    PastReport,
    Verdict,
    judged,
    past_report,
    past_table,
    periods_to_choose,
    read_period,
)
from gongkai.wings.disclosure.catalogue.targets import Release
from tests.factories import organ
from tests.wings.disclosure.catalogue.conftest import Shelf

TODAY = dt.date(2021, 2, 1)


@pytest.fixture
def bureau(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局")


def row(
    at: Organ, limit: str, title: str = "招生政策", since: str = "2019-01-01", **facts: Any
) -> CatalogueEntry:
    return services.add_entry(
        organ=at,
        facts=Facts(field="义务教育", level2=title, limit_text=limit, **facts),
        valid_from=dt.date.fromisoformat(since),
    )


def report(period: str = "2020", today: dt.date = TODAY) -> PastReport:
    asked = read_period(period)
    assert asked is not None
    return past_report(organs=None, period=asked, today=today)


def told(found: PastReport) -> list[tuple[str, str, str, int]]:
    return [
        (duty.verdict.value, str(duty.due.day), str(duty.done_on or ""), duty.days_late)
        for each in found.rows
        for duty in each.duties
    ]


def test_each_quarter_is_judged_by_what_came_out_in_it(bureau: Organ, shelf: Shelf) -> None:
    services.bind(entry=row(bureau, "按季度公开"), kind="shelf", key=shelf.put("a", "2020-11-02"))
    shelf.out("a", "2020-02-03", "2020-07-08", "2020-11-02")
    assert told(report()) == [
        ("kept", "2020-03-31", "2020-02-03", 0),
        ("late", "2020-06-30", "2020-07-08", 6),
        ("kept", "2020-09-30", "2020-07-08", 0),
        ("kept", "2020-12-31", "2020-11-02", 0),
    ]
    assert told(report("2020Q2")) == [("late", "2020-06-30", "2020-07-08", 6)]
    assert report("2020Q2").counts == {"open": 0, "late": 1, "kept": 0}
    assert told(report("2020-07")) == []


def test_what_never_came_out_is_late_to_this_day(bureau: Organ, shelf: Shelf) -> None:
    services.bind(entry=row(bureau, "每年3月31日前"), kind="shelf", key=shelf.put("a", "2019-03-01"))
    ((verdict, due, done, late),) = told(report())
    assert (verdict, due, done) == ("open", "2020-03-31", "") and late > 200
    assert told(report(today=dt.date(2020, 3, 31))) == [], "not late yet on the day itself"
    (found,) = report().late
    assert found.longest == late


def test_documents_are_measured_from_the_day_they_were_written(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "自信息形成之日起20个工作日内公开")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-09-01"))
    shelf.out("a", "2020-06-20", formed="2020-06-01")
    shelf.out("a", "2020-09-01", formed="2020-07-01")
    assert [(verdict, done) for verdict, _due, done, _late in told(report())] == [
        ("kept", "2020-06-20"),
        ("late", "2020-09-01"),
    ]


def test_what_waits_and_what_was_put_on_record_counts(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-02-03", waiting=(dt.date(2020, 3, 2),)))
    services.note_day(entry=entry, kind="formed", day=dt.date(2020, 5, 6), words="新的章程")
    services.note_day(entry=entry, kind="posted", day=dt.date(2020, 8, 3), words="公告栏")
    assert [(verdict, done) for verdict, _due, done, _late in told(report())] == [
        ("open", ""),
        ("late", "2020-08-03"),
    ]


def test_a_column_that_stood_still_is_named_with_the_time(bureau: Organ, shelf: Shelf) -> None:
    key = shelf.put(
        "a", "2020-12-20", due_on=dt.date(2021, 1, 3), kept_until=lambda day: day + dt.timedelta(days=14)
    )
    services.bind(entry=row(bureau, "及时公开"), kind="shelf", key=key)
    shelf.out("a", "2020-05-01", "2020-05-10", "2020-06-30", "2020-12-20")
    assert [line[:3] for line in told(report())] == [
        ("late", "2020-05-24", "2020-06-30"),
        ("late", "2020-07-14", "2020-12-20"),
    ]
    assert [line[:3] for line in told(report("2021"))] == [("open", "2021-01-03", "")]


def test_a_row_is_judged_only_while_it_holds(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "每月10日前", since="2020-06-15")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a"))
    services.retire_entry(entry=entry, reason="合并", on=dt.date(2020, 9, 10))
    assert [due for _verdict, due, _done, _late in told(report())] == ["2020-07-10", "2020-08-10"]
    row(bureau, "每月10日前", "本户情况", mode="on_request")
    assert len(report().rows) == 1, "what is given out on request is nobody's proactive debt"


def test_a_row_nothing_fulfils_is_named_with_its_duties(bureau: Organ) -> None:
    row(bureau, "按季度公开")
    row(bureau, "", "没有期限的事项")
    found = report()
    assert [each.entry.title for each in found.unbound] == ["招生政策", "没有期限的事项"]
    assert found.counts["open"] == 4 and found.not_judged == 1
    headings, lines = past_table(found)
    rows = [list(line) for line in lines]
    assert len(rows) == 6 and all(len(line) == len(headings) for line in rows)
    assert found.as_json()["duties"] == {"open": 4, "late": 0, "kept": 0}
    assert len(found.as_json()["late"][0]["duties"]) == 4


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025Q4", "2025-10-01", "2025-12-31"),
        ("2024-q1", "2024-01-01", "2024-03-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_years_quarters_and_months_are_periods(text: str, since: str, until: str) -> None:
    assert read_period(text) == Period(dt.date.fromisoformat(since), dt.date.fromisoformat(until))


@pytest.mark.parametrize("text", ["", "25", "2025Q5", "2025-13", "今年", "2025Q1Q2", "1999"])
def test_anything_else_is_no_period(text: str) -> None:
    assert read_period(text) is None


def test_periods_to_choose_have_begun() -> None:
    chosen = periods_to_choose(dt.date(2021, 4, 1))
    assert chosen[:3] == ["2021", "2021Q2", "2021Q1"] and all(read_period(each) for each in chosen)


DAYS = st.dates(dt.date(2019, 1, 1), dt.date(2022, 12, 31))
LIMITS = st.sampled_from(
    [
        "每月10日前",
        "按季度公开",
        "每年1月31日前",
        "每季度结束后10个工作日内",
        "每周更新",
        "信息形成之日起20个工作日内",
    ]
)


@given(LIMITS, DAYS, DAYS, st.lists(DAYS, max_size=8), DAYS)
def test_a_duty_is_kept_late_or_open_and_never_two_of_them(
    text: str, a: dt.date, b: dt.date, out: list[dt.date], today: dt.date
) -> None:
    period = Period(min(a, b), max(a, b))
    entry = CatalogueEntry(limit_text=text, valid_from=dt.date(2019, 1, 1))
    duties = judged(
        entry,
        period,
        today,
        calendar(),
        releases=[Release(day) for day in out if day <= today],
        standings=[],
        formed=[],
    )
    for duty in duties:
        assert period.since <= duty.due.day <= min(period.until, today)
        if duty.done_on is None:
            assert duty.verdict is Verdict.OPEN and not any(duty.due.since <= day <= today for day in out)
        else:
            assert (duty.verdict is Verdict.LATE) == (duty.done_on > duty.due.day)
            assert duty.verdict is Verdict.LATE or duty.days_late == 0


@given(LIMITS, DAYS, DAYS, DAYS)
def test_a_period_has_the_duties_of_its_parts(text: str, a: dt.date, b: dt.date, c: dt.date) -> None:
    since, middle, until = sorted((a, b, c))
    limit, days = read_limit(text), calendar()
    whole = turns_between(limit, since, until, days)
    first = turns_between(limit, since, middle, days)
    second = turns_between(limit, middle + dt.timedelta(days=1), until, days)
    assert whole == first + second
