"""The page on configuration names every variable the program reads, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import gongkai

PACKAGE = Path(gongkai.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"
_READ = re.compile(
    r"""(?:env\.\w+\(\s*|environ(?:\.get|\.setdefault|\.pop)?[(\[]\s*)"((?:GONGKAI_\w+|DATABASE_URL|LANGUAGE))\""""
)


def test_every_variable_is_described_and_none_is_invented() -> None:
    read = {
        name for path in PACKAGE.rglob("*.py") for name in _READ.findall(path.read_text(encoding="utf-8"))
    }
    described = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == read
