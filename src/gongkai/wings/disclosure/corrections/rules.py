"""How an application to correct a record may end, and the practice it is dealt with by (条例 Art. 41). Pure."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Working days. ``confirmed`` is False: the article sets no period."""

    days: int
    internal: int | None
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOutcome:
    """One way to end, and the facts its letter has to hold."""

    code: str
    label: str
    required: tuple[str, ...]


OUTCOMES: Final = (
    CorrectionOutcome(code="record_corrected", label="予以更正", required=("correction",)),
    CorrectionOutcome(
        code="record_forwarded", label="转送有权更正的行政机关处理", required=("responsible_organ",)
    ),
    CorrectionOutcome(
        code="record_elsewhere",
        label="告知向有权更正的行政机关提出",
        required=("responsible_organ", "organ_contact"),
    ),
    CorrectionOutcome(code="record_kept", label="不予更正", required=("reasons",)),
)
"""The article has the first three; an organ that is not shown an error says why it corrects nothing."""


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("limits.toml").read_text(encoding="utf-8"))


def limit(name: str) -> Limit:
    """A limit by its name. Raises ``KeyError``."""
    entry = _table()["limits"][name]
    return Limit(days=entry["days"], internal=entry.get("internal"), confirmed=_table()["confirmed"])
