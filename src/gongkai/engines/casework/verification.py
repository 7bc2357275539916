"""Do the cases still say what the ledger says of them? Finds what was changed, deleted, doubled or moved behind its back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.clocks import clocks_digest
from gongkai.engines.casework.models import Case, Clock, Event
from gongkai.engines.casework.services import DAYS, RECOMPUTED, days_of, event_digest, repeat_clocks
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.workdays import Calendar, calendar

Kind = Literal["deleted", "unknown", "changed", "moved", "event_changed", "event_missing", "clock_changed"]
KINDS: Final[Mapping[Kind, Promise]] = {
    "deleted": gettext_lazy("deleted behind the ledger's back"),
    "unknown": gettext_lazy("put in behind the ledger's back"),
    "changed": gettext_lazy("changed behind the ledger's back"),
    "moved": gettext_lazy("moved to another organ"),
    "event_changed": gettext_lazy("an act was changed or put in"),
    "event_missing": gettext_lazy("an act is missing"),
    "clock_changed": gettext_lazy("a clock was changed"),
}
"""What a fault is, in words; machines read the kind."""
_BATCH = 2_000


class CaseFault(NamedTuple):
    """One disagreement between tables and ledger. ``case`` is the case's row number, ``number`` what people call it."""

    kind: Kind
    case: int
    number: str
    detail: str


class _Told(NamedTuple):
    stream: str
    body: dict[str, Any]
    version: int


def verify_cases(
    *, progress: Callable[[int], None] = lambda done: None, days: Calendar | None = None
) -> Iterator[CaseFault]:
    """Every disagreement. The ledger itself is verified by ``ledger.verification``; here it is taken as the truth.

    Days of open clocks are those of the calendar, so after a new holiday notice ``recompute`` goes before this.
    """
    told, digests = _what_the_ledger_says()
    days = days or calendar()
    seen: set[int] = set()
    last, end = 0, Case.objects.aggregate(last=Max("pk"))["last"] or 0
    while last < end:
        batch = list(Case.objects.filter(pk__gt=last).select_related("organ").order_by("pk")[:_BATCH])
        if not batch:
            break
        last = batch[-1].pk
        events, clocks = _events_of(batch), _clocks_of(batch)
        for case in batch:
            seen.add(case.pk)
            known = told.get(case.pk)
            yield from _compare(case, known, events.get(case.pk, {}), digests)
            if known is not None:
                yield from _compare_clocks(case, known, clocks.get(case.pk, []), days)
        progress(len(seen))
    for pk in sorted(set(told) - seen):
        yield CaseFault(
            "deleted", pk, told[pk].body.get("number", ""), _("the ledger knows it, the table does not")
        )


def _what_the_ledger_says() -> tuple[dict[int, _Told], dict[tuple[int, int], str]]:
    """The newest word on each case, and the digest of each of its events."""
    told: dict[int, _Told] = {}
    digests: dict[tuple[int, int], str] = {}
    entries = Entry.objects.filter(stream__startswith="cases:").order_by("id")
    rows = entries.values_list("stream", "verb", "subject", "body")
    for stream, verb, subject, text in rows.iterator(chunk_size=_BATCH):
        try:
            body = json.loads(text)
            if verb == f"cases.{RECOMPUTED}":
                for pk, seq, digest, *_changes in body["cases"]:
                    digests[pk, seq] = digest
                    told[pk] = told[pk]._replace(version=seq)
            elif "digest" in body:
                pk, seq = int(subject.partition(":")[2]), int(body["seq"])
                told[pk] = _Told(stream, body, seq)
                digests[pk, seq] = body["digest"]
        except (ValueError, KeyError, TypeError):
            continue  # somebody has broken it: the ledger's own check names the entry, and its case disagrees below
    return told, digests


def _events_of(cases: list[Case]) -> dict[int, dict[int, Event]]:
    found: dict[int, dict[int, Event]] = {}
    for event in Event.objects.filter(case__in=cases):
        found.setdefault(event.case_id, {})[event.seq] = event
    return found


def _clocks_of(cases: list[Case]) -> dict[int, list[Clock]]:
    found: dict[int, list[Clock]] = {}
    for clock in Clock.objects.filter(case__in=cases):
        found.setdefault(clock.case_id, []).append(clock)
    return found


def _compare_clocks(case: Case, told: _Told, clocks: list[Clock], days: Calendar) -> Iterator[CaseFault]:
    """Entries by the digest of the newest act (acts of earlier versions have none); days of open clocks by reckoning."""
    digest = clocks_digest(clock.facts for clock in clocks)
    if told.body.get("clocks", digest) != digest:
        yield CaseFault(
            "clock_changed", case.pk, case.number, _("its clocks are not those of its newest act")
        )
        return
    before = {name: getattr(case, name) for name in DAYS}
    for clock in clocks:
        clock.case = case
        if clock.standing != "finished":
            is_now = (clock.due_on, clock.provisional, clock.internal_due_on, clock.standing)
            clock.due_on, clock.provisional, clock.internal_due_on, clock.standing = days_of(
                clock.rule, clock.history, days
            )
            if is_now != (clock.due_on, clock.provisional, clock.internal_due_on, clock.standing):
                told_due = {"clock": clock.code, "due": is_now[0], "reckoned": clock.due_on}
                detail = _("%(clock)s: due %(due)s, reckoned %(reckoned)s") % told_due
                yield CaseFault("clock_changed", case.pk, case.number, detail)
                return
    repeat_clocks(case, clocks)
    for name, value in before.items():
        if value != getattr(case, name):
            yield CaseFault("changed", case.pk, case.number, f"{name}: {getattr(case, name)} → {value}")


def _compare(
    case: Case, told: _Told | None, events: dict[int, Event], digests: dict[tuple[int, int], str]
) -> Iterator[CaseFault]:
    if told is None:
        yield CaseFault("unknown", case.pk, case.number, _("the table knows it, the ledger does not"))
        return
    if told.stream != case.ledger_stream:
        yield CaseFault("moved", case.pk, case.number, f"{told.stream} → {case.ledger_stream}")
    is_now = {
        "procedure": case.procedure,
        "number": case.number,
        "state": case.state,
        "outcome": case.outcome,
        "received_on": case.received_on.isoformat(),
        "closed_on": case.closed_on.isoformat() if case.closed_on else "",
        "applicant_kind": case.applicant_kind,
    }
    for name, value in is_now.items():
        if (was := told.body.get(name)) != value:
            yield CaseFault("changed", case.pk, case.number, f"{name}: {was!r} → {value!r}")
    for seq in range(1, told.version + 1):
        event = events.pop(seq, None)
        if event is None:
            yield CaseFault("event_missing", case.pk, case.number, _("act %d") % seq)
        elif event_digest(event) != digests.get((case.pk, seq)):
            yield CaseFault("event_changed", case.pk, case.number, _("act %d") % seq)
    for seq in events:
        yield CaseFault("event_changed", case.pk, case.number, _("act %d is not in the ledger") % seq)
