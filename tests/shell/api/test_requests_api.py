"""The desk over the API: what the screens do, with the same refusals, and one's own inbox."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from gongkai.engines.casework.models import Case
from gongkai.engines.notices import Recipient, notify
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import issue_token
from gongkai.wings.disclosure.corrections.services import by_query_code as correction_of
from gongkai.wings.disclosure.requests.services import by_query_code
from gongkai.wings.publishing.documents.models import Document
from tests.factories import staff
from tests.factories_disclosure import Office, accepted, decide, do, office
from tests.wings.disclosure.apply.test_form import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office()


def call(user: User, method: str, path: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {issue_token(user=user, name='test')}"}
    if method == "get":
        return Client().get(f"/api/v1{path}", body, headers=headers)
    return Client().post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def applicant(at: Office, **more: Any) -> dict[str, Any]:
    return {
        "organ": at.organ.code,
        "submitted_on": "2024-05-06",
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_number": "360426199101010071",
        "phone": "13800138000",
    } | more


EVIDENCE = {"name": "户口簿.png", "purpose": "evidence", "content": base64.b64encode(PNG).decode()}


def test_a_request_is_registered_and_its_code_issued_anew(at: Office) -> None:
    made = call(at.registrar, "post", "/requests", **applicant(at, description="2019年决算")).json()
    assert by_query_code(number=made["number"], code=made["query_code"]) is not None
    path = f"/cases/{made['id']}/query-code"
    assert call(at.handler, "post", path, checked="document").status_code == 403
    assert call(at.registrar, "post", path, checked="?").status_code == 422
    code = call(at.registrar, "post", path, checked="document").json()["query_code"]
    assert by_query_code(number=made["number"], code=made["query_code"]) is None
    assert by_query_code(number=made["number"], code=code) is not None


def test_a_correction_of_a_record_needs_its_evidence(at: Office) -> None:
    given = applicant(at, record="测府〔2019〕8号", inaccuracy="生日写错")
    refused = call(at.registrar, "post", "/record-corrections", **given)
    assert refused.status_code == 422 and "evidence" in str(refused.json()["reasons"])
    for wrong in ("不是", base64.b64encode(b"MZ\x90").decode()):
        answer = call(
            at.registrar, "post", "/record-corrections", **given, files=[EVIDENCE | {"content": wrong}]
        )
        assert answer.status_code == 422
    assert not Case.objects.exists()
    made = call(at.registrar, "post", "/record-corrections", **given, files=[EVIDENCE]).json()
    found = correction_of(number=made["number"], code=made["query_code"])
    assert found is not None and found.case.files.filter(purpose="evidence").exists()


def test_only_the_desk_of_the_organ_registers(at: Office) -> None:
    for user in (at.handler, office().registrar):
        answer = call(user, "post", "/requests", **applicant(at, description="2019年决算"))
        assert answer.status_code == 403
    assert (
        call(
            at.registrar, "post", "/requests", **applicant(at, description="…", organ="nirgends")
        ).status_code
        == 404
    )


def test_a_remedy_is_entered_and_an_answer_drafted_for_everybody(at: Office) -> None:
    case = decide(accepted(at, "2024-05-06"), at, "granted", "2024-05-20")
    answer = call(
        at.officer, "post", f"/cases/{case.pk}/remedies", kind="reconsideration", filed_on="2024-06-03"
    )
    assert answer.json()["remarks"] == [] and Case.objects.get(pk=answer.json()["id"]).parent == case
    drafter = staff("", Role.DRAFTER, Role.HANDLER, at=at.organ)
    assert call(drafter, "post", f"/cases/{case.pk}/draft").status_code == 409
    do(case, "make_proactive", at.head, "2024-06-04", why="多人申请")
    drafted = call(drafter, "post", f"/cases/{case.pk}/draft").json()
    assert not Document.objects.get(pk=drafted["document"]).live


def test_the_fee_offers_what_the_records_say(at: Office) -> None:
    case = accepted(at, "2021-05-06")
    offers = call(at.officer, "get", f"/cases/{case.pk}/actions").json()
    (fee,) = [offer for offer in offers if offer["action"] == "charge_fee"]
    assert fee["proposed"] == {"quantity": "1", "charged": "0"}


def test_everybody_reads_their_own_inbox_alone(at: Office) -> None:
    values = {
        "number": "1号",
        "organ": "甲局",
        "url": "https://example.test",
        "day": "",
        "due": "",
        "days": "",
    }
    with transaction.atomic():
        for person in (at.officer, at.officer, at.head):
            notify(
                template="request.received",
                recipient=Recipient(party=person.ledger_name, name=person.full_name),
                subject="case:1",
                values=values,
                actor="system",
            )
    first = call(at.officer, "get", "/inbox", size=1).json()
    assert len(first["items"]) == 1 and first["unread"] == 2
    rest = call(at.officer, "get", "/inbox", before=first["next"]).json()
    assert len(rest["items"]) == 1 and rest["next"] is None
    mine = first["items"][0]["id"]
    assert call(at.head, "post", f"/inbox/{mine}/read").status_code == 404
    assert call(at.officer, "post", f"/inbox/{mine}/read").json()["read_at"]
    assert call(at.officer, "get", "/inbox", unread=True).json()["unread"] == 1


def test_a_file_of_ten_megabytes_fits_and_a_call_that_is_too_large_is_told_how_large_it_may_be(
    at: Office,
) -> None:
    """The body of a call is limited as a whole: what the description promises for one file has to fit in."""
    largest = EVIDENCE | {"name": "户口簿.txt", "content": base64.b64encode(b"a" * 10_000_000).decode()}
    given = applicant(at, record="测府〔2019〕8号", inaccuracy="生日写错")
    assert call(at.registrar, "post", "/record-corrections", **given, files=[largest]).status_code == 200
    refused = call(at.registrar, "post", "/record-corrections", **given, files=[largest, largest])
    assert refused.status_code == 413
    assert refused.json()["code"] == "too-large"
    assert "20" in refused.json()["message"]
