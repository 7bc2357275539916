"""Rows out of a file, whatever it is: CSV, XLSX, JSON, or plain text with a metadata header.

The kind is told by the content, not by the name. Everything is bounded: a file that would take the process down is
refused with a reason (``spreadsheet`` reads workbooks in a child process of limited memory).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable, refuse_doubled
from gongkai.engines.exchange.shapes import Row
from gongkai.engines.exchange.spreadsheet import is_workbook, read_workbook

FILE_LIMIT = 200 * 1024 * 1024
"""Bytes. A year of a city's documents as CSV is about a tenth of this."""

BODY_HEADING = "正文"
_HEADER_LINE = re.compile(r"^\s*([^\s:：|]{1,20})\s*[:：]\s*(.*)$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_rows(path: Path, *, headings: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Yield the rows of ``path``.

    ``headings`` are the headings the caller knows: they tell a text with a metadata header from a text without.
    Raises ``FileUnreadable`` when the file cannot be read as a table at all.
    """
    start = opening(path)
    if is_workbook(start):
        yield from read_workbook(path)
        return
    text = decode(path.read_bytes())
    stripped = text.lstrip()
    if stripped[:1] in "[{":
        yield from _json_rows(stripped)
    elif _looks_like_csv(stripped, headings):
        yield from _csv_rows(text)
    else:
        yield text_row(text, headings)


def opening(path: Path) -> bytes:
    """The first octets of a file of a size that can be read. Raises ``FileUnreadable``."""
    size = path.stat().st_size
    if size == 0:
        raise FileUnreadable("empty", _("The file is empty."), _("Check that the export succeeded."))
    if size > FILE_LIMIT:
        raise FileUnreadable(
            "too-large",
            _("The file has %(size)d MB; the limit is %(limit)d MB.")
            % {"size": size // 1024 // 1024, "limit": FILE_LIMIT // 1024 // 1024},
            _("Split it into several files."),
        )
    with path.open("rb") as file:
        return file.read(8)


def decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return text
    raise FileUnreadable(
        "not-text",
        _("The file is neither a table nor readable text (UTF-8 or GB18030)."),
        _("Save it as XLSX, as CSV in UTF-8, or as JSON."),
    )


# -- JSON --------------------------------------------------------------------------------------------


def _json_rows(text: str) -> Iterator[Row]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise FileUnreadable(
            "bad-json",
            _("The JSON breaks off at line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno},
            _("Check it with a validator."),
        ) from None
    except RecursionError:
        raise FileUnreadable(
            "bad-json", _("The JSON is nested too deeply."), _("Write a list of records.")
        ) from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise FileUnreadable(
            "not-records",
            _("The JSON holds no list of records."),
            _('Write [{…}, {…}] or {"records": [{…}, {…}]}.'),
        )
    for number, record in enumerate(content, start=1):
        yield Row(number, {str(key): _cell(value) for key, value in record.items()})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_cell(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# -- CSV ---------------------------------------------------------------------------------------------


def _looks_like_csv(text: str, headings: frozenset[str]) -> bool:
    """A table if its first line has a separator and, where the caller knows headings, holds one of them."""
    first = text.split("\n", 1)[0]
    cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", first)]
    if len(cells) < 2:
        return len(cells) == 1 and cells[0] in headings
    return not headings or any(cell in headings for cell in cells)


def _csv_rows(text: str) -> Iterator[Row]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader)]
        refuse_doubled(names)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise FileUnreadable(
            "bad-csv",
            _("Line %(line)d is not proper CSV (%(reason)s).") % {"line": reader.line_num, "reason": error},
            _("Check that quotation marks come in pairs."),
        ) from None


# -- Text --------------------------------------------------------------------------------------------


def text_row(text: str, headings: frozenset[str]) -> Row:
    """One document as text: lines "标题：…" while they name known headings, then the body."""
    lines = text.splitlines()
    cells: dict[str, str] = {}
    position = 0
    for position, line in enumerate(lines):  # noqa: B007  # the position after the header is what counts
        match = _HEADER_LINE.match(line)
        if match is None or match[1] not in headings:
            break
        cells[match[1]] = match[2].strip()
    else:
        position = len(lines)
    cells[BODY_HEADING] = "\n".join(lines[position:]).strip("\n")
    return Row(1, cells)
