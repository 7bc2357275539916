"""Simplified and Traditional, character for character.

OpenCC's plain tables (no regional vocabulary: 文件 stays 文件, 程序 stays 程序) with three lists of ours laid over them:
``tables/words.txt``, words of government whose characters depend on the sense, ``tables/boundaries.txt``, neighbours
that OpenCC would read as one word (人参加, 学生发展), and ``tables/variants.txt``, the forms official Traditional pages
use where the tables prefer a rarer one.
"""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import opencc

_TABLES = Path(__file__).parent / "tables"
_OPENCC = Path(opencc.__file__).parent / "clib" / "share" / "opencc"


def to_traditional(text: str) -> str:
    """``text`` in the Traditional script: as many characters as before, ASCII untouched. Meant for whole pages."""
    return str(_to_traditional().convert(text))


def to_simplified(text: str) -> str:
    """``text`` in the Simplified script."""
    return str(_to_simplified().convert(text))


def traditional_converter(*tables: str) -> opencc.OpenCC:
    """OpenCC with ``tables`` of ours in its own dictionaries, where they cost nothing per page; earlier ones rule.

    It reads a configuration file with absolute paths, so one is written for this process and read at once.
    """
    configuration = _absolute(json.loads((_OPENCC / "s2t.json").read_text(encoding="utf-8")))
    step = configuration["conversion_chain"][0]["dict"]
    phrases, characters = step["dicts"]
    ours = [{"type": "text", "file": str(_TABLES / table)} for table in tables]
    phrases["dicts"] = [*ours, *phrases["dicts"]]
    step["dicts"] = [phrases, characters]
    variants = {"dict": {"type": "text", "file": str(_TABLES / "variants.txt")}}
    configuration["conversion_chain"].append(variants)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(configuration, file)
        file.flush()
        return opencc.OpenCC(file.name)


@cache
def _to_traditional() -> opencc.OpenCC:
    return traditional_converter("words.txt", "boundaries.txt")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _absolute(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key: str(_OPENCC / value) if key == "file" else _absolute(value) for key, value in part.items()
        }
    if isinstance(part, list):
        return [_absolute(item) for item in part]
    return part
