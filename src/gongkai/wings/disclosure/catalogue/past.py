"""What was late in a time that has passed: each duty of each row that fell due in it, when it was kept, how much too late.

Derived from the days on record at each asking, as ``standing`` is for today. A duty is judged only where its day is
known: a period of the limit, information the duty holder put on record, a document that says when it was written, and
the update duty a column had at the time. A row is judged from the day it holds, never for what came before.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.figures import Period
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import Calendar, calendar
from gongkai.wings.disclosure.catalogue.due import Due, due_after, turns_between
from gongkai.wings.disclosure.catalogue.gaps import branch_ids
from gongkai.wings.disclosure.catalogue.limits import FORMED
from gongkai.wings.disclosure.catalogue.models import Binding, CatalogueEntry, EntryDay, Mode
from gongkai.wings.disclosure.catalogue.targets import Release, Standing, target

_BEFORE: Final = dt.timedelta(days=732)
"""How far before a period publications are read: what is due once a year may have come out early in the year before."""


class Verdict(models.TextChoices):
    """Worst first."""

    OPEN = "open", gettext_lazy("Never kept")  # 至今未公开
    LATE = "late", gettext_lazy("Kept too late")  # 逾期公开
    KEPT = "kept", gettext_lazy("Kept in time")  # 按时公开


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that was due on a day of the period. ``done_on`` None: not to this day. ``days_late``: working days; none
    where only days off lie between."""

    due: Due
    done_on: dt.date | None
    days_late: int

    @property
    def verdict(self) -> Verdict:
        if self.done_on is None:
            return Verdict.OPEN
        return Verdict.LATE if self.done_on > self.due.day else Verdict.KEPT

    @property
    def reason(self) -> str:
        """In the words of the limit."""
        if self.due.rule is not None:
            return self.due.rule.words
        return str(_("Art. 26: 20 working days")) if self.due.by_law else str(_("update duty of the column"))


@dataclass(frozen=True, slots=True)
class PastRow:
    """A row with its duties of a period, in the order of their days. ``bound``: something keeps it at all."""

    entry: CatalogueEntry
    duties: tuple[Duty, ...]
    bound: bool

    def of(self, *verdicts: Verdict) -> list[Duty]:
        return [duty for duty in self.duties if duty.verdict in verdicts]

    @property
    def longest(self) -> int:
        return max((duty.days_late for duty in self.duties), default=0)


# -- Periods ---------------------------------------------------------------------------------------------------

_PERIOD: Final = re.compile(r"(20\d\d)(?:-?[Qq]([1-4])|-(0[1-9]|1[0-2]))?")


