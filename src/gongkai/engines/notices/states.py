"""The words of this engine: channels, states of a delivery, what a gateway may say, why something failed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    INBOX = "inbox", _("In the inbox")
    EMAIL = "email", _("By e-mail")
    SMS = "sms", _("By SMS")


class State(TextChoices):
    """Where a delivery is. The last two are final; staff may start a failed one again."""

    CREATED = "created", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    TEMPORARY = "temporary_failure", _("Failed for now")
    DELIVERED = "delivered", _("Delivered")
    PERMANENT = "permanent_failure", _("Failed for good")


FINAL: Final = frozenset({State.DELIVERED, State.PERMANENT})
NEXT: Final = {
    State.CREATED: frozenset({State.SENDING, State.DELIVERED, State.TEMPORARY, State.PERMANENT}),
    State.SENDING: frozenset({State.SENDING, State.DELIVERED, State.TEMPORARY, State.PERMANENT}),
    State.TEMPORARY: frozenset({State.SENDING, State.DELIVERED, State.TEMPORARY, State.PERMANENT}),
    State.PERMANENT: frozenset({State.CREATED, State.DELIVERED}),
    State.DELIVERED: frozenset[State](),
}
"""What may follow what. A report that comes late may turn a failure into a delivery, never the other way round."""


class Fault(TextChoices):
    """Why a delivery failed: one of these words, so that no number or address can slip into it."""

    NONE = "", ""
    ADDRESS = "address", _("Not a number or address that can be reached")
    UNSAFE = "unsafe", _("The text would have shown what may not stand in an SMS")
    REFUSED = "refused", _("Refused by the gateway")
    CREDENTIALS = "credentials", _("The gateway does not accept our signature")
    BUSY = "busy", _("The gateway is busy or out of order")
    UNSURE = "unsure", _("No answer: it is not known whether the message was taken")
    UNREACHABLE = "unreachable", _("The phone could not be reached")
    UNDELIVERABLE = "undeliverable", _("Reported as undeliverable")
    NO_REPORT = "no_report", _("Taken by the gateway, but never reported as delivered")
    GAVE_UP = "gave_up", _("Given up after many attempts")
    PROGRAM = "program", _("A fault of the program, see the log")


class Standing(Enum):
    """What is known of one message after asking a gateway, or a mail server, to send it or about it."""

    ACCEPTED = "accepted"  # it has the message; a report will follow
    DELIVERED = "delivered"  # it has reached the person
    UNREACHABLE = "unreachable"  # it had the message and gave up for now: a new message may be tried
    UNDELIVERABLE = "undeliverable"  # it had the message, and trying again is no use
    REFUSED = "refused"  # it did not take the message and never will
    BUSY = "busy"  # it surely did not take the message; later it may
    UNSURE = "unsure"  # no answer: it may have the message or not
    UNHEARD = "unheard"  # asked about a message: it has never had it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer about one message. ``wait``: how long it asks to be left alone."""

    standing: Standing
    message_id: str = ""
    fault: Fault = Fault.NONE
    wait: dt.timedelta = dt.timedelta()
