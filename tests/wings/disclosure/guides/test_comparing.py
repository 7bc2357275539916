"""A guide written by hand is held against the register: what differs is named, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.disclosure.guides.comparing import differences, stated

ENTRY = {
    "address": "测试市秀英区测试路1号",
    "office_hours": "工作日 8:30–12:00，14:30–17:30",
    "phone": "0898-68724346、12345",
    "fax": "0898-68724347",
    "email": "zwgk@example.cn",
    "postcode": "570100",
    "head_name": "张三",
}
TEXT = """测试局政府信息公开指南
（一）受理机构：政务公开科
办公地址：测试市秀英区测试路1号，邮政编码：570100
办公时间：工作日8:30-12:00，14:30-17:30（法定节假日除外）
联系电话：0898－68724346；传真号码：（0898）68724347
电子邮箱：zwgk@example.cn
机构负责人：张三
监督电话：0898-66666666
复议机关地址：测试市别处路9号
"""


def fields(text: str) -> list[str]:
    return [fault.field for fault in differences(ENTRY, text)]


def test_a_guide_that_says_what_the_register_says_has_no_fault() -> None:
    assert differences(ENTRY, TEXT) == ()
    assert set(stated(TEXT)) == set(ENTRY)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("测试路1号", "测试路2号", "address"),
        ("570100", "570101", "postcode"),
        ("8:30-12:00", "9:00-12:00", "office_hours"),
        ("68724346", "68724340", "phone"),
        ("68724347", "68724399", "fax"),
        ("zwgk@", "old@", "email"),
        ("张三", "李四", "head_name"),
    ],
)
def test_each_fact_that_differs_is_named_with_both_sides(old: str, new: str, field: str) -> None:
    (fault,) = differences(ENTRY, TEXT.replace(old, new))
    assert fault.field == field and fault.registered == ENTRY[field] and new[:4] in fault.said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "联系电话：见附件",
        "电话 请拨打公布的号码",
        "监督电话：0898-11111111",
        "投诉举报电话：0898-11111111",
        "复议机关地址：别处路9号",
        "联系电话：68724346",
        "联系电话：0898-11111111（综合科）\n联系电话：0898-68724346（公开科）",
        "联系电话：0898-68724346转8",
        "办公时间：夏季8:30-12:00、14:30-17:30，冬季9:00-12:00、14:00-17:00",
        "地址：秀英区测试路1号",
    ],
)
def test_what_is_not_said_or_said_otherwise_but_rightly_is_no_fault(text: str) -> None:
    assert fields(text) == []


def test_what_the_register_lacks_cannot_be_contradicted() -> None:
    assert differences({"phone": ""}, TEXT) == ()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for fault in differences(ENTRY, text):
        assert fault.said and fault.registered == ENTRY[fault.field]
