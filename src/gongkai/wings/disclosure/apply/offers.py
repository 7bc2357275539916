"""What is public already, offered before anybody files: found in the published index, counted without knowing people.

A page is counted as shown, opened, having answered the question or not; a month has one row per page. The counts say
which pages save people an application, and which titles promise what the page does not hold.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from markupsafe import Markup

from gongkai.engines.search import Hit, Query, SearchIndex, SearchUnavailable
from gongkai.foundation.hanzi import keywords
from gongkai.wings.disclosure.apply.models import Offer

Count = Literal["shown", "opened", "answered", "missed"]
MOST: Final = 5
_WORDS: Final = 5
_LONGEST: Final = 200
_NEAR_ENOUGH: Final = 0.4
"""What weighs less than this part of the best is only a word in common."""

logger = logging.getLogger(__name__)


class Offered(NamedTuple):
    """One page that may answer the question. The marked texts are escaped HTML."""

    pk: int
    title: Markup
    snippet: Markup
    organ: str
    published_on: dt.date | None
    document_number: str


class OffersEffect(NamedTuple):
    """How often the pages offered answered the question, over some months."""

    shown: int
    opened: int
    answered: int
    missed: int

    @property
    def share(self) -> float | None:
        """Of those who said whether it answered: the part that said yes. None while nobody has."""
        said = self.answered + self.missed
        return self.answered / said if said else None


@functools.lru_cache(maxsize=8)
def _index(path: Path) -> SearchIndex:
    return SearchIndex(path)


def _hits(question: str, organ: str | None) -> Iterator[Hit]:
    """Pages with all the words first, then those with the most words that stand out, rare words counting more."""
    index = _index(settings.GONGKAI_PUBLISHED / "current" / "search.db")
    whole = index.search(Query(words=question, organ=organ, size=MOST))
    yield from whole.hits
    if whole.total >= MOST:
        return
    weights: dict[str, float] = {}
    found: dict[str, Hit] = {}
    for word in keywords(question, _WORDS):
        results = index.search(Query(words=word, organ=organ, size=20))
        for hit in results.hits:
            found[hit.key] = hit
            weights[hit.key] = weights.get(hit.key, 0.0) + 1 / (1 + results.total) + (word in hit.title)
    enough = _NEAR_ENOUGH * max(weights.values(), default=0.0)
    near = (hit for hit in found.values() if weights[hit.key] >= enough)
    yield from sorted(near, key=lambda hit: -weights[hit.key])


def offers(
    question: str, *, site: str, organ: str | None, today: dt.date, without: Collection[str] = ()
) -> tuple[Offered, ...] | None:
    """The pages most likely to answer; None while the index cannot be read: then people go on to the form.

    ``without`` are addresses the person has already said do not help.
    """
    chosen: dict[str, Hit] = {}
    try:
        for hit in _hits(question[:_LONGEST], organ):
            if hit.url not in without and (site in hit.sites or not hit.sites):
                chosen.setdefault(hit.url, hit)
            if len(chosen) == MOST:
                break
    except SearchUnavailable:
        logger.exception("nothing can be offered: the search index cannot be read")
        return None
    rows = _rows(site, list(chosen.values()), today)
    return tuple(
        Offered(
            pk=rows[url],
            title=Markup(hit.title_marked),  # noqa: S704  # escaped by the engine
            snippet=Markup(hit.snippet_marked),  # noqa: S704
            organ=hit.organ,
            published_on=hit.published_on,
            document_number=hit.document_number,
        )
        for url, hit in chosen.items()
    )


def _rows(site: str, hits: Sequence[Hit], today: dt.date) -> dict[str, int]:
    month = today.replace(day=1)
    Offer.objects.bulk_create(
        [Offer(site=site, url=hit.url[:300], title=hit.title[:300], month=month) for hit in hits],
        ignore_conflicts=True,
    )
    urls = [hit.url for hit in hits]
    return dict(Offer.objects.filter(site=site, month=month, url__in=urls).values_list("url", "pk"))


def count(pks: Collection[int], what: Count) -> None:
    """One more for each."""
    if pks:
        with transaction.atomic():
            Offer.objects.filter(pk__in=pks).update(**{what: F(what) + 1})


def effect(*, since: dt.date, until: dt.date, site: str = "") -> OffersEffect:
    """The counts of all months that begin in a period."""
    rows = Offer.objects.filter(month__gte=since.replace(day=1), month__lte=until)
    if site:
        rows = rows.filter(site=site)
    sums = rows.aggregate(*(Sum(name) for name in ("shown", "opened", "answered", "missed")))
    return OffersEffect(*(sums[f"{name}__sum"] or 0 for name in ("shown", "opened", "answered", "missed")))
