"""The kinds of letter of disclosure on request, out of ``letters.toml``. Pure."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from gongkai.engines.letters.declarations import LetterKind, Paragraph
from gongkai.foundation.statutes import provision
from gongkai.wings.disclosure.requests.outcomes import outcome

_OPENED_BY = ("received", "request_number", "asked")


@functools.cache
def request_letters() -> tuple[LetterKind, ...]:
    """All kinds, in the order of the procedure."""
    table = tomllib.loads(files(__package__).joinpath("letters.toml").read_text(encoding="utf-8"))
    return tuple(
        letter_kind(entry, table["opening"], table["again"], table["corrected"]) for entry in table["letter"]
    )


def letter_kind(entry: dict[str, Any], opening: str, again: str = "", corrected: str = "") -> LetterKind:
    """A kind out of its table; ``again`` is the sentence of an answer that was ordered, ``corrected`` the one that says
    what the applicant made of the request when asked to correct it."""
    opened = entry.get("opening", False)
    paragraphs = [Paragraph(opening)] if opened else []
    if opened and corrected:
        paragraphs.append(Paragraph(corrected, "corrected"))
    if opened and again and entry.get("outcomes"):
        paragraphs.append(Paragraph(again, "order"))
    paragraphs += [
        Paragraph(each) if isinstance(each, str) else Paragraph(each["text"], each["when"])
        for each in entry["paragraphs"]
    ]
    outcomes = tuple(entry.get("outcomes", ()))
    return LetterKind(
        code=entry["code"],
        title=entry["title"],
        paragraphs=tuple(paragraphs),
        required=(*(_OPENED_BY if opened else ()), *entry.get("required", ())),
        provisions=tuple(
            provision("disclosure-regulation", *place).cite() for place in entry.get("provisions", ())
        ),
        outcomes=outcomes,
        regime=entry.get("regime") or (outcome(outcomes[0]).regime if outcomes else "none"),
        due=entry.get("due", ""),
        direction=entry.get("direction", "to_applicant"),
        numbered=entry.get("numbered", True),
        signed=entry.get("signed", True),
    )


@functools.cache
def _by_outcome() -> dict[str, LetterKind]:
    return {code: kind for kind in request_letters() for code in kind.outcomes}


def for_outcome(code: str) -> LetterKind:
    """The letter that announces an outcome. Raises ``KeyError``."""
    return _by_outcome()[code]
