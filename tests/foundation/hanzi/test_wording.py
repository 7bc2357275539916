from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import to_traditional, wording


def test_faults_are_named_with_the_right_word() -> None:
    [fault] = wording("我局已布署相关工作")
    assert (fault.text, fault.right, fault.start, fault.end) == ("布署", "部署", 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "自己经营的场所",
        "按装修方案回复盖章",
        "申报消防验收",
        "第一份内容",
        "本月份内办结",
        "回复盖章后",
        "涉及到期合同",
        "数据档案管理",
    ],
)
def test_words_that_only_meet_are_no_fault(text: str) -> None:
    assert wording(text) == []


def test_old_names_of_organs_may_stand_where_the_text_says_so() -> None:
    assert [fault.right for fault in wording("市国土资源局负责")] == ["自然资源和规划局"]
    assert wording("原市国土资源局负责") == []


def test_slips_of_script_conversion_are_pointed_at() -> None:
    assert [fault.right for fault in wording("中国小新生入学")] == ["中小学新生"]
    assert wording("中小学新生入学，中国小微企业") == []


@given(st.text("的政府，A ", max_size=10), st.text("的政府，A ", max_size=10))
def test_places_are_those_of_the_text_in_either_script(before: str, after: str) -> None:
    for text in (f"{before}己经{after}", to_traditional(f"{before}幅射{after}")):
        [fault] = wording(text)
        assert text[fault.start : fault.end] == fault.text
        assert fault.start == len(before)
        assert fault.end == len(before) + 2


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for fault in wording(text):
        assert text[fault.start : fault.end] == fault.text


def test_words_right_in_themselves_are_pointed_at_where_others_were_converted() -> None:
    converted = "請登入入口網站，下載報名程式，上傳檔案。"
    assert [fault.text for fault in wording(converted)] == ["登入", "入口網站", "程式", "檔案"]
    assert wording("市档案馆开放档案，演出程式严谨，登入名册。") == []
    assert "档案馆" not in [fault.text for fault in wording("入口网站：市档案馆")]
