# ruff: noqa: E501  the page is written as pages are
"""Reports out of files of every kind, as people make them, and every hostile one refused with a reason."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import docx
import pytest
import typst
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engines.letters.fonts import FAMILIES, all_folders
from gongkai.wings.disclosure.annual.checking import check
from gongkai.wings.disclosure.annual.forms import form
from gongkai.wings.disclosure.annual.reading import NotRead, read_reports
from gongkai.wings.disclosure.annual.reading.recognise import recognise
from gongkai.wings.disclosure.annual.reading.web import blocks_of
from gongkai.wings.disclosure.annual.reading.words import told
from gongkai.wings.disclosure.annual.shape import Report
from gongkai.wings.disclosure.annual.writing.docx import docx as written_docx
from gongkai.wings.disclosure.annual.writing.html import html as written_html
from gongkai.wings.disclosure.annual.writing.xlsx import xlsx as written_xlsx
from tests.wings.disclosure.annual.reports import entry, full, with_cell

TEXT = ("全年收到政府信息公开申请3525件。", "全年未收取信息处理费。")


def published_page(report: Report, *, title: str = "云州市人民政府2024年政府信息公开工作年度报告") -> str:
    """A page as city sites print it: everything in spans and styles, labels broken over lines, layout by a table."""
    cells = report.cells()
    ours = report.official

    def value(path: str) -> str:
        held = cells[path]
        return "" if held is None else f"<p style='text-align:center'><span>{held}&nbsp;</span></p>"

    two = "".join(
        f"<tr><td colspan='4'><b>{block.label}</b></td></tr><tr><td>信息内容</td>"
        + "".join(
            f"<td colspan='{4 - len(block.columns)}'>{column.label[:3]} {column.label[3:]}</td>"
            for column in block.columns
        )
        + "</tr>"
        + "".join(
            f"<tr><td>{row[:2]}<br>{row[2:]}</td>"
            + "".join(
                f"<td colspan='{4 - len(block.columns)}'>{value(f'table2/{block.key}/{row}/{column.key}')}</td>"
                for column in block.columns
            )
            + "</tr>"
            for row in block.rows
        )
        for block in ours.blocks
    )
    rows = ""
    concluded = len(ours.leaves) + 1
    for row in ours.rows:
        deep = row.code.count(".")
        if row.code in ("1", "2", "4"):
            heads = f"<td colspan='3'>{row.label}</td>"
        else:
            heads = f"<td rowspan='{concluded}'>三、本年度办理结果</td>" if row.code == "3.1" else ""
            if deep == 1:
                heads += f"<td colspan='2'>{row.name}</td>"
            else:
                group = [each for each in ours.rows if each.code.startswith(row.code[:3] + ".")]
                heads += (
                    f"<td rowspan='{len(group)}'>{row.label.partition('/')[0]}</td>"
                    if row == group[0]
                    else ""
                )
                heads += f"<td>{row.name.replace('.', '．')}</td>"
        rows += (
            f"<tr>{heads}"
            + "".join(f"<td>{value(f'table3/{row.code}/{c.key}')}</td>" for c in ours.columns)
            + "</tr>"
        )
    four = "".join(
        f"<td>{value(f'table4/{block.key}/{result.key}')}</td>"
        for block in ours.remedies
        for result in ours.results
    )
    results = (
        "<td>结果<br>维持</td><td>结果<br>纠正</td><td>其他<br>结果</td><td>尚未<br>审结</td><td>总计</td>"
    )
    tall = results.replace("<td>", "<td rowspan='2'>")
    said = "".join(f"<p>　　{sentence}</p>" for sentence in report.narrative)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_云州市</title><style>p{{}}</style></head><body>
<table><tr><td><div>首页 &gt; 年报</div><h1>{title}</h1><p>一、总体情况</p>{said}<p>二、主动公开政府信息情况</p>
<table border="1">{two}</table><p>三、收到和处理政府信息公开申请情况</p>
<table><tr><td colspan="3" rowspan="3">（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td><td colspan="7">申请人情况</td></tr>
<tr><td rowspan="2">自然人</td><td colspan="5">法人或其他组织</td><td rowspan="2">总计</td></tr>
<tr><td>商业<br>企业</td><td>科研 机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>{rows}</table>
<p>四、政府信息公开行政复议、行政诉讼情况</p>
<table><tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr>
<tr>{tall}<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr><tr>{results}{results}</tr><tr>{four}</tr></table>
<p>五、存在的主要问题及改进情况</p><p>一是解读形式不够多样，将予改进。</p><p>六、其他需要报告的事项</p><p>全年未收取信息处理费。</p>
</td></tr></table><script>var a = "<table><tr><td>9</td></tr></table>"</script></body></html>"""


