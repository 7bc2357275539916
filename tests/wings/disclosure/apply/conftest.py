"""A city with a site, an office that answers requests, and visitors with browsers of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.test import Client

from gongkai.foundation.accounts.models import Role
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import staff
from tests.factories_disclosure import Office, office
from tests.remembered import remembered

ANSWERS: dict[str, dict[str, Any]] = {
    "who": {"applicant_kind": "natural"},
    "identity": {
        "name": "后羿",
        "identity_kind": "resident_id",
        "identity_number": "360426199101010071",
    },
    "contact": {"phone": "13800138000", "email": "houyi@example.cn", "address": "测试市测试路1号"},
    "agent": {"acts": "self"},
    "information": {"description": "2019年本机关“三公”经费支出情况", "document_hint": "测府〔2019〕1号"},
    "supply": {"supply_form": "electronic", "supply_way": "online"},
    "attachments": {},
}
"""A complete application, page by page."""


@dataclass
class Visitor:
    """Somebody with a browser. ``root`` is "" or "/hant"."""

    root: str = ""
    client: Client = field(
        default_factory=lambda: Client(enforce_csrf_checks=False, HTTP_HOST="city.localhost")
    )

    def get(self, path: str, **given: Any) -> Any:
        return self.client.get(f"{self.root}{path}", given)

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(f"{self.root}{path}", given)

    def begin(self, organ: str) -> None:
        answer = self.get("/request/apply/", organ=organ)
        assert answer["Location"] == f"{self.root}/request/apply/who/"

    def fill(self, until: str = "", **changed: dict[str, Any]) -> None:
        """Answer every page up to ``until`` (not included), or all of them."""
        for slug, values in ANSWERS.items():
            if slug == until:
                return
            answer = self.post(f"/request/apply/{slug}/", **(values | changed.get(slug, {})))
            assert answer.status_code == 303, text_of(answer)

    def send(self) -> tuple[str, str]:
        """Number and query code as the receipt shows them."""
        assert self.post("/request/apply/check/")["Location"] == f"{self.root}/request/apply/sent/"
        return codes_of(self.get("/request/apply/sent/"))

    def apply(self, organ: str, **changed: dict[str, Any]) -> tuple[str, str]:
        self.begin(organ)
        self.fill(**changed)
        return self.send()


def text_of(answer: Any) -> str:
    """What a person reads of a page."""
    return unescape(answer.content.decode())


def codes_of(answer: Any) -> tuple[str, str]:
    number, code = re.findall(r'<dd class="code">([^<]+)</dd>', text_of(answer))
    return number, code


@pytest.fixture
@remembered
def at(db: None) -> Office:
    """The office, and the site its forms stand in."""
    found = office(code="shizhengfu", name="测试市人民政府", phone="0898-12345678")
    manager = staff("", Role.SITE_MANAGER, at=found.organ)
    create_site(user=manager, slug="city", name="测试市人民政府", organ=found.organ, host="city.localhost")
    return found


@pytest.fixture
def visitor(at: Office) -> Callable[..., Visitor]:
    return Visitor
