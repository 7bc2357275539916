"""A small procedure of the tests' own: enough of everything, and nothing of any wing."""

from __future__ import annotations

from gongkai.engines.casework.declarations import (
    APPLICANT,
    Action,
    ClockRule,
    Effect,
    Fact,
    Outcome,
    Procedure,
    State,
)
from gongkai.engines.casework.registry import register

CODE = "small"

SMALL = Procedure(
    code=CODE,
    title="Small",
    provision="条例第29条",
    initial=("open", "unconfirmed"),
    states=(
        State(code="open", title="Open"),
        State(
            code="unconfirmed",
            title="Unconfirmed",
            kind="waiting",
            waits_for="confirmation",
            before_receipt=True,
        ),
        State(code="asked", title="Asked", kind="waiting", waits_for="the applicant"),
        State(code="review", title="In review"),
        State(code="done", title="Done", kind="closed"),
    ),
    actions=(
        Action(
            code="confirm",
            title="Confirm",
            sources=("unconfirmed",),
            target="open",
            roles=("registrar",),
            provision="条例第31条",
            facts=(Fact(name="on", title="Day", kind="date", required=False),),
            effects=(Effect(clock="reply", verb="start", day_from="on"),),
            received_from="on",
        ),
        Action(
            code="ask",
            title="Ask",
            sources=("open",),
            target="asked",
            roles=("handler",),
            provision="条例第30条",
            facts=(
                Fact(name="what", title="What", kind="paragraph"),
                Fact(name="days", title="Days", kind="number", least=5, most=30),
            ),
            effects=(
                Effect(clock="reply", verb="stop"),
                Effect(clock="answer", verb="start", days_from="days"),
            ),
        ),
        Action(
            code="answer",
            title="Answer",
            sources=("asked",),
            target="open",
            roles=(APPLICANT, "handler"),
            provision="条例第30条",
            effects=(Effect(clock="answer", verb="finish"), Effect(clock="reply", verb="resume")),
        ),
        Action(
            code="propose",
            title="Propose",
            sources=("open",),
            target="review",
            roles=("handler",),
            provision="条例第36条",
            outcomes=("granted", "refused"),
            guards=("not_on_friday",),
        ),
        Action(
            code="return",
            title="Return",
            sources=("review",),
            target="open",
            roles=("disclosure_head",),
            provision="条例第36条",
            ends_outcome=True,
        ),
        Action(
            code="approve",
            title="Approve",
            sources=("review",),
            target="done",
            roles=("disclosure_head", "handler"),
            provision="条例第33条",
            effects=(Effect(clock="reply", verb="finish"),),
            others_only=("propose",),
        ),
    ),
    clocks=(
        ClockRule(code="reply", title="Reply", days=20, internal_days=15, provision="条例第33条第2款"),
        ClockRule(code="answer", title="Answer", days=10, binds="others"),
    ),
    outcomes=(Outcome(code="granted", label="予以公开"), Outcome(code="refused", label="不予公开")),
    openers=("registrar",),
)


def register_small() -> None:
    register(
        SMALL,
        guards={"not_on_friday": lambda attempt: "It is Friday." if attempt.day.weekday() == 4 else None},
    )
