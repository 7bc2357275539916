"""Search over HTTP answers from the published index alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from gongkai.engines.search import IndexWriter, SearchRecord

ADDRESS = "/api/v1/search"


def ask(**asked: Any) -> Any:
    return Client().get(ADDRESS, asked)


@pytest.fixture
def index() -> Iterator[None]:
    """Three texts on two sites, and no database: a query there fails the test."""
    path = Path(settings.GONGKAI_PUBLISHED) / "current" / "search.db"
    path.parent.mkdir(parents=True)
    with IndexWriter(path) as writer:
        for number, (site, year) in enumerate([("city", 2019), ("city", 2020), ("health", 2020)]):
            writer.put(
                SearchRecord(
                    key=f"document:{number}",
                    sites=(site,),
                    url=f"/doc/{year}/{number}/",
                    title=f"优化营商环境第{number}号通告",
                    text="请各单位遵照执行<b>",
                    kind="notice",
                    kind_label="通知公告",
                    published_on=date(year, 3, 1),
                )
            )
        writer.commit()
    yield


def test_words_are_found_in_either_script_and_marked(index: None) -> None:
    for words in ("营商环境", "營商環境"):
        answer = ask(q=words).json()
        assert answer["total"] == 3
        assert "<mark>营商环境</mark>" in answer["items"][0]["title_marked"]
    assert "<b>" not in ask(q="遵照执行").json()["items"][0]["snippet_marked"]
    assert ask(q="无此词语").json()["items"] == []


def test_results_are_narrowed_by_site_and_year(index: None) -> None:
    assert ask(q="营商", site="city").json()["total"] == 2
    assert [hit["url"] for hit in ask(site="city", year=2020).json()["items"]] == ["/doc/2020/1/"]
    years = next(facet for facet in ask(q="营商").json()["facets"] if facet["name"] == "year")
    assert {each["value"]: each["count"] for each in years["values"]} == {"2019": 1, "2020": 2}


def test_pages_hold_as_many_as_asked_for(index: None) -> None:
    pages = [ask(q="营商", limit=2, page=page).json() for page in (1, 2)]
    assert [page["pages"] for page in pages] == [2, 2]
    assert len({hit["key"] for page in pages for hit in page["items"]}) == 3


@pytest.mark.parametrize(
    "asked", [{"year": "nie"}, {"validity": "x"}, {"on": "2020-02-30"}, {"limit": 51}, {"q": "a" * 201}]
)
def test_what_makes_no_sense_is_refused(index: None, asked: dict[str, Any]) -> None:
    answer = ask(**asked)
    assert answer.status_code == 422 and answer.json()["reasons"]


def test_before_anything_is_published_it_says_so() -> None:
    answer = ask(q="营商")
    assert answer.status_code == 503 and answer.json()["code"] == "search_unavailable"
