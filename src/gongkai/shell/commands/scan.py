"""``gongkai scan FILE``: what does not belong in a text, with line and column. Answers without Django or a database."""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from selectolax.lexbor import LexborHTMLParser

from gongkai.foundation.hanzi import (
    mask_personal_data,
    personal_data,
    secrecy_marks,
    stray_strings,
    wording,
)
from gongkai.shell.commands.wording import BadInput, words_of

_ = words_of("gongkai.foundation.hanzi")

_PAGES = {".html", ".htm", ".xhtml"}
_BLOCK_END = re.compile(
    r"(</(?:p|h[1-6]|li|tr|div|dt|dd|section|article|caption|title)\s*>|<br\s*/?>)", re.IGNORECASE
)
_AROUND = 8
"""Characters of the text shown on either side of what is pointed at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """``line`` and ``column`` count from 1; ``start`` and ``end`` from 0, in the visible text. Excerpts are masked."""

    kind: str
    start: int
    end: int
    line: int
    column: int
    text: str
    excerpt: str
    reason: str


@click.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def scan(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Point at strings in FILE (text, Markdown, HTML, DOCX, XLSX, PDF; - for standard input) that do not belong there.

    Stray strings, numbers of people, marks of secrecy and wording faults. Exit code 1 when there are any. In all but plain
    text, lines and columns are those of the visible text: a line for each paragraph and each row of a table.
    """
    text = _visible(file)
    if not text.strip():
        raise BadInput(_("The file holds no text."))
    hits = list(hits_in(text))
    counts = Counter(hit.kind for hit in hits)
    if as_json:
        facts: dict[str, Any] = {
            "file": str(file),
            "counts": dict(sorted(counts.items())),
            "findings": [asdict(hit) for hit in hits],
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        for hit in hits:
            click.echo(
                f"{file}:{hit.line}:{hit.column}: {_(hit.kind)} “{hit.text}” {hit.reason} …{hit.excerpt}…"
            )
        click.echo(_summary(counts))
    ctx.exit(1 if hits else 0)


def hits_in(text: str) -> Iterator[Hit]:
    """Everything pointed at in ``text``, in order."""
    lines = _Lines(text)
    found: list[tuple[int, int, str, str]] = []
    for stray in stray_strings(text):
        found.append((stray.start, stray.end, "stray", _(stray.reason)))
    for match in personal_data(text):
        if match.kind != "landline":
            reason = _("valid") if match.valid else _("check character does not fit")
            found.append((match.start, match.end, match.kind, reason))
    for mark in secrecy_marks(text):
        found.append((mark.start, mark.end, "secrecy", _("not meant for the public")))
    for fault in wording(text):
        found.append((fault.start, fault.end, "wording", f"{fault.reason} → {fault.right}"))
    masked = mask_personal_data(text)
    for start, end, kind, reason in sorted(found):
        line, column = lines.place(start)
        around = " ".join(masked[max(0, start - _AROUND) : end + _AROUND].split())
        yield Hit(kind, start, end, line, column, masked[start:end], around, reason)


class _Lines:
    def __init__(self, text: str) -> None:
        self._starts = [0, *(newline.end() for newline in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _summary(counts: Counter[str]) -> str:
    if not counts:
        return _("Nothing found.")
    kinds = ", ".join(f"{_(kind)} {count}" for kind, count in sorted(counts.items()))
    return _("Found: %(kinds)s") % {"kinds": kinds}


def _visible(file: Path) -> str:
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    if content.startswith((b"PK\x03\x04", b"%PDF")):
        return _told_by(content)
    text = _decoded(content)
    if file.suffix.lower() not in _PAGES:
        return text
    page = LexborHTMLParser(_BLOCK_END.sub("\\1\n", text))
    page.strip_tags(["script", "style", "noscript", "template"])
    return page.root.text() if page.root is not None else ""


def _told_by(content: bytes) -> str:
    """The text of an office file or a PDF, a line for each paragraph and each row of a table."""
    from gongkai.wings.disclosure.annual.reading import NotRead, read_blocks
    from gongkai.wings.disclosure.annual.reading.blocks import Paragraph

    try:
        blocks = read_blocks(content)
    except NotRead as refusal:
        reasons = {
            "encrypted": _("The file is protected by a password: save it without one first."),
            "no-text": _("The PDF holds no text, only pictures: scan the file it was made from."),
            "heavy": _("Opening the file takes more time or memory than it may: save it anew first."),
        }
        damaged = _("The file is damaged and cannot be opened: save it anew first.")
        raise BadInput(reasons.get(refusal.code, damaged)) from None
    if not blocks:
        raise BadInput(_("This is no text file: save it as text in UTF-8 first."))
    lines: list[str] = []
    for block in blocks:
        lines += [block.text] if isinstance(block, Paragraph) else ["\t".join(row) for row in block.rows]
    return "\n".join(lines)


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030, in which older Chinese files are written."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise BadInput(_("This is no text file: save it as text in UTF-8 first."))
