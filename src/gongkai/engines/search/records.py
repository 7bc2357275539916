"""What goes into the index and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Timeline = tuple[tuple[date, str], ...]
"""From each day on, the state of a document; sorted. States: not_yet, in_force, amended, repealed, expired, none."""

Order = Literal["relevance", "newest"]
Reason = Literal["other_sites", "no_filters", "spelling", "separate_words", "fewer_words"]

FACETS = ("validity", "kind", "subject", "organ", "year")
"""What results can be narrowed by, in the order people read it."""


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One published thing that can be found."""

    key: str
    sites: tuple[str, ...]
    url: str
    """Path without the root of the script: ``/doc/2020/12/``."""
    title: str
    text: str
    summary: str = ""
    organ: str = ""
    organ_code: str = ""
    subject: str = ""
    """``class`` or ``class/group``; results are narrowed by the class."""
    kind: str = ""
    kind_label: str = ""
    published_on: date | None = None
    document_number: str = ""
    index_number: str = ""
    validity: Timeline = ()


@dataclass(frozen=True, slots=True)
class Query:
    """``words`` separated by spaces must all be there. The rest narrows; ``None`` leaves it open.

    Without any words everything that passes the other conditions is found, newest first.
    """

    words: str
    site: str | None = None
    organ: str | None = None
    """Organ code, or the name where a record has no code."""
    subject: str | None = None
    """Subject class."""
    kind: str | None = None
    year: int | None = None
    validity: str | None = None
    on: date | None = None
    """The day on which ``validity`` is judged; today when left out."""
    order: Order = "relevance"
    page: int = 1
    size: int = 10

    @property
    def narrowing(self) -> dict[str, str]:
        """The facets in use and the value each is held at."""
        values = {name: getattr(self, name) for name in FACETS}
        return {name: str(value) for name, value in values.items() if value is not None}

    def without_facets(self) -> Query:
        return replace(self, organ=None, subject=None, kind=None, year=None, validity=None, page=1)


@dataclass(frozen=True, slots=True)
class Hit:
    key: str
    url: str
    sites: tuple[str, ...]
    title: str
    title_marked: str
    """HTML: escaped, with ``<mark>`` around what was found."""
    snippet_marked: str
    """HTML: a stretch of the text, in the script it was written in."""
    organ: str
    organ_code: str
    subject: str
    kind: str
    kind_label: str
    published_on: date | None
    document_number: str
    index_number: str
    validity: str
    """The state on the day asked for; "" for what has no validity."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    """So many results there will be when this value is chosen and everything else stays."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another query that does find something, offered when this one finds nothing."""

    reason: Reason
    query: Query
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    query: Query
    """As it was answered: the page number may have been mended."""
    total: int
    exact: bool
    """False when so many texts were candidates that not each was read: the total is then a little too high."""
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    pages: int
    took: float
    """Seconds."""
    proposals: tuple[Proposal, ...] = ()
    ignored: str = ""
    """The end of the words, where there were more than are looked for."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: a word of titles, or a title with its address."""

    text: str
    url: str = ""
