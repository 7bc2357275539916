"""Remedies against what an organ did with a request, as data: reconsideration (行政复议) and litigation (行政诉讼).

The organ is the respondent here: it enters what the reviewing organ or the court does. Each is a case of its own, below the
request's. Three kinds, as section 四 of the annual report counts them.
"""

from __future__ import annotations

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
from gongkai.foundation.statutes import provision

RECONSIDERATION: Final = "reconsideration"
DIRECT_SUIT: Final = "direct_suit"
SUIT_AFTER: Final = "suit_after_reconsideration"
KINDS: Final = (RECONSIDERATION, DIRECT_SUIT, SUIT_AFTER)

_DESK: Final = ("disclosure_officer", "legal_reviewer")
RESULTS: Final = (
    Outcome(code="upheld", label="结果维持"),
    Outcome(code="corrected", label="结果纠正"),
    Outcome(code="other", label="其他结果"),
)


def _art(code: str, article: int, paragraph: int | None = None) -> str:
    return provision(code, article, paragraph).cite_short()


def _law(article: int, paragraph: int | None = None) -> str:
    return _art("reconsideration-law", article, paragraph)


_RESULT_FACTS = (
    Fact(name="document", title=_("Number of the decision or judgment"), required=False),
    Fact(name="summary", title=_("What was decided"), kind="paragraph", required=False),
    Fact(name="files", title=_("Attachments"), kind="file", required=False),
)


def _states(reviewer: object) -> tuple[State, ...]:
    return (
        State(code="filed", title=_("Filed"), kind="waiting", waits_for=reviewer),  # type: ignore[arg-type]
        State(code="admitted", title=_("Admitted, to be answered")),
        State(code="answered", title=_("Answered"), kind="waiting", waits_for=reviewer),  # type: ignore[arg-type]
        State(code="decided", title=_("Decided"), kind="closed"),
    )


def _answer(provision_of_answer: str, *clocks: str) -> Action:
    return Action(
        code="answer",
        title=_("Hand in the answer of the organ"),
        sources=("admitted",),
        target="answered",
        roles=_DESK,
        provision=provision_of_answer,
        effects=tuple(Effect(clock=clock, verb="finish") for clock in clocks),
        facts=(Fact(name="files", title=_("Attachments"), kind="file", required=False),),
        told_to_applicant=False,
    )


def _decide(provision_of_decision: str, *clocks: str) -> Action:
    return Action(
        code="decide",
        title=_("Enter the result"),
        sources=("filed", "admitted", "answered"),
        target="decided",
        roles=(*_DESK, SYSTEM),
        provision=provision_of_decision,
        effects=tuple(Effect(clock=clock, verb="finish") for clock in clocks),
        outcomes=tuple(result.code for result in RESULTS),
        facts=_RESULT_FACTS,
    )


def _admit(code: str, title: object, cited: str, *clocks: str) -> Action:
    return Action(
        code=code,
        title=title,  # type: ignore[arg-type]
        sources=("filed",),
        target="admitted",
        roles=_DESK,
        provision=cited,
        effects=tuple(Effect(clock=clock, verb="start") for clock in clocks),
        facts=(Fact(name="document", title=_("Number of the notice"), required=False),),
        told_to_applicant=False,
    )


_ALL = ("answer", "answer_simplified", "decision", "decision_simplified")
RECONSIDERATION_PROCEDURE: Final = Procedure(
    code=RECONSIDERATION,
    title=_("Administrative reconsideration"),
    provision=_law(11),
    initial=("filed",),
    states=_states(_("the reviewing organ")),
    actions=(
        _admit("admit", _("Admitted: ordinary procedure"), _law(62, 1), "answer", "decision"),
        _admit(
            "admit_simplified",
            _("Admitted: simplified procedure"),
            _law(53, 1),
            "answer_simplified",
            "decision_simplified",
        ),
        _answer(_law(54, 1), "answer", "answer_simplified"),
        Action(
            code="extend",
            title=_("The reviewing organ takes longer"),
            sources=("admitted", "answered"),
            target=None,
            roles=_DESK,
            provision=_law(62, 1),
            effects=(Effect(clock="decision", verb="extend", days_from="days"),),
            facts=(Fact(name="days", title=_("Days more"), kind="number", least=1, most=30),),
            guards=("ordinary_procedure", "extended_once"),
            told_to_applicant=False,
        ),
        _decide(_law(62, 1), *_ALL),
    ),
    clocks=(
        # Ten days to answer in the ordinary procedure: from memory, not confirmed; working days by Art. 88.
        ClockRule(code="answer", title=_("Answer of the organ"), days=10, provision=_law(88, 2)),
        ClockRule(code="answer_simplified", title=_("Answer of the organ"), days=5, provision=_law(54, 1)),
        ClockRule(
            code="decision",
            title=_("Decision of the reviewing organ"),
            days=60,
            unit="days",
            provision=_law(62, 1),
            binds="others",
        ),
        ClockRule(
            code="decision_simplified",
            title=_("Decision of the reviewing organ"),
            days=30,
            unit="days",
            provision=_law(62, 2),
            binds="others",
        ),
    ),
    outcomes=RESULTS,
    number="{mark}复议〔{year}〕{serial}号",
    openers=(*_DESK, "registrar", SYSTEM),
)


def _suit(code: str, title: object, number: str, cited: str) -> Procedure:
    simplified = _art("litigation-law", 83)
    return Procedure(
        code=code,
        title=title,  # type: ignore[arg-type]
        provision=cited,
        initial=("filed",),
        states=_states(_("the court")),
        actions=(
            _admit("admit", _("Admitted: ordinary procedure"), cited, "answer"),
            _admit("admit_simplified", _("Admitted: simplified procedure"), simplified, "answer", "judgment"),
            _answer(cited, "answer"),
            _decide(cited, "answer", "judgment"),
        ),
        clocks=(
            # 15 days to answer from receipt of the copy: 行政诉讼法 Art. 67, from memory, not confirmed.
            ClockRule(code="answer", title=_("Answer of the organ"), days=15, unit="days", provision=cited),
            ClockRule(
                code="judgment",
                title=_("Judgment of the court"),
                days=45,
                unit="days",
                provision=simplified,
                binds="others",
            ),
        ),
        outcomes=RESULTS,
        number=number,
        openers=(*_DESK, "registrar", SYSTEM),
    )


DIRECT_SUIT_PROCEDURE: Final = _suit(
    DIRECT_SUIT,
    _("Suit without reconsideration"),
    "{mark}诉〔{year}〕{serial}号",
    _art("litigation-law", 46, 1),
)
SUIT_AFTER_PROCEDURE: Final = _suit(
    SUIT_AFTER, _("Suit after reconsideration"), "{mark}复诉〔{year}〕{serial}号", _art("litigation-law", 45)
)
PROCEDURES: Final = (RECONSIDERATION_PROCEDURE, DIRECT_SUIT_PROCEDURE, SUIT_AFTER_PROCEDURE)
