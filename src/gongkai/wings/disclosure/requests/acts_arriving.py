"""How a request comes in, is corrected and accepted (条例 Arts. 29–31)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, Action, Effect, Fact
from gongkai.wings.disclosure.requests.terms import COUNTER, DESK, OFFICER, ORDERED, REGISTRAR, art, finish


def arrival() -> tuple[Action, ...]:
    return (
        Action(
            code="confirm",
            title=_("Confirm with the applicant"),
            sources=("unconfirmed",),
            target="registered",
            roles=COUNTER,
            provision=art(31),
            effects=(Effect(clock="reply", verb="start", day_from="confirmed_on"),),
            facts=(
                Fact(
                    name="confirmed_on",
                    title=_("Day both sides confirmed"),
                    kind="date",
                    help=_("The reply is due from this day. A letter is confirmed on the day it comes in."),
                ),
                Fact(
                    name="how",
                    title=_("Confirmed by"),
                    kind="choice",
                    choices=(
                        ("phone", _("Phone")),
                        ("email", _("E-mail")),
                        ("sms", _("Text message")),
                        ("in_person", _("In person")),
                    ),
                ),
            ),
            guards=("confirmation_day",),
            received_from="confirmed_on",
        ),
        Action(
            code="accept",
            title=_("Accept for handling"),
            sources=("registered",),
            target="handling",
            roles=COUNTER,
            provision=art(29),
            facts=(
                Fact(name="handler", title=_("Handler"), kind="staff", required=False),
                Fact(name="remark", title=_("Remark"), kind="paragraph", required=False),
            ),
            guards=("handler_serves",),
        ),
        Action(
            code="ask_correction",
            title=_("Ask for a correction"),
            sources=("registered", "handling"),
            target="correcting",
            roles=(*DESK, REGISTRAR),
            provision=art(30),
            effects=(
                Effect(clock="reply", verb="stop"),
                Effect(clock="correction", verb="start", days_from="days"),
            ),
            letter="correction",
            facts=(
                Fact(
                    name="unclear",
                    title=_("What has to be corrected, and how"),
                    kind="paragraph",
                    help=_("Name each point once and say how it can be mended: it may be asked only once."),
                ),
                Fact(
                    name="days",
                    title=_("Working days given"),
                    kind="number",
                    least=5,
                    most=30,
                    help=_("A reasonable period; 10 working days is usual."),
                ),
            ),
            guards=("correction_in_time", "correction_once"),
        ),
        Action(
            code="receive_correction",
            title=_("Take in the correction"),
            sources=("correcting",),
            target="handling",
            roles=(APPLICANT, REGISTRAR, *DESK),
            provision=art(30),
            effects=(*finish("correction"), Effect(clock="reply", verb="restart")),
            facts=(
                Fact(name="text", title=_("Corrected description"), kind="paragraph", personal=True),
                Fact(
                    name="files",
                    title=_("Attachments"),
                    kind="file",
                    required=False,
                    purpose="correction",
                ),
            ),
        ),
        Action(
            code="abandon_uncorrected",
            title=_("End: not corrected in time"),
            sources=("correcting",),
            target="concluded",
            roles=(OFFICER, SYSTEM),
            provision=art(30),
            effects=finish("correction", "reply", *ORDERED),
            letter="uncorrected",
            outcomes=("uncorrected",),
            guards=("correction_lapsed",),
        ),
    )
