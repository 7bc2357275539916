"""What follows from an answer, when to try again, and the quiet hours: pure arithmetic, ``now`` is an argument."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from gongkai.engines.notices.states import FINAL, NEXT, Fault, Reply, Standing, State

FIRST_PAUSE: Final = dt.timedelta(seconds=15)
LAST_PAUSE: Final = dt.timedelta(hours=1)
FIRST_QUESTION: Final = dt.timedelta(minutes=2)
LAST_QUESTION: Final = dt.timedelta(hours=6)
"""A gateway that has not reported is asked two minutes after it took the message, then at doubling intervals."""
_LONGEST_WAIT: Final = dt.timedelta(days=1)


class QuietHoursFault(ValueError):
    """The setting is not of the form 21:00-08:00."""

    code = "quiet_hours"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours in which no phone shall ring: from ``start`` up to, not including, ``end``; none if they are equal."""

    start: dt.time
    end: dt.time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> QuietHours:
        """``21:00-08:00``; empty: none. Raises ``QuietHoursFault``."""
        if not text.strip():
            return cls(dt.time(), dt.time(), zone)
        found = re.fullmatch(r"\s*([0-9]{1,2}:[0-9]{2})\s*[-–~]\s*([0-9]{1,2}:[0-9]{2})\s*", text)
        if not found:
            raise QuietHoursFault(f"{text!r} is not of the form 21:00-08:00")
        try:
            start, end = (dt.datetime.strptime(part, "%H:%M").time() for part in found.groups())  # noqa: DTZ007
        except ValueError as error:
            raise QuietHoursFault(f"{text!r}: {error}") from error
        return cls(start, end, zone)

    def hold(self, moment: dt.datetime) -> bool:
        local = moment.astimezone(self.zone).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first moment from ``moment`` on that is not quiet."""
        if not self.hold(moment):
            return moment
        local = moment.astimezone(self.zone)
        end = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        if end <= local:
            end += dt.timedelta(days=1)
        return end.astimezone(moment.tzinfo)


def pause(attempts: int, spread: float) -> dt.timedelta:
    """How long to wait after so many attempts: 15 s, doubling up to an hour, a quarter more or less.

    ``spread`` in [0, 1) decides how much, so that what failed together does not come back together.
    """
    base = min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 20), LAST_PAUSE)
    return base * (0.75 + 0.5 * spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one delivery stands. ``next_attempt_at`` is None when nothing more is to be done.

    ``round`` counts the messages tried: a new one begins only when a gateway has said that the one before will not
    arrive. ``uncertain``: a message of this round may be out although nobody has said so.
    """

    state: State
    round: int
    attempts: int
    since: dt.datetime
    next_attempt_at: dt.datetime | None
    accepted_at: dt.datetime | None = None
    message_id: str = ""
    uncertain: bool = False
    fault: Fault = Fault.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on trying, and when not to. ``quiet`` is None for what may come at any hour."""

    give_up: dt.timedelta
    quiet: QuietHours | None
    spread: float


def follow(position: Position, reply: Reply, *, now: dt.datetime, patience: Patience) -> Position:
    """Where a delivery stands after ``reply``. Never sends it anywhere ``states.NEXT`` does not lead."""
    after = _follow(position, reply, now, patience)
    if after.state not in NEXT[position.state]:
        raise ValueError(f"a delivery cannot go from {position.state} to {after.state}")
    return after


def _follow(at: Position, reply: Reply, now: dt.datetime, patience: Patience) -> Position:
    standing = reply.standing
    message_id = reply.message_id or at.message_id
    match standing:
        case Standing.DELIVERED:
            return replace(
                at,
                state=State.DELIVERED,
                next_attempt_at=None,
                accepted_at=at.accepted_at or now,
                message_id=message_id,
                uncertain=False,
                fault=Fault.NONE,
            )
        case Standing.ACCEPTED:
            return _waiting(
                replace(at, message_id=message_id, accepted_at=at.accepted_at or now), now, patience
            )
        case Standing.REFUSED | Standing.UNDELIVERABLE:
            fault = Fault.REFUSED if standing is Standing.REFUSED else Fault.UNDELIVERABLE
            return _failed(replace(at, message_id=message_id, uncertain=False), reply.fault or fault)
        case Standing.UNREACHABLE:
            fresh = replace(at, round=at.round + 1, message_id="", accepted_at=None, uncertain=False)
            return _again(fresh, reply, reply.fault or Fault.UNREACHABLE, now, patience)
        case Standing.BUSY | Standing.UNSURE | Standing.UNHEARD:
            if (
                at.message_id
            ):  # it was taken once, and only the question about it failed: it must not be sent again
                return _waiting(at, now, patience)
            fault = Fault.UNSURE if standing is Standing.UNSURE else Fault.BUSY
            # Being busy now says nothing of an attempt before whose answer was lost.
            uncertain = standing is Standing.UNSURE or (standing is Standing.BUSY and at.uncertain)
            return _again(replace(at, uncertain=uncertain), reply, reply.fault or fault, now, patience)
        case _:
            assert_never(standing)


def _waiting(at: Position, now: dt.datetime, patience: Patience) -> Position:
    """The gateway has it; ask again if no report comes."""
    accepted = at.accepted_at or now
    if now - accepted >= patience.give_up:
        return _failed(replace(at, uncertain=True), Fault.NO_REPORT)
    question = now + min(max(now - accepted, FIRST_QUESTION), LAST_QUESTION)
    return replace(
        at,
        state=State.SENDING,
        next_attempt_at=question,
        accepted_at=accepted,
        uncertain=False,
        fault=Fault.NONE,
    )


def _again(at: Position, reply: Reply, fault: Fault, now: dt.datetime, patience: Patience) -> Position:
    if now - at.since >= patience.give_up:
        return _failed(at, fault if fault is Fault.UNREACHABLE else Fault.GAVE_UP)
    later = now + max(pause(at.attempts, patience.spread), min(reply.wait, _LONGEST_WAIT))
    if patience.quiet is not None:
        later = patience.quiet.after(later)
    return replace(at, state=State.TEMPORARY, next_attempt_at=later, fault=fault)


def _failed(at: Position, fault: Fault) -> Position:
    return replace(at, state=State.PERMANENT, next_attempt_at=None, fault=fault)


def started_again(at: Position, *, now: dt.datetime) -> Position:
    """A failed delivery that staff start again. What may already be out keeps its key, so that it cannot come twice."""
    return replace(
        at,
        state=State.CREATED,
        round=at.round if at.uncertain else at.round + 1,
        attempts=0,
        since=now,
        next_attempt_at=now,
        message_id=at.message_id if at.uncertain else "",
        accepted_at=now if at.uncertain and at.message_id else None,
        fault=Fault.NONE,
    )


def is_final(state: State) -> bool:
    return state in FINAL
