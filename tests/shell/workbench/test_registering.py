"""The desk's other screens: corrections of records, query codes issued anew, drafts of what was given out, fees proposed."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import Role
from gongkai.wings.disclosure.requests.services import by_query_code
from gongkai.wings.publishing.documents.models import Document
from tests.factories import staff
from tests.factories_disclosure import Office, accepted, decide, do, office
from tests.shell.workbench.test_cases import page, signed_in
from tests.wings.disclosure.apply.test_form import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office()


def test_a_correction_of_a_record_is_registered_with_its_evidence(at: Office) -> None:
    shown = page(at.registrar, "workbench_register_correction")
    assert f'value="{timezone.localdate()}"' in shown and "第41条" in shown
    given = {
        "organ": at.organ.code,
        "channel": "desk",
        "submitted_on": "2024-05-06",
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_kind": "resident_id",
        "identity_number": "360426199101010071",
        "phone": "13800138000",
        "record": "测府〔2019〕8号",
        "inaccuracy": "生日写错",
    }
    client, address = signed_in(at.registrar), reverse("workbench_register_correction")
    refused = client.post(address, given)
    assert refused.status_code == 422 and "应当提供证据" in refused.content.decode()
    answer = client.post(address, given | {"evidence": SimpleUploadedFile("户口簿.png", PNG)})
    case = Case.objects.get()
    assert answer.status_code == 302 and case.procedure == "record-correction"
    desk = page(at.registrar, "workbench_case", case.pk)
    assert "测府〔2019〕8号" in desk and "生日写错" in desk and "360426199101010071" not in desk
    assert signed_in(at.auditor).get(address).status_code != 200


def test_a_lost_code_is_shown_once_to_the_desk(at: Office) -> None:
    case = accepted(at)
    address = reverse("workbench_case_query_code", args=[case.pk])
    assert address in page(at.registrar, "workbench_case", case.pk)
    assert address not in page(at.handler, "workbench_case", case.pk)  # they would only be sent away
    assert signed_in(at.registrar).post(address, {"checked": ""}).status_code == 422
    assert signed_in(at.handler).post(address, {"checked": "document"}).status_code == 302  # sent away
    answer = signed_in(at.registrar).post(address, {"checked": "document"})
    (code,) = re.findall(r">([A-Z2-9]{10})<", answer.content.decode())
    assert by_query_code(number=case.number, code=code) is not None
    assert "no-store" in answer["Cache-Control"]
    assert code not in page(at.registrar, "workbench_case", case.pk)


def test_request_and_document_lead_to_one_another(at: Office) -> None:
    case = decide(accepted(at), at, "granted", "2020-05-11")
    both = staff("", Role.DRAFTER, Role.HANDLER, at=at.organ)
    address = reverse("workbench_case_draft", args=[case.pk])
    assert address not in page(both, "workbench_case", case.pk)
    do(case, "make_proactive", at.head, "2020-05-12", why="多人申请")
    assert address in page(both, "workbench_case", case.pk)
    assert signed_in(both).post(address).status_code == 302
    document = Document.objects.get()
    desk = reverse("workbench_document", args=[document.pk])
    assert desk in page(both, "workbench_case", case.pk)
    assert case.number in page(both, "workbench_document", document.pk)
    assert case.number not in page(staff("", Role.DRAFTER, at=at.organ), "workbench_document", document.pk)


def test_the_form_of_the_fee_begins_with_the_number_of_the_records(at: Office) -> None:
    case = accepted(at, "2021-05-06")
    shown = page(at.officer, "workbench_case_act", case.pk, "charge_fee")
    assert "据登记" in shown and f"2021-05-06 {case.number}" in shown
    assert re.search(r'name="quantity" value="1"', shown)


def test_what_is_missing_and_what_is_wrong_are_told_together(at: Office) -> None:
    given = {
        "channel": "desk",
        "submitted_on": "2024-05-06",
        "applicant_kind": "natural",
        "name": "张三丰",
        "identity_kind": "resident_id",
        "identity_number": "360426199101010072",
        "phone": "12",
        "email": "张三丰@",
        "supply_form": "electronic",
        "supply_way": "online",
    }
    for name, more in (
        ("workbench_register", "id_description"),
        ("workbench_register_correction", "id_evidence"),
    ):
        answer = signed_in(at.registrar).post(reverse(name), given)
        shown = answer.content.decode()
        assert answer.status_code == 422 and not Case.objects.exists()
        for field in ("id_organ", "id_identity_number", "id_phone", "id_email", more):
            assert f'<a href="#{field}">' in shown, field
        assert "360426199101010072" in shown and "校验码" in shown
        assert "请填写此项" in shown and "必需字段" not in shown
