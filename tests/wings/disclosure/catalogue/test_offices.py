"""Directories as organs really keep them come in whole: sheets, levels, marks, notes, other orders, other encodings."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.limits import Kind
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from tests.factories import organ
from tests.wings.disclosure.catalogue import offices
from tests.wings.disclosure.catalogue.test_importing import take_in


@pytest.fixture
def jyj(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局")


def entry(title: str) -> CatalogueEntry:
    return next(each for each in CatalogueEntry.objects.all() if each.title == title)


def test_sheets_of_several_fields_come_in_with_their_own_field(jyj: Organ, tmp_path: Path) -> None:
    plan = take_in(offices.several_sheets(tmp_path / "a.xlsx"))
    assert not plan.faults, [fault.as_json() for fault in plan.faults]
    assert len(plan.added) == 5
    assert Counter(CatalogueEntry.objects.values_list("field", flat=True)) == {"就业": 3, "义务教育": 2}
    first = entry("招生入学公告")
    assert (first.level1, first.level2, first.level3) == ("公共服务", "招生入学", "招生入学公告")
    assert [rule.kind for rule in first.limit.rules] == [Kind.WITHIN, Kind.WITHIN, Kind.DISPLAY]
    assert first.limit.unread == () and first.limit.rules[1].scope == "行政处罚"
    assert [(c.carrier, c.required) for c in first.named_channels] == [
        ("website", True),
        ("new_media", True),
        ("reading_point", False),
    ]
    assert first.levels == ["district", "town"]
    assert len(entry("求职登记").elements) == 2, entry("求职登记").content
    texts = " ".join(text for _sheet, _row, text in plan.ignored)
    assert "填表人" in texts and "注：" in texts, "what is no row is named as left out"
    assert take_in(offices.several_sheets(tmp_path / "b.xlsx")).unchanged == 5


def test_columns_may_stand_in_another_order_under_other_names(jyj: Organ, tmp_path: Path) -> None:
    plan = take_in(offices.other_order(tmp_path / "a.xlsx"))
    assert not plan.faults, [fault.as_json() for fault in plan.faults]
    first, second = CatalogueEntry.objects.order_by("position")
    assert (first.field, first.level1, first.level2) == ("义务教育", "招生", "招生结果")
    assert first.limit_text == "每学期开学后20个工作日内"
    assert [(c.carrier, c.note) for c in first.named_channels] == [("website", ""), ("other", "校园公告栏")]
    assert (second.organ, second.basis, second.mode) == (jyj, offices.LAW, "on_request")
    assert (second.audience, second.audience_group) == ("group", "本校师生家长")
    assert plan.unknown_headings == ["经办人"]


def test_a_csv_of_an_old_program_says_what_its_merged_cells_said(jyj: Organ, tmp_path: Path) -> None:
    plan = take_in(offices.plain_csv(tmp_path / "a.csv"))
    assert not plan.faults, [fault.as_json() for fault in plan.faults]
    first, second = CatalogueEntry.objects.order_by("position")
    assert (first.field, second.level1, second.basis) == ("就业", "就业服务", offices.LAW)
    assert [rule.kind for rule in first.limit.rules] == [Kind.BEFORE, Kind.PROMPT]
    (note,) = [note for note in plan.notes if note.field == "公开时限"]
    assert (note.value, note.row, note.grave) == ("按规定时限", 4, False)
    assert plan.unread_limits == 1


def test_faults_of_a_broken_directory_are_all_named_at_once(jyj: Organ, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    head = (
        "序号,领域,一级事项,公开内容,公开依据,公开时限,公开主体,公开渠道和载体,公开对象,公开方式,公开层级\n"
    )
    path.write_text(
        head
        + "1,就业,,内容,依据,及时,南溟市教育局,政府网站,全社会,主动,县级\n"
        + "2,就业,岗位,内容,依据,及时,南溟市教育厅,政府网站,大家,随便,国级\n",
        encoding="utf-8",
    )
    plan = take_in(path)
    assert not plan.applied and not CatalogueEntry.objects.exists()
    found = {(fault.row, fault.field) for fault in plan.faults}
    assert found >= {(2, "一级事项"), (3, "公开主体"), (3, "公开对象"), (3, "公开方式"), (3, "公开层级")}
    (holder,) = [fault for fault in plan.faults if fault.field == "公开主体"]
    assert "南溟市教育局" in holder.mend and holder.column == "G"
