"""Who applies for what: the words of an application, and everything that can be wrong with them, by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.models import Party, PartyKind
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.identifiers import CreditCode, IdentifierError, ResidentId
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.requests.models import Channel, SupplyForm, SupplyWay

IDENTITY_KINDS: Final = ("resident_id", "passport", "hk_macao", "taiwan", "other", "credit_code")
DESCRIPTION_LIMIT: Final = 20_000
_FEWEST_DIGITS: Final = 5
"""Of a telephone number anybody can be called at."""


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Who asks, and how to reach them: no more than 条例 Art. 29 wants."""

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


@dataclass(frozen=True, kw_only=True)
class Application(Applicant):
    """What 条例 Art. 29 asks of an application, and nothing more: who, what, and in which form. No purpose."""

    description: str = ""
    document_hint: str = ""
    supply_form: str = SupplyForm.ELECTRONIC.value
    supply_way: str = SupplyWay.ONLINE.value


Files = Sequence[tuple[StoredFile, str]]
"""Stored files with their purpose: application, identity, mandate."""


def check_application(application: Application, *, organ: Organ, channel: str, files: Files = ()) -> None:
    """Raises ``ValidationError`` by field, for all fields together."""
    faults = application_faults(application, files=files)
    if channel not in Channel.values:
        faults["channel"] = _("Choose how the request came in.")
    faults |= organ_faults(organ)
    if faults:
        raise ValidationError({name: [text] for name, text in faults.items()})


def application_faults(
    application: Application, *, files: Sequence[tuple[object, str]] = ()
) -> dict[str, str]:
    """What is wrong with an application whatever the organ and the way it came in, by field."""
    return {**applicant_faults(application, files=files), **_matter_faults(application)}


def applicant_faults(applicant: Applicant, *, files: Sequence[tuple[object, str]] = ()) -> dict[str, str]:
    """What is wrong with who asks, by field."""
    faults = {**_name_faults(applicant), **_identity_faults(applicant), **_contact_faults(applicant)}
    if applicant.agent_name and not any(purpose == "mandate" for _file, purpose in files):
        faults["mandate"] = _("Whoever acts for somebody hands in the mandate.")
    return faults


def organ_faults(organ: Organ) -> dict[str, str]:
    """Nothing can be handed in to an organ that is no more."""
    if organ.abolished_on is not None and organ.abolished_on <= timezone.localdate():
        return {"organ": _("This organ no longer exists. Its tasks are with %s.") % (organ.successor or "—")}
    return {}


def take_party(applicant: Applicant) -> Party:
    """The applicant as a party to a case, inside the caller's transaction."""
    party = Party(
        kind=applicant.applicant_kind,
        name=applicant.name.strip(),
        identity_kind=applicant.identity_kind,
        contact_name=applicant.contact_name,
        phone=applicant.phone,
        email=applicant.email,
        address=applicant.address,
        postcode=applicant.postcode,
    )
    party.identity_number = applicant.identity_number.strip().upper()
    party.save(force_insert=True)
    return party


def control_signs(text: str) -> bool:
    """Whether a text holds signs nobody can see or type."""
    return any(ord(sign) < 32 and sign not in "\r\n\t" for sign in text)


def too_long(values: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    return {
        name: _("At most %(most)d characters; these are %(there)d.") % {"most": most, "there": len(value)}
        for name, (value, most) in values.items()
        if len(value) > most
    }


def _name_faults(application: Applicant) -> dict[str, str]:
    faults = too_long(
        {
            "name": (application.name, 120),
            "contact_name": (application.contact_name, 60),
            "agent_name": (application.agent_name, 60),
        }
    )
    if application.applicant_kind not in PartyKind.values:
        faults["applicant_kind"] = _("Choose who applies.")
    if not application.name.strip():
        faults["name"] = _name_missing(application.applicant_kind)
    for field in ("name", "contact_name", "agent_name", "address"):
        if control_signs(getattr(application, field)):
            faults[field] = _("The text contains control characters.")
    return faults


def _name_missing(applicant_kind: str) -> str:
    """A person has 姓名, an organisation 名称."""
    if applicant_kind not in PartyKind.values:
        return _("Fill in the name.")
    if applicant_kind == PartyKind.NATURAL:
        return _("Fill in your name.")
    return _("Fill in the name of the organisation.")


def _identity_faults(application: Applicant) -> dict[str, str]:
    number = application.identity_number.strip()
    faults = {}
    if application.identity_kind not in IDENTITY_KINDS:
        faults["identity_kind"] = _("Choose the kind of identity document.")
    elif application.applicant_kind in PartyKind.values:
        of_a_person = application.applicant_kind == PartyKind.NATURAL
        if of_a_person and application.identity_kind == "credit_code":
            faults["identity_kind"] = _("A person has no unified social credit code; choose their document.")
        elif not of_a_person and application.identity_kind not in ("credit_code", "other"):
            faults["identity_kind"] = _(
                "An organisation is known by its unified social credit code, or by another document where it has none."
            )
    if not number:
        faults["identity_number"] = _("Fill in the number of the identity document (条例 Art. 29).")
    if faults:
        return faults
    if len(number) > 40:
        return too_long({"identity_number": (number, 40)})
    try:
        if application.identity_kind == "resident_id":
            ResidentId.parse(number)
        elif application.identity_kind == "credit_code":
            CreditCode.parse(number)
    except IdentifierError as fault:
        return {"identity_number": _("The number is not right: %s") % "，".join(fault.localised(_))}
    return {}


def _contact_faults(application: Applicant) -> dict[str, str]:
    faults = too_long(
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
    if application.phone and sum(sign.isdigit() for sign in application.phone) < _FEWEST_DIGITS:
        faults["phone"] = _("This telephone number is not complete.")
    if not (application.phone or application.email or application.address):
        faults["phone"] = _("Give at least one way to reach you: phone, e-mail or address.")
    return faults


def _matter_faults(application: Application) -> dict[str, str]:
    faults = too_long(
        {
            "description": (application.description, DESCRIPTION_LIMIT),
            "document_hint": (application.document_hint, 300),
        }
    )
    for field in ("description", "document_hint"):
        if control_signs(getattr(application, field)):
            faults[field] = _("The text contains control characters.")
    if not application.description.strip():
        faults["description"] = _("Describe the information you ask for (条例 Art. 29).")
    if application.supply_form not in SupplyForm.values:
        faults["supply_form"] = _("Choose the form of supply.")
    if application.supply_way not in SupplyWay.values:
        faults["supply_way"] = _("Choose how it is to reach you.")
    needs = (
        {SupplyWay.EMAIL: "email", SupplyWay.POST: "address"}.get(SupplyWay(application.supply_way))
        if (application.supply_way in SupplyWay.values)
        else None
    )
    if needs and not getattr(application, needs):
        faults[needs] = _("It is needed for the way of supply you chose.")
    return faults
