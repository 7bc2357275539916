from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gongkai.engines.checks import Finding, Subject, run_checks

FILLER = "现将各项政务服务事项的办事指南予以公布。"
ID_NUMBER = "460100199001011233"
CARD = "6222021234567890128"


def found(html: str, check: str, **facts: object) -> list[Finding]:
    page = LexborHTMLParser(f"<p>{FILLER}</p>{html}")
    text = page.body.text() if page.body else ""
    named = {"title": "通知", "html": html, "text": text} | facts
    return [one for one in run_checks(Subject(**named)) if one.check == check]  # type: ignore[arg-type]


def luhn_card() -> str:
    from stdnum import luhn

    return CARD[:-1] + luhn.calc_check_digit(CARD[:-1])


def id_number() -> str:
    from stdnum.cn import ric

    return ID_NUMBER[:-1] + str(ric.calc_check_digit(ID_NUMBER))


def test_a_valid_id_number_blocks_and_nobody_may_overrule_it() -> None:
    [one] = found(f"<p>身份证号{id_number()}</p>", "id_card")
    assert (one.severity, one.overridable) == ("block", False)


def test_three_cells_that_look_like_an_id_number_may_be_overruled() -> None:
    number = id_number()
    [one] = found("", "id_card", text=f"编号 {number[:6]} {number[6:14]} {number[14:]}")
    assert (one.severity, one.overridable) == ("block", True)


def test_a_wrong_id_number_is_a_warning() -> None:
    wrong = id_number()[:-1] + ("1" if id_number()[-1] != "1" else "2")
    [one] = found(f"<p>身份证号{wrong}</p>", "id_card")
    assert (one.severity, one.overridable) == ("warn", True)


def test_a_bank_card_blocks_but_may_be_overruled() -> None:
    [one] = found(f"<p>账号{luhn_card()}</p>", "bank_card")
    assert (one.severity, one.overridable) == ("block", True)


@pytest.mark.parametrize("field", ["title", "text", "summary", "author"])
def test_numbers_are_found_in_every_field_and_shown_masked(field: str) -> None:
    words = f"申请人{id_number()}，电话13876543210，{luhn_card()}"
    if field in ("title", "text"):
        given_facts: dict[str, object] = {field: words}
    else:
        given_facts = {"facts": {field: words}}
    for check in ("id_card", "mobile", "bank_card"):
        [one] = found("", check, **given_facts)
        assert one.field == field
        assert one.start is not None
        assert one.end is not None
        assert words[one.start : one.end] in (id_number(), "13876543210", luhn_card())
        for shown in (one.excerpt, one.message, one.mend):
            assert words[one.start : one.end] not in shown


def test_a_number_beside_another_fault_is_not_shown_by_it() -> None:
    for check in ("stray", "links"):
        for one in found('<a href="#">13876543210酷乘</a>', check):
            assert "13876543210" not in one.excerpt
    [stray] = found("<p>联系13876543210酷乘办事</p>", "stray")
    assert "13876543210" not in stray.message


@pytest.mark.parametrize("mark", ["秘密★10年", "内部资料 注意保管", "（此件不公开）"])
def test_marks_of_secrecy_block(mark: str) -> None:
    [one] = found(f"<p>{mark}</p>", "secrecy")
    assert (one.severity, one.overridable) == ("block", True)


def test_wording_says_what_is_right() -> None:
    [one] = found("<p>我们己经办结</p>", "wording")
    assert "已经" in one.mend


