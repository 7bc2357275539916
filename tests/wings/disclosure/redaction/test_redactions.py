"""From taking a document in to its release: who may, in which state, and what the ledger says of it."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import keep_made, store
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.redaction import isolation, services
from gongkai.wings.disclosure.redaction.errors import RedactionRefused
from gongkai.wings.disclosure.redaction.geometry import Box
from gongkai.wings.disclosure.redaction.models import Mark, MarkState, Redaction, RedactionState
from tests.factories import organ, staff
from tests.remembered import remembered
from tests.wings.disclosure.redaction import documents

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Desk:
    organ: Organ
    handler: User
    officer: User
    legal: User


@pytest.fixture
@remembered
def at() -> Desk:
    place = organ()
    roles = (Role.HANDLER, Role.DISCLOSURE_OFFICER, Role.LEGAL_REVIEWER)
    return Desk(place, *(staff("", role, at=place) for role in roles))


def kept(content: bytes, name: str = "张三丰申请表.pdf") -> StoredFile:
    return store(content=content, name=name, actor="system")


def started(at: Desk, content: bytes | None = None, **more: Any) -> Redaction:
    source = kept(content or documents.typeset(documents.SECRET))
    given = {"subject": "case:12", "organ": at.organ, "source": source, "actor": at.handler}
    return services.start(**(given | more))


def all_found_covered(redaction: Redaction, at: Desk, words: tuple[str, ...] = ("张三丰",)) -> list[Mark]:
    marks = services.suggest(redaction=redaction, actor=at.handler, words=words)
    services.accept(redaction=redaction, marks=[mark.pk for mark in marks], reason="15-2", actor=at.handler)
    return marks


def burned(at: Desk, content: bytes | None = None) -> Redaction:
    redaction = started(at, content)
    all_found_covered(redaction, at)
    return services.burn(redaction=redaction, actor=at.handler)


def test_a_document_goes_out_with_nothing_of_the_hidden_text(at: Desk) -> None:
    redaction = services.confirm(redaction=burned(at), actor=at.officer)
    file = services.released(redaction)
    assert file.name == f"redacted-{redaction.pk}.pdf"
    with pdfium.PdfDocument(file.path) as document:
        assert len(document) == 2, "the last page says what the codes mean"
        assert all(page.get_textpage().count_chars() == 0 for page in document)
    original = redaction.source.path.read_bytes()
    assert hashlib.sha256(original).hexdigest() == redaction.source.sha256


@pytest.mark.once
def test_the_whole_way_with_child_processes_started_from_nothing(
    children_start_from_nothing: None, at: Desk
) -> None:
    redaction = services.confirm(redaction=burned(at), actor=at.officer)
    assert services.released(redaction).path.read_bytes().startswith(b"%PDF")


def test_the_ledger_and_the_log_tell_places_and_reasons_but_never_the_text(at: Desk) -> None:
    redaction = services.confirm(redaction=burned(at), actor=at.officer)
    entries = Entry.objects.filter(subject="case:12", stream=redaction.ledger_stream).order_by("seq")
    verbs = [entry.verb for entry in entries]
    assert verbs == [
        "redaction.started",
        "redaction.searched",
        "redaction.marked",
        "redaction.burned",
        "redaction.confirmed",
    ]
    told = json.loads(entries[3].body)
    assert told["source"] == redaction.source.sha256 and redaction.result is not None
    assert told["result"] == redaction.result.sha256
    assert {mark["reason"] for mark in told["marks"]} == {"15-2"} and len(told["marks"]) == 3
    log = services.log(redaction)
    assert log["burned"]["by"] == at.handler.ledger_name and len(log["marks"]) == 3
    everything = json.dumps([entry.body for entry in entries], ensure_ascii=False) + json.dumps(
        log, ensure_ascii=False
    )
    # Whole secrets and their masked hints: shorter parts of a number also turn up in times and digests by chance.
    for secret in ("张", "三丰", "360426199101010071", "360426****", "13800138000", "138****"):
        assert secret not in everything
    assert not redaction.marks.exclude(hint="").exists()


def test_what_is_found_is_kept_masked_only(at: Desk) -> None:
    marks = services.suggest(redaction=started(at), actor=at.handler, words=["张三丰", "  "])
    assert {mark.hint for mark in marks} == {"张**", "360426********0071", "138****8000"}
    assert all(mark.state == MarkState.PROPOSED for mark in marks)


def test_a_second_search_proposes_nothing_twice_and_nothing_that_was_rejected(at: Desk) -> None:
    redaction = started(at)
    marks = services.suggest(redaction=redaction, actor=at.handler, words=["张三丰"])
    services.unmark(redaction=redaction, marks=[marks[0].pk], actor=at.handler)
    assert services.suggest(redaction=redaction, actor=at.handler, words=["张三丰"]) == []
    assert redaction.marks.filter(state=MarkState.REJECTED).count() == 1


def test_words_are_found_in_both_scripts_over_line_ends_and_full_width(at: Desk) -> None:
    text = "張三豐住在这里。" + "字" * 20 + "李　四光。ＡＢＣ公司"
    redaction = started(at, documents.typeset(text))
    found = services.suggest(redaction=redaction, actor=at.handler, words=["张三丰", "李四光", "abc公司"])
    assert {mark.hint for mark in found} >= {"张**", "李**"} and len({mark.hint for mark in found}) == 3


def test_a_word_over_the_end_of_a_line_is_covered_on_both_lines(at: Desk) -> None:
    redaction = started(at, documents.typeset("甲" * 31 + "欧阳长风" + "乙" * 10))
    found = services.suggest(redaction=redaction, actor=at.handler, words=["欧阳长风"], kinds=())
    assert len(found) == 2 and found[0].top < found[1].top


def test_nothing_marked_or_undecided_is_not_burned(at: Desk) -> None:
    redaction = started(at)
    with pytest.raises(RedactionRefused) as refusal:
        services.burn(redaction=redaction, actor=at.handler)
    assert refusal.value.code == "marks"
    services.suggest(redaction=redaction, actor=at.handler)
    services.mark(redaction=redaction, box=Box(1, 10, 10, 50, 50), reason="15-1", actor=at.handler)
    with pytest.raises(RedactionRefused) as refusal:
        services.burn(redaction=redaction, actor=at.handler)
    assert refusal.value.code == "marks" and "2" in refusal.value.message


def test_a_covered_text_that_stands_elsewhere_too_is_pointed_at(at: Desk) -> None:
    redaction = started(at, documents.typeset("申请人张三丰", pages=3))
    marks = services.suggest(redaction=redaction, actor=at.handler, words=["张三丰"])
    services.accept(redaction=redaction, marks=[marks[0].pk], reason="15-2", actor=at.handler)
    services.unmark(redaction=redaction, marks=[mark.pk for mark in marks[1:]], actor=at.handler)
    with pytest.raises(RedactionRefused) as refusal:
        services.burn(redaction=redaction, actor=at.handler)
    assert refusal.value.code == "repeats" and "2、3" in refusal.value.message
    services.leave_repeats(redaction=redaction, actor=at.handler)
    services.mark(redaction=redaction, box=Box(1, 10, 10, 20, 20), reason="37", actor=at.handler)
    with pytest.raises(RedactionRefused):  # that decision was for other marks
        services.burn(redaction=redaction, actor=at.handler)
    services.leave_repeats(redaction=redaction, actor=at.handler)
    assert services.burn(redaction=redaction, actor=at.handler).state == RedactionState.BURNED
    assert Entry.objects.filter(verb="redaction.repeats-left").count() == 2


def test_who_burned_or_began_it_cannot_confirm_it(at: Desk) -> None:
    redaction = started(at, actor=at.officer)
    all_found_covered(redaction, at)
    services.burn(redaction=redaction, actor=at.legal)
    for person, code in ((at.officer, "same-person"), (at.legal, "same-person"), (at.handler, "role")):
        with pytest.raises(RedactionRefused) as refusal:
            services.confirm(redaction=redaction, actor=person)
        assert refusal.value.code == code
    other = staff("", Role.LEGAL_REVIEWER, at=at.organ)
    assert services.confirm(redaction=redaction, actor=other).state == RedactionState.RELEASED


def test_the_database_refuses_one_pair_of_eyes(at: Desk) -> None:
    redaction = burned(at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).update(state="released", confirmed_by=at.handler)


def test_before_confirmation_nothing_is_released(at: Desk) -> None:
    redaction = started(at)
    for each in (redaction, burned(at)):
        with pytest.raises(RedactionRefused) as refusal:
            services.released(each)
        assert refusal.value.code == "not-released"


def test_after_burning_marks_stand_until_it_is_reopened(at: Desk) -> None:
    redaction = burned(at)
    with pytest.raises(RedactionRefused) as refusal:
        services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason="37", actor=at.handler)
    assert refusal.value.code == "state"
    redaction = services.reopen(redaction=redaction, actor=at.legal)
    assert redaction.state == RedactionState.OPEN and redaction.result is None
    services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason="37", actor=at.handler)
    services.confirm(redaction=services.burn(redaction=redaction, actor=at.handler), actor=at.officer)
    with pytest.raises(RedactionRefused):
        services.reopen(redaction=redaction, actor=at.legal)


def test_a_redaction_begun_by_mistake_is_thrown_away_on_record(at: Desk) -> None:
    redaction = started(at)
    services.suggest(redaction=redaction, actor=at.handler)
    thrown = services.discard(redaction=redaction, actor=at.handler)
    assert thrown.state == RedactionState.DISCARDED
    assert not thrown.marks.exclude(hint="").exists()
    entry = Entry.objects.filter(verb="redaction.discarded").get()
    assert (
        json.loads(entry.body)["source"] == redaction.source.sha256 and entry.actor == at.handler.ledger_name
    )
    box = Box(1, 100, 100, 50, 20)
    for act in (
        lambda: services.mark(redaction=thrown, box=box, reason="15-2", actor=at.handler),
        lambda: services.suggest(redaction=thrown, actor=at.handler),
        lambda: services.burn(redaction=thrown, actor=at.handler),
        lambda: services.discard(redaction=thrown, actor=at.handler),
        lambda: services.confirm(redaction=thrown, actor=at.officer),
        lambda: services.released(thrown),
    ):
        with pytest.raises(RedactionRefused):
            act()


def test_what_is_burned_goes_back_to_marking_before_it_is_thrown_away(at: Desk) -> None:
    redaction = burned(at)
    with pytest.raises(RedactionRefused) as refused:
        services.discard(redaction=redaction, actor=at.handler)
    assert refused.value.code == "state"
    services.reopen(redaction=redaction, actor=at.handler)
    assert services.discard(redaction=redaction, actor=at.handler).result is None


def test_marks_changed_while_it_burns_are_not_passed_over(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    redaction = started(at)
    all_found_covered(redaction, at)
    real = isolation.burn

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason="37", actor=at.legal)
        return real(*arguments, **named)

    monkeypatch.setattr(isolation, "burn", meanwhile)
    with pytest.raises(RedactionRefused) as refusal:
        services.burn(redaction=redaction, actor=at.handler)
    assert refusal.value.code == "changed"
    assert Redaction.objects.get(pk=redaction.pk).state == RedactionState.OPEN


def test_a_result_that_fails_the_check_is_thrown_away(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    redaction = started(at)
    all_found_covered(redaction, at)
    monkeypatch.setattr(isolation, "burn", lambda *_arguments, **_named: (1, ["text"]))
    with pytest.raises(RedactionRefused) as refusal:
        services.burn(redaction=redaction, actor=at.handler)
    assert refusal.value.code == "unproven" and refusal.value.reasons == ["text"]
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in ("handler", "disclosure_officer", "legal_reviewer")]
)
def test_other_roles_are_refused_every_act(at: Desk, role: Role) -> None:
    stranger = staff("", role, at=at.organ)
    redaction = started(at)
    acts = (
        lambda: services.start(subject="case:1", organ=at.organ, source=redaction.source, actor=stranger),
        lambda: services.suggest(redaction=redaction, actor=stranger),
        lambda: services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason="37", actor=stranger),
        lambda: services.accept(redaction=redaction, marks=[], reason="37", actor=stranger),
        lambda: services.unmark(redaction=redaction, marks=[], actor=stranger),
        lambda: services.leave_repeats(redaction=redaction, actor=stranger),
        lambda: services.burn(redaction=redaction, actor=stranger),
        lambda: services.confirm(redaction=redaction, actor=stranger),
        lambda: services.reopen(redaction=redaction, actor=stranger),
        lambda: services.discard(redaction=redaction, actor=stranger),
    )
    for act in acts:
        with pytest.raises(RedactionRefused) as refusal:
            act()
        assert refusal.value.code == "role"
    assert not Redaction.objects.visible_to(stranger).exists()


def test_a_role_in_another_organ_does_not_count(at: Desk) -> None:
    stranger = staff("", Role.DISCLOSURE_OFFICER, at=organ())
    redaction = started(at)
    assert not Redaction.objects.visible_to(stranger).exists()
    with pytest.raises(RedactionRefused):
        services.suggest(redaction=redaction, actor=stranger)


@pytest.mark.parametrize(
    "box",
    [
        Box(2, 10, 10, 10, 10),
        Box(0, 10, 10, 10, 10),
        Box(1, 600, 10, 10, 10),
        Box(1, 10, 10, 0, 10),
        Box(1, 10, 10, -5, 10),
        Box(1, float("nan"), 10, 10, 10),
        Box(1, 10, 10, float("inf"), 10),
        Box(1, -1e300, 10, 1e301, 10),
    ],
)
def test_a_place_off_the_page_is_refused(at: Desk, box: Box) -> None:
    with pytest.raises(ValidationError):
        services.mark(redaction=started(at), box=box, reason="37", actor=at.handler)


def test_a_place_is_cut_off_at_the_edge_of_the_page(at: Desk) -> None:
    made = services.mark(
        redaction=started(at), box=Box(1, -10, 800, 9999, 9999), reason="37", actor=at.handler
    )
    assert (made.left, made.top) == (0, 800) and made.width == pytest.approx(595.28, abs=0.1)


@pytest.mark.parametrize("code", ["", "99", "15", "<b>"])
def test_a_place_has_a_reason_of_the_regulation(at: Desk, code: str) -> None:
    redaction = started(at)
    with pytest.raises(ValidationError):
        services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason=code, actor=at.handler)
    with pytest.raises(ValidationError):
        services.accept(redaction=redaction, marks=[], reason=code, actor=at.handler)


def test_too_many_words_or_marks_are_refused(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    redaction = started(at)
    with pytest.raises(ValidationError):
        services.suggest(redaction=redaction, actor=at.handler, words=["字"] * 51)
    with pytest.raises(ValidationError):
        services.suggest(redaction=redaction, actor=at.handler, words=["字" * 101])
    monkeypatch.setattr(services, "MARK_LIMIT", 0)
    with pytest.raises(ValidationError):
        services.mark(redaction=redaction, box=Box(1, 1, 1, 9, 9), reason="37", actor=at.handler)


def test_more_places_than_marks_are_refused_and_not_left_out_silently(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    redaction = started(at, documents.typeset("甲乙" * 150))
    monkeypatch.setattr(services, "MARK_LIMIT", 149)
    with pytest.raises(ValidationError) as refusal:
        services.suggest(redaction=redaction, actor=at.handler, words=["甲乙"])
    assert refusal.value.code == "found" and not redaction.marks.exists()


def refused(at: Desk, content: bytes, name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / name
        made.write_bytes(content)
        source = keep_made(made=made, name=name, actor="system")
    with pytest.raises(ValidationError) as refusal:
        started(at, source=source)
    assert not Redaction.objects.exists()
    return str(refusal.value.code)


def test_a_word_file_is_refused_with_the_way_to_a_pdf(at: Desk) -> None:
    assert refused(at, b"PK\x03\x04 word/document.xml", "公文.docx") == "kind"


def test_broken_and_locked_documents_are_refused_by_name(at: Desk) -> None:
    assert refused(at, b"%PDF-1.7 and then nothing", "坏.pdf") == "broken"
    assert refused(at, documents.typeset("甲")[:400], "断.pdf") == "broken"
    assert refused(at, b"\x89PNG\r\n\x1a\nrubbish", "坏.png") == "broken"
    assert refused(at, locked(), "锁.pdf") == "encrypted"


def test_too_many_pages_and_too_large_pages_are_refused(at: Desk) -> None:
    document = pdfium.PdfDocument.new()
    for _page in range(301):
        document.new_page(100, 100)
    assert refused(at, documents.saved(document), "多.pdf") == "pages"
    document = pdfium.PdfDocument.new()
    document.new_page(14000, 14000)
    assert refused(at, documents.saved(document), "大.pdf") == "page-size"


def test_a_picture_that_unpacks_to_far_more_than_its_size_is_refused_unread(at: Desk) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1_000_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    assert refused(at, bomb, "炸.png") == "picture-size"


def test_a_pdf_with_a_bomb_inside_harms_nobody(at: Desk) -> None:
    """A picture of 30,000 × 30,000 pixels in a few bytes: drawn within the limits of the child, or refused; alive."""
    packed = zlib.compress(b"\0" * 40_000_000, 9)
    image = (
        b"<</Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    )
    content = documents.plain_pdf("X").replace(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", image)
    redaction = started(at, content)
    try:
        shown = services.page_picture(redaction, page=1, of=redaction.source)
    except ValidationError as refusal:
        assert refusal.code in ("heavy", "broken")
    else:
        assert io.BytesIO(shown).read(4) == b"\x89PNG"


def locked() -> bytes:
    """The standard security handler, revision 2 (ISO 32000-1, 7.6.3): enough to ask for a password."""
    pad = bytes(range(32))
    entry = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (pad.hex().encode(), pad[::-1].hex().encode())
    content = documents.plain_pdf("LOCKED TEXT")
    return content.replace(b"/Info 6 0 R", b"/Info 6 0 R/ID[<00><00>]/Encrypt " + entry)