def read_period(text: str) -> Period | None:
    """ "2025" a year, "2025Q3" a quarter, "2025-07" a month; None for anything else."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    year = int(match[1])
    if match[2]:
        first, last = int(match[2]) * 3 - 2, int(match[2]) * 3
    elif match[3]:
        first = last = int(match[3])
    else:
        return Period.year(year)
    following = dt.date(year + last // 12, last % 12 + 1, 1)
    return Period(dt.date(year, first, 1), following - dt.timedelta(days=1))


def periods_to_choose(today: dt.date, *, years: int = 3) -> list[str]:
    """The years and quarters that have begun, the newest first."""
    found = []
    for year in range(today.year, today.year - years, -1):
        quarters = [
            f"{year}Q{number}" for number in (4, 3, 2, 1) if dt.date(year, number * 3 - 2, 1) <= today
        ]
        found += [str(year), *quarters]
    return found


# -- Judging, pure ---------------------------------------------------------------------------------------------


def judged(
    entry: CatalogueEntry,
    period: Period,
    today: dt.date,
    days: Calendar,
    *,
    releases: Sequence[Release],
    standings: Sequence[Standing],
    formed: Iterable[dt.date],
) -> tuple[Duty, ...]:
    """The duties of one row that fell due in a period, up to today."""
    out = sorted({release.day for release in releases})
    floor = entry.valid_from or entry.created_at.date()
    since = max(period.since, floor)
    until = min(period.until, today, (entry.retired_on or dt.date.max) - dt.timedelta(days=1))
    if entry.mode != Mode.PROACTIVE or since > until:
        return ()
    found: dict[tuple[Due, dt.date | None], Duty] = {}

    def judge(due: Due, done_on: dt.date | None) -> None:
        if since <= due.day <= until and (done_on is not None or due.day < today):
            late = days.count(due.day, done_on or today).days
            found.setdefault(
                (due, done_on), Duty(due, done_on, max(0, late) if (done_on or today) > due.day else 0)
            )

    for due in turns_between(entry.limit, since, until, days):
        if due.since >= floor:
            judge(due, _first(out, due.since))
    for day in set(formed):
        due = due_after(entry.limit, day, days)
        judge(due, _first(out, due.since))
    for release in releases:
        if release.formed_on is not None and floor <= release.formed_on <= release.day:
            judge(due_after(entry.limit, release.formed_on, days, event=FORMED), release.day)
    for one in standings:
        for day in one.waiting:
            if day >= floor:
                judge(due_after(entry.limit, day, days, event=FORMED), None)
    for due, done_on in _stood_still(out, standings):
        judge(due, done_on)
    return tuple(sorted(found.values(), key=lambda duty: (duty.due.day, duty.due.since)))


def _first(out: Sequence[dt.date], since: dt.date) -> dt.date | None:
    """The first publication that counts for what is due."""
    place = bisect_left(out, since)
    return out[place] if place < len(out) else None


def _stood_still(
    out: Sequence[dt.date], standings: Sequence[Standing]
) -> Iterator[tuple[Due, dt.date | None]]:
    """The times in which columns with an update duty stood still beyond it; of several the laxest duty counts."""
    duties = [one.kept_until for one in standings if one.kept_until is not None]
    if not duties or not out:
        return
    runs = any(one.kept_until is not None and one.due_on is not None for one in standings)

    def kept_until(day: dt.date) -> dt.date | None:
        return max((last for duty in duties if (last := duty(day)) is not None), default=None)

    for before, after in pairwise(out):
        last = kept_until(before)
        if last is not None and after > last:
            yield Due(last, last, None), after
    if runs and (last := kept_until(out[-1])) is not None:
        yield Due(last, last, None), None


# -- Reading ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastReport:
    """How the rows of some organs were kept in a period."""

    period: Period
    today: dt.date
    rows: tuple[PastRow, ...]

    @property
    def late(self) -> list[PastRow]:
        """Rows with something late or never kept, the worst first."""
        found = [row for row in self.rows if row.of(Verdict.OPEN, Verdict.LATE)]
        return sorted(found, key=lambda row: -row.longest)

    @property
    def unbound(self) -> list[PastRow]:
        return [row for row in self.rows if not row.bound]

    @property
    def not_judged(self) -> int:
        """Rows nothing of which fell due on a day that is known."""
        return sum(not row.duties for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Duties by verdict."""
        return {verdict.value: sum(len(row.of(verdict)) for row in self.rows) for verdict in Verdict}

    def as_json(self) -> dict[str, Any]:
        return {
            "since": self.period.since.isoformat(),
            "until": self.period.until.isoformat(),
            "day": self.today.isoformat(),
            "rows": len(self.rows),
            "duties": self.counts,
            "rows_without_a_duty": self.not_judged,
            "late": [
                {
                    "id": row.entry.pk,
                    "organ": row.entry.organ.name,
                    "field": row.entry.field,
                    "title": row.entry.path,
                    "time_limit": row.entry.limit_text,
                    "duties": [_told(duty) for duty in row.of(Verdict.OPEN, Verdict.LATE)],
                }
                for row in self.late
            ],
            "nothing_fulfils": [
                {"id": row.entry.pk, "organ": row.entry.organ.name, "title": row.entry.path}
                for row in self.unbound
            ],
        }


