"""The public side of a whole running city, with its main database taken away."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.running_city import City, second_city

pytestmark = pytest.mark.fault


def answer(address: str, host: str = "") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=300) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def test_portal_search_feeds_and_guides_answer_when_the_database_is_gone(city: City, tmp_path: Path) -> None:
    with second_city(city, tmp_path) as city:
        files = list(city.folder.glob("gongkai.sqlite3*"))
        assert files
        for file in files:
            file.unlink()
        home = answer(f"{city.base}/")
        assert home[0] == 200 and "南溟市人民政府" in home[1]
        assert "南溟市教育局" in answer(f"{city.base}/", host="edu.localhost")[1]
        for path in ("/zfxxgk/zn/", "/zcwj/", "/series/tpgj/", "/sitemap.xml", "/robots.txt", "/hant/"):
            assert answer(city.base + path)[0] == 200, path
        assert "<feed" in answer(f"{city.base}/feed.atom")[1]
        status, found = answer(f"{city.base}/search/?q={quote('一件事一次办')}")
        assert status == 200 and "<mark>" in found
        status, found = answer(f"{city.base}/hant/search/?q={quote('營商環境')}")
        assert status == 200 and "<mark>" in found
        assert answer(f"{city.base}/no-such-page/")[0] == 404
