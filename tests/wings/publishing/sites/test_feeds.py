"""Feeds and sitemaps, read by the programs that read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from gongkai.engines.press import LANG, ROOT, Page
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.documents.services import withdraw
from gongkai.wings.publishing.sites.feeds import CHUNK, IN_FEED
from gongkai.wings.publishing.sites.services import add_column, unplace

from .conftest import SHANGHAI, Town, all_pages, body_of, page_of

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def served(body: str) -> str:
    return body.replace(ROOT, "/hant").replace(LANG, "zh-Hant")


@pytest.mark.parametrize("format", ["atom", "rss"])
@pytest.mark.parametrize("of_column", [False, True])
def test_a_feed_is_well_formed_and_complete(town: Town, format: str, of_column: bool) -> None:
    document = town.public(town.news, kind=Kind.NEWS, title="甲 & 乙 <丙>", summary="摘要\x0b有控制字符")
    key = f"{town.news.pk}:{format}" if of_column else format
    feed = feedparser.parse(served(body_of("feed", "city", key)))
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == {"atom": "atom10", "rss": "rss20"}[format]
    assert feed.feed.title.startswith("南溟市人民政府")
    (entry,) = feed.entries
    assert entry.title == "甲 &amp; 乙 &lt;丙&gt;" or entry.title == "甲 & 乙 <丙>"
    assert entry.link.endswith(f"/hant/doc/2020/{document.pk}/")
    assert entry.link.startswith("http://city.localhost")
    assert entry.published_parsed[:5] == (2020, 4, 22, 1, 30)
    assert entry.id


@pytest.mark.once
def test_entries_keep_their_ids_and_no_two_share_one(town: Town) -> None:
    start = datetime(2020, 1, 1, 9, tzinfo=SHANGHAI)
    for number in range(IN_FEED + 5):
        town.public(town.news, kind=Kind.NEWS, at=start + timedelta(days=number))
    first = feedparser.parse(served(body_of("feed", "city", "atom")))
    assert len(first.entries) == IN_FEED
    assert len({entry.id for entry in first.entries}) == IN_FEED
    dates = [entry.published_parsed for entry in first.entries]
    assert dates == sorted(dates, reverse=True)
    town.public(town.news, kind=Kind.NEWS)
    again = feedparser.parse(served(body_of("feed", "city", "atom")))
    assert {entry.id for entry in again.entries} >= {entry.id for entry in first.entries[:-1]}


def test_an_empty_feed_is_a_feed(town: Town) -> None:
    for format in ("atom", "rss"):
        feed = feedparser.parse(served(body_of("feed", "edu", format)))
        assert not feed.bozo
        assert feed.entries == []
        assert feed.feed.updated if format == "atom" else feed.feed.title


def test_the_feed_of_a_column_holds_what_stands_below_it(town: Town) -> None:
    child = add_column(site=town.site, user=town.manager, name="子栏目", slug="z", parent=town.news)
    town.public(child, title="子栏目的新闻")
    assert "子栏目的新闻" in body_of("feed", "city", f"{town.news.pk}:atom")
    assert "子栏目的新闻" not in body_of("feed", "city", f"{town.policy.pk}:atom")


def test_what_is_withdrawn_or_taken_out_leaves_feeds_and_sitemaps(town: Town) -> None:
    gone = town.public(town.news, town.bureau_news)
    moved = town.public(town.news, town.bureau_news)
    withdraw(document=gone, user=town.final_reviewer, reason="有误")
    unplace(document=moved, column=town.bureau_news, user=town.manager)

    def holds(site: str, pk: int) -> bool:
        pages = all_pages(site).items()
        return any(
            f"/doc/2020/{pk}/" in str(page.body)
            for path, page in pages
            if path.endswith((".xml", ".atom", ".rss"))
        )

    assert not holds("city", gone.pk)
    assert not holds("edu", gone.pk)
    assert holds("city", moved.pk)
    assert not holds("edu", moved.pk)


def locations(page: Page | None) -> list[str]:
    assert page is not None
    tree = ElementTree.fromstring(str(page.body))  # our own output
    return [str(node.text) for node in tree.iter(f"{SITEMAP}loc")]


def test_the_sitemap_index_lists_the_sitemaps_there_are(town: Town) -> None:
    document = town.public(town.news)
    listed = locations(page_of("sitemap-index", "city", ""))
    pages = all_pages("city")
    assert [address.removeprefix("http://city.localhost:8000/") for address in listed] == [
        "sitemaps/columns.xml",
        f"sitemaps/docs-{document.pk // CHUNK}.xml",
    ]
    assert all(address.removeprefix("http://city.localhost:8000/") in pages for address in listed)


def test_every_public_page_of_a_document_is_in_a_sitemap_once(town: Town) -> None:
    ids = [town.public(town.news, town.policy).pk for _ in range(3)]
    found = [
        address
        for number in {pk // CHUNK for pk in ids}
        for address in locations(page_of("sitemap", "city", str(number)))
    ]
    assert sorted(found) == sorted(f"http://city.localhost:8000/doc/2020/{pk}/" for pk in ids)


def test_a_sitemap_never_shifts(town: Town) -> None:
    """A thousand documents by id stand in one file, whatever is published before or after."""
    document = town.public(town.news)
    key = str(document.pk // CHUNK)
    page = page_of("sitemap", "city", key)
    assert page is not None
    assert page.path == f"sitemaps/docs-{key}.xml"
    assert f"document:{document.pk}" in page.depends
    assert page_of("sitemap", "city", str(document.pk // CHUNK + 1)) is None
    assert page_of("sitemap", "edu", key) is None
