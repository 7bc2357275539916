"""Months as a period (民法典 Arts. 201, 202): the day it starts is not counted, and it ends on the corresponding day."""

from __future__ import annotations

import calendar
import datetime as dt


def add_months(day: dt.date, number: int) -> dt.date:
    """The same day ``number`` months on, or the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + number, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
