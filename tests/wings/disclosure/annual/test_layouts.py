"""Tables laid out otherwise than the form: split over pages, one sheet each, nested, pasted from a word processor.

Each layout is read whole, and one wrong number in it gives just the sums that number stands in.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import docx
import pytest
import xlsxwriter

from gongkai.wings.disclosure.annual.checking import check
from gongkai.wings.disclosure.annual.checking.tables import equations
from gongkai.wings.disclosure.annual.reading import read_reports
from gongkai.wings.disclosure.annual.shape import Report

from .offices import bureau, bureau_entry
from .reports import with_cell

Rows = list[list[str]]
TITLE = "云州市自然资源和规划局2023年政府信息公开工作年度报告"
SAID = "全年共收到政府信息公开申请37件，其中自然人32件。"


def shown(report: Report, path: str) -> str:
    value = report.cells()[path]
    return "" if value is None else str(value)


def two(report: Report) -> Iterator[Rows]:
    for block in report.official.blocks:
        yield [
            ["信息内容", *(column.label for column in block.columns)],
            *(
                [row, *(shown(report, f"table2/{block.key}/{row}/{c.key}") for c in block.columns)]
                for row in block.rows
            ),
        ]


def three_heads() -> Rows:
    kinds = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    return [
        ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] * 3 + ["申请人情况"] * 7,
        ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] * 3
        + ["自然人"]
        + ["法人或其他组织"] * 5
        + ["总计"],
        ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"] * 3
        + ["自然人", *kinds, "总计"],
    ]


def three(report: Report) -> Rows:
    found = []
    for row in report.official.rows:
        heads = (
            [row.label] * 3
            if "." not in row.code
            else ["三、本年度办理结果", row.label.partition("/")[0], row.name]
        )
        found.append(
            [*heads, *(shown(report, f"table3/{row.code}/{c.key}") for c in report.official.columns)]
        )
    return found


RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
BLOCKS = {
    "review": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_review": "复议后起诉",
}
KEYS = ("maintained", "corrected", "other", "pending", "total")


def remedies(report: Report, *blocks: str) -> list[str]:
    return [shown(report, f"table4/{block}/{key}") for block in blocks for key in KEYS]


def four(report: Report) -> Rows:
    return [
        ["行政复议"] * 5 + ["行政诉讼"] * 10,
        RESULTS + ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5,
        RESULTS * 3,
        remedies(report, *BLOCKS),
    ]


def table(rows: Rows, cell: Callable[[str], str] = html.escape) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td>{cell(one)}</td>" for one in row) + "</tr>" for row in rows)
        + "</table>"
    )


def page(*parts: str) -> bytes:
    two_parts = f"<p>{TITLE}</p><p>一、总体情况</p><p>{SAID}</p><p>二、主动公开政府信息情况</p>"
    return f"<html><body>{two_parts}{''.join(parts)}</body></html>".encode()


def split_without_heads(report: Report) -> bytes:
    rows = three(report)
    return page(
        *map(table, two(report)), table([*three_heads(), *rows[:11]]), table(rows[11:]), table(four(report))
    )


def split_with_heads(report: Report) -> bytes:
    rows = three(report)
    return page(
        *map(table, two(report)),
        table([*three_heads(), *rows[:11]]),
        "<p>— 3 —</p>",
        table([*three_heads(), *rows[11:]]),
        table(four(report)),
    )


def remedies_in_two_tables(report: Report) -> bytes:
    return page(
        *map(table, two(report)),
        table([*three_heads(), *three(report)]),
        table([["行政复议"] * 5, RESULTS, remedies(report, "review")]),
        table(
            [
                ["行政诉讼"] * 10,
                ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5,
                RESULTS * 2,
                remedies(report, "litigation_direct", "litigation_after_review"),
            ]
        ),
    )


def remedies_by_rows(report: Report) -> bytes:
    return page(
        *map(table, two(report)),
        table([*three_heads(), *three(report)]),
        table(
            [
                ["类别", "类别", *RESULTS],
                *(
                    ["行政复议" if block == "review" else "行政诉讼", label, *remedies(report, block)]
                    for block, label in BLOCKS.items()
                ),
            ]
        ),
    )


def all_in_one_table(report: Report) -> bytes:
    rows = [*(row for block in two(report) for row in block), *three_heads(), *three(report), *four(report)]
    width = max(map(len, rows))
    return page(table([row + [""] * (width - len(row)) for row in rows]))


def pasted(report: Report) -> bytes:
    """Digits cut by empty spans, conditional comments, blanks of every kind, labels spread with blanks."""

    def cell(text: str) -> str:
        if re.fullmatch(r"[\d.]+", text):
            cut = f"<span lang=EN-US>{text[:1]}</span><span></span><span>{text[1:]}</span>"
            return f"<p class=MsoNormal>{cut}<o:p>&nbsp;</o:p></p>"
        spread = "&ensp;".join(map(html.escape, text)) if len(text) == 4 else html.escape(text)
        return f"<!--[if gte mso 9]><xml>9</xml><![endif]--><p><b><span>{spread}</span></b>&nbsp;\u200b\u3000</p>"

    return page(
        *(table(block, cell) for block in two(report)),
        table([*three_heads(), *three(report)], cell),
        table(four(report), cell),
    )


def numbered(report: Report) -> bytes:
    """A column that counts the rows stands first."""
    rows = [["序号", *row] for row in three_heads()]
    rows += [[str(at), *row] for at, row in enumerate(three(report), 1)]
    return page(*map(table, two(report)), table(rows), table(four(report)))


def nested_in_word(report: Report) -> bytes:
    document = docx.Document()
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    outer.text = TITLE
    for line in ("一、总体情况", SAID, "二、主动公开政府信息情况"):
        outer.add_paragraph(line)
    for rows in [*two(report), [*three_heads(), *three(report)], four(report)]:
        inner = outer.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(inner.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        outer.add_paragraph("　")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def one_sheet_each(report: Report) -> bytes:
    """Numbers as text of the kind 12.0, a free column at the left, titles over the tables."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    first = book.add_worksheet("总体情况")
    for at, line in enumerate((TITLE, "一、总体情况", SAID)):
        first.write(at, 0, line)
    tables: list[tuple[str, list[Rows]]] = [
        ("表二", list(two(report))),
        ("表三", [[*three_heads(), *three(report)]]),
        ("表四", [four(report)]),
    ]
    for name, blocks in tables:
        sheet = book.add_worksheet(name)
        sheet.write(0, 1, f"{name}（单位：件）")
        at = 2
        for rows in blocks:
            for row in rows:
                for column, text in enumerate(row, 1):
                    sheet.write_string(at, column, f"{text}.0" if text.isdigit() else text)
                at += 1
            at += 1
    book.close()
    return stream.getvalue()


