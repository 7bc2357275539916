"""What people get where there is no page: the site's own words in their script, and a hint that leads on."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.test import Client

from tests.published_tree import PublishedTree

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(tmp_path: Path, settings: object) -> PublishedTree:
    settings.GONGKAI_PUBLISHED = tmp_path / "published"  # type: ignore[attr-defined]
    tree = PublishedTree(tmp_path / "published")
    tree.write("404.html", "城市：没有这个页面")
    tree.write("hant/404.html", "城市：沒有這個頁面")
    tree.write("404.html", "教育：没有这个页面", site="edu")
    return tree


@pytest.mark.parametrize(
    ("host", "path", "words"),
    [
        ("city.localhost", "/request/nothing/", "城市：没有这个页面"),
        ("city.localhost", "/hant/request/nothing", "城市：沒有這個頁面"),
        ("edu.localhost:8000", "/report-check/nothing", "教育：没有这个页面"),
        ("edu.localhost:8000", "/hant/report-check/nothing", "您访问的网页不存在"),
    ],
)
def test_an_address_below_a_form_that_does_not_exist_shows_the_page_of_its_site(
    tree: PublishedTree, host: str, path: str, words: str
) -> None:
    answer = Client().get(path, headers={"host": host})
    assert (answer.status_code, words in answer.text) == (404, True)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Client().head(path, headers={"host": host}).content == b""


def test_without_a_published_site_it_is_said_in_words(settings: object, tmp_path: Path) -> None:
    settings.GONGKAI_PUBLISHED = tmp_path / "nothing"  # type: ignore[attr-defined]
    answer = Client().get("/request/nothing/")
    assert (answer.status_code, "您访问的网页不存在" in answer.text) == (404, True)


def test_a_host_that_is_not_set_up_is_told_apart_from_a_faulty_form(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="gongkai.shell.refusals"):
        answer = Client().get("/request/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "GONGKAI_HOSTS" in answer.text
    assert "evil.example" not in answer.text
    ours = [record for record in caplog.records if record.name.startswith("gongkai")]
    assert [record.exc_info for record in ours] == [None]
    assert not logging.getLogger("django.security.DisallowedHost").propagate  # no traceback for each of them
