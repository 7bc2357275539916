"""Duplicates and precedents among earlier requests."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.wings.disclosure.requests.likeness import Earlier, alike, thresholds

ASKED = "申请公开贵局关于秀英区长流镇第12号地块房屋征收补偿安置方案的相关信息"
HAN = st.text("征收补偿方案预算三公经费会议纪要合同招标结果公示照片听证", min_size=12, max_size=60)


def before(number: str, description: str, same_applicant: bool = True) -> Earlier:
    return Earlier(number, description, same_applicant)


def test_the_same_matter_in_other_words_of_courtesy_is_a_possible_duplicate() -> None:
    (found,) = alike(ASKED, [before("1", "本人申请获取秀英区长流镇第12号地块房屋征收补偿安置方案，谢谢")])
    assert found.level == "same" and found.may_be_duplicate


def test_another_year_or_another_plot_is_another_matter() -> None:
    found = alike("2020年度“三公”经费决算", [before("1", "2019年度“三公”经费决算")])
    assert [each.level for each in found] == ["similar"]
    assert found[0].other_numbers == ("2019", "2020")
    other = alike(ASKED, [before("2", ASKED.replace("12", "13"))])
    assert not other[0].may_be_duplicate


def test_somebody_elses_request_is_a_precedent_but_no_duplicate() -> None:
    (found,) = alike(ASKED, [before("1", ASKED, same_applicant=False)])
    assert found.score == 1 and not found.may_be_duplicate


def test_traditional_characters_and_full_width_digits_hide_nothing() -> None:
    (found,) = alike(ASKED, [before("1", "秀英區長流鎮第１２號地塊房屋徵收補償安置方案")])
    assert found.level == "same"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("2019年预算", "2019年度预算"),
        ("三公经费", "“三公”经费"),
        ("公开2019年“三公”经费支出", "公开2019年三公经费支出"),
        ("2019年预算", "二〇一九年预算"),
        ("2019年预算", "二零一九年預算"),
        ("第12号地块征收补偿方案", "第十二号地块征收补偿方案"),
        ("垃圾焚烧厂环评报告", "垃圾焚烧厂的环评报告"),
        ("2019 年决算", "2019年决算"),
        ("房屋征收，补偿，安置方案", "房屋征收、补偿、安置方案。"),
        ("房屋征收补偿安置方案", "房屋征收、补偿、安置方案"),
        ("占地1,200亩的批复", "占地1200亩的批复"),
        ("预算", "预算"),
    ],
)
def test_short_requests_and_ways_of_writing_do_not_hide_the_same_matter(one: str, two: str) -> None:
    (found,) = alike(one, [before("1", two)])
    assert found.level == "same" and found.may_be_duplicate, found


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A区供水管网改造工程竣工验收报告及附图", "B区供水管网改造工程竣工验收报告及附图"),
        ("人民路拓宽工程一期规划许可证", "人民路拓宽工程二期规划许可证"),
        ("二〇一九年部门预算", "二〇二〇年部门预算"),
        ("三公经费", "三公经费决算审计报告"),
    ],
)
def test_one_letter_or_one_numeral_makes_it_another_matter(one: str, two: str) -> None:
    assert not any(each.may_be_duplicate for each in alike(one, [before("1", two)]))


def test_what_has_not_been_answered_yet_cannot_be_refused_as_a_repetition() -> None:
    (found,) = alike(ASKED, [Earlier("1", ASKED, True, answered=False)])
    assert found.level == "same" and found.asked_before and not found.may_be_duplicate


def test_phrases_every_request_has_make_nothing_alike() -> None:
    assert (
        alike(
            "申请公开贵局政府信息公开的相关信息：公交线路",
            [before("1", "申请公开贵局政府信息公开的相关信息：教师招聘")],
        )
        == []
    )


def test_a_part_of_an_earlier_request_is_found() -> None:
    long = "请提供贵局秀英区长流镇第12号地块房屋征收补偿安置方案、评估报告、公示照片、专家论证意见、和资金拨付凭证"
    (found,) = alike(ASKED, [before("1", long)])
    assert found.level == "similar"


def test_the_likest_of_the_same_applicant_comes_first_and_the_list_is_short() -> None:
    many = [before(f"x{n}", ASKED, same_applicant=False) for n in range(30)]
    found = alike(ASKED, [*many, before("mine", ASKED)])
    assert found[0].earlier.number == "mine"
    assert len(found) == thresholds().shown


@pytest.mark.parametrize("text", ["", "   ", "申请公开", "？！", "信息"])
def test_a_text_that_says_nothing_is_like_nothing_that_does(text: str) -> None:
    assert alike(text, [before("1", ASKED)]) == []


@given(HAN)
def test_a_request_is_the_same_as_itself(text: str) -> None:
    (found,) = alike(text, [before("1", text)])
    assert found.score == 1 and found.may_be_duplicate


@given(HAN, HAN)
def test_likeness_has_no_direction(one: str, two: str) -> None:
    there, back = alike(one, [before("1", two)]), alike(two, [before("1", one)])
    assert [each.score for each in there] == [each.score for each in back]


@given(st.text(string.printable, max_size=200), st.text(max_size=200))
def test_any_text_is_compared_without_complaint(one: str, two: str) -> None:
    for each in alike(one, [before("1", two)]):
        assert 0 < each.score <= 1
