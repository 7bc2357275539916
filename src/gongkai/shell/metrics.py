"""``/metrics``: how the house is doing, in Prometheus' text format, for who holds the token. Counts and ages only.

A collector is asked anew at each visit. One that needs the database is left out while the database does not answer;
that it does not is a figure of its own.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongkai.engines.notices import reporting as notices
from gongkai.engines.press import reporting as press
from gongkai.engines.press.serving import Generation
from gongkai.foundation.ledger.models import SignedHead

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure with all its variants. ``name`` without the prefix; ages in seconds; None: nothing to measure."""

    name: str
    meaning: str
    value: float | None = None
    variants: Mapping[tuple[tuple[str, str], ...], float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        values = dict(self.variants)
        if self.value is not None:
            values[()] = self.value
        if not values:
            return
        name = f"gongkai_{self.name}"
        yield f"# HELP {name} {_escaped(self.meaning)}"
        yield f"# TYPE {name} gauge"
        for labels, value in values.items():
            shown = ",".join(f'{label}="{_escaped(text, quotes=True)}"' for label, text in labels)
            yield f"{name}{{{shown}}} {value:.16g}" if shown else f"{name} {value:.16g}"


def _escaped(text: str, **quotes: bool) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quotes else text


Collector = Callable[[dt.datetime], Iterable[Gauge]]
_collectors: dict[str, Collector] = {}


def register(name: str, collector: Collector) -> None:
    """Add a room's figures; ``collector`` gets the present moment. A name can be given once."""
    if name in _collectors:
        raise ValueError(f"there is a collector {name!r} already")
    _collectors[name] = collector


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without GONGKAI_METRICS_TOKEN, 401 without the right ``Authorization: Bearer …``."""
    token: str = settings.GONGKAI_METRICS_TOKEN
    if not token:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    text = "".join(f"{line}\n" for gauge in gauges(timezone.now()) for line in gauge.lines())
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def gauges(now: dt.datetime) -> Iterator[Gauge]:
    yield Gauge("info", "Version of Gongkai", variants={(("version", version("gongkai")),): 1})
    yield from _published(now)
    reachable = _database_answers()
    yield Gauge("database_up", "1 when the database answers", float(reachable))
    if reachable:
        for name, collector in _collectors.items():
            try:
                yield from list(collector(now))
            except DatabaseError:
                log.exception("metrics: %s has nothing to say", name)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _published(now: dt.datetime) -> Iterator[Gauge]:
    """What the published tree itself tells, without the database."""
    published = Path(settings.GONGKAI_PUBLISHED)
    yield Gauge("press_generation", "Visible changes so far", Generation(published).number())
    yield Gauge(
        "search_snapshot_age_seconds",
        "Since the published search index was last changed",
        _age(published / "current" / "search.db", now),
    )
    yield Gauge(
        "tree_age_seconds",
        "Since the published tree was begun",
        _age(published / "current" / "sites.json", now),
    )


def _age(path: Path, now: dt.datetime) -> float | None:
    try:
        return max(0.0, now.timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return None


# -- What the rooms tell -----------------------------------------------------------------------------


def of_the_press(now: dt.datetime) -> Iterator[Gauge]:
    status = press.status(now)
    yield Gauge("press_pages", "Pages online, each script counted as one", status.pages)
    yield Gauge(
        "press_outbox",
        "Changes that are not on disk yet",
        variants={
            (("lane", "people"),): status.pending_people,
            (("lane", "bulk"),): status.pending_bulk,
            (("lane", "scheduled"),): status.scheduled,
        },
    )
    oldest = status.oldest.total_seconds() if status.oldest else 0.0
    yield Gauge("press_outbox_age_seconds", "How long the oldest of them has been waiting", max(0.0, oldest))
    yield Gauge("press_failed", "Changes that could not be published so far", status.failed)
    yield Gauge("press_build_wanted", "1 when a full build is asked for", float(status.build_wanted))
    if status.last_build is not None:
        yield Gauge(
            "press_last_build_failed",
            "1 when the last full build failed",
            float(bool(status.last_build.error)),
        )


def of_the_ledger(now: dt.datetime) -> Iterator[Gauge]:
    """The head of a day is made after its end, so its age is counted from there; a healthy one is under 2 days."""
    last = SignedHead.objects.first()
    if last is not None:
        ended = timezone.make_aware(dt.datetime.combine(last.day + dt.timedelta(days=1), dt.time.min))
        age = max(0.0, (now - ended).total_seconds())
        yield Gauge("ledger_head_age_seconds", "Since the end of the last day whose head is signed", age)


def of_the_notices(now: dt.datetime) -> Iterator[Gauge]:
    status = notices.status(now=now)
    counts: dict[Any, float] = {}
    waits: dict[Any, float] = {}
    for of_channel in status.channels:
        channel = ("channel", of_channel.channel.value)
        for state, number in of_channel.by_state.items():
            counts[(channel, ("state", state.value))] = number
        since = of_channel.oldest_due
        waits[(channel,)] = (now - since).total_seconds() if since else 0.0
    yield Gauge("notices_deliveries", "Deliveries; those that ended, of the last 30 days", variants=counts)
    yield Gauge("notices_wait_seconds", "How long the longest-waiting delivery has been due", variants=waits)
