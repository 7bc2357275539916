"""Letters on paper: the same words in PDF and DOCX, in both scripts, and nothing in them is ever a command."""

from __future__ import annotations

import dataclasses
import io
from itertools import pairwise
from typing import Any

import docx
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.engines.letters.composing import ComposedLetter
from gongkai.engines.letters.docx import to_docx
from gongkai.engines.letters.fonts import SignMissing
from gongkai.engines.letters.pdf import to_pdf

LETTER = ComposedLetter(
    organ="测试市人民政府办公室",
    title="政府信息公开告知书",
    number="测府公开〔2020〕12号",
    salutation="于台静：",
    paragraphs=("你于2020年4月20日提出的申请收悉。", "经审查，该信息可以公开，发放后请核对。"),
    attachments=("“三公”经费决算表",),
    contact="电话：0898-12345678",
    dated="2020年5月11日",
)
DAY = (2020, 5, 11)


def printed(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    return "".join("".join(pages).split())


def typed(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs if paragraph.text]


def test_pdf_and_docx_say_the_same() -> None:
    paper = printed(to_pdf(LETTER, day=DAY, head=True))
    for line in typed(to_docx(LETTER, day=DAY, head=True)):
        assert "".join(line.split()) in paper


def test_pdf_and_docx_have_the_same_parts_in_the_same_order() -> None:
    letter = dataclasses.replace(LETTER, attachments=("甲表", "乙表"))
    paper = printed(to_pdf(letter, day=DAY, head=True))
    places = []
    for line in typed(to_docx(letter, day=DAY, head=True)):
        wanted = "".join(line.split())
        places.append(paper.find(wanted, places[-1] if places else 0))
        assert places[-1] >= 0, line
    assert places == sorted(places)
    assert (
        "附件：1．甲表" in paper
        and "2．乙表" in paper
        and "附件：“三公”经费决算表" in printed(to_pdf(LETTER, day=DAY))
    )


def test_the_word_document_has_page_numbers_language_and_no_strangers_name() -> None:
    for script, language in (("hans", "zh-CN"), ("hant", "zh-TW")):
        made = docx.Document(io.BytesIO(to_docx(LETTER, day=DAY, head=True, script=script)))  # type: ignore[arg-type]
        footers = "".join(section.footer._element.xml for section in made.sections)
        assert "PAGE" in footers and "—" in footers
        properties = made.core_properties
        assert properties.author and properties.author != "python-docx" and not properties.comments
        assert properties.title in (LETTER.title, "政府信息公開告知書")
        assert properties.created is not None and properties.created.year == 2020
        assert f'w:eastAsia="{language}"' in made.styles.element.xml


def test_the_traditional_print_keeps_the_readers_name() -> None:
    paper = printed(to_pdf(LETTER, day=DAY, script="hant"))
    assert "于台静：" in paper and "政府信息公開告知書" in paper and "發放後請核對" in paper
    assert "政府信息公開告知書" in typed(to_docx(LETTER, day=DAY, script="hant"))


def test_the_red_head_is_in_the_script_of_the_letter() -> None:
    letter = dataclasses.replace(LETTER, organ="测试市发展和改革委员会")
    assert printed(to_pdf(letter, day=DAY, script="hant", head=True)).startswith("測試市發展和改革委員會")
    assert typed(to_docx(letter, day=DAY, script="hant", head=True))[0] == "測試市發展和改革委員會"


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert to_pdf(LETTER, day=DAY) == to_pdf(LETTER, day=DAY)


@pytest.mark.parametrize("script", ["hans", "hant"])
def test_no_stop_is_printed_over_the_sign_before_it(script: Any) -> None:
    line = "如对本告知不服，应当先自收到本告知书之日起60日内向测试市人民政府申请行政复议；对行政复议决定不服的，可以起诉。"
    letter = dataclasses.replace(LETTER, paragraphs=tuple(line[start:] + line for start in range(0, 20)))
    with pypdfium2.PdfDocument(to_pdf(letter, day=DAY, script=script)) as pdf:
        for page in pdf:
            text = page.get_textpage()
            boxes = [text.get_charbox(index) for index in range(text.count_chars())]
            for (_left, low, right, high), (left, bottom, _right, top) in pairwise(boxes):
                if min(high, top) > max(low, bottom) and left > _left:
                    assert left > right - 0.5


def test_a_line_with_a_number_that_cannot_be_broken_is_not_pulled_apart() -> None:
    letter = dataclasses.replace(
        LETTER, contact="联系单位：测试市政府信息公开办公室，电话：0898-12345678，地址：测试市1号"
    )
    with pypdfium2.PdfDocument(to_pdf(letter, day=DAY)) as pdf:
        text = pdf[0].get_textpage()
        start = text.get_text_range().index("联系单位")
        places = [text.get_charbox(start + offset)[0] for offset in range(5)]
        assert max(right - left for left, right in pairwise(places)) < 19


def test_it_is_pdf_a_with_tags_and_language() -> None:
    content = to_pdf(LETTER, day=DAY)
    assert b"pdfaid" in content and b"/StructTreeRoot" in content and b"/Lang" in content


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/x:0.1.0": *',
        '#read("/etc/passwd")',
        "#while true {}",
        "$x^2$ *粗* _斜_ `码` = 标题",
        "{{ 7 * 7 }} {% for x in y %}",
        "<w:p/> & ]]> <script>alert(1)</script>",
        "\\ # $ @ < > ~ \" '",
    ],
)
def test_words_are_never_read_as_markup(hostile: str) -> None:
    letter = dataclasses.replace(LETTER, paragraphs=(hostile,))
    wanted = "".join(hostile.split())
    assert wanted in printed(to_pdf(letter, day=DAY))
    assert any("".join(line.split()) == wanted for line in typed(to_docx(letter, day=DAY)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet=st.characters(codec="gb2312", exclude_categories=["Cc", "Zs"]), min_size=1, max_size=80)
)
def test_any_text_of_the_common_signs_is_printed_whole(text: str) -> None:
    letter = dataclasses.replace(LETTER, paragraphs=(text,))
    paper = to_pdf(letter, day=DAY)
    assert paper.startswith(b"%PDF-")
    assert any(line == text.strip() for line in typed(to_docx(letter, day=DAY))) or not text.strip()


