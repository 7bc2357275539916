"""Working days by the State Council's calendar, for everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status

from gongkai.foundation.workdays import CalendarError, calendar
from gongkai.shell.api.faults import PUBLIC_FAULTS, Fault

router = Router(tags=["workdays"])


class Deadline(Schema):
    """``provisional``: the notice for a year concerned is not out yet, so the day may still move."""

    date: date
    provisional: bool


class Count(Schema):
    days: int
    provisional: bool


@router.get("/add", response={200: Deadline, **PUBLIC_FAULTS}, auth=None)
def add(request: HttpRequest, day: date, days: Annotated[int, Query(ge=0, le=5000)]) -> Any:
    """The day that many working days after ``day``, which is not counted (民法典 Art. 201)."""
    try:
        deadline = calendar().add(day, days)
    except CalendarError as error:
        return Status(422, Fault(code=error.code, message=error.localised(gettext)))
    return {"date": deadline.date, "provisional": deadline.provisional}


@router.get("/count", response={200: Count, **PUBLIC_FAULTS}, auth=None)
def count(request: HttpRequest, start: date, end: date) -> Any:
    """Working days after ``start`` up to and including ``end``."""
    try:
        counted = calendar().count(start, end)
    except CalendarError as error:
        return Status(422, Fault(code=error.code, message=error.localised(gettext)))
    return {"days": counted.days, "provisional": counted.provisional}
