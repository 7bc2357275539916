"""How a draft is shown to those who write and review it. The library knows no sites: whoever prints pages says how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_printers: list[Callable[[Any], str]] = []


def print_with(printer: Callable[[Any], str]) -> None:
    """``printer`` makes the page of a document as it stands in the editor, saved or not."""
    _printers[:] = [printer]


def printed(document: Any) -> str:
    return _printers[0](document)
