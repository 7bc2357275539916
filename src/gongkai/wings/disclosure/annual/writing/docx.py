"""A report as DOCX: title, sections, the tables of the form with their merged cells."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt
from docx.table import _Cell

from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.grids import Grid, placed, sections
from gongkai.wings.disclosure.annual.writing.html import title

_FACE = "仿宋"
_SMALL = Pt(9)


def docx(report: Report) -> bytes:
    """The file's bytes; A4 across, for the table of remedies has fifteen columns."""
    document = Document()
    document.core_properties.title = title(report)
    document.core_properties.author = report.issuer
    document.core_properties.language = "zh-CN"
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(22)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FACE, Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    _heading(document, title(report), 0)
    for section in sections(report):
        _heading(document, section.heading, 1)
        for lead, paragraph in section.paragraphs:
            line = document.add_paragraph()
            line.paragraph_format.first_line_indent = Pt(28)
            if lead:
                line.add_run(f"{lead}。").bold = True
            line.add_run(paragraph)
        for grid in section.grids:
            _table(document, grid)
    out = BytesIO()
    document.save(out)
    return _undated(out)


def _undated(file: BytesIO) -> bytes:
    """The same package without the time it was packed at: a page made again must be the same to the byte."""
    again = BytesIO()
    with ZipFile(file) as packed, ZipFile(again, "w", ZIP_DEFLATED) as repacked:
        for name in packed.namelist():
            repacked.writestr(ZipInfo(name), packed.read(name), ZIP_DEFLATED)
    return again.getvalue()


def _heading(document: DocxDocument, text: str, level: int) -> None:
    heading = document.add_heading(text, level=level)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER if level == 0 else WD_ALIGN_PARAGRAPH.LEFT
    for run in heading.runs:
        run.font.name = _FACE
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FACE)


def _table(document: DocxDocument, grid: Grid) -> None:
    document.add_paragraph(grid.caption).runs[0].bold = True
    rows = (*grid.head, *grid.body)
    table = document.add_table(rows=len(rows), cols=grid.width)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    every = [list(row.cells) for row in table.rows]
    for at, column, cell in placed(rows):
        place: _Cell = every[at][column]
        if cell.across > 1 or cell.down > 1:
            place = place.merge(every[at + cell.down - 1][column + cell.across - 1])
        line = place.paragraphs[0]
        line.alignment = (
            WD_ALIGN_PARAGRAPH.LEFT if cell.scope.startswith("row") else WD_ALIGN_PARAGRAPH.CENTER
        )
        run = line.add_run(cell.text)
        run.font.size, run.bold = _SMALL, at < len(grid.head)
    for row in table.rows[: len(grid.head)]:
        _repeat(row._tr)


def _repeat(row: CT_Row) -> None:
    """A head row that a word processor prints on every page of the table, and reads out as its head."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)
