"""Chinese full-text search over what is published: one file per published tree, no database server, no Django.

Any substring of two characters or more is found, in either script, exactly (``docs/search.md`` says how).
"""

from __future__ import annotations

from gongkai.engines.search.index import SearchIndex, SearchUnavailable
from gongkai.engines.search.records import (
    Facet,
    FacetValue,
    Hit,
    Proposal,
    Query,
    Results,
    SearchRecord,
    Suggestion,
)
from gongkai.engines.search.writer import IndexOutdated, IndexWriter

__all__ = [
    "Facet",
    "FacetValue",
    "Hit",
    "IndexOutdated",
    "IndexWriter",
    "Proposal",
    "Query",
    "Results",
    "SearchIndex",
    "SearchRecord",
    "SearchUnavailable",
    "Suggestion",
]
