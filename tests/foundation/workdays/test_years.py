"""The packaged years against two independent packages, and the years nobody knows yet."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import chinese_calendar
import holidays
import pytest

from gongkai.foundation.workdays import Calendar, calendar

ROOT = Path(__file__).resolve().parents[3]
TABLES = ROOT / "src/gongkai/foundation/workdays/tables"
D = dt.date.fromisoformat
PUBLISHED = range(2020, 2027)


@pytest.fixture(autouse=True)
def no_local_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))


@pytest.fixture
def cn() -> Calendar:
    return calendar()


def all_days(years: range) -> Iterator[dt.date]:
    day = dt.date(years[0], 1, 1)
    while day.year <= years[-1]:
        yield day
        day += dt.timedelta(days=1)


@pytest.fixture(scope="session")
def seed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("seed_workdays", ROOT / "scripts/seed_workdays.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_published_day_agrees_with_chinesecalendar(cn: Calendar) -> None:
    differing = [day for day in all_days(PUBLISHED) if cn.is_workday(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_every_published_day_agrees_with_holidays(cn: Calendar) -> None:
    china = holidays.China(years=PUBLISHED)
    differing = [day for day in all_days(PUBLISHED) if cn.is_workday(day) != china.is_working_day(day)]
    assert differing == []


def test_the_year_files_are_what_the_seed_script_writes(seed: ModuleType) -> None:
    for year in PUBLISHED:
        assert (TABLES / f"CN-{year}.toml").read_text("utf-8") == "\n".join(seed.year_file(year)) + "\n"
    statutory = (TABLES / "statutory.toml").read_text("utf-8")
    assert statutory == seed.statutory_file(statutory)


def test_the_days_of_2020_are_those_of_its_two_notices(cn: Calendar) -> None:
    off = [("01-01", "01-01"), ("01-24", "02-02"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-25", "06-27")]
    expected = [
        day
        for first, last in [*off, ("10-01", "10-08")]
        for day in all_days(PUBLISHED)
        if D(f"2020-{first}") <= day <= D(f"2020-{last}")
    ]
    year = cn.year(2020)
    assert [entry.day for entry in year.off] == expected
    worked = ["01-19", "04-26", "05-09", "06-28", "09-27", "10-10"]
    assert [entry.day for entry in year.worked] == [D(f"2020-{day}") for day in worked]
    assert [notice.number for notice in year.notices] == ["国办发明电〔2019〕16号", "国办发明电〔2020〕1号"]


def test_the_extension_of_2020_overrides_the_make_up_day_of_the_first_notice(cn: Calendar) -> None:
    first_notice = cn.year(2020).notices[0]
    assert D("2020-02-01") in [make_up.day for make_up in first_notice.worked]
    assert not cn.is_workday(D("2020-02-01"))
    by_notice = {entry.day: entry.notice and entry.notice.number for entry in cn.year(2020).off}
    assert by_notice[D("2020-01-30")] == "国办发明电〔2019〕16号"
    assert by_notice[D("2020-02-01")] == "国办发明电〔2020〕1号"


def test_every_published_year_names_its_notice_and_source(cn: Calendar) -> None:
    assert cn.years() == tuple(PUBLISHED)
    for year in PUBLISHED:
        known = cn.year(year)
        assert known.status == "published"
        assert (
            known.notices[0].cite()
            == f"《国务院办公厅关于{year}年部分节假日安排的通知》（{known.notices[0].number}）"
        )
        assert all(
            notice.confirmed and notice.source and notice.issued < D(f"{year}-02-01")
            for notice in known.notices
        )
        assert known.workdays == sum(
            chinese_calendar.is_workday(day) for day in all_days(range(year, year + 1))
        )


def test_a_year_without_a_notice_is_provisional_and_says_so(cn: Calendar) -> None:
    assert cn.year(2027).status == "provisional"
    assert cn.year(2027).notices == ()
    assert cn.is_provisional(D("2027-01-04"))
    assert cn.add(D("2026-12-20"), 20).provisional
    assert cn.count(D("2026-12-20"), D("2027-01-20")).provisional
    assert cn.next_workday(D("2027-01-01")).provisional
    assert cn.explain(D("2026-12-20"), 20).provisional


def test_a_deadline_within_published_years_is_certain(cn: Calendar) -> None:
    assert not cn.add(D("2026-11-23"), 20).provisional
    assert not cn.add(D("2019-12-31"), 20).provisional


def test_a_period_that_begins_before_the_first_table_is_provisional(cn: Calendar) -> None:
    assert cn.add(D("2019-12-15"), 20).provisional
    assert cn.add(D("1981-05-23"), 20).provisional


def test_a_period_that_only_passes_through_an_unknown_year_is_provisional(cn: Calendar) -> None:
    assert cn.count(D("2019-12-30"), D("2020-12-30")).provisional
    assert not cn.count(D("2019-12-31"), D("2020-12-30")).provisional


@pytest.mark.parametrize("year", [2027, 2028, 2029, 2030, 2040, 2060, 2099])
def test_an_unknown_year_is_estimated_as_holidays_estimates_it(cn: Calendar, year: int) -> None:
    china = holidays.China(years=year)
    differing = [d for d in all_days(range(year, year + 1)) if cn.is_workday(d) != china.is_working_day(d)]
    assert differing == []


def test_thousands_of_days_reach_far_years_without_a_crash(cn: Calendar) -> None:
    far = cn.add(D("2026-11-23"), 5000)
    assert far.provisional
    assert far.date == D("2047-01-17")
