"""What is known of a year whose notice is not out: weekends and the days 全国年节及纪念日放假办法 itself fixes.

A statutory holiday that falls on a weekend is made up on the next ordinary weekday, as the same measures say.
What only the yearly notice decides – bridges and make-up workdays – is unknown, so such a year is provisional.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

SATURDAY = 5
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Measures:
    """One version of the measures; ``holidays`` are table rows (name, month-day or festival, offsets)."""

    title: str
    in_force_from: dt.date
    holidays: tuple[Mapping[str, Any], ...]


@functools.cache
def _tables() -> tuple[tuple[Measures, ...], Mapping[str, Mapping[str, dt.date]]]:
    table = tomllib.loads(files(__package__).joinpath("tables/statutory.toml").read_text("utf-8"))
    versions = tuple(
        Measures(entry["title"], entry["in_force_from"], tuple(entry["holiday"]))
        for entry in table["version"]
    )
    return versions, table["festivals"]


def statutory_holidays(year: int) -> dict[dt.date, str]:
    """The days of ``year`` that the measures name, weekends included, with their names.

    Lunar festivals are left out for years outside the table of festival dates.
    """
    versions, festivals = _tables()
    dates = festivals.get(str(year), {})
    days: dict[dt.date, str] = {}
    for version, superseded_on in zip(
        versions, [*(v.in_force_from for v in versions[1:]), dt.date.max], strict=True
    ):
        for holiday in version.holidays:
            if "festival" in holiday:
                anchor = dates.get(holiday["festival"])
            else:
                anchor = dt.date(year, holiday["month"], holiday["day"])
            # The oldest version stands in for whatever was in force before it.
            starts = dt.date.min if version is versions[0] else version.in_force_from
            if anchor is None or not starts <= anchor < superseded_on:
                continue
            for offset in range(holiday["from"], holiday["to"] + 1):
                day = anchor + offset * DAY
                days[day] = f"{days[day]}、{holiday['name']}" if day in days else holiday["name"]
    return days


def statutory_days(year: int) -> dict[dt.date, str]:
    """``statutory_holidays`` with the days on which those that fall on a weekend are made up."""
    days = statutory_holidays(year)
    for day, name in sorted(days.items()):
        if day.weekday() >= SATURDAY:
            substitute = day + DAY
            while substitute.weekday() >= SATURDAY or substitute in days:
                substitute += DAY
            days[substitute] = f"{name}（补假）"
    return days
