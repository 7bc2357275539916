"""The public side over HTTP: the published tree, served from memory, with the rest of the house behind it.

The press adds one to the counter in ``published/generation`` after every change that can be seen. Each process maps
those eight octets and compares them once per request, so a page is looked up in memory without asking the disk, and
still the first request after a change sees it. Nothing here needs the database or Django.
"""

from __future__ import annotations

import logging
import mmap
import os
import threading
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gongkai.engines.press.serving_http import ASK_AGAIN
from gongkai.engines.press.serving_notices import (
    BAD_ADDRESS,
    NO_SUCH_SITE,
    NOT_FOUND,
    NOT_PUBLISHED,
    READ_ONLY,
)
from gongkai.engines.press.serving_pages import BadPath, Moved, Outdated, Page, find, names_of, read, send
from gongkai.engines.press.sites_file import SiteTable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSES: Final = (
    "/workbench/",
    "/accounts/",
    "/api/",
    "/static/",
    "/healthz",
    "/metrics",
    "/request/",
    "/hant/request/",
    "/report-check/",
    "/hant/report-check/",
    "/search/suggest",
    "/hant/search/suggest",
)
"""What is not the published tree's: everything at or below these addresses goes on to the fallback."""
QUESTIONS: Final = ("/search/", "/hant/search/")
"""Published pages that go on to the fallback when the request carries a query."""

KEPT_IN_MEMORY: Final = 64 << 20
"""Octets of pages one process keeps."""
_HOSTS: Final = 1000
"""So many names of hosts are remembered; whoever invents more pays for them with a look at the table."""
_READING: Final = frozenset({"GET", "HEAD"})
_QUERY: Final = "=&?/:;%+,!~*'()@$-._"

logger = logging.getLogger(__name__)


class Generation:
    """The press's counter, read without a system call.

    ``read`` gives eight octets of the counter and, looked up once a second, which file the counter is and where
    ``current`` leads: a tree put in place by hand is noticed too, only later. Without a counter every look counts
    as a change.
    """

    def __init__(self, published: Path) -> None:
        self._counter_path = published / "generation"
        self._current_path = published / "current"
        self._counter: mmap.mmap | bytes = b""
        self._inode = 0
        self._places = b""
        self._look_again = 0.0

    def read(self) -> bytes:
        if monotonic() >= self._look_again:
            self.look()
        return self._counter[:8] + self._places

    def number(self) -> int:
        """The counter itself; 0 where there is none."""
        self.read()
        return int.from_bytes(self._counter[:8], "little") if self._inode else 0

    def look(self) -> None:
        try:
            with self._counter_path.open("rb") as file:
                found = os.fstat(file.fileno())
                if found.st_ino != self._inode:
                    self._counter = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
                    self._inode = found.st_ino
        except (FileNotFoundError, ValueError):  # ValueError: shorter than a counter
            self._counter, self._inode = str(monotonic()).encode(), 0
        try:
            current = str(self._current_path.readlink())
        except OSError:
            current = ""
        self._places = f"{self._inode} {current}".encode()
        self._look_again = monotonic() + 1


class Shelf:
    """Pages kept in memory, bounded by octets. When the newer half is full it becomes the older half, and what is
    not asked for while it is the older half goes: nearly the least recently used, at no cost per hit."""

    def __init__(self, room: int) -> None:
        self._room = room // 2
        self._used = 0
        self._newer: dict[tuple[str, str], Page] = {}
        self._older: dict[tuple[str, str], Page] = {}

    def get(self, key: tuple[str, str]) -> Page | None:
        page = self._newer.get(key)
        if page is None:
            page = self._older.get(key)
            if page is not None:
                self.put(key, page)
        return page

    def put(self, key: tuple[str, str], page: Page) -> None:
        self._newer[key] = page
        self._used += page.weight
        if self._used > self._room:
            self._older, self._newer, self._used = self._newer, {}, 0

    def drop(self, key: tuple[str, str]) -> None:
        self._newer.pop(key, None)
        self._older.pop(key, None)


class Snapshot:
    """What a process knows of the published tree at one generation. It is thrown away whole, never mended: a slow
    request that began before a change can thus only add to what nobody looks at any more."""

    def __init__(self, published: Path, mark: bytes) -> None:
        self.mark = mark
        self.shelf = Shelf(KEPT_IN_MEMORY)
        self.tree = (published / "current").resolve()
        self._slugs: dict[str, str] = {}
        self._sites: SiteTable | None = None
        try:
            self._sites = SiteTable(published)
        except FileNotFoundError:
            pass  # nothing is published yet
        except (OSError, ValueError, LookupError, TypeError):
            logger.exception("the table of sites in %s cannot be read", self.tree)

    @property
    def is_published(self) -> bool:
        return self._sites is not None

    def slug_for(self, host: str) -> str:
        """The site a host shows; "" when it shows none."""
        slug = self._slugs.get(host)
        if slug is None:
            slug = (self._sites and self._sites.slug_for(host)) or ""
            if len(self._slugs) < _HOSTS:
                self._slugs[host] = slug
        return slug

    def find(self, host: str, names: list[str] | None) -> Page | Moved | None:
        slug = self.slug_for(host)
        return find(self._root(slug), names) if slug and names else None

    def missing_page(self, slug: str, names: list[str] | None) -> Page | None:
        """The site's own page for an address it does not have, in the script of that address."""
        if not slug:
            return None
        name = "hant/404.html" if names and names[0] == "hant" else "404.html"
        page = self.shelf.get((slug, name))
        if page is None:
            root = self._root(slug)
            page = read(root, root / name)
            if page is not None:
                self.shelf.put((slug, name), page)  # no path of a request begins without a slash
        return page

    def _root(self, slug: str) -> Path:
        # not resolved: a site that is a link to elsewhere has no pages
        return self.tree / "sites" / slug


