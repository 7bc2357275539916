"""Building a package: a BagIt 1.0 bag (RFC 8493) in a zip, the same bytes for the same input.

The bag is written here, because the library writes version 0.97 and changes the process's folder while it works;
the library judges it before it is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import keep_made
from gongkai.wings.disclosure.archive.index import index_page
from gongkai.wings.disclosure.archive.rules import ArchiveItem, folder_name, inner_name, retention, tag
from gongkai.wings.disclosure.archive.verifying import verify_folder

_SUMS = ("sha256", "sha512")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""What a zip can say at the earliest; packing time is no content."""


class PackageFaulty(RuntimeError):
    """What was packed did not pass its own check; nothing was kept. ``code``: faulty."""

    code = "faulty"


def pack(
    *,
    case_number: str,
    title: str,
    organ: str,
    entries: Iterable[ArchiveItem],
    facts: Mapping[str, Any],
    ledger_heads: Mapping[str, str],
    actor: str,
    packed_on: dt.date | None = None,
) -> StoredFile:
    """Build, check and keep the package of one case.

    ``facts`` are the case's own, as JSON values; "timeline" among them is a list of ``{"day", "title", "note"}`` and is
    shown together with the files, "retention" overrides the period. ``ledger_heads``: stream to hash. ``packed_on``: the
    date the package bears; the newest date in it when left out. Raises ``PackageFaulty``.
    """
    items = list(entries)
    with tempfile.TemporaryDirectory(prefix="gongkai-archive-") as name:
        bag = Path(name) / folder_name(case_number)
        timeline = _lay_out(bag, items, facts)
        day = packed_on or max((row["day"] for row in timeline), default="1980-01-01")
        told = _bag_info(bag, case_number, title, organ, facts, timeline, str(day))
        kept = [(label, value) for label, value in told if not label.isascii()]
        page = index_page(
            number=case_number,
            title=title,
            organ=organ,
            kept=kept,
            timeline=timeline,
            heads=sorted(ledger_heads.items()),
        )
        (bag / "data" / "index.html").write_text(page, encoding="utf-8")
        _json(bag / "data" / "timeline.json", timeline)
        _json(bag / "data" / "facts.json", {key: value for key, value in facts.items() if key != "timeline"})
        _json(bag / "data" / "ledger.json", dict(ledger_heads))
        _seal(bag, told)
        if found := verify_folder(bag):
            raise PackageFaulty("; ".join(fault.message for fault in found))
        target = Path(name) / "package.zip"
        _zip(bag, target)
        return keep_made(made=target, name=f"{bag.name}.zip", actor=actor)


def _lay_out(bag: Path, items: Sequence[ArchiveItem], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Copy the files in, oldest first; the rows of the timeline, files among them."""
    folder = bag / "data" / "items"
    folder.mkdir(parents=True)
    rows: list[dict[str, Any]] = [dict(row) | {"day": str(row["day"])} for row in facts.get("timeline", ())]
    for number, item in enumerate(sorted(items, key=lambda item: item.dated_on), start=1):
        inner = inner_name(number, item.name)
        if isinstance(item.content, bytes):
            (folder / inner).write_bytes(item.content)
        else:
            shutil.copyfile(item.content, folder / inner)
        row = {"day": item.dated_on.isoformat(), "title": item.title, "kind": item.kind, "file": inner}
        rows.append(row | {"name": item.name})
    return sorted(rows, key=lambda row: str(row["day"]))


def _bag_info(
    bag: Path,
    case_number: str,
    title: str,
    organ: str,
    facts: Mapping[str, Any],
    timeline: Sequence[Mapping[str, Any]],
    day: str,
) -> list[tuple[str, str]]:
    """Labels of RFC 8493, then our own in Chinese."""
    kept = retention(dt.date.fromisoformat(day)) if day >= "2006-12-18" else None
    period = str(facts.get("retention", "") or (kept.period if kept else ""))
    days = [str(row["day"]) for row in timeline]
    return [
        ("Source-Organization", organ),
        ("External-Identifier", case_number),
        ("External-Description", title),
        ("Bagging-Date", day),
        ("机关", organ),
        ("编号", case_number),
        ("题名", title),
        ("起止日期", f"{min(days)} 至 {max(days)}" if days else ""),
        ("封装日期", day),
        ("保管期限", period),
        ("保管期限依据", kept.basis if kept and not facts.get("retention") else ""),
    ]


def _seal(bag: Path, told: Sequence[tuple[str, str]]) -> None:
    """Manifests of the payload, then of the tag files."""
    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    declared = "".join(tag(name, value) for name, value in told if value)
    _text(bag / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    _text(bag / "bag-info.txt", declared + tag("Payload-Oxum", f"{size}.{len(payload)}"))
    for name in _SUMS:
        _text(bag / f"manifest-{name}.txt", _manifest(bag, payload, name))
    tags = sorted(path for path in bag.iterdir() if path.is_file())
    for name in _SUMS:
        _text(bag / f"tagmanifest-{name}.txt", _manifest(bag, tags, name))


def _manifest(bag: Path, paths: Sequence[Path], sum_name: str) -> str:
    lines = []
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, sum_name).hexdigest()
        lines.append(f"{digest}  {path.relative_to(bag).as_posix()}\n")
    return "".join(lines)


def _zip(bag: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(path for path in bag.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{bag.name}/{path.relative_to(bag).as_posix()}", _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed)


def _text(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def _json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, cls=DjangoJSONEncoder)
    path.write_text(text + "\n", encoding="utf-8")
