"""Who may do what to a text under review. Pure.

Three reviews by three people, none of them an author (三审三校: practice, not statute; docs/decisions).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEVELS = (1, 2, 3)


class Bar(StrEnum):
    """Why a person may not review a text at a level."""

    AUTHOR = "author"
    REVIEWED_BEFORE = "reviewed_before"
    ROLE = "role"


def bars(
    *, person: int, authors: Collection[int], earlier_reviewers: Collection[int], holds_role: bool
) -> tuple[Bar, ...]:
    """All reasons that bar a person; empty: may review.

    Authors are whoever made any revision since the last publication and whoever submitted the text. Earlier
    reviewers are those who approved a lower level of the same submission. Being an administrator opens nothing.
    """
    found = []
    if person in authors:
        found.append(Bar.AUTHOR)
    if person in earlier_reviewers:
        found.append(Bar.REVIEWED_BEFORE)
    if not holds_role:
        found.append(Bar.ROLE)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval as it was given: level, person, and the fingerprint of the text then."""

    level: int
    person: int | None
    fingerprint: str


class Flaw(StrEnum):
    """Why approvals do not add up to three reviews."""

    MISSING = "missing"
    SAME_PERSON = "same_person"
    AUTHOR = "author"
    OTHER_TEXT = "other_text"


def flaws(approvals: Sequence[Approval], *, authors: Collection[int], fingerprint: str) -> tuple[Flaw, ...]:
    """What keeps approvals from being three reviews of this very text by three people who did not write it.

    The last gate before publication: it believes neither buttons nor earlier checks. An approval without person or
    of another text counts as none.
    """
    found = []
    valid = [a for a in approvals if a.person is not None and a.fingerprint == fingerprint]
    if len(valid) < len(approvals):
        found.append(Flaw.OTHER_TEXT)
    if {approval.level for approval in valid} != set(LEVELS):
        found.append(Flaw.MISSING)
    people = [approval.person for approval in valid]
    if len(set(people)) < len(people):
        found.append(Flaw.SAME_PERSON)
    if any(person in authors for person in people):
        found.append(Flaw.AUTHOR)
    return tuple(found)
