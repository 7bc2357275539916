"""The text of a document: from what an editor wrote to the clean HTML the public reads, and to plain characters.

Everything public passes through ``clean_html``: an allow-list of meaning-bearing elements, no styles, no scripts, no
pictures from elsewhere, headings that begin at the second level (the title is the first) and never skip one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import nh3
from django.utils import translation
from django.utils.translation import gettext as _
from selectolax.lexbor import LexborHTMLParser

# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt",
    "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "video",
}
# fmt: on
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "preload"},
}
_CLASSES = {"p": {"signature", "centre"}, "section": {"question"}}
_OWN_FILES = ("/files/", "/static/")
"""Where pictures and videos may come from: public pages ask nothing of third parties."""

_BLOCK_END = re.compile(
    r"(</(?:p|h[1-6]|li|tr|dt|dd|div|section|figure|figcaption|caption|blockquote|pre|summary|details|table|ul|ol"
    r"|dl)>|<br>|<hr>)"
)
_CELL_END = re.compile(r"(</t[dh]>)(?=<t[dh])")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_BLANK_LINES = re.compile(r"[ \t\r\f\v]*\n\s*")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ue000-\ue00f]")
"""Control characters, which neither PostgreSQL nor a feed can hold, and the private characters the press writes into
pages as marks (``engines.press``): nobody else may."""


def _own_sources(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.startswith(_OWN_FILES):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "noscript",
        "svg",
        "math",
        "title",
    },
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    attribute_filter=_own_sources,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener",
)


def clean_html(html: str) -> str:
    """Keep what the allow-list knows, drop the rest; total: any string gives well-formed HTML.

    Cleaning what is clean changes nothing.
    """
    tree = LexborHTMLParser(_cleaner.clean(html))
    body = tree.body
    if body is None:
        return ""
    for picture in body.css("img:not([src]), video:not([src])"):
        picture.decompose()
    for heading_cell in body.css("th:not([scope])"):
        in_first_row = heading_cell.parent is not None and heading_cell.parent.prev is None
        heading_cell.attrs["scope"] = "col" if in_first_row else "row"
    return _heading_levels(_cleaner.clean(_UNWANTED.sub("", body.inner_html or "")).strip())


def _heading_levels(html: str) -> str:
    """Renumber headings as an outline: the first level is 2, a sub-heading is one deeper than its parent."""
    parents: list[tuple[int, int]] = []

    def renumber(match: re.Match[str]) -> str:
        closing, level = match[1], int(match[2])
        if closing:
            return f"</h{parents[-1][1] if parents else 2}>"
        while parents and parents[-1][0] >= level:
            parents.pop()
        parents.append((level, min(6, parents[-1][1] + 1 if parents else 2)))
        return f"<h{parents[-1][1]}>"

    # The cleaner wrote this HTML: every "<" outside a tag and inside an attribute is escaped, headings do not nest
    # and carry no attributes, so the pattern meets headings only.
    return _HEADING.sub(renumber, html)


def html_text(html: str) -> str:
    """The characters a reader gets, one line per block, cells apart, with the words that stand for pictures."""
    tree = LexborHTMLParser(_CELL_END.sub(r" \1", _BLOCK_END.sub(r"\n\1", html)))
    body = tree.body
    if body is None:
        return ""
    for picture in body.css("img[alt]"):
        picture.insert_before(picture.attributes.get("alt") or "")
    return _BLANK_LINES.sub("\n", body.text()).strip()


def rooted(html: str, root: str) -> str:
    """Put the script's root before every internal link, so that a reader of /hant/ stays there.

    Files exist once and have no root.
    """
    if 'href="/' not in html:
        return html
    html = html.replace('href="/', f'href="{root}/')
    for own in _OWN_FILES:
        html = html.replace(f'href="{root}{own}', f'href="{own}')
    return html


# -- Plain text --------------------------------------------------------------------------------------------

_PART = re.compile(r"第[〇零一二三四五六七八九十百]{1,5}[编章节](?:[\s\u3000]|$)")
_FIRST_LEVEL = re.compile(r"[一二三四五六七八九十]{1,3}、")
_SECOND_LEVEL = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_SENTENCE_END = tuple("。；;：:，,、！!？?.…")
_SIGN_DATE = re.compile(
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|[〇一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_LONGEST_HEADING = 45


def plain_text_to_html(text: str) -> str:
    """Paragraphs out of plain official Chinese text, one per line, with the headings its numbering gives away.

    第一章 and 一、 open a heading, （一） one below, when the line is short and not a sentence; the last lines
    before the end that are an organ and a date become the signature. Whatever is not clear stays a paragraph.
    """
    lines = [line.strip().strip("\u3000").strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    signature_from = _signature_start(lines)
    parts = []
    for number, line in enumerate(lines):
        level = _heading_level(line)
        if number >= signature_from:
            parts.append(f'<p class="signature">{escape(line)}</p>')
        elif level:
            parts.append(f"<h{level}>{escape(line)}</h{level}>")
        else:
            parts.append(f"<p>{escape(line)}</p>")
    return clean_html("\n".join(parts))


def _heading_level(line: str) -> int | None:
    if len(line) > _LONGEST_HEADING or line.endswith(_SENTENCE_END):
        return None
    if _PART.match(line):
        return 2
    if _FIRST_LEVEL.match(line):
        return 3
    return 4 if _SECOND_LEVEL.match(line) else None


def _signature_start(lines: list[str]) -> int:
    """Index of the first signature line: the date the text ends with and up to three short organ names above."""
    if len(lines) < 2 or not _SIGN_DATE.fullmatch(lines[-1].replace(" ", "")):
        return len(lines)
    start = len(lines) - 1
    while start > 1 and len(lines) - start <= 3 and _is_organ_name(lines[start - 1]):
        start -= 1
    return start


def _is_organ_name(line: str) -> bool:
    return len(line) <= 25 and not line.endswith(_SENTENCE_END) and _heading_level(line) is None


# -- Blocks of the editor ----------------------------------------------------------------------------------

FileAddress = Callable[[Any], str]


def body_html(body: Iterable[Any], address: FileAddress) -> str:
    """The blocks of ``Document.body`` as clean HTML; ``address`` gives the public address of a stored file.

    The few words the page adds itself are Simplified Chinese: the text is stored once, for every reader.
    """
    with translation.override("zh-hans"):
        parts = [_WRITERS[block.block_type](block.value, address) for block in body if block.value]
    return clean_html("\n".join(parts))


def _rich_text(value: Any) -> str:
    return str(getattr(value, "source", value))


def _table(value: Mapping[str, Any], address: FileAddress) -> str:
    rows: list[list[Any]] = [row for row in value.get("data") or [] if row is not None]
    merged = {(cell["row"], cell["col"]): cell for cell in value.get("mergeCells") or []}
    hidden = {(c["row"], c["col"]) for c in value.get("cell") or [] if c.get("hidden")}
    header_row, header_column = (
        bool(value.get("first_row_is_table_header")),
        bool(value.get("first_col_is_header")),
    )

    def cell(row: int, column: int, content: Any) -> str:
        words = "<br>".join(escape(line) for line in str(content if content is not None else "").splitlines())
        span = merged.get((row, column), {})
        size = "".join(
            f' {name}="{int(span[name])}"' for name in ("rowspan", "colspan") if span.get(name, 1) != 1
        )
        if header_row and row == 0:
            return f'<th scope="col"{size}>{words}</th>'
        if header_column and column == 0:
            return f'<th scope="row"{size}>{words}</th>'
        return f"<td{size}>{words}</td>"

    def line(row: int) -> str:
        cells = (cell(row, n, c) for n, c in enumerate(rows[row]) if (row, n) not in hidden)
        return f"<tr>{''.join(cells)}</tr>"

    caption = value.get("table_caption")
    head = f"<thead>{line(0)}</thead>" if header_row and rows else ""
    rest = "".join(line(row) for row in range(1 if head else 0, len(rows)))
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}{head}<tbody>{rest}</tbody></table>"


def _picture(value: Mapping[str, Any], address: FileAddress) -> str:
    if value.get("file") is None:
        return ""
    caption = f"<figcaption>{escape(value['caption'])}</figcaption>" if value.get("caption") else ""
    source, words = escape(address(value["file"])), escape(value.get("text") or "")
    return f'<figure><img src="{source}" alt="{words}">{caption}</figure>'


def _video(value: Mapping[str, Any], address: FileAddress) -> str:
    if value.get("file") is None:
        return ""
    source, title = escape(address(value["file"])), escape(value.get("title") or "")
    return (
        f'<figure><video src="{source}" controls preload="none"></video><figcaption>{title}</figcaption></figure>'
        f"<details><summary>{escape(_('Transcript'))}</summary>{_rich_text(value.get('transcript') or '')}</details>"
    )


def _question(value: Mapping[str, Any], address: FileAddress) -> str:
    question, answer = escape(value.get("question") or ""), _rich_text(value.get("answer") or "")
    return f'<section class="question"><h3>{question}</h3>{answer}</section>'


_WRITERS: dict[str, Callable[[Any, FileAddress], str]] = {
    "text": lambda value, address: _rich_text(value),
    "html": lambda value, address: _rich_text(value),
    "table": _table,
    "picture": _picture,
    "video": _video,
    "question": _question,
}
