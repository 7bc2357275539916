"""Taking deliveries that are due, sending them, recording what came of it.

A delivery is taken by a lease in one short transaction, sent by a thread that knows no database, and its answer is
recorded in another transaction, by the holder of the lease only. Whoever takes over from a worker that died asks the
gateway what it knows before anything is sent again.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from time import monotonic
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from gongkai.engines.notices import channels, mail
from gongkai.engines.notices.gateway import CONNECT_SECONDS, READ_SECONDS
from gongkai.engines.notices.models import Delivery, Notice
from gongkai.engines.notices.retention import inbox_rules
from gongkai.engines.notices.rules import Patience, Position, follow, is_final
from gongkai.engines.notices.states import Channel, Fault, Reply, Standing, State
from gongkai.foundation.ledger.services import append

log = logging.getLogger("gongkai.notices")

BELL: Final = "notices"
"""What the worker waits at."""
THREADS: Final = 16
"""Messages on their way at once. A gateway that takes 50 ms for each is given 300 a second by that."""
IN_HAND: Final = 2 * THREADS
"""So many are taken at once: enough to keep the threads busy, few enough that what is urgent never waits for long."""
LEASE = dt.timedelta(seconds=60)
_LONGEST_TRY: Final = CONNECT_SECONDS + READ_SECONDS
"""Seconds one question or message may take. None is begun when less is left of the lease."""
_CLEARED_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """One delivery in hand. ``before`` is where it stood when it was taken; ``ends`` is the lease by our own clock."""

    pk: int
    channel: Channel
    urgent: bool
    key: str
    address: str
    heading: str
    text: str
    before: Position
    lease: dt.datetime
    ends: float


def sweep(*, now: dt.datetime) -> int:
    """Send whatever is due, ask about what has not been reported, record the answers; returns how many were taken."""
    began = monotonic()
    taken = 0
    with Dispatch() as dispatch:
        while True:
            taken += (new := dispatch.take(now))
            if not new and not dispatch.in_hand:
                return taken
            dispatch.record(lambda: now + dt.timedelta(seconds=monotonic() - began))


class Dispatch:
    """Deliveries on their way. Used by one thread; only the threads inside reach out, and they know no database."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="notices")
        self._jobs: dict[Future[Reply], Job] = {}
        self._room = 2 * threads

    def __enter__(self) -> Dispatch:
        return self

    def __exit__(self, *_ignored: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def in_hand(self) -> int:
        return len(self._jobs)

    def take(self, now: dt.datetime) -> int:
        """Take what is due, as far as there is room, and set it on its way."""
        room = self._room - len(self._jobs)
        jobs = take(now, limit=room) if room > 0 else []
        for job in jobs:
            self._jobs[self._pool.submit(reach, job)] = job
        return len(jobs)

    def record(self, clock: Callable[[], dt.datetime], *, timeout: float | None = None) -> int:
        """Wait for the first answer and record all there are."""
        if not self._jobs:
            return 0
        done, _pending = wait(self._jobs, timeout, FIRST_COMPLETED)
        answers = [(self._jobs[future], future.result()) for future in done if not future.cancelled()]
        if answers:
            record(answers, now=clock())
        for future in done:  # only now: what could not be recorded is recorded with the next ones
            del self._jobs[future]
        return len(answers)

    def hand_back(self, clock: Callable[[], dt.datetime]) -> None:
        """End in order: what has not been begun goes back at once, what is under way is recorded."""
        unbegun = [job for future, job in self._jobs.items() if future.cancel()]
        self._jobs = {future: job for future, job in self._jobs.items() if not future.cancelled()}
        give_back(unbegun)
        while self._jobs:
            self.record(clock)


# -- Taking ------------------------------------------------------------------------------------------------------


def take(now: dt.datetime, *, limit: int) -> list[Job]:
    """Lease up to ``limit`` deliveries that are due, the urgent ones first. Two workers never get the same one:
    PostgreSQL skips rows that are locked, SQLite lets only one writer in.

    What would break the quiet hours is put off to their end instead.
    """
    due = Delivery.objects.filter(next_attempt_at__lte=now)
    if not _is_due(now):
        return []
    jobs: list[Job] = []
    lease, ends = now + LEASE, monotonic() + LEASE.total_seconds()
    quiet = channels.quiet_hours()
    with transaction.atomic():
        rows: list[Delivery] = []
        for urgent in (True, False):
            query = due.filter(urgent=urgent).order_by("next_attempt_at")
            rows += query.select_for_update(skip_locked=True)[: limit - len(rows)]
        held = {row.pk for row in rows if quiet.hold(now) and _rings(row)}
        if held:
            Delivery.objects.filter(pk__in=held).update(next_attempt_at=quiet.after(now), lease_until=None)
        asked = {row.pk for row in rows if row.message_id} - held
        sent = {row.pk for row in rows} - held - asked
        mine = {"state": State.SENDING, "lease_until": lease, "next_attempt_at": lease}
        Delivery.objects.filter(pk__in=asked).update(**mine)
        Delivery.objects.filter(pk__in=sent).update(**mine, attempts=F("attempts") + 1, uncertain=True)
        jobs.extend(_job(row, row.pk in sent, lease, ends) for row in rows if row.pk not in held)
    return jobs


def _is_due(now: dt.datetime) -> bool:
    """Asked all day, mostly for nothing: no write lock, and no query put together anew each time. Both kinds
    are named because the index of what is open begins with them."""
    table = Delivery._meta.db_table
    look = f"SELECT 1 FROM {table} WHERE urgent IN (%s, %s) AND next_attempt_at <= %s LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(look, [False, True, connection.ops.adapt_datetimefield_value(now)])
        return cursor.fetchone() is not None


def _rings(row: Delivery) -> bool:
    """Whether taking it up may make a phone ring at night."""
    return row.channel == Channel.SMS and not row.urgent and not row.message_id


def _job(row: Delivery, is_attempt: bool, lease: dt.datetime, ends: float) -> Job:
    return Job(
        pk=row.pk,
        channel=Channel(row.channel),
        urgent=row.urgent,
        key=row.message_key,
        address=row.address,
        heading=row.heading,
        text=row.text,
        before=replace(row.position, state=State.SENDING, attempts=row.attempts + is_attempt),
        lease=lease,
        ends=ends,
    )


def give_back(jobs: Sequence[Job]) -> None:
    """Undo the taking of what was not begun."""
    with transaction.atomic():
        for job in jobs:
            held = Delivery.objects.filter(pk=job.pk, lease_until=job.lease)
            held.update(
                lease_until=None, next_attempt_at=job.before.next_attempt_at, uncertain=job.before.uncertain
            )


# -- Reaching out: no database here --------------------------------------------------------------------------------


def reach(job: Job) -> Reply:
    """Ask about a message or send it, whichever is right. Whatever goes wrong is an answer."""
    try:
        return _reach(job)
    except Exception as error:  # noqa: BLE001  # an adapter of somebody's own may fail in any way; its message may hold the number
        log.error("delivery %d: %s in the %s channel", job.pk, type(error).__name__, job.channel)
        return Reply(standing=Standing.UNSURE, fault=Fault.PROGRAM)


def _reach(job: Job) -> Reply:
    if not channels.is_open(job.channel):  # closed since: it waits until it is open again, or given up
        return Reply(standing=Standing.BUSY)
    if job.channel is Channel.EMAIL:
        return _if_time(
            job, lambda: mail.send(key=job.key, address=job.address, heading=job.heading, text=job.text)
        )
    gateway = channels.sms_gateway()
    if job.before.message_id or job.before.uncertain:
        known = _if_time(job, lambda: gateway.find(key=job.key))
        if job.before.message_id or known.standing is not Standing.UNHEARD:
            return known
    return _if_time(job, lambda: gateway.send(key=job.key, phone=job.address, text=job.text))


def _if_time(job: Job, act: Callable[[], Reply]) -> Reply:
    """Nothing is begun that might still be under way when somebody else takes the delivery over."""
    if monotonic() > job.ends - _LONGEST_TRY:
        return Reply(standing=Standing.BUSY, fault=Fault.UNSURE)
    return act()


# -- Recording -----------------------------------------------------------------------------------------------------


def record(answers: Iterable[tuple[Job, Reply]], *, now: dt.datetime) -> None:
    """Write down what came of the deliveries, for those whose lease is still ours; ends are told to the ledger."""
    give_up, quiet = channels.give_up_after(), channels.quiet_hours()
    ended: list[tuple[int, str, str, str]] = []
    with transaction.atomic():
        for job, reply in sorted(
            answers, key=lambda answer: answer[0].pk
        ):  # one order: nobody waits in a circle
            rings = job.channel is Channel.SMS and not job.urgent
            patience = Patience(give_up=give_up, quiet=quiet if rings else None, spread=random.random())  # noqa: S311
            at = follow(job.before, reply, now=now, patience=patience)
            mine = Delivery.objects.filter(pk=job.pk, lease_until=job.lease)
            if mine.update(**_columns(at, now)) and is_final(at.state):
                ended.append((job.pk, job.channel, at.state, at.fault))
        tell_ledger(ended)


def write_position(row: Delivery, at: Position, *, now: dt.datetime) -> None:
    """For a row that the caller has locked."""
    Delivery.objects.filter(pk=row.pk).update(**_columns(at, now))


def _columns(at: Position, now: dt.datetime) -> dict[str, object]:
    return {
        "state": at.state,
        "round": at.round,
        "attempts": at.attempts,
        "since": at.since,
        "next_attempt_at": at.next_attempt_at,
        "lease_until": None,
        "accepted_at": at.accepted_at,
        "message_id": at.message_id,
        "uncertain": at.uncertain,
        "last_error": at.fault,
        "finished_at": now if is_final(at.state) else None,
    }


def tell_ledger(ended: Sequence[tuple[int, str, str, str]]) -> None:
    """One entry for all deliveries that ended together: number, channel, state, fault; nothing of the person."""
    if ended:
        append(
            stream="notices",
            verb="notices.settled",
            actor="system",
            subject="notices",
            body={"deliveries": [list(row) for row in sorted(ended)]},
        )


def tidy(*, now: dt.datetime) -> int:
    """Clear addresses and texts of deliveries that ended long enough ago, and texts of inboxes; returns how many."""
    return _tidy_deliveries(now) + _tidy_inboxes(now)


def _tidy_inboxes(now: dt.datetime) -> int:
    """Texts older than their rule says; that there was a notice, and its title, stay."""
    cleared = 0
    for kept in inbox_rules():
        old = Notice.objects.filter(
            party__startswith=f"{kept.of}:",
            created_at__gte=_midnight(kept.since),
            created_at__lt=min(_midnight(kept.until), now - dt.timedelta(days=kept.days)),
        ).exclude(text="")
        while batch := list(old.order_by("created_at").values_list("pk", flat=True)[:_CLEARED_AT_ONCE]):
            with transaction.atomic():
                done = Notice.objects.filter(pk__in=batch).exclude(text="").update(text="")
                append(
                    stream="notices",
                    verb="notices.cleared",
                    actor="system",
                    subject="notices",
                    body={"of": kept.of, "texts": done},
                )
            cleared += done
    return cleared


def _midnight(day: dt.date) -> dt.datetime:
    if day == dt.date.max:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _tidy_deliveries(now: dt.datetime) -> int:
    old = Delivery.objects.filter(finished_at__lte=now - channels.keep_for()).filter(
        ~Q(address="") | ~Q(text="")
    )
    cleared = 0
    while batch := list(old.values_list("pk", flat=True)[:_CLEARED_AT_ONCE]):
        cleared += Delivery.objects.filter(pk__in=batch).update(address="", heading="", text="")
    return cleared
