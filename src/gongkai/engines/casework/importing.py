"""Cases that were handled elsewhere: taken in many at a time, each with its event and its entry in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.clocks import ClockEntry
from gongkai.engines.casework.declarations import ClockRule
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case, Clock, Event
from gongkai.engines.casework.registry import procedure
from gongkai.engines.casework.services import (
    IMPORTED,
    days_of,
    end_taken_over,
    entry_body,
    repeat_clocks,
)
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import Calendar, calendar

BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """One case of another system. ``closed_on`` None and ``outcome`` empty: still open, handled on here."""

    organ: Organ
    number: str
    title: str
    channel: str
    applicant_kind: str
    received_on: dt.date
    closed_on: dt.date | None = None
    outcome: str = ""
    parent: Case | None = None


def import_cases(
    *,
    procedure_code: str,
    past: Sequence[PastCase],
    open_state: str,
    closed_state: str,
    actor: Actor,
    also: Callable[[Sequence[Case]], None] = lambda cases: None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[Case]:
    """Write them all, or none. The first clock of the procedure runs for each, and has ended for those that are closed.

    ``also`` gets every batch of new cases inside the transaction, for the wing's own rows.
    """
    _refuse_strangers(procedure_code, {each.organ for each in past}, actor)
    written: list[Case] = []
    with transaction.atomic():
        for start in range(0, len(past), BATCH):
            batch = _write(procedure_code, past[start : start + BATCH], open_state, closed_state, actor)
            also(batch)
            written.extend(batch)
            progress(len(written))
    return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What another system says of a case that came from it while it was open."""

    case: Case
    closed_on: dt.date
    outcome: str


def end_cases(
    *,
    procedure_code: str,
    endings: Sequence[Ending],
    closed_state: str,
    actor: Actor,
    also: Callable[[Sequence[Case]], None] = lambda cases: None,
) -> None:
    """End cases that were taken over while open, all or none; ``also`` gets them inside the transaction."""
    _refuse_strangers(procedure_code, {each.case.organ for each in endings}, actor)
    with transaction.atomic():
        for each in sorted(endings, key=lambda ending: ending.case.pk):
            end_taken_over(
                case=each.case,
                state=closed_state,
                outcome=each.outcome,
                closed_on=each.closed_on,
                actor=actor,
            )
        if endings:
            also([each.case for each in endings])


def _refuse_strangers(procedure_code: str, organs: set[Organ], actor: Actor) -> None:
    if actor.user is not None and not actor.user.is_superuser:
        strangers = organs - set(actor.user.organs(*procedure(procedure_code).openers))
        if strangers:
            names = [str(organ) for organ in strangers]
            raise CaseRefused("role", _("You may not open cases of this kind for these organs."), names)


def _write(
    procedure_code: str, past: Sequence[PastCase], open_state: str, closed_state: str, actor: Actor
) -> list[Case]:
    rules, days, now = procedure(procedure_code), calendar(), timezone.now()
    rule = rules.clocks[0]
    cases, clocks, events, of_case = [], [], [], []
    for each in past:
        case = Case(
            procedure=rules.code,
            number=each.number,
            organ=each.organ,
            state=closed_state if each.closed_on else open_state,
            outcome=each.outcome,
            title=each.title,
            channel=each.channel,
            applicant_kind=each.applicant_kind,
            received_on=each.received_on,
            closed_on=each.closed_on,
            opened_at=now,
            parent=each.parent,
            waiting=rules.state(closed_state if each.closed_on else open_state).kind == "waiting",
            version=1,
        )
        # As when a case is opened: what waits to be admitted has no clock yet.
        running = [] if case.waiting else [_first_clock(case, rule, days)]
        clocks += running
        of_case.append(running)
        event = Event(
            case=case,
            seq=1,
            at=now,
            day=each.closed_on or each.received_on,
            actor=actor.ledger_name,
            action=IMPORTED,
            to_state=case.state,
            outcome=case.outcome,
        )
        cases.append(case)
        events.append(event)
    Case.objects.bulk_create(cases)
    Clock.objects.bulk_create(clocks)
    Event.objects.bulk_create(events)
    for case, event, running in zip(cases, events, of_case, strict=True):
        append(
            stream=case.ledger_stream,
            verb=f"case.{IMPORTED}",
            actor=actor.ledger_name,
            organ=case.organ.code,
            subject=case.ledger_name,
            body=entry_body(case, event, running),
        )
    return cases


def _first_clock(case: Case, rule: ClockRule, days: Calendar) -> Clock:
    entries = [ClockEntry("start", case.received_on, rule.days, "", rule.provision)]
    if case.closed_on:
        entries.append(ClockEntry("finish", case.closed_on))
    clock = Clock(case=case, code=rule.code, entries=[entry.to_json() for entry in entries])
    clock.due_on, clock.provisional, clock.internal_due_on, clock.standing = days_of(rule, entries, days)
    if not case.closed_on:
        repeat_clocks(case, [clock])
    return clock
