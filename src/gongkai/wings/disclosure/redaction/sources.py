"""Reading the document to be redacted: its pages as pictures, and the characters that stand on them.

Runs in the child process only: PDFs from anywhere are opened here.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageOps, UnidentifiedImageError

from gongkai.wings.disclosure.redaction.geometry import POINTS_PER_INCH, Box, hull

DPI = 200
"""What pages are burned at: official copies stay readable and print well."""
PAGE_LIMIT = 300
PIXEL_LIMIT = 64_000_000
"""Of one page at ``DPI``: an A0 sheet has 62 million."""
_FINE = 100
"""PDFium converts places to whole device units: hundredths of a point are fine enough."""


class Unreadable(Exception):
    """The document cannot be taken. ``code``: encrypted, broken, empty, pages, page-size, picture-size, kind, page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Character:
    """One character; blanks that PDFium inserts between words and lines have no box."""

    text: str
    box: Box | None


class Source(Protocol):
    """A document page by page; pages count from 1."""

    def sizes(self) -> list[tuple[float, float]]: ...
    def picture(self, page: int, dpi: int) -> Image.Image: ...
    def characters(self, page: int) -> list[Character]: ...


def open_source(path: Path) -> Source:
    """By what is in the file, not by its name. Raises ``Unreadable``."""
    with path.open("rb") as file:
        start = file.read(1024)
    if b"%PDF-" in start:
        return PdfSource(path)
    if start.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return PictureSource(path)
    raise Unreadable("kind")


class PdfSource:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            locked = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise Unreadable("encrypted" if locked else "broken") from error
        if len(self._document) == 0:
            raise Unreadable("empty")
        if len(self._document) > PAGE_LIMIT:
            raise Unreadable("pages")
        self._document.init_forms()

    @cached_property
    def _sizes(self) -> list[tuple[float, float]]:
        found = [self._page(number).get_size() for number in range(1, len(self._document) + 1)]
        for width, height in found:
            scale = DPI / POINTS_PER_INCH
            if min(width, height) < 1 or width * scale * height * scale > PIXEL_LIMIT:
                raise Unreadable("page-size")
        return found

    def sizes(self) -> list[tuple[float, float]]:
        return self._sizes

    @cached_property
    def _merged(self) -> pdfium.PdfDocument:
        """Opened a second time: pages are altered in it, and pictures are made of the original alone."""
        document = pdfium.PdfDocument(self._path)
        document.init_forms()
        return document

    def _page(self, number: int, document: pdfium.PdfDocument | None = None) -> pdfium.PdfPage:
        if not 1 <= number <= len(self._document):
            raise Unreadable("page")
        try:
            return (document or self._document)[number - 1]
        except pdfium.PdfiumError as error:
            raise Unreadable("broken") from error

    def picture(self, page: int, dpi: int) -> Image.Image:
        """The page as a screen shows it: with what annotations and forms show, without hidden layers."""
        self.sizes()
        shown = self._page(page)
        bitmap = shown.render(scale=dpi / POINTS_PER_INCH)
        picture = bitmap.to_pil().convert("RGB")
        bitmap.close()
        shown.close()
        return picture

    def characters(self, page: int) -> list[Character]:
        """With those that notes and form fields show: merged into the page, they have places like all others."""
        shown = self._page(page)
        if raw.FPDFPage_GetAnnotCount(shown):
            shown.close()
            shown = self._page(page, self._merged)
            if raw.FPDFPage_Flatten(shown, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_FAIL:
                raise Unreadable("broken")
            shown.close()
            shown = self._page(page, self._merged)
        text = shown.get_textpage()
        width, height = shown.get_size()
        found: list[Character] = []
        high = 0
        for index in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
            high = 0
            sign = chr(code) if 0 < code < 0x110000 else "\ufffd"
            found.append(Character(sign, _box_of(text, index, shown, page, width, height)))
        text.close()
        shown.close()
        return found


def _box_of(
    text: pdfium.PdfTextPage, index: int, page: pdfium.PdfPage, number: int, width: float, height: float
) -> Box | None:
    """The character's place as seen: its line height, and its ink where that goes further."""
    boxes = []
    loose = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text, index, loose):
        boxes.append((loose.left, loose.bottom, loose.right, loose.top))
    left, bottom, right, top = (ctypes.c_double() for _ in range(4))
    if raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        boxes.append((left.value, bottom.value, right.value, top.value))
    seen = []
    for x0, y0, x1, y1 in boxes:
        if x1 - x0 <= 0 or y1 - y0 <= 0:
            continue
        corners = [_seen(page, x, y, width, height) for x in (x0, x1) for y in (y0, y1)]
        across, down = [x for x, _y in corners], [y for _x, y in corners]
        wide, high = max(across) - min(across), max(down) - min(down)
        seen.append(Box(number, min(across), min(down), wide, high))
    return hull(seen) if seen else None


def _seen(page: pdfium.PdfPage, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    """PDFium's own conversion knows about rotation and cropping."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, round(width * _FINE), round(height * _FINE), 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE


class PictureSource:
    """A scan or photo: one page, taken at its own pixels as if scanned at ``DPI``. It has no characters."""

    def __init__(self, path: Path) -> None:
        Image.MAX_IMAGE_PIXELS = None  # judged below, before anything is unpacked
        try:
            picture = Image.open(path, formats=("PNG", "JPEG"))
            if picture.width * picture.height > PIXEL_LIMIT:
                raise Unreadable("picture-size")
            # Drawn on white: what is transparent must not come out black.
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Unreadable("broken") from error
        self._picture = Image.new("RGB", upright.size, "white")
        self._picture.paste(upright, mask=upright.getchannel("A"))

    def sizes(self) -> list[tuple[float, float]]:
        scale = POINTS_PER_INCH / DPI
        return [(self._picture.width * scale, self._picture.height * scale)]

    def picture(self, page: int, dpi: int) -> Image.Image:
        if page != 1:
            raise Unreadable("page")
        if dpi == DPI:
            return self._picture.copy()
        size = [max(1, round(side * dpi / DPI)) for side in self._picture.size]
        return self._picture.resize((size[0], size[1]))

    def characters(self, page: int) -> list[Character]:
        return []
