"""What was given out to one may be published for all (条例 Art. 44): the draft of it in the library of documents.

The library is another wing's. This room knows it by this protocol alone; the shell hands in an adapter at start-up. A draft
is all it makes: the three reviews of the library decide what becomes public.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.organs.models import Organ


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """What is to be published: the words of the decision and the files that were given out."""

    organ: Organ
    title: str
    text: str
    files: Sequence[tuple[StoredFile, str]]
    decided_on: dt.date
    source: str
    """Number of the case it came from."""


class Library(Protocol):
    """Where documents are drafted, reviewed and published."""

    def may_draft(self, user: User, organ: Organ) -> bool:
        """Whether somebody drafts for an organ."""
        ...

    def draft(self, disclosed: Disclosed, *, author: User) -> str:
        """Start a draft and return its key. Raises ``PermissionDenied``, ``ValidationError``."""
        ...


_handed_in: list[Library] = []


def hand_in(library: Library) -> None:
    """Take the library in; the last one counts."""
    _handed_in[:] = [library]


def library() -> Library | None:
    """The library, where there is one."""
    return _handed_in[0] if _handed_in else None
