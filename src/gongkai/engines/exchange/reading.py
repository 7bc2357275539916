"""Rows out of a file, whatever it is: CSV, XLSX, JSON, or plain text with a metadata header.

The kind is told by the content, not by the name. Everything is bounded: a file that would take the process down is
refused with a reason (``spreadsheet`` reads workbooks in a child process of limited memory).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable, RowFault, refuse_doubled, shown
from gongkai.engines.exchange.headings import (
    ROWS_ABOVE,
    Row,
    below_headings,
    heading_key,
    names_one,
    no_headings,
)
from gongkai.engines.exchange.spreadsheet import is_workbook, read_workbook

FILE_LIMIT = 200 * 1024 * 1024
"""Bytes. A year of a city's documents as CSV is about a tenth of this."""

BODY_HEADING = "正文"
_BODY_HEADINGS: Final = (BODY_HEADING, "内容")
_HEADER_LINE = re.compile(r"^\s*([^\s:：|]{1,20})\s*[:：]\s*(.*)$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_rows(path: Path, *, headings: Collection[str] = ()) -> Iterator[Row]:
    """Yield the rows of ``path``.

    ``headings`` are the headings the caller knows: they tell where a table begins, which sheet is meant, and a text with a
    metadata header from one without. Raises ``FileUnreadable`` when the file cannot be read as a table at all.
    """
    start = opening(path)
    if is_workbook(start):
        yield from read_workbook(path, headings=headings)
        return
    text = decode(path.read_bytes())
    stripped = text.lstrip()
    if not stripped:
        raise _empty()
    if stripped.startswith(("[", "{")):
        yield from _json_rows(stripped, headings)
        return
    delimiter = _delimiter(stripped, headings)
    if delimiter:
        yield from below_headings(_csv_lines(text, delimiter), headings)
    else:
        yield text_row(text, headings)


def opening(path: Path) -> bytes:
    """The first octets of a file of a size that can be read. Raises ``FileUnreadable``."""
    size = path.stat().st_size
    if size == 0:
        raise _empty()
    if size > FILE_LIMIT:
        raise FileUnreadable(
            "too-large",
            _("The file has %(size)d MB; the limit is %(limit)d MB.")
            % {"size": size // 1024 // 1024, "limit": FILE_LIMIT // 1024 // 1024},
            _("Split it into several files."),
        )
    with path.open("rb") as file:
        return file.read(8)


def _empty() -> FileUnreadable:
    return FileUnreadable("empty", _("The file is empty."), _("Check that the export succeeded."))


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


def _json_rows(text: str, headings: Collection[str]) -> Iterator[Row]:
    known = {heading_key(heading) for heading in headings}
    try:
        content = json.loads(text, object_pairs_hook=_record, parse_constant=_constant)
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
    except FileUnreadable:
        raise
    except ValueError:  # thousands of digits
        raise FileUnreadable(
            "bad-json",
            _("The JSON holds a number that is far too large."),
            _("Write it in quotation marks, or correct it."),
        ) from None
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else [content]
    for number, record in enumerate(content, start=1):
        if not isinstance(record, dict):
            raise FileUnreadable(
                "not-records",
                _("Record %(number)d of the JSON is none: %(value)s.")
                % {"number": number, "value": shown(json.dumps(record, ensure_ascii=False))},
                _('Write [{…}, {…}] or {"records": [{…}, {…}]}.'),
            )
        yield _json_row(number, record, known)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    refuse_doubled([name for name, _value in pairs])
    return dict(pairs)


def _constant(name: str) -> None:
    """NaN, as some programs write a cell without value; infinity is no number of a table."""
    if name != "NaN":
        raise ValueError(name)


def _json_row(number: int, record: dict[str, Any], known: Collection[str]) -> Row:
    cells: dict[str, str] = {}
    faults = []
    for name, value in record.items():
        if not _is_nested(value):
            cells[name] = _cell(value)
        elif known and heading_key(name) not in known:
            cells[name] = ""  # told as a column that is not used
        else:
            faults.append(
                RowFault(
                    row=number,
                    field=name,
                    value=shown(json.dumps(value, ensure_ascii=False)),
                    rule=_("neither a text nor a number nor a list of them"),
                    mend=_("write the value itself"),
                )
            )
    return Row(number, cells, tuple(faults))


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
    )


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


def _delimiter(text: str, headings: Collection[str]) -> str:
    """What separates the cells of a table; "" for what is no table.

    A table has a line of headings near its top: known ones, where the caller knows any. Two lines in columns, none of which
    is known, are a table without headings: raises ``FileUnreadable``.
    """
    known = {heading_key(heading) for heading in headings}
    lines = [line for line in islice(io.StringIO(text[:100_000], newline=None), 50) if line.strip()]
    if known and _is_header(lines[0], known):
        return ""
    for number, line in enumerate(lines[:ROWS_ABOVE]):
        cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", line)]
        among = sum(heading_key(cell) in known for cell in cells) if known else len(cells)
        # alone, or below other lines, a word that is a heading too may be a line of a text
        if among >= (2 if number or not known else 1) and (len(cells) > 1 or cells[0].strip() in headings):
            return max(",;\t", key=line.count)
        if not known:
            return ""
    marks = [[line.count(mark) for mark in ",;\t"] for line in lines[:2]]
    if len(marks) == 2 and any(first == second >= 2 for first, second in zip(*marks, strict=True)):
        raise no_headings(headings)
    return ""


def _is_header(line: str, known: Collection[str]) -> bool:
    match = _HEADER_LINE.match(line)
    return match is not None and names_one([match[1]], known)


def _csv_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    end = 0
    try:
        for cells in reader:
            end = reader.line_num
            yield end, cells
    except csv.Error as error:
        raise FileUnreadable(
            "bad-csv",
            _("What begins at line %d is not proper CSV.") % (end + 1),
            _("Check that quotation marks come in pairs."),
        ) from error


# -- Text --------------------------------------------------------------------------------------------


def text_row(text: str, headings: Collection[str]) -> Row:
    """One document as text: a header of lines "标题：…", then the body, with or without an empty line between.

    The header ends with its last line that names a known heading, or nearly does (成文日其): what is not known in it is
    told like a column that is not known. Raises ``FileUnreadable`` for a heading that stands there twice.
    """
    lines = text.splitlines()
    header: list[tuple[str, str]] = []
    begins = 0
    known = {heading_key(heading) for heading in headings}
    for position, line in enumerate(lines):
        match = _HEADER_LINE.match(line)
        if match is None or (not header and not _is_header(line, known)):
            break
        header.append((match[1], match[2].strip()))
        if names_one([match[1]], known) or (match[2] and get_close_matches(match[1], known, 1, 0.7)):
            begins = position + 1
        if match[1] in _BODY_HEADINGS:
            break
    header = header[:begins]
    refuse_doubled([name for name, _value in header])
    body = lines[begins:]
    if header and header[-1][0] in _BODY_HEADINGS:
        body.insert(0, header.pop()[1])
    return Row(1, dict(header) | {BODY_HEADING: "\n".join(body).strip("\n")})
