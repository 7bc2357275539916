"""The tables of the form in HTML, DOCX and XLSX: every cell once, in its place."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from selectolax.lexbor import LexborHTMLParser

from gongkai.wings.disclosure.annual.forms import Form, forms
from gongkai.wings.disclosure.annual.numbers import report_of
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.docx import docx
from gongkai.wings.disclosure.annual.writing.grids import GridCell, placed, sections
from gongkai.wings.disclosure.annual.writing.html import html, title
from gongkai.wings.disclosure.annual.writing.xlsx import xlsx

both = pytest.mark.parametrize("form", forms(), ids=lambda form: form.code)


def numbered(form: Form) -> Report:
    """A report whose every cell holds another number."""
    cells = {cell.path: at for at, cell in enumerate(form.cells, 1000)}
    texts = {"一": "【主动公开】<b>不是标签</b>\n=1+1"}
    return report_of(cells, form, year=form.first_year, issuer="测试市<局>", sections=texts)


@both
def test_every_cell_of_the_form_stands_once_in_the_tables(form: Form) -> None:
    paths = [
        cell.path
        for section in sections(numbered(form))
        for grid in section.grids
        for row in grid.body
        for cell in row
        if cell.path
    ]
    assert sorted(paths) == sorted(cell.path for cell in form.cells)


@both
def test_spans_fill_a_rectangle_without_gap_or_overlap(form: Form) -> None:
    for section in sections(numbered(form)):
        for grid in section.grids:
            rows = (*grid.head, *grid.body)
            taken: list[tuple[int, int]] = []
            for at, column, cell in placed(rows):
                taken += [
                    (at + down, column + over) for down in range(cell.down) for over in range(cell.across)
                ]
            assert sorted(taken) == [(at, column) for at in range(len(rows)) for column in range(grid.width)]


@both
def test_html_has_the_numbers_the_scopes_and_no_markup_of_the_text(form: Form) -> None:
    page = html(numbered(form))
    tree = LexborHTMLParser(page)
    numbers = [cell.text() for cell in tree.css("td")]
    assert sorted(numbers) == [str(at) for at in range(1000, 1000 + len(form.cells))]
    assert all(cell.attributes.get("scope") for cell in tree.css("th"))
    assert "<b>不是标签" not in page
    assert tree.css_first("h1").text() == "测试市<局>%d年政府信息公开工作年度报告" % form.first_year  # noqa: UP031


@both
def test_docx_has_every_number_and_repeats_its_heads(form: Form) -> None:
    document = Document(BytesIO(docx(numbered(form))))
    words = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {str(at) for at in range(1000, 1000 + len(form.cells))} <= words
    assert any("测试市" in paragraph.text for paragraph in document.paragraphs)


@both
def test_xlsx_keeps_numbers_as_numbers_and_text_as_text(form: Form) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx(numbered(form))))
    values = [
        value
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for value in row
    ]
    numbers = sorted(int(value) for value in values if isinstance(value, float | int))
    assert numbers == list(range(1000, 1000 + len(form.cells)))
    assert "=1+1" in values


def test_files_made_again_are_the_same_to_the_byte() -> None:
    report = numbered(forms()[1])
    assert docx(report) == docx(report)
    assert all(entry.date_time[0] == 1980 for entry in zipfile.ZipFile(BytesIO(docx(report))).infolist())


def test_a_blank_cell_is_blank_and_an_amount_keeps_its_places() -> None:
    from decimal import Decimal

    form = forms()[1]
    cells = dict.fromkeys(cell.path for cell in form.cells) | {
        "table2/art20_8/行政事业性收费/amount_wan_yuan": Decimal("72701.2578")
    }
    report = report_of(cells, form, year=2024, issuer="测试市")
    shown = [cell.text() for cell in LexborHTMLParser(html(report)).css("td")]
    assert [text for text in shown if text] == ["72701.2578"]
    assert title(report) == "测试市2024年政府信息公开工作年度报告"


def test_a_cell_without_span_takes_one_place() -> None:
    assert list(placed([[GridCell("a"), GridCell("b")]])) == [(0, 0, GridCell("a")), (0, 1, GridCell("b"))]