@pytest.mark.parametrize(
    ("link", "severities"),
    [
        ('<a href="">指南</a>', ["warn"]),
        ("<a>指南</a>", ["warn"]),
        ('<a href="#">指南</a>', ["warn"]),
        ('<a href="javascript:void(0)">指南</a>', ["block"]),
        ('<a href=" java\nscript:alert(1)">指南</a>', ["block"]),
        ('<a href="data:text/html,x">指南</a>', ["block"]),
        ('<a href="http://[">指南</a>', ["warn"]),
        ('<a href="http://example.com/">指南</a>', ["warn"]),
        ('<a href="https://example.com/">指南</a>', ["note"]),
        ('<a href="//example.com/">指南</a>', ["warn"]),
        ('<a href="http://www.gov.cn@example.com/">指南</a>', ["warn"]),
        ('<a href="http://gov.cn.example.com/">指南</a>', ["warn"]),
        ('<a href="http://www.haikou.gov.cn/zwgk">指南</a>', []),
        ('<a href="/zwgk/1.html">指南</a>', []),
        ('<a href="mailto:zwgk@haikou.gov.cn">指南</a>', []),
        ('<a id="part"></a>', []),
        ('<a href="/zwgk/"></a>', ["warn"]),
    ],
)
def test_links_are_judged_by_where_they_lead(link: str, severities: list[str]) -> None:
    assert [one.severity for one in found(f"<p>{link}</p>", "links")] == severities


@pytest.mark.parametrize(
    ("shown", "href", "faults"),
    [
        ("财政部网站", "https://www.mof.gov.cn/", 0),
        ("财政部网站", "https://www.haikou.gov.cn/", 1),
        ("財政部", "https://www.haikou.gov.cn/", 1),
        ("http://www.haikou.gov.cn/", "http://zwgk.haikou.gov.cn/", 0),
        ("www.haikou.gov.cn", "https://www.sanya.gov.cn/", 1),
        ("财政部关于预算的通知", "https://www.haikou.gov.cn/", 0),
    ],
)
def test_a_link_leads_where_its_words_say(shown: str, href: str, faults: int) -> None:
    assert len(found(f'<p><a href="{href}">{shown}</a></p>', "links")) == faults


def test_dead_links_are_those_the_caller_knows() -> None:
    [one] = found('<a href="/a">甲</a><a href="/b">乙</a>', "links", is_dead=lambda address: address == "/b")
    assert one.excerpt == "乙"


def test_two_links_of_one_wording_have_their_own_places() -> None:
    first, second = found('<p><a href="#">下载</a>和<a href="#">下载</a></p>', "links")
    assert first.start is not None
    assert second.start == first.start + 3


@pytest.mark.parametrize(
    ("html", "check", "number"),
    [
        ('<img src="/files/a">', "pictures", 1),
        ('<img src="/files/a" alt="">', "pictures", 0),
        ('<img src="/files/a" alt="示意图">', "pictures", 0),
        ("<h2>一</h2><h4>二</h4>", "headings", 1),
        ("<h2>一</h2><h3>二</h3><h2>三</h2>", "headings", 0),
        ("<h2> </h2>", "headings", 1),
        ("<table><tr><td>1</td></tr></table>", "tables", 1),
        ("<table><tr><th>年</th></tr><tr><td>1</td></tr></table>", "tables", 0),
        ('<table role="presentation"><tr><td>1</td></tr></table>', "tables", 0),
    ],
)
def test_structure(html: str, check: str, number: int) -> None:
    assert len(found(html, check)) == number


def test_an_almost_empty_text_is_pointed_at_unless_it_leads_somewhere() -> None:
    assert len(found("", "empty", text="见附件")) == 1
    assert found("", "empty", text="见附件", attachments=("预算.pdf",)) == []
    assert found('<a href="/files/a">预算</a>', "empty", text="预算") == []


def test_a_fact_left_empty_is_missing() -> None:
    [one] = found("", "facts", facts={"index_number": " ", "issuer": "海口市人民政府"})
    assert one.field == "index_number"


@given(st.text(max_size=200), st.text(max_size=200))
def test_hostile_input_gives_findings_not_failures(title: str, html: str) -> None:
    page = LexborHTMLParser(html)
    text = page.body.text() if page.body else ""
    for one in run_checks(Subject(title=title, html=html, text=text)):
        assert "could not be run" not in one.message
        assert "未能运行" not in one.message
        if one.start is not None and one.end is not None:
            assert 0 <= one.start <= one.end <= len({"title": title, "text": text}[one.field])


@given(st.text("<>ah=\"'/:#p imgtbledscrv.cn&;\0", max_size=80))
def test_broken_mark_up_gives_findings_not_failures(html: str) -> None:
    for one in run_checks(Subject(title="通知", html=html, text=html)):
        assert "未能运行" not in one.message
