"""No page of the workbench holds a script of its own: the policy would not run it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.foundation.accounts.models import Role
from gongkai.wings.publishing.documents.models import Document
from tests.factories_publishing import Desk, desk, draft_of, staff

pytestmark = pytest.mark.django_db
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<words>.*?)<(?:/|-/)script>", re.DOTALL)
_HANDLER = re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|style)=", re.IGNORECASE)


def scripts_in(page: str) -> list[str]:
    """Scripts that would have to run where they stand: not files, not data."""
    return [
        found["words"]
        for found in _SCRIPT.finditer(page)
        if "src=" not in found["attributes"] and "json" not in found["attributes"] and found["words"].strip()
    ]


@pytest.fixture
def people() -> Desk:
    return desk()


def address(name: str, *arguments: object) -> str:
    return reverse(Document.snippet_viewset.get_url_name(name), args=arguments)  # type: ignore[attr-defined]


def test_no_editor_list_or_chooser_holds_a_script(people: Desk, client: Client) -> None:
    document = draft_of(people)
    client.force_login(staff(people.organ, Role.DRAFTER, Role.SITE_MANAGER))
    pages = [
        address("add"),
        address("edit", document.pk),
        address("list"),
        reverse(Document.snippet_viewset.chooser_viewset.get_url_name("choose")),  # type: ignore[attr-defined]
        "/workbench/columns/add/",
        "/workbench/series/add/",
        "/workbench/sites/add/",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = answer.content.decode()
        assert [words for words in scripts_in(body) if "form-template" not in words] == [], page
        if "json" not in answer["Content-Type"]:
            assert _HANDLER.findall(body) == [], page


def test_only_the_editor_of_documents_may_write_styles(people: Desk, client: Client) -> None:
    client.force_login(people.author)
    edit = client.get(address("add"))["Content-Security-Policy"]
    listed = client.get(address("list"))["Content-Security-Policy"]
    for policy in (edit, listed):
        parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert parts["script-src"] == "'self'"
        assert parts["object-src"] == "'none'"
    assert "style-src 'self' 'unsafe-inline'" in edit
    assert "unsafe-inline" not in listed
    assert "unsafe-eval" not in edit + listed


def test_a_new_text_is_saved_by_its_button_alone(people: Desk, client: Client) -> None:
    """Saved by the editor at the same moment too, it would be two documents."""
    client.force_login(people.author)
    by_itself = "data-w-autosave-interval-value"
    assert by_itself not in client.get(address("add")).content.decode()
    assert by_itself in client.get(address("edit", draft_of(people).pk)).content.decode()
