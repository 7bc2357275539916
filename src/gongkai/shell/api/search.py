"""Full-text search in what is published, for everybody. Asks the published index; no database is touched."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja import Query as InQuery

from gongkai.engines.search import Query, SearchIndex, SearchUnavailable
from gongkai.shell.api.faults import PUBLIC_FAULTS, Fault
from gongkai.shell.api.words import Words

router = Router(tags=["search"])


class Found(Schema):
    """One result. ``title_marked`` and ``snippet_marked`` are HTML: escaped, with ``<mark>`` around what was found."""

    key: str
    url: str
    sites: list[str]
    title: str
    title_marked: str
    snippet_marked: str
    organ: str
    organ_code: str
    subject: str
    kind: str
    kind_label: str
    published_on: date | None
    document_number: str
    index_number: str
    validity: str


class FacetChoice(Schema):
    value: str
    label: str
    count: int
    chosen: bool


class FacetOf(Schema):
    name: str
    values: list[FacetChoice]


class Answer(Schema):
    """``exact`` false: the total is a little too high. ``ignored``: the end of the words, where there were too many."""

    total: int
    exact: bool
    page: int
    pages: int
    items: list[Found]
    facets: list[FacetOf]
    ignored: str


class Asked(Schema):
    q: Words = Field("", max_length=200, description="words separated by spaces; all must be there")
    site: Words | None = Field(
        None, max_length=60, description="short name of a site; all of them when left out"
    )
    organ: Words | None = Field(None, max_length=120, description="code of the issuing organ")
    subject: Words | None = Field(None, max_length=60)
    kind: Words | None = Field(None, max_length=40)
    year: int | None = Field(None, ge=1, le=9999)
    validity: Literal["in_force", "amended", "not_yet", "repealed", "expired"] | None = None
    on: date | None = Field(None, description="the day validity is judged on; today when left out")
    order: Literal["relevance", "newest"] = "relevance"
    page: int = Field(1, ge=1, le=100)
    limit: int = Field(10, ge=1, le=50)


@router.get("", response={200: Answer, 503: Fault, **PUBLIC_FAULTS}, auth=None)
def search(request: HttpRequest, asked: InQuery[Asked]) -> Any:
    """Search titles, texts and numbers, in either script. Without words: everything that passes, newest first."""
    facts = asked.dict(exclude={"q", "limit"})
    query = Query(" ".join(asked.q.split()), size=asked.limit, **facts)
    try:
        results = _index(Path(settings.GONGKAI_PUBLISHED) / "current" / "search.db").search(query)
    except SearchUnavailable as error:
        return Status(503, Fault(code=error.code, message="Nothing has been published yet."))
    return {
        "total": results.total,
        "exact": results.exact,
        "page": results.query.page,
        "pages": results.pages,
        "items": results.hits,
        "facets": results.facets,
        "ignored": results.ignored,
    }


@lru_cache(maxsize=4)
def _index(path: Path) -> SearchIndex:
    """One index a process: it notices itself when the file is replaced."""
    return SearchIndex(path)
