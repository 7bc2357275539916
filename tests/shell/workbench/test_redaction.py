"""The screens of redaction: the whole way without scripts, and what a stranger never sees."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import attach
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.redaction.models import Redaction
from tests.factories import organ, staff
from tests.factories_disclosure import GIVEN, Office, accepted, do, office
from tests.wings.disclosure.redaction import documents

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def at() -> Office:
    return office()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def begun(at: Office) -> tuple[Case, Redaction]:
    case = accepted(at)
    upload = SimpleUploadedFile("名单.pdf", documents.typeset(documents.SECRET, pages=2))
    answer = signed_in(at.handler).post(
        reverse("workbench_redactions"), {"case": case.number, "file": "", "upload": upload}
    )
    redaction = Redaction.objects.get()
    assert answer.status_code == 302 and answer["Location"] == desk(redaction)
    return case, redaction


def desk(redaction: Redaction) -> str:
    return reverse("workbench_redaction", args=[redaction.pk])


def test_the_whole_way_without_scripts(at: Office) -> None:
    case, redaction = begun(at)
    handler, officer = signed_in(at.handler), signed_in(at.officer)

    def send(client: Client, page: int = 1, **facts: object) -> int:
        return client.post(f"{desk(redaction)}?page={page}", facts).status_code

    assert send(handler, act="find", words="张三丰", kind=["id_card", "mobile"]) == 302
    shown = handler.get(desk(redaction)).content.decode()
    assert "360426********0071" in shown and "张**" in shown and "360426199101010071" not in shown
    assert (
        send(handler, page=2, act="mark", left="100", top="200.5", width="80", height="20", reason="15-1")
        == 302
    )
    assert send(handler, act="burn") == 422, "proposals are undecided"
    assert send(handler, act="accept_all", reason="15-2") == 302
    assert send(handler, act="burn") == 302
    assert send(handler, act="confirm") == 422
    assert handler.get(reverse("workbench_redaction_result", args=[redaction.pk])).status_code != 200
    assert "复核" in officer.get(desk(redaction)).content.decode()
    assert send(officer, act="confirm") == 302
    result = officer.get(reverse("workbench_redaction_result", args=[redaction.pk]))
    content = b"".join(result.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"%PDF") and "张三丰".encode() not in content
    assert result["Cache-Control"].startswith("private, no-store")
    log = json.loads(officer.get(reverse("workbench_redaction_log", args=[redaction.pk])).content)
    assert len(log["marks"]) == 7 and log["confirmed"]["by"] == at.officer.ledger_name
    assert send(officer, act="attach") == 302 and send(officer, act="attach") == 302
    redaction.refresh_from_db()
    assert case.files.filter(file=redaction.result).count() == 1


def test_a_document_redacted_after_the_approval_is_not_put_to_the_case_in_vain(at: Office) -> None:
    case, redaction = begun(at)
    handler, officer = signed_in(at.handler), signed_in(at.officer)

    def send(client: Client, **facts: object) -> int:
        return client.post(desk(redaction), {"page": 1} | facts).status_code

    send(handler, page=1, act="mark", left="100", top="200", width="80", height="20", reason="15-1")
    assert send(handler, act="burn") == 302 and send(officer, act="confirm") == 302
    do(case, "propose_decision", at.handler, "2020-05-11", "partial", **GIVEN)
    do(case, "pass_legal", at.legal, "2020-05-11")
    do(case, "pass_secrecy", at.secrecy, "2020-05-11")
    do(case, "approve", at.head, "2020-05-11")
    refused = officer.post(desk(redaction), {"act": "attach"})
    assert "不会随答复提供" in refused.content.decode()
    redaction.refresh_from_db()
    assert not case.files.filter(file=redaction.result).exists()


def test_the_desk_of_the_case_leads_to_its_redactions(at: Office) -> None:
    case, redaction = begun(at)
    address = reverse("workbench_case", args=[case.pk])
    assert desk(redaction) in signed_in(at.handler).get(address).content.decode()
    assert desk(redaction) not in signed_in(at.auditor).get(address).content.decode()


def test_marks_are_accepted_and_rejected_one_by_one(at: Office) -> None:
    _case, redaction = begun(at)
    client = signed_in(at.handler)
    client.post(desk(redaction), {"act": "find", "words": "张三丰", "kind": []})
    first, second = redaction.marks.order_by("pk")
    client.post(desk(redaction), {"act": "accept", "mark": [first.pk], "reason": "16-2"})
    client.post(desk(redaction), {"act": "unmark", "mark": [second.pk, "x", "9" * 30]})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.reason, second.state) == ("covered", "16-2", "rejected")


def test_wrong_numbers_are_named_and_kept_in_the_form(at: Office) -> None:
    _case, redaction = begun(at)
    facts = {"act": "mark", "left": "zwei", "top": "", "width": "77", "height": "nan", "reason": "15-1"}
    answer = signed_in(at.handler).post(desk(redaction), facts)
    text = answer.content.decode()
    assert answer.status_code == 422 and "距左边" in text and "距上边" in text and 'value="77"' in text
    assert not redaction.marks.exists()


def test_a_picture_of_a_page_is_never_kept_on_the_way(at: Office) -> None:
    _case, redaction = begun(at)
    address = reverse("workbench_redaction_page", args=[redaction.pk, "source", 1])
    answer = signed_in(at.handler).get(address)
    assert answer.content.startswith(b"\x89PNG") and answer["Cache-Control"].startswith("private, no-store")
    large = signed_in(at.handler).get(address + "?large").content
    assert Image.open(io.BytesIO(large)).width > 2 * Image.open(io.BytesIO(answer.content)).width
    for wrong in (("source", 3), ("source", 0), ("result", 1)):
        address = reverse("workbench_redaction_page", args=[redaction.pk, *wrong])
        assert signed_in(at.handler).get(address).status_code == 404


def test_a_file_of_the_case_is_taken_in_and_no_other(at: Office) -> None:
    case = accepted(at)
    source = store(content=documents.typeset("正文"), name="卷.pdf", actor="system")
    kept = attach(case=case, file=source, title="卷宗", purpose="evidence", actor=Actor(user=at.handler))
    address, client = reverse("workbench_redactions"), signed_in(at.handler)
    assert "卷宗" in client.get(address, {"case": case.number}).content.decode()
    other = attach(
        case=accepted(office()), file=source, title="别处", purpose="evidence", actor=Actor(user=at.handler)
    )
    assert client.post(address, {"case": case.number, "file": other.pk}).status_code == 404
    assert client.post(address, {"case": case.number, "file": kept.pk}).status_code == 302
    assert Redaction.objects.get().source == source


@pytest.mark.parametrize(
    ("name", "content"), [("公文.docx", b"PK"), ("坏.pdf", b"%PDF-1.7"), ("x.html", b"<script>")]
)
def test_what_cannot_be_redacted_is_refused_with_a_reason(at: Office, name: str, content: bytes) -> None:
    case = accepted(at)
    facts = {"case": case.number, "file": "", "upload": SimpleUploadedFile(name, content)}
    answer = signed_in(at.handler).post(reverse("workbench_redactions"), facts)
    assert answer.status_code == 422 and not Redaction.objects.exists()


def test_a_case_that_is_not_there_or_not_ours_is_no_case(at: Office) -> None:
    other = accepted(office())
    client = signed_in(at.handler)
    for number in (other.number, "无此号", "\0"):
        assert client.post(reverse("workbench_redactions"), {"case": number}).status_code == 422
        assert client.get(reverse("workbench_redactions"), {"case": number}).status_code == 200


def test_a_stranger_reaches_no_route_of_it(at: Office) -> None:
    _case, redaction = begun(at)
    routes = [
        desk(redaction),
        reverse("workbench_redaction_page", args=[redaction.pk, "source", 1]),
        reverse("workbench_redaction_result", args=[redaction.pk]),
        reverse("workbench_redaction_log", args=[redaction.pk]),
    ]
    elsewhere = staff("", Role.DISCLOSURE_OFFICER, at=organ())
    for user in (elsewhere, at.registrar, at.auditor):
        client = signed_in(user)
        for route in routes:
            assert client.get(route).status_code in (302, 403, 404), (user, route)
            assert client.post(route, {"act": "burn"}).status_code in (302, 403, 404, 405)
    for route in routes:
        assert Client().get(route).status_code == 302
    assert (
        redaction.source.name
        not in signed_in(elsewhere).get(reverse("workbench_redactions")).content.decode()
    )


def test_a_search_that_finds_nothing_says_so(at: Office) -> None:
    _case, redaction = begun(at)
    handler = signed_in(at.handler)
    for words, told in (("张三丰", "新列建议2处"), ("张三丰", "没有新的结果"), ("李四", "没有新的结果")):
        shown = handler.post(desk(redaction), {"act": "find", "words": words}, follow=True)
        assert told in shown.content.decode(), words


def test_a_redaction_begun_by_mistake_is_thrown_away_at_its_desk(at: Office) -> None:
    case, redaction = begun(at)
    handler = signed_in(at.handler)
    picture = reverse("workbench_redaction_page", args=[redaction.pk, "source", 1])
    assert handler.get(picture).status_code == 200
    assert handler.post(desk(redaction), {"act": "discard"}).status_code == 302
    shown = handler.get(desk(redaction))
    assert shown.status_code == 200 and "已作废" in shown.content.decode()
    assert 'value="burn"' not in shown.content.decode() and "<img" not in shown.content.decode()
    assert handler.get(picture).status_code == 404
    assert desk(redaction) not in handler.get(reverse("workbench_case", args=[case.pk])).content.decode()
    assert "已作废" in handler.get(reverse("workbench_redactions")).content.decode()


def test_a_search_that_is_refused_keeps_its_words_and_kinds(at: Office) -> None:
    _case, redaction = begun(at)
    long = "长" * 200
    answer = signed_in(at.handler).post(desk(redaction), {"act": "find", "words": long, "kind": ["mobile"]})
    shown = answer.content.decode()
    assert answer.status_code == 422 and long in shown
    assert 'value="mobile" checked' in shown and 'value="id_card" checked' not in shown


def test_of_cases_with_one_number_the_one_meant_is_chosen(at: Office) -> None:
    elsewhere = office()
    mine, theirs = accepted(at), accepted(elsewhere)
    Case.objects.filter(pk=theirs.pk).update(number=mine.number)
    assign_role(user=at.handler, role=Role.HANDLER, organ=elsewhere.organ, actor="system")
    handler, address = signed_in(at.handler), reverse("workbench_redactions")
    shown = handler.get(address, {"case": mine.number}).content.decode()
    assert at.organ.name in shown and elsewhere.organ.name in shown and 'name="upload"' not in shown
    given = {
        "case": mine.number,
        "file": "",
        "upload": SimpleUploadedFile("a.pdf", documents.typeset("正文")),
    }
    assert handler.post(address, given).status_code == 422
    given["upload"] = SimpleUploadedFile("a.pdf", documents.typeset("正文"))
    assert handler.post(address, given | {"organ": elsewhere.organ.code}).status_code == 302
    assert Redaction.objects.get().subject == theirs.ledger_name
    panel = handler.get(reverse("workbench_case", args=[theirs.pk])).content.decode()
    assert f"organ={elsewhere.organ.code}" in panel
