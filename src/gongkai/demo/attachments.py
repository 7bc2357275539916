"""Files people fetch with a text of the demo city: an empty form to fill in, a table to reckon with; and what they watch."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from io import BytesIO
from typing import Any

from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH

from gongkai.engines.exchange.spreadsheet import workbook
from gongkai.foundation.files.services import store


def attachments_of(fact: dict[str, Any], *, actor: str) -> list[dict[str, Any]]:
    """What a document of ``documents.toml`` carries: ``[document.fill_in]`` as DOCX, the table of its text as XLSX."""
    made: list[tuple[str, str, bytes]] = []
    if form := fact.get("fill_in"):
        made.append((form["title"], "docx", _form(form["title"], form["fields"])))
    if fact.get("table_as_file"):
        table = fact["table"]
        made.append((table["caption"], "xlsx", workbook(table["head"], table["rows"], sheet="预算")))
    return [
        {"file": store(content=content, name=f"{title}.{ending}", actor=actor), "title": title}
        for title, ending, content in made
    ]


def video_of(fact: dict[str, Any], *, actor: str) -> dict[str, Any]:
    """The film of ``[document.video]``, with the words of its slides for those who do not see it."""
    content = (files("gongkai.demo") / "city" / fact["file"]).read_bytes()
    words = "".join(f"<li>{escape(heading)}：{escape(sentence)}</li>" for heading, sentence in fact["slides"])
    return {
        "file": store(content=content, name=fact["file"], actor=actor),
        "title": fact["title"],
        "transcript": f"<ol>{words}</ol>",
    }


def _form(title: str, fields: list[str]) -> bytes:
    """A form with a line to fill in for each field."""
    document = Word()
    document.add_heading(title, level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=len(fields), cols=2, style="Table Grid")
    for row, field in zip(table.rows, fields, strict=True):
        row.cells[0].text = field
    written = BytesIO()
    document.save(written)
    return written.getvalue()
