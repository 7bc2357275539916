"""From facts to the words on paper: whom the letter speaks to, and sentences that end once."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx
import pytest

from gongkai.engines.letters.composing import compose
from gongkai.engines.letters.declarations import LetterDraft, LetterKind, Paragraph
from gongkai.engines.letters.docx import to_docx
from gongkai.engines.letters.pdf import to_pdf

KIND = LetterKind(
    code="test",
    title="告知书",
    paragraphs=(
        Paragraph("你（单位）提出的申请收悉：{asked}"),
        Paragraph("因{why}，不能按期答复。"),
        Paragraph("理由：{reasons}"),
        Paragraph("负责公开的机关是：{responsible_organ}。", "responsible_organ"),
    ),
)


def words(reader: str = "", kind: LetterKind = KIND, **facts: str) -> tuple[str, ...]:
    given: dict[str, Any] = {"asked": "预算", "why": "涉及年度较多", "reasons": "见上"} | facts
    draft = LetterDraft(
        kind=kind,
        organ="测试市财政局",
        addressee="张三",
        dated_on=dt.date(2020, 5, 11),
        facts=given,
        reader=reader,  # type: ignore[arg-type]
    )
    return compose(draft).paragraphs


@pytest.mark.parametrize(
    ("reader", "opening"),
    [("person", "你提出的"), ("organisation", "你单位提出的"), ("", "你（单位）提出的")],
)
def test_a_letter_speaks_to_a_person_or_to_an_organisation(reader: str, opening: str) -> None:
    assert words(reader)[0].startswith(opening)


def test_what_the_applicant_wrote_is_quoted_as_it_stands() -> None:
    assert words("person", asked="贵局发给你（单位）的函。")[0].endswith("：贵局发给你（单位）的函。")


@pytest.mark.parametrize(
    "why", ["因涉及年度较多。", "由于涉及年度较多，", "涉及年度较多；", " 涉及年度较多 "]
)
def test_a_fact_inside_a_sentence_brings_no_second_stop_or_conjunction(why: str) -> None:
    assert words(why=why)[1] == "因涉及年度较多，不能按期答复。"


@pytest.mark.parametrize(
    ("reasons", "printed"),
    [
        ("见上", "理由：见上。"),
        ("见上。", "理由：见上。"),
        ("何时？", "理由：何时？"),
        ("（见附件）", "理由：（见附件）。"),
        ("https://example.gov.cn/a", "理由：https://example.gov.cn/a"),
    ],
)
def test_a_sentence_that_ends_with_a_fact_ends_with_one_stop(reasons: str, printed: str) -> None:
    assert words(reasons=reasons)[2] == printed


def test_several_lines_stay_several_and_the_last_one_ends() -> None:
    assert words(reasons="一是甲；\n二是乙")[2:] == ("理由：一是甲；", "二是乙。")


def test_a_place_before_a_stop_takes_none_of_its_own() -> None:
    assert words(responsible_organ="测试市水务局。")[3] == "负责公开的机关是：测试市水务局。"


def test_a_form_that_somebody_else_signs_is_not_signed_by_the_organ() -> None:
    form = LetterKind(code="form", title="意见书", signed=False, paragraphs=(Paragraph("{organ}："),))
    letter = compose(
        LetterDraft(kind=form, organ="测试市财政局", addressee="", dated_on=dt.date(2020, 5, 11))
    )
    assert letter.paragraphs == ("测试市财政局：",) and letter.organ == letter.dated == ""
    day = (2020, 5, 11)
    assert to_pdf(letter, day=day).startswith(b"%PDF-")
    typed = docx.Document(io.BytesIO(to_docx(letter, day=day)))
    assert [paragraph.text for paragraph in typed.paragraphs if paragraph.text] == [
        "意见书",
        "测试市财政局：",
    ]


def test_blanks_of_a_form_that_is_filled_in_by_hand_stay_blank() -> None:
    form = LetterKind(
        code="form", title="意见书", direction="internal", paragraphs=(Paragraph("送达凭证：{proof}"),)
    )
    assert words(kind=form, proof="签收单1") == ("送达凭证：签收单1",)
