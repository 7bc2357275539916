"""What people do with requests: hand in, register, correct, withdraw, look up. Everything else is an act on the case."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Event, Party, PartyKind
from gongkai.engines.casework.services import act, attach, open_case
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.hanzi.personal import mask_personal_data
from gongkai.foundation.identifiers import CreditCode, IdentifierError, ResidentId
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests import correspondence, notification
from gongkai.wings.disclosure.requests.models import Channel, Request, SupplyForm, SupplyWay
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.receipt import ReceiptFault, receipt
from gongkai.wings.disclosure.requests.signals import request_changed

IDENTITY_KINDS: Final = ("resident_id", "passport", "hk_macao", "taiwan", "other", "credit_code")
DESCRIPTION_LIMIT: Final = 20_000
_TITLE_LENGTH: Final = 120
_CODE_SIGNS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No sign that is mistaken for another when read out on the phone."""
_CODE_LENGTH: Final = 10


@dataclass(frozen=True, kw_only=True)
class Application:
    """What 条例 Art. 29 asks of an application, and nothing more: who, what, and in which form. No purpose."""

    applicant_kind: str
    name: str
    identity_kind: str = "resident_id"
    identity_number: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""
    agent_name: str = ""
    description: str = ""
    document_hint: str = ""
    supply_form: str = SupplyForm.ELECTRONIC.value
    supply_way: str = SupplyWay.ONLINE.value


class Registered(NamedTuple):
    """A request that is on record, and the code its applicant looks it up with. The code is shown once."""

    request: Request
    query_code: str


Files = Sequence[tuple[StoredFile, str]]
"""Stored files with their purpose: application, identity, mandate."""


def check_application(application: Application, *, organ: Organ, channel: str, files: Files = ()) -> None:
    """Raises ``ValidationError`` by field, for all fields together."""
    faults = {
        **_name_faults(application),
        **_identity_faults(application, channel),
        **_contact_faults(application, channel),
        **_matter_faults(application),
    }
    if application.agent_name and not any(purpose == "mandate" for _file, purpose in files):
        faults["mandate"] = _("Whoever acts for somebody hands in the mandate.")
    if channel not in Channel.values:
        faults["channel"] = _("Choose how the request came in.")
    if organ.abolished_on is not None and organ.abolished_on <= timezone.localdate():
        faults["organ"] = _("This organ no longer exists. Its tasks are with %s.") % (organ.successor or "—")
    if faults:
        raise ValidationError({name: [text] for name, text in faults.items()})


