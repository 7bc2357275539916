"""What is counted of requests: the rows of section 三 of the annual report (国办公开办函〔2021〕30号; 〔2019〕60号).

A request counts as received on its day of receipt (条例 Art. 31); what is not confirmed yet is not received. So for every
column: new + carried in = concluded + carried out, whatever the records are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import STREAM_OF_ORGAN, Case, PartyKind
from gongkai.engines.figures import Dimension, Figure, Period, Source
from gongkai.foundation.accounts.models import User
from gongkai.foundation.statutes.annual_form import ANNUAL_FORM, EARLIER_ANNUAL_FORMS
from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.disclosure.requests.procedure import CODE

OWNER: Final = "requests"

Rows = Callable[[Period], QuerySet[Case]]
Parts = Callable[[Period], Sequence[QuerySet[Case]]]


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


def source_of_requests(
    code: str, rows: Rows, *dimensions: Dimension, newest: str = "received_on", parts: Parts | None = None
) -> Source:
    """A source whose rows are requests, seen by whoever may see the cases."""
    return Source(
        code=f"requests.{code}",
        rows=rows,
        parts=parts,
        dimensions=dimensions,
        visible=visible,
        newest=newest,
        stream=STREAM_OF_ORGAN,
    )


def figure_of_requests(
    code: str, title: str | Promise, source: str, provision: str = ANNUAL_FORM, **where: tuple[str, ...]
) -> Figure:
    """A number of requests."""
    return Figure(
        code=f"requests.{code}",
        title=title,
        unit="件",
        source=f"requests.{source}",
        provision=provision,
        earlier=EARLIER_ANNUAL_FORMS if provision == ANNUAL_FORM else {},
        owner=OWNER,
        where=where,
    )


SOURCES: Final = (
    source_of_requests("new", _new, APPLICANTS),
    source_of_requests("carried_in", carried_in, APPLICANTS, parts=_parts_in),
    source_of_requests("concluded", concluded, APPLICANTS, OUTCOMES, newest="closed_on"),
    source_of_requests("carried_out", carried_out, APPLICANTS, parts=_parts_out),
    source_of_requests("channels", _new, CHANNELS),
)


def _rows() -> tuple[Figure, ...]:
    """One figure per row of results, in the order of the form of 2021."""
    by_row: dict[str, list[str]] = {}
    for each in outcomes():
        by_row.setdefault(each.row, []).append(each.code)
    titles = {each.row: each.label for each in outcomes()}
    return tuple(
        figure_of_requests(f"row.{row}", titles[row], "concluded", outcome=tuple(codes))
        for row, codes in by_row.items()
    )


FIGURES: Final = (
    figure_of_requests("row.1", _("Requests received in the year"), "new"),
    figure_of_requests("row.2", _("Requests carried over from the year before"), "carried_in"),
    *_rows(),
    figure_of_requests("row.3.7", _("Requests concluded in the year"), "concluded"),
    figure_of_requests("row.4", _("Requests carried over to the next year"), "carried_out"),
    *(
        figure_of_requests(f"channel.{channel.value}", channel.label, "channels", channel=(channel.value,))
        for channel in Channel
    ),
)
