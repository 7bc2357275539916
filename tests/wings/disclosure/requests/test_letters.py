"""Every letter of disclosure on request: sound, on its provision, sent when its act is taken and fixed for good."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pypdfium2
import pytest

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, CaseFile
from gongkai.engines.casework.services import attach
from gongkai.engines.letters.declarations import LetterDraft, LetterKind
from gongkai.engines.letters.linting import lint
from gongkai.engines.letters.models import Letter
from gongkai.engines.letters.remedies import remedies
from gongkai.engines.letters.services import LetterRefused, approve_letter, print_docx
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import OrganKind
from gongkai.wings.disclosure.requests.correspondence import review_organ
from gongkai.wings.disclosure.requests.letters import for_outcome, request_letters
from gongkai.wings.disclosure.requests.outcomes import outcomes
from tests.factories import organ
from tests.factories_disclosure import GIVEN, D, Office, accepted, decide, do, office, request

NAMED = (
    "登记回执", "补正告知书", "延长答复期限告知书", "征求第三方意见书", "第三方意见书", "征求意见函", "政府信息公开告知书",
    "部分公开告知书", "已主动公开告知书", "不予公开告知书", "无法提供告知书", "不存在告知书", "不予处理告知书",
    "非本机关负责", "收费通知", "视为放弃", "逾期未缴费", "送达回证",
)  # fmt: skip


def sample(kind: LetterKind, day: dt.date) -> LetterDraft:
    facts = {name: GIVEN.get(name, "内容") for name in kind.places}
    return LetterDraft(
        kind=kind,
        organ="测试市人民政府办公室",
        addressee="张三丰",
        dated_on=day,
        facts=facts,
        number=f"测府公开〔{day.year}〕1号" if kind.numbered else "",
        outcome=kind.outcomes[0] if kind.outcomes else "",
        remedies=remedies(kind.regime, day, review_organ="测试市人民政府"),
    )


@pytest.mark.parametrize("kind", request_letters(), ids=lambda kind: kind.code)
@pytest.mark.parametrize("day", ["2020-05-11", "2024-05-10"])
def test_every_kind_is_sound_in_the_law_of_its_day(kind: LetterKind, day: str) -> None:
    assert lint(sample(kind, D(day)), today=D("2026-11-23")) == []


def test_all_letters_the_procedure_asks_for_are_there() -> None:
    titles = " ".join(kind.title for kind in request_letters())
    assert [name for name in NAMED if name not in titles] == []
    assert {each.code for each in outcomes()} == {
        code for kind in request_letters() for code in kind.outcomes
    }


def test_a_refusal_tells_of_remedies_and_a_receipt_does_not() -> None:
    assert for_outcome("process").regime == "refusal" and for_outcome("granted").regime == "decision"
    assert {kind.code for kind in request_letters() if kind.regime == "none" and kind.outcomes} == {
        "withdrawn"
    }


# -- On the way through a case -----------------------------------------------------------------------


@pytest.fixture
def at(db: None) -> Office:
    return office(phone="0898-12345678", disclosure_office="公开科")


def sent(case: Case) -> list[str]:
    return [
        file.title.split(" ")[0]
        for file in CaseFile.objects.filter(case=case, purpose="letter").order_by("id")
    ]


def words(file: CaseFile) -> str:
    with pypdfium2.PdfDocument(file.file.path) as pdf:
        return "".join("".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_the_letters_of_a_long_case_in_order(at: Office) -> None:
    case = request(at, "2021-05-06").case
    do(case, "ask_correction", at.officer, "2021-05-07", unclear="请说明年份", days=10)
    do(case, "receive_correction", at.handler, "2021-05-10", text="2019年度")
    do(case, "consult_third_party", at.handler, "2021-05-11", third_party="甲公司", matter="合同价款")
    do(case, "third_party_opinion", at.handler, "2021-05-12", third_party="甲公司", opinion="agrees")
    do(case, "end_third_party", at.handler, "2021-05-12", ended_on="2021-05-12")
    do(case, "charge_fee", at.officer, "2021-05-13", scale="pages", quantity=68, how_to_pay="非税收入账户")
    do(case, "receive_payment", at.registrar, "2021-05-14", paid_on="2021-05-14", amount="380")
    do(case, "propose_extension", at.handler, "2021-05-17", days=5, why="信息量较大")
    do(case, "approve_extension", at.head, "2021-05-17", days=5, why="信息量较大")
    decide(case, at, "granted", "2021-05-18")
    assert sent(case) == [
        "政府信息公开申请登记回执",
        "政府信息公开申请补正告知书",
        "政府信息公开征求第三方意见书",
        "第三方意见书",
        "政府信息公开信息处理费收费通知",
        "政府信息公开延长答复期限告知书",
        "政府信息公开告知书",
        "送达回证",
    ]
    shown = [
        file.title.split(" ")[0]
        for file in case.files.filter(for_applicant=True, purpose="letter").order_by("id")
    ]
    assert "政府信息公开征求第三方意见书" not in shown and "送达回证" not in shown and len(shown) == 5
    fee = words(case.files.get(title__startswith="政府信息公开信息处理费"))
    assert "380元" in fee and "38×10=380" in fee and "2021年6月10日" in fee


def test_the_day_in_a_letter_is_the_day_of_the_clock(at: Office) -> None:
    case = request(at, "2020-04-20").case
    do(case, "ask_correction", at.officer, "2020-04-28", unclear="请说明年份", days=10)
    assert "2020年5月14日前" in words(case.files.get(title__startswith="政府信息公开申请补正告知书"))


def test_the_reply_shows_when_it_is_served_and_not_before(at: Office) -> None:
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-05-11", "process", reasons="属于讨论记录")
    do(case, "pass_legal", at.legal, "2020-05-11")
    do(case, "pass_secrecy", at.secrecy, "2020-05-11")
    do(case, "approve", at.head, "2020-05-12")
    reply = case.files.get(title__startswith="政府信息不予公开告知书")
    assert not reply.for_applicant
    text = words(reply)
    assert (
        "第十六条第二款" in text and "6个月内" in text and "2020年5月12日" in text and "0898-12345678" in text
    )
    do(case, "serve", at.officer, "2020-05-13", way="online", proof="系统送达")
    reply.refresh_from_db()
    assert reply.for_applicant


def test_a_returned_decision_drops_its_draft_and_numbers_have_no_gap(at: Office) -> None:
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-05-11", "granted", information="附件")
    do(case, "return_draft", at.legal, "2020-05-11", why="依据不足")
    decide(case, at, "process", "2020-05-12")
    assert list(Letter.objects.exclude(number="").values_list("number", flat=True)) == ["测府公开〔2020〕1号"]
    assert Letter.objects.filter(state="dropped").count() == 1


def test_an_approved_letter_does_not_change_any_more(at: Office) -> None:
    decide(accepted(at), at, "granted", "2020-05-11")
    letter = Letter.objects.get(kind="granted")
    with pytest.raises(LetterRefused):
        approve_letter(letter=letter, actor="system", today=D("2020-05-12"))
    assert letter.pdf is not None
    entry = Entry.objects.get(verb="letter.approve", subject=f"letter:{letter.pk}")
    assert letter.pdf.sha256 in entry.body
    assert "张三丰" not in "".join(Entry.objects.values_list("body", flat=True))


def test_departments_are_reviewed_by_the_government_of_their_level(db: None) -> None:
    city = organ("测试市人民政府", kind=OrganKind.GOVERNMENT)
    on = D("2024-01-01")
    bureau = organ("测试市财政局", parent=city)
    assert review_organ(bureau, on) == "测试市人民政府"
    assert review_organ(bureau, D("2023-12-31")) == "测试市人民政府或者上一级主管部门"
    assert review_organ(city, on) == "上一级人民政府"
    assert review_organ(organ("测试市政府办公室", kind=OrganKind.OFFICE, parent=city), on) == "上一级人民政府"
    district = organ("测试市东区人民政府", kind=OrganKind.GOVERNMENT, parent=city)
    assert review_organ(district, on) == "测试市人民政府"
    assert (
        review_organ(organ("东区政府办公室", kind=OrganKind.OFFICE, parent=district), on) == "测试市人民政府"
    )


def test_letters_speak_to_a_person_and_to_an_organisation_each_in_their_way(at: Office) -> None:
    person = decide(accepted(at), at, "granted", "2020-05-11")
    company = accepted(
        at,
        applicant_kind="business",
        name="测试有限公司",
        identity_kind="credit_code",
        identity_number="91350100M000100Y43",
        contact_name="李四",
    )
    decide(company, at, "granted", "2020-05-11")
    for case, you in ((person, "你于"), (company, "你单位于")):
        told = print_docx(Letter.objects.get(kind="granted", subject=case.ledger_name))
        words = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(told)).paragraphs)
        assert you in words and "你（单位）" not in words


def test_letters_after_a_correction_say_what_was_made_of_the_request(at: Office) -> None:
    case = request(at, "2021-05-06").case
    do(case, "ask_correction", at.officer, "2021-05-07", unclear="请说明年份", days=10)
    do(case, "receive_correction", at.handler, "2021-05-10", text="2019年度\n决算")
    decide(case, at, "granted", "2021-05-18")
    before, after = (Letter.objects.get(kind=kind) for kind in ("correction", "granted"))
    assert after.pdf is not None and before.pdf is not None
    assert "经补正，申请内容为：2019年度 决算。" in docx_words(after)
    assert "经补正" not in "".join(docx_words(before))


def docx_words(letter: Letter) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(print_docx(letter))).paragraphs]


def test_an_approved_letter_is_printed_again_in_the_words_of_its_day(at: Office) -> None:
    decide(accepted(at), at, "granted", "2020-05-11")
    letter = Letter.objects.get(kind="granted")
    before = [paragraph.text for paragraph in docx.Document(io.BytesIO(print_docx(letter))).paragraphs]
    type(at.organ).objects.filter(pk=at.organ.pk).update(name="后来的机关")
    letter = Letter.objects.get(kind="granted")
    after = [paragraph.text for paragraph in docx.Document(io.BytesIO(print_docx(letter))).paragraphs]
    assert before == after and "后来的机关" not in "".join(after)


def test_a_name_no_typeface_has_keeps_nobody_from_asking(at: Office) -> None:
    case = request(at, name="张\U000e01f0\U0003ffff三").case
    assert case.state == "registered"


def test_a_letter_that_goes_out_carries_the_organs_seal(at: Office) -> None:
    from PIL import Image

    from gongkai.foundation.files.services import store
    from gongkai.foundation.organs.services import amend_organ

    image = io.BytesIO()
    Image.new("RGBA", (200, 200), (200, 0, 0, 128)).save(image, "PNG")
    seal = store(content=image.getvalue(), name="公章.png", actor="system")
    amend_organ(organ=at.organ, actor="system", seal=seal)
    case = decide(accepted(at), at, "granted", "2020-05-11")

    def images(title: str) -> int:
        with pypdfium2.PdfDocument(case.files.get(title__startswith=title).file.path) as pdf:
            return sum(
                thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for page in pdf for thing in page.get_objects()
            )

    assert images("政府信息公开告知书") == 1 and images("送达回证") == 0


def put_to(case: Case, at: Office, name: str) -> str:
    """A file for the applicant that no decision names, as the redaction desk puts it there."""
    file = store(content=name.encode(), name=name, actor=at.handler.ledger_name)
    attach(case=case, file=file, title=name, purpose="answer", actor=Actor(user=at.handler))
    return name


@pytest.mark.parametrize(("outcome", "given"), [("partial", ["审批前.txt"]), ("secret", [])])
def test_what_the_head_could_not_see_does_not_go_out(at: Office, outcome: str, given: list[str]) -> None:
    """Nor does anything with an answer that discloses nothing."""
    case = accepted(at)
    do(case, "propose_decision", at.handler, "2020-05-11", outcome, **GIVEN)
    put_to(case, at, "审批前.txt")
    do(case, "pass_legal", at.legal, "2020-05-11")
    do(case, "pass_secrecy", at.secrecy, "2020-05-11")
    do(case, "approve", at.head, "2020-05-11")
    put_to(case, at, "审批后.txt")
    do(case, "serve", at.officer, "2020-05-11", way="online", proof="收据 1")
    out = case.files.filter(purpose="answer", for_applicant=True)
    assert [kept.title for kept in out] == given
