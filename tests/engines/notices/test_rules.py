"""Quiet hours, pauses and what follows from an answer: pure arithmetic."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongkai.engines.notices.rules import (
    FIRST_QUESTION,
    LAST_PAUSE,
    Patience,
    Position,
    QuietHours,
    QuietHoursFault,
    follow,
    pause,
    started_again,
)
from gongkai.engines.notices.states import FINAL, NEXT, Fault, Reply, Standing, State

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = dt.datetime(2020, 4, 22, 4, 0, tzinfo=dt.UTC)
times = st.times().map(lambda time: time.replace(second=0, microsecond=0))
moments = st.integers(946_684_800, 2_208_988_800).map(
    lambda second: dt.datetime.fromtimestamp(second, dt.UTC)
)
hours = st.builds(QuietHours, times, times, st.sampled_from([SHANGHAI, ZoneInfo("UTC")]))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2020-04-22 20:59:59", "2020-04-22 20:59:59"),
        ("2020-04-22 21:00", "2020-04-23 08:00"),
        ("2020-04-22 23:59:59", "2020-04-23 08:00"),
        ("2020-04-23 00:00", "2020-04-23 08:00"),
        ("2020-04-23 07:59:59", "2020-04-23 08:00"),
        ("2020-04-23 08:00", "2020-04-23 08:00"),
        ("2020-12-31 22:00", "2021-01-01 08:00"),
    ],
)
def test_a_night_reaches_over_midnight(moment: str, allowed: str) -> None:
    night = QuietHours.parse("21:00-08:00", SHANGHAI)
    assert night.after(local(moment)) == local(allowed)


@pytest.mark.parametrize(("moment", "allowed"), [("12:30", "14:00"), ("11:59", "11:59"), ("14:00", "14:00")])
def test_quiet_hours_may_lie_in_one_day(moment: str, allowed: str) -> None:
    noon = QuietHours.parse("12:00-14:00", SHANGHAI)
    assert noon.after(local(f"2020-04-22 {moment}")) == local(f"2020-04-22 {allowed}")


@given(hours, moments)
def test_nothing_is_let_through_in_quiet_hours_and_nothing_is_held_longer_than_needed(
    quiet: QuietHours, moment: dt.datetime
) -> None:
    allowed = quiet.after(moment)
    assert not quiet.hold(allowed)
    assert dt.timedelta() <= allowed - moment <= dt.timedelta(days=1)
    if allowed > moment:
        assert quiet.hold(moment)
        assert quiet.hold(allowed - dt.timedelta(microseconds=1))
        halfway = moment + (allowed - moment) / 2
        assert quiet.hold(halfway) or halfway == allowed


@given(times, times, moments)
def test_a_day_and_its_opposite_share_out_all_moments(
    start: dt.time, end: dt.time, moment: dt.datetime
) -> None:
    assume(start != end)
    first, second = QuietHours(start, end, SHANGHAI), QuietHours(end, start, SHANGHAI)
    assert first.hold(moment) != second.hold(moment)


def test_no_quiet_hours_hold_nothing() -> None:
    assert not QuietHours.parse("", SHANGHAI).hold(START)
    assert not QuietHours.parse("08:00-08:00", SHANGHAI).hold(START)


@pytest.mark.parametrize(
    "text", ["21-8", "21:00", "25:00-08:00", "21:60-08:00", "night", "21:00-08:00-09:00"]
)
def test_a_setting_that_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(QuietHoursFault):
        QuietHours.parse(text, SHANGHAI)


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_up_to_an_hour_and_a_quarter(attempts: int, spread: float) -> None:
    now, later = pause(attempts, spread), pause(attempts + 1, spread)
    assert dt.timedelta(seconds=11) <= now <= later <= LAST_PAUSE * 1.25


# -- What follows from an answer -----------------------------------------------------------------------------------

GIVE_UP = dt.timedelta(days=3)
PATIENT = Patience(give_up=GIVE_UP, quiet=None, spread=0.5)


def in_hand(**facts: object) -> Position:
    place = Position(
        state=State.SENDING, round=1, attempts=1, since=START, next_attempt_at=START + dt.timedelta(minutes=1)
    )
    return replace(place, **facts)  # type: ignore[arg-type]


def after(standing: Standing, at: Position | None = None, *, late: dt.timedelta = dt.timedelta()) -> Position:
    return follow(
        at or in_hand(), Reply(standing=standing, message_id="m"), now=START + late, patience=PATIENT
    )


@pytest.mark.parametrize(
    ("standing", "state", "fault", "number", "uncertain"),
    [
        (Standing.ACCEPTED, State.SENDING, Fault.NONE, 1, False),
        (Standing.DELIVERED, State.DELIVERED, Fault.NONE, 1, False),
        (Standing.UNREACHABLE, State.TEMPORARY, Fault.UNREACHABLE, 2, False),
        (Standing.UNDELIVERABLE, State.PERMANENT, Fault.UNDELIVERABLE, 1, False),
        (Standing.REFUSED, State.PERMANENT, Fault.REFUSED, 1, False),
        (Standing.BUSY, State.TEMPORARY, Fault.BUSY, 1, False),
        (Standing.UNSURE, State.TEMPORARY, Fault.UNSURE, 1, True),
        (Standing.UNHEARD, State.TEMPORARY, Fault.BUSY, 1, False),
    ],
)
def test_each_answer_has_its_consequence(
    standing: Standing, state: State, fault: Fault, number: int, uncertain: bool
) -> None:
    at = after(standing)
    assert (at.state, at.fault, at.round, at.uncertain) == (state, fault, number, uncertain)
    assert (at.next_attempt_at is None) == (state in FINAL)


def test_every_answer_was_thought_of() -> None:
    for standing in Standing:
        after(standing)


@pytest.mark.parametrize("standing", [Standing.BUSY, Standing.UNSURE, Standing.UNHEARD])
def test_a_message_that_was_taken_is_not_sent_again_because_a_question_failed(standing: Standing) -> None:
    at = after(standing, in_hand(message_id="m", accepted_at=START), late=dt.timedelta(minutes=10))
    assert (at.state, at.message_id, at.round) == (State.SENDING, "m", 1)


def test_being_busy_says_nothing_of_an_earlier_message_whose_answer_was_lost() -> None:
    assert after(Standing.BUSY, in_hand(uncertain=True)).uncertain
    assert not after(Standing.UNHEARD, in_hand(uncertain=True)).uncertain


def test_questions_come_at_doubling_intervals_until_nobody_believes_in_a_report() -> None:
    at, now, questions = after(Standing.ACCEPTED), START, 0
    assert at.next_attempt_at == START + FIRST_QUESTION
    while at.next_attempt_at is not None:
        now, questions = at.next_attempt_at, questions + 1
        at = follow(at, Reply(standing=Standing.ACCEPTED), now=now, patience=PATIENT)
    assert (at.state, at.fault, at.uncertain) == (State.PERMANENT, Fault.NO_REPORT, True)
    assert GIVE_UP <= now - START <= GIVE_UP + dt.timedelta(hours=6)
    assert questions < 30


@pytest.mark.parametrize(
    ("standing", "fault"),
    [
        (Standing.BUSY, Fault.GAVE_UP),
        (Standing.UNSURE, Fault.GAVE_UP),
        (Standing.UNREACHABLE, Fault.UNREACHABLE),
    ],
)
def test_patience_ends(standing: Standing, fault: Fault) -> None:
    assert after(standing, late=GIVE_UP - dt.timedelta(seconds=1)).state is State.TEMPORARY
    at = after(standing, late=GIVE_UP)
    assert (at.state, at.fault, at.next_attempt_at) == (State.PERMANENT, fault, None)


def test_the_gateway_may_ask_to_be_left_alone_but_not_for_ever() -> None:
    for asked, kept in [
        (dt.timedelta(minutes=30), dt.timedelta(minutes=30)),
        (dt.timedelta(days=400), dt.timedelta(days=1)),
    ]:
        at = follow(in_hand(), Reply(standing=Standing.BUSY, wait=asked), now=START, patience=PATIENT)
        assert at.next_attempt_at == START + kept


def test_a_retry_waits_for_the_morning() -> None:
    night = Patience(give_up=GIVE_UP, quiet=QuietHours.parse("21:00-08:00", SHANGHAI), spread=0.0)
    late = local("2020-04-22 20:59:55")
    at = follow(in_hand(since=late), Reply(standing=Standing.BUSY), now=late, patience=night)
    assert at.next_attempt_at == local("2020-04-23 08:00")


@pytest.mark.parametrize(("uncertain", "number"), [(True, 1), (False, 2)])
def test_starting_again_keeps_the_key_of_what_may_be_out(uncertain: bool, number: int) -> None:
    failed = in_hand(state=State.PERMANENT, next_attempt_at=None, uncertain=uncertain, message_id="m")
    at = started_again(failed, now=START)
    assert (at.state, at.round, at.message_id) == (State.CREATED, number, "m" if uncertain else "")
    assert at.next_attempt_at == START


@pytest.mark.parametrize("state", State)
def test_only_the_declared_steps_exist(state: State) -> None:
    """Whatever is answered, the engine goes where the table leads, or refuses."""
    for standing in Standing:
        at = in_hand(state=state)
        try:
            reached = after(standing, at).state
        except ValueError:
            assert state in FINAL
        else:
            assert reached in NEXT[state]


def test_what_is_delivered_stays_delivered() -> None:
    assert NEXT[State.DELIVERED] == frozenset()
    for standing in Standing:
        with pytest.raises(ValueError, match="cannot go"):
            after(standing, in_hand(state=State.DELIVERED))


@given(st.lists(st.sampled_from(Standing), max_size=30), st.floats(0, 1, exclude_max=True))
def test_any_series_of_answers_ends_or_stays_due(answers: list[Standing], spread: float) -> None:
    patience = Patience(give_up=GIVE_UP, quiet=QuietHours.parse("21:00-08:00", SHANGHAI), spread=spread)
    at, now = in_hand(), START
    for standing in answers:
        previous = at
        at = follow(
            replace(at, state=State.SENDING),
            Reply(standing=standing, message_id="m"),
            now=now,
            patience=patience,
        )
        assert at.round - previous.round in (0, 1)
        if previous.message_id and standing in (Standing.BUSY, Standing.UNSURE, Standing.UNHEARD):
            assert at.round == previous.round
        if at.next_attempt_at is None:
            assert at.state in FINAL
            return
        assert at.state not in FINAL
        assert at.next_attempt_at > now
        now = at.next_attempt_at
