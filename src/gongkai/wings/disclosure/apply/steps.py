"""The pages of the form: one thing asked on each, and which faults belong to it. No purpose is asked (条例 Art. 29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.models import PartyKind
from gongkai.wings.disclosure.apply.cleaning import UNREADABLE, line, paragraphs
from gongkai.wings.disclosure.requests.models import SupplyForm, SupplyWay
from gongkai.wings.disclosure.requests.services import DESCRIPTION_LIMIT


class Choice(NamedTuple):
    value: str
    label: Any
    hint: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. ``kind``: line, area, choice or file; ``auto`` is what browsers call the value."""

    name: str
    label: Any
    kind: str = "line"
    hint: Any = ""
    choices: tuple[Choice, ...] = ()
    auto: str = "off"
    mode: str = ""
    most: int = 200
    optional: bool = False
    purpose: str = ""
    """Of files: what they are for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    slug: str
    title: Any
    short: Any
    intro: Any = ""
    faults: tuple[str, ...] = ()
    """Names of faults that are shown on this page, beyond those of its fields."""


STEPS: Final = (
    Step(
        slug="who",
        title=gettext_lazy("Who applies?"),
        short=gettext_lazy("Applicant"),
        intro=gettext_lazy(
            "The annual report counts applicants by these kinds. You need not say what the information is for."
        ),
    ),
    Step(
        slug="identity",
        title=gettext_lazy("Name and proof of identity"),
        short=gettext_lazy("Who you are"),
        intro=gettext_lazy(
            "The Regulation asks for proof of identity (Art. 29). The number is enough; it is never published and only "
            "those who handle your request can look at it."
        ),
    ),
    Step(
        slug="contact",
        title=gettext_lazy("How can we reach you?"),
        short=gettext_lazy("Contact"),
        intro=gettext_lazy("One way is enough. We use it for this request and for nothing else."),
    ),
    Step(
        slug="agent",
        title=gettext_lazy("Do you act for somebody else?"),
        short=gettext_lazy("Acting for somebody"),
        faults=("mandate",),
    ),
    Step(
        slug="information",
        title=gettext_lazy("Which information do you want?"),
        short=gettext_lazy("Information asked for"),
        intro=gettext_lazy(
            "Describe it so that somebody who does not know the matter can find it. One application for one matter is "
            "answered fastest."
        ),
    ),
    Step(
        slug="supply",
        title=gettext_lazy("How do you want to get it?"),
        short=gettext_lazy("How it is supplied"),
        intro=gettext_lazy(
            "It costs nothing, unless number or frequency of requests is clearly unreasonable."
        ),
    ),
    Step(
        slug="attachments",
        title=gettext_lazy("Is there anything to attach?"),
        short=gettext_lazy("Attachments"),
        intro=gettext_lazy("Only if it helps to find the information. You can go on without."),
    ),
)
ORDER: Final = tuple(step.slug for step in STEPS)


def step(slug: str) -> Step | None:
    return next((each for each in STEPS if each.slug == slug), None)


_KINDS: Final = (
    Choice("natural", PartyKind.NATURAL.label, gettext_lazy("you apply in your own name")),
    Choice("business", PartyKind.BUSINESS.label, gettext_lazy("companies, partnerships, traders")),
    Choice("research", PartyKind.RESEARCH.label, gettext_lazy("universities, institutes")),
    Choice("charity", PartyKind.CHARITY.label, gettext_lazy("foundations, associations, charities")),
    Choice("legal", PartyKind.LEGAL.label, gettext_lazy("law firms, notaries")),
    Choice("other", PartyKind.OTHER.label, gettext_lazy("every other organisation")),
)
_PAPERS: Final = (
    Choice("resident_id", gettext_lazy("Resident identity card")),
    Choice("hk_macao", gettext_lazy("Permit for residents of Hong Kong and Macao")),
    Choice("taiwan", gettext_lazy("Permit for residents of Taiwan")),
    Choice("passport", gettext_lazy("Passport")),
    Choice("other", gettext_lazy("Another document")),
)
_SCAN: Final = Field(
    name="scan",
    label=gettext_lazy("Copy of the document"),
    kind="file",
    hint=gettext_lazy("Not needed; it may save a question."),
    optional=True,
    purpose="identity",
)


def _identity(values: Mapping[str, str]) -> tuple[Field, ...]:
    if values.get("applicant_kind") == PartyKind.NATURAL:
        return (
            Field(name="name", label=_("Your name"), auto="name", most=120),
            Field(name="identity_kind", label=_("Kind of identity paper"), kind="choice", choices=_PAPERS),
            Field(
                name="identity_number",
                label=_("Number of the document"),
                hint=_("18 digits on a resident identity card; the last may be an X."),
                most=40,
            ),
            _SCAN,
        )
    return (
        Field(name="name", label=_("Full name of the organisation"), auto="organization", most=120),
        Field(
            name="identity_number",
            label=_("Unified social credit code"),
            hint=_("18 signs, as on the licence."),
            most=40,
        ),
        _SCAN,
    )


def _contact(values: Mapping[str, str]) -> tuple[Field, ...]:
    person = Field(name="contact_name", label=_("Contact person"), auto="name", most=60, optional=True)
    ways = (
        Field(name="phone", label=_("Telephone"), auto="tel", mode="tel", most=40, optional=True),
        Field(name="email", label=_("E-mail address"), auto="email", mode="email", most=254, optional=True),
        Field(name="address", label=_("Postal address"), auto="street-address", most=200, optional=True),
        Field(
            name="postcode", label=_("Post code"), auto="postal-code", mode="numeric", most=10, optional=True
        ),
    )
    return ways if values.get("applicant_kind") == PartyKind.NATURAL else (person, *ways)


def _agent(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        Field(
            name="acts",
            label=_("For whom do you apply?"),
            kind="choice",
            choices=(
                Choice("self", _("For myself, or for the organisation named above")),
                Choice("agent", _("I act for the applicant and have a mandate")),
            ),
        ),
        Field(
            name="agent_name",
            label=_("Name of the agent"),
            hint=_("Only if you act for the applicant."),
            most=60,
            optional=True,
        ),
        Field(
            name="mandate",
            label=_("The mandate, signed by the applicant"),
            kind="file",
            hint=_("Only if you act for the applicant."),
            optional=True,
            purpose="mandate",
        ),
    )


def _information(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        Field(
            name="description",
            label=_("What it is about"),
            kind="area",
            hint=_("For example: period, place, kind of paper. At most 20,000 characters."),
            most=DESCRIPTION_LIMIT,
        ),
        Field(
            name="document_hint",
            label=_("Title or document number"),
            hint=_("If you know it, or anything else by which the information can be found."),
            most=300,
            optional=True,
        ),
    )


def _supply(values: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        Field(
            name="supply_form",
            label=_("In which form"),
            kind="choice",
            choices=(
                Choice("electronic", SupplyForm.ELECTRONIC.label),
                Choice("paper", SupplyForm.PAPER.label),
                Choice("disc", SupplyForm.DISC.label),
            ),
        ),
        Field(
            name="supply_way",
            label=_("In which way"),
            kind="choice",
            choices=(
                Choice(
                    "online", SupplyWay.ONLINE.label, _("from the page where you see how your request stands")
                ),
                Choice("email", SupplyWay.EMAIL.label, _("needs your e-mail address")),
                Choice("post", SupplyWay.POST.label, _("needs your postal address")),
                Choice("pickup", SupplyWay.PICKUP.label),
                Choice("fax", SupplyWay.FAX.label),
            ),
        ),
    )


def fields_of(slug: str, values: Mapping[str, str]) -> tuple[Field, ...]:
    """The questions of a page, which depend on what was answered before."""
    if slug == "who":
        return (Field(name="applicant_kind", label=_("Kind of applicant"), kind="choice", choices=_KINDS),)
    if slug == "attachments":
        return (Field(name="file", label=_("File"), kind="file", optional=True, purpose="application"),)
    return _QUESTIONS[slug](values)


_QUESTIONS: Final = {
    "identity": _identity,
    "contact": _contact,
    "agent": _agent,
    "information": _information,
    "supply": _supply,
}


def cleaned(slug: str, given: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """What was handed in on a page, invisible signs taken out; choices that do not exist count as not made."""
    found = {}
    for each in fields_of(slug, values):
        if each.kind == "file":
            continue
        text = given.get(each.name, "")
        text = paragraphs(text) if each.kind == "area" else line(text)
        if each.kind == "choice" and text not in {choice.value for choice in each.choices}:
            text = ""
        found[each.name] = text
    return found


def unreadable(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Fields whose bytes were no text: sent in another encoding than the page's."""
    return {
        name: [_("Some characters could not be read. Please type them again.")]
        for name, text in values.items()
        if UNREADABLE in text
    }


def place_of(fault: str) -> str:
    """The page a fault is mended on."""
    pages = {
        "applicant_kind": "who",
        "name": "identity",
        "identity_kind": "identity",
        "identity_number": "identity",
        "scan": "identity",
        "contact_name": "contact",
        "phone": "contact",
        "email": "contact",
        "address": "contact",
        "postcode": "contact",
        "acts": "agent",
        "agent_name": "agent",
        "mandate": "agent",
        "description": "information",
        "document_hint": "information",
        "supply_form": "supply",
        "supply_way": "supply",
    }
    return pages.get(fault, "")


def belonging(refusal: ValidationError, slug: str) -> dict[str, list[str]]:
    """Of everything that is wrong, what this page can mend."""
    return {name: texts for name, texts in refusal.message_dict.items() if place_of(name) == slug}
