"""Year files: which days a notice makes free and which weekend days it makes working days.

A file is TOML: ``year``, ``jurisdiction`` and one ``[[notice]]`` per instrument, in the order of issue. A later
notice overrides an earlier one day by day, as 国办发明电〔2020〕1号 did with the Spring Festival of 2020.
``docs/calendar.md`` shows a complete file.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import CalendarFaults, Fault

FIRST_YEAR, LAST_YEAR = 1949, 2150
"""The calendar answers for these years and no others."""

LARGEST_FILE = 256 * 1024
LONGEST_SPAN = 31
"""Days. No holiday has come near it; a longer span is a slip of the pen."""
SPILL = dt.timedelta(days=31)
"""A notice may move days of the neighbouring year: that of 2019 made 29 December 2018 a working day."""

JURISDICTION = re.compile(r"CN(-\d{2}(\d{2}(\d{2})?)?)?")


@dataclass(frozen=True, slots=True)
class OffSpan:
    """Days off, first and last included."""

    name: str
    first: dt.date
    last: dt.date

    def days(self) -> Iterator[dt.date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + dt.timedelta(days=offset)


@dataclass(frozen=True, slots=True)
class MakeUpDay:
    """A day worked although it would be free (调休上班), and the holiday it is worked for."""

    name: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Notice:
    """One instrument that fixes days. ``confirmed`` is False when its number or title was not verified."""

    title: str
    number: str
    issued: dt.date
    source: str
    confirmed: bool
    off: tuple[OffSpan, ...]
    worked: tuple[MakeUpDay, ...]

    def cite(self) -> str:
        return f"《{self.title}》（{self.number}）" if self.number else f"《{self.title}》"


@dataclass(frozen=True, slots=True)
class YearTable:
    """What one file says about one year in one jurisdiction."""

    jurisdiction: str
    year: int
    notices: tuple[Notice, ...]


def read_year_file(path: Path) -> YearTable:
    """Parse and check one file. Raises ``CalendarFaults`` with every fault found."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CalendarFaults(str(path), [_unreadable(str(path), error.strerror or str(error))]) from error
    if len(content) > LARGEST_FILE:
        raise CalendarFaults(str(path), [_unreadable(str(path), f"it is larger than {LARGEST_FILE} bytes")])
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise CalendarFaults(
            str(path), [_unreadable(str(path), str(error) or "too deeply nested")]
        ) from error
    return parse_year(table, source=str(path))


def parse_year(table: dict[str, Any], *, source: str) -> YearTable:
    """Turn parsed TOML into a ``YearTable``. Raises ``CalendarFaults`` with every fault found."""
    reader = _Reader()
    reader.refuse_unknown(table, {"year", "jurisdiction", "notice"}, "file")
    jurisdiction = reader.text(table, "jurisdiction", "file")
    if jurisdiction and not JURISDICTION.fullmatch(jurisdiction):
        reader.fault(
            f"jurisdiction {jurisdiction!r} is not known",
            "jurisdiction",
            "CN, or CN- and the 2, 4 or 6 digits of a division code",
            'write for example jurisdiction = "CN-46"',
        )
    year = table.get("year")
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        reader.fault(
            f"year is {year!r}",
            "year",
            f"a whole number from {FIRST_YEAR} to {LAST_YEAR}",
            "write for example year = 2027",
        )
        year = 0
    notices = [
        reader.notice(entry, year, f"notice {position}")
        for position, entry in reader.entries(table, "notice", "file")
    ]
    if not notices and not reader.faults:
        reader.fault(
            "no notice", "file", "a year needs at least one notice", "add a [[notice]] with its days"
        )
    if reader.faults:
        raise CalendarFaults(source, reader.faults)
    return YearTable(jurisdiction, year, tuple(notices))


def _unreadable(where: str, what: str) -> Fault:
    return Fault(
        f"the file cannot be read: {what}", where, "a TOML file in UTF-8", "see docs/calendar.md for a model"
    )


