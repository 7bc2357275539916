"""Remedies against what an organ did with a request, as data: reconsideration (行政复议) and litigation (行政诉讼).

The organ is the respondent here: it enters what the reviewing organ or the court does. Each is a case of its own, below the
request's. Three kinds, as section 四 of the annual report counts them. Which law a reconsideration follows is decided by
the day it was filed, and with it which admission may be entered and which clocks run.
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
    Words,
)
from gongkai.wings.disclosure.remedies import rules

RECONSIDERATION: Final = "reconsideration"
DIRECT_SUIT: Final = "direct_suit"
SUIT_AFTER: Final = "suit_after_reconsideration"
SUITS: Final = (DIRECT_SUIT, SUIT_AFTER)
KINDS: Final = (RECONSIDERATION, *SUITS)

_DESK: Final = ("disclosure_officer", "legal_reviewer")
_FORM: Final = "国办公开办函〔2021〕30号"
RESULTS: Final = tuple(
    Outcome(code=code, label=label, provision=_FORM)
    for code, label in rules.results().items()
    if code != rules.PENDING
)
_CODES: Final = tuple(result.code for result in RESULTS)


def _clock(code: str, limit: rules.Limit, title: Words) -> ClockRule:
    """A limit of the organ as a clock."""
    return ClockRule(code=code, title=title, days=limit.amount, unit=limit.unit, provision=limit.cite)


def _theirs(code: str, limit: rules.Limit, title: Words) -> ClockRule:
    """The same for a limit of whoever decides."""
    ours = _clock(code, limit, title)
    return ClockRule(
        code=code, title=title, days=ours.days, unit=ours.unit, provision=limit.cite, binds="others"
    )


def _finish(*clocks: str) -> tuple[Effect, ...]:
    return tuple(Effect(clock=clock, verb="finish") for clock in clocks)


def _states(reviewer: Words, *more: State) -> tuple[State, ...]:
    return (
        State(code="filed", title=_("Remedy filed"), kind="waiting", waits_for=reviewer),
        State(code="admitted", title=_("Admitted, to be answered")),
        State(code="answered", title=_("Answer handed in"), kind="waiting", waits_for=reviewer),
        State(code="suspended", title=_("Remedy suspended"), kind="waiting", waits_for=reviewer),
        *more,
        State(code="decided", title=_("Remedy decided"), kind="closed"),
    )


# -- Facts ------------------------------------------------------------------------------------------

_ACCEPTED_ON = Fact(
    name="accepted_on",
    title=_("Admitted by them on"),
    kind="date",
    required=False,
    help=_("The day of the act is the day the organ got the notice; fill in if they admitted it earlier."),
)
_BODY = Fact(name="body", title=_("Reviewing organ or court"), required=False, most=120)
_DOCUMENT = Fact(name="document", title=_("Number of the notice or decision"), required=False, most=120)
_SUMMARY = Fact(name="summary", title=_("What was decided"), kind="paragraph", required=False)
_FILES = Fact(name="files", title=_("Attachments"), kind="file", required=False, purpose="remedy")
_WHY = Fact(name="why", title=_("Reason noted"), kind="paragraph", required=False)


def _form(*of: str) -> Fact:
    """In which form it was decided; it limits which result it may count as."""
    choices: tuple[tuple[str, Words], ...] = tuple(
        (form.code, form.label) for name in of for form in rules.forms(name)
    )
    return Fact(name="form", title=_("Form of the decision"), kind="choice", choices=choices, required=False)


# -- Acts both kinds have ---------------------------------------------------------------------------


def _admit(
    code: str,
    title: Words,
    cited: str,
    *,
    answer: str,
    decision: str,
    guards: tuple[str, ...] = (),
) -> Action:
    """They admitted it, and the organ has the notice: their clock runs from the one day, the organ's from the other."""
    return Action(
        code=code,
        title=title,
        sources=("filed",),
        target="admitted",
        roles=_DESK,
        provision=cited,
        effects=(
            Effect(clock=answer, verb="start"),
            Effect(clock=decision, verb="start", day_from="accepted_on"),
        ),
        facts=(_ACCEPTED_ON, _BODY, _DOCUMENT),
        guards=("admitted_in_order", *guards),
        told_to_applicant=False,
    )


