"""A report from its numbers to the public: what is counted, who may do what, what is refused, what stays."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from gongkai.engines.figures import value
from gongkai.engines.figures.declarations import Period
from gongkai.engines.notices.models import Notice
from gongkai.foundation.accounts.models import Assignment, Role
from gongkai.foundation.ledger.models import Entry
from gongkai.shell.commands.report import report as report_command
from gongkai.wings.disclosure.annual import filing, improving, services
from gongkai.wings.disclosure.annual.deadlines import deadlines, remind
from gongkai.wings.disclosure.annual.errors import ReportRefused
from gongkai.wings.disclosure.annual.forms import UnknownForm, form, form_of
from gongkai.wings.disclosure.annual.judging import judge
from gongkai.wings.disclosure.annual.looking import report_on
from gongkai.wings.disclosure.annual.models import AnnualReport, Filing, Status
from gongkai.wings.disclosure.annual.numbers import numbers, organs_of
from gongkai.wings.disclosure.annual.publishing import published_shape
from gongkai.wings.disclosure.annual.standing import standing
from gongkai.wings.disclosure.annual.writing.docx import docx
from gongkai.wings.disclosure.annual.writing.html import html
from gongkai.wings.disclosure.annual.writing.xlsx import xlsx
from tests.factories import staff
from tests.factories_disclosure import D, accepted, decide, request

from .conftest import YEAR, City, cell, drafted, elsewhere, filed, promised, published, shown


def refusal(act: object, **named: object) -> ReportRefused:
    with pytest.raises(ReportRefused) as refused:
        act(**named)  # type: ignore[operator]
    return refused.value


# -- Numbers -----------------------------------------------------------------------------------------------


def test_an_organs_table_is_counted_from_its_requests(city: City) -> None:
    cells = numbers(city.one.organ, YEAR, city.form).cells
    assert [cell(cells, row) for row in ("1", "2", "3.1", "3.4.1", "3.7", "4")] == [3, 0, 1, 1, 2, 1]
    assert cell(cells, "1", "natural_person") == 3
    assert cells["table4/review/total"] == 0
    following = numbers(city.one.organ, YEAR + 1, city.form).cells
    assert cell(following, "2") == cell(cells, "4")


def test_the_city_is_the_sum_of_its_organs_each_counted_once(city: City) -> None:
    filed(city.one)
    elsewhere(city.other, table3__1__natural_person=7, **{"table3__3.1__natural_person": 7})
    whole = numbers(city.government.organ, YEAR, city.form, whole=True)
    assert [part.organ for part in whole.parts] == [city.government.organ, city.one.organ, city.other.organ]
    assert cell(whole.cells, "1") == 3 + 7
    assert cell(whole.cells, "3.1") == 1 + 7
    assert [part.elsewhere for part in whole.parts] == [False, False, True]
    for path, total in whole.cells.items():
        known = [part.cells[path] for part in whole.parts if part.cells[path] is not None]
        assert total == (sum(known) if known else None)


def test_an_organ_that_came_after_the_year_or_went_before_it_is_not_in_it(city: City) -> None:
    for at, day in ((city.one.organ, "established_on"), (city.other.organ, "abolished_on")):
        setattr(at, day, D("2023-01-01") if day == "established_on" else D("2020-12-31"))
        at.save()
    assert organs_of(city.government.organ, YEAR, whole=True) == [city.government.organ]


def test_what_nobody_filed_is_blank_and_the_check_says_so(city: City) -> None:
    report = drafted(city.one)
    blanks = [fault for fault in judge(report).faults if fault.kind == "blank"]
    assert {path for fault in blanks for path in fault.cells} == {
        each.path for each in city.form.cells if each.by_hand
    }
    filed(city.one)
    assert [fault for fault in judge(report).faults if fault.kind in services.BLOCKING] == []


def test_the_older_form_has_one_row_for_other_results(city: City) -> None:
    at = city.other
    case = accepted(at, "2020-04-20")
    decide(case, at, "granted", "2020-05-12")
    cells = numbers(at.organ, 2020, form("2019")).cells
    assert cell(cells, "3.6") == 0
    assert "table3/3.6.1/total" not in cells
    with pytest.raises(UnknownForm):
        services.draft(organ=at.organ, year=2018, user=at.officer)


# -- Filing ------------------------------------------------------------------------------------------------


def test_an_organ_with_requests_here_cannot_file_them_again(city: City) -> None:
    with pytest.raises(ReportRefused) as refused:
        elsewhere(city.one)
    assert refused.value.code == "counted"
    assert not Filing.objects.exists()


def test_all_faults_of_a_filing_are_named_together_and_nothing_is_kept(city: City) -> None:
    typed = {
        "table2/art20_5/行政许可/decisions": "十二",
        "table2/art20_6/行政处罚/decisions": "-3",
        "table2/art20_6/行政强制/decisions": "1.5",
        "table2/nothing": "1",
    }
    with pytest.raises(ValidationError) as refused:
        filing.file_numbers(
            organ=city.one.organ, year=YEAR, form=city.form, typed=typed, user=city.one.officer
        )
    assert set(refused.value.message_dict) == set(typed)
    assert not Filing.objects.exists()


def test_filed_sections_must_balance_and_leave_no_cell_blank(city: City) -> None:
    with pytest.raises(ValidationError) as refused:
        elsewhere(city.other, table3__1__natural_person=7)
    assert list(refused.value.message_dict) == ["table3/4/natural_person"]
    with pytest.raises(ValidationError) as blank:
        filing.file_numbers(
            organ=city.other.organ,
            year=YEAR,
            form=city.form,
            typed={},
            user=city.other.officer,
            elsewhere=True,
        )
    assert len(blank.value.message_dict) == len(
        [
            each
            for each in filing.cells_to_file(city.form, elsewhere=True)
            if each.path.startswith(("table3", "table4"))
        ]
    )


def test_numbers_are_read_as_people_type_them_and_kept_to_the_last_digit(city: City) -> None:
    filed(
        city.one,
        **{
            "table2/art20_5/行政许可/decisions": "１，573,179",
            "table2/art20_8/行政事业性收费/amount_wan_yuan": "72701.2578",
        },
    )
    cells = numbers(city.one.organ, YEAR, city.form).cells
    assert cells["table2/art20_5/行政许可/decisions"] == 1_573_179
    assert str(cells["table2/art20_8/行政事业性收费/amount_wan_yuan"]) == "72701.2578"


def test_only_the_disclosure_office_files(city: City) -> None:
    named = {"organ": city.one.organ, "year": YEAR, "form": city.form, "typed": {}}
    assert refusal(filing.file_numbers, user=city.one.handler, **named).code == "role"
    assert refusal(filing.file_numbers, user=city.other.officer, **named).code == "role"
    filing.file_numbers(user=city.government.officer, **named)  # type: ignore[arg-type]


# -- The way to the public ---------------------------------------------------------------------------------


def test_a_report_goes_from_draft_over_two_people_to_the_public(city: City) -> None:
    filed(city.one)
    report = published(city.one)
    assert report.status == Status.PUBLISHED
    assert report.published_at is not None
    assert report.snapshot is not None
    acts = [entry.verb for entry in Entry.objects.filter(subject=report.ledger_name).order_by("seq")]
    assert acts == ["annual.draft", "annual.submit", "annual.approve", "annual.publish"]
    assert report.public["report"]["tables"]["table3"][0]["values"]["total"] == 3
    assert report.public["improvements"][0]["problem"].startswith("基层单位")


def test_blank_cells_and_broken_sums_block_whatever_reason_is_given(city: City) -> None:
    report = drafted(city.one)
    refused = refusal(services.submit, report=report, user=city.one.officer, overruled="情况特殊")
    assert refused.code == "checks"
    assert len(refused.reasons) == len([fault for fault in judge(report).faults if fault.kind == "blank"])


def test_a_number_typed_against_its_table_needs_a_reason(city: City) -> None:
    filed(city.one)
    report = drafted(city.one)
    promised(report, city.one)
    text = report.texts["一"] + "全年新收政府信息公开申请8件。"
    report = services.write(report=report, texts={"一": text}, user=city.one.officer, version=report.version)
    refused = refusal(services.submit, report=report, user=city.one.officer)
    assert any("8" in reason for reason in refused.reasons)
    report = services.submit(report=report, user=city.one.officer, overruled="另含代办窗口转来的5件")
    assert report.status == Status.SUBMITTED


def test_a_report_without_problems_is_pointed_at_until_one_is_entered(city: City) -> None:
    filed(city.one)
    report = drafted(city.one)
    assert [fault.place for fault in judge(report).faults] == ["第五部分"]
    promised(report, city.one)
    assert judge(report).faults == ()


def test_the_plan_stands_in_section_five_of_what_is_given_out(city: City) -> None:
    filed(city.one)
    report = published(city.one)
    row = "【问题1】基层单位对答复文书格式掌握不够。措施：每季度培训一次；责任单位：政务公开科；完成时限：2022年6月30日。"
    given = report_on(city.one.organ, YEAR, form_of(YEAR), whole=False)
    assert given.sections["五"].splitlines()[-1] == row
    assert published_shape(report).to_json() == given.to_json()
    services.take_up_again(report=report, user=city.one.head, reason="补充")
    report.refresh_from_db()
    written = "基层单位对答复文书格式掌握不够，已安排每季度培训一次。"
    services.write(report=report, texts={"五": written}, user=city.one.officer, version=report.version)
    assert report_on(city.one.organ, YEAR, form_of(YEAR), whole=False).sections["五"] == written


def test_whoever_submitted_does_not_approve(city: City) -> None:
    filed(city.one)
    report = drafted(city.one)
    head = city.one.head
    report = services.submit(report=report, user=head, overruled="核对无误")
    assert refusal(services.approve, report=report, user=head).code == "same-person"
    assert refusal(services.approve, report=report, user=city.one.officer).code == "head"
    other = staff("", Role.DISCLOSURE_HEAD, at=city.one.organ)
    assert services.approve(report=report, user=other).status == Status.APPROVED


def test_acts_out_of_order_are_refused(city: City) -> None:
    filed(city.one)
    report = drafted(city.one)
    head, officer = city.one.head, city.one.officer
    for act in (services.approve, services.publish):
        assert refusal(act, report=report, user=head).code == "state"
    assert refusal(drafted, at=city.one).code == "there"
    report = services.submit(report=report, user=officer, overruled="核对无误")
    assert refusal(services.submit, report=report, user=officer).code == "state"
    assert refusal(services.draft_anew, report=report, user=officer).code == "state"
    report = services.send_back(report=report, user=head, remarks="请补充平台建设情况")
    assert (report.status, report.remarks) == (Status.DRAFT, "请补充平台建设情况")


def test_two_clerks_do_not_write_over_each_other(city: City) -> None:
    report = drafted(city.one)
    services.write(report=report, texts={"六": "甲写的。"}, user=city.one.officer, version=report.version)
    refused = refusal(
        services.write, report=report, texts={"六": "乙写的。"}, user=city.one.officer, version=report.version
    )
    assert refused.code == "changed"
    assert AnnualReport.objects.get().texts["六"] == "甲写的。"


def test_unknown_names_and_table_sections_are_refused_together(city: City) -> None:
    report = drafted(city.one)
    with pytest.raises(ValidationError) as refused:
        services.write(
            report=report,
            texts={"一": "{没有的数}", "三": "文字"},
            user=city.one.officer,
            version=report.version,
        )
    assert set(refused.value.message_dict) == {"一", "三"}


# -- What stays --------------------------------------------------------------------------------------------


def test_sentences_follow_their_numbers_until_they_are_frozen(city: City) -> None:
    filed(city.one)
    report = drafted(city.one)
    assert "新收政府信息公开申请3件" in shown(report, "一")
    request(city.one, "2021-12-31")
    assert "新收政府信息公开申请4件" in shown(report, "一")
    services.submit(report=report, user=city.one.officer, overruled="核对无误")
    report = services.approve(report=report, user=city.one.head)
    request(city.one, "2021-12-31")
    assert "新收政府信息公开申请4件" in shown(report, "一")
    moved = {change.key: (change.then, change.now) for change in standing(report).moved}
    assert moved["table3/1/total"] == (4, 5)


def test_a_correction_leaves_what_is_published_until_it_is_published_itself(city: City) -> None:
    filed(city.one)
    report = published(city.one)
    before = json.dumps(report.public, sort_keys=True)
    request(city.one, "2021-12-31")
    report = services.take_up_again(report=report, user=city.one.head, reason="补录申请1件")
    assert report.status == Status.DRAFT
    assert json.dumps(report.public, sort_keys=True) == before
    report = services.submit(report=report, user=city.one.officer, overruled="核对无误")
    report = services.approve(report=report, user=city.one.head)
    report = services.publish(report=report, user=city.one.head)
    assert report.public["report"]["tables"]["table3"][0]["values"]["total"] == 4
    assert report.public["corrected"] == 1


def test_next_year_says_what_became_of_the_measures(city: City) -> None:
    filed(city.one)
    last = published(city.one)
    task = last.improvements.get()
    assert task in type(task).objects.overdue(D("2022-07-01"))
    following = services.draft(organ=city.one.organ, year=YEAR + 1, user=city.one.officer)
    assert improving.promised_before(following) == [task]
    with pytest.raises(ValidationError) as refused:
        improving.settle(task=task, result="", proof=" ", on=D("2022-06-01"), user=city.one.officer)
    assert set(refused.value.message_dict) == {"result", "proof"}
    improving.settle(
        task=task, result="done", proof="测府办〔2022〕9号", on=D("2022-06-01"), user=city.one.officer
    )
    from gongkai.wings.disclosure.annual.publishing import public_version

    assert public_version(following)["promised"][0]["result"] == "done"


def test_a_promise_without_owner_or_day_is_refused(city: City) -> None:
    report = drafted(city.one)
    with pytest.raises(ValidationError) as refused:
        improving.promise(
            report=report, problem="", measure="x" * 501, owner="", due_on=None, user=city.one.officer
        )
    assert set(refused.value.message_dict) == {"problem", "measure", "owner", "due_on"}


def test_carry_over_that_does_not_continue_is_found(city: City) -> None:
    filed(city.one)
    published(city.one)
    with connection.cursor() as cursor:  # a request slips out of last year behind the report's back
        cursor.execute("UPDATE casework_case SET received_on = '2022-01-04' WHERE received_on = '2021-12-30'")
    following = services.draft(organ=city.one.organ, year=YEAR + 1, user=city.one.officer)
    assert "continuity" in {fault.kind for fault in judge(following).faults}


def test_the_same_numbers_are_what_the_figures_say(city: City) -> None:
    cells = numbers(city.one.organ, YEAR, city.form).cells
    for row in city.form.rows:
        assert cell(cells, row.code) == sum(
            value(code, Period.year(YEAR), organs=[city.one.organ.pk]) for code in row.figures
        )


# -- A year that is not over -------------------------------------------------------------------------------


def test_a_report_on_a_running_year_says_so_in_every_shape_and_is_not_submitted(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    Assignment.objects.update(since=D("2020-01-01"))
    filed(city.one)
    report = drafted(city.one)
    promised(report, city.one)
    monkeypatch.setattr(timezone, "localdate", lambda *_: D("2021-12-31"))
    assert (
        refusal(services.submit, report=report, user=city.one.officer, overruled="已核对").code == "not-over"
    )
    found = report_on(city.one.organ, YEAR, city.form, whole=False)
    words = "（数据统计至2021年12月31日，全年尚未结束）"
    assert found.to_json()["counted_to"] == "2021-12-31"
    assert words in html(found)
    assert words in zipped(docx(found), "word/document.xml")
    assert words in zipped(xlsx(found), "xl/sharedStrings.xml")
    monkeypatch.setattr(timezone, "localdate", lambda *_: D("2022-01-01"))
    assert "counted_to" not in report_on(city.one.organ, YEAR, city.form, whole=False).to_json()
    services.submit(report=report, user=city.one.officer, overruled="已核对")
    monkeypatch.setattr(timezone, "localdate", lambda *_: D("2021-12-31"))
    assert refusal(services.approve, report=report, user=city.one.head).code == "not-over"


def zipped(file: bytes, name: str) -> str:
    with ZipFile(BytesIO(file)) as package:
        return package.read(name).decode()


def test_the_command_warns_of_a_running_year_and_refuses_one_that_has_not_begun(city: City) -> None:
    now = timezone.localdate().year

    def told(year: int) -> Result:
        return CliRunner().invoke(
            report_command, ["annual", "--organ", "ju-a", "--year", str(year), "--json"]
        )

    running, ahead, over = told(now), told(now + 1), told(YEAR)
    assert f"{now}年尚未结束" in running.stderr
    assert json.loads(running.stdout)["counted_to"] == timezone.localdate().isoformat()
    assert ahead.exit_code == 1
    assert f"{now + 1}年尚未开始" in ahead.stderr
    assert over.stderr == ""


# -- Deadlines ---------------------------------------------------------------------------------------------


def test_departments_have_until_january_governments_until_march() -> None:
    due = deadlines(2020)
    assert (due["department"].day, due["government"].day) == (D("2021-01-31"), D("2021-03-31"))
    assert "第四十九条" in due["department"].provision


def test_offices_are_reminded_once_a_step_until_the_report_is_out(city: City) -> None:
    Assignment.objects.update(since=D("2020-01-01"))
    told = remind(D("2022-01-30"))
    assert told == 4  # officer and head of both departments; the government has until March
    assert remind(D("2022-01-30")) == 0
    assert remind(D("2022-02-01")) == 4
    assert remind(D("2022-05-30")) == 2  # the government's, late; the departments' two months are over
    assert "第四十九条" in Notice.objects.first().text  # type: ignore[union-attr]
    filed(city.one)
    published(city.one)
    Notice.objects.all().delete()
    assert remind(D("2022-01-30")) == 2
