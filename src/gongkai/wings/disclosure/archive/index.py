"""The package's own cover sheet: one HTML page without scripts or links to the outside, readable in fifty years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_STYLE = (
    "body{font:16px/1.7 serif;max-width:48em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%;margin:1em 0}th,td{border:1px solid #888;padding:.3em .6em;"
    "text-align:left;vertical-align:top}code{overflow-wrap:anywhere}"
)


def index_page(
    *,
    number: str,
    title: str,
    organ: str,
    kept: Sequence[tuple[str, str]],
    timeline: Sequence[Mapping[str, Any]],
    heads: Sequence[tuple[str, str]],
) -> str:
    """``kept``: label and value of what the package says of itself."""
    parts = (
        format_html(
            '<!DOCTYPE html>\n<html lang="zh-Hans"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width"><title>{} {}</title><style>{}</style></head><body>\n',
            number,
            title,
            mark_safe(_STYLE),  # noqa: S308  # our own constant
        ),
        format_html("<h1>{}</h1>\n<p>{} · {}</p>\n", title, organ, number),
        _table("归档信息", ("项目", "内容"), kept),
        _table("办理过程", ("日期", "事项", "说明"), [_row(each) for each in timeline]),
        _table("过程记录校验值", ("记录", "校验值"), heads),
        "<p>本包依照 BagIt 1.0（RFC 8493）封装，各文件的校验值见 manifest-sha256.txt 和 manifest-sha512.txt。</p>\n"
        "</body></html>\n",
    )
    return "".join(str(part) for part in parts)


def _row(each: Mapping[str, Any]) -> tuple[str, str, SafeString | str]:
    told = escape(str(each.get("note", "")))
    if each.get("file"):
        told = format_html('<a href="items/{}">{}</a> {}', quote(each["file"]), each["file"], told)
    return str(each.get("day", "")), str(each.get("title", "")), told


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> SafeString:
    body = format_html_join(
        "\n",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((cell,) for cell in row)),) for row in rows),
    )
    heading = format_html_join("", '<th scope="col">{}</th>', ((word,) for word in head))
    return format_html(
        "<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>\n{}\n</tbody></table>\n",
        caption,
        heading,
        body,
    )
