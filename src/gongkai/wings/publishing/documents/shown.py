"""What templates get to show of documents: plain values, read once for a whole batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gongkai.engines.search import SearchRecord


@dataclass(slots=True, kw_only=True)
class Card:
    """A document in a list."""

    id: int
    title: str
    url: str
    day: str
    published_at: datetime
    kind: str
    number: str
    validity: str
    validity_label: str
    summary: str
    source: str
    issuer: str
    disclosure_item: str
    pinned: bool = False


@dataclass(slots=True, kw_only=True)
class Reference:
    """A document that another one points at, or that points at it."""

    id: int
    title: str
    url: str
    number: str
    day: str
    scope: str = ""
    form: str = ""
    kind: str = ""
    since: date = date.min
    origin: str = ""
    """Of the site that shows it, where that is another one; without ``url`` none does."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """One stretch of the validity table: read it as "from … until … the document was …"."""

    since: str
    until: str
    state: str
    label: str
    causes: list[Reference]
    reason: str


@dataclass(slots=True)
class Fact:
    name: str
    value: str
    wide: bool = False


@dataclass(slots=True)
class Relation:
    name: str
    links: list[Reference]


@dataclass(slots=True, kw_only=True)
class AttachedFile:
    title: str
    url: str
    type: str
    media_type: str
    size: int


@dataclass(slots=True, kw_only=True)
class SeriesPlace:
    """Where an issue stands in its series."""

    slug: str
    name: str
    url: str
    issue: int
    previous: Reference | None
    next: Reference | None


@dataclass(slots=True, kw_only=True)
class Sheet:
    """Everything the page of one document shows."""

    id: int
    title: str
    url: str
    kind: str
    is_file: bool
    html: str
    summary: str
    number: str
    issuers: str
    source: str
    author: str
    keywords: str
    published_at: datetime
    published_iso: str
    published_minute: str
    day: str
    validity: str
    validity_label: str
    validity_sentence: str
    ended_by: list[Reference]
    ended_sentence: str
    timeline: list[Turn]
    facts: list[Fact]
    interprets: list[Reference]
    interpretations: list[Reference]
    relations: list[Relation]
    attachments: list[AttachedFile]
    series: SeriesPlace | None
    search: SearchRecord
    depends: set[str]
    revision: str = ""

    @property
    def references(self) -> list[Reference]:
        """Every document the page leads to."""
        turns = [cause for turn in self.timeline for cause in turn.causes]
        issues = [issue for issue in (self.series.previous, self.series.next) if issue] if self.series else []
        related = [link for relation in self.relations for link in relation.links]
        return [*self.ended_by, *turns, *self.interprets, *self.interpretations, *related, *issues]

    @property
    def has_company(self) -> bool:
        """Whether anything stands beside the text."""
        return bool(
            self.interprets or self.interpretations or self.attachments or self.relations or self.series
        )


@dataclass(slots=True, kw_only=True)
class Notice:
    """What is left of a withdrawn document: that it was there, when and why it went, nothing of its text."""

    id: int
    title: str
    url: str
    number: str
    index_number: str
    issuers: str
    published_on: str
    withdrawn_on: str
    reason: str
    depends: set[str]