def _told(duty: Duty) -> dict[str, Any]:
    return {
        "due": duty.due.day.isoformat(),
        "published": duty.done_on.isoformat() if duty.done_on else None,
        "days_late": duty.days_late,
        "verdict": duty.verdict.value,
        "because": duty.reason,
    }


def past_report(*, organs: Sequence[Organ] | None, period: Period, today: dt.date) -> PastReport:
    """The report over some organs with all below them, or over all; a fixed number of queries."""
    rows = CatalogueEntry.objects.select_related("organ").filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=period.until),
        Q(retired_on__isnull=True) | Q(retired_on__gt=period.since),
        mode=Mode.PROACTIVE,
    )
    if organs is not None:
        rows = rows.filter(organ__in=branch_ids(organs))
    entries = list(rows.order_by("organ__path", "field", "position", "id"))
    known = {entry.pk for entry in entries}
    bound: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, kind, key in Binding.objects.order_by("id").values_list("entry_id", "kind", "key"):
        if pk in known:
            bound[pk].append((kind, key))
    standings, releases = _asked(bound, period, today)
    formed: dict[int, list[dt.date]] = defaultdict(list)
    posted: dict[int, list[Release]] = defaultdict(list)
    for pk, kind, day in EntryDay.objects.values_list("entry_id", "kind", "day"):
        if kind == EntryDay.Kind.POSTED:
            posted[pk].append(Release(day))
        else:
            formed[pk].append(day)
    days = calendar()
    return PastReport(
        period,
        today,
        tuple(
            PastRow(
                entry,
                judged(
                    entry,
                    period,
                    today,
                    days,
                    releases=[
                        *(one for pair in bound[entry.pk] for one in releases.get(pair, ())),
                        *posted[entry.pk],
                    ],
                    standings=[standings[pair] for pair in bound[entry.pk] if pair in standings],
                    formed=formed[entry.pk],
                ),
                bool(posted[entry.pk]) or any(pair in standings for pair in bound[entry.pk]),
            )
            for entry in entries
        ),
    )


def _asked(
    bound: Mapping[int, Sequence[tuple[str, str]]], period: Period, today: dt.date
) -> tuple[dict[tuple[str, str], Standing], dict[tuple[str, str], Sequence[Release]]]:
    """How the targets stand, and what of each came out around the period and since."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for pairs in bound.values():
        for kind, key in pairs:
            wanted[kind].add(key)
    standings: dict[tuple[str, str], Standing] = {}
    releases: dict[tuple[str, str], Sequence[Release]] = {}
    for kind, keys in wanted.items():
        if (asked := target(kind)) is not None:
            standings |= {(kind, key): told for key, told in asked.standings(keys, today).items()}
            came_out = asked.releases(keys, period.since - _BEFORE, today)
            releases |= {(kind, key): told for key, told in came_out.items()}
    return standings, releases


def past_table(report: PastReport) -> tuple[list[str], Iterable[list[object]]]:
    """Every duty of the period as a line, those never kept and kept too late first; rows nothing fulfils at the end."""
    headings = [
        _("Gap"),
        _("Organ"),
        _("Field of the catalogue"),
        _("Matter"),
        _("Time limit"),
        _("Due"),
        _("Published on"),
        _("Working days late"),
        _("Remark"),
    ]

    def lines() -> Iterator[list[object]]:
        for verdict in Verdict:
            for row in report.rows:
                for duty in row.of(verdict):
                    yield [
                        str(verdict.label),
                        *_names(row.entry),
                        duty.due.day,
                        duty.done_on or "",
                        duty.days_late or "",
                        duty.reason,
                    ]
        for row in report.unbound:
            yield [_("Nothing fulfils it"), *_names(row.entry), "", "", "", ""]

    return headings, lines()


def _names(entry: CatalogueEntry) -> list[object]:
    return [entry.organ.name, entry.field, entry.path, entry.limit_text]
