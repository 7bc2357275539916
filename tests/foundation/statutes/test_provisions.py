"""Provisions and references to them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.statutes import (
    Provision,
    StatuteError,
    instruments,
    parse_reference,
    provision,
    provisions,
)

REGULATION = "disclosure-regulation"


@pytest.mark.parametrize(
    ("found", "long", "short", "reference"),
    [
        (
            provision(REGULATION, 33, 2),
            "《中华人民共和国政府信息公开条例》第三十三条第二款",
            "条例第33条第2款",
            "条例 Art. 33 ¶2",
        ),
        (
            provision(REGULATION, 20, item=1),
            "《中华人民共和国政府信息公开条例》第二十条第（一）项",
            "条例第20条第（一）项",
            "条例 Art. 20 (一)",
        ),
        (
            provision(REGULATION, 29, item=3),
            "《中华人民共和国政府信息公开条例》第二十九条第二款第（三）项",
            "条例第29条第2款第（三）项",
            "条例 Art. 29 ¶2 (三)",
        ),
        (
            provision("civil-code", 201),
            "《中华人民共和国民法典》第二百零一条",
            "民法典第201条",
            "民法典 Art. 201",
        ),
        (
            provision("enforcement-publicity", 6),
            "《国务院办公厅关于全面推行行政执法公示制度执法全过程记录制度重大执法决定法制审核制度的指导意见》"
            "（国办发〔2018〕118号）第（六）项",
            "国办发〔2018〕118号第（六）项",
            "国办发〔2018〕118号 (六)",
        ),
    ],
)
def test_a_provision_is_cited_as_letters_cite_it(
    found: Provision, long: str, short: str, reference: str
) -> None:
    assert (found.cite(), found.cite_short(), str(found)) == (long, short, reference)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("条例 Art. 16 ¶2", provision(REGULATION, 16, 2)),
        ("条例 Art.16¶2", provision(REGULATION, 16, 2)),
        ("条例 Art. 36(四)", provision(REGULATION, 36, item=4)),
        ("条例 Article 36 （4）", provision(REGULATION, 36, item=4)),
        ("711号令第三十三条第三款", provision(REGULATION, 33, 3)),
        ("《政府信息公开条例》第 33 条第 3 款", provision(REGULATION, 33, 3)),
        ("行政复议法 Art. 23(四)", provision("reconsideration-law", 23, item=4)),
        ("713号令 Art. 15", provision("decisions-regulation", 15)),
        ("国办发[2018]118号 (六)", provision("enforcement-publicity", 6)),
        ("118号（六）", provision("enforcement-publicity", 6)),
        ("  预算法 Art. 14 ¶1 ", provision("budget-law", 14, 1)),
    ],
)
def test_a_reference_is_read_in_the_ways_people_write_it(text: str, expected: Provision) -> None:
    assert parse_reference(text) == expected


def every_recorded_provision() -> list[Provision]:
    found = []
    for code in dict.fromkeys(version.code for version in instruments()):
        for article in provisions(code):
            found.append(article)
            for clause in range(1, 21):
                for arguments in ({"paragraph": clause}, {"item": clause}):
                    try:
                        found.append(provision(code, article.article, **arguments))
                    except StatuteError as refusal:
                        assert refusal.code == "unknown-provision"
    return found


def test_every_recorded_provision_is_read_back_from_each_of_its_citations() -> None:
    recorded = every_recorded_provision()
    assert len(recorded) > 200
    for found in recorded:
        assert found.gloss
        assert parse_reference(str(found)) == found
        assert parse_reference(found.cite()) == found
        assert parse_reference(found.cite_short()) == found


def test_the_articles_of_the_regulation_that_the_project_needs_are_recorded() -> None:
    needed = {4, 5, *range(10, 27), *range(27, 46), *range(47, 56)}
    assert needed <= {article.article for article in provisions(REGULATION)}


def test_the_one_paragraph_of_an_article_is_not_cited() -> None:
    assert provision(REGULATION, 26, 1) == provision(REGULATION, 26)


def test_a_paragraph_of_its_own_has_a_gloss_of_its_own() -> None:
    assert "20 working days" in provision(REGULATION, 33, 2).gloss
    assert provision(REGULATION, 33, 2).gloss != provision(REGULATION, 33).gloss


@pytest.mark.parametrize(
    ("article", "paragraph", "item"),
    [(57, None, None), (33, 4, None), (33, 0, None), (36, None, 8), (29, 1, 1), (33, None, 1)],
)
def test_a_clause_the_text_does_not_have_cannot_be_cited(
    article: int, paragraph: int | None, item: int | None
) -> None:
    with pytest.raises(StatuteError) as refusal:
        provision(REGULATION, article, paragraph, item)
    assert refusal.value.code == "unknown-provision"


def test_a_provision_is_looked_up_in_the_version_of_its_day() -> None:
    assert provision(REGULATION, 33, 2, on=dt.date(2020, 6, 1)).instrument.number == "国务院令第711号"
    with pytest.raises(StatuteError) as old:
        provision(REGULATION, 33, 2, on=dt.date(2015, 6, 1))
    assert old.value.code == "unknown-provision"
    with pytest.raises(StatuteError) as none:
        parse_reference("条例 Art. 33 ¶2", on=dt.date(2000, 1, 1))
    assert none.value.code == "not-in-force"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "条例",
        "Art. 33",
        "条例 Arts. 14–16",
        "刑法 Art. 1",
        "条例第十十条",
        "条例第三十三条第二",
        "x" * 10_000,
        "条例 " * 60,
    ],
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(StatuteError) as refusal:
        parse_reference(text)
    assert refusal.value.code == "unreadable-reference"


@given(st.text("条例第三十款项Art. ¶()（）《》0123一二〔〕号法", max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        found = parse_reference(text)
    except StatuteError:
        return
    assert parse_reference(str(found)) == found
