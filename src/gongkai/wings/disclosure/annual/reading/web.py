"""Blocks out of HTML. Nothing is fetched, no script is run."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.wings.disclosure.annual.reading.blocks import (
    LONGEST,
    MOST_BLOCKS,
    Block,
    Canvas,
    Grid,
    NotRead,
    Paragraph,
)

_BREAKS: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|li|tr|td|th|section|article|table|tbody|ul|ol|hr|header|footer|main|blockquote|dd|dt|dl|"
    r"caption|figure|body)\b[^>]*>",
    re.IGNORECASE,
)
_MARK: Final = "\ue000{}\ue001"
_MARKED: Final = re.compile("\ue000(\\d+)\ue001")
_TABLE: Final = re.compile(r"<table\b", re.IGNORECASE)
MOST_TABLES: Final = 300
_REPORT: Final = "年度报告"
_UNSEEN: Final = ["script", "style", "noscript", "template", "iframe", "object", "svg", "head"]


def blocks_of(text: str) -> list[Block]:
    """Raises ``NotRead`` for a page with more tables than any report has, which would take long to look through."""
    if len(_TABLE.findall(text)) > MOST_TABLES:
        raise NotRead("heavy")
    tree = LexborHTMLParser(text.replace("\ue000", "").replace("\ue001", ""))
    title = tree.css_first("title")
    found: list[Block] = [Paragraph(_one_line(title.text()))] if title is not None else []
    tree.strip_tags(_UNSEEN)
    body = _without_surroundings(tree)
    grids: list[Grid] = []
    for table in tree.css("table")[:MOST_BLOCKS]:
        # A table that holds tables only lays out the page.
        if len(table.css("table")) > 1:
            continue
        grids.append(_grid(table))
        table.replace_with(_MARK.format(len(grids) - 1))
    if body is None:
        return found
    flat = LexborHTMLParser(_BREAKS.sub("\n", body.html or "")).text()
    for line in flat.split("\n")[:MOST_BLOCKS]:
        at = 0
        for match in _MARKED.finditer(line):
            _add(found, line[at : match.start()])
            found.append(grids[int(match[1])])
            at = match.end()
        _add(found, line[at:])
    return found


def _without_surroundings(tree: LexborHTMLParser) -> LexborNode | None:
    """The part of a page that is the report: no menu, no head and foot of the site, unless they hold its tables or title."""
    for node in tree.css("nav, [role=navigation], body > header, body > footer"):
        if node.css_first("table") is None and _REPORT not in node.text():
            node.decompose()
    parts = tree.css("main, [role=main]")
    if len(parts) == 1 and len(parts[0].css("table")) == len(tree.css("table")):
        return parts[0]
    return tree.body


def _add(found: list[Block], text: str) -> None:
    if line := _one_line(text):
        found.append(Paragraph(line[:LONGEST]))


def _one_line(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


def _grid(table: LexborNode) -> Grid:
    canvas = Canvas()
    for row in table.css("tr"):
        canvas.new_row()
        for cell in row.css("td, th"):
            canvas.cell(_one_line(cell.text()), rows=_span(cell, "rowspan"), columns=_span(cell, "colspan"))
    return canvas.grid()


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1
