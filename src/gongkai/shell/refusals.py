"""What Django answers when there is no page to answer with: in Chinese, with the policy of public pages."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from gongkai.engines.press.serving_notices import NOT_FOUND, OUT_OF_ORDER, Notice

TOO_MUCH: Final = Notice(
    "400 Bad Request", "内容无法接收", "提交的内容过大或无法识别。请返回上一页，精简内容后重新提交。"
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
    return _answer(TOO_MUCH, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(NOT_FOUND, request)


def broken(request: HttpRequest) -> HttpResponse:
    return _answer(BROKEN, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(NO_COOKIE, request)


def _answer(notice: Notice, request: HttpRequest) -> HttpResponse:
    """The notice as Django wants it."""
    answer = HttpResponse(status=int(notice.status[:3]))

    def begin(status: str, headers: list[tuple[str, str]], *_rest: object) -> None:
        for name, value in headers:
            answer[name] = value

    answer.content = b"".join(notice({"REQUEST_METHOD": request.method or "GET"}, begin))  # type: ignore[arg-type]
    return answer
