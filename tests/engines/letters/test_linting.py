"""A letter that disagrees with itself, the law or the calendar does not go out; everything wrong is said at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from gongkai.engines.letters.declarations import LetterDraft, LetterKind, Paragraph, cites
from gongkai.engines.letters.linting import lint
from gongkai.engines.letters.registry import KindFault, register
from gongkai.engines.letters.remedies import remedies

D = dt.date.fromisoformat
PROVISION = "《中华人民共和国政府信息公开条例》第三十六条第（三）项"
KIND = LetterKind(
    code="test-refusal",
    title="政府信息不予公开告知书",
    paragraphs=(
        Paragraph(f"根据{PROVISION}的规定，决定不予公开。"),
        Paragraph("理由：{reasons}"),
        Paragraph("请于{until}前提出。", when="until"),
    ),
    required=("reasons",),
    provisions=(PROVISION,),
    outcomes=("process",),
    regime="refusal",
    due="until",
)


def draft(**facts: Any) -> LetterDraft:
    day = facts.get("dated_on", D("2020-05-11"))
    given = {
        "kind": KIND,
        "organ": "测试市人民政府办公室",
        "addressee": "张三丰",
        "dated_on": day,
        "facts": {"reasons": "属于讨论记录"},
        "number": "测府公开〔2020〕12号",
        "outcome": "process",
        "received_on": D("2020-04-20"),
        "remedies": remedies("refusal", day, review_organ="测试市人民政府"),
    }
    return LetterDraft(**(given | facts))


def codes(letter: LetterDraft, **options: Any) -> set[str]:
    return {fault.code for fault in lint(letter, today=D("2026-11-23"), **options)}


def test_a_sound_letter_passes() -> None:
    assert codes(draft()) == set()
    assert codes(draft(dated_on=D("2024-05-10"), number="测府公开〔2024〕1号")) == set()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"facts": {}}, "element"),
        ({"facts": {"reasons": "  "}}, "element"),
        ({"organ": ""}, "element"),
        ({"addressee": ""}, "addressee"),
        ({"outcome": "granted"}, "outcome"),
        ({"outcome": ""}, "outcome"),
        ({"remedies": ""}, "remedies"),
        ({"remedies": "如有不服，可以申诉。"}, "remedies"),
        ({"number": "测府公开(2020)第12号"}, "number"),
        ({"number": ""}, "number"),
        (
            {
                "dated_on": D("2020-04-19"),
                "remedies": remedies("refusal", D("2020-04-19"), review_organ="甲"),
            },
            "date",
        ),
        (
            {
                "dated_on": D("2026-11-24"),
                "remedies": remedies("refusal", D("2026-11-24"), review_organ="甲"),
            },
            "date",
        ),
        ({"facts": {"reasons": "属于讨论记录", "until": "2020-05-19"}, "due_on": D("2020-05-20")}, "due"),
        ({"kind": dataclasses.replace(KIND, paragraphs=(Paragraph("理由：{reasons}"),))}, "provision"),
        (
            {"kind": dataclasses.replace(KIND, paragraphs=(*KIND.paragraphs, Paragraph("联系人：××××")))},
            "open",
        ),
        ({"kind": dataclasses.replace(KIND, outcomes=()), "outcome": "process"}, "outcome"),
        ({"kind": dataclasses.replace(KIND, regime="none")}, "remedies"),
    ],
)
def test_each_disagreement_is_found(facts: dict[str, Any], code: str) -> None:
    assert code in codes(draft(**facts))


def test_all_faults_are_told_together() -> None:
    assert codes(draft(facts={}, number="?", outcome="", remedies="")) == {
        "element",
        "number",
        "outcome",
        "remedies",
    }


def test_remedies_change_with_the_day_of_the_letter() -> None:
    """行政复议法 2023 Art. 23 (四): from 2024-01-01 a refusal goes to review first."""
    before, after = (remedies("refusal", D(day), review_organ="甲") for day in ("2023-12-31", "2024-01-01"))
    assert "6个月" in before and "应当先" not in before
    assert "应当先" in after and "6个月" not in after
    assert "remedies" in codes(draft(dated_on=D("2024-01-02"), remedies=before))
    assert "remedies" in codes(draft(dated_on=D("2023-12-29"), remedies=after))


def test_a_letter_delivered_online_names_an_online_way_from_2024() -> None:
    day = D("2024-05-10")
    without = remedies("refusal", day, review_organ="甲")
    with_way = remedies("refusal", day, review_organ="甲", review_address="网上渠道")
    assert codes(draft(dated_on=day, remedies=without), delivered_online=True) == {"remedies"}
    assert codes(draft(dated_on=day, remedies=with_way), delivered_online=True) == set()
    assert (
        codes(draft(remedies=remedies("refusal", D("2020-05-11"), review_organ="甲")), delivered_online=True)
        == set()
    )


def test_what_an_applicant_wrote_is_not_taken_for_a_blank() -> None:
    assert codes(draft(facts={"reasons": "申请人写道：{x} ××× TODO"})) == set()


def test_several_provisions_of_one_instrument_may_follow_its_title_once() -> None:
    text = "根据《中华人民共和国政府信息公开条例》第十五条、第三十二条的规定，现征求意见。"
    assert cites(text, "《中华人民共和国政府信息公开条例》第三十二条")
    assert not cites(text, "《中华人民共和国政府信息公开条例》第三十四条")
    assert not cites(text, "《中华人民共和国行政复议法》第三十二条")


def test_a_number_may_still_be_to_come() -> None:
    assert codes(draft(number=""), number_pending=True) == set()


@pytest.mark.parametrize(
    "kind",
    [
        dataclasses.replace(KIND, code="a", paragraphs=(Paragraph("{reasons.__class__}"),)),
        dataclasses.replace(KIND, code="b", required=("unseen",)),
        dataclasses.replace(KIND, code="c", provisions=("《某法》第一条",)),
        dataclasses.replace(KIND, code="d", paragraphs=(*KIND.paragraphs, Paragraph("{0}"))),
    ],
)
def test_a_kind_that_cannot_be_right_is_refused_at_start_up(kind: LetterKind) -> None:
    with pytest.raises(KindFault):
        register([kind])
