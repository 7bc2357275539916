"""Which year files apply to a jurisdiction, and what their notices make of each day."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from .errors import CalendarError, CalendarFaults, Fault
from .notices import JURISDICTION, Notice, YearTable, read_year_file
from .statutory import SATURDAY, statutory_holidays


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a day differ from an ordinary weekday or weekend. ``notice`` is None for a statutory estimate."""

    off: bool
    name: str
    notice: Notice | None


def local_folder() -> Path:
    """Where a deployment keeps its own year files: ``$GONGKAI_DATA/workdays``, by default ``./var/workdays``."""
    return Path(os.environ.get("GONGKAI_DATA") or "var") / "workdays"


def lineage(jurisdiction: str) -> tuple[str, ...]:
    """The jurisdictions whose files apply, widest first: CN-4601 is CN, then CN-46, then CN-4601."""
    if not JURISDICTION.fullmatch(jurisdiction):
        raise CalendarError(
            "unknown-jurisdiction",
            "jurisdiction %(code)s is not known: write CN, or CN- and 2, 4 or 6 digits of a division code",
            {"code": repr(jurisdiction)},
        )
    digits = jurisdiction[3:]
    return ("CN", *(f"CN-{digits[:length]}" for length in range(2, len(digits) + 1, 2)))


def packaged_tables() -> list[YearTable]:
    """The year files that come with Gongkai."""
    with as_file(files(__package__).joinpath("tables")) as folder:
        return [read_year_file(path) for path in sorted(folder.glob("CN*.toml"))]


def local_tables(folder: Path, *, leaving_out: Path | None = None) -> list[YearTable]:
    """The year files of this deployment. A faulty one is an error: a silent gap would move deadlines."""
    return [read_year_file(path) for path in sorted(folder.glob("*.toml")) if path != leaving_out]


def lay(tables: Sequence[YearTable], *, upon: Mapping[dt.date, Mark], source: str) -> dict[dt.date, Mark]:
    """Lay all notices, in order, on the estimate ``upon``.

    Wider jurisdictions and earlier years come first; the later notice wins a day.

    Raises ``CalendarFaults`` when a notice makes a working day of what already is one, and when the notices of the
    State leave out a statutory holiday: an incomplete year would pass for a published one.
    """
    marks = dict(upon)
    faults: list[Fault] = []
    for table in sorted(tables, key=lambda table: (len(table.jurisdiction), table.year)):
        for notice in table.notices:
            for make_up in notice.worked:
                mark = marks.get(make_up.day)
                if not (mark.off if mark else make_up.day.weekday() >= SATURDAY):
                    faults.append(
                        Fault(
                            f"{make_up.day:%Y-%m-%d %A} is worked for {make_up.name}, but is a working day anyway",
                            f"{table.jurisdiction} {table.year}, {notice.title}",
                            "a make-up workday is a Saturday, a Sunday or a day an earlier notice made free",
                            "correct the date",
                        )
                    )
                marks[make_up.day] = Mark(off=False, name=make_up.name, notice=notice)
            for span in notice.off:
                for day in span.days():
                    marks[day] = Mark(off=True, name=span.name, notice=notice)
    for year in sorted({table.year for table in tables if table.jurisdiction == "CN"}):
        faults.extend(
            Fault(
                f"{day}, {name}, is not among the days off",
                f"CN {year}",
                "the notices of a year cover every holiday of 全国年节及纪念日放假办法",
                "add the missing span, or compare the dates with the notice",
            )
            for day, name in statutory_holidays(year).items()
            if day not in marks
        )
    if faults:
        raise CalendarFaults(source, faults)
    return marks
