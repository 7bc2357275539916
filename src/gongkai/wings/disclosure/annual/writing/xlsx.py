"""A report as a workbook: one sheet of text, one per table of the form, numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gongkai.wings.disclosure.annual.shape import Number, Report
from gongkai.wings.disclosure.annual.writing.grids import Grid, Section, placed, sections
from gongkai.wings.disclosure.annual.writing.html import title

Styles = Mapping[str, Format]

_TEXT_COLUMN = 100
_NARROW = 11


def xlsx(report: Report, *, at: datetime | None = None) -> bytes:
    """The workbook's bytes, the same for the same report and moment ``at``.

    Text cells are written as text, so that none is taken for a formula.
    """
    out = BytesIO()
    numbers = report.cells()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        made = {"created": at.replace(tzinfo=None)} if at else {}
        book.set_properties({"title": title(report)} | made)
        styles = {
            "head": book.add_format(
                {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
            ),
            "row": book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True}),
            "number": book.add_format({"border": 1, "align": "center", "valign": "vcenter"}),
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "text_wrap": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "bold": book.add_format({"bold": True}),
        }
        text = book.add_worksheet("正文")
        text.set_column(0, 0, _TEXT_COLUMN)
        text.write_string(0, 0, title(report), styles["title"])
        line = 2
        for section in sections(report):
            text.write_string(line, 0, section.heading, styles["bold"])
            line += 1
            for lead, paragraph in section.paragraphs:
                text.write_string(line, 0, f"{lead}：{paragraph}" if lead else paragraph, styles["wrap"])
                line += 1
            if section.grids:
                text.write_string(line, 0, f"见工作表“{_sheet(section)}”", styles["wrap"])
                line += 1
                _tables(book, section, numbers, styles)
    return out.getvalue()


def _sheet(section: Section) -> str:
    return {"二": "主动公开", "三": "申请办理", "四": "复议诉讼"}[section.number]


def _tables(book: Workbook, section: Section, numbers: Mapping[str, Number], styles: Styles) -> None:
    sheet = book.add_worksheet(_sheet(section))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 26 if section.number == "三" else 16)
    sheet.set_column(3, 15, _NARROW)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    row = 0
    for grid in section.grids:
        sheet.merge_range(row, 0, row, grid.width - 1, grid.caption, styles["head"])
        row = _table(sheet, grid, row + 1, numbers, styles) + 1


def _table(sheet: Worksheet, grid: Grid, top: int, numbers: Mapping[str, Number], styles: Styles) -> int:
    for at, column, cell in placed((*grid.head, *grid.body)):
        row = top + at
        style = styles["number"] if not cell.scope else styles["head" if at < len(grid.head) else "row"]
        if cell.across > 1 or cell.down > 1:
            sheet.merge_range(row, column, row + cell.down - 1, column + cell.across - 1, cell.text, style)
        elif cell.path:
            value = numbers.get(cell.path)
            sheet.write_blank(row, column, None, style) if value is None else sheet.write_number(
                row, column, value, style
            )
        else:
            sheet.write_string(row, column, cell.text, style)
    return top + len(grid.head) + len(grid.body)
