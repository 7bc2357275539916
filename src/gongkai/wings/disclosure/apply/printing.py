"""Printing a page of the form into the frame of the site, in the script of its address; and what HTTP says about it.

These pages are made for one person: they are not kept by anybody on the way, run nothing inline and load nothing from
elsewhere.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template import engines
from django.utils.translation import gettext as _
from django.utils.translation import override
from markupsafe import Markup, escape

from gongkai.engines.press import LANG, OTHER, ROOT, Crumb
from gongkai.engines.press.declarations import Frame, PublishedSite, frame, registry
from gongkai.engines.press.serving_http import PAGE_SECURITY
from gongkai.foundation.hanzi import to_traditional

TITLE: Final = "依申请公开"
"""As the regulation calls it (条例 Ch. 4); the name stands as the statute prints it."""
HANT: Final = "/hant"
KIOSK: Final = "request.kiosk"
KIOSK_SECONDS: Final = 180
"""After so long without a touch a kiosk forgets who stood there."""


R = TypeVar("R", bound=HttpResponseBase)


def own(text: object) -> Markup:
    """What an applicant wrote, as numbers of characters, so that no conversion of the page changes it."""
    printed = str(escape(text))
    return Markup("".join(sign if ord(sign) < 128 else f"&#{ord(sign)};" for sign in printed))  # noqa: S704


def root_of(request: HttpRequest) -> str:
    return HANT if request.path.startswith(f"{HANT}/") else ""


def site_of(request: HttpRequest) -> PublishedSite | None:
    """The site whose host was asked; the default one for every other host."""
    sites = registry.published_sites()
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    shown = next((site for site in sites if host in site.hosts), None)
    return shown or next((site for site in sites if site.default), sites[0] if sites else None)


def frame_of(request: HttpRequest) -> Frame | None:
    site = site_of(request)
    return frame(site.slug) if site else None


@functools.cache
def version_of(*assets: str) -> str:
    """Changes when one of the static files does: browsers keep them by their address."""
    written = hashlib.sha256()
    for name in assets:
        found = finders.find(name)
        if isinstance(found, str):
            written.update(Path(found).read_bytes())
    return written.hexdigest()[:8]


def page(
    request: HttpRequest,
    template: str,
    title: str,
    *,
    crumbs: Iterable[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """One page of the form. ``context`` reaches the template as it is."""
    at_home = request.path.removeprefix(root_of(request)) == "/request/"
    kiosk = bool(request.session.get(KIOSK))
    return page_for_one(
        request,
        f"public/request/{template}",
        title,
        indexed=at_home,
        look="request kiosk" if kiosk else "request",
        crumbs=() if at_home else (Crumb(TITLE, "/request/"), *crumbs),
        status=status,
        kiosk=kiosk,
        kiosk_seconds=KIOSK_SECONDS,
        request_version=version_of("request/request.css", "request/request.js"),
        **context,
    )


def page_for_one(
    request: HttpRequest,
    template: str,
    title: str,
    *,
    indexed: bool,
    look: str = "request",
    crumbs: Iterable[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page made for whoever asks, in the frame of the site that was asked; search engines may keep it if ``indexed``."""
    site = frame_of(request)
    if site is None:
        return secured(HttpResponse(_("There is no site yet."), status=503, content_type="text/plain"))
    root = root_of(request)
    here = request.path.removeprefix(root)
    with override(settings.LANGUAGE_CODE):
        head = site.head(here, title, crumbs=[*crumbs, Crumb(title)], indexed=indexed)
        head.look = look
        told = {"site": site, "page": head, "title": title, "own": own, "path": here, **context}
        printed = engines["public"].get_template(template).render(told, request)
    return secured(HttpResponse(in_script(printed, root), status=status))


def in_script(printed: str, root: str) -> str:
    """A printed page in the script of its address: ``root`` is "" or "/hant"."""
    if root:
        return to_traditional(printed).replace(ROOT, root).replace(LANG, "zh-Hant").replace(OTHER, "")
    return printed.replace(ROOT, "").replace(LANG, "zh-Hans").replace(OTHER, HANT)


def secured(response: R) -> R:
    for name, value in PAGE_SECURITY:
        response[name] = value
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Frame-Options"] = "DENY"
    return response


def go(request: HttpRequest, path: str) -> HttpResponse:
    """On to another page of ours, in the same script, with GET."""
    answer = HttpResponseRedirect(f"{root_of(request)}{path}", status=303)
    answer["Cache-Control"] = "no-store"
    return answer


View = Callable[..., HttpResponseBase]


def in_chinese(view: View) -> View:
    """Public pages speak the language of the site, whatever the browser prefers; the script follows the address."""

    @functools.wraps(view)
    def speaking(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        with override(settings.LANGUAGE_CODE):
            return view(request, *arguments, **named)

    return speaking


def refused(request: HttpRequest, title: str, words: str, status: int) -> HttpResponse:
    """A page that says what cannot be, and where to go on."""
    return page(request, "notice.html", title, status=status, words=words)
