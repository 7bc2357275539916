"""A directory handed in over the API: looked at first, taken in when told so, refused as at the workbench."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import issue_token
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.directories import drawn


@pytest.fixture
def bureau(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局", code="jyj")


@pytest.fixture
def officer(bureau: Organ) -> User:
    return staff("专员", Role.DISCLOSURE_OFFICER, at=bureau)


def hand_in(path: Path, user: User | None, **facts: Any) -> Any:
    content = base64.b64encode(path.read_bytes()).decode()
    headers = {"authorization": f"Bearer {issue_token(user=user, name='t', actor='system')}"} if user else {}
    return Client().post(
        "/api/v1/catalogue/import",
        json.dumps({"name": path.name, "content": content} | facts),
        content_type="application/json",
        headers=headers,
    )


def test_a_directory_is_looked_at_first_and_taken_in_when_told(officer: User, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.xlsx")
    looked = hand_in(path, officer)
    assert looked.status_code == 200, looked.content
    assert (looked.json()["added"], looked.json()["applied"]) == (3, False)
    assert not CatalogueEntry.objects.exists()
    taken = hand_in(path, officer, apply=True, edition="2026年版").json()
    assert (taken["added"], taken["applied"]) == (3, True)
    assert set(CatalogueEntry.objects.values_list("organ__code", "edition")) == {("jyj", "2026年版")}
    assert hand_in(path, officer, apply=True, edition="2026年版").json()["unchanged"] == 3


def test_what_the_workbench_refuses_the_api_refuses(officer: User, bureau: Organ, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.xlsx")
    assert hand_in(path, None).status_code == 401
    assert hand_in(path, staff("起草", Role.DRAFTER, at=bureau), apply=True).status_code == 403
    stranger = staff("别局专员", Role.DISCLOSURE_OFFICER, at=organ("南溟市民政局", code="mzj"))
    refused = hand_in(path, stranger, apply=True).json()
    assert refused["applied"] is False and refused["faults"][0]["value"] == "南溟市教育局"
    assert hand_in(path, stranger, organ="jyj").status_code == 403
    assert hand_in(path, officer, organ="nowhere").status_code == 404
    assert not CatalogueEntry.objects.exists()


def test_what_is_no_directory_is_said_in_words(officer: User, tmp_path: Path) -> None:
    wrong = tmp_path / "a.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    answer = hand_in(wrong, officer)
    assert answer.status_code == 422 and answer.json()["reasons"]
    assert hand_in(wrong, officer, content="不是").status_code == 422
    assert hand_in(wrong, officer, name="a.exe").status_code == 422
    assert hand_in(wrong, officer, name="../../a.csv").status_code == 422
