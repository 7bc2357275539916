"""Identities between figures: what must be equal, and what is to be said when it is not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from django.utils.functional import Promise

Number = int | Decimal


class Verdict(StrEnum):
    """What can be said of an identity."""

    HOLDS = "holds"
    ROUNDING = "rounding"
    """The sides differ by no more than the rounding of their terms explains."""
    MISMATCH = "mismatch"
    CANNOT_JUDGE = "cannot_judge"
    """A term is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The sum of ``left`` is the sum of ``right`` (or at most that); the terms are names of cells.

    ``rounded_to`` is the unit the numbers were rounded to before they were written down, 0 where they are counts: two
    sides of n rounded terms may differ by n halves of it.
    """

    code: str
    title: str | Promise
    provision: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: Literal["=", "<="] = "="
    rounded_to: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """An identity, both of its sides, and the verdict. A side is None when one of its terms is not known."""

    identity: Identity
    verdict: Verdict
    left: Number | None
    right: Number | None

    @property
    def difference(self) -> Number | None:
        return None if self.left is None or self.right is None else self.left - self.right


def judge(identity: Identity, cells: Mapping[str, Number | None]) -> Judgement:
    """Hold an identity against numbers; a cell that is missing is not known."""
    left, right = _sum(identity.left, cells), _sum(identity.right, cells)
    if left is None or right is None:
        return Judgement(identity, Verdict.CANNOT_JUDGE, left, right)
    over = Decimal(left - right)
    if identity.relation == "=":
        over = abs(over)
    if over <= 0:
        verdict = Verdict.HOLDS
    elif over <= identity.rounded_to * (len(identity.left) + len(identity.right)) / 2:
        verdict = Verdict.ROUNDING
    else:
        verdict = Verdict.MISMATCH
    return Judgement(identity, verdict, left, right)


def reconcile(identities: Iterable[Identity], cells: Mapping[str, Number | None]) -> list[Judgement]:
    """Every identity held against the same numbers, in their order."""
    return [judge(identity, cells) for identity in identities]


def _sum(keys: Sequence[str], cells: Mapping[str, Number | None]) -> Number | None:
    whole: Number = 0
    for key in keys:
        number = cells.get(key)
        if number is None:
            return None
        whole += number
    return whole