class _Reader:
    """Reads fields one by one and collects faults instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, what: str, where: str, rule: str, mend: str) -> None:
        self.faults.append(Fault(what, where, rule, mend))

    def refuse_unknown(self, table: dict[str, Any], known: set[str], where: str) -> None:
        for key in sorted(set(table) - known):
            self.fault(
                f"{key!r} is not a field",
                where,
                f"known are {', '.join(sorted(known))}",
                "correct or remove it",
            )

    def text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{key} is missing or empty", where, f"{key} is a text", f'write {key} = "…"')
            return ""
        return value.strip()

    def date(self, table: dict[str, Any], key: str, where: str) -> dt.date:
        value = table.get(key)
        if type(value) is not dt.date:
            self.fault(
                f"{key} is {value!r}", where, f"{key} is a date", f"write {key} = 2027-01-31, without quotes"
            )
            return dt.date.min
        return value

    def entries(self, table: dict[str, Any], key: str, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fault(
                f"{key} is not a list of tables", where, f"[[{key}]] once per entry", "see docs/calendar.md"
            )
            return
        yield from enumerate(value, start=1)

    def notice(self, entry: dict[str, Any], year: int, where: str) -> Notice:
        known = {"title", "number", "issued", "source", "confirmed", "off", "worked"}
        self.refuse_unknown(entry, known, where)
        number = entry.get("number", "")
        if not isinstance(number, str):
            self.fault(
                f"number is {number!r}", where, "number is a text", 'write number = "国办发明电〔2026〕1号"'
            )
            number = ""
        confirmed = entry.get("confirmed", False)
        if not isinstance(confirmed, bool):
            self.fault(
                f"confirmed is {confirmed!r}", where, "true or false", "write confirmed = false if unsure"
            )
            confirmed = False
        off = tuple(self.off_span(e, year, f"{where}, off {p}") for p, e in self.entries(entry, "off", where))
        worked = tuple(
            self.make_up_day(e, year, f"{where}, worked {p}") for p, e in self.entries(entry, "worked", where)
        )
        if not off and not worked:
            self.fault(
                "no days", where, "a notice fixes at least one day", "add [[notice.off]] or [[notice.worked]]"
            )
        self.refuse_contradictions(off, worked, where)
        return Notice(
            title=self.text(entry, "title", where),
            number=number.strip(),
            issued=self.date(entry, "issued", where),
            source=self.text(entry, "source", where),
            confirmed=confirmed,
            off=off,
            worked=worked,
        )

    def off_span(self, entry: dict[str, Any], year: int, where: str) -> OffSpan:
        self.refuse_unknown(entry, {"name", "first", "last"}, where)
        name = self.text(entry, "name", where)
        first = self.date(entry, "first", where)
        last = self.date(entry, "last", where) if "last" in entry else first
        if first != dt.date.min and last != dt.date.min:
            self.refuse_stray(first, year, where)
            if last < first:
                self.fault(
                    f"{last} is before {first}", where, "last is not before first", "exchange the two dates"
                )
                last = first
            elif (last - first).days >= LONGEST_SPAN:
                self.fault(
                    f"{first} to {last} is {(last - first).days + 1} days",
                    where,
                    f"a span has at most {LONGEST_SPAN} days",
                    "check the two dates",
                )
                last = first
            elif last != first:
                self.refuse_stray(last, year, where)
        return OffSpan(name, first, last)

    def make_up_day(self, entry: dict[str, Any], year: int, where: str) -> MakeUpDay:
        self.refuse_unknown(entry, {"name", "day"}, where)
        name = self.text(entry, "name", where)
        day = self.date(entry, "day", where)
        if day != dt.date.min:
            self.refuse_stray(day, year, where)
        return MakeUpDay(name, day)

    def refuse_stray(self, day: dt.date, year: int, where: str) -> None:
        if year and not dt.date(year, 1, 1) - SPILL <= day <= dt.date(year, 12, 31) + SPILL:
            self.fault(
                f"{day} is not a day of {year}",
                where,
                f"days lie in {year} or within {SPILL.days} days of it",
                "correct the date, or the year of the file",
            )

    def refuse_contradictions(
        self, off: tuple[OffSpan, ...], worked: tuple[MakeUpDay, ...], where: str
    ) -> None:
        seen: dict[dt.date, str] = {}
        for span in off:
            for day in span.days():
                if day in seen:
                    self.fault(
                        f"{day} is off twice, for {seen[day]} and for {span.name}",
                        where,
                        "a notice names a day once",
                        "let the spans not overlap",
                    )
                seen[day] = span.name
        for make_up in worked:
            if make_up.day in seen:
                self.fault(
                    f"{make_up.day} is both off ({seen[make_up.day]}) and worked ({make_up.name})",
                    where,
                    "a notice names a day once",
                    "remove one of the two",
                )
            seen[make_up.day] = make_up.name