def read(content: bytes | str) -> Report:
    (report,) = read_reports(content.encode() if isinstance(content, str) else content)
    return report


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize(
    "write",
    [lambda each: written_html(each).encode(), written_docx, written_xlsx],
    ids=["html", "docx", "xlsx"],
)
def test_what_we_write_we_read(year: int, write: Any) -> None:
    report = full(year, TEXT)
    again = read(write(report))
    assert again.cells() == report.cells()
    assert (again.issuer, again.year, again.form) == (report.issuer, report.year, report.form)


@pytest.mark.parametrize("year", [2020, 2024])
def test_a_page_as_cities_publish_it_is_read(year: int) -> None:
    report = full(year, TEXT)
    again = read(published_page(report, title=f"云州市人民政府{year}年政府信息公开工作年度报告"))
    assert again.cells() == report.cells()
    assert (again.issuer, again.year) == ("云州市人民政府", year)
    assert check(again).faults == ()


@pytest.mark.parametrize("inside", ["<main>{}</main>", "<div role='main'>{}</div>", "<div>{}</div>"])
def test_menus_and_the_foot_of_a_page_are_no_text_of_its_report(inside: str) -> None:
    menu = "".join(f"<li><a href='/{n}'>依申请公开栏目{n}件</a></li>" for n in range(20))
    plain = published_page(full(2024, TEXT), title="云州市人民政府2024年政府信息公开工作年度报告")
    head, body, foot = re.split(r"(?<=<body>)|(?=</body>)", plain)
    site = f"<header><p>云州市门户</p><nav><ul>{menu}</ul></nav></header>{inside.format(body)}"
    site += "<footer><p>主办：云州市人民政府办公室 2019年</p></footer>"
    assert read(f"{head}{site}{foot}") == read(plain)


def test_tables_outside_the_main_part_of_a_page_are_read_too() -> None:
    plain = published_page(full(2024, TEXT), title="云州市人民政府2024年政府信息公开工作年度报告")
    head, body, foot = re.split(r"(?<=<body>)|(?=</body>)", plain)
    again = read(f"{head}<main><p>当前位置：首页</p></main>{body}{foot}")
    assert again.cells() == full(2024, TEXT).cells()


def test_faults_of_a_published_page_are_those_of_its_table_and_text() -> None:
    data = with_cell(entry(2024, ("全市共收到政府信息公开申请3526件。",)), "table3/3.1/natural_person", None)
    faults = check(read(published_page(Report.from_json(data)))).faults
    assert [(each.kind, each.cells[0]) for each in faults] == [
        ("blank", "table3/3.1/natural_person"),
        ("narrative", "table3/1/total"),
    ]


def test_slips_in_labels_and_numberings_are_borne() -> None:
    page = (
        published_page(full(2024, TEXT))
        .replace("三类内部事务信息", "三类内容事务信息")
        .replace("（一）予以公开", "(一) 予以公开")
    )
    page = page.replace("现行有效件数", "现行有效件数（历史累计）").replace("1．属于", "①属于")
    assert read(page).cells() == full().cells()


def test_gb18030_is_read() -> None:
    page = published_page(full(2024, TEXT)).replace("utf-8", "gb18030")
    assert read(page.encode("gb18030")).cells() == full().cells()


@pytest.mark.parametrize(
    ("title", "issuer", "year"),
    [
        ("云州市司法局2022年政府信息公开工作年度报告", "云州市司法局", 2022),
        ("2023年云州市司法局政府信息公开工作年度报告", "云州市司法局", 2023),
        ("云州市司法局政府信息公开工作2022年度报告", "云州市司法局", 2022),
        ("云州市人民政府关于2024年度政府信息公开工作年度报告", "云州市人民政府", 2024),
    ],
)
def test_issuer_and_year_stand_in_the_title(title: str, issuer: str, year: int) -> None:
    report = read(published_page(full(2024), title=title))
    assert (report.issuer, report.year) == (issuer, year)