class PublicFiles:
    """WSGI application: the published sites, and behind them ``fallback`` for what is no published page.

    ``passes`` are the addresses that belong to the fallback, with everything below them; ``questions`` the pages that
    do when the request carries a query.
    """

    def __init__(
        self,
        published: Path,
        fallback: WSGIApplication,
        passes: Iterable[str] = PASSES,
        questions: Iterable[str] = QUESTIONS,
    ) -> None:
        self._published = published
        self._fallback = fallback
        self._passes = tuple(prefix.rstrip("/") + "/" for prefix in passes)
        self._questions = frozenset(questions)
        self._generation = Generation(published)
        self._renewing = threading.Lock()
        self._snapshot = Snapshot(published, b"")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        snapshot = self._snapshot
        if snapshot.mark != self._generation.read():
            snapshot = self._renewed()
        key = snapshot.slug_for(environ.get("HTTP_HOST", "")), environ["PATH_INFO"]
        page = snapshot.shelf.get(key)
        if page is None or environ["REQUEST_METHOD"] not in _READING:
            return self._fetch(environ, start_response, snapshot)
        try:
            return send(page, environ, start_response)
        except Outdated:
            snapshot.shelf.drop(key)
            return self(environ, start_response)

    def _fetch(
        self, environ: WSGIEnvironment, start_response: StartResponse, snapshot: Snapshot
    ) -> Iterable[bytes]:
        """Answer what is not on the shelf."""
        path, host = environ["PATH_INFO"], environ.get("HTTP_HOST", "")
        asks = path in self._questions and environ.get("QUERY_STRING")
        if asks or (path if path.endswith("/") else path + "/").startswith(self._passes):
            return self._fallback(environ, start_response)
        if environ["REQUEST_METHOD"] not in _READING:
            return READ_ONLY(environ, start_response)
        try:
            names = names_of(path)
        except BadPath:
            return BAD_ADDRESS(environ, start_response)
        found = snapshot.find(host, names)
        if found is None and self._is_behind(snapshot):
            snapshot = self._renewed()
            found = snapshot.find(host, names)
        slug = snapshot.slug_for(host)
        if isinstance(found, Moved):
            return _move(found, environ, start_response)
        if found is not None:
            if path not in self._questions:
                snapshot.shelf.put((slug, path), found)
            return send(found, environ, start_response)
        if not snapshot.is_published:
            return NOT_PUBLISHED(environ, start_response)
        if not slug:
            return NO_SUCH_SITE(environ, start_response)
        missing = snapshot.missing_page(slug, names)
        return send(missing, environ, start_response) if missing else NOT_FOUND(environ, start_response)

    def _is_behind(self, snapshot: Snapshot) -> bool:
        """Has the tree changed under a request that is about to say there is no such page?"""
        self._generation.look()
        return self._generation.read() != snapshot.mark

    def _renewed(self) -> Snapshot:
        with self._renewing:
            mark = self._generation.read()
            if self._snapshot.mark != mark:
                self._snapshot = Snapshot(self._published, mark)
            return self._snapshot


def _move(to: Moved, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING")
    location = f"{to.path}?{quote(query, safe=_QUERY)}" if query else to.path
    start_response(
        "301 Moved Permanently",
        [("Location", location), ("Content-Length", "0"), ("Cache-Control", ASK_AGAIN)],
    )
    return []


class StaticFiles:
    """WSGI application: one folder of files under ``prefix`` (Django's collected static files), then ``fallback``.

    These files change when the software does, and nobody counts generations for them: each is looked at on disk
    every time, and read again when it is another.
    """

    def __init__(self, folder: Path, prefix: str, fallback: WSGIApplication) -> None:
        self._root = folder.resolve()
        self._prefix = prefix
        self._fallback = fallback
        self._shelf = Shelf(KEPT_IN_MEMORY // 4)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(self._prefix):
            return self._fallback(environ, start_response)
        if environ["REQUEST_METHOD"] not in _READING:
            return READ_ONLY(environ, start_response)
        try:
            names = names_of(path.removeprefix(self._prefix.rstrip("/")))
        except BadPath:
            return BAD_ADDRESS(environ, start_response)
        page = self._page(names) if names else None
        return send(page, environ, start_response) if page else NOT_FOUND(environ, start_response)

    def _page(self, names: list[str]) -> Page | None:
        file = self._root.joinpath(*names)
        key = "", str(file)
        page = self._shelf.get(key)
        if page is None or not page.is_current():
            page = read(self._root, file)
            if page is not None:
                self._shelf.put(key, page)
        return page
