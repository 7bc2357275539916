"""How each row stands on a day: kept, late, near, or a promise nothing keeps. Derived at each asking, never stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongkai.foundation.workdays import Calendar, calendar
from gongkai.wings.disclosure.catalogue.due import Due, due_after, near_until, periods
from gongkai.wings.disclosure.catalogue.limits import FORMED
from gongkai.wings.disclosure.catalogue.models import Binding, CatalogueEntry, EntryDay, Mode
from gongkai.wings.disclosure.catalogue.targets import Standing, target


class State(models.TextChoices):
    """Worst first."""

    UNBOUND = "unbound", _("Nothing fulfils it")  # 未关联
    MISSING = "missing", _("Promised, not yet public")  # 应公开未公开
    LATE = "late", _("Late")  # 逾期
    NEAR = "near", _("Due soon")  # 临期
    FULFILLED = "fulfilled", _("Fulfilled")  # 已公开
    ON_REQUEST = "on_request", _("Only on request")  # 依申请公开
    RETIRED = "retired", _("Retired")  # 已停用


GAPS: Final = (State.UNBOUND, State.MISSING, State.LATE)


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding and how its target stands; None: it is gone."""

    binding: Binding
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryStanding:
    """One row with all that was found out about it. ``due`` is the most urgent due day that is still open."""

    entry: CatalogueEntry
    state: State
    bound: tuple[Bound, ...]
    last_on: dt.date | None
    due: Due | None
    days_late: int = 0
    """Working days past the due day."""

    @property
    def is_gap(self) -> bool:
        return self.state in GAPS

    @property
    def limit_unread(self) -> tuple[str, ...]:
        return self.entry.limit.unread

    @property
    def best(self) -> Standing | None:
        """The target to send readers to: the one that was updated last."""
        there = [each.standing for each in self.bound if each.standing is not None]
        return max(there, key=lambda one: (one.last_on or dt.date.min, one.count), default=None)

    @property
    def reason(self) -> str:
        """Why a row is late or near, in the words of its own limit."""
        if self.due is None:
            return ""
        if self.due.rule is not None:
            return self.due.rule.words
        return str(_("Art. 26: 20 working days")) if self.due.by_law else str(_("update duty of the column"))


def standings(rows: Iterable[CatalogueEntry], today: dt.date) -> Iterator[EntryStanding]:
    """How rows stand, in their order; a fixed number of queries however many they are."""
    entries = list(rows)
    days = calendar()
    bound, noted = _read(entries, today)
    near = near_until(today, days)
    for entry in entries:
        yield _standing(entry, bound.get(entry.pk, ()), noted.get(entry.pk, ()), today, near, days)


def standing_of(entry: CatalogueEntry, today: dt.date) -> EntryStanding:
    return next(standings([entry], today))


def _read(
    entries: Sequence[CatalogueEntry], today: dt.date
) -> tuple[Mapping[int, Sequence[Bound]], Mapping[int, Sequence[EntryDay]]]:
    """Bindings with their targets' standing, and the days on record, by row."""
    ids = [entry.pk for entry in entries]
    few = len(ids) <= 5_000  # beyond, it is quicker to read them all than to name so many
    bindings = Binding.objects.filter(entry__in=ids) if few else Binding.objects.all()
    noted = EntryDay.objects.filter(entry__in=ids) if few else EntryDay.objects.all()
    wanted: dict[str, set[str]] = defaultdict(set)
    found = list(bindings.order_by("id"))
    for binding in found:
        wanted[binding.kind].add(binding.key)
    told = {
        kind: known.standings(keys, today) if (known := target(kind)) is not None else {}
        for kind, keys in wanted.items()
    }
    bound: dict[int, list[Bound]] = defaultdict(list)
    for binding in found:
        bound[binding.entry_id].append(Bound(binding, told[binding.kind].get(binding.key)))
    days: dict[int, list[EntryDay]] = defaultdict(list)
    for day in noted:
        days[day.entry_id].append(day)
    return bound, days


def _standing(
    entry: CatalogueEntry,
    bound: Sequence[Bound],
    noted: Sequence[EntryDay],
    today: dt.date,
    near: dt.date,
    days: Calendar,
) -> EntryStanding:
    there = [each.standing for each in bound if each.standing is not None]
    posted = [day.day for day in noted if day.kind == EntryDay.Kind.POSTED]
    out = [one.last_on for one in there if one.last_on is not None] + posted
    last_on = max(out, default=None)
    open_ = [due for due in _dues(entry, there, noted, last_on, today, days) if due.day <= near]
    due = min(open_, key=lambda one: one.day, default=None)
    state = _state(entry, bool(there or posted), last_on, due, today)
    late = due is not None and due.day < today
    return EntryStanding(
        entry=entry,
        state=state,
        bound=tuple(bound),
        last_on=last_on,
        due=due if state in (*GAPS, State.NEAR) else None,
        days_late=days.count(due.day, today).days if late and due is not None else 0,
    )


def _state(
    entry: CatalogueEntry, has_target: bool, last_on: dt.date | None, due: Due | None, today: dt.date
) -> State:
    if entry.retired_on is not None and entry.retired_on <= today:
        return State.RETIRED
    if entry.mode == Mode.ON_REQUEST:
        return State.ON_REQUEST
    if not has_target:
        return State.UNBOUND
    if last_on is None:
        return State.MISSING
    if due is None:
        return State.FULFILLED
    return State.LATE if due.day < today else State.NEAR


def _dues(
    entry: CatalogueEntry,
    there: Sequence[Standing],
    noted: Sequence[EntryDay],
    last_on: dt.date | None,
    today: dt.date,
    days: Calendar,
) -> Iterator[Due]:
    """Every due day that is still open: of what came into being, of each period, and of the columns' own duty."""
    limit = entry.limit
    formed = {day.day for day in noted if day.kind == EntryDay.Kind.FORMED}
    for day in formed:
        if last_on is None or last_on < day:
            yield due_after(limit, day, days)
    for one in there:
        for day in one.waiting:
            yield due_after(limit, day, days, event=FORMED)
    floor = entry.valid_from or entry.created_at.date()
    for due in periods(limit, today, days, since=floor):
        if last_on is None or last_on < due.since:
            yield due
    duties = [one.due_on for one in there if one.due_on is not None]
    if duties:
        # One of several columns that is kept up is enough.
        latest = max(duties)
        yield Due(latest, latest, None)


def published_days(entry: CatalogueEntry, since: dt.date, until: dt.date) -> list[dt.date]:
    """The days on which something of a row was published, newest first."""
    found = set(
        EntryDay.objects.filter(
            entry=entry, kind=EntryDay.Kind.POSTED, day__gte=since, day__lte=until
        ).values_list("day", flat=True)
    )
    keys: dict[str, set[str]] = defaultdict(set)
    for kind, key in entry.bindings.values_list("kind", "key"):
        keys[kind].add(key)
    for kind, wanted in keys.items():
        if (known := target(kind)) is not None:
            told = known.releases(wanted, since, until).values()
            found |= {release.day for releases in told for release in releases}
    return sorted(found, reverse=True)
