"""Annual reports out of files, anybody's: JSON, HTML, DOCX, XLSX, PDF. The kind is told by the content, not the name.

Everything is bounded; all but JSON is opened in a child process of limited memory and time: nesting or packing can make
a small file cost hours.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

from gongkai.foundation.files.judging import judge
from gongkai.foundation.files.sniffing import sniff
from gongkai.wings.disclosure.annual.reading.blocks import Block, NotRead, Paragraph, from_plain
from gongkai.wings.disclosure.annual.reading.recognise import recognise
from gongkai.wings.disclosure.annual.shape import MalformedReport, Report

__all__ = ["MOST_BYTES", "MOST_REPORTS", "NotRead", "read_blocks", "read_reports"]

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_TEXT: Final = 400_000
"""Characters of all sentences; a long report has 30,000."""
MOST_REPORTS: Final = 200
"""Reports in one JSON file."""
_OPENED_APART: Final = frozenset({"docx", "xlsx", "pdf"})
_SECONDS: Final = 30


def read_reports(content: bytes, *, year: int | None = None, issuer: str = "") -> tuple[Report, ...]:
    """The reports of one file; all but JSON hold one. ``year`` and ``issuer`` go before what the file says.

    Raises ``NotRead``.
    """
    return _bounded(_read(content, year, issuer))


def _read(content: bytes, year: int | None, issuer: str) -> tuple[Report, ...]:
    if not content.strip():
        raise NotRead("empty")
    if len(content) > MOST_BYTES:
        raise NotRead("big")
    if blocks := read_blocks(content):
        return (_report(blocks, year, issuer),)
    kind = sniff(io.BytesIO(content))
    if kind in ("text", "html", "unknown") or content.lstrip()[:1] in (b"{", b"[", b"<", b"\xff", b"\xfe"):
        text = _decoded(content)
        start = text.lstrip("\ufeff \t\r\n")[:1]
        if start in ("{", "["):
            return _from_json(text, year, issuer)
        if "<" in text and ("<t" in text.lower() or kind == "html"):
            return (_report(_opened_apart(text.encode(errors="replace"), "html"), year, issuer),)
    if content.startswith(b"PK\x03\x04") and not zipfile.is_zipfile(io.BytesIO(content)):
        raise NotRead("broken")  # the head of a DOCX or XLSX, and its end is missing
    raise NotRead("kind", kind)


def read_blocks(content: bytes) -> list[Block]:
    """What a DOCX, XLSX or PDF says, in order; nothing of another kind of file. Raises ``NotRead``."""
    kind = sniff(io.BytesIO(content))
    if kind not in _OPENED_APART:
        return []
    if kind != "pdf" and judge(io.BytesIO(content), len(content), kind):
        raise NotRead("broken")
    return _opened_apart(content, kind) or [Paragraph("")]


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotRead("kind", "text")


def _from_json(text: str, year: int | None, issuer: str) -> tuple[Report, ...]:
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotRead("broken", f"JSON {error.lineno}:{error.colno}") from None
    except (RecursionError, ValueError):
        raise NotRead("broken", "JSON") from None
    if isinstance(data, dict) and isinstance(data.get("reports"), list):
        entries = data["reports"]
    else:
        entries = data if isinstance(data, list) else [data]
    if not entries:
        raise NotRead("empty")
    if len(entries) > MOST_REPORTS:
        raise NotRead("big")
    found, faults = [], []
    unsaid = {key: value for key, value in (("year", year), ("issuer", issuer)) if value}
    for at, entry in enumerate(entries):
        try:
            given = (
                unsaid | {key: value for key, value in entry.items() if value is not None}
                if isinstance(entry, dict)
                else entry
            )
            found.append(Report.from_json(given, lenient=True))
        except MalformedReport as refusal:
            place = f"reports[{at}]." if len(entries) > 1 else ""
            faults += [f"{place}{fault}" for fault in refusal.faults]
    if faults:
        raise NotRead("malformed", "\n".join(faults[:50]))
    return tuple(found)


def _bounded(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Reports whose text can be read through in good time."""
    if sum(len(text) for report in reports for text in report.narrative) > MOST_TEXT:
        raise NotRead("big")
    return reports


def _report(blocks: list[Block], year: int | None, issuer: str) -> Report:
    try:
        return Report.from_json(recognise(blocks, year=year, issuer=issuer), lenient=True)
    except MalformedReport as refusal:
        raise NotRead("malformed", "\n".join(map(str, refusal.faults))) from refusal


def _opened_apart(content: bytes, kind: str) -> list[Block]:
    with tempfile.NamedTemporaryFile(prefix="gongkai-report-", suffix=f".{kind}") as file:
        file.write(content)
        file.flush()
        try:
            child = subprocess.run(  # noqa: S603  # our own interpreter on our own module
                [
                    sys.executable,
                    "-m",
                    "gongkai.wings.disclosure.annual.reading.worker",
                    kind,
                    str(Path(file.name)),
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotRead("heavy") from None
    if child.returncode < 0:
        raise NotRead("heavy")
    if child.returncode or not child.stdout:
        raise NotRead("broken")
    answer = json.loads(child.stdout)
    if "fault" in answer:
        raise NotRead(answer["fault"], answer.get("detail", ""))
    return from_plain(answer["blocks"])
