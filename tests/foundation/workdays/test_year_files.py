"""Local years: overrides of a jurisdiction, installing a new year, and files that are not fit for use."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai.foundation.workdays import CalendarError, CalendarFaults, calendar, install_year
from gongkai.foundation.workdays.notices import parse_year, read_year_file

D = dt.date.fromisoformat

YEAR_2027 = """
jurisdiction = "CN"
year = 2027

[[notice]]
title = "国务院办公厅关于2027年部分节假日安排的通知"
number = "国办发明电〔2026〕9号"
issued = 2026-11-25
source = "gov.cn"
confirmed = true

[[notice.off]]
name = "元旦"
first = 2027-01-01
last = 2027-01-03

[[notice.off]]
name = "春节"
first = 2027-02-05
last = 2027-02-11

[[notice.off]]
name = "清明节"
first = 2027-04-03
last = 2027-04-05

[[notice.off]]
name = "劳动节"
first = 2027-05-01
last = 2027-05-05

[[notice.off]]
name = "端午节"
first = 2027-06-09

[[notice.off]]
name = "中秋节"
first = 2027-09-15

[[notice.off]]
name = "国庆节"
first = 2027-10-01
last = 2027-10-07

[[notice.worked]]
name = "元旦"
day = 2026-12-26
"""

PROVINCE_2020 = """
jurisdiction = "CN-46"
year = 2020

[[notice]]
title = "海南省人民政府关于延迟复工的通知"
issued = 2020-01-31
source = "test"

[[notice.off]]
name = "延迟复工"
first = 2020-02-03
last = 2020-02-09
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("GONGKAI_DATA", str(folder))
    return folder


def written(folder: Path, content: str | bytes, name: str = "year.toml") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_installing_a_year_makes_its_dates_certain_in_the_running_process(tmp_path: Path, data: Path) -> None:
    before = calendar().add(D("2026-12-20"), 10)
    assert before == (D("2027-01-04"), True)
    target = install_year(written(tmp_path, YEAR_2027))
    assert target == data / "workdays/CN-2027.toml"
    assert calendar().add(D("2026-12-20"), 10) == (D("2026-12-31"), False)
    assert calendar().year(2027).status == "published"
    assert calendar().years()[-1] == 2027


def test_a_notice_may_move_days_of_the_december_before_it(tmp_path: Path) -> None:
    assert not calendar().is_workday(D("2026-12-26"))
    install_year(written(tmp_path, YEAR_2027))
    assert calendar().is_workday(D("2026-12-26"))


def test_installing_the_same_year_again_replaces_it(tmp_path: Path, data: Path) -> None:
    install_year(written(tmp_path, YEAR_2027))
    install_year(written(tmp_path, YEAR_2027.replace("last = 2027-01-03", "last = 2027-01-04")))
    assert [path.name for path in (data / "workdays").iterdir()] == ["CN-2027.toml"]
    assert not calendar().is_workday(D("2027-01-04"))


def test_a_province_overrides_the_state_for_itself_and_its_cities_only(tmp_path: Path) -> None:
    install_year(written(tmp_path, PROVINCE_2020))
    day = D("2020-01-20")
    assert calendar("CN").add(day, 4).date == D("2020-02-03")
    assert calendar("CN-46").add(day, 4).date == D("2020-02-10")
    assert calendar("CN-4601").add(day, 4).date == D("2020-02-10")
    assert calendar("CN-44").add(day, 4).date == D("2020-02-03")


def test_a_province_alone_does_not_publish_a_year(tmp_path: Path) -> None:
    install_year(written(tmp_path, PROVINCE_2020.replace("2020", "2027")))
    assert calendar("CN-46").year(2027).status == "provisional"
    assert calendar("CN-46").add(D("2027-02-01"), 1).provisional


def test_a_later_notice_in_one_file_overrides_the_earlier_one(tmp_path: Path) -> None:
    amended = (
        YEAR_2027
        + """
[[notice]]
title = "关于调整的通知"
issued = 2026-12-30
source = "test"
[[notice.worked]]
name = "元旦"
day = 2027-01-01
"""
    )
    install_year(written(tmp_path, amended))
    assert calendar().is_workday(D("2027-01-01"))
    assert calendar().explain(D("2026-12-31"), 1).days[0].reason == "workday"