LAYOUTS: list[Callable[[Report], bytes]] = [
    split_without_heads,
    split_with_heads,
    remedies_in_two_tables,
    remedies_by_rows,
    all_in_one_table,
    pasted,
    numbered,
    nested_in_word,
    one_sheet_each,
]


def read(content: bytes) -> Report:
    (report,) = read_reports(content)
    return report


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.__name__)
def test_the_layout_is_read_whole(layout: Callable[[Report], bytes]) -> None:
    report = bureau(2023, SAID)
    again = read(layout(report))
    assert again.cells() == report.cells()
    assert (again.issuer, again.year) == (report.issuer, 2023)
    assert check(again).faults == ()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(
    ("path", "value"), [("table3/3.4.1/legal_service_org", 3), ("table4/litigation_after_review/other", 5)]
)
def test_one_wrong_number_gives_just_the_sums_it_stands_in(
    layout: Callable[[Report], bytes], path: str, value: int
) -> None:
    data: dict[str, Any] = with_cell(bureau_entry(), path, value)
    wrong = replace(Report.from_json(data), narrative=(SAID,))
    official = wrong.official
    expected = {
        (each.rule, each.left + each.right)
        for each in equations(official, official)
        if path in each.left + each.right
    }
    assert {(fault.rule, fault.cells) for fault in check(read(layout(wrong))).faults} == expected


@pytest.mark.parametrize(
    "layout", [split_without_heads, pasted, one_sheet_each], ids=lambda each: each.__name__
)
@pytest.mark.parametrize("blank", ["", "/", "-", "—"])
def test_a_blank_cell_is_named_in_every_layout(layout: Callable[[Report], bytes], blank: str) -> None:
    path = "table3/3.5.3/research_institution"
    report = Report.from_json(with_cell(bureau_entry(), path, None))
    content = layout(replace(report, narrative=(SAID,)))
    assert [(each.rule, each.kind, each.cells) for each in check(read(content)).faults] == [
        ("AR-9", "blank", (path,))
    ]
