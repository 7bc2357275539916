"""What is counted of requests: the rows of section 三 of the annual report (国办公开办函〔2021〕30号; 〔2019〕60号).

A request counts as received on its day of receipt (条例 Art. 31); what is not confirmed yet is not received. So for every
column: new + carried in = concluded + carried out, whatever the records are.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import STREAM_OF_ORGAN, Case, PartyKind
from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.disclosure.requests.procedure import CODE

OWNER: Final = "requests"
_FORM: Final = "国办公开办函〔2021〕30号"


def _received() -> QuerySet[Case]:
    return Case.objects.of(CODE).exclude(state="unconfirmed")


def _new(period: Period) -> QuerySet[Case]:
    return _received().filter(received_on__gte=period.since, received_on__lte=period.until)


def _open_when(day: dt.date) -> tuple[Q, Q]:
    """Received before a day and not ended by then: open to this day, or ended since. Apart, an index finds each."""
    before = Q(received_on__lt=day)
    return before & Q(closed_on__isnull=True), before & Q(closed_on__gte=day)


def carried_in(period: Period) -> QuerySet[Case]:
    """Requests open when a period began."""
    open_still, ended_since = _open_when(period.since)
    return _received().filter(open_still | ended_since)


def concluded(period: Period) -> QuerySet[Case]:
    """Requests that ended in a period, however they did."""
    return _received().filter(closed_on__gte=period.since, closed_on__lte=period.until)


def carried_out(period: Period) -> QuerySet[Case]:
    """Requests open at the end of a period."""
    open_still, ended_since = _open_when(period.until + dt.timedelta(days=1))
    return _received().filter(open_still | ended_since)


def _parts_in(period: Period) -> list[QuerySet[Case]]:
    return [_received().filter(part) for part in _open_when(period.since)]


def _parts_out(period: Period) -> list[QuerySet[Case]]:
    return [_received().filter(part) for part in _open_when(period.until + dt.timedelta(days=1))]


def visible(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """What of some cases somebody may see."""
    return rows.visible_to(user) if isinstance(user, User) else rows.none()  # type: ignore[attr-defined]


APPLICANTS: Final = Dimension(
    code="applicant_kind",
    column="applicant_kind",
    values=tuple((kind.value, kind.label) for kind in PartyKind),
)
OUTCOMES: Final = Dimension(
    code="outcome", column="outcome", values=tuple((each.code, each.label) for each in outcomes())
)
CHANNELS: Final = Dimension(
    code="channel", column="channel", values=tuple((channel.value, channel.label) for channel in Channel)
)

SOURCES: Final = (
    Source(
        code="requests.new",
        rows=_new,
        dimensions=(APPLICANTS,),
        visible=visible,
        newest="received_on",
        stream=STREAM_OF_ORGAN,
    ),
    Source(
        code="requests.carried_in",
        rows=carried_in,
        parts=_parts_in,
        dimensions=(APPLICANTS,),
        visible=visible,
        newest="received_on",
        stream=STREAM_OF_ORGAN,
    ),
    Source(
        code="requests.concluded",
        rows=concluded,
        dimensions=(APPLICANTS, OUTCOMES),
        visible=visible,
        newest="closed_on",
        stream=STREAM_OF_ORGAN,
    ),
    Source(
        code="requests.carried_out",
        rows=carried_out,
        parts=_parts_out,
        dimensions=(APPLICANTS,),
        visible=visible,
        newest="received_on",
        stream=STREAM_OF_ORGAN,
    ),
    Source(
        code="requests.channels",
        rows=_new,
        dimensions=(CHANNELS,),
        visible=visible,
        newest="received_on",
        stream=STREAM_OF_ORGAN,
    ),
)


def _figure(code: str, title: Any, source: str, **where: tuple[str, ...]) -> Figure:
    return Figure(code=code, title=title, unit="件", source=source, provision=_FORM, owner=OWNER, where=where)


def _rows() -> tuple[Figure, ...]:
    """One figure per row of results, in the order of the form of 2021."""
    by_row: dict[str, list[str]] = {}
    for each in outcomes():
        by_row.setdefault(each.row, []).append(each.code)
    titles = {each.row: each.label for each in outcomes()}
    return tuple(
        _figure(f"requests.row.{row}", titles[row], "requests.concluded", outcome=tuple(codes))
        for row, codes in by_row.items()
    )


FIGURES: Final = (
    _figure("requests.row.1", _("Requests received in the year"), "requests.new"),
    _figure("requests.row.2", _("Requests carried over from the year before"), "requests.carried_in"),
    *_rows(),
    _figure("requests.row.3.7", _("Requests concluded in the year"), "requests.concluded"),
    _figure("requests.row.4", _("Requests carried over to the next year"), "requests.carried_out"),
    *(
        _figure(
            f"requests.channel.{channel.value}", channel.label, "requests.channels", channel=(channel.value,)
        )
        for channel in Channel
    ),
)
