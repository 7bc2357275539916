"""The few pages that must be answered when there is nothing to answer with: no tree, no database, no Django.

They are in Chinese and built in, because whatever would translate or lay them out may be what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai.engines.press.serving_http import PAGE_SECURITY, Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PAGE = (
    '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that says why there is no other page; ``headers`` are what its status asks for besides."""

    status: str
    title: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = _PAGE.format(title=self.title, text=self.text).encode()
        headers: Headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *PAGE_SECURITY,
            *self.headers,
        ]
        start_response(self.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


BAD_ADDRESS = Notice("400 Bad Request", "网址有误", "网址中有无法识别的字符，请检查后重新输入。")
NOT_FOUND = Notice("404 Not Found", "没有找到网页", "您访问的网页不存在，请检查网址是否正确。")
NO_SUCH_SITE = Notice("404 Not Found", "没有这个网站", "本服务器上没有使用该域名的网站，请检查网址是否正确。")
READ_ONLY = Notice(
    "405 Method Not Allowed", "不能这样访问", "该网址只供阅读，不接受提交。", (("Allow", "GET, HEAD"),)
)
BUSY = Notice(
    "503 Service Unavailable",
    "访问人数较多",
    "现在访问的人较多，请稍候几秒再试。",
    (("Retry-After", "5"),),
)
NOT_PUBLISHED = Notice(
    "503 Service Unavailable",
    "网站尚未发布",
    "网站页面正在准备，尚未发布，请稍后再来。",
    (("Retry-After", "60"),),
)
OUT_OF_ORDER = Notice(
    "503 Service Unavailable",
    "该功能暂时无法使用",
    "工作平台和在线服务暂时无法使用，公开信息仍可正常查阅。请稍后再试。",
    (("Retry-After", "60"),),
)
