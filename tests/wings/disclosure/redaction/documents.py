"""Documents to be redacted, made here: set by typst, bent by PDFium, forged byte by byte."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import typst
from PIL import Image, ImageDraw, ImageFont

SECRET = "申请人张三丰，身份证号 360426199101010071，电话 13800138000。"


@cache
def typeset(text: str, *, pages: int = 1, font: str = "Noto Serif CJK SC", before: str = "") -> bytes:
    """A4 with ``text`` on each page. The text is data, so that nothing in it is markup."""
    from gongkai.engines.letters.fonts import all_folders

    source = f"""
#set page(width: 210mm, height: 297mm, margin: 25mm)
#set text(font: ("{font}", "Noto Serif SC"), size: 14pt)
{before}
#for number in range({pages}) {{ if number > 0 {{ pagebreak() }}; text(sys.inputs.text) }}
"""
    made = typst.compile(source.encode(), sys_inputs={"text": text}, font_paths=list(all_folders()))
    assert isinstance(made, bytes)
    return made


def bent(
    content: bytes, *, rotation: int = 0, crop: tuple[float, float, float, float] | None = None
) -> bytes:
    """The same pages turned, or cropped to a box that does not begin at the origin."""
    document = pdfium.PdfDocument(content)
    for page in document:
        if rotation:
            page.set_rotation(rotation)
        if crop:
            page.set_cropbox(*crop)
    return saved(document)


def saved(document: pdfium.PdfDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_note_and_attachment(content: bytes, text: str) -> bytes:
    """A free-text annotation, a popup comment and an attached file, all saying ``text``."""
    document = pdfium.PdfDocument(content)
    page = document[0]
    for kind in (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_TEXT):
        note = raw.FPDFPage_CreateAnnot(page, kind)
        wide = (text + "\0").encode("utf-16-le")
        letters = (raw.FPDF_WCHAR * (len(wide) // 2)).from_buffer_copy(wide)
        assert raw.FPDFAnnot_SetStringValue(note, b"Contents", letters)
        assert raw.FPDFAnnot_SetRect(note, raw.FS_RECTF(100, 700, 300, 600))
        raw.FPDFPage_CloseAnnot(note)
    document.new_attachment(f"{text[:3]}.txt").set_data(text.encode())
    return saved(document)


def plain_pdf(text: str, *, info: str = "") -> bytes:
    """A PDF written by hand: uncompressed, Latin text in one line."""
    stream = f"BT /F1 18 Tf 72 700 Td ({text}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(%s)>>" % info.encode(),
    ]
    return _written_by_hand(parts, more=b"/Info 6 0 R")


def _written_by_hand(parts: list[bytes], *, more: bytes = b"") -> bytes:
    """The objects, the first of which is the catalogue, with a table of places behind them."""
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return content + table + end % (len(parts) + 1, more, len(content))


def filled_form(rotation: int = 0) -> bytes:
    """A page written by hand, on which a screen also shows a note and two fields, one of them without a drawn look.

    The note says 360426199101010071, the fields 13800138000 and 13700137000; a comment that is closed says
    13900139000.
    """

    def look(text: str) -> bytes:
        drawn = f"BT /F1 12 Tf 0 g 4 6 Td ({text}) Tj ET".encode()
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 300 25]/Resources<</Font<</F1 5 0 R>>>>/Length %d>>"
        return head % len(drawn) + b"stream\n" + drawn + b"\nendstream"

    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/F 4/Rect[100 %d 300 %d]/V(%s)/DA(/F1 12 Tf 0 g)%s>>"
    stream = b"BT /F1 18 Tf 72 700 Td (Page text) Tj ET"
    return _written_by_hand(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R 9 0 R]/DR<</Font<</F1 5 0 R>>>>"
            b"/DA(/F1 12 Tf 0 g)/NeedAppearances true>>>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/Rotate %d/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font"
            b"<</F1 5 0 R>>>>/Annots[6 0 R 8 0 R 9 0 R 11 0 R]>>" % rotation,
            b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            b"<</Type/Annot/Subtype/FreeText/F 4/Rect[100 600 400 625]/Contents(360426199101010071)/AP<</N 7 0 R>>>>",
            look("360426199101010071"),
            field % (b"one", 500, 525, b"13800138000", b"/AP<</N 10 0 R>>"),
            field % (b"two", 450, 475, b"13700137000", b""),
            look("13800138000"),
            b"<</Type/Annot/Subtype/Text/F 4/Rect[100 560 120 580]/Contents(13900139000)>>",
        ]
    )


def with_older_version(text: str, shown_now: str) -> bytes:
    """An incremental update: the page now shows ``shown_now``, the bytes still hold ``text`` from before."""
    content = plain_pdf(text)
    before = content.rindex(b"xref\n0 ")
    stream = f"BT /F1 18 Tf 72 700 Td ({shown_now}) Tj ET".encode()
    place = len(content)
    content += b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(stream), stream)
    table = len(content)
    content += b"xref\n4 1\n%010d 00000 n \n" % place
    content += b"trailer<</Size 7/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (before, table)
    return content


def scan(text: str, *, size: tuple[int, int] = (1000, 1400), kind: str = "PNG") -> bytes:
    """A picture of a paper with ``text`` at (100, 100), 300 by 60 pixels."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((105, 105), text, fill="black", font=ImageFont.load_default(40))
    target = io.BytesIO()
    picture.save(target, kind)
    return target.getvalue()


def written(folder: Path, content: bytes, name: str = "source.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
