"""What people do with requests: hand in, register, correct, withdraw, look up. Everything else is an act on the case."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Event
from gongkai.engines.casework.services import act, attach, open_case
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.hanzi import fold, fold_with_offsets
from gongkai.foundation.hanzi.personal import mask_personal_data
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests import correspondence, notification
from gongkai.wings.disclosure.requests.applications import (
    DESCRIPTION_LIMIT,
    IDENTITY_KINDS,
    Application,
    Files,
    check_application,
    take_party,
)
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.querycodes import issue_anew, new_query_code, query_digest
from gongkai.wings.disclosure.requests.receipt import faults as receipt_faults
from gongkai.wings.disclosure.requests.receipt import receipt
from gongkai.wings.disclosure.requests.signals import request_changed

__all__ = ["DESCRIPTION_LIMIT", "IDENTITY_KINDS", "Application", "Files", "check_application", "query_digest"]

_TITLE_LENGTH: Final = 120


class Registered(NamedTuple):
    """A request that is on record, and the code its applicant looks it up with. The code is shown once."""

    request: Request
    query_code: str


def register(
    *,
    organ: Organ,
    application: Application,
    channel: str,
    actor: Actor | None,
    submitted_on: dt.date,
    signed_on: dt.date | None = None,
    confirmed_on: dt.date | None = None,
    files: Files = (),
    note: str = "",
) -> Registered:
    """Put a request on record, whatever way it came. ``actor`` None: the applicant, by the public form.

    The day of receipt follows 条例 Art. 31; a request that has to be confirmed first waits for that, and its clock starts
    then. Raises ``ValidationError`` by field, ``CaseRefused`` (role).
    """
    given = {"submitted_on": submitted_on, "signed_on": signed_on, "confirmed_on": confirmed_on}
    wrong = {name: [text] for name, text in day_faults(channel, **given).items()}
    try:
        check_application(application, organ=organ, channel=channel, files=files)
    except ValidationError as refusal:
        raise ValidationError(wrong | refusal.message_dict) from refusal
    if wrong:
        raise ValidationError(wrong)
    days = receipt(channel, submitted_on=submitted_on, signed_on=signed_on, confirmed_on=confirmed_on)
    with transaction.atomic():
        party = take_party(application)
        case = open_case(
            procedure_code=CODE,
            organ=organ,
            actor=actor or Actor(party=party),
            title=title_of(mask_personal_data(application.description)),
            received_on=days.received_on or submitted_on,
            channel=channel,
            applicant=party,
            state="registered" if days.received_on else "unconfirmed",
            facts={
                "channel": channel,
                "submitted_on": submitted_on.isoformat(),
                "signed_on": signed_on.isoformat() if signed_on else "",
                "note": note,
            },
        )
        code = new_query_code()
        request = Request.objects.create(
            case=case,
            description=application.description.strip(),
            document_hint=application.document_hint.strip(),
            supply_form=application.supply_form,
            supply_way=application.supply_way,
            agent_name=application.agent_name,
            submitted_on=submitted_on,
            query_digest=query_digest(case.number, code),
            public_title=public_title(
                case.title, [application.name, application.agent_name, application.contact_name]
            ),
        )
        for file, purpose in files:
            attach(case=case, file=file, title=file.name, purpose=purpose, actor=actor or Actor(party=party))
        correspondence.acknowledge(request)
        notification.acknowledge(case)
        request_changed.send(sender=Request, request=request, event=case.events.get(seq=1))
    return Registered(request, code)


def day_faults(
    channel: str, *, submitted_on: dt.date | None, signed_on: dt.date | None, confirmed_on: dt.date | None
) -> dict[str, str]:
    """What is wrong with the days of an arrival (条例 Art. 31), by field, all of them together."""
    said = {
        "future": _("The day lies in the future."),
        "early": _("The day lies before 2008-05-01, when the regulation came into force."),
        "order": _("It cannot be earlier than the day it was handed in or sent (%s).") % submitted_on,
        "missing": _(
            "Post that is signed for is received on the day it was signed for: fill that in (条例 Art. 31)."
        ),
    }
    stray = {
        "signed_on": _(
            "Only post that is signed for has this day. Change the way it came in, or leave the day out."
        ),
        "confirmed_on": _(
            "What comes in this way is not confirmed with the applicant. Change the way it came in, or leave the day out."
        ),
    }
    found = receipt_faults(
        channel,
        submitted_on=submitted_on,
        signed_on=signed_on,
        confirmed_on=confirmed_on,
        today=timezone.localdate(),
    )
    return {name: said.get(code) or stray[name] for name, code in found.items()}


def title_of(description: str) -> str:
    """The first sentence or so of what is asked for."""
    line = " ".join(description.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1] + "…"


def public_title(title: str, names: Sequence[str]) -> str:
    """The title as the public log shows it: numbers of persons masked, names of those who ask taken out, in whichever
    script and with whatever blanks they are written."""
    masked = mask_personal_data(title)
    for name in names:
        signs = [re.escape(sign) for sign in fold(name) if not sign.isspace()]
        if len(signs) < 2:
            continue
        folded = fold_with_offsets(masked)
        for hit in reversed(list(re.finditer(r"\s*".join(signs), folded.text))):
            start, end = folded.original_span(*hit.span())
            masked = masked[:start] + "×" * (end - start) + masked[end:]
    return masked


def by_query_code(*, number: str, code: str) -> Request | None:
    """The request of this number and code, in the same time whether the number exists or not."""
    digest = query_digest(number.strip(), code)
    return (
        Request.objects.select_related("case__organ", "case__applicant").filter(query_digest=digest).first()
    )


def reissue_query_code(*, request: Request, checked: str, actor: Actor, day: dt.date) -> str:
    """A new query code for whoever lost theirs, after the desk has checked who they are; the old one is dead from now on.

    ``checked``: how (``querycodes.CHECKS``). Returns the code, to be shown this once. Raises ``CaseRefused`` (role),
    ``ValidationError``.
    """
    with transaction.atomic():
        row = Request.objects.select_for_update().get(pk=request.pk)
        code = issue_anew(row, checked=checked, actor=actor, day=day)
        notification.code_issued_anew(row.case, actor=actor)
    request.query_digest = row.query_digest
    return code


def _as_applicant(request: Request) -> Actor:
    return Actor(party=request.case.applicant)


def correct(*, request: Request, text: str, day: dt.date, files: Sequence[StoredFile] = ()) -> Event:
    """The applicant answers the notice of correction; the reply clock starts anew (条例 Art. 30)."""
    facts = {"text": text, "files": [file.pk for file in files]}
    return act(
        case=request.case, action="receive_correction", actor=_as_applicant(request), day=day, facts=facts
    )


def give_reasons(*, request: Request, text: str, day: dt.date) -> Event:
    """The applicant says why so many requests are needed (条例 Art. 35)."""
    return act(
        case=request.case,
        action="receive_reasons",
        actor=_as_applicant(request),
        day=day,
        facts={"text": text},
    )


def withdraw(*, request: Request, day: dt.date, why: str = "", actor: Actor | None = None) -> Event:
    """Take the request back; it ends, and counts as such."""
    return act(
        case=request.case,
        action="withdraw",
        actor=actor or _as_applicant(request),
        day=day,
        facts={"why": why},
        outcome="withdrawn",
    )
