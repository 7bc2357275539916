"""What is covered is gone: no text, no bytes, no pixels of it are left in the document that is given out."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from gongkai.wings.disclosure.redaction import burning, isolation
from gongkai.wings.disclosure.redaction.burning import burn, faults, holds_any
from gongkai.wings.disclosure.redaction.finding import find, hidden_runs
from gongkai.wings.disclosure.redaction.geometry import Box
from gongkai.wings.disclosure.redaction.sources import open_source
from tests.wings.disclosure.redaction import documents

KINDS = ("id_card", "mobile", "landline", "bank_card")


def redacted(
    folder: Path, content: bytes, words: list[str], kinds: tuple[str, ...] = KINDS
) -> tuple[Path, list[Box]]:
    """All that is found, covered; through the child process as in real use."""
    source = documents.written(folder, content)
    boxes = [(box, "15-2") for box, _kind, _hint in isolation.find(source, words=words, kinds=kinds)]
    target = folder / "result.pdf"
    _pages, found = isolation.burn(source, boxes=boxes, legend=[], target=target)
    assert found == []
    return target, [box for box, _code in boxes]


def text_of(path: Path) -> str:
    with pdfium.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def every_byte(path: Path) -> bytes:
    content = path.read_bytes()
    return content + b"".join(burning._unpacked(content))


def forms(text: str) -> list[bytes]:
    return [text.encode(encoding) for encoding in ("utf-8", "utf-16-be", "utf-16-le", "gb18030")]


def darkness(path: Path, box: Box, dpi: int = 144) -> float:
    """Mean brightness inside a box, 0 to 255."""
    picture = Image.open(io.BytesIO(isolation.picture(path, page=box.page, dpi=dpi))).convert("L")
    scale = dpi / 72
    place = [round(side * scale) for side in (box.left + 1, box.top + 1, box.right - 1, box.bottom - 1)]
    return ImageStat.Stat(picture.crop((place[0], place[1], place[2], place[3]))).mean[0]


def test_chinese_text_under_a_box_is_really_gone(tmp_path: Path) -> None:
    result, boxes = redacted(tmp_path, documents.typeset(documents.SECRET, pages=2), ["张三丰"])
    assert len(boxes) == 6
    assert text_of(result) == ""
    for secret in ("张三丰", "360426199101010071", "13800138000"):
        assert not any(form in every_byte(result) for form in forms(secret))
    assert all(darkness(result, box) < 110 for box in boxes)


def test_what_is_not_covered_stays_readable(tmp_path: Path) -> None:
    result, boxes = redacted(tmp_path, documents.typeset(documents.SECRET), ["张三丰"])
    first = min(boxes, key=lambda box: box.left)
    before = Box(1, first.left - 43, first.top, 41, first.height)  # 申请人
    assert 20 < darkness(result, before) < 235
    assert darkness(result, Box(1, 100, 500, 300, 200)) > 250


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_covered_where_it_is_seen(tmp_path: Path, rotation: int) -> None:
    content = documents.bent(documents.typeset(documents.SECRET), rotation=rotation)
    result, boxes = redacted(tmp_path, content, ["张三丰"])
    assert len(boxes) == 3 and text_of(result) == ""
    assert all(darkness(result, box) < 130 for box in boxes)
    source = open_source(tmp_path / "source.pdf")
    runs, _visible = hidden_runs(source.characters(1), boxes)
    assert "张三丰" in runs and "360426199101010071" in runs


def test_a_cropped_page_with_its_origin_elsewhere_is_covered_where_it_is_seen(tmp_path: Path) -> None:
    content = documents.bent(documents.typeset(documents.SECRET), crop=(60, 400, 560, 820), rotation=90)
    result, boxes = redacted(tmp_path, content, ["张三丰"])
    assert open_source(tmp_path / "source.pdf").sizes()[0] == pytest.approx((420, 500))
    assert boxes and all(darkness(result, box) < 130 for box in boxes)


def test_what_the_crop_box_hides_does_not_come_along(tmp_path: Path) -> None:
    content = documents.bent(documents.typeset(documents.SECRET), crop=(0, 0, 595, 300))
    result, _boxes = redacted(tmp_path, content, [])
    assert text_of(result) == "" and not any(form in every_byte(result) for form in forms("张三丰"))


def test_a_scan_is_covered_in_its_own_pixels(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG"):
        source = documents.written(
            tmp_path, documents.scan("Zhang Sanfeng", kind=kind), f"scan.{kind.lower()}"
        )
        box = Box(1, 100 * 0.36, 100 * 0.36, 300 * 0.36, 60 * 0.36)
        target = tmp_path / "out.pdf"
        assert isolation.burn(source, boxes=[(box, "15-2")], legend=[], target=target) == (1, [])
        assert darkness(target, box) < 110
        assert isolation.sizes(target)[0] == pytest.approx((360, 504), abs=0.5)


def test_what_a_camera_wrote_into_a_photo_does_not_come_along(tmp_path: Path) -> None:
    photo = Image.new("RGB", (400, 400), "white")
    notes = photo.getexif()
    notes[0x010E] = "Zhang Sanfeng at home"  # ImageDescription
    kept = io.BytesIO()
    photo.save(kept, "JPEG", exif=notes, comment=b"Zhang Sanfeng")
    source = documents.written(tmp_path, kept.getvalue(), "photo.jpg")
    target = tmp_path / "out.pdf"
    assert isolation.burn(source, boxes=[(Box(1, 1, 1, 9, 9), "37")], legend=[], target=target) == (1, [])
    assert b"Zhang" in kept.getvalue() and b"Zhang" not in every_byte(target)


def test_a_transparent_picture_is_shown_on_white(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(target, "PNG")
    source = documents.written(tmp_path, target.getvalue(), "empty.png")
    shown = Image.open(io.BytesIO(isolation.picture(source, page=1, dpi=72))).convert("L")
    assert shown.getextrema() == (255, 255)


def test_text_over_a_black_box_and_white_text_are_found_and_go(tmp_path: Path) -> None:
    """The usual mistake: a black box drawn over text, or white text, which anybody can copy out."""
    markup = """
