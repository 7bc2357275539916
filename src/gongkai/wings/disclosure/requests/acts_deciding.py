"""The fee, the decision, its reviews and service, and what follows (条例 Arts. 17, 33, 36–45)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, Action, Effect, Fact
from gongkai.wings.disclosure.requests.terms import (
    ARCHIVIST,
    COUNTER,
    DECISIONS,
    DESK,
    HANDLER,
    HEAD,
    LEGAL,
    OFFICER,
    OPEN_STATES,
    ORDERED,
    REGISTRAR,
    SECRECY,
    art,
    finish,
)


def charging() -> tuple[Action, ...]:
    fee = "国办函〔2020〕109号"
    return (
        Action(
            code="charge_fee",
            title=_("Charge the processing fee"),
            sources=("handling",),
            target="fee_due",
            roles=(OFFICER,),
            provision=art(42),
            effects=(Effect(clock="reply", verb="stop"), Effect(clock="payment", verb="start")),
            letter="fee_notice",
            facts=(
                Fact(
                    name="scale",
                    title=_("Scale"),
                    kind="choice",
                    choices=(("items", _("By requests of the month")), ("pages", _("By pages"))),
                    help=_("One request is charged by one scale only."),
                ),
                Fact(name="quantity", title=_("Requests or pages"), kind="number", least=1, most=1_000_000),
                Fact(
                    name="charged",
                    title=_("Of these requests charged already"),
                    kind="number",
                    required=False,
                    least=0,
                    most=1_000_000,
                ),
                Fact(
                    name="counted_otherwise",
                    title=_("Why the number of requests is not that of the records"),
                    kind="paragraph",
                    required=False,
                    help=_("For the scale by requests only."),
                ),
                Fact(name="how_to_pay", title=_("How to pay"), kind="paragraph"),
            ),
            guards=("fee_in_force", "fee_above_zero", "fee_once", "items_counted"),
        ),
        Action(
            code="receive_payment",
            title=_("Enter the payment"),
            sources=("fee_due",),
            target="handling",
            roles=(REGISTRAR, OFFICER),
            provision=fee,
            effects=(*finish("payment"), Effect(clock="reply", verb="restart", day_from="paid_on")),
            facts=(
                Fact(name="paid_on", title=_("Paid on"), kind="date"),
                Fact(name="amount", title=_("Amount paid (yuan)"), kind="money"),
                Fact(name="receipt", title=_("Receipt number"), required=False),
            ),
            guards=("payment_complete",),
        ),
        Action(
            code="abandon_unpaid",
            title=_("End: fee not paid in time"),
            sources=("fee_due",),
            target="concluded",
            roles=(OFFICER, SYSTEM),
            provision=art(42),
            effects=finish("payment", "reply", *ORDERED),
            letter="unpaid",
            outcomes=("unpaid",),
            guards=("payment_lapsed",),
        ),
    )


def deciding() -> tuple[Action, ...]:
    back = Fact(name="why", title=_("What has to be changed"), kind="paragraph")
    return (
        Action(
            code="propose_decision",
            title=_("Propose the decision"),
            sources=("handling",),
            target="legal_review",
            roles=DESK,
            provision=art(36),
            outcomes=DECISIONS,
            letter="decision",
            facts=decision_facts(),
            guards=("outcome_reached", "earlier_reply_fits", "consultation_respected"),
            told_to_applicant=False,
        ),
        Action(
            code="pass_legal",
            title=_("Legal review passed"),
            sources=("legal_review",),
            target="secrecy_review",
            roles=(LEGAL,),
            provision=art(17),
            facts=(Fact(name="remark", title=_("Remark"), kind="paragraph", required=False),),
            others_only=("propose_decision",),
            told_to_applicant=False,
        ),
        Action(
            code="pass_secrecy",
            title=_("Secrecy review passed"),
            sources=("secrecy_review",),
            target="approval",
            roles=(SECRECY,),
            provision=art(17),
            facts=(Fact(name="remark", title=_("Remark"), kind="paragraph", required=False),),
            others_only=("propose_decision",),
            told_to_applicant=False,
        ),
        Action(
            code="return_draft",
            title=_("Return to the handler"),
            sources=("legal_review", "secrecy_review", "approval"),
            target="handling",
            roles=(LEGAL, SECRECY, HEAD),
            provision=art(17),
            facts=(back,),
            ends_outcome=True,
            told_to_applicant=False,
        ),
        Action(
            code="approve",
            title=_("Approve the decision"),
            sources=("approval",),
            target="approved",
            roles=(HEAD,),
            provision=art(33),
            facts=(Fact(name="remark", title=_("Remark"), kind="paragraph", required=False),),
            guards=("letter_sound",),
            others_only=("propose_decision",),
            told_to_applicant=False,
        ),
        Action(
            code="serve",
            title=_("Serve the reply"),
            sources=("approved",),
            target="concluded",
            roles=(*COUNTER, HANDLER),
            provision=art(33),
            effects=finish("reply", *ORDERED),
            facts=(
                Fact(
                    name="way",
                    title=_("Served by"),
                    kind="choice",
                    choices=(
                        ("online", _("Online")),
                        ("email", _("E-mail")),
                        ("post", _("Registered post")),
                        ("pickup", _("In person")),
                        ("fax", _("Fax")),
                    ),
                ),
                Fact(
                    name="proof",
                    title=_("Proof of delivery"),
                    help=_("Tracking number, receipt or recipient."),
                    most=120,
                ),
                Fact(
                    name="files",
                    title=_("Scan of the proof"),
                    kind="file",
                    required=False,
                    purpose="proof",
                ),
            ),
        ),
    )


def decision_facts() -> tuple[Fact, ...]:
    return (
        Fact(name="reasons", title=_("Reasons"), kind="paragraph", required=False),
        Fact(
            name="information",
            title=_("Information disclosed, or where it is found"),
            kind="paragraph",
            required=False,
            help=_("Title, number, way, path and time; for what is public already the address."),
        ),
        Fact(
            name="searched",
            title=_("Record of the search"),
            kind="paragraph",
            required=False,
            help=_("Where, with which words, when and by whom."),
        ),
        Fact(name="responsible_organ", title=_("Organ responsible"), required=False),
        Fact(name="organ_contact", title=_("Its address and phone"), required=False),
        Fact(
            name="withheld",
            title=_("What is withheld, and on which ground"),
            kind="paragraph",
            required=False,
        ),
        Fact(name="earlier_number", title=_("Number of the earlier reply"), required=False),
        Fact(name="channel_hint", title=_("Where the matter belongs"), kind="paragraph", required=False),
        Fact(name="legal_basis", title=_("Law or regulation it rests on"), required=False),
        Fact(name="files", title=_("Files given out"), kind="file", required=False, purpose="answer"),
    )


def ending() -> tuple[Action, ...]:
    return (
        Action(
            code="withdraw",
            title=_("Withdraw the request"),
            sources=OPEN_STATES,
            target="concluded",
            roles=(APPLICANT, REGISTRAR, OFFICER),
            provision=art(29),
            effects=finish(
                "reply", "correction", "third_party", "other_organs", "reasons", "payment", *ORDERED
            ),
            letter="withdrawn",
            outcomes=("withdrawn",),
            facts=(Fact(name="why", title=_("Reason"), kind="paragraph", required=False),),
        ),
        Action(
            code="make_proactive",
            title=_("Publish proactively what was given out"),
            sources=("concluded",),
            target=None,
            roles=(HEAD,),
            provision=art(44),
            facts=(
                Fact(name="why", title=_("Reason"), kind="paragraph"),
                Fact(
                    name="drafter",
                    title=_("Who drafts the document"),
                    kind="staff",
                    required=False,
                    help=_("Somebody who drafts for this organ; it then goes through the three reviews."),
                ),
            ),
            guards=("was_disclosed", "proactive_once", "drafter_drafts"),
            told_to_applicant=False,
        ),
        Action(
            code="archive",
            title=_("Archive"),
            sources=("concluded",),
            target="archived",
            roles=(ARCHIVIST, OFFICER),
            provision=art(45),
            told_to_applicant=False,
        ),
    )
