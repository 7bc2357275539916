"""Guides in the library are held against the register: at the workbench, on the command line and by the API."""

from __future__ import annotations

import json
from datetime import date, datetime
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from django.test import Client

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.accounts.services import issue_token
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.organs.services import amend_organ
from gongkai.shell.adapters.guides import LibraryGuides
from gongkai.shell.command import gongkai
from gongkai.wings.disclosure.guides import services
from gongkai.wings.publishing.documents.kinds import Kind
from tests.factories import staff
from tests.wings.disclosure.guides.test_guides import RIGHT
from tests.wings.publishing.sites.conftest import SHANGHAI, Town, town  # noqa: F401

OLD = "<p>联系电话：0898-11112222</p><p>办公地址：测试市测试路1号</p>"


@pytest.fixture
def government(town: Town) -> Organ:  # noqa: F811
    amend_organ(organ=town.government, actor="system", **RIGHT)
    return Organ.objects.get(pk=town.government.pk)


def guide(at: Town, body: str, day: int = 1, **facts: object) -> None:
    facts = {"kind": Kind.GUIDE, "title": "南溟市人民政府政府信息公开指南"} | facts
    at.public(at.policy, at=datetime(2020, 5, day, 9, tzinfo=SHANGHAI), body=[("html", body)], **facts)


def faults(organ: Organ) -> list[tuple[str, str]]:
    (row,) = services.standings([organ], date(2026, 1, 1))
    return [(fault.field, fault.said) for wrong in row.wrong_texts for fault in wrong.faults]


def test_a_guide_that_contradicts_the_register_is_named(town: Town, government: Organ) -> None:  # noqa: F811
    guide(town, OLD)
    assert faults(government) == [("phone", "0898-11112222")]
    guide(town, OLD.replace("11112222", "68724346"), day=2)
    assert faults(government) == [], "the newest version counts"


def test_texts_are_found_by_kind_by_block_and_by_title(town: Town, government: Organ) -> None:  # noqa: F811
    guide(town, OLD, kind=Kind.OTHER, title="市政府机构信息")
    guide(town, OLD, kind=Kind.OTHER, title="市政府信息公开指南", day=2)
    guide(town, OLD, kind=Kind.NOTICE, title="关于电话变更的通告", day=3)
    titles = {text.title for text in LibraryGuides().of([government.pk])}
    assert titles == {"市政府机构信息", "市政府信息公开指南"}
    assert LibraryGuides().of([]) == []


def test_workbench_command_and_api_say_the_same(town: Town, government: Organ) -> None:  # noqa: F811
    guide(town, OLD)
    keeper = staff("专员", Role.DISCLOSURE_OFFICER, at=government)
    client = Client()
    client.force_login(keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/workbench/guides/").content.decode()
    assert "0898-11112222" in page and RIGHT["phone"] in page
    with patch("gongkai.shell.django_setup.setup"):
        result = CliRunner().invoke(gongkai, ["organs", "check", "--json"])
    told = [each for each in json.loads(result.output)["texts"] if each["organ"] == "nanming"]
    assert result.exit_code == 1 and told[0]["field"] == "phone"
    token = issue_token(user=keeper, name="probe")
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    listed = Client().get("/api/v1/guides/faults", **bearer).json()
    assert [each["texts"][0]["said"] for each in listed if each["organ"] == "nanming"] == ["0898-11112222"]
    assert Client().get("/api/v1/guides/faults").status_code == 401


def test_guides_and_their_confirmations_are_public_by_api(town: Town, government: Organ) -> None:  # noqa: F811
    keeper = staff("专员", Role.DISCLOSURE_OFFICER, at=government)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {issue_token(user=keeper, name='probe')}"}
    client = Client()
    first = client.get("/api/v1/guides/nanming").json()
    assert first["phone"] == RIGHT["phone"] and first["confirmations"] == [] and "jyj" in first["below"]
    assert client.post("/api/v1/guides/nanming/confirm").status_code == 401
    assert client.post("/api/v1/guides/jyj/confirm", **bearer).status_code == 409, "it lacks facts"
    done = client.post("/api/v1/guides/nanming/confirm", **bearer).json()
    assert len(done["confirmations"]) == 1 and done["confirmed_on"] == done["confirmations"][0]
    page = client.get("/api/v1/guides?limit=1").json()
    assert len(page["items"]) == 1 and page["next"]
    rest = client.get(f"/api/v1/guides?after={page['next']}").json()
    assert {each["code"] for each in (*page["items"], *rest["items"])} >= {"nanming", "jyj"}
    assert client.get("/api/v1/guides/nobody").status_code == 404
    (said,) = services.confirmations([government])["nanming"]
    assert said.by == keeper.ledger_name
