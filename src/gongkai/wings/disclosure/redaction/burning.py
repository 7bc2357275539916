"""Burning boxes into pictures of the pages, and proving that nothing is left. Runs in the child process only.

The result holds one picture per page and nothing else: no text, layers, notes, forms, attachments, scripts, metadata
or earlier versions of the source can come along, because nothing of the source but its look is used.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from gongkai.wings.disclosure.redaction.finding import folded, hidden_runs
from gongkai.wings.disclosure.redaction.geometry import POINTS_PER_INCH, Box
from gongkai.wings.disclosure.redaction.sources import DPI, Source

_SCALE = DPI / POINTS_PER_INCH
_QUALITY = 82
_GREY = 12
"""Of 255: colour channels of a page without colour differ by no more (soft edges of letters)."""
_LABEL_LEAST, _LABEL_MOST = 12, 34
"""Height of the printed code in pixels: from what can just be read to 12 points."""
_TOLERANCE = 16
"""Mean difference, of 255, between a box as drawn and as found again after compression."""
_INFLATED_LIMIT = 256 * 1024 * 1024
_SEARCHED_BYTES = 6
"""Shorter texts turn up by chance in the bytes of any picture."""
_FORBIDDEN = re.compile(
    rb"/(?:JavaScript|JS|EmbeddedFiles?|AcroForm|Annots|Metadata|OpenAction|AA|OCProperties|XFA|Prev|Font)\b"
)


def burn(source: Source, boxes: Sequence[tuple[Box, str]], legend: Sequence[Path], target: Path) -> int:
    """Write the redacted document and return its number of pages; ``legend`` pages (PNG) follow those of the source.

    Each box comes with the code that is printed in it.
    """
    document = pdfium.PdfDocument.new()
    for page, (width, height) in enumerate(source.sizes(), start=1):
        picture = source.picture(page, DPI)
        for box, code in boxes:
            if box.page == page:
                _cover(picture, box, code)
        _add_page(document, picture, width, height)
    for path in legend:
        with Image.open(path) as sheet:
            picture = sheet.convert("RGB")
        _add_page(document, picture, picture.width / _SCALE, picture.height / _SCALE)
    document.save(target)
    return len(document)


def _add_page(document: pdfium.PdfDocument, picture: Image.Image, width: float, height: float) -> None:
    packed = BytesIO()
    (picture.convert("L") if _is_grey(picture) else picture).save(packed, "JPEG", quality=_QUALITY)
    packed.seek(0)
    page = document.new_page(width, height)
    image = pdfium.PdfImage.new(document)
    image.load_jpeg(packed, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page.insert_obj(image)
    page.gen_content()
    page.close()


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return all(difference.getextrema()[1] <= _GREY for difference in differences)  # type: ignore[operator]


def _cover(picture: Image.Image, box: Box, code: str) -> None:
    left, top, right, bottom = box.pixels(_SCALE)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((left, top, right - 1, bottom - 1), fill="black")
    _label(pen, (left, top, right, bottom), code)


def _label(pen: ImageDraw.ImageDraw, place: tuple[int, int, int, int], code: str) -> None:
    """The code in white, as large as fits; a box too small for it is explained by the last page alone."""
    left, top, right, bottom = place
    size = min(_LABEL_MOST, bottom - top - 4)
    while size >= _LABEL_LEAST:
        face = ImageFont.load_default(size)
        if pen.textlength(code, font=face) <= right - left - 4:
            pen.text(((left + right) / 2, (top + bottom) / 2), code, fill="white", font=face, anchor="mm")
            return
        size -= 2


def faults(source: Source, boxes: Sequence[tuple[Box, str]], result: Path, legend: int) -> list[str]:
    """What speaks against giving ``result`` out; empty when nothing does.

    Codes: pages, text, objects, notes, attachments, structure, bytes (a hidden text is in some stream), box (a box is
    not as black as it was drawn).
    """
    found: dict[str, None] = {}
    document = pdfium.PdfDocument(result)
    if len(document) != len(source.sizes()) + legend:
        found["pages"] = None
    if document.count_attachments():
        found["attachments"] = None
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        if text.count_chars():
            found["text"] = None
        if [each.type for each in page.get_objects()] != [raw.FPDF_PAGEOBJ_IMAGE]:
            found["objects"] = None
        if raw.FPDFPage_GetAnnotCount(page):
            found["notes"] = None
        here = [(box, code) for box, code in boxes if box.page == number + 1]
        if here and not _is_black(page, here):
            found["box"] = None
        text.close()
        page.close()
    document.close()
    content = result.read_bytes()
    if _FORBIDDEN.search(_outside_streams(content)) or content.count(b"%%EOF") != 1:
        found["structure"] = None
    if holds_any(content, _hidden_texts(source, [box for box, _code in boxes])):
        found["bytes"] = None
    return list(found)


def _is_black(page: pdfium.PdfPage, boxes: Sequence[tuple[Box, str]]) -> bool:
    """Read the page again and compare each box with one freshly drawn on white."""
    picture = page.render(scale=_SCALE).to_pil().convert("L")
    drawn = Image.new("RGB", picture.size, "white")
    for box, code in boxes:
        _cover(drawn, box, code)
    expected = drawn.convert("L")
    for box, _code in boxes:
        left, top, right, bottom = box.pixels(_SCALE)
        inner = (
            max(0, left + 1),
            max(0, top + 1),
            min(picture.width, right - 1),
            min(picture.height, bottom - 1),
        )
        difference = ImageChops.difference(picture.crop(inner), expected.crop(inner))
        if ImageStat.Stat(difference).mean[0] > _TOLERANCE:
            return False
    return True


def _hidden_texts(source: Source, boxes: Sequence[Box]) -> set[str]:
    texts: set[str] = set()
    for page in {box.page for box in boxes}:
        runs, _visible = hidden_runs(source.characters(page), [box for box in boxes if box.page == page])
        texts.update(runs)
    return texts


def holds_any(content: bytes, texts: set[str]) -> bool:
    """Whether one of ``texts`` is in a PDF's bytes or unpacked streams, in any encoding they could be written in."""
    needles = set()
    for text in texts:
        for form in {text, "".join(text.split()), folded(text)}:
            for encoding in ("utf-8", "utf-16-be", "utf-16-le", "gb18030"):
                needles.add(form.encode(encoding, "ignore"))
            needles.add(form.encode("utf-16-be", "ignore").hex().encode())
            needles.add(form.encode("utf-16-be", "ignore").hex().upper().encode())
    wanted = [needle for needle in needles if len(needle) >= _SEARCHED_BYTES]
    return any(needle in part for part in (content, *_unpacked(content)) for needle in wanted)


_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def _outside_streams(content: bytes) -> bytes:
    return _STREAM.sub(b"", content)


def _unpacked(content: bytes) -> Iterator[bytes]:
    for hit in _STREAM.finditer(content):
        try:
            yield zlib.decompressobj().decompress(hit.group(1), _INFLATED_LIMIT)
        except zlib.error:
            continue  # a picture: its own bytes have been searched with the file's
