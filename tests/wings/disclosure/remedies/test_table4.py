"""Section 四 of the annual report: which year a remedy counts in, against two real years of a real city."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import open_case
from gongkai.engines.casework.verification import verify_cases
from gongkai.engines.figures import Period, drill, value
from gongkai.wings.disclosure.remedies.figures import table4, table4_of
from gongkai.wings.disclosure.remedies.intake import import_remedies
from gongkai.wings.disclosure.remedies.services import record_result, register_remedy
from tests.factories_disclosure import D, Office, accepted, decide, office
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

HEADINGS = ("organ", "request", "kind", "filed_on", "result")
BLOCKS = {
    "review": "reconsideration",
    "litigation_direct": "direct_suit",
    "litigation_after_review": "suit_after_reconsideration",
}
COLUMNS = {"maintained": "upheld", "corrected": "corrected", "other": "other", "pending": "pending"}


@pytest.fixture
@remembered
def at() -> Office:
    return office(code="exam", name="考试市人民政府")


def table(path: Path, rows: list[tuple[str, ...]], headings: tuple[str, ...] = HEADINGS) -> Path:
    target = path / "remedies.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return target


def review(at: Office, filed: str, *, ended: str = "", result: str = "upheld") -> Case:
    request = decide(accepted(at, "2020-04-20"), at, "process", "2020-05-11")
    actor = Actor(user=at.officer)
    case = register_remedy(request=request, kind="reconsideration", filed_on=D(filed), actor=actor).case
    if ended:
        record_result(case=case, result=result, day=D(ended), actor=actor)
    return case


def reviews(at: Office, year: int) -> dict[str, int]:
    counted = table4(at.organ, year)
    results = ("upheld", "corrected", "other", "pending")
    return {each: number for each in results if (number := counted.cell("reconsideration", each))}


def test_a_result_of_the_next_year_leaves_the_report_of_this_one_as_it_was(at: Office) -> None:
    case = review(at, "2020-12-01")
    assert reviews(at, 2020) == {"pending": 1}
    record_result(case=case, result="corrected", day=D("2021-02-01"), actor=Actor(user=at.officer))
    assert reviews(at, 2020) == {"pending": 1}
    assert reviews(at, 2021) == {"corrected": 1}
    assert reviews(at, 2022) == {}


def test_what_is_open_at_the_end_of_each_year_is_pending_in_each(at: Office) -> None:
    review(at, "2020-12-01", ended="2022-03-01")
    assert [reviews(at, year) for year in (2019, 2020, 2021, 2022)] == [
        {},
        {"pending": 1},
        {"pending": 1},
        {"upheld": 1},
    ]


def test_the_last_day_of_a_year_belongs_to_it(at: Office) -> None:
    review(at, "2020-12-31", ended="2020-12-31")
    assert reviews(at, 2020) == {"upheld": 1}
    assert reviews(at, 2021) == {}


def test_what_another_system_left_open_is_pending_in_its_year_until_something_is_known(
    at: Office, tmp_path: Path
) -> None:
    file = table(tmp_path, [("exam", "", "reconsideration", "2019-11-04", "pending")])
    assert import_remedies(path=file, actor=Actor(user=at.officer)).imported == 1
    assert (reviews(at, 2019), reviews(at, 2020)) == ({"pending": 1}, {})
    (case,) = Case.objects.of("reconsideration")
    record_result(case=case, result="other", day=D("2020-01-20"), actor=Actor(user=at.officer))
    assert (reviews(at, 2019), reviews(at, 2020)) == ({"pending": 1}, {"other": 1})


def test_a_day_of_result_in_the_file_decides_the_year(at: Office, tmp_path: Path) -> None:
    row = ("exam", "", "reconsideration", "2019-11-04", "upheld", "2020-01-20")
    file = table(tmp_path, [row], (*HEADINGS, "closed_on"))
    import_remedies(path=file, actor=Actor(user=at.officer))
    assert (reviews(at, 2019), reviews(at, 2020)) == ({"pending": 1}, {"upheld": 1})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1500), st.one_of(st.none(), st.integers(0, 900))), max_size=6))
def test_every_result_counts_in_one_year_and_every_open_year_is_pending(
    at: Office, spans: list[tuple[int, int | None]]
) -> None:
    with transaction.atomic():
        known = []
        for after, took in spans:
            filed = D("2019-01-01") + dt.timedelta(after)
            ended = None if took is None else filed + dt.timedelta(took)
            case = open_case(
                procedure_code="reconsideration",
                organ=at.organ,
                actor=Actor(user=at.officer),
                title="复议",
                received_on=filed,
            )
            if ended is not None:
                record_result(case=case, result="other", day=ended, actor=Actor(user=at.officer))
            known.append((filed, ended))
        for year in range(2018, 2026):
            first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
            counted = table4(at.organ, year)
            assert counted.cell("reconsideration", "other") == sum(
                ended is not None and first <= ended <= last for _filed, ended in known
            )
            assert counted.cell("reconsideration", "pending") == sum(
                filed <= last and (ended is None or ended > last) for filed, ended in known
            )
        transaction.set_rollback(True)


def test_a_government_counts_each_of_its_organs_once(at: Office) -> None:
    other = office(code="other")
    review(at, "2020-06-01", ended="2020-07-01")
    review(other, "2020-06-01")
    together = table4_of([at.organ, other.organ, at.organ], 2020)
    assert together.row() == (1, 0, 0, 1, 2, *(0,) * 10)
    assert table4(other.organ, 2020).row() == (0, 0, 0, 1, 1, *(0,) * 10)


def test_behind_every_number_stand_its_remedies_for_those_who_may_see_them(at: Office) -> None:
    ended, still = review(at, "2020-06-01", ended="2020-07-01"), review(at, "2020-06-02")
    stranger, year = office(code="other").officer, Period.year(2020)
    assert set(drill("remedies.reconsideration.total", year, user=at.officer)) == {ended, still}
    assert list(drill("remedies.reconsideration.pending", year, user=at.officer)) == [still]
    assert list(drill("remedies.reconsideration.total", year, user=stranger)) == []
    assert value("remedies.reconsideration.upheld", year, organs=[at.organ.pk]) == 1


def _rows(block: dict[str, dict[str, Any]], year: int) -> list[tuple[str, ...]]:
    return [
        ("exam", "", kind, f"{year}-{1 + number % 12:02}-{1 + number % 28:02}", result)
        for name, kind in BLOCKS.items()
        for column, result in COLUMNS.items()
        for number in range(block[name][column])
    ]


def test_two_real_years_come_out_as_they_were_printed(at: Office, tmp_path: Path, shared_data: Path) -> None:
    reports = json.loads((shared_data / "annual_reports.json").read_text(encoding="utf-8"))["reports"]
    printed = {
        report["year"]: report["tables"]["table4"]
        for report in reports
        if report["id"].startswith("suqian-2")
    }
    years = [year for year in sorted(printed) if printed[year]]
    rows = [row for year in years for row in _rows(printed[year], year)]
    report = import_remedies(path=table(tmp_path, rows), actor=Actor(user=at.officer))
    assert (report.imported, report.faults) == (len(rows), [])
    for year in years:
        counted = table4(at.organ, year)
        for name, kind in BLOCKS.items():
            for column, result in {**COLUMNS, "total": "total"}.items():
                assert counted.cell(kind, result) == printed[year][name][column], (year, name, column)


def test_a_file_taken_in_twice_counts_once(at: Office, tmp_path: Path) -> None:
    request = decide(accepted(at, "2020-04-20"), at, "process", "2020-05-11")
    file = table(
        tmp_path,
        [
            ("exam", request.number, "reconsideration", "2020-06-01", "upheld"),
            ("exam", "", "direct_suit", "2020-07-01", "other"),
        ],
    )
    assert import_remedies(path=file, actor=Actor(user=at.officer)).imported == 2
    again = import_remedies(path=file, actor=Actor(user=at.officer))
    assert (again.imported, again.unchanged, again.faults) == (0, 2, [])
    assert table4(at.organ, 2020).row()[:5] == (1, 0, 0, 0, 1)


def test_the_good_rows_come_in_where_that_is_asked_for(at: Office, tmp_path: Path) -> None:
    file = table(
        tmp_path,
        [
            ("exam", "", "行政复议", "2020年6月1日", "结果维持"),
            ("exam", "", "直接起诉", "2020/7/1", "won"),
        ],
        ("被申请人", "申请编号", "救济类型", "立案日期", "审理结果"),
    )
    report = import_remedies(path=file, actor=Actor(user=at.officer), partial=True)
    assert (report.read, report.imported, report.refused_rows) == (2, 1, 1)
    assert table4(at.organ, 2020).row()[:5] == (1, 0, 0, 0, 1)


def test_nobody_imports_for_an_organ_they_do_not_serve(at: Office, tmp_path: Path) -> None:
    file = table(tmp_path, [("exam", "", "reconsideration", "2020-06-01", "upheld")])
    with pytest.raises(CaseRefused):
        import_remedies(path=file, actor=Actor(user=office(code="other").officer))
    assert not Case.objects.of("reconsideration").exists()


def test_a_spreadsheet_is_read_like_a_table_of_text(at: Office, tmp_path: Path) -> None:
    target = tmp_path / "remedies.xlsx"
    with xlsxwriter.Workbook(str(target)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("机关", "申请编号", "救济类型", "提起日期", "结果"))
        sheet.write_row(1, 0, ("考试市人民政府", "", "复议后起诉"))
        sheet.write_datetime(1, 3, dt.date(2020, 6, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write(1, 4, "结果纠正")
    assert import_remedies(path=target, actor=Actor(user=at.officer)).faults == []
    assert table4(at.organ, 2020).cell("suit_after_reconsideration", "corrected") == 1


HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE casework_case;--",
    "=HYPERLINK(1)",
    "9" * 500,
    "\u202e1",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("column", range(5))
def test_hostile_cells_are_refused_by_row_and_field(
    at: Office, tmp_path: Path, column: int, text: str
) -> None:
    row = ["exam", "", "reconsideration", "2020-06-01", "upheld"]
    row[column] = text
    report = import_remedies(path=table(tmp_path, [tuple(row)]), actor=Actor(user=at.officer))
    assert report.imported == 0
    assert [fault.row for fault in report.faults] == [2]


def test_a_result_that_comes_with_a_later_file_counts_in_its_own_year(at: Office, tmp_path: Path) -> None:
    actor = Actor(user=at.officer)
    rows = [("exam", "", "direct_suit", "2020-07-01", result) for result in ("pending", "pending", "upheld")]
    assert import_remedies(path=table(tmp_path, rows), actor=actor).imported == 3
    (missing,) = import_remedies(path=table(tmp_path, [(*rows[0][:4], "corrected")]), actor=actor).faults
    assert missing.field == "审结日期"
    later = tmp_path / "later.csv"
    later.write_text(
        "organ,request,kind,filed_on,result,closed_on\n"
        "exam,,direct_suit,2020-07-01,corrected,2021-03-01\n"
        "exam,,direct_suit,2020-07-01,pending,\n"
        "exam,,direct_suit,2020-07-01,upheld,\n"
    )
    report = import_remedies(path=later, actor=actor)
    assert (report.imported, report.ended, report.unchanged, report.faults) == (0, 1, 2, [])
    first, second = table4(at.organ, 2020), table4(at.organ, 2021)
    assert [first.cell("direct_suit", each) for each in ("upheld", "pending", "corrected")] == [1, 2, 0]
    assert [second.cell("direct_suit", each) for each in ("upheld", "pending", "corrected")] == [0, 0, 1]
    assert not list(verify_cases())
