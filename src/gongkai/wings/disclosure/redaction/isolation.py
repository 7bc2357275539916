"""Asking the child process: the web process never opens a document itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gongkai.wings.disclosure.redaction.geometry import Box

_MODULE = "gongkai.wings.disclosure.redaction.worker"
_SECONDS, _BURN_SECONDS = 120, 600


class DocumentRefused(Exception):
    """The document cannot be worked on. ``code`` as ``sources.Unreadable`` has it, or heavy: it takes more memory or
    time than a document may."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sizes(source: Path) -> list[tuple[float, float]]:
    """Width and height of each page in points, as seen."""
    return [(width, height) for width, height in _asked(task="sizes", source=source)["sizes"]]


def picture(source: Path, *, page: int, dpi: int) -> bytes:
    """One page as PNG."""
    answer = _run({"task": "picture", "source": str(source), "page": page, "dpi": dpi}, _SECONDS)
    if not answer.startswith(b"\x89PNG"):
        raise DocumentRefused(json.loads(answer)["fault"])
    return answer


def find(source: Path, *, words: Sequence[str], kinds: Sequence[str]) -> list[tuple[Box, str, str]]:
    """Proposals: place, kind, masked text."""
    answer = _asked(task="find", source=source, words=list(words), kinds=list(kinds))
    return [(Box(**each["box"]), each["kind"], each["hint"]) for each in answer["found"]]


def repeats(source: Path, boxes: Sequence[tuple[Box, str]]) -> list[int]:
    """Pages on which a covered text still stands elsewhere."""
    return list(_asked(task="repeats", source=source, boxes=_plain(boxes), seconds=_BURN_SECONDS)["pages"])


def burn(
    source: Path, *, boxes: Sequence[tuple[Box, str]], legend: Sequence[Path], target: Path
) -> tuple[int, list[str]]:
    """Write ``target``; its number of pages, and what speaks against it (codes of ``burning.faults``)."""
    answer = _asked(
        task="burn",
        source=source,
        boxes=_plain(boxes),
        legend=[str(path) for path in legend],
        target=str(target),
        seconds=_BURN_SECONDS,
    )
    return answer["pages"], answer["faults"]


def _plain(boxes: Sequence[tuple[Box, str]]) -> list[list[Any]]:
    return [[box.page, box.left, box.top, box.width, box.height, code] for box, code in boxes]


def _asked(*, task: str, source: Path, seconds: int = _SECONDS, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run({"task": task, "source": str(source), **more}, seconds))
    if "fault" in answer:
        raise DocumentRefused(answer["fault"])
    return answer


def _run(task: dict[str, Any], seconds: int) -> bytes:
    try:
        child = _child(json.dumps(task | {"seconds": seconds}).encode(), 2 * seconds)
    except subprocess.TimeoutExpired as error:
        raise DocumentRefused("heavy") from error
    if child.returncode < 0:
        raise DocumentRefused("heavy")  # killed by a limit, or fell over in PDFium
    if child.returncode or not child.stdout:
        raise DocumentRefused("broken")
    return child.stdout


def _child(given: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603  # our own interpreter on our own module
        [sys.executable, "-m", _MODULE],
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        check=False,
    )
