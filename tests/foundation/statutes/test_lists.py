"""The statutory lists: items of disclosure, grounds for withholding, subject classes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongkai.foundation.statutes import (
    StatuteError,
    disclosure_item,
    disclosure_items,
    exemption,
    exemptions,
    local_subjects,
    parse_subject,
    subjects,
)


def test_article_twenty_has_fifteen_items_with_its_own_wording() -> None:
    items = disclosure_items()
    assert [item.code for item in items] == [str(number) for number in range(1, 16)]
    assert items[0].numeral == "（一）" and items[-1].numeral == "（十五）"
    assert items[6].label == "财政预算、决算信息"
    assert items[10].label == "扶贫、教育、医疗、社会保障、促进就业等政策措施及实施"
    assert items[4].provision.cite() == "《中华人民共和国政府信息公开条例》第二十条第（五）项"
    assert disclosure_item("7") is items[6]


def test_article_twenty_one_adds_seven_subjects_for_cities_and_eight_for_townships() -> None:
    levels = [subject.level for subject in local_subjects()]
    assert (levels.count("city-county"), levels.count("township")) == (7, 8)
    assert disclosure_item("21").label.startswith("市政建设、公共服务、公益事业")
    assert disclosure_item("21").label.count("土地征收") == 1


@pytest.mark.parametrize("code", ["0", "16", "22", "", "一"])
def test_an_item_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(StatuteError) as refusal:
        disclosure_item(code)
    assert refusal.value.code == "unknown-item"


def test_what_must_be_withheld_is_kept_apart_from_what_may_be() -> None:
    effects = {ground.code: (str(ground.provision), ground.effect) for ground in exemptions()}
    assert effects == {
        "state-secret": ("条例 Art. 14", "must"),
        "forbidden-by-law": ("条例 Art. 14", "must"),
        "security-stability": ("条例 Art. 14", "must"),
        "third-party": ("条例 Art. 15", "must"),
        "internal-affairs": ("条例 Art. 16 ¶1", "may"),
        "process": ("条例 Art. 16 ¶2", "may"),
        "enforcement-file": ("条例 Art. 16 ¶2", "may"),
    }
    assert exemption("process").label == "属于四类过程性信息"
    with pytest.raises(StatuteError, match="state-secret"):
        exemption("because")


def test_there_are_twenty_two_subject_classes() -> None:
    names = [subject.name for subject in subjects()]
    assert len(names) == len(set(names)) == 22
    assert names[0] == "国务院组织机构" and names[-1] == "其他"
    childless = [subject.name for subject in subjects() if not subject.children]
    assert childless == ["人口与计划生育、妇女儿童工作", "其他"]
    for subject in subjects():
        assert len(set(subject.children)) == len(subject.children)


def test_every_subject_is_read_back_in_both_ways_of_writing() -> None:
    for subject in subjects():
        assert parse_subject(subject.name).code == subject.name
        for child in subject.children:
            found = parse_subject(f"{subject.name}/{child}")
            assert found.code == f"{subject.name}/{child}"
            assert parse_subject(found.government_form) == found


@pytest.mark.parametrize(
    "text", [" 综合政务 / 政务公开 ", "综合政务＼政务公开", "财政、金融、审计\\货币(含外汇)", "综合政务\\"]
)
def test_small_slips_in_writing_a_subject_are_forgiven(text: str) -> None:
    assert parse_subject(text).subject.name in ("综合政务", "财政、金融、审计")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("综合政务/政务公幵", "政务公开"),
        ("城乡建设", "城乡建设、环境保护"),
        ("综合政务/税务", ""),
        ("", ""),
        ("a/b/c", ""),
    ],
)
def test_an_unknown_subject_is_refused_with_the_nearest_known_one(text: str, nearest: str) -> None:
    with pytest.raises(StatuteError) as refusal:
        parse_subject(text)
    assert refusal.value.code == "unknown-subject"
    assert nearest in str(refusal.value)


@pytest.mark.shared
def test_the_subjects_of_real_documents_are_all_known(shared_data: Path) -> None:
    records = json.loads((shared_data / "policy_metadata.json").read_text("utf-8"))["records"]
    assert len(records) == 40
    for record in records:
        assert parse_subject(record["主题分类"]).government_form == record["主题分类"]