def _too_long(values: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    return {
        name: _("At most %(most)d characters; these are %(there)d.") % {"most": most, "there": len(value)}
        for name, (value, most) in values.items()
        if len(value) > most
    }


def _name_faults(application: Application) -> dict[str, str]:
    faults = _too_long(
        {
            "name": (application.name, 120),
            "contact_name": (application.contact_name, 60),
            "agent_name": (application.agent_name, 60),
        }
    )
    if application.applicant_kind not in PartyKind.values:
        faults["applicant_kind"] = _("Choose who applies.")
    if not application.name.strip():
        faults["name"] = _("Fill in the name.")
    for field in ("name", "contact_name", "agent_name", "description", "document_hint", "address"):
        if any(ord(sign) < 32 and sign not in "\r\n\t" for sign in getattr(application, field)):
            faults[field] = _("The text contains control characters.")
    return faults


def _identity_faults(application: Application, channel: str) -> dict[str, str]:
    number = application.identity_number.strip()
    if application.identity_kind not in IDENTITY_KINDS:
        return {"identity_kind": _("Choose the kind of identity document.")}
    if not number:
        return {"identity_number": _("Fill in the number of the identity document (条例 Art. 29).")}
    if len(number) > 40:
        return _too_long({"identity_number": (number, 40)})
    try:
        if application.identity_kind == "resident_id":
            ResidentId.parse(number)
        elif application.identity_kind == "credit_code":
            CreditCode.parse(number)
    except IdentifierError as fault:
        return {"identity_number": _("The number is not right: %s") % "，".join(fault.localised(_))}
    return {}


def _contact_faults(application: Application, channel: str) -> dict[str, str]:
    faults = _too_long(
        {
            "phone": (application.phone, 40),
            "email": (application.email, 254),
            "address": (application.address, 200),
            "postcode": (application.postcode, 10),
        }
    )
    if application.email:
        try:
            validate_email(application.email)
        except ValidationError:
            faults["email"] = _("This is not an e-mail address.")
    if not (application.phone or application.email or application.address):
        faults["phone"] = _("Give at least one way to reach you: phone, e-mail or address.")
    needs = (
        {SupplyWay.EMAIL: "email", SupplyWay.POST: "address"}.get(SupplyWay(application.supply_way))
        if (application.supply_way in SupplyWay.values)
        else None
    )
    if needs and not getattr(application, needs):
        faults[needs] = _("It is needed for the way of supply you chose.")
    return faults


def _matter_faults(application: Application) -> dict[str, str]:
    faults = _too_long(
        {
            "description": (application.description, DESCRIPTION_LIMIT),
            "document_hint": (application.document_hint, 300),
        }
    )
    if not application.description.strip():
        faults["description"] = _("Describe the information you ask for (条例 Art. 29).")
    if application.supply_form not in SupplyForm.values:
        faults["supply_form"] = _("Choose the form of supply.")
    if application.supply_way not in SupplyWay.values:
        faults["supply_way"] = _("Choose how it is to reach you.")
    return faults


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
    check_application(application, organ=organ, channel=channel, files=files)
    try:
        days = receipt(channel, submitted_on=submitted_on, signed_on=signed_on, confirmed_on=confirmed_on)
    except ReceiptFault as fault:
        raise ValidationError(
            {"signed_on" if fault.code == "missing" else "submitted_on": [str(fault)]}
        ) from fault
    for name, day in (
        ("submitted_on", submitted_on),
        ("signed_on", signed_on),
        ("confirmed_on", confirmed_on),
    ):
        if day is not None and day > timezone.localdate():
            raise ValidationError({name: [_("The day lies in the future.")]})
    with transaction.atomic():
        party = Party.objects.create(
            kind=application.applicant_kind,
            name=application.name.strip(),
            identity_kind=application.identity_kind,
            identity_number=application.identity_number.strip().upper(),
            contact_name=application.contact_name,
            phone=application.phone,
            email=application.email,
            address=application.address,
            postcode=application.postcode,
        )
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
        code = "".join(secrets.choice(_CODE_SIGNS) for _sign in range(_CODE_LENGTH))
        request = Request.objects.create(
            case=case,
            description=application.description.strip(),
            document_hint=application.document_hint.strip(),
            supply_form=application.supply_form,
            supply_way=application.supply_way,
            agent_name=application.agent_name,
            submitted_on=submitted_on,
            query_digest=query_digest(case.number, code),
            public_title=public_title(case.title, [application.name, application.agent_name]),
        )
        for file, purpose in files:
            attach(case=case, file=file, title=file.name, purpose=purpose, actor=actor or Actor(party=party))
        correspondence.acknowledge(request)
        notification.acknowledge(request)
        request_changed.send(sender=Request, request=request, event=case.events.get(seq=1))
    return Registered(request, code)


def title_of(description: str) -> str:
    """The first sentence or so of what is asked for."""
    line = " ".join(description.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1] + "…"


def public_title(title: str, names: Sequence[str]) -> str:
    """The title as the public log shows it: numbers of persons masked, names of applicant and agent taken out."""
    masked = mask_personal_data(title)
    for name in names:
        if len(name) > 1:
            masked = masked.replace(name, "×" * len(name))
    return masked


def query_digest(number: str, code: str) -> str:
    """What is kept of a query code: worth nothing to whoever reads the table."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"{number}\n{code.strip().upper()}".encode(), hashlib.sha256
    ).hexdigest()


def by_query_code(*, number: str, code: str) -> Request | None:
    """The request of this number and code, in the same time whether the number exists or not."""
    digest = query_digest(number.strip(), code)
    return (
        Request.objects.select_related("case__organ", "case__applicant").filter(query_digest=digest).first()
    )


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
