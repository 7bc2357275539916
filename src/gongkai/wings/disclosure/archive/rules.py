"""What a package is made of, and how long it is kept. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

NAME_BYTES = 150
"""Of a name inside a package: file systems take 255 bytes, and a Chinese character has three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveItem:
    """One file of a case. ``name`` as it came (it is cleaned), ``kind`` as the case knows it: letter, answer, …"""

    name: str
    content: bytes | Path
    title: str
    kind: str
    dated_on: dt.date


@dataclass(frozen=True, slots=True)
class Retention:
    period: str
    basis: str
    confirmed: bool


@functools.cache
def _table() -> list[dict[str, Any]]:
    text = files(__package__).joinpath("retention.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["retention"])


def retention(on: dt.date) -> Retention:
    """The period for cases archived on a day. Raises ``LookupError`` for days before the first rule."""
    rows = [row for row in _table() if row["in_force_from"] <= on]
    if not rows:
        raise LookupError(f"no retention period is known for {on}")
    newest = max(rows, key=lambda row: row["in_force_from"])
    return Retention(newest["period"], newest["basis"], newest["confirmed"])


def inner_name(number: int, name: str) -> str:
    """The name of item ``number`` inside the package: no folders, no signs that break a manifest, never two alike."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(
        sign if sign not in '<>:"|?*%#' else "_"
        for sign in name
        if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
    ).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending.encode()) > 12:
        stem, ending = plain, ""
    room = NAME_BYTES - len(ending.encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") or "file"
    return f"{number:04d}-{short}{'.' + ending if ending else ''}"


def folder_name(case_number: str) -> str:
    """The package's top folder: 测府公开〔2020〕1号 stays readable."""
    return inner_name(0, case_number.replace(".", "_").replace("/", "_").replace("\\", "_"))[5:]


def tag(name: str, value: str) -> str:
    """One line of bag-info.txt; a value is one line, so that none can be smuggled in."""
    return f"{name}: {' '.join(value.split())}\n"