def test_a_word_file_with_merged_cells_is_read() -> None:
    report = full(2024, TEXT)
    document = docx.Document()
    document.add_heading("云州市人民政府2024年政府信息公开工作年度报告")
    document.add_paragraph(TEXT[0])
    ours, cells = report.official, report.cells()
    table = document.add_table(rows=3, cols=9)
    table.cell(0, 0).merge(table.cell(2, 1)).text = "（本列数据的勾稽关系）"
    table.cell(0, 2).merge(table.cell(0, 8)).text = "申请人情况"
    for at, column in enumerate(ours.columns):
        table.cell(2, 2 + at).text = column.label
    for row in ours.rows:
        added = table.add_row().cells
        first, _sep, second = row.label.rpartition("/")
        added[0].text, added[1].text = first or second, second
        for at, column in enumerate(ours.columns):
            added[2 + at].text = f"{cells[f'table3/{row.code}/{column.key}']:,}"
    target = io.BytesIO()
    document.save(target)
    again = read(target.getvalue())
    assert {path: value for path, value in again.cells().items() if path.startswith("table3")} == {
        path: value for path, value in cells.items() if path.startswith("table3")
    }
    assert TEXT[0] in again.narrative


def test_a_workbook_with_everything_on_one_sheet_is_read() -> None:
    report = full(2024, TEXT)
    cells, ours = report.cells(), report.official
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("年报")
        sheet.write(0, 0, "云州市人民政府2024年政府信息公开工作年度报告")
        line = 2
        for block in ours.blocks:
            sheet.write(line, 0, block.label)
            sheet.write_row(line + 1, 0, ["信息内容", *(column.label for column in block.columns)])
            line += 2
            for row in block.rows:
                paths = [f"table2/{block.key}/{row}/{column.key}" for column in block.columns]
                sheet.write_row(line, 0, [row, *(float(cells[path] or 0) for path in paths)])
                line += 1
        sheet.write_row(line, 0, ["", "", *(column.label for column in ours.columns)])
        for row in ours.rows:
            line += 1
            paths = [f"table3/{row.code}/{column.key}" for column in ours.columns]
            sheet.write_row(
                line, 0, [row.label.partition("/")[0], row.name, *(cells[path] for path in paths)]
            )
    again = read(target.getvalue())
    assert {path for path in cells if not path.startswith("table4/")} == set(again.cells())
    assert all(again.cells()[path] == cells[path] for path in again.cells())


def test_json_may_hold_one_report_or_several() -> None:
    assert read(json.dumps(entry())).cells() == full().cells()
    assert len(read_reports(json.dumps({"reports": [entry(2023), entry(2024)]}).encode())) == 2
    assert len(read_reports(json.dumps([entry(2023)]).encode())) == 1


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return target.getvalue()


HOSTILE = {
    "empty": (b"  \n", "empty"),
    "unknown": (bytes(range(256)) * 4, "kind"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "kind"),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "kind"),
    "text": ("本报告无表格".encode(), "kind"),
    "json-torn": (b'{"year": 2024,', "broken"),
    "json-deep": (b"[" * 100_000, "broken"),
    "json-other": (b'{"a": 1}', "malformed"),
    "json-none": (b"[]", "empty"),
    "html-no-table": (b"<html><body><p>x</p></body></html>", "no-tables"),
    "html-deep": (b"<table><tr><td>" * 20_000, "heavy"),
    "html-wide": (b"<table><tr><td colspan=9999 rowspan=9999>1</td></tr></table>" * 50, "no-tables"),
    "zip-bomb": (_bomb(), "broken"),
    "torn-zip": (b"PK\x03\x04" + b"x" * 100, "broken"),
    "pdf-torn": (b"%PDF-1.7\nnothing here", "broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_report_is_refused_with_a_reason(name: str) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(NotRead) as raised:
        read_reports(content)
    assert raised.value.code == code
    message, mend = told(raised.value)
    assert message
    assert mend


def test_too_large_a_file_is_not_opened() -> None:
    with pytest.raises(NotRead, match="big"):
        read_reports(b"{" + b" " * 21 * 1024 * 1024)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(re.findall(r"<[^>]+>|[^<]+", published_page(full(2024, TEXT)))), max_size=60))
