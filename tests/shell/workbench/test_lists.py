"""Lists and choosers of the workbench: what they show, to whom, and in which words."""

from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import store
from gongkai.shell.workbench.organs import library_files
from gongkai.wings.disclosure.archive.cases import pack_case
from gongkai.wings.publishing.documents.models import Document
from tests.factories import organ
from tests.factories import staff as person
from tests.factories_disclosure import accepted, office
from tests.factories_publishing import Desk, desk, draft_of, staff
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

_NAMES = frozenset({"English", "CSV", "XLSX", "PNG"})
LIST = "/workbench/library/documents/"


def signed_in(user: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
@remembered
def people() -> Desk:
    return desk()


def main(answer: Any) -> str:
    return "<main" + re.sub(r"\s+", " ", answer.content.decode().split("<main", 1)[1])


class Spoken(HTMLParser):
    """What people read or hear of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [
            told for name, told in attrs if name in ("aria-label", "title", "placeholder") and told
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def test_files_of_cases_and_letters_stay_out_of_the_library(people: Desk) -> None:
    """What an applicant hands in may be an identity card: no drafter may see its name or attach it to a page."""
    accepted(office(code="shizhengfu", name="测试市人民政府"))
    held = set(StoredFile.objects.values_list("pk", flat=True))
    assert held, "a case accepted has its receipt"
    own = store(content=BytesIO("公开的附件".encode()), name="附件.txt", actor="system")
    assert set(library_files()) == {own}
    client = signed_in(people.author)
    shown = main(client.get("/workbench/files/"))
    assert "附件.txt" in shown
    assert "回执" not in shown
    assert client.get(f"/workbench/files/inspect/{min(held)}/").status_code == 404
    chooser = StoredFile.snippet_viewset.chooser_viewset  # type: ignore[attr-defined]
    chosen = client.get(reverse(chooser.get_url_name("choose"))).json()["html"]
    assert "附件.txt" in chosen
    assert "回执" not in chosen


def test_a_package_packed_for_the_archive_stays_out_of_the_library_too() -> None:
    """It holds all that the applicant has told, and no case has it as a file of its own."""
    case = accepted(office(code="shizhengfu", name="测试市人民政府"))
    package = pack_case(case=case, actor="command", packed_on=timezone.localdate())
    assert package.path.exists() and package not in library_files()


def test_a_file_of_a_case_cannot_be_attached_by_its_number_either(people: Desk) -> None:
    accepted(office(code="shizhengfu", name="测试市人民政府"))
    held = StoredFile.objects.latest("pk")
    own = store(content=BytesIO("公开的附件".encode()), name="附件.txt", actor="system")
    document = draft_of(people)
    client = signed_in(people.author)

    def attach(file: StoredFile) -> int:
        address = f"{LIST}edit/{document.pk}/"
        form = client.get(address).context["form"]
        facts = {name: "" if value is None else value for name, value in form.initial.items()}
        posted = {name: value for name, value in facts.items() if isinstance(value, str | int)}
        posted |= {"body-count": 0, "joint_issuers": []}
        for kind in ("attachments", "links"):
            posted |= {f"{kind}-TOTAL_FORMS": 0, f"{kind}-INITIAL_FORMS": 0}
        posted |= {"attachments-TOTAL_FORMS": 1, "attachments-0-file": file.pk, "attachments-0-ORDER": 1}
        client.post(address, posted)
        return Document.objects.get(pk=document.pk).get_latest_revision_as_object().attachments.count()

    assert attach(held) == 0
    assert attach(own) == 1  # the control: the same form with a file of the library


def test_a_list_says_days_and_yes_in_words_and_offers_nothing_to_tick(people: Desk) -> None:
    document = draft_of(people)
    moment = datetime(2020, 5, 1, 23, 30, tzinfo=ZoneInfo("UTC"))
    Document.objects.filter(pk=document.pk).update(published_at=moment)
    text = main(signed_in(people.author).get(LIST))
    assert "2020-05-02" in text
    assert "新建文件" in text
    assert "共1条" in text
    assert ">False<" not in text
    assert 'type="checkbox" data-bulk' not in text
    assert "前</time>" not in text


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW"])
def test_no_list_speaks_english(people: Desk, language: str) -> None:
    root = person(superuser=True)
    place = organ("某局")
    for address in (
        LIST,
        "/workbench/organs/",
        "/workbench/files/",
        "/workbench/sites/",
        "/workbench/columns/",
        "/workbench/series/",
        f"/workbench/organs/history/{place.pk}/",
        "/workbench/account/",
    ):
        text = main(signed_in(root, accept_language=language).get(address))
        words = Spoken()
        words.feed(text)
        left = [word for word in re.findall(r"[A-Za-z]{3,}", " ".join(words.found)) if word not in _NAMES]
        assert left == [], address


def test_traditional_is_made_from_simplified_for_the_libraries_too(people: Desk) -> None:
    text = signed_in(people.author, accept_language="zh-TW").get(LIST).content.decode()
    assert "新建文件" in text
    assert "篩選" in text
    assert "新增" not in text  # the library's own Traditional


@pytest.mark.parametrize("screen", ["organs", "sites", "columns", "series", "files"])
def test_nothing_is_deleted_through_the_library_past_the_ledger(people: Desk, screen: str) -> None:
    root = person(superuser=True)
    place = people.organ
    client = signed_in(root)
    client.post(f"/workbench/{screen}/delete/{place.pk}/")
    assert type(place).objects.filter(pk=place.pk).exists()
    assert client.get(f"/workbench/{screen}/delete/{place.pk}/").status_code in (302, 403, 404)
    assert client.post("/workbench/bulk/organs/organ/delete/", {"id": place.pk}).status_code == 404


def test_ones_own_account_has_language_and_password_but_no_name(people: Desk) -> None:
    text = signed_in(people.author).get("/workbench/account/").content.decode()
    assert "界面语言" in text
    assert "/accounts/password/change/" in text
    assert "/accounts/2fa/" in text
    assert 'name="name_email-first_name"' not in text
    assert 'type="file"' not in text


def test_the_record_of_acts_names_acts_on_cases(people: Desk) -> None:
    at = office(code="shizhengfu", name="测试市人民政府")
    case = accepted(at)
    auditor = staff(people.organ, Role.AUDITOR)
    text = main(signed_in(auditor).get("/workbench/ledger/", {"subject": f"case:{case.pk}"}))
    assert "登记办件" in text
    assert "case.open" not in text
