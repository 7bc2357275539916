"""What Django answers when there is no page to answer with: in Chinese, with the policy of public pages."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from gongkai.engines.press.serving_http import PAGE_SECURITY
from gongkai.engines.press.serving_notices import NOT_FOUND, OUT_OF_ORDER, Notice
from gongkai.engines.press.sites_file import SiteTable

logger = logging.getLogger(__name__)

TOO_MUCH: Final = Notice(
    "400 Bad Request", "内容无法接收", "提交的内容过大或无法识别。请返回上一页，精简内容后重新提交。"
)
WRONG_HOST: Final = Notice(
    "400 Bad Request",
    "不能通过该网址访问",
    "本服务未启用您所用的域名或地址，请改用网站公布的网址。维护人员请将该域名加入配置项 GONGKAI_HOSTS 后重新启动服务。",
)
BROKEN: Final = Notice(
    "500 Internal Server Error", OUT_OF_ORDER.title, OUT_OF_ORDER.text, OUT_OF_ORDER.headers
)
NO_COOKIE: Final = Notice(
    "403 Forbidden",
    "请重新提交",
    "页面已过期，或者浏览器未启用Cookie。请返回上一页刷新后重新提交；仍无法提交的，请启用浏览器的Cookie功能。",
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        logger.warning("a host that is not in GONGKAI_HOSTS: %.100r", request.META.get("HTTP_HOST", ""))
        return _answer(WRONG_HOST, request)
    return _answer(TOO_MUCH, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    page = _page_of_the_site(request)
    if page is None:
        return _answer(NOT_FOUND, request)
    answer = HttpResponse(b"" if request.method == "HEAD" else page, status=404)
    answer["Cache-Control"] = "no-store"
    for name, value in PAGE_SECURITY:
        answer[name] = value
    return answer


def broken(request: HttpRequest) -> HttpResponse:
    return _answer(BROKEN, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(NO_COOKIE, request)


def _page_of_the_site(request: HttpRequest) -> bytes | None:
    """What the published site shows for an address it does not have, in the script of the address."""
    published = Path(settings.GONGKAI_PUBLISHED)
    name = "hant/404.html" if request.path.startswith("/hant/") else "404.html"
    try:
        slug = SiteTable(published).slug_for(request.META.get("HTTP_HOST", ""))
        return (published / "current" / "sites" / slug / name).read_bytes()
    except (OSError, ValueError, LookupError):
        return None


def _answer(notice: Notice, request: HttpRequest) -> HttpResponse:
    """The notice as Django wants it."""
    answer = HttpResponse(status=int(notice.status[:3]))

    def begin(status: str, headers: list[tuple[str, str]], *_rest: object) -> None:
        for name, value in headers:
            answer[name] = value

    answer.content = b"".join(notice({"REQUEST_METHOD": request.method or "GET"}, begin))  # type: ignore[arg-type]
    return answer
