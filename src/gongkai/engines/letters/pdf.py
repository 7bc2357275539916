"""Letters as PDF, set by typst: one compiler per process, kept for all letters."""

from __future__ import annotations

import json
import re
import tempfile
import threading
from importlib.resources import files
from pathlib import Path
from typing import Literal

import typst

from gongkai.engines.letters.composing import ComposedLetter
from gongkai.engines.letters.fonts import FAMILIES, SignMissing, all_folders, own_folders

Script = Literal["hans", "hant"]

_UNPRINTED = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_lock = threading.Lock()
_presses: dict[tuple[str, ...], _Press] = {}


class _Press:
    """A compiler with a folder of its own; nothing else on the disk can be read by a letter, and no package fetched."""

    def __init__(self, typefaces: tuple[str, ...]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gongkai-letters-")
        root = Path(self._folder.name)
        (root / "letter.typ").write_bytes(files(__package__).joinpath("letter.typ").read_bytes())
        (root / "packages").mkdir()
        self._seal = root / "seal.png"
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=list(typefaces)
        )
        known = set(fonts.families())
        self._families = [family for family in FAMILIES if family in known] or sorted(known)
        self._compiler = typst.Compiler(
            input=str(root / "letter.typ"),
            root=str(root),
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=str(root / "packages"),
            package_cache_path=str(root / "packages"),
        )

    def print(self, letter: dict[str, object], seal: bytes | None) -> bytes:
        if seal is not None:
            self._seal.write_bytes(seal)
        inputs = {
            "letter": json.dumps(letter | {"seal": seal is not None}, ensure_ascii=False),
            "families": json.dumps(self._families, ensure_ascii=False),
        }
        printed = self._compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2a"])
        assert isinstance(printed, bytes)
        return printed


def to_pdf(
    letter: ComposedLetter,
    *,
    day: tuple[int, int, int],
    script: Script = "hans",
    head: bool = False,
    seal: bytes | None = None,
) -> bytes:
    """The letter as PDF/A-2a with tags, the same bytes for the same letter. ``head``: with the organ's name in red;
    ``seal`` a PNG laid over the signature. Raises ``TypefaceMissing``."""
    shown = letter.in_traditional() if script == "hant" else letter
    facts: dict[str, object] = {
        "title": shown.title,
        "number": shown.number,
        "salutation": shown.salutation,
        "paragraphs": list(shown.paragraphs),
        "attachments": list(shown.attachment_lines()),
        "contact": shown.contact,
        "organ": shown.organ,
        "dated": shown.dated,
        "head": shown.organ if head else "",
        "day": list(day),
        # Of a region with stops in the middle of their square the spaces would be taken away beside signs that our
        # typeface has in the corner, and the stop be printed over the sign before it.
        "region": "" if script == "hant" else "CN",
        "words": {"seal": "印章"},
    }
    with _lock:
        if own_folders():
            try:
                return _press(own_folders()).print(facts, seal)
            except typst.TypstError as fault:
                if not _UNPRINTED.search(fault.message):
                    raise
        try:
            return _press(all_folders()).print(facts, seal)
        except typst.TypstError as fault:
            sign = _UNPRINTED.search(fault.message)
            if sign is None:
                raise
            raise SignMissing(
                f"no typeface here has “{sign[1]}”: install the package fonts-hanazono, or put one into GONGKAI_FONTS"
            ) from fault


def _press(typefaces: tuple[str, ...]) -> _Press:
    if typefaces not in _presses:
        _presses[typefaces] = _Press(typefaces)
    return _presses[typefaces]
