"""The kinds of letter about the correction of records, out of ``letters.toml``. Pure."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files

from gongkai.engines.letters.declarations import LetterKind
from gongkai.wings.disclosure.requests.letters import letter_kind


@functools.cache
def correction_letters() -> tuple[LetterKind, ...]:
    """All kinds, in the order of the procedure."""
    table = tomllib.loads(files(__package__).joinpath("letters.toml").read_text(encoding="utf-8"))
    return tuple(letter_kind(entry, table["opening"]) for entry in table["letter"])
