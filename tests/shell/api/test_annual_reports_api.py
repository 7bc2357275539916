"""Annual reports over the API: what is published for everybody, what is not for nobody else."""

from __future__ import annotations

from typing import Any

from django.test import Client

from gongkai.foundation.accounts.models import User
from gongkai.foundation.accounts.services import issue_token
from tests.wings.disclosure.annual.conftest import YEAR, City, city, drafted, filed, published

__all__ = ["city"]

ROOT = "/api/v1/annual-reports"


def ask(path: str = "", user: User | None = None, **given: Any) -> Any:
    client = Client()
    headers = (
        {"authorization": f"Bearer {issue_token(user=user, name='t', actor=user.ledger_name)}"}
        if user
        else {}
    )
    return client.get(f"{ROOT}{path}", given, headers=headers)


def test_everybody_reads_what_is_published_and_nothing_else(city: City) -> None:
    filed(city.one)
    drafted(city.other)
    assert ask().json() == []
    assert ask(f"/ju-a/{YEAR}").status_code == 404
    published(city.one)
    (listed,) = ask(year=YEAR).json()
    assert (listed["organ"], listed["url"]) == ("ju-a", f"/annual-reports/ju-a/{YEAR}/")
    assert ask(organ="ju-b").json() == []
    report = ask(f"/ju-a/{YEAR}").json()
    assert report["tables"]["table3"][0]["values"]["total"] == 3


def test_the_office_reads_how_its_report_stands_now(city: City) -> None:
    drafted(city.one)
    answer = ask(f"/ju-a/{YEAR}/now", user=city.one.officer).json()
    assert answer["report"]["tables"]["table3"][0]["values"]["total"] == 3
    assert {fault["kind"] for fault in answer["faults"]} >= {"blank"}
    assert ask(f"/ju-a/{YEAR}/now", user=city.other.officer).status_code == 403
    assert ask(f"/ju-a/{YEAR}/now").status_code == 401


def test_years_out_of_reach_are_not_there(city: City) -> None:
    for year in (0, 10**12, 1999):
        assert ask(f"/ju-a/{year}").status_code == 404
        assert ask(f"/ju-a/{year}/now", user=city.one.officer).status_code == 404
    assert ask(year=10**12).json() == []