def _answer(cited: str, *clocks: str) -> Action:
    return Action(
        code="answer",
        title=_("Hand in the answer of the organ"),
        sources=("admitted",),
        target="answered",
        roles=_DESK,
        provision=cited,
        effects=_finish(*clocks),
        facts=(_FILES,),
        told_to_applicant=False,
    )


def _longer(cited: str, most: int, *clocks: str, guards: tuple[str, ...] = ()) -> Action:
    return Action(
        code="extend",
        title=_("Whoever decides takes longer"),
        sources=("admitted", "answered"),
        target=None,
        roles=_DESK,
        provision=cited,
        effects=tuple(Effect(clock=clock, verb="extend", days_from="days") for clock in clocks),
        facts=(Fact(name="days", title=_("Days more"), kind="number", least=1, most=most), _WHY),
        guards=("ordinary_procedure", "extended_once", *guards),
        told_to_applicant=False,
    )


def _ordinary(cited: str) -> Action:
    return Action(
        code="to_ordinary",
        title=_("From simplified to ordinary procedure"),
        sources=("admitted", "answered"),
        target=None,
        roles=_DESK,
        provision=cited,
        effects=(
            *_finish("decision_simplified"),
            Effect(clock="decision", verb="start", day_from="accepted_on"),
        ),
        facts=(Fact(name="accepted_on", title=_("Admitted by them on"), kind="date"),),
        guards=("simplified_procedure", "admitted_by_today"),
        told_to_applicant=False,
    )


def _standstill(cited: str, *clocks: str) -> tuple[Action, ...]:
    return (
        Action(
            code="suspend",
            title=_("The case is suspended"),
            sources=("answered",),
            target="suspended",
            roles=_DESK,
            provision=cited,
            effects=tuple(Effect(clock=clock, verb="stop") for clock in clocks),
            facts=(_WHY,),
            told_to_applicant=False,
        ),
        Action(
            code="go_on",
            title=_("The case goes on"),
            sources=("suspended",),
            target="answered",
            roles=_DESK,
            provision=cited,
            effects=tuple(Effect(clock=clock, verb="resume") for clock in clocks),
            told_to_applicant=False,
        ),
    )


def _decide(cited: str, form: Fact, *clocks: str) -> Action:
    """The end of it. Open to the house itself, as for results that come by import or interface."""
    return Action(
        code="decide",
        title=_("Enter the result"),
        sources=("filed", "admitted", "answered", "suspended"),
        target="decided",
        roles=(*_DESK, SYSTEM),
        provision=cited,
        effects=_finish(*clocks),
        outcomes=_CODES,
        facts=(form, _DOCUMENT, _SUMMARY, _FILES),
        guards=("result_fits_form",),
    )


def _order(cited: str) -> Action:
    """A decision that corrects may order the organ to answer again within a limit; its clock starts with this act."""
    return Action(
        code="order_answer",
        title=_("The organ is ordered to answer again"),
        sources=("decided",),
        target=None,
        roles=_DESK,
        provision=cited,
        facts=(
            Fact(name="days", title=_("Limit the decision gives"), kind="number", least=1, most=366),
            Fact(
                name="unit",
                title=_("Counted in"),
                kind="choice",
                choices=(
                    ("workdays", _("working days")),
                    ("days", _("calendar days")),
                    ("months", _("months")),
                ),
            ),
            Fact(
                name="since",
                title=_("Counted from"),
                kind="date",
                help=_("The day the decision took effect for the organ; it is not counted itself."),
            ),
            _DOCUMENT,
        ),
        guards=("result_corrects", "ordered_once", "ordered_in_order"),
        told_to_applicant=False,
    )


# -- Reconsideration --------------------------------------------------------------------------------


