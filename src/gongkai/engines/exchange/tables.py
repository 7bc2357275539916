"""Tables out: CSV that spreadsheet programs open without breaking the Chinese or running a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV with a byte-order mark; a cell that a spreadsheet would run as a formula is quoted with an apostrophe."""
    return "".join(csv_stream(headings, rows))


def csv_stream(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, at_once: int = 500
) -> Iterator[str]:
    """The same piece by piece, for a file that is sent while its rows are still being read."""
    yield "\ufeff" + _lines([headings])
    left = iter(rows)
    while batch := list(islice(left, at_once)):
        yield _lines([[_harmless(value) for value in row] for row in batch])


def _lines(rows: Iterable[Sequence[object]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA_START):
        return "'" + value
    return "" if value is None else value
