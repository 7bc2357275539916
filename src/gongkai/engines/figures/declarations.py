"""What a wing declares so that its records can be counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise


class Period(NamedTuple):
    """From a day to a day, both inclusive."""

    since: dt.date
    until: dt.date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    def is_over(self, today: dt.date) -> bool:
        """Whether its last day has passed: before that its numbers still grow."""
        return self.until < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something rows are broken down by: a column of the rows, and the values it may have, in the order of the form."""

    code: str
    column: str
    values: tuple[tuple[str, str | Promise], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows that are counted in one go. ``organ`` names the column with the organ; ``visible`` leaves out what somebody may
    not see, so that a number's rows are shown to those only who may see them. ``newest`` is the day rows are listed by,
    never null and indexed; empty: by their number. ``stream`` is what the ledger streams of the rows' acts begin with,
    before the code of the organ; empty: they have no such streams, and numbers of them are not remembered. ``parts`` are the
    same rows in sets that share none, where a database finds each by an index and not all at once."""

    code: str
    rows: Callable[[Period], QuerySet[Any]]
    dimensions: tuple[Dimension, ...]
    organ: str = "organ_id"
    visible: Callable[[QuerySet[Any], Any], QuerySet[Any]]
    newest: str = ""
    stream: str = ""
    parts: Callable[[Period], Sequence[QuerySet[Any]]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number: the rows of ``source`` in a period whose dimensions have the values of ``where``.

    ``provision`` says who asks for it; ``unit`` what is counted (件, 份).
    """

    code: str
    title: str | Promise
    unit: str
    source: str
    provision: str
    owner: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earlier: Mapping[int, str] = field(default_factory=dict)
    """Provisions that asked for it before, by the last year of each."""

    def provision_in(self, year: int) -> str:
        """Who asks for the number of that year."""
        return next((text for last, text in sorted(self.earlier.items()) if year <= last), self.provision)
