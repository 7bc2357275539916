"""Directories as organs have them come in whole, find their rows again, and are refused cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.services import history
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.importing import Plan, import_catalogue
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.directories import drawn

TODAY = dt.date(2020, 12, 1)


@pytest.fixture
def jyj(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局")


def take_in(path: Path, **facts: object) -> Plan:
    return import_catalogue(path=path, today=TODAY, **facts)  # type: ignore[arg-type]


def written(path: Path, *rows: list[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


HEAD = [
    *("序号", "领域", "一级事项", "二级事项", "公开内容", "公开依据", "公开时限", "公开主体"),
    *("公开渠道和载体", "公开对象", "公开方式", "公开层级"),
]
GOOD = [
    *("1", "义务教育", "招生管理", "招生政策", "方案", "义务教育法", "及时", "南溟市教育局"),
    *("■政府网站", "全社会", "主动", "县级"),
]


def test_a_drawn_directory_is_understood_as_it_is(jyj: Organ, tmp_path: Path) -> None:
    plan = take_in(drawn(tmp_path / "a.xlsx"))
    assert plan.applied and not plan.faults
    first, second, third = CatalogueEntry.objects.order_by("position")
    assert first.field == "义务教育"
    assert (first.level1, first.level2) == ("招生管理", "招生政策")
    assert (second.level1, second.basis) == (first.level1, first.basis)
    assert [(c.carrier, c.required, c.note) for c in first.named_channels] == [
        ("website", True, ""),
        ("new_media", False, ""),
        ("other", True, "学校公告"),
    ]
    assert (first.audience, first.mode, first.levels) == ("all", "proactive", ["district", "town"])
    assert (third.audience, third.audience_group, third.mode) == ("group", "受助学生家长", "on_request")
    assert third.basis == first.basis, "同上 is what stands above"
    assert plan.unread_limits == 1 and third.limit.unread == ("适时公开",)
    assert len(plan.ignored) == 3


def test_taking_it_in_again_changes_nothing(jyj: Organ, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.xlsx")
    take_in(path)
    before = history("catalogue-entry:1").count()
    again = take_in(path)
    assert (again.unchanged, again.changes_anything, again.applied) == (3, False, False)
    assert history("catalogue-entry:1").count() == before


def test_a_newer_directory_changes_retires_and_restores(jyj: Organ, tmp_path: Path) -> None:
    second = [*GOOD[:3], "招生结果", *GOOD[4:]]
    take_in(written(tmp_path / "1.csv", HEAD, GOOD, second))
    newer = [*GOOD[:6], "信息形成之日起5个工作日内", *GOOD[7:]]
    checked = take_in(written(tmp_path / "2.csv", HEAD, newer), check_only=True)
    assert (len(checked.amended), len(checked.retired)) == (1, 1)
    assert CatalogueEntry.objects.current(TODAY).count() == 2, "only looked at"
    take_in(tmp_path / "2.csv")
    entry = CatalogueEntry.objects.get(level2="招生政策")
    assert entry.limit_text == "信息形成之日起5个工作日内"
    gone = CatalogueEntry.objects.get(level2="招生结果")
    assert gone.retired_on == TODAY and gone.retired_reason
    back = take_in(tmp_path / "1.csv")
    assert [each.restored for each in back.amended] == [False, True]
    assert [each.verb for each in history(gone.ledger_name)] == [
        "catalogue.added",
        "catalogue.retired",
        "catalogue.restored",
    ]
    kept = take_in(tmp_path / "2.csv", keep_absent=True)
    assert kept.retired == []


def test_all_faults_come_together_with_their_places_and_nothing_is_saved(jyj: Organ, tmp_path: Path) -> None:
    path = written(
        tmp_path / "bad.csv",
        HEAD,
        GOOD,
        [
            "2",
            "义务教育",
            "招生管理",
            "学区",
            "范围",
            "",
            "及时",
            "南溟教育局办公室",
            "政府网站",
            "大家",
            "公开",
            "星级",
        ],
        [
            "3",
            "义务教育",
            "",
            "超长",
            "甲" * 20_001,
            "",
            "及时",
            "南溟市教育局",
            "政府网站",
            "全社会",
            "主动",
            "县级",
        ],
    )
    plan = take_in(path)
    assert not plan.applied and not CatalogueEntry.objects.exists()
    found = {(fault.row, fault.column, fault.field) for fault in plan.faults}
    assert found == {
        (3, "H", "公开主体"),
        (3, "J", "公开对象"),
        (3, "K", "公开方式"),
        (3, "L", "公开层级"),
        (4, "E", "公开内容（要素）"),
    }
    assert all(fault.rule and fault.mend for fault in plan.faults)
    assert any("南溟市教育局" in fault.mend for fault in plan.faults if fault.field == "公开主体")


def test_a_row_that_says_the_same_twice_is_pointed_at(jyj: Organ, tmp_path: Path) -> None:
    other = [*GOOD[:4], "另一方案", *GOOD[5:]]
    plan = take_in(written(tmp_path / "a.csv", HEAD, GOOD, other, GOOD))
    assert plan.applied and not plan.faults
    (note,) = (note for note in plan.notes if "已有相同" in note.rule)
    assert (note.row, note.field, note.value) == (4, "一级事项", "招生管理 / 招生政策")
    assert "第2行" in note.rule


def test_an_unknown_duty_holder_falls_to_the_default(jyj: Organ, tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", HEAD, [*GOOD[:7], "镇人民政府（街道办事处）", *GOOD[8:]])
    assert take_in(path).faults
    assert take_in(path, organ=jyj).applied
    assert CatalogueEntry.objects.get().subject_text == "镇人民政府（街道办事处）"


def test_cells_of_a_csv_that_were_merged_are_carried_down(jyj: Organ, tmp_path: Path) -> None:
    path = written(
        tmp_path / "m.csv",
        ["义务教育领域基层政务公开标准目录", *[""] * 9],
        ["序号", "公开事项", "", "公开内容", "公开依据", "公开时限", "公开主体", "公开对象", "", "公开方式"],
        ["", "一级事项", "二级事项", "", "", "", "", "全社会", "特定群体", "主动"],
        ["1", "招生管理", "招生政策", "方案", "义务教育法", "及时", "市教育局", "√", "", "√"],
        ["2", "", "招生结果", "名单", "", "", "", "", "", ""],
        [""] * 10,
        ["1", "资助", "名单", "名单", "", "按季度", "市教育局", "", "家长", "√"],
        ["注：√为勾选", *[""] * 9],
    )
    plan = take_in(path)
    assert plan.applied, plan.faults
    _policy, result, aid = CatalogueEntry.objects.order_by("position")
    assert (result.level1, result.basis, result.audience) == ("招生管理", "义务教育法", "all")
    assert (aid.level1, aid.audience_group, aid.field) == ("资助", "家长", "义务教育")
    assert plan.carried == 2


def test_only_the_office_of_the_organ_takes_it_in(jyj: Organ, tmp_path: Path) -> None:
    other = organ("别的局")
    path = written(tmp_path / "x.csv", HEAD, GOOD)
    refused = take_in(path, user=staff("外人", Role.DISCLOSURE_OFFICER, at=other))
    assert not refused.applied and refused.faults[0].field == "公开主体"
    assert take_in(path, user=staff("本局", Role.DISCLOSURE_OFFICER, at=jyj)).applied


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("noise.csv", b"a,b,c\n1,2,3\n"),
        ("broken.json", b'[{"level1": "x"'),
        ("list.json", b"[1, 2]"),
        ("zip.xlsx", b"PK\x03\x04 not a workbook"),
        ("nul.csv", b"\x00\x01\x02"),
    ],
)
def test_a_file_that_is_no_directory_is_refused_as_a_whole(
    db: None, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as refusal:
        take_in(path)
    assert refusal.value.mend


def test_a_merged_range_over_the_whole_sheet_does_no_harm(jyj: Organ, tmp_path: Path) -> None:
    small, path = tmp_path / "small.xlsx", tmp_path / "far.xlsx"
    book = xlsxwriter.Workbook(str(small))
    book.add_worksheet().merge_range(0, 0, 1, 1, "标题")
    book.close()
    with zipfile.ZipFile(small) as given, zipfile.ZipFile(path, "w") as made:
        for name in given.namelist():  # the library that writes it would count all eight million cells
            made.writestr(
                name, given.read(name).replace(b'ref="A1:B2"/></mergeC', b'ref="A1:GS40001"/></mergeC')
            )
        assert b"GS40001" in made.read("xl/worksheets/sheet1.xml")
    with pytest.raises(FileUnreadable):
        take_in(path)


@pytest.mark.shared
def test_every_real_row_comes_in(jyj: Organ, shared_data: Path) -> None:
    path = shared_data / "catalogue_rows.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    plan = take_in(path, organ=jyj)
    assert plan.faults == [] and len(plan.added) == len(rows)
    assert CatalogueEntry.objects.count() == len(rows)
    assert take_in(path, organ=jyj).unchanged == len(rows)
