"""Putting applications to correct a record on file, and finding them again. Everything else is an act on the case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.services import attach, open_case
from gongkai.foundation.hanzi.personal import mask_personal_data
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.corrections.models import RecordCorrection
from gongkai.wings.disclosure.corrections.procedure import CODE
from gongkai.wings.disclosure.requests import correspondence, notification
from gongkai.wings.disclosure.requests.applications import (
    DESCRIPTION_LIMIT,
    Applicant,
    Files,
    applicant_faults,
    control_signs,
    organ_faults,
    take_party,
    too_long,
)
from gongkai.wings.disclosure.requests.models import Channel
from gongkai.wings.disclosure.requests.querycodes import issue_anew, new_query_code, query_digest
from gongkai.wings.disclosure.requests.services import day_faults, title_of

PURPOSES: Final = ("evidence", "mandate", "application")


@dataclass(frozen=True, kw_only=True)
class Claim(Applicant):
    """What Art. 41 asks: which record about oneself, what is wrong with it, and evidence (as files)."""

    record: str = ""
    inaccuracy: str = ""


class RegisteredCorrection(NamedTuple):
    """An application on record, and the code its applicant looks it up with. The code is shown once."""

    correction: RecordCorrection
    query_code: str


def check_claim(claim: Claim, *, organ: Organ, channel: str, files: Files = ()) -> None:
    """Raises ``ValidationError`` by field, for all fields together."""
    faults = {**claim_faults(claim, files=files), **organ_faults(organ)}
    if channel not in Channel.values:
        faults["channel"] = _("Choose how the request came in.")
    if faults:
        raise ValidationError({name: [text] for name, text in faults.items()})


def claim_faults(claim: Claim, *, files: Sequence[tuple[object, str]] = ()) -> dict[str, str]:
    """What is wrong with an application whatever the organ and the way it came in, by field."""
    faults = applicant_faults(claim, files=files)
    faults |= too_long({"record": (claim.record, 300), "inaccuracy": (claim.inaccuracy, DESCRIPTION_LIMIT)})
    for field in ("record", "inaccuracy"):
        if control_signs(getattr(claim, field)):
            faults[field] = _("The text contains control characters.")
    if not claim.record.strip():
        faults["record"] = _("Say which record it is.")
    if not claim.inaccuracy.strip():
        faults["inaccuracy"] = _("Say what is wrong in it, and what is right (条例 Art. 41).")
    if not any(purpose == "evidence" for _file, purpose in files):
        faults["evidence"] = _("Whoever wants a record corrected hands in evidence (条例 Art. 41).")
    return faults


def handed_in_faults(submitted_on: dt.date | None) -> dict[str, str]:
    """What is wrong with the day it was handed in."""
    faults = day_faults("desk", submitted_on=submitted_on, signed_on=None, confirmed_on=None)
    return {name: text for name, text in faults.items() if name == "submitted_on"}


def register_correction(
    *,
    organ: Organ,
    claim: Claim,
    channel: str,
    actor: Actor,
    submitted_on: dt.date,
    files: Files = (),
) -> RegisteredCorrection:
    """Put an application to correct a record on file, as it came in at the desk or by post. Raises ``ValidationError`` by
    field, ``CaseRefused`` (role)."""
    wrong = {name: [text] for name, text in handed_in_faults(submitted_on).items()}
    try:
        check_claim(claim, organ=organ, channel=channel, files=files)
    except ValidationError as refusal:
        raise ValidationError(wrong | refusal.message_dict) from refusal
    if wrong:
        raise ValidationError(wrong)
    with transaction.atomic():
        party = take_party(claim)
        case = open_case(
            procedure_code=CODE,
            organ=organ,
            actor=actor,
            title=title_of(mask_personal_data(claim.record)),
            received_on=submitted_on,
            channel=channel,
            applicant=party,
        )
        code = new_query_code()
        correction = RecordCorrection.objects.create(
            case=case,
            record=claim.record.strip(),
            inaccuracy=claim.inaccuracy.strip(),
            agent_name=claim.agent_name,
            submitted_on=submitted_on,
            query_digest=query_digest(case.number, code),
        )
        for file, purpose in files:
            attach(case=case, file=file, title=file.name, purpose=purpose, actor=actor)
        correspondence.acknowledge_case(case, letter="record_receipt")
        notification.acknowledge(case)
    return RegisteredCorrection(correction, code)


def by_query_code(*, number: str, code: str) -> RecordCorrection | None:
    """The application of this number and code."""
    found = RecordCorrection.objects.select_related("case__organ", "case__applicant")
    return found.filter(query_digest=query_digest(number.strip(), code)).first()


def reissue_query_code(*, correction: RecordCorrection, checked: str, actor: Actor, day: dt.date) -> str:
    """As for requests: a new code, once the desk has checked who asks; the old one is dead. Raises ``CaseRefused`` (role),
    ``ValidationError``."""
    with transaction.atomic():
        row = RecordCorrection.objects.select_for_update().get(pk=correction.pk)
        code = issue_anew(row, checked=checked, actor=actor, day=day)
        notification.code_issued_anew(row.case, actor=actor)
    correction.query_digest = row.query_digest
    return code
