"""Disclosure on request (依申请公开) as data: 政府信息公开条例 Arts. 27–45, and 国办函〔2020〕109号 for fees."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, ClockRule, Outcome, Procedure, State
from gongkai.wings.disclosure.requests.acts_arriving import arrival
from gongkai.wings.disclosure.requests.acts_asking import consulting, prolonging
from gongkai.wings.disclosure.requests.acts_deciding import charging, deciding, ending
from gongkai.wings.disclosure.requests.acts_ordered import ordered_clocks, ordering
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.disclosure.requests.terms import CODE, DECISIONS, OFFICER, OPEN_STATES, REGISTRAR, art

__all__ = ["CODE", "DECISIONS", "OPEN_STATES", "REQUEST"]


def _clocks() -> tuple[ClockRule, ...]:
    return (
        ClockRule(
            code="reply", title=_("Reply to the applicant"), days=20, internal_days=15, provision=art(33, 2)
        ),
        ClockRule(
            code="correction",
            title=_("Correction by the applicant"),
            days=10,
            provision=art(30),
            binds="others",
        ),
        ClockRule(
            code="third_party",
            title=_("Opinion of the third party"),
            days=15,
            provision=art(32),
            binds="others",
        ),
        ClockRule(
            code="other_organs",
            title=_("Opinion of the other organ"),
            days=15,
            provision=art(34),
            binds="others",
        ),
        ClockRule(
            code="reasons",
            title=_("Reasons given by the applicant"),
            days=10,
            provision=art(35),
            binds="others",
        ),
        ClockRule(
            code="payment",
            title=_("Payment by the applicant"),
            days=20,
            provision="国办函〔2020〕109号",
            binds="others",
        ),
    )


def _states() -> tuple[State, ...]:
    applicant = _("the applicant")
    return (
        State(
            code="registered",
            title=_("Registered, to be examined"),
            public_title=_("Received, to be examined"),
        ),
        State(
            code="unconfirmed",
            title=_("To be confirmed with the applicant"),
            kind="waiting",
            waits_for=_("confirmation with the applicant"),
            public_title=_("Handed in, not confirmed yet"),
            before_receipt=True,
        ),
        State(code="correcting", title=_("Correction asked for"), kind="waiting", waits_for=applicant),
        State(code="handling", title=_("Being handled")),
        State(code="third_party", title=_("Third party asked"), kind="waiting", waits_for=_("a third party")),
        State(
            code="other_organs", title=_("Other organ asked"), kind="waiting", waits_for=_("another organ")
        ),
        State(code="reasons", title=_("Reasons asked for"), kind="waiting", waits_for=applicant),
        State(code="fee_due", title=_("Fee to be paid"), kind="waiting", waits_for=applicant),
        State(code="legal_review", title=_("Legal review"), public_title=_("Being handled")),
        State(code="secrecy_review", title=_("Secrecy review"), public_title=_("Being handled")),
        State(code="approval", title=_("To be approved by the head"), public_title=_("Being handled")),
        State(code="approved", title=_("Approved, to be served"), public_title=_("Being handled")),
        State(code="concluded", title=_("Answered"), kind="closed", public_title=_("Concluded")),
        State(code="archived", title=_("Archived"), kind="closed", public_title=_("Concluded")),
    )


REQUEST = Procedure(
    code=CODE,
    title=_("Disclosure on request"),
    provision=art(29),
    initial=("registered", "unconfirmed"),
    states=_states(),
    actions=(
        *arrival(),
        *consulting(),
        *prolonging(),
        *charging(),
        *deciding(),
        *ending(),
        *ordering(sources=OPEN_STATES[1:], target=None),
    ),
    clocks=(*_clocks(), *ordered_clocks()),
    outcomes=tuple(
        Outcome(
            code=each.code,
            label=each.label,
            provision=each.provisions[0].cite_short() if each.provisions else "",
            needs=each.required,
        )
        for each in outcomes()
    ),
    number="{mark}依申请〔{year}〕{serial}号",
    openers=(REGISTRAR, OFFICER, APPLICANT, SYSTEM),
)
