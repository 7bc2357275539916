"""What the applicant is told, and when. Nothing but numbers, days and addresses: what was asked for stays in the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.registry import Done
from gongkai.engines.notices import Recipient, Template, notify

STATUS_PATH: Final = "/request/status/"


def template(code: str, title: object, text: object, sms: object) -> Template:
    """One message in all its channels; the inbox shows what the e-mail says."""
    return Template(
        code=f"request.{code}",
        title=title,  # type: ignore[arg-type]
        inbox=text,  # type: ignore[arg-type]
        email_subject=title,  # type: ignore[arg-type]
        email=text,  # type: ignore[arg-type]
        sms=sms,  # type: ignore[arg-type]
    )


TEMPLATES: Final = (
    template(
        "received",
        _("Your request {number} has arrived"),
        _(
            "Dear {name}, your request to {organ} has arrived and has the number {number}. With this number and your "
            "query code you can see how it stands at any time: {url}"
        ),
        _("{organ}: your request {number} has arrived. How it stands: {url}"),
    ),
    template(
        "confirmed",
        _("Your request {number} counts as received"),
        _(
            "Dear {name}, your request {number} to {organ} was confirmed with you and counts as received on {day}. "
            "The reply is due by {due}. How it stands: {url}"
        ),
        _("{organ}: your request {number} is confirmed. How it stands: {url}"),
    ),
    template(
        "correction",
        _("Please correct your request {number}"),
        _(
            "Dear {name}, {organ} needs a correction of your request {number} by {due}; without it the request is "
            "no longer handled. The period of reply starts anew when it arrives. What is missing and how to answer: {url}"
        ),
        _("{organ}: please correct your request {number} within {days} working days: {url}"),
    ),
    template(
        "extended",
        _("The reply to your request {number} takes longer"),
        _(
            "Dear {name}, the period of reply to your request {number} was extended; it is now due by {due}: {url}"
        ),
        _("{organ}: the reply to your request {number} takes {days} working days longer: {url}"),
    ),
    template(
        "still",
        _("The period of your request {number} stands still"),
        _(
            "Dear {name}, {organ} has asked others about your request {number}. The time for that is not counted; "
            "you can see when it goes on: {url}"
        ),
        "",
    ),
    template(
        "reasons",
        _("Please give reasons for your request {number}"),
        _("Dear {name}, {organ} asks for your reasons for request {number} by {due}. How to answer: {url}"),
        _("{organ}: please give reasons for your request {number} within {days} working days: {url}"),
    ),
    template(
        "fee",
        _("A processing fee is due for your request {number}"),
        _(
            "Dear {name}, a processing fee is due for your request {number} to {organ}, to be paid by {due}. How it is "
            "reckoned and how to pay: {url}"
        ),
        _("{organ}: a fee is due for your request {number}. How to pay: {url}"),
    ),
    template(
        "concluded",
        _("Your request {number} is concluded"),
        _(
            "Dear {name}, {organ} has concluded your request {number}. The reply, and how to appeal against it, is "
            "here: {url}"
        ),
        _("{organ}: your request {number} is concluded. The reply: {url}"),
    ),
    template(
        "code",
        _("A new query code for {number}"),
        _(
            "Dear {name}, {organ} has issued a new query code for {number}; the old one no longer works. "
            "If you did not ask for it, please call the office. How it stands: {url}"
        ),
        _("{organ}: a new query code was issued for {number}. If it was not you, please call the office."),
    ),
)

_TOLD: Final[Mapping[str, str]] = {
    "confirm": "confirmed",
    "ask_correction": "correction",
    "approve_extension": "extended",
    "postpone": "extended",
    "consult_third_party": "still",
    "consult_organs": "still",
    "ask_reasons": "reasons",
    "charge_fee": "fee",
    "serve": "concluded",
    "abandon_uncorrected": "concluded",
    "abandon_unpaid": "concluded",
    "withdraw": "concluded",
}


def acknowledge(case: Case) -> None:
    """Tell the applicant that what they sent has arrived."""
    tell(case, "received", key="received", actor=case.events.get(seq=1).actor)


def code_issued_anew(case: Case, *, actor: Actor) -> None:
    """Tell the applicant that the old code is dead, in case it was not them who asked."""
    tell(case, "code", key=f"code:{case.version}", actor=actor.ledger_name)


def follow(done: Done) -> None:
    """Tell the applicant of an act that concerns them; once, however often it is run."""
    told = _TOLD.get(done.event.action)
    if told is not None:
        days = str(done.facts.get("days", ""))
        tell(done.case, told, key=f"{done.event.seq}", actor=done.event.actor, days=days)


def tell(case: Case, code: str, *, key: str, actor: str, days: str = "") -> None:
    """Send the applicant of a case one of these messages; once for each key."""
    party = case.applicant
    if party is None:
        return
    notify(
        template=f"request.{code}",
        recipient=Recipient(party=f"party:{party.pk}", name=party.name, email=party.email, phone=party.phone),
        subject=case.ledger_name,
        values={
            "number": case.number,
            "organ": case.organ.short_name or case.organ.name,
            "url": settings.GONGKAI_BASE_URL.rstrip("/") + STATUS_PATH,
            "day": case.received_on.isoformat(),
            "due": _iso(case.others_due_on or case.due_on),
            "days": days,
        },
        actor=actor,
        key=f"{case.ledger_name}:{key}",
    )


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
