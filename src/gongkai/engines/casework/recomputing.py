"""When a year's holiday notice is issued, open clocks are reckoned anew, and what moved is said in the ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from gongkai.engines.casework.clocks import ClockEntry
from gongkai.engines.casework.models import Case, Clock, Event
from gongkai.engines.casework.registry import procedure
from gongkai.engines.casework.services import DERIVED, RECOMPUTED, days_of, event_digest, repeat_clocks
from gongkai.foundation.ledger.services import append
from gongkai.foundation.workdays import Calendar, calendar

_READ = 5_000
_WRITE = 500


class Moved(NamedTuple):
    """A clock whose day is another one now."""

    case: str
    clock: str
    before: dt.date | None
    after: dt.date | None


def recompute(
    *, days: Calendar | None = None, progress: Callable[[int], None] = lambda done: None, reason: str = ""
) -> list[Moved]:
    """Reckon every running clock anew. Cases whose day moved get an event and stand in the ledger, old day and new;
    nothing else is touched, so that running it twice changes nothing. ``progress`` is told clocks done so far.

    Stopping it half-way leaves whole batches done; running it again does the rest.
    """
    days = days or calendar()
    moved: list[Moved] = []
    changed: list[int] = []
    done = 0
    last = 0
    while True:
        rows = list(
            Clock.objects.filter(standing="running", pk__gt=last)
            .order_by("pk")
            .values_list(
                "pk",
                "case_id",
                "code",
                "entries",
                "due_on",
                "provisional",
                "internal_due_on",
                "case__procedure",
            )[:_READ]
        )
        if not rows:
            break
        last = rows[-1][0]
        changed.extend(row[1] for row in rows if _differs(row, days))
        done += len(rows)
        progress(done)
    remaining = iter(sorted(set(changed)))
    while batch := list(islice(remaining, _WRITE)):
        moved.extend(_write(batch, days, reason))
    return moved


def _differs(row: Sequence[Any], days: Calendar) -> bool:
    _pk, _case, code, entries, due, provisional, internal, procedure_code = row
    rule = procedure(procedure_code).clock(code)
    history = [ClockEntry.from_json(entry) for entry in entries]
    return days_of(rule, history, days)[:3] != (due, provisional, internal)


def _write(cases: Sequence[int], days: Calendar, reason: str) -> list[Moved]:
    """One batch, in one transaction: clocks, cases, events, and one ledger entry per organ."""
    moved: list[Moved] = []
    today = timezone.localdate()
    with transaction.atomic():
        locked = list(
            Case.objects.select_for_update(of=("self",))
            .filter(pk__in=cases)
            .select_related("organ")
            .prefetch_related("clocks")
            .order_by("pk")
        )
        clocks: list[Clock] = []
        events: list[Event] = []
        told: dict[str, list[list[Any]]] = defaultdict(list)
        organs = {case.ledger_stream: case.organ.code for case in locked}
        for case in locked:
            changes = []
            for clock in case.clocks.all():
                if clock.standing != "running":
                    continue
                clock.case = case
                before = clock.due_on
                due, provisional, internal, _standing = days_of(clock.rule, clock.history, days)
                if (due, provisional, internal) == (clock.due_on, clock.provisional, clock.internal_due_on):
                    continue
                clock.due_on, clock.provisional, clock.internal_due_on = due, provisional, internal
                clocks.append(clock)
                moved.append(Moved(case.number, clock.code, before, due))
                changes.append([clock.code, _iso(before), _iso(due)])
            if not changes:
                continue
            repeat_clocks(case)
            case.version += 1
            event = Event(
                case=case,
                seq=case.version,
                at=timezone.now(),
                day=today,
                actor="system",
                action=RECOMPUTED,
                from_state=case.state,
                to_state=case.state,
                outcome=case.outcome,
                facts={"clocks": changes, "reason": reason},
            )
            events.append(event)
            told[case.ledger_stream].append([case.pk, case.version, event_digest(event), *changes])
        _update(clocks, ("due_on", "provisional", "internal_due_on"))
        _update(locked, ("version", *DERIVED))
        Event.objects.bulk_create(events)
        for stream, changes_of_organ in told.items():
            append(
                stream=stream,
                verb=f"cases.{RECOMPUTED}",
                actor="system",
                organ=organs[stream],
                subject=f"calendar:{today.isoformat()}",
                body={"reason": reason, "cases": changes_of_organ},
            )
    return moved


def _update(rows: Sequence[Clock] | Sequence[Case], columns: tuple[str, ...]) -> None:
    """Write some columns of many rows. ``bulk_update`` builds an expression per value and takes six times as long."""
    if not rows:
        return
    table = connection.ops.quote_name(rows[0]._meta.db_table)
    places = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in columns)
    known = {field.name: field for field in rows[0]._meta.concrete_fields}
    fields = [known[column] for column in columns]
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {places} WHERE id = %s", values)  # noqa: S608  # names of our own


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
