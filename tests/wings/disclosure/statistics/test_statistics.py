"""Statistics: every number is a count of cases, nobody is counted twice, pages follow what changed and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.utils import timezone

from gongkai.engines import press
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, Clock
from gongkai.engines.figures import Period, drill, value
from gongkai.engines.press import Page
from gongkai.engines.press.models import Change
from gongkai.foundation.accounts.models import Role
from gongkai.wings.disclosure.remedies.services import register_remedy
from gongkai.wings.disclosure.requests.figures_handling import days_taken
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.statistics.numbers import Book, branch, years_of
from gongkai.wings.disclosure.statistics.pages import Key, StatisticsPages
from gongkai.wings.disclosure.statistics.services import announce_day, years_touched
from gongkai.wings.disclosure.statistics.tables import FEW, YearSheet
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import organ, staff
from tests.factories_disclosure import D, Office, accepted, decide, do, office, request
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
TODAY = D("2020-11-02")


@pytest.fixture
@remembered
def city() -> Office:
    found = office(code="shizhengfu", name="测试市人民政府")
    manager = staff("", Role.SITE_MANAGER, at=found.organ)
    create_site(user=manager, slug="city", name="测试市人民政府", organ=found.organ, host="city.localhost")
    return found


@pytest.fixture
def bureau(city: Office) -> Office:
    return office(code="caizhengju", name="测试市财政局", parent=city.organ)


def concluded(at: Office, outcome: str = "granted", closed: str = "2020-05-12", **facts: Any) -> Case:
    return decide(accepted(at, **facts), at, outcome, closed)


def pages(site: str = "city") -> dict[str, Page]:
    kind = StatisticsPages()
    found = {}
    for _key, page in kind.render(site, list(kind.keys(site))):
        assert page is not None
        assert page.path not in found
        found[page.path] = page
    return found


def body(path: str) -> str:
    return str(pages()[path].body)


def rows(path: str) -> dict[tuple[str, str, str], str]:
    text = body(path)
    assert text.startswith("\ufeff")
    read = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return {(row["table"], row["row"], row["column"]): row["value"] for row in read}


def test_the_city_counts_every_organ_once_and_each_organ_its_own(city: Office, bureau: Office) -> None:
    concluded(city)
    concluded(bureau)
    concluded(bureau, "partial")
    whole, own = rows("statistics/2020/figures.csv"), rows("statistics/organ/caizhengju/2020/figures.csv")
    assert whole["依申请公开", "新收", "2020"] == "3"
    assert own["依申请公开", "新收", "2020"] == "2"
    assert whole["分机关", "测试市财政局", "办结"] == "2"
    assert whole["办理结果", "予以公开", "办结"] == "2"
    assert whole["办理结果", "合计", "办结"] == "3"


def test_page_csv_and_json_say_the_same(city: Office) -> None:
    concluded(city)
    page, table = body("statistics/2020/index.html"), rows("statistics/2020/figures.csv")
    data = json.loads(body("statistics/2020/figures.json"))
    from_json = {
        (each["title"], row["label"], column): "" if number is None else f"{number:g}"
        for each in data["tables"]
        for row in each["rows"]
        for column, number in zip(each["columns"], row["values"], strict=True)
    }
    assert {key: text and f"{float(text):g}" for key, text in table.items()} == from_json
    for each in data["tables"]:
        assert each["title"] in page
        assert all(meaning["text"] in page for meaning in each["definitions"])


def test_pages_are_valid_for_a_strict_policy_and_name_nobody(city: Office) -> None:
    concluded(city, description="张三丰的宅基地档案")
    for page in pages().values():
        text = str(page.body)
        assert " style=" not in text
        assert "张三丰" not in text
        assert "宅基地" not in text
        assert not re.search(r"\bnan\b", text)


def test_a_year_cites_the_form_its_report_uses(city: Office) -> None:
    concluded(city)
    concluded(city, closed="2021-05-12")
    assert "〔2019〕60号" in body("statistics/2020/index.html") and "〔2021〕30号" not in body(
        "statistics/2020/index.html"
    )
    assert "〔2021〕30号" in body("statistics/2021/index.html") and "〔2019〕60号" not in body(
        "statistics/2021/index.html"
    )


def test_the_city_says_whom_its_numbers_leave_out(city: Office, bureau: Office) -> None:
    """The annual report adds what organs with another system filed; whoever compares the two finds out why."""
    concluded(city)
    concluded(bureau)
    words = "使用其他系统办理申请的机关不在此统计之内"
    assert words in body("statistics/2020/index.html")
    assert words in body("statistics/index.html")
    assert words not in body("statistics/organ/caizhengju/2020/index.html")


def test_the_two_sides_of_a_year_are_equal(city: Office) -> None:
    request(city, "2019-11-20")
    concluded(city, received="2019-12-20", closed="2020-01-08")
    concluded(city)
    accepted(city, received="2020-10-12")
    book = Book([city.organ.pk])
    for year in (2019, 2020):
        number = {row: book.number(f"requests.row.{row}", year) for row in ("1", "2", "3.7", "4")}
        assert number["1"] + number["2"] == number["3.7"] + number["4"]


def test_days_are_those_the_clock_ran(city: Office) -> None:
    straight = concluded(city)
    stopped = accepted(city)
    do(stopped, "ask_correction", city.handler, "2020-04-22", unclear="哪一年", days="10")
    do(stopped, "receive_correction", city.handler, "2020-05-06", text="2019年")
    decide(stopped, city, "granted", "2020-05-12")
    (counts,) = days_taken(Period.year(2020)).values()
    used = sorted(
        clock.reckoning().used for clock in Clock.objects.filter(case__in=[straight, stopped], code="reply")
    )
    assert sorted(counts.elements()) == used
    assert used[0] < used[1]


def test_handling_counts_corrections_extensions_late_and_overdue(city: Office) -> None:
    late = concluded(city, closed="2020-06-12")
    extended = accepted(city)
    do(extended, "propose_extension", city.handler, "2020-04-28", days="20", why="数量大")
    do(extended, "approve_extension", city.head, "2020-04-28", days="20", why="数量大")
    decide(extended, city, "granted", "2020-06-12")
    over = accepted(city, received="2020-06-01")
    year = Period.year(2020)
    assert list(drill("requests.answered.late", year, user=city.officer)) == [late]
    assert list(drill("requests.extended", year, user=city.officer)) == [extended]
    assert list(drill("requests.overdue", year, user=city.officer)) == [over]
    assert value("requests.answered", year) == 2
    assert value("requests.answered.in_time", year) == 1
    assert value("requests.corrected", year) == 0


def test_what_came_from_another_system_has_no_days(city: Office) -> None:
    case = concluded(city, closed="2020-06-12")
    Request.objects.filter(pk=case.pk).update(imported=True)
    year = Period.year(2020)
    assert value("requests.row.3.7", year) == 1
    assert value("requests.answered", year) == value("requests.answered.late", year) == 0
    assert days_taken(year) == {}
    table = rows("statistics/2020/figures.csv")
    assert table["补正、延期和按期答复", "超期答复", "2020"] == ""  # nobody knows; zero would be a claim
    assert table["补正、延期和按期答复", "超期未答复", "2020"] == "0"


def test_withdrawn_requests_are_no_answers(city: Office) -> None:
    case = accepted(city)
    do(case, "withdraw", Actor(user=city.officer), "2020-04-22", outcome="withdrawn", why="不再需要")
    assert value("requests.row.3.7", Period.year(2020)) == 1
    assert value("requests.answered", Period.year(2020)) == 0


def test_few_answers_give_no_median(city: Office) -> None:
    for _turn in range(FEW - 1):
        concluded(city)
    sheet = YearSheet(Book([city.organ.pk]), 2020, D("2021-02-01"))
    assert [cell.value for row in sheet.days().rows for cell in row.cells] == [None, None]
    concluded(city)
    sheet = YearSheet(Book([city.organ.pk]), 2020, D("2021-02-01"))
    assert sheet.days().rows[0].cells[0].value == 15
    assert sum(row.cells[0].value or 0 for row in sheet.days().rows[2:]) == FEW


def test_kinds_of_applicant_wait_for_the_end_of_the_year(city: Office) -> None:
    concluded(city)
    book = Book([city.organ.pk])
    running = [table.slug for table in YearSheet(book, 2020, TODAY).tables()]
    whole = [table.slug for table in YearSheet(book, 2020, D("2021-01-01")).tables()]
    assert "applicants" not in running
    assert [slug for slug in whole if slug != "applicants"] == running


def test_remedies_stand_in_the_year_of_their_result(city: Office) -> None:
    case = concluded(city)
    register_remedy(
        request=case, kind="reconsideration", filed_on=D("2020-06-01"), actor=Actor(user=city.officer)
    )
    found = rows("statistics/2020/figures.csv")
    assert found["复议和诉讼", "行政复议", "尚未审结"] == "1"
    assert found["复议和诉讼", "行政复议", "合计"] == "1"


def test_every_number_of_a_page_is_counted_by_a_figure_with_rows(city: Office) -> None:
    concluded(city)
    for table in YearSheet(Book([city.organ.pk]), 2020, D("2021-02-01")).tables():
        for row in table.rows:
            for cell in row.cells:
                if cell.code:
                    where: dict[str, Any] = dict(cell.where)
                    found = drill(cell.code, Period.year(cell.year or 2020), user=city.officer, **where)
                    assert found.count() == cell.value


def test_an_organ_nobody_asked_has_no_pages_and_an_empty_site_an_overview(
    city: Office, bureau: Office
) -> None:
    assert set(pages()) == {f"statistics/{name}" for name in ("index.html", "figures.csv", "figures.json")}
    assert "暂无" in body("statistics/index.html")
    concluded(city)
    assert not [path for path in pages() if "caizhengju" in path]


def test_a_site_of_one_organ_says_nothing_twice(city: Office) -> None:
    concluded(city)
    assert not [path for path in pages() if "/organ/" in path]


def test_years_run_from_the_first_request_to_the_last_record(city: Office, bureau: Office) -> None:
    concluded(city, received="2018-12-03", closed="2019-01-04")
    accepted(bureau, received="2019-12-20")
    found = years_of(list(branch(city.organ.pk)), TODAY)
    assert list(found[city.organ.pk].all()) == [2018, 2019]
    assert list(found[bureau.organ.pk].all()) == [2019, 2020]


@pytest.mark.parametrize(
    ("received", "closed", "years"),
    [
        ("2020-03-02", None, {2020}),
        ("2020-03-02", "2020-04-01", {2020}),
        ("2018-03-02", "2020-04-01", {2018, 2020}),
        (
            "2018-03-02",
            "2019-04-01",
            {2018, 2019, 2020},
        ),  # entered later: it was carried out of 2019 until now
    ],
)
def test_a_case_touches_the_years_it_counts_in(received: str, closed: str | None, years: set[int]) -> None:
    assert years_touched(D(received), D(closed) if closed else None, TODAY) == years


def test_one_answer_renders_a_handful_of_pages_however_many_organs(city: Office, bureau: Office) -> None:
    for number in range(12):
        organ(f"第{number}局", code=f"ju-{number}", parent=city.organ)
    case = accepted(bureau)
    Change.objects.all().delete()
    do(case, "propose_decision", bureau.handler, "2020-05-12", "granted", information="所附文件")
    assert not Change.objects.filter(key__startswith="statistics:", not_before__lt=timezone.now()).exists()
    Change.objects.all().delete()
    for act, who in (
        ("pass_legal", bureau.legal),
        ("pass_secrecy", bureau.secrecy),
        ("approve", bureau.head),
    ):
        do(case, act, who, "2020-05-12")
    do(case, "serve", bureau.officer, "2020-05-12", way="online", proof="收据 1")
    now = Change.objects.filter(key__startswith="statistics:", not_before__lt=timezone.now())
    named = set(now.values_list("key", flat=True))
    assert {key.split(":")[1] for key in named} == {"caizhengju", "shizhengfu"}
    assert set(now.values_list("lane", flat=True)) == {"bulk"}
    touched = {ref.key for key in named for ref in StatisticsPages().affected(key)}
    assert {Key.parse(key).organ for key in touched} <= {"", "caizhengju", "shizhengfu"}
    assert "caizhengju:2020:" in touched
    assert ":2020:csv" in touched


def test_the_turn_of_the_year_is_told_once(city: Office) -> None:
    for _turn in range(2):
        accepted(city)
    year = timezone.localdate().year
    waiting = Change.objects.filter(key=f"statistics:shizhengfu:{year + 1}", not_before__gt=timezone.now())
    assert waiting.count() == 1


def test_after_any_act_the_pages_are_what_a_full_build_would_make(
    city: Office, bureau: Office, settings: Any
) -> None:
    concluded(city, received="2019-12-02", closed="2020-01-03")
    press.build()
    first, second = concluded(bureau), accepted(bureau, received="2019-12-20")
    remedy = register_remedy(
        request=first, kind="reconsideration", filed_on=D("2020-06-01"), actor=Actor(user=bureau.officer)
    )
    decide(second, bureau, "partial", "2020-01-10")
    assert remedy.case.pk
    while press.drain().changes:
        pass
    followed = _tree(settings)
    press.build()
    assert followed == _tree(settings)
    assert "organ/caizhengju/2020/figures.json" in followed


def _tree(settings: Any) -> dict[str, bytes]:
    root = settings.GONGKAI_PUBLISHED / "current" / "sites" / "city" / "statistics"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_next_day_every_page_says_so_and_what_fell_due_is_overdue(
    city: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has done anything, and what is published is again what a full build would make."""
    case = accepted(city)
    assert case.due_on is not None
    overdue = []
    for day in (case.due_on, case.due_on + dt.timedelta(days=1)):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        if not overdue:
            press.build()
        announce_day()
        while press.drain().changes:
            pass
        assert press.verify().ok
        facts = json.loads(_tree(settings)["2020/figures.json"])
        assert facts["counted_on"] == str(day)
        overdue.append(facts)
    assert overdue[0]["tables"] != overdue[1]["tables"]


@pytest.mark.parametrize("key", ["nowhere:2020:", ":1999:", ":2020:xlsx", ":twenty:", "caizhengju:2031:"])
def test_what_is_not_there_is_no_page(city: Office, bureau: Office, key: str) -> None:
    concluded(city)
    ((_key, page),) = StatisticsPages().render("city", [key])
    assert page is None