def test_all_faults_are_reported_together_and_nothing_is_changed(tmp_path: Path, data: Path) -> None:
    bad = """
jurisdiction = "HK"
year = "2027"
colour = "red"
[[notice]]
title = ""
issued = "2026-11-25"
confirmed = "yes"
[[notice.off]]
name = "元旦"
first = 2027-01-03
last = 2027-01-01
[[notice.worked]]
name = "元旦"
"""
    with pytest.raises(CalendarFaults) as refusal:
        install_year(written(tmp_path, bad))
    error = refusal.value
    assert error.code == "faulty-year-file"
    told = " | ".join(fault.what for fault in error.faults)
    for expected in (
        "'colour'",
        "'HK'",
        "'2027'",
        "title",
        "issued",
        "confirmed",
        "before",
        "day is None",
        "source",
    ):
        assert expected in told
    assert all(fault.where and fault.rule and fault.mend for fault in error.faults)
    assert all(str(fault) in str(error) for fault in error.faults)
    assert not data.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("day = 2026-12-26", "day = 2027-01-02"), "both off"),
        (("day = 2026-12-26", "day = 2027-06-10"), "is a working day anyway"),
        (("day = 2026-12-26", "day = 2026-11-01"), "not a day of 2027"),
        (("last = 2027-01-03", "last = 2027-03-01"), "is 60 days"),
        (('name = "元旦"\nfirst', 'name = "元旦"\nbegin'), "'begin'"),
        (("year = 2027", "year = 27"), "year is 27"),
        (("year = 2027", "year = true"), "year is True"),
        (("first = 2027-06-09", "first = 2027-06-12"), "2027-06-09, 端午节, is not among the days off"),
    ],
)
def test_a_slip_in_a_year_file_is_pointed_out(
    tmp_path: Path, data: Path, change: tuple[str, str], told: str
) -> None:
    assert change[0] in YEAR_2027
    with pytest.raises(CalendarFaults) as refusal:
        install_year(written(tmp_path, YEAR_2027.replace(*change, 1)))
    assert told in str(refusal.value)
    assert not (data / "workdays/CN-2027.toml").exists()


def test_a_day_cannot_be_off_twice_in_one_notice(tmp_path: Path) -> None:
    doubled = YEAR_2027 + '\n[[notice.off]]\nname = "补假"\nfirst = 2027-01-02\n'
    with pytest.raises(CalendarFaults, match="off twice"):
        install_year(written(tmp_path, doubled))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"\x00" * 1000, b"[" * 100_000, b"a = " + b"[" * 5000]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, data: Path, content: bytes) -> None:
    with pytest.raises(CalendarFaults):
        install_year(written(tmp_path, content))
    assert not data.exists()


def test_a_file_too_large_to_be_a_year_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    with pytest.raises(CalendarFaults, match="larger than"):
        install_year(written(tmp_path, b"#" * 1_000_000))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarFaults):
        install_year(tmp_path / "nothing.toml")
    with pytest.raises(CalendarFaults):
        install_year(tmp_path)


def test_a_faulty_file_put_into_the_folder_by_hand_is_an_error_not_a_gap(data: Path) -> None:
    (data / "workdays").mkdir(parents=True)
    written(data / "workdays", "year = 2027")
    with pytest.raises(CalendarFaults, match="jurisdiction"):
        calendar()


def test_a_copy_that_cannot_be_finished_leaves_the_old_year_and_no_rest(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_year(written(tmp_path, YEAR_2027))

    def disk_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gongkai.foundation.workdays.installation.os.fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        install_year(written(tmp_path, YEAR_2027.replace("2027-01-03", "2027-01-04")))
    assert [path.name for path in (data / "workdays").iterdir()] == ["CN-2027.toml"]
    assert calendar().is_workday(D("2027-01-04"))


@pytest.mark.parametrize(
    "jurisdiction", ["", "cn", "CN-", "CN-4", "CN-46010", "CN-4601055", "US", "CN-46/../x", "CN-四六"]
)
def test_an_unknown_jurisdiction_is_refused(jurisdiction: str) -> None:
    with pytest.raises(CalendarError) as refusal:
        calendar(jurisdiction)
    assert refusal.value.code == "unknown-jurisdiction"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["year", "jurisdiction", "notice", "off", "worked", "name", "first", "last", "day", "title"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["year", "jurisdiction", "notice", "x"]), values))
@example({"year": "%"})
def test_whatever_the_table_holds_it_is_read_or_refused(table: dict[str, Any]) -> None:
    try:
        parsed = parse_year(table, source="test")
    except CalendarFaults as refusal:
        assert refusal.faults
    else:
        assert parsed.notices


@given(st.binary(max_size=2000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_are_they_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CalendarFaults):
        read_year_file(written(tmp_path, content))
