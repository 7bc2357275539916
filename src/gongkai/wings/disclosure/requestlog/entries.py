"""The entries of the log: concluded requests with a title that names nobody, how they ended and how long it took."""

from __future__ import annotations

import datetime as dt
import functools
import statistics
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, NamedTuple

from django.db.models import QuerySet

from gongkai.foundation.hanzi.personal import personal_data
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.requestlog.models import RequestLogSetting
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.outcomes import outcome
from gongkai.wings.disclosure.requests.terms import CODE


class Group(NamedTuple):
    """Results of one kind. ``rows`` is how the numbers of its rows in the annual report begin."""

    slug: str
    rows: str
    label: str


@functools.cache
def groups() -> tuple[Group, ...]:
    table = tomllib.loads(files(__package__).joinpath("groups.toml").read_text(encoding="utf-8"))
    return tuple(Group(entry["slug"], entry["rows"], entry["label"]) for entry in table["group"])


def group_of(code: str) -> Group:
    """The group of an outcome."""
    row = outcome(code).row
    return next(group for group in groups() if row == group.rows or row.startswith(f"{group.rows}."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One concluded request as the public may see it. ``days`` are working days from receipt to the end."""

    pk: int
    title: str
    organ_code: str
    organ_name: str
    organ_path: str
    received_on: dt.date
    closed_on: dt.date
    days: int
    outcome: str

    @property
    def label(self) -> str:
        return outcome(self.outcome).label

    @property
    def told(self) -> str:
        """How it ended, for readers: the form's row of what is left over says nothing to them."""
        return self.group.label if self.outcome == "withdrawn" else outcome(self.outcome).told

    @property
    def group(self) -> Group:
        return group_of(self.outcome)

    @property
    def year(self) -> int:
        return self.closed_on.year

    @property
    def url(self) -> str:
        return f"/request-log/no/{self.pk}/"


def published() -> QuerySet[Request]:
    """Requests that are in the log: concluded, listed, of organs that keep one. Those of other systems are only counted, and
    an answer given again is no request more."""
    opted_out = RequestLogSetting.objects.filter(listed=False).values("organ_id")
    return (
        Request.objects.filter(
            case__procedure=CODE, listed=True, imported=False, case__closed_on__isnull=False
        )
        .exclude(public_title="")
        .exclude(case__outcome="")
        .exclude(case__organ_id__in=opted_out)
    )


_FIELDS: Final = (
    "pk",
    "public_title",
    "case__organ__code",
    "case__organ__name",
    "case__organ__path",
    "case__received_on",
    "case__closed_on",
    "case__outcome",
)


def entries(rows: QuerySet[Request]) -> list[Entry]:
    """The entries of a query, newest first. A title with a number of a person in it is left out, whoever listed it."""
    days = calendar()
    found = []
    for pk, title, code, name, path, received, closed, ended in rows.order_by(
        "-case__closed_on", "-pk"
    ).values_list(*_FIELDS):
        if personal_data(title):
            continue
        found.append(
            Entry(
                pk=pk,
                title=title,
                organ_code=code,
                organ_name=name,
                organ_path=path,
                received_on=received,
                closed_on=closed,
                days=max(0, days.count(received, closed).days),
                outcome=ended,
            )
        )
    return found


def below(organ_id: int) -> list[Entry]:
    """The entries of an organ and all below it."""
    path = Organ.objects.values_list("path", flat=True).get(pk=organ_id)
    return entries(published().filter(case__organ__path__startswith=path))


class Bar(NamedTuple):
    """One line of a chart and its table. ``share`` of the total, 0 to 1."""

    label: str
    number: int
    share: float
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list of entries comes to."""

    total: int
    median_days: float | None
    within_20: int
    by_group: tuple[Bar, ...]
    by_days: tuple[Bar, ...]


_SPANS: Final = ((0, 5), (6, 10), (11, 20), (21, 40), (41, None))


def summary(found: Sequence[Entry]) -> Summary:
    total = len(found)
    counted = Counter(entry.group for entry in found)
    taken = [entry.days for entry in found]
    return Summary(
        total=total,
        median_days=statistics.median(taken) if taken else None,
        within_20=sum(days <= 20 for days in taken),
        by_group=tuple(
            Bar(
                group.label,
                counted[group],
                _share(counted[group], total),
                f"/request-log/outcome/{group.slug}/",
            )
            for group in groups()
        ),
        by_days=tuple(_span(taken, first, last) for first, last in _SPANS),
    )


def _span(taken: Iterable[int], first: int, last: int | None) -> Bar:
    every = list(taken)
    number = sum(days >= first and (last is None or days <= last) for days in every)
    label = f"{first}–{last}" if last is not None else f"≥ {first}"
    return Bar(label, number, _share(number, len(every)), "")


def _share(number: int, total: int) -> float:
    return number / total if total else 0.0
