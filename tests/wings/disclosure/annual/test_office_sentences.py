"""What bureaus and townships write about their numbers: true texts are left alone, each planted slip is named once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from gongkai.wings.disclosure.annual.checking import check_all
from gongkai.wings.disclosure.annual.checking.faults import Fault
from gongkai.wings.disclosure.annual.shape import Report

from .office_sentences import BUREAU_FALSE, BUREAU_SILENT, BUREAU_TRUE, NOTHING_TRUE, TOWN_SILENT, TOWN_TRUE
from .offices import bureau, nothing, town

Making = Callable[..., Report]


def this_year(*said: str) -> Report:
    return bureau(2023, *said)


def faults(make: Making, *said: str) -> list[Fault]:
    """What is wrong with the text; the bureau's stands beside its report of the year before."""
    reports = [make(*said), *([bureau(2022)] if make is this_year else [])]
    return [fault for fault in check_all(reports).faults if fault.rule == "AR-7"]


def changed(number: str) -> str:
    at = max(i for i, character in enumerate(number) if character.isdigit())
    digit = int(number[at])
    return (
        number[:at]
        + chr(ord(number[at]) - digit + (7 if digit == 0 else (digit + 1) % 10))
        + number[at + 1 :]
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (make, sentence)
        for make, all_of_them in ((this_year, BUREAU_TRUE), (town, TOWN_TRUE), (nothing, NOTHING_TRUE))
        for sentence in all_of_them
    ],
)
def test_true_sentences_are_left_alone_and_each_marked_number_is_watched(make: Making, sentence: str) -> None:
    assert faults(make, re.sub(r"[{}]", "", sentence)) == []
    for match in re.finditer(r"\{([^}]*)\}", sentence):
        slip = changed(match[1])
        false = re.sub(r"[{}]", "", sentence[: match.start()] + slip + sentence[match.end() :])
        (fault,) = faults(make, false)
        assert (fault.kind, fault.left != fault.right) == ("narrative", True)
        assert fault.span is not None
        assert slip in false[slice(*fault.span)]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [(this_year, each) for each in BUREAU_SILENT] + [(town, each) for each in TOWN_SILENT],
)
def test_what_speaks_of_something_else_is_no_fault(make: Making, sentence: str) -> None:
    assert faults(make, sentence) == []


@pytest.mark.parametrize(("sentence", "number"), BUREAU_FALSE)
def test_false_sentences_are_named(sentence: str, number: int) -> None:
    assert len(faults(this_year, sentence)) == number


def test_a_change_is_judged_only_beside_the_report_of_the_year_before() -> None:
    said = this_year("收到政府信息公开申请37件，同比增长25.3%")
    assert not [fault for fault in check_all([said]).faults if fault.rule == "AR-7"]
    (fault,) = faults(this_year, *said.narrative)
    assert (str(fault.left), str(fault.right), fault.cells) == ("25.3", "23.3", ("table3/1/total",))


@pytest.mark.parametrize(
    ("sentence", "left", "right"),
    [
        ("收到政府信息公开申请37件，同比下降23.3%", "23.3", "-23.3"),
        ("作出行政处罚86件，比上年减少5件", "5", "4"),
        ("新收申请37件，同比增加7件；办结34件，同比增长21.5%", "21.5", "21.4"),
        ("收到政府信息公开申请37件，同比增长23.2%", "23.2", "23.3"),
    ],
)
def test_both_sides_of_a_change_are_told_in_the_direction_the_text_says(
    sentence: str, left: str, right: str
) -> None:
    (fault,) = faults(this_year, sentence)
    assert (str(fault.left), str(fault.right)) == (left, right)


@pytest.mark.parametrize(
    ("heading", "wrong"),
    [
        ("（二）依申请公开情况", 2),
        ("2.依申请公开", 2),
        ("（二）依申请公开政府信息办理情况：", 2),
        ("（三）政府信息管理", 0),
        ("（二）依申请公开情况良好，群众满意度不断提高。", 0),
    ],
)
def test_a_heading_says_what_the_paragraph_under_it_counts(heading: str, wrong: int) -> None:
    said = (heading, "全年共办结33件，其中法人或其他组织3件。")
    assert len(faults(this_year, *said)) == wrong
    assert faults(this_year, heading, "全年共办结34件，其中法人或其他组织4件。") == []
    assert faults(this_year, "（二）依申请公开情况", "（三）平台建设", "全年共办结33件。") == []
    assert faults(this_year, "（二）依申请公开情况", "受理信访事项230件，办结215件。") == []
    assert faults(this_year, "（二）依申请公开情况", "开展培训2次。", "全年共办结33件。") == []
