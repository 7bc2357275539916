from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import secrecy_marks, to_traditional


@pytest.mark.parametrize(
    ("text", "mark", "kind"),
    [
        ("秘密★10年\n关于……的通知", "秘密★10年", "secret"),
        ("机密★", "机密★", "secret"),
        ("绝密★长期", "绝密★长期", "secret"),
        ("机　密 ★ 5 年", "机　密 ★ 5 年", "secret"),
        ("密级：秘密", "密级：秘密", "secret"),
        ("  机密\n某某办公室", "机密", "secret"),
        ("内部资料 注意保管", "内部资料 注意保管", "internal"),
        ("内部文件，不得外传", "内部文件，不得外传", "internal"),
        ("通讯录（内部使用）", "（内部使用）", "internal"),
        ("本材料仅供内部参考。", "仅供内部参考", "internal"),
        ("（此件不公开）", "此件不公开", "not_public"),
        ("（此件依申请公开）", "此件依申请公开", "not_public"),
    ],
)
def test_marks_are_found_in_both_scripts(text: str, mark: str, kind: str) -> None:
    [found] = secrecy_marks(text)
    assert (found.text, found.kind) == (mark, kind)
    [traditional] = secrecy_marks(to_traditional(text))
    assert (traditional.start, traditional.end) == (found.start, found.end)


@pytest.mark.parametrize(
    "text",
    [
        "依法确定为国家秘密的政府信息不予公开。",
        "涉及商业秘密、个人隐私的，保守秘密。",
        "商业秘密*指不为公众所知悉的信息",
        "机密级以上文件的管理",
        "行政机关的内部事务信息可以不予公开",
        "工作人员不得外传申请人信息",
        "（此件公开发布）",
        "此件主动公开",
        "秘密投票",
    ],
)
def test_prose_about_secrets_is_no_mark(text: str) -> None:
    assert secrecy_marks(text) == []


@given(st.text("秘密机绝★* 内部资料注意保管（）()不得外传\n10年此件不公开", max_size=60))
def test_marks_are_parts_of_the_text_and_never_overlap(text: str) -> None:
    marks = secrecy_marks(text)
    assert all(text[mark.start : mark.end] == mark.text for mark in marks)
    assert all(one.end <= other.start for one, other in pairwise(marks))


def test_published_texts_carry_no_mark(shared_data: Path) -> None:
    assert secrecy_marks((shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8")) == []
    titles = json.loads((shared_data / "policy_metadata.json").read_text(encoding="utf-8"))
    assert secrecy_marks(json.dumps(titles, ensure_ascii=False)) == []
