"""What the server runs: the public side, with the workbench behind it.

    PublicFiles → Health → StaticFiles → SearchPage → BackOffice (Django)

Only the last link knows Django and its database, and it is loaded beside the others once they answer. Whatever happens
to it, the links before it go on answering.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from gongkai.engines.press.serving import Generation, PublicFiles, StaticFiles
from gongkai.engines.press.serving_notices import BUSY, OUT_OF_ORDER
from gongkai.shell.public.search_page import SearchPage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE: Final = 8
"""So many requests one process lets into Django at a time, and so many database connections it needs at most by
that. The rest of its threads (``shell.serve.THREADS``) stay free for the public side when the database hangs."""
WAITING: Final = 4
"""So many more wait for their turn; the next one is told to come back."""
PROXIES: Final = ["127.0.0.1", "::1"]
"""Only a proxy on this machine is believed about the address and scheme of whom it speaks for."""

logger = logging.getLogger(__name__)


class BackOffice:
    """Django, kept at arm's length: loaded by ``warm`` or at the first request, given only some of the threads.

    When it cannot be loaded every request is told so (503, in Chinese) and the reason is logged once; the process
    has to be restarted then, for Django cannot be set up twice.
    """

    def __init__(self, load: Callable[[], WSGIApplication]) -> None:
        self._load = load
        self._loading = threading.Lock()
        self._application: WSGIApplication | None = None
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._queue = threading.BoundedSemaphore(AT_ONCE + WAITING)

    def warm(self) -> None:
        """Begin to load Django, so that nobody has to wait for it; returns at once."""
        threading.Thread(target=self._loaded, name="back-office", daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._queue.acquire(blocking=False):
            return BUSY(environ, start_response)
        self._places.acquire()
        try:
            body = self._loaded()(environ, start_response)
        except BaseException:
            self._leave()
            raise
        return _Leaving(body, self._leave)

    def _leave(self) -> None:
        self._places.release()
        self._queue.release()

    def _loaded(self) -> WSGIApplication:
        with self._loading:
            if self._application is None:
                try:
                    self._application = self._load()
                except Exception:  # whatever it is, the public side must not go down with it
                    logger.exception("Django cannot be loaded; the workbench is out of order until a restart")
                    self._application = OUT_OF_ORDER
            return self._application


class _Leaving:
    """An answer that gives its place back when the server has sent it."""

    def __init__(self, body: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._body = body
        self._leave = leave
        self._left = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        if self._left.acquire(blocking=False):
            try:
                if hasattr(self._body, "close"):
                    self._body.close()
            finally:
                self._leave()


class Health:
    """``/healthz``: is there a published tree, and which generation? ``?deep=1`` asks Django for the database too."""

    def __init__(self, published: Path, fallback: WSGIApplication) -> None:
        self._current = published / "current"
        self._generation = Generation(published)
        self._fallback = fallback

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz" or environ.get("QUERY_STRING"):
            return self._fallback(environ, start_response)
        is_published = self._current.is_dir()
        body = json.dumps({"published": is_published, "generation": self._generation.number()}).encode()
        start_response(
            "200 OK" if is_published else "503 Service Unavailable",
            [
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class OlderDatabase(RuntimeError):
    """The tables are those of an earlier version."""

    code = "older_database"


def _refuse_an_older_database() -> None:
    """Half of the screens would work on one, and acts would fail in the middle. A database that does not answer at all
    is no reason: it may come back."""
    from django.db import DatabaseError, connection

    from gongkai.foundation.migrating import is_up_to_date

    try:
        ready = is_up_to_date()
    except DatabaseError:
        return
    finally:
        connection.close()
    if not ready:
        raise OlderDatabase(
            "the database is of an earlier version: stop the services, run gongkai backup and gongkai setup, start again"
        )


def django_application() -> WSGIApplication:
    """Django with everything its first request would load: screens and API take longer than Django itself.

    Raises ``OlderDatabase``.
    """
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    application = get_wsgi_application()
    _refuse_an_older_database()
    _ = get_resolver().url_patterns
    # What is loaded stays. To look through it all again for garbage, as Python would now and then, takes half a second
    # in which nobody is answered, the readers of public pages included.
    gc.collect()
    gc.freeze()
    return wrap_wsgi_with_proxy_headers(application, PROXIES)


def compose(*, published: Path, static: Path, load: Callable[[], WSGIApplication]) -> PublicFiles:
    """The whole chain over one published tree and one folder of collected static files."""
    return _chain(published, static, BackOffice(load))


def _chain(published: Path, static: Path, office: BackOffice) -> PublicFiles:
    behind = SearchPage(published, office)
    return PublicFiles(published, Health(published, StaticFiles(static, "/static/", behind)))


def _from_settings(office: BackOffice) -> PublicFiles:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.shell.settings")
    from django.conf import settings

    return _chain(settings.GONGKAI_PUBLISHED, settings.STATIC_ROOT, office)


_office = BackOffice(django_application)
application = _from_settings(_office)


def warmed() -> PublicFiles:
    """What each process of ``gongkai serve`` runs: public pages answer at once, Django is loaded meanwhile."""
    _office.warm()
    return application