def _reconsideration() -> Procedure:
    new, old = rules.REVISED_ON, rules.LAST_DAY_BEFORE
    decision, short = rules.limit("review_decision", new), rules.limit("review_decision_simplified", new)
    answer, quick = rules.limit("review_answer", new), rules.limit("review_answer_simplified", new)
    before, answer_before = rules.limit("review_decision", old), rules.limit("review_answer", old)
    longer = rules.limit("review_extension", new)
    deciding, answering = _("Decision of the reviewing organ"), _("Answer of the organ")
    clocks = (
        _clock("answer", answer, answering),
        _clock("answer_simplified", quick, answering),
        _clock("answer_2017", answer_before, answering),
        _theirs("decision", decision, deciding),
        _theirs("decision_simplified", short, deciding),
        _theirs("decision_2017", before, deciding),
    )
    return Procedure(
        code=RECONSIDERATION,
        title=_("Administrative reconsideration"),
        provision=rules.cited("reconsideration"),
        initial=("filed",),
        states=_states(_("the reviewing organ")),
        actions=(
            _admit(
                "admit",
                _("Admitted: ordinary procedure"),
                decision.cite,
                answer="answer",
                decision="decision",
                guards=("law_of_2023",),
            ),
            _admit(
                "admit_simplified",
                _("Admitted: simplified procedure"),
                rules.cited("review_simplified"),
                answer="answer_simplified",
                decision="decision_simplified",
                guards=("law_of_2023",),
            ),
            _admit(
                "admit_2017",
                _("Admitted under the law before 2024"),
                before.cite,
                answer="answer_2017",
                decision="decision_2017",
                guards=("law_of_2017",),
            ),
            _answer(answer.cite, "answer", "answer_simplified", "answer_2017"),
            _longer(longer.cite, longer.amount, "decision", guards=("law_of_2023",)),
            _longer_2017(),
            _ordinary(rules.cited("review_to_ordinary")),
            *_standstill(rules.cited("review_suspended"), "decision", "decision_simplified", "decision_2017"),
            _decide(decision.cite, _form("review"), *(clock.code for clock in clocks)),
            _order(decision.cite),
        ),
        clocks=clocks,
        outcomes=RESULTS,
        number="{mark}复议〔{year}〕{serial}号",
        openers=(*_DESK, "registrar", SYSTEM),
    )


def _longer_2017() -> Action:
    longer = rules.limit("review_extension", rules.LAST_DAY_BEFORE)
    return Action(
        code="extend_2017",
        title=_("The reviewing organ takes longer (law before 2024)"),
        sources=("admitted", "answered"),
        target=None,
        roles=_DESK,
        provision=longer.cite,
        effects=(Effect(clock="decision_2017", verb="extend", days_from="days"),),
        facts=(Fact(name="days", title=_("Days more"), kind="number", least=1, most=longer.amount), _WHY),
        guards=("law_of_2017", "extended_once"),
        told_to_applicant=False,
    )


# -- Litigation -------------------------------------------------------------------------------------


