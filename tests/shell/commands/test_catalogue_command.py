"""``gongkai import catalogue`` and ``gongkai catalogue``: what they say and how they end; the API says the same."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.accounts.services import issue_token
from gongkai.foundation.organs.models import Organ
from gongkai.shell.command import gongkai
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.directories import drawn


def run(*arguments: str) -> Result:
    with patch("gongkai.shell.django_setup.setup"):
        return CliRunner().invoke(gongkai, list(arguments))


@pytest.fixture
def bureau(db: None) -> Organ:
    return organ("南溟市教育局", short_name="市教育局", code="jyj")


def test_a_directory_is_checked_taken_in_and_listed(bureau: Organ, tmp_path: Path) -> None:
    path = str(drawn(tmp_path / "a.xlsx"))
    checked = run("import", "catalogue", path, "--check", "--json")
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.output)["added"] == 3 and not CatalogueEntry.objects.exists()
    assert run("import", "catalogue", path).exit_code == 0
    again = json.loads(run("import", "catalogue", path, "--json").output)
    assert (again["unchanged"], again["added"]) == (3, 0)
    refused = run("import", "catalogue", str(drawn(tmp_path / "b.xlsx", subject="不存在的局")))
    assert refused.exit_code == 1 and "退回 3" in refused.output
    assert run("import", "catalogue", path, "--organ", "no").exit_code == 2
    (tmp_path / "c.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("import", "catalogue", str(tmp_path / "c.csv")).exit_code == 2
    listed = json.loads(run("catalogue", "list", "--json", "--organ", "jyj", "--state", "unbound").output)
    assert [each["state"] for each in listed] == ["unbound", "unbound"]
    gaps = run("catalogue", "gaps", "--json")
    assert gaps.exit_code == 1 and json.loads(gaps.output)["states"]["on_request"] == 1
    assert "0/2" in run("catalogue", "matrix").output
    assert run("catalogue", "remind").exit_code == 0


def test_a_row_is_bound_and_shown(bureau: Organ, tmp_path: Path) -> None:
    run("import", "catalogue", str(drawn(tmp_path / "a.xlsx")))
    manager = staff("站长", Role.SITE_MANAGER, at=bureau)
    site = create_site(user=manager, slug="edu", name="南溟市教育局", organ=bureau, host="edu.localhost")
    column = add_column(site=site, user=manager, name="招生政策", slug="zsxx", type="notice")
    number = str(CatalogueEntry.objects.get(level2="招生政策").pk)
    assert f"column:{column.pk}" in run("catalogue", "bind", number, "--suggest").output
    assert run("catalogue", "bind", number, f"column:{column.pk}").exit_code == 0
    shown = json.loads(run("catalogue", "show", number, "--json").output)
    assert shown["state"] == "missing" and shown["bindings"][0]["key"] == str(column.pk)
    assert [verb for _at, verb, _who in shown["history"]] == ["catalogue.added", "catalogue.bound"]
    assert run("catalogue", "bind", number, f"column:{column.pk}", "--off").exit_code == 0
    assert run("catalogue", "bind", number, "column:0").exit_code == 1
    assert run("catalogue", "show", "99999").exit_code == 2


def test_the_api_gives_rows_to_all_and_gaps_to_staff(bureau: Organ, tmp_path: Path) -> None:
    run("import", "catalogue", str(drawn(tmp_path / "a.xlsx")))
    client = Client()
    first = client.get("/api/v1/catalogue?limit=2&organ=jyj&field=义务教育").json()
    assert len(first["items"]) == 2 and first["next"]
    rest = client.get(f"/api/v1/catalogue?after={first['next']}").json()
    assert len(rest["items"]) == 1 and rest["next"] is None
    assert rest["items"][0]["time_limit_rules"]["not_understood"] == ["适时公开"]
    one = client.get(f"/api/v1/catalogue/{first['items'][0]['id']}").json()
    assert one["published"] is False and one["url"] is None
    assert client.get("/api/v1/catalogue/0").status_code == 404
    assert client.get("/api/v1/catalogue?organ=nowhere").status_code == 404
    assert client.get("/api/v1/catalogue/gaps").status_code == 401
    officer = staff("专员", Role.DISCLOSURE_OFFICER, at=bureau)
    token = issue_token(user=officer, name="test", actor="system")
    headers = {"authorization": f"Bearer {token if isinstance(token, str) else token[0]}"}
    gaps = client.get("/api/v1/catalogue/gaps", headers=headers).json()
    assert gaps["states"]["unbound"] == 2
