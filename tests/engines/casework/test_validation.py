"""A procedure that cannot work does not start up, and says everything that is wrong with it."""

from __future__ import annotations

import dataclasses

import pytest

from gongkai.engines.casework.declarations import Action, ClockRule, Effect, Fact, Outcome, Procedure, State
from gongkai.engines.casework.validation import ProcedureFaults, check_procedure

OPEN = State(code="open", title="Open")
ASKED = State(code="asked", title="Asked", kind="waiting", waits_for="the applicant")
DONE = State(code="done", title="Done", kind="closed")


def action(code: str, source: str, target: str | None, **facts: object) -> Action:
    facts = {"title": code, "roles": ("handler",), "provision": "条例第33条"} | facts
    return Action(code=code, sources=(source,), target=target, **facts)  # type: ignore[arg-type]


SOUND = Procedure(
    code="sound",
    title="Sound",
    provision="条例第33条",
    initial=("open",),
    states=(OPEN, ASKED, DONE),
    actions=(
        action("ask", "open", "asked", effects=(Effect(clock="reply", verb="stop"),)),
        action("answered", "asked", "open", effects=(Effect(clock="reply", verb="resume"),)),
        action(
            "decide", "open", "done", outcomes=("granted",), effects=(Effect(clock="reply", verb="finish"),)
        ),
    ),
    clocks=(ClockRule(code="reply", title="Reply", days=20),),
    outcomes=(Outcome(code="granted", label="予以公开"),),
)


def with_action(extra: Action) -> Procedure:
    return dataclasses.replace(SOUND, actions=(*SOUND.actions, extra))


def faults_of(procedure: Procedure) -> str:
    with pytest.raises(ProcedureFaults) as refusal:
        check_procedure(procedure, roles={"handler"})
    return str(refusal.value)


def test_a_sound_procedure_passes() -> None:
    check_procedure(SOUND, roles={"handler"})


@pytest.mark.parametrize(
    ("procedure", "told"),
    [
        (with_action(action("decide", "open", "done")), "actions: decide twice"),
        (with_action(action("x", "open", "nowhere")), "unknown state nowhere"),
        (with_action(action("x", "open", None, outcomes=("odd",))), "unknown outcome odd"),
        (
            dataclasses.replace(
                SOUND, outcomes=tuple(dataclasses.replace(o, needs=("why",)) for o in SOUND.outcomes)
            ),
            "needs the fact why, which is not there",
        ),
        (with_action(action("x", "open", None, guards=("odd",))), "unknown guard odd"),
        (with_action(action("x", "open", None, roles=("king",))), "unknown role king"),
        (with_action(action("x", "open", None, roles=())), "x: nobody may take it"),
        (with_action(action("x", "open", None, provision="")), "x: no provision"),
        (with_action(action("x", "open", None, others_only=("odd",))), "unknown action odd"),
        (
            with_action(action("x", "open", None, facts=(Fact(name="scan", title="Scan", kind="file"),))),
            "scan does not say what the files are for",
        ),
        (with_action(action("x", "open", None, answers=("odd",))), "answers unknown odd"),
        (
            with_action(action("x", "open", None, effects=(Effect(clock="odd", verb="stop"),))),
            "unknown clock odd",
        ),
        (
            with_action(action("x", "open", None, effects=(Effect(clock="reply", verb="extend"),))),
            "does not say by how many days",
        ),
        (
            with_action(
                action("x", "open", None, effects=(Effect(clock="reply", verb="extend", days_from="days"),))
            ),
            "asks for the fact days",
        ),
        (
            with_action(action("x", "open", None, facts=(Fact(name="way", title="Way", kind="choice"),))),
            "nothing to choose from",
        ),
        (
            dataclasses.replace(SOUND, states=(*SOUND.states, State(code="lost", title="Lost"))),
            "lost is unreachable",
        ),
        (
            dataclasses.replace(
                with_action(action("x", "open", "pit")),
                states=(*SOUND.states, State(code="pit", title="Pit")),
            ),
            "pit is a dead end",
        ),
        (
            dataclasses.replace(SOUND, states=(OPEN, State(code="asked", title="?", kind="waiting"), DONE)),
            "asked waits for nobody",
        ),
        (
            dataclasses.replace(SOUND, clocks=(*SOUND.clocks, ClockRule(code="idle", title="Idle", days=3))),
            "clock idle is never started",
        ),
        (
            dataclasses.replace(SOUND, outcomes=(*SOUND.outcomes, Outcome(code="odd", label="无"))),
            "outcome odd is never given",
        ),
        (dataclasses.replace(SOUND, number="{mark}"), "the number has no {serial}"),
        (dataclasses.replace(SOUND, initial=()), "no initial state"),
    ],
)
def test_each_fault_is_named(procedure: Procedure, told: str) -> None:
    assert told in faults_of(procedure)


def test_all_faults_are_told_together() -> None:
    broken = dataclasses.replace(
        with_action(action("x", "open", "nowhere", provision="", roles=())), number="{mark}"
    )
    assert faults_of(broken).count(";") >= 4