def _suit(code: str, title: Words, number: str, cited: str) -> Procedure:
    on = rules.REVISED_ON  # the law of litigation has one version of these limits so far
    first, short, answer = (
        rules.limit(name, on) for name in ("first_instance", "first_instance_simplified", "suit_answer")
    )
    appeal, second = rules.limit("appeal", on), rules.limit("second_instance", on)
    ours = ("answer", "decision", "decision_simplified")
    judging = _("Judgment of the court")
    return Procedure(
        code=code,
        title=title,
        provision=cited,
        initial=("filed",),
        states=_states(
            _("the court"),
            State(
                code="judged",
                title=_("Judged, may be appealed"),
                kind="waiting",
                waits_for=_("the end of the period for appeal"),
            ),
            State(code="appealed", title=_("On appeal"), kind="waiting", waits_for=_("the court of appeal")),
        ),
        actions=(
            _admit(
                "admit",
                _("Admitted: ordinary procedure"),
                first.cite,
                answer="answer",
                decision="decision",
            ),
            _admit(
                "admit_simplified",
                _("Admitted: simplified procedure"),
                short.cite,
                answer="answer",
                decision="decision_simplified",
            ),
            _answer(answer.cite, "answer"),
            _longer(first.cite, 183, "decision"),
            _ordinary(rules.cited("suit_to_ordinary")),
            *_standstill(rules.cited("suit_suspended"), "decision", "decision_simplified"),
            _decide(cited, _form("suit"), *ours),
            _order(cited),
            *_appealing(appeal, second, ours),
        ),
        clocks=(
            _clock("answer", answer, _("Answer of the organ")),
            _theirs("decision", first, judging),
            _theirs("decision_simplified", short, judging),
            _theirs("appeal", appeal, _("Period for appeal")),
            _theirs("second", second, _("Judgment on appeal")),
        ),
        outcomes=RESULTS,
        number=number,
        openers=(*_DESK, "registrar", SYSTEM),
    )


def _appealing(appeal: rules.Limit, second: rules.Limit, ours: tuple[str, ...]) -> tuple[Action, ...]:
    """A judgment counts when nobody can appeal any more; until then the suit is open."""
    return (
        Action(
            code="judge",
            title=_("Enter the judgment in first instance, not final yet"),
            sources=("admitted", "answered"),
            target="judged",
            roles=_DESK,
            provision=appeal.cite,
            effects=(*_finish(*ours), Effect(clock="appeal", verb="start")),
            outcomes=_CODES,
            facts=(_form("suit"), _DOCUMENT, _SUMMARY, _FILES),
            guards=("result_fits_form",),
            help=_(
                "The day of the act is the day the judgment was served; the period for appeal runs from it."
            ),
        ),
        Action(
            code="become_final",
            title=_("Nobody appealed: the judgment is final"),
            sources=("judged",),
            target="decided",
            roles=_DESK,
            provision=appeal.cite,
            effects=_finish("appeal"),
            guards=("appeal_lapsed",),
        ),
        Action(
            code="appeal",
            title=_("Somebody appealed"),
            sources=("judged",),
            target="appealed",
            roles=_DESK,
            provision=appeal.cite,
            effects=(
                *_finish("appeal"),
                Effect(clock="second", verb="start", day_from="accepted_on"),
            ),
            facts=(
                Fact(
                    name="by",
                    title=_("Who appealed"),
                    kind="choice",
                    choices=(
                        ("claimant", _("The claimant")),
                        ("organ", _("The organ sued")),
                        ("both", _("Both sides")),
                    ),
                ),
                Fact(name="accepted_on", title=_("Admitted by them on"), kind="date"),
                _BODY,
            ),
            guards=("admitted_by_today",),
            ends_outcome=True,
        ),
        Action(
            code="judge_appeal",
            title=_("Enter the judgment on appeal"),
            sources=("appealed",),
            target="decided",
            roles=_DESK,
            provision=second.cite,
            effects=_finish("second"),
            outcomes=_CODES,
            facts=(_form("appeal"), _DOCUMENT, _SUMMARY, _FILES),
            guards=("result_fits_form",),
        ),
    )


RECONSIDERATION_PROCEDURE: Final = _reconsideration()
DIRECT_SUIT_PROCEDURE: Final = _suit(
    DIRECT_SUIT,
    _("Suit without reconsideration"),
    "{mark}诉〔{year}〕{serial}号",
    rules.limit("file_suit", rules.REVISED_ON).cite,
)
SUIT_AFTER_PROCEDURE: Final = _suit(
    SUIT_AFTER,
    _("Suit after reconsideration"),
    "{mark}复诉〔{year}〕{serial}号",
    rules.limit("file_suit_after_review", rules.REVISED_ON).cite,
)
PROCEDURES: Final = (RECONSIDERATION_PROCEDURE, DIRECT_SUIT_PROCEDURE, SUIT_AFTER_PROCEDURE)
