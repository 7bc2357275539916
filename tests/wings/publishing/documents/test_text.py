"""From the editor's blocks to clean HTML and plain characters."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from gongkai.wings.publishing.documents.text import (
    body_html,
    clean_html,
    html_text,
    plain_text_to_html,
    rooted,
)

TAGS = ("h1", "h2", "h3", "h5", "p", "table", "tr", "th", "td", "ul", "li", "div", "section")
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *(f"<{slash}{tag}>" for slash in ("", "/") for tag in TAGS),
            '<a href="javascript:alert(1)">',
            '<img src="https://elsewhere.example/a.png">',
            '<img src="/files/ab/x.png" alt="<h4>">',
            '<p style="color:red" onclick="x()" class="signature other">',
            "<script>alert(1)</script>",
            "<!-- note -->",
            "<svg><style></svg>",
            "中文",
            "&lt;h2&gt;",
            "\ue000",
        ]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)


@given(FRAGMENTS)
def test_cleaning_what_is_clean_changes_nothing(html: str) -> None:
    clean = clean_html(html)
    assert clean_html(clean) == clean


@given(FRAGMENTS)
def test_nothing_active_and_nothing_from_elsewhere_survives(html: str) -> None:
    tree = LexborHTMLParser(f"<body>{clean_html(html)}</body>")
    assert not tree.css("script, style, iframe, svg, object, form, input, link, meta")
    for node in tree.css("body *"):
        for name, value in node.attributes.items():
            assert not name.startswith("on") and name != "style"
            assert "javascript:" not in (value or "")
            if name == "src":
                assert (value or "").startswith("/files/")
    assert "\ue000" not in clean_html(html)


@given(FRAGMENTS)
def test_headings_begin_at_the_second_level_and_never_skip_one(html: str) -> None:
    tree = LexborHTMLParser(f"<body>{clean_html(html)}</body>")
    previous = 1
    for heading in tree.css("h1, h2, h3, h4, h5, h6"):
        level = int(heading.tag[1])
        assert 2 <= level <= previous + 1
        previous = level


def test_sibling_headings_keep_one_level() -> None:
    html = clean_html("<h1>甲</h1><h4>乙</h4><h4>丙</h4><h2>丁</h2>")
    assert html == "<h2>甲</h2><h3>乙</h3><h3>丙</h3><h3>丁</h3>"


def test_the_text_keeps_words_whole_blocks_on_lines_and_cells_apart() -> None:
    html = (
        "<h2>一、<b>优化</b>营商环境</h2><p>第一行<br>第二行</p><table><tr><td>甲</td><td>1</td></tr></table>"
    )
    assert html_text(html) == "一、优化营商环境\n第一行\n第二行\n甲 1"


def test_the_words_that_stand_for_a_picture_are_part_of_the_text() -> None:
    assert "身份证样本" in html_text('<p><img src="/files/a/b.png" alt="身份证样本"></p>')


UNWANTED = {
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *map(chr, range(0xE000, 0xE010)),
    "\ufffe",
    "\uffff",
}


@given(st.text(max_size=200))
def test_plain_text_keeps_all_its_visible_characters(text: str) -> None:
    visible = "".join(html_text(plain_text_to_html(text)).split())
    assert visible == "".join("".join(c for c in text if c not in UNWANTED).split())


@given(st.text(max_size=60) | st.integers(0, 0x10FFFF).map(lambda code: f"&#{code};"))
def test_no_control_character_and_no_mark_of_the_press_reaches_the_public(html: str) -> None:
    assert not (UNWANTED - {"\n", "\t", "\r"}) & set(clean_html(html))


def test_official_numbering_opens_headings_and_sentences_stay_paragraphs() -> None:
    html = plain_text_to_html(
        "各区人民政府：\n一、总体要求\n（一）指导思想\n坚持以人民为中心。\n（二）各单位要按照要求抓好落实，确保取得实效。\n"
        "海口市人民政府\n2020年4月22日"
    )
    assert "<h2>一、总体要求</h2>" in html and "<h3>（一）指导思想</h3>" in html
    assert "<p>（二）各单位要按照要求抓好落实，确保取得实效。</p>" in html
    assert html.endswith('<p class="signature">海口市人民政府</p>\n<p class="signature">2020年4月22日</p>')


def test_markup_in_plain_text_is_text() -> None:
    assert plain_text_to_html("a<script>b") == "<p>a&lt;script&gt;b</p>"


def test_internal_links_stay_in_the_readers_script_and_files_exist_once() -> None:
    html = '<a href="/doc/2020/1/">x</a><a href="/files/aa/b/c.pdf">y</a><a href="https://a.example/">z</a>'
    assert rooted(html, "/hant") == html.replace('"/doc', '"/hant/doc')


def block(kind: str, value: object) -> SimpleNamespace:
    return SimpleNamespace(block_type=kind, value=value)


def written(kind: str, value: object) -> str:
    return body_html([block(kind, value)], address=lambda file: f"/files/{file}")


def test_a_table_names_itself_and_its_header_cells_say_what_they_head() -> None:
    html = written(
        "table",
        {
            "table_caption": "三类检查",
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "data": [["项目", "数量", None], ["网站", "38", "<b>"], ["账号", "78", ""]],
            "mergeCells": [{"row": 0, "col": 1, "rowspan": 1, "colspan": 2}],
            "cell": [{"row": 0, "col": 2, "hidden": True}],
        },
    )
    assert html.startswith("<table><caption>三类检查</caption><thead>")
    assert '<th scope="col" colspan="2">数量</th>' in html or '<th colspan="2" scope="col">数量</th>' in html
    assert '<th scope="row">账号</th>' in html and "&lt;b&gt;" in html
    head = html[: html.index("</thead>")]
    assert head.count("<th") - head.count("<thead") == 2


@pytest.mark.parametrize("broken", [{}, {"data": None}, {"data": [[]]}, {"data": [None, ["a"]]}])
def test_a_broken_table_does_not_break_the_page(broken: dict) -> None:
    written("table", broken)


def test_a_picture_carries_its_words_and_a_video_its_transcript() -> None:
    picture = written("picture", {"file": "a.png", "text": '营商"环境"', "caption": "图一"})
    assert 'alt="营商&quot;环境&quot;"' in picture and "<figcaption>图一</figcaption>" in picture
    video = written(
        "video", {"file": "a.mp4", "title": "发布会", "transcript": SimpleNamespace(source="<p>各位</p>")}
    )
    assert 'preload="none"' in video and "<summary>" in video and "<p>各位</p>" in video
    assert "autoplay" not in video


def test_a_file_that_was_deleted_leaves_no_broken_picture() -> None:
    assert written("picture", {"file": None, "text": "x"}) == ""


def test_questions_and_answers_are_sections_with_headings() -> None:
    html = written(
        "question", {"question": "何时施行？", "answer": SimpleNamespace(source="<p>6月1日。</p>")}
    )
    assert html == '<section class="question"><h2>何时施行？</h2><p>6月1日。</p></section>'
