"""Numbers that were just counted, kept by each process for as long as nothing has been entered in the ledger since.

Every act on a record is an entry in the ledger stream of its organ, written in the same transaction, and writers of one
stream wait for each other. So a number counted at the same heads of these streams, on the same day (some figures speak of
today), is the number. Whoever changes rows behind the ledger's back is found by the check of the ledger; the number is
counted anew after ``KEPT`` at the latest. Sources without such streams are counted every time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone

from gongkai.engines.figures.counting import Tally, tally
from gongkai.engines.figures.declarations import Period
from gongkai.engines.figures.drilling import Drilled
from gongkai.engines.figures.registry import figure, source
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Organ

KEPT: Final = 300
"""Seconds."""
MOST: Final = 128
"""Answers a process keeps; the largest, a city's results by organ and applicant, takes about 2 MB."""
Counted = TypeVar("Counted")
_Known = tuple[float, Any]
_known: OrderedDict[Hashable, _Known] = OrderedDict()
_lock: Final = threading.Lock()


def remembered(
    asked: Hashable,
    count: Callable[[], Counted],
    *,
    stream: str,
    organs: Sequence[int] | None,
    before: Callable[[], None] = lambda: None,
) -> Counted:
    """What ``count`` gives, or gave for the same question at the same heads of the streams of ``organs`` (None: all).

    ``before`` is called when it has to be counted, and may refuse by raising.
    """
    place = _place(asked, stream, organs) if stream else None
    known = _recall(place)
    if known is not None:
        return known[1]
    before()
    found = count()
    if place is not None:
        with _lock:
            _known[place] = (time.monotonic(), found)
            while len(_known) > MOST:
                _known.popitem(last=False)
    return found


def remembered_tally(code: str, period: Period, *, organs: Sequence[int]) -> Tally:
    return remembered(
        ("tally", code, period, tuple(sorted(organs))),
        lambda: tally(code, period, organs=organs),
        stream=source(code).stream,
        organs=organs,
    )


def number_of(
    rows: QuerySet[Any],
    page: Drilled,
    *,
    code: str,
    period: Period,
    organs: Sequence[int],
    first: bool,
    where: Mapping[str, str],
) -> int:
    """How many rows stand behind a page of them, exactly. ``organs`` are those asked for whose rows somebody may see.

    A first page that is the last tells it by itself; whoever comes from the year's sheet has had the tally counted there.
    """
    if first and not page.next:
        return len(page.rows)
    wanted = figure(code)
    counted = source(wanted.source)
    if counted.stream:
        place = ("tally", wanted.source, period, tuple(sorted(organs)))
        known = _recall(_place(place, counted.stream, organs))
        if known is not None:
            number: int = known[1].of(wanted, **where)
            return number
    asked = ("number", code, period, tuple(sorted(organs)), tuple(sorted(where.items())))
    return remembered(asked, rows.count, stream=counted.stream, organs=organs)


def _recall(place: Hashable) -> _Known | None:
    with _lock:
        known = _known.get(place)
        if known is None or time.monotonic() - known[0] > KEPT:
            return None
        _known.move_to_end(place)
        return known


def _place(asked: Hashable, stream: str, organs: Sequence[int] | None) -> Hashable:
    """The question, and the state of the records it is asked of."""
    last = (
        Entry.objects.filter(stream=Concat(Value(stream), OuterRef("code"))).order_by("-seq").values("hash")
    )
    concerned = Organ.objects.all() if organs is None else Organ.objects.filter(pk__in=list(organs))
    heads = concerned.order_by("pk").annotate(head=Subquery(last[:1])).values_list("pk", "head")
    return (asked, tuple(heads), timezone.localdate(), str(connection.settings_dict["NAME"]))
