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


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/x?id={}">查询</a>',
        '<a href="https://example.gov.cn/%E8%AF%81{}">查询</a>',
        '<a href="/x" title="张三 {}">查询</a>',
        '<img src="/files/a" alt="证件 {}">',
        '<img src="/files/{}.jpg" alt="">',
        "<!-- {} --><p>名单</p>",
        '<table><tr><th data-value="{}">1</th></tr></table>',
    ],
)
def test_an_id_number_that_readers_do_not_see_blocks_as_well(html: str) -> None:
    [one] = found(html.format(id_number()), "id_card")
    assert (one.severity, one.overridable, one.field, one.start) == ("block", False, "text", None)
    assert id_number() not in one.message + one.excerpt


def test_an_id_number_in_the_name_of_an_attachment_blocks() -> None:
    [one] = found("", "id_card", attachments=(f"张三{id_number()}.pdf", "预算.pdf"))
    assert (one.severity, one.overridable, one.field) == ("block", False, "attachments")


@pytest.mark.parametrize("inside", ["<b>{}</b>{}", "{}&#8203;{}", "{}&shy;{}", "{}<!-- -->{}"])
def test_an_id_number_broken_up_by_mark_up_blocks(inside: str) -> None:
    number = id_number()
    [one] = found(f"<p>{inside.format(number[:8], number[8:])}</p>", "id_card")
    assert (one.severity, one.overridable) == ("block", False)


def test_three_cells_that_look_like_an_id_number_may_be_overruled() -> None:
    number = id_number()
    text = f"编号 {number[:6]} {number[6:14]} {number[14:]}"
    [one] = found("", "id_card", text=text)
    assert (one.severity, one.overridable) == ("block", True)
    assert number[6:14] not in one.message + one.excerpt


def test_what_is_masked_in_the_text_is_not_called_by_its_link() -> None:
    [one] = found('<p>联系人<a href="tel:13876543210">138****3210</a></p>', "mobile")
    assert one.start is None


def test_a_number_seen_and_called_is_pointed_at_once() -> None:
    [one] = found('<p><a href="tel:13876543210">13876543210</a></p>', "mobile")
    assert one.start is not None


def test_numbers_in_addresses_are_no_cards_and_no_telephones() -> None:
    html = f'<a href="/t20200120_13876543210.html">甲</a><a href="/detail/{luhn_card()}">乙</a>'
    assert found(html, "mobile") == []
    assert found(html, "bank_card") == []


@pytest.mark.parametrize(
    ("html", "attachments"),
    [
        ("", ("秘密★10年通知.pdf",)),
        ('<img src="/files/a" title="内部资料 注意保管" alt="">', ()),
        ("<!-- 此件不公开 -->", ()),
    ],
)
def test_marks_that_readers_do_not_see_block(html: str, attachments: tuple[str, ...]) -> None:
    [one] = found(html, "secrecy", attachments=attachments)
    assert (one.severity, one.start) == ("block", None)


def test_no_finding_of_any_check_shows_a_number() -> None:
    number, card = id_number(), luhn_card()
    html = (
        f'<h2>{number}</h2><h5>{card}</h5><a href="javascript:{number}">{card}</a><a href="/{number}"></a>'
        f'<a href="http://{number}.example.com/">财政部</a><img src="/files/{card}">'
        f"<table><tr><td>{'甲' * 30}{number}</td></tr></table><p>{number}酷乘{number}</p>"
    )
    page = LexborHTMLParser(html)
    every = run_checks(
        Subject(
            title=f"己经{number}",
            html=html,
            text=page.body.text() if page.body else "",
            attachments=(f"{number}.pdf", f"{number}.exe", f"{card}.pdf"),
            is_dead=lambda address: True,
        )
    )
    assert len({one.check for one in every}) >= 8
    for one in every:
        shown = one.excerpt + one.message + one.mend
        assert number[6:16] not in shown
        assert card[4:14] not in shown


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
    ("shown", "faults"),
    [
        ("《海口市行政规范性文件制定与备案管理办法》", 1),
        ("海口市台风防御应急预案公告", 1),
        ("關於公佈行政復議申請指南的通知", 0),
        ("《行政复议申请指南》", 0),
        ("海口市人民政府关于公布行政复议申请指南的通知（2020年修订）", 0),
        ("点击查看", 0),
        ("通知", 0),
    ],
)
def test_a_link_with_a_title_leads_to_the_text_of_that_title(shown: str, faults: int) -> None:
    def title_at(address: str) -> str | None:
        return "关于公布行政复议申请指南的通知" if address == "/doc/2020/1/" else None

    assert len(found(f'<a href="/doc/2020/1/">{shown}</a>', "links", title_at=title_at)) == faults
    assert found(f'<a href="/doc/2020/2/">{shown}</a>', "links", title_at=title_at) == []