#let bar = rect(width: 8cm, height: 20pt, fill: black)
#place(dx: 0pt, dy: 100pt, text(fill: white, "白字李四光秘密"))
#place(dx: 0pt, dy: 150pt, { text("盖住王五常秘密"); place(dx: 0pt, dy: -14pt, bar) })
#place(dx: 0pt, dy: 200pt, { bar; place(dx: 0pt, dy: -18pt, text("框上赵六明秘密")) })
"""
    content = documents.typeset("正文", before=markup)
    result, boxes = redacted(tmp_path, content, ["李四光", "王五常", "赵六明"])
    assert len(boxes) == 3 and text_of(result) == ""
    assert not any(
        form in every_byte(result) for name in ("李四光", "王五常", "赵六明") for form in forms(name)
    )


def test_hidden_text_that_nobody_marked_does_not_come_along_either(tmp_path: Path) -> None:
    content = documents.typeset("正文", before='#place(dy: 100pt, text(fill: white, "隐藏文字李四光"))')
    source = documents.written(tmp_path, content)
    target = tmp_path / "out.pdf"
    assert isolation.burn(source, boxes=[(Box(1, 0, 0, 10, 10), "37")], legend=[], target=target) == (1, [])
    assert text_of(target) == ""


def test_notes_and_attachments_do_not_come_along(tmp_path: Path) -> None:
    content = documents.with_note_and_attachment(documents.typeset("正文"), "批注里的张三丰")
    result, _boxes = redacted(tmp_path, content, ["正文"])
    with pdfium.PdfDocument(result) as document:
        assert document.count_attachments() == 0
        assert raw.FPDFPage_GetAnnotCount(document[0]) == 0
    assert not any(form in every_byte(result) for form in forms("张三丰"))


@pytest.mark.parametrize("rotation", [0, 90])
def test_numbers_that_notes_and_form_fields_show_are_found_and_covered(tmp_path: Path, rotation: int) -> None:
    content = documents.filled_form(rotation)
    source = documents.written(tmp_path, content, "before.pdf")
    result, boxes = redacted(tmp_path, content, [])
    kinds = [kind for _box, kind, _hint in isolation.find(source, words=[], kinds=KINDS)]
    assert sorted(kinds) == ["id_card", "mobile", "mobile"]
    assert all(darkness(source, box) > 150 and darkness(result, box) < 110 for box in boxes)
    runs, _visible = hidden_runs(open_source(source).characters(1), boxes)
    assert {"360426199101010071", "13800138000", "13700137000"} <= set(runs)
    for secret in ("360426199101010071", "13800138000", "13700137000", "13900139000"):
        assert not any(form in every_byte(result) for form in forms(secret))


def test_a_note_that_still_shows_a_covered_text_is_pointed_at(tmp_path: Path) -> None:
    source = documents.written(tmp_path, documents.filled_form())
    note, *_rest = isolation.find(source, words=[], kinds=("id_card",))
    assert isolation.repeats(source, [(note[0], "15-2")]) == []
    word = isolation.find(source, words=["13800138000"], kinds=())
    assert len(word) == 1


@pytest.mark.parametrize("digits", ["3 6 0 4 2 6 1 9 9 1 0 1 0 1 0 0 7 1", "1 3 8 0 0 1 3 8 0 0 0"])
def test_a_number_with_one_digit_to_each_box_of_a_form_is_found(tmp_path: Path, digits: str) -> None:
    source = documents.written(tmp_path, documents.typeset(f"号码 {digits} 填写"))
    found = isolation.find(source, words=[], kinds=KINDS)
    assert len(found) == 1
    runs, _visible = hidden_runs(open_source(source).characters(1), [found[0][0]])
    assert "".join(runs[0].split()) == digits.replace(" ", "")


def test_single_digits_of_a_table_that_make_no_number_are_left_alone(tmp_path: Path) -> None:
    source = documents.written(tmp_path, documents.typeset("得分 3 6 0 4 2 6 1 9 9 1 0 1 0 1 0 0 7 2 合计"))
    assert isolation.find(source, words=[], kinds=KINDS) == []


def test_an_older_version_inside_the_file_does_not_come_along(tmp_path: Path) -> None:
    content = documents.with_older_version("OLD SECRET ZHANG", "NEW TEXT")
    assert b"OLD SECRET ZHANG" in content
    result, boxes = redacted(tmp_path, content, ["NEW"])
    assert len(boxes) == 1 and b"SECRET" not in every_byte(result)


def test_the_title_of_the_original_does_not_come_along(tmp_path: Path) -> None:
    result, _boxes = redacted(tmp_path, documents.plain_pdf("SOME TEXT", info="ZHANG SANFENG"), ["SOME"])
    assert b"ZHANG" not in every_byte(result)


def test_colours_stay_and_pages_without_them_are_grey(tmp_path: Path) -> None:
    red = documents.typeset("正文", before="#place(dy: 200pt, circle(radius: 2cm, fill: red))")
    source = documents.written(tmp_path, red)
    target = tmp_path / "out.pdf"
    isolation.burn(source, boxes=[(Box(1, 0, 0, 10, 10), "37")], legend=[], target=target)
    shown = Image.open(io.BytesIO(isolation.picture(target, page=1, dpi=36)))
    assert any(
        pixel[0] > 200 and pixel[1] < 90 for _count, pixel in shown.convert("RGB").getcolors(1 << 20) or []
    )
    grey = documents.written(tmp_path, documents.typeset("正文"), "grey.pdf")
    isolation.burn(grey, boxes=[(Box(1, 0, 0, 10, 10), "37")], legend=[], target=target)
    assert b"/DeviceGray" in target.read_bytes()


numbers = st.floats(0, 900, allow_nan=False)
places = st.tuples(numbers, numbers, st.floats(1, 400), st.floats(1, 400))


@given(
    text=st.text("甲乙丙丁戊己庚辛壬癸子丑寅卯0123456789abcXYZ", min_size=4, max_size=60),
    places=st.lists(places, min_size=1, max_size=6),
    rotation=st.sampled_from([0, 90, 180, 270]),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_covered_wherever_never_survives(
    tmp_path: Path, text: str, places: list[tuple[float, float, float, float]], rotation: int
) -> None:
    content = documents.bent(documents.typeset(text), rotation=rotation)
    source = open_source(documents.written(tmp_path, content))
    width, height = source.sizes()[0]
    boxes = [
        inside
        for left, top, wide, high in places
        if (inside := Box(1, left, top, wide, high).within(width, height))
    ]
    boxes += [found.box for found in find(source, words=[text[:3]], kinds=())]
    marks = [(box, "15-2") for box in boxes]
    target = tmp_path / "out.pdf"
    burn(source, marks, [], target)
    assert faults(source, marks, target, 0) == []
    assert text_of(target) == ""
    assert not any(form in every_byte(target) for form in forms(text) if len(form) > 6)
    assert not any(_looks_like_paper(target, box) for box in boxes if box.width > 4 and box.height > 4)


def _looks_like_paper(path: Path, box: Box) -> bool:
    """White shows only as the letters of the code, which cover less than half."""
    return darkness(path, box, dpi=72) > 130


def test_the_check_finds_text_that_was_only_painted_over(tmp_path: Path) -> None:
    """The proof is no formality: a result made the wrong way (a rectangle over living text) is refused."""
    source = open_source(documents.written(tmp_path, documents.typeset(documents.SECRET)))
    boxes = [(found.box, "15-2") for found in find(source, words=["张三丰"], kinds=())]
    painted = tmp_path / "painted.pdf"
    painted.write_bytes(documents.typeset(documents.SECRET))
    assert {"text", "objects", "box"} <= set(faults(source, boxes, painted, 0))


def test_the_check_finds_a_box_that_is_not_there(tmp_path: Path) -> None:
    source = open_source(documents.written(tmp_path, documents.typeset(documents.SECRET)))
    boxes = [(found.box, "15-2") for found in find(source, words=["张三丰"], kinds=())]
    target = tmp_path / "out.pdf"
    burn(source, [], [], target)
    assert faults(source, boxes, target, 0) == ["box"]


def test_the_check_finds_a_hidden_text_in_any_stream_and_encoding(tmp_path: Path) -> None:
    for form in forms("张三丰秘密"):
        packed = zlib.compress(b"junk" + form)
        content = b"%PDF-1.4\n1 0 obj<<>>stream\n" + packed + b"\nendstream endobj"
        assert holds_any(content, {"张三丰秘密"})
        assert holds_any(b"(" + form + b")", {"张三丰秘密"})
    assert not holds_any(b"%PDF-1.4 nothing here", {"张三丰秘密"})


def test_extra_baggage_in_a_result_is_refused(tmp_path: Path) -> None:
    source = open_source(documents.written(tmp_path, documents.typeset("正文")))
    target = tmp_path / "out.pdf"
    burn(source, [], [], target)
    clean = target.read_bytes()
    target.write_bytes(documents.with_note_and_attachment(clean, "夹带"))
    assert {"notes", "attachments", "structure"} <= set(faults(source, [], target, 0))
    target.write_bytes(clean + b"\n%%EOF\n")
    assert faults(source, [], target, 0) == ["structure"]
    target.write_bytes(clean)
    assert faults(source, [], target, 1) == ["pages"]
