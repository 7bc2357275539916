"""The directory of public documents (条例 Art. 12): complete, by organ and year, on pages that never shift."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines import press
from gongkai.engines.press import ROOT
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import withdraw
from gongkai.wings.publishing.sites import directory_pages
from gongkai.wings.publishing.sites.directory_pages import Key, part_of
from gongkai.wings.publishing.sites.services import unplace

from .conftest import SHANGHAI, Town, affected_pages, all_pages

YEAR = "documents/nanming/2020/index.html"


def directory(site: str = "city") -> dict[str, str]:
    return {path: str(page.body) for path, page in all_pages(site).items() if path.startswith("documents/")}


def test_a_document_is_listed_with_the_four_things_article_12_asks_for(town: Town) -> None:
    document = town.public(
        town.policy, kind=Kind.NORMATIVE, title="政务公开办法", document_number="南府〔2020〕14号",
        summary="规范政务公开。", subject="综合政务/政务公开", effective_on=date(2020, 5, 1),
    )  # fmt: skip
    document.refresh_from_db()
    found = directory()
    kind = "documents/nanming/2020/kind-normative/p1/index.html"
    for path in (YEAR, kind, "documents/nanming/2020/subject-2/p1/index.html"):
        body = found[path]
        for words in (document.index_number, "政务公开办法", "规范政务公开。", "2020-04-22"):
            assert words in body, (path, words)
        assert f'href="{ROOT}/doc/2020/{document.pk}/"' in body and "<script" not in body.replace(
            "<script src", ""
        )
    (line,) = list(csv.DictReader(io.StringIO(found["documents/nanming/2020-p1.csv"].lstrip("\ufeff"))))
    assert line["索引号"] == document.index_number and line["内容概述"] == "规范政务公开。"
    (told,) = json.loads(found["documents/nanming/2020-p1.json"])["documents"]
    assert told["created_on"] == "2020-04-22" and told["index_number"] == document.index_number
    assert "2020" in found["documents/index.html"] and "南溟市人民政府" in found["documents/index.html"]


def test_a_text_without_summary_says_how_it_begins_and_one_without_a_day_says_so(town: Town) -> None:
    town.public(town.news, kind=Kind.NEWS, written_on=None)
    body = directory()[YEAR]
    assert "现将有关事项通告如下" in body and "—" in body


def test_what_is_not_public_is_not_listed(town: Town) -> None:
    gone = town.public(town.news, title="撤下的通告")
    town.draft(town.news, title="还没有公开")
    withdraw(document=gone, user=town.final_reviewer, reason="有误")
    assert directory() == {"documents/index.html": directory()["documents/index.html"]}
    assert "还没有公开" not in directory()["documents/index.html"]


def test_each_site_lists_what_it_shows_under_the_organ_that_answers(town: Town) -> None:
    town.public(town.bureau_news, title="局里的消息", issuer=town.bureau)
    assert "局里的消息" in directory("edu")["documents/jyj/2020/index.html"]
    assert set(directory("city")) == {"documents/index.html"}


def test_full_pages_do_not_shift_when_documents_are_added(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory_pages, "IN_PAGE", 3)
    monkeypatch.setattr(directory_pages, "IN_LIST", 3)
    for day in range(1, 8):
        town.public(town.news, at=datetime(2020, 4, day, 9, tzinfo=SHANGHAI))
    before = directory()
    added = town.public(town.news, title="新的通告", at=datetime(2020, 4, 20, 9, tzinfo=SHANGHAI))
    after = directory()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {
        YEAR,
        "documents/nanming/2020/p3/index.html",
        "documents/nanming/2020/kind-notice/p3/index.html",
        "documents/nanming/2020-p1.csv",
        "documents/nanming/2020-p1.json",
    }
    asked = {key for kind, _site, key in affected_pages(f"document:{added.pk}") if kind == "directory"}
    assert len(asked) <= 8 and str(Key("nanming", 2020)) in asked and str(Key()) not in asked
    assert {Key.parse(key).url.lstrip("/") for key in asked} >= {
        path.removesuffix("index.html") for path in changed
    }


def test_the_first_document_of_a_year_opens_the_year(town: Town) -> None:
    first = town.public(town.news, at=datetime(2021, 1, 1, 0, 30, tzinfo=SHANGHAI))
    asked = {key for kind, _site, key in affected_pages(f"document:{first.pk}") if kind == "directory"}
    assert {str(Key()), str(Key("nanming"))} <= asked
    assert "documents/nanming/2021/index.html" in directory()


def test_what_leaves_a_site_leaves_its_directory(town: Town) -> None:
    document = town.public(town.news)
    (page,) = [page for path, page in all_pages("city").items() if path == YEAR]
    assert {f"document:{document.pk}", "sitemap:city", "organ:nanming"} <= set(page.depends)
    unplace(document=document, column=town.news, user=town.manager)
    assert YEAR not in directory()


def test_the_statutory_column_leads_to_the_directory(town: Town) -> None:
    frame = press.frame("city")
    assert frame is not None
    for block in ("guide", "proactive"):
        urls = [entry.url for shelf in press.shelves(block, frame) for entry in shelf.entries]
        assert "/documents/" in urls
    pages = all_pages("city")
    assert f'href="{ROOT}/documents/"' in str(pages["zfxxgk/fdzdgknr/index.html"].body)


@given(st.integers(1, 99_999), st.integers(1, 10**9), st.sampled_from([1, 40, 200, 1000]))
def test_a_number_alone_decides_where_it_stands(serial: int, document: int, size: int) -> None:
    part = part_of(f"11/2020-{serial:05d}", document, size)
    assert part == part_of(f"22/2020-{serial:05d}", document + 1, size)
    assert part[0] == "p" and (int(part[1:]) - 1) * size < serial <= int(part[1:]) * size
    assert part_of("来自旧网站的号", document, size)[0] == "m"


def test_what_a_change_asks_of_the_directory_is_found_by_indexes(town: Town) -> None:
    """Asked for each change of one document: looking at every document made a publication among 100,000 take seconds."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a table this small whole, whatever indexes there are")
    town.public(town.policy)
    of_organ = directory_pages._in_year(directory_pages._of("city", "nanming"), 2020)
    newest = Document.objects.public().order_by("-published_at")
    for plan, index in (
        (of_organ.explain(), "documents_keeper_days"),
        (newest.explain(), "documents_public_days"),
        (newest.filter(published_at__year=2020).explain(), "documents_public_days"),
    ):
        assert index in plan, plan
        assert "SCAN documents_document\n" not in f"{plan}\n"
        assert "FOR ORDER BY" not in plan


def test_years_are_those_with_something_public(town: Town) -> None:
    assert directory_pages._years_of("city", "nanming") == []
    for year in (2020, 2018):
        town.public(town.policy, at=datetime(year, 3, 2, 9, tzinfo=SHANGHAI))
    assert directory_pages._years_of("city", "nanming") == [2020, 2018]
    assert directory_pages._years_by_organ("city") == {"nanming": [2020, 2018]}
