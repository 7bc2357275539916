"""The disclosure catalogue: every promise, for everybody; where it is not kept, for staff."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import PUBLIC_FAULTS, STAFF_FAULTS
from gongkai.shell.api.words import LARGEST_ID, Words
from gongkai.wings.disclosure.catalogue.exporting import record
from gongkai.wings.disclosure.catalogue.gaps import entries_of, gap_report
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.past import past_report, read_period
from gongkai.wings.disclosure.catalogue.standing import standings
from gongkai.wings.disclosure.catalogue.vocabulary import field_name

router = Router(tags=["catalogue"])


class ChannelOut(Schema):
    carrier: str
    name: str
    required: bool


class LimitOut(Schema):
    """``rules`` are what was understood of the words, ``not_understood`` the words nothing was."""

    rules: list[dict[str, Any]]
    not_understood: list[str]


class Row(Schema):
    """One matter: what is to be public, by when, where, for whom, and when something of it was last published."""

    id: int
    organ: str
    organ_code: str
    field: str
    level1: str
    level2: str
    level3: str
    content: list[str]
    basis: str
    time_limit: str
    time_limit_rules: LimitOut
    subject: str
    channels: list[ChannelOut]
    audience: str
    audience_group: str
    mode: str
    levels: list[str]
    item: str
    edition: str
    valid_from: str | None
    published: bool
    last_published: str | None
    url: str | None


class EntryListing(Schema):
    """``next`` is the cursor of the following page, absent on the last one."""

    items: list[Row]
    next: int | None = None


class EntryFilters(Schema):
    organ: Words | None = Field(
        None, max_length=40, description="short code; its rows and those of all below it"
    )
    field: Words | None = Field(None, max_length=60)
    item: Words | None = Field(None, max_length=2, description="1 to 15 of Art. 20, or 21")
    audience: Literal["all", "group"] | None = None
    level: Literal["city", "district", "town", "village"] | None = None
    after: int | None = Field(None, ge=1, le=LARGEST_ID, description="cursor: the `next` of the page before")
    limit: int = Field(50, ge=1, le=200)


@router.get("", response={200: EntryListing, **PUBLIC_FAULTS}, auth=None)
def list_rows(request: HttpRequest, filters: Query[EntryFilters]) -> Any:
    """The rows that hold today, with what keeps each. Paging by cursor."""
    today = timezone.localdate()
    organs = [get_object_or_404(Organ, code=filters.organ)] if filters.organ is not None else None
    rows = entries_of(organs, today).order_by("id")
    if filters.field is not None:
        rows = rows.filter(field=field_name(filters.field))
    if filters.item is not None:
        rows = rows.filter(item=filters.item)
    if filters.audience is not None:
        rows = rows.filter(audience=filters.audience)
    if filters.level is not None:
        rows = rows.filter(level_codes__contains=f",{filters.level},")
    if filters.after is not None:
        rows = rows.filter(pk__gt=filters.after)
    items = list(rows[: filters.limit + 1])
    more = len(items) > filters.limit
    items = items[: filters.limit]
    told = [record(row.entry, row) for row in standings(items, today)]
    return {"items": told, "next": items[-1].pk if more else None}


class Gaps(Schema):
    day: str
    rows: int
    states: dict[str, int]
    missing: list[dict[str, Any]]
    late: list[dict[str, Any]]
    due_soon: list[dict[str, Any]]
    limits_not_understood: list[dict[str, Any]]
    promised_to_nobody: list[dict[str, Any]]


class GapFilters(Schema):
    organ: Words | None = Field(None, max_length=40)


@router.get("/gaps", response={200: Gaps, **STAFF_FAULTS})
def list_gaps(request: HttpRequest, filters: Query[GapFilters]) -> Any:
    """Where promise and publication differ, over the organs one serves or one of them."""
    return gap_report(organs=_served(request, filters.organ), today=timezone.localdate()).as_json()


def _served(request: HttpRequest, code: str | None) -> list[Organ]:
    """The organs one serves, or one of them."""
    user: User = request.auth  # type: ignore[attr-defined]  # set by the bearer token
    served = Organ.objects.all() if user.is_superuser else user.organs()
    return list(served) if code is None else [get_object_or_404(served, code=code)]


class PastGaps(Schema):
    """Duties that fell due in a time that has passed, and what of each row was late or never kept."""

    since: str
    until: str
    day: str
    rows: int
    duties: dict[str, int]
    rows_without_a_duty: int
    late: list[dict[str, Any]]
    nothing_fulfils: list[dict[str, Any]]


class PastFilters(GapFilters):
    period: Words = Field(max_length=10, description="2025, 2025Q3 or 2025-07")


@router.get("/gaps/past", response={200: PastGaps, **STAFF_FAULTS})
def list_past_gaps(request: HttpRequest, filters: Query[PastFilters]) -> Any:
    """What was late in a past year, quarter or month, over the organs one serves or one of them."""
    period = read_period(filters.period)
    if period is None:
        raise HttpError(422, "period: write 2025, 2025Q3 or 2025-07")
    organs = _served(request, filters.organ)
    return past_report(organs=organs, period=period, today=timezone.localdate()).as_json()


@router.get("/{entry_id}", response={200: Row, **PUBLIC_FAULTS}, auth=None)
def read_row(request: HttpRequest, entry_id: int) -> Any:
    """One row that holds today."""
    today = timezone.localdate()
    rows = CatalogueEntry.objects.current(today).select_related("organ")
    entry = get_object_or_404(rows, pk=entry_id if 0 < entry_id <= LARGEST_ID else 0)
    return record(entry, next(standings([entry], today)))