def test_the_caller_s_organs_are_known_by_their_hosts() -> None:
    hosts = {"市生态环境局": "hbj.haikou.gov.cn"}
    link = '<a href="https://zgj.haikou.gov.cn/">市生态环境局网站</a>'
    assert found(link, "links") == []
    [one] = found(link, "links", hosts=hosts)
    assert "zgj.haikou.gov.cn" in one.message


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("2020年部门预算.xlsx", None),
        ("附件1：申请表", None),
        ("附件2 一览表.docx", None),
        ("管理办法（征求意见稿）", None),
        ("营业执照副本.pdf", None),
        ("十件实事清单.pdf", None),
        ("", "warn"),
        (" ", "warn"),
        ("1.pdf", "warn"),
        ("附件1", "warn"),
        ("附件：.doc", "warn"),
        ("新建 Microsoft Word 文档 (2).docx", "warn"),
        ("新建文本文档.txt", "warn"),
        ("微信图片_20200120103015.jpg", "warn"),
        ("IMG_0412.JPG", "warn"),
        ("扫描件.pdf", "warn"),
        ("預算（終稿）.docx", "warn"),
        ("预算 - 副本.xlsx", "warn"),
        ("..\\预算.pdf", "warn"),
        ("预算\u202efdp.xlsx", "warn"),
        ("预算.pdf.exe", "block"),
        ("安装.BAT", "block"),
    ],
)
def test_names_of_attachments_say_what_they_are(name: str, severity: str | None) -> None:
    assert [one.severity for one in found("", "attachments", attachments=(name,))] == [severity] * bool(
        severity
    )


def test_two_attachments_of_one_name_are_pointed_at() -> None:
    [one] = found("", "attachments", attachments=("预算表.pdf", "预算表.pdf"))
    assert "预算表.pdf" in one.message


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


def test_what_the_caller_requires_may_not_be_missing() -> None:
    required = {"index_number": "条例第十二条", "issuer": "条例第十条"}
    [missing] = found("", "facts", required=required, facts={"issuer": "海口市人民政府"})
    assert (missing.field, missing.rule) == ("index_number", "条例第十二条")


def test_a_missing_fact_is_called_by_its_name() -> None:
    [missing] = found("", "facts", required={"index_number": ""}, names={"index_number": "索引号"})
    assert "索引号" in missing.message
    assert "index_number" not in missing.message


def test_what_is_not_confirmed_is_never_cited_as_law() -> None:
    [link] = found('<a href="#">指南</a>', "links")
    assert "未经核实" in link.rule
    [number] = found(f"<p>{id_number()}</p>", "id_card")
    assert "未经核实" not in number.rule


def test_a_site_that_is_only_thought_to_be_an_organ_s_is_told_as_such() -> None:
    [one] = found('<a href="https://www.haikou.gov.cn/">财政部网站</a>', "links")
    assert "mof.gov.cn" in one.message
    assert "未经核实" in one.mend
    assert found('<a href="https://a.gov.cn/">财政部</a>', "links", hosts={"财政部": "a.gov.cn"}) == []


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
    for one in run_checks(Subject(title="通知", html=html, text=html, attachments=(html,))):
        assert "未能运行" not in one.message
