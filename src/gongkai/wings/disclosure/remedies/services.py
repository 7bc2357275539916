"""Entering remedies. What happens to them afterwards are acts on their case."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import act, link, open_case
from gongkai.wings.disclosure.remedies.procedure import DIRECT_SUIT, KINDS, RECONSIDERATION, SUIT_AFTER
from gongkai.wings.disclosure.requests.outcomes import outcome
from gongkai.wings.disclosure.requests.procedure import CODE as REQUEST

REVIEW_FIRST_SINCE: Final = dt.date(2024, 1, 1)
"""行政复议法 (2023) Art. 23 (四): against not disclosing, reconsideration comes before a suit."""
LINK: Final = "remedy"


class Entered(NamedTuple):
    """A remedy on record, and what somebody should look at. Whether a suit is admitted is for the court, not for us."""

    case: Case
    remarks: tuple[str, ...]


def register_remedy(*, request: Case, kind: str, filed_on: dt.date, actor: Actor, title: str = "") -> Entered:
    """Enter a remedy against what was done with a request. Raises ``ValidationError``, ``CaseRefused`` (role)."""
    if kind not in KINDS:
        raise ValidationError({"kind": [_("Choose reconsideration or suit.")]})
    if request.procedure != REQUEST:
        raise ValidationError({"request": [_("This case is not a request for information.")]})
    if filed_on < request.received_on:
        raise ValidationError({"filed_on": [_("The request was received on %s only.") % request.received_on]})
    with transaction.atomic():
        case = open_case(
            procedure_code=kind,
            organ=request.organ,
            actor=actor,
            title=title or request.title,
            received_on=filed_on,
            applicant=request.applicant,
            applicant_kind=request.applicant_kind,
            parent=request,
        )
        link(case=request, other=case, kind=LINK, actor=actor)
    return Entered(case, tuple(remarks(request, kind, filed_on)))


def remarks(request: Case, kind: str, filed_on: dt.date) -> list[str]:
    """What does not fit the law, said to whoever enters it; nothing is refused for it."""
    found = []
    refused = bool(request.outcome) and outcome(request.outcome).regime == "refusal"
    decided_under_new_law = request.closed_on is not None and request.closed_on >= REVIEW_FIRST_SINCE
    reconsidered = Case.objects.of(RECONSIDERATION).filter(parent=request).exists()
    if kind == DIRECT_SUIT and refused and decided_under_new_law:
        found.append(
            _("Against not disclosing, reconsideration comes first since 2024-01-01 (行政复议法 Art. 23).")
        )
    if kind == SUIT_AFTER and not reconsidered:
        found.append(_("No reconsideration of this request is on record."))
    if request.closed_on is not None and kind == RECONSIDERATION:
        last = request.closed_on + dt.timedelta(days=60)
        if filed_on > last:
            found.append(_("Filed more than 60 days after the reply (until %s).") % last)
    return found


def record_result(
    *, case: Case, result: str, day: dt.date, actor: Actor, document: str = "", summary: str = ""
) -> Case:
    """Enter how a remedy ended: upheld, corrected, other."""
    facts = {"document": document, "summary": summary}
    act(case=case, action="decide", actor=actor, day=day, facts=facts, outcome=result)
    return case


def remedies_of(request: Case) -> list[Case]:
    return list(Case.objects.of(*KINDS).filter(parent=request).order_by("received_on", "id"))
