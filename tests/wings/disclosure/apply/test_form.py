"""The form from the first page to the receipt: kept, refused, changed, sent once."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from gongkai.engines.press.declarations import registry
from gongkai.wings.disclosure.apply import drafts
from gongkai.wings.disclosure.apply.models import Draft, DraftFile, Guesses
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.services import by_query_code
from tests.factories_disclosure import Office
from tests.wings.disclosure.apply.conftest import ANSWERS, Visitor, codes_of, text_of

Visitors = Callable[..., Visitor]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize("root", ["", "/hant"])
def test_an_application_becomes_a_request_with_number_and_code(
    at: Office, visitor: Visitors, root: str
) -> None:
    number, code = visitor(root=root).apply(at.organ.code)
    found = by_query_code(number=number, code=code)
    assert found is not None
    assert found.case.applicant is not None
    assert found.case.applicant.name == "后羿"  # not 後羿, whatever script the page was in
    assert found.description == "2019年本机关“三公”经费支出情况"
    assert found.case.channel == "internet"
    assert found.case.state == "unconfirmed"  # 条例 Art. 31: received when both sides have confirmed
    assert Request.objects.count() == 1


def test_no_page_asks_what_the_information_is_for(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    asked = ""
    for slug, values in ANSWERS.items():
        asked += text_of(somebody.get(f"/request/apply/{slug}/"))
        somebody.post(f"/request/apply/{slug}/", **values)
    names = set(re.findall(r'name="(\w+)"', asked))
    assert names & {"purpose", "use", "reason"} == set()
    assert "无需说明用途" in asked


def test_in_traditional_characters_the_page_changes_and_the_answers_do_not(
    at: Office, visitor: Visitors
) -> None:
    somebody = visitor(root="/hant")
    somebody.begin(at.organ.code)
    somebody.fill("contact")
    somebody.post("/request/apply/contact/", phone="13800138000", address="南海后街1号")
    page = text_of(somebody.get("/request/apply/contact/"))
    assert 'lang="zh-Hant"' in page
    assert "聯繫方式" in page or "聯絡方式" in page
    assert 'value="南海后街1号"' in page  # not 後街1號


def test_every_fault_is_named_and_nothing_is_lost(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("identity")
    answer = somebody.post(
        "/request/apply/identity/", name="", identity_kind="resident_id", identity_number="360426199101010072"
    )
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#name"' in page
    assert 'href="#identity_number"' in page
    assert 'value="360426199101010072"' in page
    assert 'aria-invalid="true"' in page


def test_a_page_cannot_be_skipped(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("contact")
    assert somebody.get("/request/apply/supply/")["Location"] == "/request/apply/contact/"
    assert somebody.get("/request/apply/check/").status_code == 200
    answer = somebody.post("/request/apply/check/")
    assert answer.status_code == 422
    assert 'href="/request/apply/information/"' in text_of(answer)
    assert Request.objects.count() == 0


def test_an_organisation_gives_its_credit_code(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.post("/request/apply/who/", applicant_kind="business")
    page = text_of(somebody.get("/request/apply/identity/"))
    assert "统一社会信用代码" in page
    assert "证件类型" not in page
    wrong = somebody.post("/request/apply/identity/", name="甲公司", identity_number="91460000MA5RC0XXX1")
    assert wrong.status_code == 422


def test_a_way_of_supply_that_needs_an_address_says_so_at_once(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("supply", contact={"email": "", "address": ""})
    answer = somebody.post("/request/apply/supply/", supply_form="paper", supply_way="post")
    assert answer.status_code == 422
    assert "联系方式" in text_of(answer)
    assert (
        somebody.post("/request/apply/supply/", supply_form="paper", supply_way="pickup").status_code == 303
    )


# -- Acting for somebody -----------------------------------------------------------------------------


def test_an_agent_hands_in_the_mandate(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("agent")
    neither = text_of(somebody.post("/request/apply/agent/", acts="agent", agent_name=""))
    assert 'href="#mandate"' in neither and 'href="#agent_name"' in neither
    without = somebody.post("/request/apply/agent/", acts="agent", agent_name="李代理")
    assert without.status_code == 422
    assert 'href="#mandate"' in text_of(without)
    with_it = somebody.post(
        "/request/apply/agent/", acts="agent", agent_name="李代理", mandate=upload("委托书.png", PNG)
    )
    assert with_it.status_code == 303
    for slug in ("information", "supply", "attachments"):
        somebody.post(f"/request/apply/{slug}/", **ANSWERS[slug])
    number, code = somebody.send()
    found = by_query_code(number=number, code=code)
    assert found is not None
    assert found.agent_name == "李代理"
    assert [file.purpose for file in found.case.files.exclude(purpose="letter")] == ["mandate"]


def test_whoever_changes_their_mind_leaves_no_agent_behind(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill(
        "information", agent={"acts": "agent", "agent_name": "李代理", "mandate": upload("书.png", PNG)}
    )
    somebody.post("/request/apply/agent/", acts="self", agent_name="李代理")
    for slug in ("information", "supply", "attachments"):
        somebody.post(f"/request/apply/{slug}/", **ANSWERS[slug])
    number, code = somebody.send()
    found = by_query_code(number=number, code=code)
    assert found is not None
    assert found.agent_name == ""
    assert not found.case.files.filter(purpose="mandate").exists()


# -- Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("eicar.com", EICAR),
        ("eicar.pdf", EICAR),
        ("照片.png", b"<html><script>alert(1)</script></html>"),
        ("表.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("页.html", b"<p>1</p>"),
        ("空.pdf", b""),
        ("无名", PNG),
        ("包.zip", b"PK\x03\x04"),
        ("大.png", PNG + b"\0" * (drafts.LARGEST_FILE + 1)),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_the_page_stays(
    at: Office, visitor: Visitors, name: str, content: bytes
) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("attachments")
    answer = somebody.post("/request/apply/attachments/", file=upload(name, content))
    if content:  # Django hands over no empty files at all
        assert answer.status_code == 422
        assert 'href="#file"' in text_of(answer)
    assert DraftFile.objects.count() == 0


def test_a_name_with_folders_and_direction_marks_is_made_harmless(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("attachments")
    somebody.post("/request/apply/attachments/", file=upload("../../附\u202e件\x00<b>.png", PNG), upload="1")
    page = text_of(somebody.get("/request/apply/attachments/"))
    assert "附件" in page
    assert "\u202e" not in page
    assert "<b>.png" not in page
    assert ".." not in page


def test_files_are_bounded_in_number_and_can_be_taken_out(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("attachments")
    for number in range(drafts.MOST_FILES + 1):
        answer = somebody.post("/request/apply/attachments/", file=upload(f"{number}.png", PNG), upload="1")
    assert answer.status_code == 422
    assert DraftFile.objects.count() == drafts.MOST_FILES
    first = DraftFile.objects.order_by("pk").values_list("pk", flat=True)[0]
    somebody.post("/request/apply/attachments/", remove=str(first))
    assert DraftFile.objects.count() == drafts.MOST_FILES - 1


def test_nobody_takes_files_out_of_the_draft_of_another(at: Office, visitor: Visitors) -> None:
    one, other = visitor(), visitor()
    for somebody in (one, other):
        somebody.begin(at.organ.code)
        somebody.fill("attachments")
    one.post("/request/apply/attachments/", file=upload("一.png", PNG), upload="1")
    other.post("/request/apply/attachments/", remove=str(DraftFile.objects.get().pk))
    assert DraftFile.objects.count() == 1


# -- Hostile texts -----------------------------------------------------------------------------------


def test_scripts_and_queries_are_text_and_nothing_else(at: Office, visitor: Visitors) -> None:
    wild = '<script>alert(1)</script>\'; DROP TABLE requests_request; -- {{ 7*7 }} {% raw %} \ue000/x " onload="a'
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("information")
    somebody.post("/request/apply/information/", description=wild, document_hint=wild)
    for path in ("/request/apply/information/", "/request/apply/check/"):
        raw = somebody.get(path).content.decode()
        assert "<script>alert" not in raw
        assert '" onload="a' not in raw
        assert "{{ 7*7 }}" in raw
    for slug in ("supply", "attachments"):
        somebody.post(f"/request/apply/{slug}/", **ANSWERS[slug])
    somebody.send()
    assert Request.objects.get().description == wild.replace("\ue000", "")


def test_signs_nobody_sees_are_taken_out(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.apply(
        at.organ.code,
        identity={**ANSWERS["identity"], "name": "后\u202e\u0000羿\u200b"},
        information={"description": "预算\x00\x07\r\n第二行\u2066\ufeff", "document_hint": ""},
    )
    made = Request.objects.select_related("case__applicant").get()
    assert made.case.applicant is not None
    assert made.case.applicant.name == "后羿"
    assert made.description == "预算\n第二行"


def test_a_text_in_another_encoding_is_asked_for_again(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("information")
    body = b"description=" + "预算".encode("gb18030").replace(b"\xd4", b"%D4")
    answer = somebody.client.post(
        "/request/apply/information/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert "无法识别" in text_of(answer)


def test_a_text_that_is_too_long_is_refused_and_comes_back(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("information")
    answer = somebody.post("/request/apply/information/", description="预" * 30_000)
    assert answer.status_code == 422
    assert text_of(answer).count("预") >= 30_000
    huge = somebody.client.post(
        "/request/apply/information/",
        "description=" + "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        content_type="application/x-www-form-urlencoded",
    )
    assert huge.status_code == 400
    assert "精简内容" in text_of(huge)
    assert Request.objects.count() == 0


@pytest.mark.parametrize("kind", ["natural'", "", "admin", "<b>", "0"])
def test_a_choice_that_does_not_exist_is_not_made(at: Office, visitor: Visitors, kind: str) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    assert somebody.post("/request/apply/who/", applicant_kind=kind).status_code == 422


@pytest.mark.parametrize("organ", ["", "keinorgan", "a\0b", "' OR 1=1 --", "x" * 5000])
def test_an_organ_that_does_not_exist_leads_to_the_list(at: Office, visitor: Visitors, organ: str) -> None:
    assert visitor().get("/request/apply/", organ=organ)["Location"] == "/request/organ/"


# -- Once and only once ------------------------------------------------------------------------------


def test_sending_twice_gives_the_same_request(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    first = somebody.apply(at.organ.code)
    assert somebody.send() == first
    assert codes_of(somebody.get("/request/apply/sent/")) == first
    assert Request.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_sending_one_draft_at_once_make_one_request(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill()
    draft = Draft.objects.get()
    made: list[Any] = []

    def send() -> None:
        try:
            made.append(drafts.send(draft, organ=at.organ, now=timezone.now()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == Request.objects.count() == 1


def test_after_the_receipt_another_application_can_begin(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    first = somebody.apply(at.organ.code)
    assert somebody.apply(at.organ.code) != first
    assert Request.objects.count() == 2


# -- Kept, taken up, forgotten -----------------------------------------------------------------------


def saved_code(somebody: Visitor) -> str:
    return re.findall(r'<dd class="code">([^<]+)</dd>', text_of(somebody.get("/request/apply/saved/")))[0]


def test_a_draft_goes_on_in_another_browser_with_its_code(at: Office, visitor: Visitors) -> None:
    one, other = visitor(), visitor()
    one.begin(at.organ.code)
    one.fill("information")
    code = saved_code(one)
    assert saved_code(one) == code
    answer = other.post("/request/apply/resume/", code=code.lower().replace("-", " "))
    assert answer["Location"] == "/request/apply/information/"
    assert 'value="13800138000"' in text_of(other.get("/request/apply/contact/"))


def test_nothing_of_a_draft_can_be_read_in_the_database(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("supply", identity={**ANSWERS["identity"], "scan": upload("身份证正面.png", PNG)})
    code = saved_code(somebody)
    row, file = Draft.objects.get(), DraftFile.objects.get()
    kept = b" ".join(map(bytes, (row.body, file.name, file.content))) + row.code_digest.encode()
    for secret in (
        "后羿",
        "360426199101010071",
        "13800138000",
        "三公",
        "身份证正面",
        code,
        code.replace("-", ""),
    ):
        assert secret.encode() not in kept
        assert secret.encode("unicode_escape") not in kept
    assert PNG not in kept


def test_a_draft_is_gone_after_its_month(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("supply")
    code = saved_code(somebody)
    Draft.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert drafts.by_code(code, now=timezone.now()) is None
    assert somebody.get("/request/apply/contact/")["Location"] == "/request/organ/"
    assert registry.ticks["request drafts"].call is drafts.forget_expired
    drafts.forget_expired()
    assert Draft.objects.count() == DraftFile.objects.count() == 0


def test_a_sent_draft_keeps_nothing_but_the_receipt_for_a_day(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill(attachments={"file": upload("一.png", PNG)})
    code = saved_code(somebody)
    somebody.send()
    row = Draft.objects.get()
    assert drafts.read(row).values == {}
    assert DraftFile.objects.count() == 0
    assert drafts.by_code(code, now=timezone.now()) is None
    assert row.expires_at <= timezone.now() + drafts.KEPT_AFTER_SENDING


def test_a_draft_is_deleted_when_its_writer_says_so(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.fill("supply")
    somebody.post("/request/apply/discard/")
    assert Draft.objects.count() == 0
    assert somebody.get("/request/apply/check/")["Location"] == "/request/"


def test_guessing_codes_of_drafts_is_stopped(at: Office, visitor: Visitors) -> None:
    guesser = visitor()
    statuses = [
        guesser.post("/request/apply/resume/", code=f"AAAA-BBBB-{n:04}").status_code for n in range(21)
    ]
    assert statuses == [422] * 20 + [429]
    assert not any("127.0.0.1" in key for key in Guesses.objects.values_list("key", flat=True))


def test_no_draft_is_made_by_looking(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    somebody.get("/request/apply/who/")
    assert Draft.objects.count() == 0


def test_floods_of_drafts_from_one_place_are_slowed(at: Office, visitor: Visitors) -> None:
    for _number in range(60):
        somebody = visitor()
        somebody.begin(at.organ.code)
        somebody.post("/request/apply/who/", applicant_kind="natural")
    assert Draft.objects.count() == 60
    late = visitor()
    late.begin(at.organ.code)
    assert late.post("/request/apply/who/", applicant_kind="natural").status_code == 429


# -- What HTTP says ----------------------------------------------------------------------------------


def test_a_post_from_elsewhere_is_refused(at: Office) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="city.localhost")
    client.get("/request/apply/", {"organ": at.organ.code})
    answer = client.post("/request/apply/who/", {"applicant_kind": "natural"})
    assert answer.status_code == 403
    assert "Cookie" in text_of(answer)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/request/",
        "/request/organ/",
        "/request/suggestions/?q=预算",
        "/request/apply/who/",
        "/request/apply/resume/",
        "/request/status/",
        "/request/apply/nowhere/",
        "/hant/request/",
    ],
)
def test_pages_are_kept_by_nobody_and_run_nothing_inline(at: Office, visitor: Visitors, path: str) -> None:
    somebody = visitor()
    somebody.begin(at.organ.code)
    answer = somebody.client.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    page = text_of(answer)
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!city\.localhost)', page)


def test_pages_speak_chinese_whatever_the_browser_prefers(at: Office, visitor: Visitors) -> None:
    somebody = visitor()
    somebody.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    somebody.begin(at.organ.code)
    somebody.post("/request/apply/who/", applicant_kind="natural")
    somebody.post("/request/apply/identity/", **(ANSWERS["identity"] | {"identity_number": "1"}))
    for slug in ANSWERS:
        raw = re.sub(r"<[^>]*>", " ", text_of(somebody.post(f"/request/apply/{slug}/")))
        assert (
            re.findall(r"\b[A-Za-z]{4,}\b", raw.replace("Atom", "").replace("Excel", "").replace("Word", ""))
            == []
        )
    answer = somebody.post(
        "/request/apply/identity/", name="甲", identity_kind="resident_id", identity_number="1"
    )
    assert "it has" not in text_of(answer)


def test_without_the_database_the_page_says_so_in_chinese(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("gongkai.wings.disclosure.apply.printing.site_of", gone)
    client = Client(raise_request_exception=False, HTTP_HOST="city.localhost")
    answer = client.get("/request/status/")
    assert answer.status_code == 500
    assert "暂时无法使用" in text_of(answer)
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/request/nowhere/", "/hant/request/a/b/c/", "/request/status/own"])
def test_an_address_that_is_none_is_told_in_chinese(at: Office, path: str) -> None:
    answer = Client(HTTP_HOST="city.localhost").get(path, follow=True)
    assert answer.status_code == 404 or "办理进度查询" in text_of(answer)
    assert "Not Found" not in text_of(answer)
