"""Correcting a record about oneself, as data: 政府信息公开条例 Art. 41.

No request for information: it is counted in no table of section 三. Whoever shows that a record about them is wrong gets it
corrected, or learns who can do that. One asks for more evidence, one decides, the head approves.
"""

from __future__ import annotations

import dataclasses
from typing import Final

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import (
    SYSTEM,
    Action,
    ClockRule,
    Effect,
    Fact,
    Outcome,
    Procedure,
    State,
)
from gongkai.wings.disclosure.corrections import rules
from gongkai.wings.disclosure.requests.acts_deciding import deciding, ending
from gongkai.wings.disclosure.requests.terms import COUNTER, DESK, HEAD, OFFICER, REGISTRAR, art, finish

CODE: Final = "record-correction"
_SHARED: Final = {action.code: action for action in (*deciding(), *ending())}
_OPEN: Final = ("registered", "evidence", "approval", "approved")
_FILES: Final = Fact(name="files", title=_("Attachments"), kind="file", required=False, purpose="evidence")


def _asking() -> tuple[Action, ...]:
    return (
        Action(
            code="ask_evidence",
            title=_("Ask for evidence"),
            sources=("registered",),
            target="evidence",
            roles=(*DESK, REGISTRAR),
            provision=art(41),
            effects=(Effect(clock="answer", verb="stop"), Effect(clock="evidence", verb="start")),
            letter="record_evidence",
            facts=(Fact(name="unclear", title=_("What has to be shown, and how"), kind="paragraph"),),
            guards=("evidence_once",),
        ),
        Action(
            code="receive_evidence",
            title=_("Take in the evidence"),
            sources=("evidence",),
            target="registered",
            roles=(REGISTRAR, *DESK),
            provision=art(41),
            effects=(*finish("evidence"), Effect(clock="answer", verb="resume")),
            facts=(
                Fact(name="text", title=_("What it shows"), kind="paragraph", personal=True),
                _FILES,
            ),
        ),
        Action(
            code="go_on",
            title=_("Decide on what there is"),
            sources=("evidence",),
            target="registered",
            roles=DESK,
            provision=art(41),
            effects=(*finish("evidence"), Effect(clock="answer", verb="resume")),
            guards=("evidence_lapsed",),
            told_to_applicant=False,
        ),
    )


def _deciding() -> tuple[Action, ...]:
    return (
        Action(
            code="propose_decision",
            title=_("Propose what is done about the record"),
            sources=("registered",),
            target="approval",
            roles=DESK,
            provision=art(41),
            outcomes=tuple(each.code for each in rules.OUTCOMES),
            letter="decision",
            facts=(
                Fact(
                    name="correction",
                    title=_("What the record says from now on"),
                    kind="paragraph",
                    required=False,
                    personal=True,
                ),
                Fact(name="responsible_organ", title=_("Organ that may correct it"), required=False),
                Fact(name="organ_contact", title=_("Its address and phone"), required=False),
                Fact(name="reasons", title=_("Reasons"), kind="paragraph", required=False),
                dataclasses.replace(_FILES, purpose="answer"),
            ),
            told_to_applicant=False,
        ),
        dataclasses.replace(
            _SHARED["return_draft"],
            sources=("approval",),
            target="registered",
            roles=(HEAD,),
            provision=art(41),
        ),
        dataclasses.replace(_SHARED["approve"], provision=art(41)),
        dataclasses.replace(_SHARED["serve"], provision=art(41), effects=finish("answer")),
    )


def _ending() -> tuple[Action, ...]:
    return (
        Action(
            code="withdraw",
            title=_("Withdraw the application"),
            sources=_OPEN,
            target="concluded",
            roles=COUNTER,
            provision=art(41),
            effects=finish("answer", "evidence"),
            outcomes=("record_withdrawn",),
            facts=(Fact(name="why", title=_("Reason"), kind="paragraph", required=False),),
        ),
        _SHARED["archive"],
    )


CORRECTION: Final = Procedure(
    code=CODE,
    title=_("Correction of a record about oneself"),
    provision=art(41),
    initial=("registered",),
    states=(
        State(code="registered", title=_("Registered, to be examined"), public_title=_("Being handled")),
        State(code="evidence", title=_("Evidence asked for"), kind="waiting", waits_for=_("the applicant")),
        State(code="approval", title=_("To be approved by the head"), public_title=_("Being handled")),
        State(code="approved", title=_("Approved, to be served"), public_title=_("Being handled")),
        State(code="concluded", title=_("Answered"), kind="closed", public_title=_("Concluded")),
        State(code="archived", title=_("Archived"), kind="closed", public_title=_("Concluded")),
    ),
    actions=(*_asking(), *_deciding(), *_ending()),
    clocks=(
        ClockRule(
            code="answer",
            title=_("Answer on the record (practice of the organ)"),
            days=rules.limit("answer").days,
            internal_days=rules.limit("answer").internal,
            provision=art(41),
        ),
        ClockRule(
            code="evidence",
            title=_("Evidence from the applicant"),
            days=rules.limit("evidence").days,
            provision=art(41),
            binds="others",
        ),
    ),
    outcomes=(
        *(
            Outcome(code=each.code, label=each.label, provision=art(41), needs=each.required)
            for each in rules.OUTCOMES
        ),
        Outcome(code="record_withdrawn", label="申请人撤回", provision=art(41)),
    ),
    number="{mark}更正〔{year}〕{serial}号",
    openers=(REGISTRAR, OFFICER, SYSTEM),
)
