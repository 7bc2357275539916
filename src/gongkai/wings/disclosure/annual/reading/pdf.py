"""Blocks out of a PDF with text: tables from their ruled lines, and where there are none from where numbers stand.

Runs in the child process only: see ``worker``. Nothing is recognised from pictures; a scanned report is refused.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gongkai.wings.disclosure.annual.forms import forms
from gongkai.wings.disclosure.annual.reading.blocks import Block, Grid, NotRead, Paragraph

MOST_PAGES: Final = 120
MOST_CHARACTERS: Final = 400_000
MOST_OBJECTS: Final = 60_000
_NEAR: Final = 2.5
"""Points within which two lines are one."""
_CELL: Final = r"(?:\d[\d,]*(?:\.\d+)?|/|—|-)"
_SEVEN: Final = re.compile(rf"(.*?)\s*({_CELL}(?:\s+{_CELL}){{6}})")
_SHORTEST: Final = 6.0
"""Points a stroke must have to be a line of a table."""


@dataclass(frozen=True, slots=True)
class Glyph:
    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line: ``at`` across, ``low`` to ``high`` along."""

    at: float
    low: float
    high: float


def pdf_blocks(path: Path) -> list[Block]:
    try:
        document = pdfium.PdfDocument(str(path))
    except pdfium.PdfiumError as error:
        raise NotRead("encrypted" if "assword" in str(error) else "broken") from error
    try:
        if len(document) > MOST_PAGES:
            raise NotRead("big")
        found: list[Block] = []
        loose: list[tuple[str, ...]] = []
        characters = 0
        for number in range(len(document)):
            page = document[number]
            glyphs = _glyphs(page)
            characters += len(glyphs)
            if characters > MOST_CHARACTERS:
                raise NotRead("big")
            found += _page_blocks(glyphs, *_strokes(page), loose)
        if characters < 50:
            raise NotRead("no-text")
        return _joined(found) + _in_order(loose)
    except pdfium.PdfiumError as error:
        raise NotRead("broken") from error
    finally:
        document.close()


# -- what stands on a page ------------------------------------------------------------------------------


