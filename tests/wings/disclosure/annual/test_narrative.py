"""The text against the tables, both ways: what is false is named, what is true or about something else is not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.wings.disclosure.annual.checking.narrative import narrative_faults
from gongkai.wings.disclosure.annual.shape import Report
from tests.wings.disclosure.annual.reports import full
from tests.wings.disclosure.annual.sentences import FALSE, SILENT, TRUE

REPORT = full()


def saying(*sentences: str) -> Report:
    return replace(REPORT, narrative=sentences)


def _changed(number: str) -> str:
    """Another number of the same look: its last digit is one more, or 7 for a 0."""
    at = max(i for i, character in enumerate(number) if character.isdigit())
    digit = int(number[at])
    base = ord(number[at]) - digit
    return number[:at] + chr(base + (7 if digit == 0 else (digit + 1) % 10)) + number[at + 1 :]


def test_there_are_many_wordings() -> None:
    assert len(TRUE) >= 60
    assert len(SILENT) >= 60


@pytest.mark.parametrize("sentence", TRUE)
def test_true_sentences_are_left_alone_and_each_of_their_numbers_is_watched(sentence: str) -> None:
    true = re.sub(r"[{}]", "", sentence)
    assert narrative_faults(saying(true)).faults == ()
    for match in re.finditer(r"\{([^}]*)\}", sentence):
        false = re.sub(r"[{}]", "", sentence[: match.start()] + _changed(match[1]) + sentence[match.end() :])
        faults = narrative_faults(saying(false)).faults
        assert len(faults) == 1, false
        assert (faults[0].rule, faults[0].kind) == ("AR-7", "narrative")
        assert faults[0].left != faults[0].right
        assert faults[0].span is not None
        assert _changed(match[1]) in false[slice(*faults[0].span)]


@pytest.mark.parametrize("sentence", SILENT)
def test_what_speaks_of_something_else_is_no_fault(sentence: str) -> None:
    assert narrative_faults(saying(sentence)).faults == ()


@pytest.mark.parametrize("sentence", FALSE)
def test_false_sentences_are_named(sentence: str) -> None:
    (fault,) = narrative_faults(saying(sentence)).faults
    assert fault.kind == "narrative"


def test_a_share_cut_off_is_told_from_one_that_does_not_follow() -> None:
    (cut,) = narrative_faults(saying("不予处理117件，占办结总数的3.3%，无法提供941件，占26.6%")).faults
    assert (str(cut.left), str(cut.right)) == ("26.6", "26.7")
    assert "四舍五入" in cut.mend


@pytest.mark.parametrize(
    "sentence", ["新收申请中自然人申请占12.3%。", "收到政府信息公开申请3525件，其中自然人申请占比12.3%。"]
)
def test_a_share_of_what_is_not_certain_is_left_to_a_person_and_not_passed_over(sentence: str) -> None:
    verdict = narrative_faults(saying(sentence))
    assert verdict.faults == ()
    (remark,) = verdict.remarks
    assert "12.3%" in remark.message
    assert narrative_faults(saying(sentence.replace("12.3", "97.6"))).remarks == ()


def test_a_number_without_what_is_still_open_is_explained() -> None:
    (fault,) = narrative_faults(saying("备案…行政复议案件134件")).faults
    assert (fault.left, fault.right, fault.cells) == (134, 170, ("table4/review/total",))
    assert "尚未审结" in fault.mend


def test_parts_in_brackets_add_up() -> None:
    assert not narrative_faults(
        saying("走访单位60家，发放资料3607件（市政府349 市各有关部门933 其他各县区2325）")
    ).faults
    (fault,) = narrative_faults(saying("发放资料3607件（市政府350 市各有关部门933 其他各县区2325）")).faults
    assert (fault.left, fault.right, fault.cells) == (3607, 3608, ())


def test_blank_cells_are_not_held_against_the_text() -> None:
    from tests.wings.disclosure.annual.reports import entry, with_cell

    report = Report.from_json(with_cell(entry(2024, ("予以公开1430件",)), "table3/3.1/total", None))
    assert narrative_faults(report).faults == ()


def test_the_form_of_2019_is_read_with_its_own_rows() -> None:
    report = full(2020, ("其他处理469件，制作规范性文件2件，对外公开规章总数20件",))
    assert narrative_faults(report).faults == ()
    wrong = full(2020, ("其他处理468件",))
    assert [fault.cells for fault in narrative_faults(wrong).faults] == [("table3/3.6/total",)]


WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "收到",
                "申请",
                "予以公开",
                "不予公开",
                "行政复议",
                "行政诉讼",
                "分别",
                "其中",
                "共",
                "占",
                "较上年",
                "规章",
            ),
            *(
                "、",
                "，",
                "；",
                "（",
                "）",
                "%",
                "+",
                "=",
                "1,",
                "。",
                "\n",
                "\u3000",
                "０１２",
                "第",
                "号",
                "未",
                "无",
            ),
            *(
                "3525件",
                "12%",
                "2023年",
                "废止",
                "行政许可",
                "决定",
                "自然人",
                "其他",
                "结转",
                "万元",
                "亿",
                "余",
            ),
        ]
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(WORDS)
def test_no_text_makes_the_reading_stumble(words: list[str]) -> None:
    narrative_faults(saying("".join(words)))


def test_a_very_long_sentence_is_read_in_bounded_time() -> None:
    narrative_faults(saying("收到申请" * 20_000, "1" * 50_000, "（" * 20_000, "法律" * 30_000))
