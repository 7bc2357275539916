"""The API gives everybody what is public and staff the same acts, with the same refusals, as the workbench."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.models import ApiToken
from gongkai.foundation.accounts.services import issue_token
from tests.factories_publishing import Desk, desk, draft_of, published

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/documents"


@pytest.fixture
def people() -> Desk:
    return desk()


def call(method: str, path: str, user: Any = None, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {issue_token(user=user, name='test')}"} if user else {}
    client = Client(headers=headers)
    if method == "get":
        return client.get(ROOT + path, body)
    return getattr(client, method)(ROOT + path, body, content_type="application/json")


def test_only_public_documents_are_listed_and_read(people: Desk) -> None:
    seen, hidden = published(people), draft_of(people)
    assert [row["id"] for row in call("get", "").json()["items"]] == [seen.pk]
    assert call("get", f"/{seen.pk}").json()["title"] == seen.title
    assert call("get", f"/{hidden.pk}").status_code == 404
    assert call("get", f"/{10**30}").status_code == 404


def test_pages_follow_by_cursor_without_gap_or_double(people: Desk) -> None:
    wanted = {published(people).pk for _ in range(5)}
    found: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = call("get", "", limit=2, **cursor).json()
        found.extend(row["id"] for row in answer["items"])
        if answer["next"] is None:
            break
        cursor = {"before": answer["next"]}
    assert sorted(found) == sorted(wanted) and len(found) == len(wanted)


def test_a_document_goes_from_draft_to_public_and_back(people: Desk) -> None:
    made = call(
        "post",
        "",
        people.author,
        kind="notice",
        title="关于停水的通知",
        issuer=people.organ.code,
        text="今晚停水，请提前储水备用，详情请拨打热线。",
        attribute="proactive",
        written_on="2020-04-22",
    )
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert call("post", f"/{number}/submit", people.author).json()["in_review"]
    for reviewer in people.reviewers:
        answer = call("post", f"/{number}/approve", reviewer, comment="同意")
        assert answer.status_code == 200, answer.content
    assert call("get", f"/{number}").json()["text"].startswith("今晚停水")
    gone = call("post", f"/{number}/withdraw", people.manager, reason="内容有误")
    assert gone.status_code == 200 and not gone.json()["live"]
    assert call("get", f"/{number}").status_code == 404


def test_refusals_carry_code_and_reasons(people: Desk) -> None:
    document = draft_of(people, attribute="")
    refused = call("post", f"/{document.pk}/submit", people.author)
    assert refused.status_code == 409
    assert refused.json()["code"] == "obstacles" and refused.json()["reasons"]
    document = draft_of(people)
    wrong_role = call("post", f"/{document.pk}/submit", people.first)
    assert wrong_role.status_code in (403, 409) and wrong_role.json()["message"]
    assert call("post", "", people.author, kind="notice").status_code == 422


def test_another_organs_draft_does_not_exist_for_me(people: Desk) -> None:
    theirs = draft_of(desk())
    assert call("post", f"/{theirs.pk}/submit", people.author).status_code == 404


@pytest.mark.parametrize("path", ["", "/1/submit", "/1/approve", "/1/withdraw"])
def test_nothing_is_written_without_a_valid_token(people: Desk, path: str) -> None:
    assert call("post", path).status_code == 401
    assert Client(headers={"Authorization": "Bearer wrong"}).post(ROOT + path).status_code == 401
    signed_in = Client()
    signed_in.force_login(people.author, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert signed_in.post(ROOT + path).status_code == 401  # a session alone is not enough
    token = issue_token(user=people.author, name="old")
    ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert Client(headers={"Authorization": f"Bearer {token}"}).post(ROOT + path).status_code == 401


def test_working_days_are_counted_for_everybody() -> None:
    client = Client()
    answer = client.get("/api/v1/workdays/add", {"day": "2020-01-20", "days": 20})
    assert answer.json() == {"date": "2020-02-25", "provisional": False}
    assert (
        client.get("/api/v1/workdays/count", {"start": "2020-01-20", "end": "2020-02-25"}).json()["days"]
        == 20
    )
    assert client.get("/api/v1/workdays/add", {"day": "2020-02-30", "days": 1}).status_code == 422
    assert client.get("/api/v1/workdays/add", {"day": "0001-01-01", "days": 1}).status_code == 422
