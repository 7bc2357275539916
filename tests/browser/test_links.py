"""Every link of every published page, in both scripts, leads somewhere: to a file, or to what the server answers."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from tests.browser.running_city import City

LINK = re.compile(r'(?:href|src)="([^"#?]+)')


def links(tree: Path, hosts: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """The page, the site and the path of each link to one of our sites."""
    for site in hosts.values():
        for page in (tree / site).rglob("*.html"):
            if page.name == "410.html":
                # It leads to its own address, in both scripts.
                continue
            for address in set(LINK.findall(page.read_text(encoding="utf-8"))):
                parts = urlsplit(address)
                target = hosts.get(parts.hostname or "", "") if parts.hostname else site
                if target and parts.path.startswith("/"):
                    yield str(page.relative_to(tree)), target, unquote(parts.path)


def status(city: City, host: str, path: str) -> int:
    request = urllib.request.Request(city.base + quote(path), headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_no_link_of_a_published_page_leads_nowhere(city: City) -> None:
    tree = (city.folder / "published" / "current" / "sites").resolve()
    hosts = {"127.0.0.1": "city", "localhost": "city", "edu.localhost": "edu"}
    missing: dict[tuple[str, str], str] = {}
    for page, site, path in links(tree, hosts):
        file = tree / site / (f"{path}index.html" if path.endswith("/") else path).lstrip("/")
        if not file.is_file():
            missing.setdefault((site, path), page)
    named = {"city": "127.0.0.1", "edu": "edu.localhost"}
    port = city.base.rpartition(":")[2]
    bad = {
        f"{site}{path}": page
        for (site, path), page in missing.items()
        if status(city, f"{named[site]}:{port}", path) not in (200, 410)
    }
    assert not bad
