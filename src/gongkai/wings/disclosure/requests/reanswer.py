"""Answering again what was answered wrongly: a case of its own below the request's.

The request stays closed as it was, so the numbers of its year stay what was published, and it counts once in section 三
however often it is answered. What is new is the answer: its reviews, its letter and the limit the order names.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.actors import HOUSE
from gongkai.engines.casework.declarations import Action, Procedure, State
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act, link, open_case
from gongkai.wings.disclosure.requests.acts_asking import consulting
from gongkai.wings.disclosure.requests.acts_deciding import deciding, ending
from gongkai.wings.disclosure.requests.acts_ordered import BY_UNIT, ordered_clocks, ordering
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.procedure import REQUEST
from gongkai.wings.disclosure.requests.signals import request_changed
from gongkai.wings.disclosure.requests.terms import AGAIN, CODE, OFFICER, ORDERED, REGISTRAR, art

LINK: Final = "reanswer"
_STATES: Final = (
    "handling",
    "third_party",
    "other_organs",
    "legal_review",
    "secrecy_review",
    "approval",
    "approved",
    "concluded",
    "archived",
)


def _without_reply(action: Action) -> Action:
    """The same act where no statutory period of reply runs, from the states there are here."""
    return dataclasses.replace(
        action,
        sources=tuple(state for state in action.sources if state in _STATES),
        roles=(REGISTRAR, OFFICER) if action.code == "withdraw" else action.roles,
        effects=tuple(effect for effect in action.effects if effect.clock in _CLOCKS),
    )


_CLOCKS: Final = ("third_party", "other_organs", *ORDERED)

REANSWER: Final = Procedure(
    code=AGAIN,
    title=_("Answering a request again"),
    provision=art(51),
    initial=("ordered",),
    states=(
        State(
            code="ordered",
            title=_("To be answered again"),
            kind="waiting",
            waits_for=_("the limit the order names"),
        ),
        *(state for state in REQUEST.states if state.code in _STATES),
    ),
    actions=(
        *ordering(sources=("ordered",), target="handling"),
        *(_without_reply(action) for action in (*consulting(), *deciding(), *ending())),
    ),
    clocks=(
        *ordered_clocks(),
        *(clock for clock in REQUEST.clocks if clock.code in ("third_party", "other_organs")),
    ),
    outcomes=tuple(
        each
        for each in REQUEST.outcomes
        if each.code in {code for action in (*deciding(), *ending()) for code in action.outcomes}
    ),
    number="{mark}依申请重答〔{year}〕{serial}号",
    openers=(),
)


def order_answer(
    *, case: Case, cause: Case, days: int, unit: str, since: dt.date, order: str, day: dt.date
) -> Case:
    """Take in that the answer to ``case`` is ordered, by the remedy ``cause``; returns the case whose clock runs by it.

    An open request gets the clock itself. A concluded one stays as it is, and a case below it is opened for the new answer.
    ``since``: the limit is counted from there; ``day``: when the order was taken in. Raises ``CaseRefused``,
    ``ValidationError``.
    """
    facts = {"days": days, "since": since, "order": order}
    with transaction.atomic():
        if case.closed_on is None:
            act(case=case, action=BY_UNIT[unit], actor=HOUSE, day=day, facts=facts)
            return case
        again = _open_below(case, since)
        link(case=cause, other=again, kind=LINK, actor=HOUSE)
        act(case=again, action=BY_UNIT[unit], actor=HOUSE, day=day, facts=facts)
        request_changed.send(sender=Request, request=again.request, event=again.events.order_by("-seq")[0])
    return again


def _open_below(case: Case, since: dt.date) -> Case:
    asked = Request.objects.filter(pk=case.pk).first()
    again = open_case(
        procedure_code=AGAIN,
        organ=case.organ,
        actor=HOUSE,
        title=case.title,
        received_on=since,
        channel=case.channel,
        applicant=case.applicant,
        applicant_kind=case.applicant_kind,
        parent=case,
        handler=case.handler if case.handler is not None and case.handler.is_active else None,
    )
    Request.objects.create(
        case=again,
        description=asked.description if asked else case.title,
        document_hint=asked.document_hint if asked else "",
        supply_form=asked.supply_form if asked else "electronic",
        supply_way=asked.supply_way if asked else "online",
        agent_name=asked.agent_name if asked else "",
        submitted_on=since,
        public_title=asked.public_title if asked else "",
        listed=False,
    )
    link(case=case, other=again, kind=LINK, actor=HOUSE)
    return again


def asked_first(case: Case) -> Case:
    """The request itself: for an answer given again, the one it was asked with."""
    while case.procedure == AGAIN and case.parent is not None:
        case = case.parent
    return case


def answers_again(case: Case) -> list[Case]:
    """The cases in which a request is or was answered again, in their order."""
    return list(
        Case.objects.of(AGAIN).filter(parent=case).select_related("organ").order_by("received_on", "id")
    )


CONTESTABLE: Final = (CODE, AGAIN)
"""Procedures of this room whose end a remedy can be sought against."""
