"""The search page: the published layout of the site, filled with what the published index answers.

WSGI, before Django and without it: it needs the files of the published tree and nothing else, so it answers while the
main database is away. Its words stand in ``locale/zh_Hans/LC_MESSAGES/search.po``, read here once a process.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gongkai.engines.press.serving_http import ASK_AGAIN, NO_SNIFFING, PAGE_SECURITY
from gongkai.engines.press.serving_notices import BAD_ADDRESS, NOT_FOUND, NOT_PUBLISHED, READ_ONLY
from gongkai.engines.press.sites_file import SiteTable
from gongkai.engines.search import Results, SearchIndex, SearchUnavailable
from gongkai.foundation.hanzi import to_traditional
from gongkai.shell.public.search_asked import Asked, asked, parameters
from gongkai.shell.public.search_view import fragment, out_of_order, title

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MARKER: Final = "<!--gongkai:results-->"
_PAGES: Final = {"/search/": "", "/hant/search/": "/hant"}
_SUGGESTIONS: Final = {"/search/suggest": "", "/hant/search/suggest": "/hant"}

logger = logging.getLogger(__name__)


class SearchPage:
    """Answers the search page and its suggestions in both scripts; the rest is the ``fallback``'s."""

    def __init__(self, published: Path, fallback: WSGIApplication) -> None:
        self._published = published
        self._fallback = fallback
        self._index = SearchIndex(published / "current" / "search.db")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path not in _PAGES and path not in _SUGGESTIONS:
            return self._fallback(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return READ_ONLY(environ, start_response)
        try:
            values = parameters(environ.get("QUERY_STRING", ""))
        except ValueError:
            return BAD_ADDRESS(environ, start_response)
        try:
            sites = SiteTable(self._published)
        except FileNotFoundError:
            return NOT_PUBLISHED(environ, start_response)
        host = environ.get("HTTP_HOST", "")
        site = sites.slug_for(host)
        if path in _SUGGESTIONS:
            return self._suggest(environ, start_response, values, site, _SUGGESTIONS[path])
        today = (datetime.now(UTC) + timedelta(hours=8)).date()
        question = asked(values, site=site, today=today)
        return self._answer(environ, start_response, question, sites, _PAGES[path])

    def _answer(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        question: Asked,
        sites: SiteTable,
        root: str,
    ) -> Iterable[bytes]:
        page = (
            self._published / "current" / "sites" / question.site / root.lstrip("/") / "search" / "index.html"
        )
        try:
            layout = page.read_text(encoding="utf-8")
        except OSError:
            return NOT_FOUND(environ, start_response)
        results: Results | None = None
        related: tuple[str, ...] = ()
        try:
            if question.is_question:
                results = self._index.search(question.query)
                related = self._related(question, results)
            body = fragment(question, results, related, sites=sites, port=_port(environ), root=root)
            status, extra = "200 OK", []
        except SearchUnavailable:
            logger.exception("the search index cannot be read")
            body = out_of_order()
            status, extra = "503 Service Unavailable", [("Retry-After", "60")]
        heading = title(question, results)
        if root:
            body, heading = to_traditional(body), to_traditional(heading)
        content = _filled(layout, body, heading, question, root).encode()
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", ASK_AGAIN),
            ("X-Robots-Tag", "noindex"),
            *PAGE_SECURITY,
            *extra,
        ]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]

    def _related(self, question: Asked, results: Results) -> tuple[str, ...]:
        """Words of titles that go on from the last one asked for."""
        pieces = question.query.words.split()
        if not pieces or not results.total:
            return ()
        suggested = self._index.suggest(pieces[-1], site=question.query.site, limit=12)
        found = (each.text for each in suggested if not each.url and each.text != pieces[-1])
        return tuple(" ".join([*pieces[:-1], word]) for word in found)

    def _suggest(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        values: dict[str, str],
        site: str,
        root: str,
    ) -> Iterable[bytes]:
        """``[{"text": …, "url": …}]``; empty, not an error, while there is no index: typing must go on."""
        try:
            found = self._index.suggest(values.get("q", ""), site=site)
        except SearchUnavailable:
            logger.exception("the search index cannot be read")
            found = ()
        rows = [{"text": each.text, "url": f"{root}{each.url}" if each.url else ""} for each in found]
        written = json.dumps(rows, ensure_ascii=False)
        content = (to_traditional(written) if root else written).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", ASK_AGAIN),
            NO_SNIFFING,
        ]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def _filled(layout: str, body: str, heading: str, question: Asked, root: str) -> str:
    """The layout with the results, the page's title saying what was asked, and the link to the other script asking
    the same."""
    other = "/search/" if root else "/hant/search/"
    here = escape(question.address(page=question.query.page))
    before, marker, after = layout.partition(MARKER)
    before = before.replace("<title>", f"<title>{heading}", 1)
    before = before.replace(f'href="{other}"', f'href="{other}{here}"', 1)
    return f"{before}{body}{after}" if marker else layout


def _port(environ: WSGIEnvironment) -> str:
    """``:8000`` as the reader typed it, for links to other sites of the same server."""
    host, colon, port = environ.get("HTTP_HOST", "").rpartition(":")
    return f":{port}" if colon and host and port.isdigit() else ""