def _glyphs(page: Any) -> list[Glyph]:
    text = page.get_textpage()
    found = []
    count = text.count_chars()
    for at in range(min(count, MOST_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(text, at)
        if code < 32 or code == 0xFFFE:
            continue
        left, bottom, right, top = text.get_charbox(at, loose=True)
        if right > left and top > bottom and not chr(code).isspace():
            found.append(Glyph(chr(code), left, right, bottom, top))
    return found


def _strokes(page: Any) -> tuple[list[Stroke], list[Stroke]]:
    """Horizontal and vertical lines: of every path, its straight pieces, and thin bars for what they are."""
    across: list[Stroke] = []
    down: list[Stroke] = []
    for at, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if at > MOST_OBJECTS:
            raise NotRead("big")
        matrix = item.get_matrix()
        points: list[tuple[float, float]] = []
        start: tuple[float, float] | None = None
        for index in range(min(raw.FPDFPath_CountSegments(item.raw), 2_000)):
            segment = raw.FPDFPath_GetPathSegment(item.raw, index)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = matrix.on_point(x.value, y.value)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start, points = point, [point]
            elif kind == raw.FPDF_SEGMENT_LINETO and points:
                _keep(points[-1], point, across, down)
                points.append(point)
            if raw.FPDFPathSegment_GetClose(segment) and start is not None and points:
                _keep(points[-1], start, across, down)
    return across, down


def _keep(
    one: tuple[float, float], other: tuple[float, float], across: list[Stroke], down: list[Stroke]
) -> None:
    (x1, y1), (x2, y2) = one, other
    if abs(y1 - y2) < 1 and abs(x1 - x2) >= _SHORTEST:
        across.append(Stroke((y1 + y2) / 2, min(x1, x2), max(x1, x2)))
    elif abs(x1 - x2) < 1 and abs(y1 - y2) >= _SHORTEST:
        down.append(Stroke((x1 + x2) / 2, min(y1, y2), max(y1, y2)))


# -- tables from lines ----------------------------------------------------------------------------------


def _page_blocks(
    glyphs: list[Glyph], across: list[Stroke], down: list[Stroke], loose: list[tuple[str, ...]]
) -> list[Block]:
    """Tables and paragraphs of a page from top to bottom."""
    rest = list(glyphs)
    placed: list[tuple[float, Block]] = []
    for xs, ys, table_across, table_down in _lattices(across, down):
        inside = [
            each for each in rest if xs[0] - 1 < each.x < xs[-1] + 1 and ys[0] - 1 < each.y < ys[-1] + 1
        ]
        if len(xs) < 3 or len(ys) < 3 or not inside:
            continue
        taken = set(map(id, inside))
        rest = [each for each in rest if id(each) not in taken]
        placed.append((ys[-1], _lattice_grid(xs, ys, table_across, table_down, inside)))
    lines = list(_lines(rest))
    for line in lines:
        placed.append((line[0].y, Paragraph(_words(line))))
    if not any(isinstance(block, Grid) for _y, block in placed):
        loose += _unruled(lines)
    placed.sort(key=lambda each: -each[0])
    return [block for _y, block in placed]


def _lattices(
    across: list[Stroke], down: list[Stroke]
) -> Iterator[tuple[list[float], list[float], list[Stroke], list[Stroke]]]:
    """Groups of lines that touch: each is a table; columns from left to right, rows from bottom to top."""
    if len(across) * len(down) > 4_000_000:
        raise NotRead("heavy")
    strokes = [(True, each) for each in across] + [(False, each) for each in down]
    parent = list(range(len(strokes)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, line in enumerate(across):
        for other, post in enumerate(down, len(across)):
            if (
                line.low - _NEAR <= post.at <= line.high + _NEAR
                and post.low - _NEAR <= line.at <= post.high + _NEAR
            ):
                parent[root(one)] = root(other)
    for first, flat in ((0, across), (len(across), down)):
        # Pieces of one line go on in one another where no line of the other way meets them: under a merged head.
        order = sorted(range(len(flat)), key=lambda at: flat[at].at)
        for place, at in enumerate(order):
            for other in order[place + 1 :]:
                one, two = flat[at], flat[other]
                if two.at - one.at > _NEAR:
                    break
                if one.low - _NEAR <= two.high and two.low <= one.high + _NEAR:
                    parent[root(first + at)] = root(first + other)
    groups: dict[int, list[tuple[bool, Stroke]]] = {}
    for at, each in enumerate(strokes):
        groups.setdefault(root(at), []).append(each)
    for group in groups.values():
        ours = [each for flat, each in group if flat]
        posts = [each for flat, each in group if not flat]
        if len(ours) >= 2 and len(posts) >= 2:
            yield _merged([each.at for each in posts]), _merged([each.at for each in ours]), ours, posts


def _merged(values: list[float]) -> list[float]:
    """Sorted places, those near one another as one."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] <= _NEAR:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(each) / len(each) for each in found]


def _lattice_grid(
    xs: list[float], ys: list[float], across: list[Stroke], down: list[Stroke], glyphs: list[Glyph]
) -> Grid:
    """The cells between lines; where no line parts two places they are one merged cell."""
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows * columns > 60_000:
        raise NotRead("heavy")
    parent = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    flat = _covered(across, ys, xs)
    posts = _covered(down, xs, ys)
    for row in range(rows):
        for column in range(columns):
            # Row 0 is at the bottom here; lines are counted by their place among ys and xs.
            if column + 1 < columns and (column + 1, row) not in posts:
                parent[root((row, column))] = root((row, column + 1))
            if row + 1 < rows and (row + 1, column) not in flat:
                parent[root((row, column))] = root((row + 1, column))
    held: dict[tuple[int, int], list[Glyph]] = {}
    for each in glyphs:
        column = _between(xs, each.x)
        row = _between(ys, each.y)
        if column is not None and row is not None:
            held.setdefault(root((row, column)), []).append(each)
    texts = {place: " ".join(_words(line) for line in _lines(inside)) for place, inside in held.items()}
    return Grid(
        tuple(
            tuple(texts.get(root((row, column)), "") for column in range(columns))
            for row in reversed(range(rows))
        )
    )


def _covered(strokes: list[Stroke], own: list[float], other: list[float]) -> set[tuple[int, int]]:
    """Which pieces of the lattice are drawn: number of the line, number of the gap along it."""
    found = set()
    for stroke in strokes:
        line = min(range(len(own)), key=lambda at: abs(own[at] - stroke.at))
        for gap in range(len(other) - 1):
            middle = (other[gap] + other[gap + 1]) / 2
            if stroke.low - 1 <= middle <= stroke.high + 1:
                found.add((line, gap))
    return found


def _between(places: list[float], value: float) -> int | None:
    for at in range(len(places) - 1):
        if places[at] <= value <= places[at + 1]:
            return at
    return None


# -- text -----------------------------------------------------------------------------------------------


def _lines(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs by line from top to bottom, each from left to right."""
    line: list[Glyph] = []
    for each in sorted(glyphs, key=lambda glyph: (-glyph.y, glyph.left)):
        if line and abs(line[0].y - each.y) > max(2.0, (line[0].top - line[0].bottom) * 0.5):
            yield sorted(line, key=lambda glyph: glyph.left)
            line = []
        line.append(each)
    if line:
        yield sorted(line, key=lambda glyph: glyph.left)


def _words(line: list[Glyph]) -> str:
    """The text of a line, with a blank where there is a gap between glyphs."""
    text = ""
    last: Glyph | None = None
    for each in line:
        if last is not None and each.left - last.right > (last.top - last.bottom) * 0.6:
            text += " "
        text += each.text
        last = each
    return text


def _unruled(lines: list[list[Glyph]]) -> list[tuple[str, ...]]:
    """Rows of tables without lines: those of seven numbers with the label before them, and one of fifteen."""
    rows: list[tuple[str, ...]] = []
    for line in lines:
        text = _words(line)
        match = _SEVEN.fullmatch(text)
        if match and not match[1].strip()[-1:].isdigit():
            rows.append((match[1], *match[2].split()))
        elif len(words := text.split()) == 15 and all(map(_is_cell, words)):
            rows.append(tuple(words))
    return rows


def _in_order(rows: list[tuple[str, ...]]) -> list[Block]:
    """The rows of tables without lines. Labels that run over several lines are lost to their rows; where there are
    just as many rows as a form has, they are its rows in its order. Fifteen numbers are the remedies."""
    requests = [row for row in rows if len(row) == 8]
    remedies = next((row for row in rows if len(row) == 15), None)
    found: list[Block] = []
    known = next((each for each in forms() if len(each.rows) == len(requests)), None)
    if known is not None:
        requests = [(row.name, *cells[1:]) for row, cells in zip(known.rows, requests, strict=True)]
    if requests:
        found.append(Grid(tuple(requests)))
    if remedies is not None:
        ours = forms()[0]
        blocks = tuple(block.label for block in ours.remedies for _result in ours.results)
        found.append(Grid((blocks, tuple(result.label for result in ours.results) * 3, remedies)))
    return found


def _is_cell(word: str) -> bool:
    return word in ("/", "—", "-") or word.replace(",", "").replace(".", "", 1).isdigit()


def _joined(blocks: list[Block]) -> list[Block]:
    """Lines of text put together to paragraphs: a line that does not end a sentence goes on in the next."""
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if (
            isinstance(block, Paragraph)
            and isinstance(last, Paragraph)
            and len(last.text) > 24
            and not last.text.rstrip().endswith(("。", "！", "？", "；", "：", ":"))
            and not block.text.strip().isdigit()
        ):
            found[-1] = Paragraph(last.text + block.text)
        elif not (isinstance(block, Paragraph) and block.text.strip("- —·").isdigit()):
            found.append(block)
    return found