@pytest.mark.parametrize("name", ["𠮷野", "喆", "㼆", "龘", "䶮", "𬀩"])
def test_a_rare_name_is_printed_or_refused_never_left_blank(name: str) -> None:
    letter = dataclasses.replace(LETTER, salutation=f"{name}：")
    try:
        paper = to_pdf(letter, day=DAY)
    except SignMissing as refusal:
        assert "fonts-hanazono" in str(refusal)
    else:
        assert name in printed(paper)


def test_a_long_letter_goes_on_on_numbered_pages() -> None:
    letter = dataclasses.replace(LETTER, paragraphs=tuple(f"第{number}段。" * 30 for number in range(20)))
    content = to_pdf(letter, day=DAY)
    with pypdfium2.PdfDocument(content) as pdf:
        assert len(pdf) > 2
    paper = printed(content)
    places = [paper.index(f"第{number}段。") for number in range(20)]
    assert all(earlier < later for earlier, later in pairwise(places))
    assert "—1—" in paper and "—2—" in paper


def test_a_seal_is_printed_over_the_signature() -> None:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGBA", (200, 200), (200, 0, 0, 128)).save(target, "PNG")
    with pypdfium2.PdfDocument(to_pdf(LETTER, day=DAY, seal=target.getvalue())) as pdf:
        page = pdf[0]
        images = [thing for thing in page.get_objects() if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        assert len(images) == 1
    with pypdfium2.PdfDocument(to_pdf(LETTER, day=DAY)) as pdf:
        assert not [thing for thing in pdf[0].get_objects() if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
