"""Documents come in by file all or not at all, and whatever is wrong with them is said row by row."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from django.utils import timezone

from gongkai.engines import press
from gongkai.shell.command import gongkai
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sites.services import create_site
from tests.bombs import zip_bomb
from tests.factories_publishing import Desk, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Desk:
    return desk()


def run(people: Desk, file: Path, *options: str) -> tuple[int, str]:
    arguments = ["import", "documents", str(file), "--as", people.author.username, *options]
    result = CliRunner().invoke(gongkai, arguments)
    return result.exit_code, result.output


def table(folder: Path, people: Desk, *rows: str) -> Path:
    path = folder / "rows.csv"
    path.write_text("标题,发文机关,成文日期,正文\n" + "".join(rows), encoding="utf-8")
    return path


def test_one_bad_row_keeps_everything_out_and_is_named(people: Desk, tmp_path: Path) -> None:
    path = table(
        tmp_path, people, f"甲,{people.organ.name},2020-01-02,正文\n", "乙,没有的机关,2020-13-02,正文\n"
    )
    status, output = run(people, path, "--json")
    assert status == 1
    assert '"row": 3' in output and "没有的机关" in output and "2020-13-02" in output
    assert not Document.objects.exists()


def test_the_good_rows_come_in_when_that_is_asked_for(people: Desk, tmp_path: Path) -> None:
    path = table(tmp_path, people, f"甲,{people.organ.name},2020-01-02,正文\n", "乙,没有的机关,,正文\n")
    status, _output = run(people, path, "--partial")
    assert status == 1
    assert [document.title for document in Document.objects.all()] == ["甲"]
    assert not Document.objects.get().live


def test_a_file_imported_again_makes_no_doubles_and_says_so(people: Desk, tmp_path: Path) -> None:
    rows = [f"{title},{people.organ.name},2020-01-02,正文{title}\n" for title in "甲乙"]
    assert run(people, table(tmp_path, people, *rows), "--publish", "已公开")[0] == 0
    status, output = run(
        people, table(tmp_path, people, *rows, rows[0].replace("甲", "丙"), rows[0].replace("甲", "丙"))
    )
    assert status == 0
    assert "3 行" in output and "未重复导入：第 2、3、5 行" in output
    assert sorted(Document.objects.values_list("title", flat=True)) == ["丙", "乙", "甲"]


def test_what_is_public_and_stands_nowhere_is_said(people: Desk, tmp_path: Path) -> None:
    create_site(user=people.manager, slug="city", name="测试站", organ=people.organ, host="city.localhost")
    row = f"甲,{people.organ.name},2020-01-02,正文\n"
    assert "任何网站都不显示：第 2 行" in run(people, table(tmp_path, people, row), "--publish", "已公开")[1]
    shown = ("--publish", "已公开", "--set", "栏目=city/zfxxgk/nb")
    assert "任何网站都不显示" not in run(people, table(tmp_path, people, row.replace("甲", "乙")), *shown)[1]


def test_a_numbered_document_with_another_text_is_refused_not_doubled(people: Desk, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    head = "标题,发文机关,发文字号,成文日期,正文\n"
    path.write_text(f"{head}甲,{people.organ.name},测府〔2020〕1号,2020-01-02,原文\n", encoding="utf-8")
    assert run(people, path)[0] == 0
    path.write_text(f"{head}甲,{people.organ.name},测府〔2020〕1号,2020-01-02,改文\n", encoding="utf-8")
    status, output = run(people, path, "--json")
    assert status == 1
    assert "正文不同" in output
    assert Document.objects.count() == 1


def test_whoever_drafts_for_nobody_is_told_row_by_row(people: Desk, tmp_path: Path) -> None:
    path = table(tmp_path, people, f"甲,{people.organ.name},2020-01-02,正文\n", "乙,没有的机关,,正文\n")
    arguments = ["import", "documents", str(path), "--as", people.first.username, "--create-organs", "--json"]
    result = CliRunner().invoke(gongkai, arguments)
    assert result.exit_code == 1
    assert result.output.count("导入人不是该机关的起草人") == 2
    assert not Document.objects.exists()


def test_nothing_that_the_checks_stop_goes_online_by_import(people: Desk, tmp_path: Path) -> None:
    rows = [
        f"甲,{people.organ.name},2020-01-02,身份证360426199101010071。\n",
        f"乙,{people.organ.name},2020-01-02,秘密★10年\n",
        f"丙,{people.organ.name},2020-01-02,清白的正文。\n",
    ]
    status, output = run(people, table(tmp_path, people, *rows), "--publish", "已公开", "--partial", "--json")
    assert status == 1
    assert "360426199101010071" not in output and "360426********0071" in output
    assert "三审三校" in output
    assert list(Document.objects.public().values_list("title", flat=True)) == ["丙"]
    status, _output = run(people, table(tmp_path, people, rows[0]))
    assert status == 0, "as a draft it may come in, and is masked there"


@pytest.mark.parametrize("cell", ["43926", "43926.5"])
def test_a_day_that_a_spreadsheet_counted_is_read(people: Desk, tmp_path: Path, cell: str) -> None:
    status, _output = run(people, table(tmp_path, people, f"甲,{people.organ.name},{cell},正文\n"))
    assert status == 0
    assert Document.objects.get().written_on == date(2020, 4, 5)


def test_a_day_no_calendar_has_is_explained(people: Desk, tmp_path: Path) -> None:
    line = f"甲,{people.organ.name},2020-13-45,正文\n"
    status, output = run(people, table(tmp_path, people, line), "--json")
    assert status == 1 and "日历上没有" in output


def _far_cells(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "标题", "x"
    book.save(path)


@pytest.mark.fault
@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_bytes(os.urandom(1024 * 1024)),
        lambda path: path.write_bytes(zip_bomb()),
        _far_cells,
    ],
    ids=["random", "bomb", "far"],
)
def test_a_file_that_is_no_table_is_refused_and_nothing_dies(
    people: Desk, tmp_path: Path, make: object
) -> None:
    path = tmp_path / "rows.xlsx"
    make(path)  # type: ignore[operator]
    status, output = run(people, path)
    assert status == 2, output
    assert not Document.objects.exists()


@pytest.mark.shared
def test_the_real_records_and_the_real_report_come_online(
    people: Desk, shared_data: Path, tmp_path: Path
) -> None:
    site = create_site(
        user=people.manager, slug="city", name="海口市人民政府", organ=people.organ, host="city.localhost"
    )
    status, output = run(
        people, shared_data / "policy_metadata.json", "--create-organs", "--publish", "已在中国政府网公开"
    )
    assert status == 0, output
    assert Document.objects.public().count() == 40
    status, output = run(
        people,
        shared_data / "haikou_2020_report.txt",
        "--set",
        "标题=海口市人民政府2020年政府信息公开工作年度报告",
        "--set",
        "类型=政府信息公开年报",
        "--set",
        f"发文机关={people.organ.name}",
        "--set",
        "发布日期=2021-01-29",
        "--set",
        f"栏目={site.slug}/zfxxgk/nb",
        "--publish",
        "真实材料",
    )
    assert status == 0, output
    report = Document.objects.get(title__startswith="海口市人民政府2020年")
    press.build()
    from django.conf import settings

    page = Path("doc/2021") / str(report.pk) / "index.html"
    tree = Path(settings.GONGKAI_PUBLISHED) / "current" / "sites" / "city"
    assert "政府信息公开工作年度报告" in (tree / page).read_text()
    assert "政府信息公開工作年度報告" in (tree / "hant" / page).read_text()


FACTS = "标题,发文机关,成文日期,发布日期,施行日期,有效期至,正文\n"


def with_facts(folder: Path, *rows: str) -> Path:
    path = folder / "facts.csv"
    path.write_text(FACTS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_whatever_keeps_rows_from_the_public_is_told_row_by_row(people: Desk, tmp_path: Path) -> None:
    name = people.organ.name
    path = with_facts(
        tmp_path,
        f"关于甲的通知,{name},0001-01-01,,,,这是甲的正文，共十几个字。",
        f"关于乙的通知,{name},2020-03-01,,2020-05-01,2020-04-01,这是乙的正文，共十几个字。",
        f"关于丙的通知,{name},2020-03-01,2999-01-01,,,这是丙的正文，共十几个字。",
        f"关于丁的通知,{name},2020-03-01,2020-03-02,,,这是丁的正文，共十几个字。",
        "关于戊的通知,没有的机关,2020-03-01,,,,这是戊的正文，共十几个字。",
    )
    status, output = run(people, path, "--publish", "已公开", "--json")
    report = json.loads(output)
    assert [(fault["row"], fault["field"], fault["value"]) for fault in report["faults"]] == [
        (2, "成文日期", "0001-01-01"),
        (3, "有效期至", "2020-04-01"),
        (4, "发布日期", "2999-01-01"),
        (6, "发文机关", "没有的机关"),
    ]
    assert (status, report["imported"], report["published"]) == (1, [], 0)
    assert not Document.objects.exists()
    status, output = run(people, path, "--publish", "已公开", "--partial", "--json")
    report = json.loads(output)
    assert (status, report["published"], len(report["faults"])) == (1, 1, 4)
    assert [document.title for document in Document.objects.all()] == ["关于丁的通知"]


def test_what_was_published_today_is_taken_in_before_nine(
    people: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    early = timezone.make_aware(datetime.combine(today, time(7, 30)))
    monkeypatch.setattr(timezone, "now", lambda: early)
    path = with_facts(
        tmp_path, f"关于今日的通知,{people.organ.name},{today},{today},,,这是今日的正文，共十几个字。"
    )
    status, output = run(people, path, "--publish", "已公开")
    assert status == 0, output
    assert Document.objects.get().published_at == early
