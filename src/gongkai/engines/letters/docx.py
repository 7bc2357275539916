"""Letters as DOCX, out of the same composition: the layout is made once with python-docx, docxtpl fills it in."""

from __future__ import annotations

import functools
import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment

from gongkai.engines.letters.composing import ComposedLetter
from gongkai.engines.letters.pdf import Script

_FACE = "仿宋"
"""What offices have (GB/T 9704); a word processor without it takes its own Song."""


@functools.cache
def _layout() -> bytes:
    """The page of GB/T 9704-2012 with places for docxtpl."""
    document = Document()
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
    line("{%p for name in attachments %}")
    line("{{ name }}").paragraph_format.first_line_indent = Pt(32)
    line("{%p endfor %}")
    line("{%p if contact %}")
    line("{{ contact }}").paragraph_format.first_line_indent = Pt(32)
    line("{%p endif %}")
    line("{{ seal }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for place in ("{{ organ }}", "{{ dated }}"):
        signature = line(place)
        signature.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signature.paragraph_format.right_indent = Pt(64)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def to_docx(
    letter: ComposedLetter, *, script: Script = "hans", head: str = "", seal: bytes | None = None
) -> bytes:
    """The letter as a Word document. Its words are data: no sign of theirs is read as a place or as markup."""
    shown = letter.in_traditional() if script == "hant" else letter
    template = DocxTemplate(io.BytesIO(_layout()))
    image = InlineImage(template, io.BytesIO(seal), width=Mm(42)) if seal is not None else ""
    template.render(
        {
            "head": head,
            "title": shown.title,
            "number": shown.number,
            "salutation": shown.salutation,
            "paragraphs": list(shown.paragraphs),
            "attachments": [
                f"附件{number}．{name}" for number, name in enumerate(shown.attachments, start=1)
            ],
            "contact": shown.contact,
            "seal": image,
            "organ": shown.organ,
            "dated": shown.dated,
        },
        SandboxedEnvironment(autoescape=True),
        autoescape=True,
    )
    target = io.BytesIO()
    template.save(target)
    return target.getvalue()
