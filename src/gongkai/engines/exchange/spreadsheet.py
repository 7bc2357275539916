"""Workbooks (XLSX, XLS, ODS), read in a child process of limited memory and written with XlsxWriter.

A workbook of 1.4 kB with two far cells makes the reader ask for 6.5 GB and abort the process it runs in; so it runs
in a process of its own, whose end is an ordinary refusal.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gongkai.engines.exchange.faults import FileUnreadable
from gongkai.engines.exchange.headings import ROWS_ABOVE, Row, below_headings, heading_key, names_one

MEMORY_LIMIT = 1536 * 1024 * 1024
"""Bytes of address space for the child: 24,000 rows of 30 cells take a third of it."""
UNPACKED_LIMIT = 1024 * 1024 * 1024
"""Bytes a workbook may unpack to: a hundred times that in a small file is a bomb."""
SECONDS_LIMIT = 120
ROW_LIMIT = 1_000_000


def is_workbook(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def read_workbook(path: Path, *, headings: Collection[str] = ()) -> Iterator[Row]:
    """Rows of the first sheet that holds one of ``headings`` near its top; without any, of the first that has rows.

    Raises ``FileUnreadable``; the calling process stays alive whatever the file holds.
    """
    known = sorted({heading_key(heading) for heading in headings})
    with closing(lines_of_child(__name__, path, json.dumps(known))) as lines:
        first = next(lines, None)
        if first is None:
            raise FileUnreadable(
                "empty",
                _("The workbook holds no data."),
                _("Put headings in the first row of the first sheet."),
            )
        yield from below_headings(chain([first], lines), headings)


def lines_of_child(module: str, path: Path, *arguments: str) -> Generator[Any]:
    """What ``module``, run as a program of its own on a workbook, prints: a JSON value a line. Close it when done.

    Raises ``FileUnreadable`` for a bomb, and when the child does not come to a good end.
    """
    refuse_bomb(path)
    child = subprocess.Popen(  # noqa: S603  # our own interpreter on our own module
        [sys.executable, "-m", module, str(path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    finished = False
    try:
        for line in child.stdout:
            yield json.loads(line)
        finished = child.wait(SECONDS_LIMIT) == 0
    except subprocess.TimeoutExpired:
        finished = False
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    if not finished:
        raise damaged()


def damaged() -> FileUnreadable:
    return FileUnreadable(
        "bad-workbook",
        _("The workbook is damaged, too large, or has stray cells far away from its data."),
        _("Open it, delete everything outside the data, and save it as a new XLSX."),
    )


def limit_child() -> None:
    """What every child calls before it reads a byte of the file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_LIMIT, SECONDS_LIMIT))


def refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > UNPACKED_LIMIT:
        raise FileUnreadable(
            "bomb",
            _("The workbook unpacks to %(size)d MB; the limit is %(limit)d MB.")
            % {"size": unpacked // 1024 // 1024, "limit": UNPACKED_LIMIT // 1024 // 1024},
            _("Split it into several files."),
        )


def cell_text(value: Any) -> str:
    """A cell as a person reads it: whole numbers without ".0", dates as ISO."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _child(path: str, known: frozenset[str]) -> None:
    """Print each row of the sheet that is meant as a JSON line [number, cells]."""
    limit_child()
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(path)
    shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    rows: Iterator[tuple[int, list[str]]] | None = None
    for name in shown or workbook.sheet_names:
        found = _rows_of(workbook.get_sheet_by_name(name))
        top = list(islice(found, ROWS_ABOVE))
        if top and (not known or any(names_one(cells, known) for _number, cells in top)):
            rows = chain(top, found)
            break
        rows = rows or (iter(top) if top else None)
    for number, texts in rows or ():
        sys.stdout.write(json.dumps([number, texts], ensure_ascii=False) + "\n")


def _rows_of(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for offset, cells in enumerate(sheet.iter_rows()):
        if offset > ROW_LIMIT:
            sys.exit(3)
        texts = [cell_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield offset + 1, texts


def workbook(headings: Sequence[str], rows: Iterable[Sequence[object]], *, sheet: str = "数据") -> bytes:
    """An XLSX with one sheet. Digits stay text (18-digit numbers must not become floats), and text that starts with
    "=" stays text too."""
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})  # the same rows give the same file
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, heading in enumerate(headings):
        page.write_string(0, column, heading, bold)
        page.set_column(column, column, max(10, min(40, 2 * len(heading) + 4)))
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int | float) and not isinstance(value, bool):
                page.write_number(number, column, value)
            else:
                page.write_string(number, column, "" if value is None else str(value))
    page.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


if __name__ == "__main__":
    _child(sys.argv[1], frozenset(json.loads(sys.argv[2])))
