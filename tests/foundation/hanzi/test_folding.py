from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import fold, fold_with_offsets, to_traditional
from gongkai.foundation.hanzi.folding import _step_by_step

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)


@given(st.text())
@example("İ薴苧ﬁ㋿")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | st.text("，。（）：“”〔〕①℃…　ＡΣ'’ｶﾞéÅ環着Ⅳ﨑", max_size=12))
@example("Σ’Ａ")
def test_folding_at_once_comes_to_what_its_steps_come_to(text: str) -> None:
    assert fold(text) == _step_by_step(text)


@given(HAN, HAN, HAN)
@example("回", "覆", "意見")
@example("", "乾", "隆")
def test_what_stands_around_a_text_does_not_change_its_form(before: str, text: str, after: str) -> None:
    assert fold(text) in fold(before + text + after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("答覆意見", "答复意见"),
        ("海口市人民政府關於營商環境", "海口市人民政府关于营商环境"),
        ("琼府办〔２０２０〕１２号", "琼府办[2020]12号"),
        ("ＡＰＰ", "app"),
        ("二〇二〇年", "二○二○年"),
        ("著作權法", "着作权法"),
        ("“六稳”", "「六穩」"),
    ],
)
def test_ways_of_writing_the_same_come_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_offsets_lead_back_to_the_original(text: str) -> None:
    folded = fold_with_offsets(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    for index, character in enumerate(folded.text):
        start, end = folded.original_span(index, index + 1)
        assert character in fold(text[start:end])


@given(HAN)
def test_han_text_folds_alike_with_offsets(text: str) -> None:
    assert fold_with_offsets(text).text == fold(text)


def test_the_report_reads_the_same_in_both_scripts(shared_data: Path) -> None:
    report = (shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8")
    assert fold(to_traditional(report)) == fold(report)
