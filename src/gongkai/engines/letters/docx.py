"""Letters as DOCX, out of the same composition: the layout is made once with python-docx, docxtpl fills it in."""

from __future__ import annotations

import datetime as dt
import functools
import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer as Footer
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment

from gongkai.engines.letters.composing import ComposedLetter
from gongkai.engines.letters.pdf import Script

_FACE = "仿宋"
"""What offices have (GB/T 9704); a word processor without it takes its own Song."""


@functools.cache
def _layout(script: Script) -> bytes:
    """The page of GB/T 9704-2012 with places for docxtpl."""
    document = Document()
    _in_script(document, script)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FACE, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)

    def line(text: str) -> DocxParagraph:
        return document.add_paragraph(text)

    line("{%p if head %}")
    head = line("{{ head }}")
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.runs[0].font.size, head.runs[0].font.bold = Pt(30), True
    head.runs[0].font.color.rgb = RGBColor(0xD7, 0x00, 0x0F)
    head.paragraph_format.line_spacing = 1.2
    _underlined_in_red(head)
    line("{%p endif %}")
    title = document.add_heading("{{ title }}", level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.runs[0]
    run.font.size, run.font.bold, run.font.name = Pt(22), True, _FACE
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    line("{%p if number %}")
    line("{{ number }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    line("{%p endif %}")
    line("")
    line("{{ salutation }}")
    line("{%p for paragraph in paragraphs %}")
    line("{{ paragraph }}").paragraph_format.first_line_indent = Pt(32)
    line("{%p endfor %}")
    line("{%p for name in attachments[:1] %}")
    line("{{ name }}").paragraph_format.first_line_indent = Pt(32)
    line("{%p endfor %}")
    line("{%p for name in attachments[1:] %}")
    line("{{ name }}").paragraph_format.first_line_indent = Pt(80)
    line("{%p endfor %}")
    line("{%p if contact %}")
    line("{{ contact }}").paragraph_format.first_line_indent = Pt(32)
    line("{%p endif %}")
    line("{%p if organ %}")
    line("")
    for place in ("{{ seal }}", "{{ organ }}", "{{ dated }}"):
        signature = line(place)
        signature.alignment = WD_ALIGN_PARAGRAPH.CENTER
        signature.paragraph_format.left_indent = Mm(156 - 90)
        signature.paragraph_format.keep_with_next = place != "{{ dated }}"
        if place == "{{ seal }}":
            signature.paragraph_format.line_spacing = 1.0  # a fixed height would cut the picture off
    line("{%p endif %}")
    document.settings.odd_and_even_pages_header_footer = True
    _numbered(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _numbered(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _in_script(document: DocumentType, script: Script) -> None:
    """A word processor breaks lines and checks spelling by the language, which is none of its own guess."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-TW" if script == "hant" else "zh-CN")


def _underlined_in_red(head: DocxParagraph) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "D7000F")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    head._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _numbered(footer: Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, on the outer side of the page (GB/T 9704-2012, 7.5)."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph.add_run("— ").font.size = Pt(14)
    paragraph._p.append(field)
    number = paragraph.add_run("1")
    number.font.size = Pt(14)
    field.append(number._r)
    paragraph.add_run(" —").font.size = Pt(14)


def to_docx(
    letter: ComposedLetter,
    *,
    day: tuple[int, int, int],
    script: Script = "hans",
    head: bool = False,
    seal: bytes | None = None,
) -> bytes:
    """The letter as a Word document. Its words are data: no sign of theirs is read as a place or as markup."""
    shown = letter.in_traditional() if script == "hant" else letter
    template = DocxTemplate(io.BytesIO(_layout(script)))
    image = InlineImage(template, io.BytesIO(seal), width=Mm(42)) if seal is not None else ""
    template.render(
        {
            "head": shown.organ if head else "",
            "title": shown.title,
            "number": shown.number,
            "salutation": shown.salutation,
            "paragraphs": list(shown.paragraphs),
            "attachments": list(shown.attachment_lines()),
            "contact": shown.contact,
            "seal": image,
            "organ": shown.organ,
            "dated": shown.dated,
        },
        SandboxedEnvironment(autoescape=True),
        autoescape=True,
    )
    told = template.docx.core_properties
    told.title, told.author, told.last_modified_by, told.comments = shown.title, shown.organ, shown.organ, ""
    told.created = told.modified = dt.datetime(*day, tzinfo=dt.UTC)
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()
