"""The API gives everybody what is public and staff the same acts, with the same refusals, as the workbench."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.models import ApiToken
from gongkai.foundation.accounts.services import issue_token
from gongkai.wings.publishing.documents.models import Document
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


def test_all_reasons_come_in_one_answer(people: Desk) -> None:
    document = draft_of(people, attribute="", kind="normative", written_on=None)
    refused = call("post", f"/{document.pk}/submit", people.author)
    assert refused.status_code == 409
    assert refused.json()["code"] == "obstacles"
    assert len(refused.json()["reasons"]) >= 3, refused.json()
    incomplete = call("post", "", people.author, kind="none", summary=7)
    assert incomplete.status_code == 422
    told = " ".join(incomplete.json()["reasons"])
    assert all(name in told for name in ("kind", "title", "issuer", "summary"))


def test_an_act_takes_its_role(people: Desk) -> None:
    document = draft_of(people)
    refused = call("post", f"/{document.pk}/submit", people.first)
    assert refused.status_code == 403 and refused.json()["code"] == "role"
    assert call("post", f"/{document.pk}/submit", people.author).status_code == 200
    for nobody_yet in (people.author, people.third):
        answer = call("post", f"/{document.pk}/approve", nobody_yet, comment="同意")
        assert answer.status_code in (403, 409) and answer.json()["message"]
    draft = {"kind": "notice", "title": "改", "issuer": people.organ.code}
    assert call("put", f"/{document.pk}/draft", people.first, **draft).status_code == 403
    seen = published(people)
    assert call("post", f"/{seen.pk}/withdraw", people.author, reason="想撤").status_code == 403
    assert call("get", f"/{seen.pk}").status_code == 200


def test_a_review_can_send_a_text_back_and_the_author_can_change_it(people: Desk) -> None:
    document = draft_of(people)
    call("post", f"/{document.pk}/submit", people.author)
    assert call("post", f"/{document.pk}/request-changes", people.first, reason="").status_code == 422
    back = call("post", f"/{document.pk}/request-changes", people.first, reason="标题不明")
    assert back.status_code == 200 and not back.json()["live"]
    draft = {"kind": "notice", "issuer": people.organ.code, "attribute": "proactive", "text": "正文已改好。"}
    changed = call("put", f"/{document.pk}/draft", people.author, title="关于新标题的通知", **draft)
    assert changed.status_code == 200, changed.content
    assert Document.objects.get(pk=document.pk).get_latest_revision_as_object().title == "关于新标题的通知"


def test_an_organ_nobody_knows_is_a_fault_of_the_request(people: Desk) -> None:
    answer = call("post", "", people.author, kind="notice", title="某", issuer="nowhere")
    assert answer.status_code == 422 and "issuer" in answer.json()["reasons"][0]


def test_what_no_database_keeps_is_refused_at_the_door(people: Desk) -> None:
    answer = call("post", "", people.author, kind="notice", title="某\x00", issuer=people.organ.code)
    assert answer.status_code == 422
    assert call("get", "", organ="\x00").status_code == 422


def test_public_answers_name_no_staff_and_hold_no_draft(people: Desk) -> None:
    document = published(people)
    draft = {"kind": "notice", "title": "尚未公开的新标题", "issuer": people.organ.code, "text": "新正文"}
    draft["attribute"] = "proactive"
    assert call("put", f"/{document.pk}/draft", people.author, **draft).status_code == 200
    for answer in (call("get", ""), call("get", f"/{document.pk}")):
        told = json.dumps(answer.json(), ensure_ascii=False)
        assert document.title in told
        assert "尚未公开" not in told and "新正文" not in told
        for person in (people.author, *people.reviewers):
            assert person.username not in told and person.full_name not in told


def test_public_documents_are_narrowed_by_kind_organ_and_year(people: Desk) -> None:
    mine, theirs = published(people), published()
    year = timezone.localtime(mine.published_at).year
    assert [row["id"] for row in call("get", "", organ=people.organ.code).json()["items"]] == [mine.pk]
    assert {row["id"] for row in call("get", "", year=year, kind="notice").json()["items"]} == {
        mine.pk,
        theirs.pk,
    }
    assert call("get", "", year=year - 1).json()["items"] == []
    assert call("get", "", kind="news").json()["items"] == []


def test_another_organs_draft_does_not_exist_for_me(people: Desk) -> None:
    theirs = draft_of(desk())
    draft = {"kind": "notice", "title": "改", "issuer": people.organ.code}
    for act in ("submit", "approve", "request-changes", "withdraw"):
        assert call("post", f"/{theirs.pk}/{act}", people.author, reason="某", comment="").status_code == 404
    assert call("put", f"/{theirs.pk}/draft", people.author, **draft).status_code == 404


@pytest.mark.parametrize("path", ["", "/1/submit", "/1/approve", "/1/request-changes", "/1/withdraw"])
def test_nothing_is_written_without_a_valid_token(people: Desk, path: str) -> None:
    assert call("post", path).status_code == 401
    assert Client(headers={"Authorization": "Bearer wrong"}).post(ROOT + path).status_code == 401
    signed_in = Client(enforce_csrf_checks=False)
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
