"""Which host shows which site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongkai.engines.press.sites_file import SiteTable


@pytest.fixture
def table(tmp_path: Path) -> SiteTable:
    (tmp_path / "current").mkdir()
    content = {
        "default": "city",
        "hosts": {"edu.localhost": "edu", "[::1]": "edu"},
        "sites": {
            "city": {"name": "市政府", "hosts": []},
            "edu": {"name": "教育局", "hosts": ["edu.localhost"]},
        },
    }
    (tmp_path / "current" / "sites.json").write_text(json.dumps(content), encoding="utf-8")
    return SiteTable(tmp_path)


@pytest.mark.parametrize(
    "host", ["edu.localhost", "EDU.localhost:8000", "edu.localhost.", "[::1]", "[::1]:8000"]
)
def test_a_host_shows_its_site_whatever_case_and_port(table, host):
    assert table.slug_for(host) == "edu"


@pytest.mark.parametrize("host", ["", "nobody", "127.0.0.1:8000", ":", "x" * 5000, "城.cn"])
def test_an_unknown_host_shows_the_default_site(table, host):
    assert table.slug_for(host) == "city"


def test_names_and_hosts_of_sites(table):
    assert (table.name_of("edu"), table.name_of("?")) == ("教育局", "?")
    assert (table.host_of("edu"), table.host_of("city"), table.host_of("?")) == ("edu.localhost", "", "")
    assert table.number == 2


def test_before_the_first_build_there_is_no_table(tmp_path):
    with pytest.raises(FileNotFoundError):
        SiteTable(tmp_path)