def test_shuffled_pages_never_make_the_reader_stumble(pieces: list[str]) -> None:
    try:
        check(Report.from_json(recognise(blocks_of("<html><table>" + "".join(pieces))), lenient=True))
    except NotRead as refusal:
        assert told(refusal)


def test_every_row_has_a_label_of_its_own() -> None:
    from gongkai.wings.disclosure.annual.reading.recognise import _row_code, key

    for code in ("2019", "2021"):
        for row in form(code).rows:
            assert _row_code(key(row.name)) == row.code


def _pdf(report: Report, *, ruled: bool) -> bytes:
    """The report as a PDF: tables with merged cells drawn by lines, or rows without any."""
    ours, cells = report.official, report.cells()
    line = "0.5pt" if ruled else "none"

    def table(columns: int, inside: str) -> str:
        return f"#table(columns: {columns}, stroke: {line}, inset: 3pt, {inside})\n"

    def cell(text: object, across: int = 1, down: int = 1) -> str:
        return f'table.cell(colspan: {across}, rowspan: {down})[#text(lang: "zh", {json.dumps(str(text), ensure_ascii=False)})], '

    source = f"""#set page(paper: "a4", margin: 1.2cm)
#set text(font: ("{FAMILIES[0]}",), size: 7.5pt)
云州市人民政府{report.year}年政府信息公开工作年度报告

一、总体情况

{report.narrative[0]}

"""
    for block in ours.blocks:
        inside = cell(block.label, 1 + len(block.columns)) + cell("信息内容")
        inside += "".join(cell(column.label) for column in block.columns)
        for row in block.rows:
            inside += cell(row) + "".join(
                cell(cells[f"table2/{block.key}/{row}/{c.key}"]) for c in block.columns
            )
        source += table(1 + len(block.columns), inside)
    inside = cell("", 2, 2) + cell("自然人", 1, 2) + cell("法人或其他组织", 5) + cell("总计", 1, 2)
    inside += "".join(cell(column.label) for column in ours.columns[1:-1])
    for row in ours.rows:
        inside += cell(row.label.partition("/")[0] if "/" in row.label else "") + cell(row.name)
        inside += "".join(cell(cells[f"table3/{row.code}/{column.key}"]) for column in ours.columns)
    source += table(9, inside)
    inside = cell("行政复议", 5) + cell("行政诉讼", 10)
    inside += "".join(cell(result.label, 1, 2) for result in ours.results)
    inside += cell("未经复议直接起诉", 5) + cell("复议后起诉", 5)
    inside += "".join(cell(result.label) for result in ours.results) * 2
    inside += "".join(cell(cells[f"table4/{b.key}/{r.key}"]) for b in ours.remedies for r in ours.results)
    source += table(15, inside)
    made = typst.compile(source.encode(), font_paths=[str(folder) for folder in all_folders()])
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize("year", [2020, 2024])
def test_a_pdf_with_ruled_tables_is_read_over_the_end_of_its_pages(year: int) -> None:
    report = full(year, TEXT)
    again = read(_pdf(report, ruled=True))
    assert again.cells() == report.cells()
    assert (again.issuer, again.year) == ("云州市人民政府", year)
    assert not any("3525件" in text and "3,525" in text for text in again.narrative)


def test_a_pdf_without_lines_still_gives_requests_and_remedies() -> None:
    report = full(2024, TEXT)
    again = read(_pdf(report, ruled=False)).cells()
    ours = {path: value for path, value in report.cells().items() if not path.startswith("table2/")}
    assert {path: again.get(path) for path in ours} == ours


def test_a_pdf_without_text_is_named_a_scan() -> None:
    made = typst.compile(b"#set page(width: 10cm, height: 10cm)\n#rect(width: 5cm)")
    assert isinstance(made, bytes)
    with pytest.raises(NotRead, match="no-text"):
        read_reports(made)
