"""How a request stands, in words its applicant understands."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from gongkai.engines.casework.clocks import days_left
from gongkai.engines.casework.models import Case, CaseFile, Clock
from gongkai.engines.casework.services import OPENED
from gongkai.foundation.statutes import to_chinese
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.outcomes import RequestOutcome, outcome


class Step(NamedTuple):
    """One thing that happened, as the applicant's timeline shows it."""

    day: dt.date
    title: str


class RequestStanding(NamedTuple):
    """``due_on`` is None while the clock stands still; ``why_still`` says then for whom it waits and on which provision,
    and ``days_left`` those it goes on with; None where it will start anew.

    ``may`` names what the applicant can do now: correct, give_reasons, withdraw.
    """

    state: str
    closed: bool
    received_on: dt.date | None
    due_on: dt.date | None
    provisional: bool
    days_left: int | None
    why_still: str
    others_due_on: dt.date | None
    timeline: tuple[Step, ...]
    letters: tuple[CaseFile, ...]
    outcome: RequestOutcome | None
    may: frozenset[str]


_ARTICLE = re.compile(r"第(\d+)(条|款)")
"""Records cite 第30条; letters and public pages write 第三十条."""
_OFFERS = {"receive_correction": "correct", "receive_reasons": "give_reasons", "withdraw": "withdraw"}


def standing(request: Request, today: dt.date) -> RequestStanding:
    """Everything the status page says about a request on a day."""
    case = request.case
    state = case.standing
    reply = case.clocks.filter(code="reply").first()
    left = None
    if reply is not None and (reply.standing != "stopped" or _goes_on(case)):
        reply.case = case
        left = days_left(reply.reckoning(), reply.rule.unit, calendar(), today)
    running = reply is not None and reply.standing == "running"
    actions = {action.code for action in case.rules.actions_from(case.state) if "applicant" in action.roles}
    return RequestStanding(
        state=str(state.public_title or state.title),
        closed=state.kind == "closed",
        received_on=None if case.state == "unconfirmed" else case.received_on,
        due_on=reply.due_on if reply is not None and running else None,
        provisional=bool(reply and running and reply.provisional and reply.due_on),
        days_left=left,
        why_still=_why_still(case.state, reply, str(state.waits_for)),
        others_due_on=case.others_due_on,
        timeline=tuple(timeline(case)),
        letters=tuple(case.files.filter(for_applicant=True).select_related("file")),
        outcome=outcome(case.outcome) if case.outcome and state.kind == "closed" else None,
        may=frozenset(_OFFERS[code] for code in actions if code in _OFFERS),
    )


def _goes_on(case: Case) -> bool:
    """Whether a clock that stands still goes on from here with the days it has left, rather than starting anew."""
    effects = [effect for action in case.rules.actions_from(case.state) for effect in action.effects]
    return any(effect.clock == "reply" and effect.verb == "resume" for effect in effects)


def _why_still(state: str, reply: Clock | None, waits_for: str) -> str:
    """Why no day is counted now; empty while the clock runs."""
    if state == "unconfirmed":
        return _(
            "The period starts when the office and you have confirmed the request with each other (条例 Art. 31)."
        )
    if reply is None or reply.standing != "stopped":
        return ""
    last = reply.history[-1]
    return _("The clock stands still since %(day)s: waiting for %(whom)s (%(provision)s).") % {
        "day": last.day,
        "whom": waits_for,
        "provision": _ARTICLE.sub(lambda found: f"第{to_chinese(int(found[1]))}{found[2]}", last.provision),
    }


def timeline(case: Case) -> list[Step]:
    """What happened to a case, as its applicant may know it."""
    steps = []
    for event in case.events.filter(public=True).order_by("seq"):
        if event.action == OPENED:
            steps.append(Step(event.day, _("Request registered")))
            continue
        known = case.rules.action(event.action)
        if known is not None:
            steps.append(Step(event.day, str(known.title)))
        elif event.action == "recompute":
            steps.append(Step(event.day, _("The due day was recomputed after a new holiday notice")))
    return steps
