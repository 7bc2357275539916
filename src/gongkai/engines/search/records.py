"""What can be found: one record per document, whatever pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """``url`` is the path without script root; ``validity`` the timeline (since, state), oldest first."""

    key: str
    sites: tuple[str, ...]
    url: str
    title: str
    text: str
    summary: str = ""
    organ: str = ""
    organ_code: str = ""
    subject: str = ""
    kind: str = ""
    kind_label: str = ""
    published_on: date | None = None
    document_number: str = ""
    index_number: str = ""
    validity: tuple[tuple[date, str], ...] = ()
