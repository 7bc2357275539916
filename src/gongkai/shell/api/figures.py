"""Counted figures, for everybody: whole years, by organ, broken down in one way at a time. No case is shown here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query, Router, Schema, Status

from gongkai.engines.figures import Figure, FigureFault, Period, figure, figures, source, tally
from gongkai.engines.figures.remembering import remembered
from gongkai.foundation.organs.models import Organ
from gongkai.shell.api.faults import PUBLIC_FAULTS, Fault
from gongkai.shell.api.words import Words
from gongkai.wings.disclosure.apply import limits
from gongkai.wings.disclosure.apply.visits import address_of

router = Router(tags=["figures"])
COUNTED_FOR_ADDRESS: Final = limits.Allowance(600, timedelta(hours=1))
PERSONAL = "applicant_kind"
"""The one dimension that says something about who asked: given for years that are over (``docs/statistics.md``)."""


class Choice(Schema):
    value: str
    label: str


class Breakdown(Schema):
    """One way a figure can be broken down."""

    code: str
    values: list[Choice]


class Declared(Schema):
    """A figure that can be asked for. ``provision``: who asks the organ for it."""

    code: str
    title: str
    unit: str
    provision: str
    by: list[Breakdown]


class Group(Schema):
    value: str
    label: str
    number: int


class Counted(Schema):
    """One number. ``organ`` empty: all organs together, each case counted once. ``running``: the year is not over."""

    code: str
    title: str
    unit: str
    provision: str
    organ: str
    below: bool
    year: int
    running: bool
    counted_on: date
    number: int
    by: str
    groups: list[Group]


@router.get("", response={200: list[Declared], **PUBLIC_FAULTS}, auth=None)
def declared(request: HttpRequest) -> Any:
    """Every figure, with the ways it can be broken down."""
    return [
        {
            "code": each.code,
            "title": str(each.title),
            "unit": each.unit,
            "provision": each.provision,
            "by": [
                {
                    "code": dimension.code,
                    "values": [{"value": value, "label": str(label)} for value, label in dimension.values],
                }
                for dimension in source(each.source).dimensions
            ],
        }
        for each in figures()
    ]


@router.get("/{code}", response={200: Counted, 429: Fault, **PUBLIC_FAULTS}, auth=None)
def counted(
    request: HttpRequest,
    code: str,
    year: Annotated[int, Query(ge=1990, le=2150)],
    organ: Words = "",
    by: Words = "",
    below: bool = False,
) -> Any:
    """A figure in a year. ``organ``: the short code of one organ, with ``below`` together with those under it. ``by``: a
    dimension; kinds of applicant are broken down once the year is over. A number just counted is given again without being
    counted; 600 an hour are counted for one address."""
    try:
        wanted = figure(code)
    except FigureFault:
        raise Http404 from None
    dimensions = {each.code: each for each in source(wanted.source).dimensions}
    today = timezone.localdate()
    if by and by not in dimensions:
        reasons = sorted(dimensions)
        return Status(
            422, Fault(code="by", message="This figure cannot be broken down in this way.", reasons=reasons)
        )
    if by == PERSONAL and year >= today.year:
        return Status(
            422, Fault(code="running", message="Kinds of applicant are given once the year is over.")
        )
    organs = None
    if organ:
        chosen = _organs(organ, below)
        if not chosen.exists():
            raise Http404
        organs = list(chosen.values_list("pk", flat=True))
    asked = ("api", code, year, organ, by, below, get_language())
    try:
        return remembered(
            asked,
            lambda: _answer(wanted, year, organ, organs, by, below),
            stream=source(wanted.source).stream,
            organs=organs,
            before=lambda: _spend(request),
        )
    except _Spent:
        message = "Very many numbers were counted for this address. Please try again in an hour."
        return Status(429, Fault(code="too-many", message=message))


class _Spent(Exception):
    """Nothing more is counted for this address for now."""


def _spend(request: HttpRequest) -> None:
    address, now = address_of(request), timezone.now()
    if limits.is_spent("figures", address, COUNTED_FOR_ADDRESS, now=now):
        raise _Spent
    limits.count("figures", address, COUNTED_FOR_ADDRESS, now=now)


def _answer(
    wanted: Figure, year: int, organ: str, organs: list[int] | None, by: str, below: bool
) -> dict[str, Any]:
    dimensions = {each.code: each for each in source(wanted.source).dimensions}
    today = timezone.localdate()
    counts = tally(wanted.source, Period.year(year), organs=organs)
    groups = [
        {"value": value, "label": str(label), "number": counts.of(wanted, organs=None, **{by: value})}
        for value, label in (dimensions[by].values if by else ())
    ]
    return {
        **_named(wanted, year),
        "organ": organ,
        "below": bool(organ and below),
        "year": year,
        "running": year >= today.year,
        "counted_on": today,
        "number": counts.of(wanted),
        "by": by,
        "groups": groups,
    }


def _organs(code: str, below: bool) -> QuerySet[Organ]:
    found = Organ.objects.filter(code=code)
    first = found.first()
    return Organ.objects.descendants_of(first) if first is not None and below else found


def _named(wanted: Figure, year: int) -> dict[str, str]:
    return {
        "code": wanted.code,
        "title": str(wanted.title),
        "unit": wanted.unit,
        "provision": wanted.provision_in(year),
    }
