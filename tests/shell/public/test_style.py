"""The style sheet and the script: small, self-sufficient, within the policy public pages are served with."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import gongkai

STATIC = Path(gongkai.__file__).parent / "shell/public/static/public"
CSS = (STATIC / "site.css").read_text(encoding="utf-8")
SCRIPT = (STATIC / "display.js").read_text(encoding="utf-8")


def test_the_style_sheet_stays_below_15_kb_compressed() -> None:
    assert len(gzip.compress(CSS.encode())) < 15_000


def test_the_script_stays_below_2_kb() -> None:
    assert len(SCRIPT.encode()) < 2_000


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.findall(r"url\(|@import|https?://", CSS)
    assert not re.findall(r"https?://|fetch\(|XMLHttpRequest|eval\(|innerHTML", SCRIPT)


def test_focus_is_never_hidden() -> None:
    hidden = re.findall(r"([^{}]+)\{[^}]*outline:\s*(?:none|0)", CSS)
    assert [selector.strip() for selector in hidden] == ["main:focus"]


def test_there_is_nothing_that_moves_by_itself() -> None:
    assert not re.findall(r"@keyframes|animation|transition", CSS)


def test_print_dark_contrast_and_forced_colours_are_thought_of() -> None:
    for condition in (
        "@media print",
        "prefers-color-scheme: dark",
        "prefers-contrast: more",
        "forced-colors: active",
        "prefers-reduced-motion",
    ):
        assert condition in CSS
