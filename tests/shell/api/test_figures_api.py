"""Figures over the API: aggregated numbers for everybody, and nothing that says who asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongkai.shell.api import figures as figures_api
from tests.factories import organ
from tests.factories_disclosure import Office, accepted, decide, office
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def at() -> Office:
    found = office(code="caizhengju", name="测试市财政局")
    decide(accepted(found), found, "granted", "2020-05-12")
    return found


def ask(path: str = "", **given: Any) -> Any:
    return Client().get(f"/api/v1/figures{path}", given)


def test_every_declared_figure_can_be_asked_for_in_every_way_it_offers(at: Office) -> None:
    known = ask().json()
    assert len({each["code"] for each in known}) == len(known) >= 30
    for each in known:
        for by in ["", *(dimension["code"] for dimension in each["by"])]:
            answer = ask(f"/{each['code']}", year=2020, by=by)
            assert answer.status_code == 200
            if by:
                assert sum(group["number"] for group in answer.json()["groups"]) == answer.json()["number"]


def test_a_number_for_the_city_one_organ_and_another(at: Office) -> None:
    organ("别的局", code="bieju")
    numbers = [
        ask("/requests.row.3.7", year=2020, organ=code).json()["number"]
        for code in ("", "caizhengju", "bieju")
    ]
    assert numbers == [1, 1, 0]


def test_an_organ_with_all_below_it_is_one_number(at: Office) -> None:
    below = office(code="erji", parent=at.organ)
    decide(accepted(below), below, "granted", "2020-05-12")
    assert ask("/requests.row.1", year=2020, organ="caizhengju").json()["number"] == 1
    assert ask("/requests.row.1", year=2020, organ="caizhengju", below="true").json()["number"] == 2


def test_who_asked_is_not_told_while_the_year_runs(at: Office) -> None:
    year = timezone.localdate().year
    answer = ask("/requests.row.1", year=year, by="applicant_kind")
    assert answer.status_code == 422
    assert answer.json()["code"] == "running"
    assert ask("/requests.row.1", year=year).json()["running"] is True


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/no.such.figure", {"year": 2020}, 404),
        ("/requests.row.1", {}, 422),
        ("/requests.row.1", {"year": "zwanzig"}, 422),
        ("/requests.row.1", {"year": 99999}, 422),
        ("/requests.row.1", {"year": 2020, "organ": "nowhere"}, 404),
        ("/requests.row.1", {"year": 2020, "organ": "\x00"}, 422),
        ("/requests.row.1", {"year": 2020, "by": "organ"}, 422),
        ("/requests.row.1", {"year": 2020, "by": "x' OR 1=1"}, 422),
    ],
)
def test_what_is_not_there_is_refused(at: Office, path: str, given: dict[str, Any], status: int) -> None:
    answer = ask(path, **given)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message", "reasons"}


def test_a_number_is_counted_once_and_an_address_does_not_have_too_many_counted(
    at: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowance = figures_api.COUNTED_FOR_ADDRESS._replace(times=2)
    monkeypatch.setattr(figures_api, "COUNTED_FOR_ADDRESS", allowance)
    for _time in range(4):
        assert ask("/requests.row.3.7", year=2020).json()["number"] == 1
    assert ask("/requests.row.3.7", year=2019).status_code == 200
    refused = ask("/requests.row.3.7", year=2018)
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
    assert ask("/requests.row.3.7", year=2020).status_code == 200


def test_a_number_names_the_form_the_report_of_its_year_uses(at: Office) -> None:
    for code in ("requests.row.1", "remedies.review.upheld", "documents.rules.in_force"):
        if code not in {each["code"] for each in ask().json()}:
            continue
        said = {year: ask(f"/{code}", year=year).json()["provision"] for year in (2019, 2020, 2021, 2024)}
        assert said == {
            2019: "国办公开办函〔2019〕60号",
            2020: "国办公开办函〔2019〕60号",
            2021: "国办公开办函〔2021〕30号",
            2024: "国办公开办函〔2021〕30号",
        }
    assert "第33条" in ask("/requests.answered.late", year=2020).json()["provision"]
