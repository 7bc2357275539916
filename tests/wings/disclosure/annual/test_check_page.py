"""The public page: a file goes in, faults come out with their cells marked, nothing stays."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.files.models import StoredFile
from gongkai.wings.disclosure.annual import checkpage
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import staff
from tests.factories_disclosure import Office, office
from tests.remembered import remembered
from tests.wings.disclosure.annual.reports import entry, with_cell

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def at() -> Office:
    made = office()
    manager = staff("", Role.SITE_MANAGER, at=made.organ)
    create_site(user=manager, slug="city", name="云州市人民政府", organ=made.organ, host="city.localhost")
    return made


def client() -> Client:
    return Client(HTTP_HOST="city.localhost")


def file(data: Any, name: str = "report.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if isinstance(data, bytes) else json.dumps(data).encode())


def text_of(answer: Any) -> str:
    return unescape(answer.content.decode())


WRONG = with_cell(entry(), "table4/review/other", 29)


def test_the_form_is_asked_for_and_carries_the_strict_policy(at: Office) -> None:
    answer = client().get("/report-check/")
    assert answer.status_code == 200
    assert "multipart/form-data" in text_of(answer)
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "style=" not in text_of(answer).partition("<main")[2]


@pytest.mark.parametrize("root", ["", "/hant"])
def test_faults_are_listed_and_their_cells_marked_and_linked(at: Office, root: str) -> None:
    answer = client().post(f"{root}/report-check/", {"report": file(WRONG)})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "AR-4" in page
    assert page.count('class="number faulty"') == 5
    for anchor in re.findall(r'href="#([^"]+)"', page.partition("<main")[2]):
        assert f'id="{anchor}"' in page
    assert StoredFile.objects.count() == 0
    assert answer["Cache-Control"] == "no-store"


def test_faults_can_be_had_as_csv_and_json(at: Office) -> None:
    browser = client()
    page = text_of(browser.post("/report-check/", {"report": file(WRONG)}))
    held = re.search(r'name="held" value="([^"]+)"', page)[1]  # type: ignore[index]
    table = browser.post("/report-check/download/", {"held": held, "format": "csv"})
    assert "attachment" in table["Content-Disposition"]
    assert "AR-4" in table.content.decode("utf-8-sig")
    data = json.loads(browser.post("/report-check/download/", {"held": held, "format": "json"}).content)
    assert [fault["rule"] for fault in data["faults"]] == ["AR-4"]
    forged = browser.post("/report-check/download/", {"held": held + "x", "format": "json"})
    assert forged.status_code == 422


def test_a_right_report_and_the_year_before_give_no_faults_and_a_broken_one_does(at: Office) -> None:
    assert 'class="none-found"' in text_of(client().post("/report-check/", {"report": file(entry())}))
    both = {"report": file(entry()), "previous": file(entry(2023))}
    assert "AR-5" in text_of(client().post("/report-check/", both))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 50, b"{", b'{"year": 3}', b"%PDF-1.4 nothing", b"PK\x03\x04 torn", b"<html>"],
)
def test_what_cannot_be_read_is_said(at: Office, content: bytes) -> None:
    answer = client().post("/report-check/", {"report": file(content, "x.pdf")})
    assert answer.status_code == 422
    assert 'id="report-fault"' in text_of(answer)


def test_nothing_chosen_and_a_wrong_year_are_said_together(at: Office) -> None:
    page = text_of(client().post("/report-check/", {"year": "二零二四"}))
    assert 'id="report-fault"' in page
    assert 'id="year-fault"' in page


def test_what_a_report_says_is_shown_as_text(at: Office) -> None:
    data = entry(2024, ("<script>alert(1)</script>予以公开1432件",))
    page = client().post("/report-check/", {"report": file(data)}).content.decode()
    assert "<script>alert" not in page


def test_floods_are_slowed_down(at: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpage, "UPLOADS", checkpage.limits.Allowance(2, checkpage.UPLOADS.within))
    browser = client()
    statuses = [browser.post("/report-check/", {"report": file(entry())}).status_code for _n in range(3)]
    assert statuses == [200, 200, 429]


def test_a_form_from_elsewhere_is_refused(at: Office) -> None:
    strict = Client(HTTP_HOST="city.localhost", enforce_csrf_checks=True)
    assert strict.post("/report-check/", {"report": file(entry())}).status_code == 403
