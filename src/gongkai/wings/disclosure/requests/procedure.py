"""Disclosure on request (依申请公开) as data: 政府信息公开条例 Arts. 27–45, and 国办函〔2020〕109号 for fees."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import (
    APPLICANT,
    SYSTEM,
    Action,
    ClockRule,
    Effect,
    Fact,
    Outcome,
    Procedure,
    State,
)
from gongkai.foundation.statutes import provision
from gongkai.wings.disclosure.requests.outcomes import outcomes

CODE: Final = "disclosure-request"

REGISTRAR, HANDLER, OFFICER = "registrar", "handler", "disclosure_officer"
HEAD, LEGAL, SECRECY, ARCHIVIST = "disclosure_head", "legal_reviewer", "secrecy_officer", "archivist"
COUNTER = (REGISTRAR, OFFICER)
DESK = (HANDLER, OFFICER)
OPEN_STATES: Final = (
    "unconfirmed",
    "registered",
    "correcting",
    "handling",
    "third_party",
    "other_organs",
    "reasons",
    "fee_due",
    "legal_review",
    "secrecy_review",
    "approval",
    "approved",
)

UNDECIDED: Final = frozenset({"uncorrected", "unpaid", "withdrawn"})
"""Outcomes that are not decisions: the request ends without one."""
DECISIONS: Final = tuple(each.code for each in outcomes() if each.code not in UNDECIDED)


def _art(article: int, paragraph: int | None = None) -> str:
    return provision("disclosure-regulation", article, paragraph).cite_short()


def _finish(*clocks: str) -> tuple[Effect, ...]:
    return tuple(Effect(clock=clock, verb="finish") for clock in clocks)


def _clocks() -> tuple[ClockRule, ...]:
    return (
        ClockRule(
            code="reply", title=_("Reply to the applicant"), days=20, internal_days=15, provision=_art(33, 2)
        ),
        ClockRule(
            code="correction",
            title=_("Correction by the applicant"),
            days=10,
            provision=_art(30),
            binds="others",
        ),
        ClockRule(
            code="third_party",
            title=_("Opinion of the third party"),
            days=15,
            provision=_art(32),
            binds="others",
        ),
        ClockRule(
            code="other_organs",
            title=_("Opinion of the other organ"),
            days=15,
            provision=_art(34),
            binds="others",
        ),
        ClockRule(
            code="reasons",
            title=_("Reasons given by the applicant"),
            days=10,
            provision=_art(35),
            binds="others",
        ),
        ClockRule(
            code="payment",
            title=_("Payment by the applicant"),
            days=20,
            provision="国办函〔2020〕109号",
            binds="others",
        ),
    )


def _states() -> tuple[State, ...]:
    applicant = _("the applicant")
    return (
        State(code="registered", title=_("Registered, to be examined"), public_title=_("Received")),
        State(
            code="unconfirmed",
            title=_("To be confirmed with the applicant"),
            kind="waiting",
            waits_for=_("confirmation with the applicant"),
            public_title=_("Handed in, not confirmed yet"),
            before_receipt=True,
        ),
        State(code="correcting", title=_("Correction asked for"), kind="waiting", waits_for=applicant),
        State(code="handling", title=_("Being handled")),
        State(code="third_party", title=_("Third party asked"), kind="waiting", waits_for=_("a third party")),
        State(
            code="other_organs", title=_("Other organ asked"), kind="waiting", waits_for=_("another organ")
        ),
        State(code="reasons", title=_("Reasons asked for"), kind="waiting", waits_for=applicant),
        State(code="fee_due", title=_("Fee to be paid"), kind="waiting", waits_for=applicant),
        State(code="legal_review", title=_("Legal review"), public_title=_("Being handled")),
        State(code="secrecy_review", title=_("Secrecy review"), public_title=_("Being handled")),
        State(code="approval", title=_("To be approved by the head"), public_title=_("Being handled")),
        State(code="approved", title=_("Approved, to be served"), public_title=_("Being handled")),
        State(code="concluded", title=_("Answered"), kind="closed", public_title=_("Concluded")),
        State(code="archived", title=_("Archived"), kind="closed", public_title=_("Concluded")),
    )


def _arrival() -> tuple[Action, ...]:
    return (
        Action(
            code="confirm",
            title=_("Confirm with the applicant"),
            sources=("unconfirmed",),
            target="registered",
            roles=COUNTER,
            provision=_art(31),
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
            provision=_art(29),
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
            provision=_art(30),
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
            provision=_art(30),
            effects=(*_finish("correction"), Effect(clock="reply", verb="restart")),
            facts=(
                Fact(name="text", title=_("Corrected description"), kind="paragraph", personal=True),
                Fact(name="files", title=_("Attachments"), kind="file", required=False),
            ),
        ),
        Action(
            code="abandon_uncorrected",
            title=_("End: not corrected in time"),
            sources=("correcting",),
            target="concluded",
            roles=(OFFICER, SYSTEM),
            provision=_art(30),
            effects=_finish("correction", "reply"),
            letter="uncorrected",
            outcomes=("uncorrected",),
            guards=("correction_lapsed",),
        ),
    )


def _consulting() -> tuple[Action, ...]:
    ended = Fact(
        name="ended_on",
        title=_("Day the asking ended"),
        kind="date",
        help=_("The day the last opinion came in, or the last day of the 15. The clock goes on from here."),
    )
    received = Fact(name="received_on", title=_("Opinion received on"), kind="date", required=False)
    return (
        Action(
            code="consult_third_party",
            title=_("Ask a third party"),
            sources=("handling", "third_party"),
            target="third_party",
            roles=DESK,
            provision=_art(32),
            effects=(Effect(clock="reply", verb="stop"), Effect(clock="third_party", verb="start")),
            letter="third_party_enquiry",
            facts=(
                Fact(name="third_party", title=_("Third party"), personal=True),
                Fact(name="address", title=_("Address for service"), required=False, personal=True),
                Fact(name="matter", title=_("Information that concerns it"), kind="paragraph"),
            ),
        ),
        Action(
            code="enquiry_served",
            title=_("Note when the third party got the enquiry"),
            sources=("third_party",),
            target=None,
            roles=(*DESK, REGISTRAR),
            provision=_art(32),
            effects=(Effect(clock="third_party", verb="restart", day_from="served_on"),),
            facts=(
                Fact(name="third_party", title=_("Third party"), personal=True),
                Fact(name="served_on", title=_("Enquiry received on"), kind="date"),
            ),
            guards=("served_after_sent",),
            told_to_applicant=False,
        ),
        Action(
            code="third_party_opinion",
            title=_("Enter the third party's opinion"),
            sources=("third_party",),
            target=None,
            roles=(*DESK, REGISTRAR),
            provision=_art(32),
            facts=(
                Fact(name="third_party", title=_("Third party"), personal=True),
                Fact(
                    name="opinion",
                    title=_("Opinion"),
                    kind="choice",
                    choices=(
                        ("agrees", _("Agrees to disclosure")),
                        ("refuses", _("Refuses, with reasonable grounds")),
                        ("refuses_without_grounds", _("Refuses, without reasonable grounds")),
                    ),
                ),
                Fact(
                    name="grounds", title=_("Grounds given"), kind="paragraph", required=False, personal=True
                ),
                received,
                Fact(name="files", title=_("Attachments"), kind="file", required=False),
            ),
            told_to_applicant=False,
        ),
        Action(
            code="end_third_party",
            title=_("Go on after asking the third party"),
            sources=("third_party",),
            target="handling",
            roles=DESK,
            provision=_art(33, 3),
            effects=(*_finish("third_party"), Effect(clock="reply", verb="resume", day_from="ended_on")),
            facts=(ended,),
            guards=("third_party_ended",),
        ),
        Action(
            code="override_third_party",
            title=_("Disclose against the third party's will, for the public interest"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=_art(32),
            letter="third_party_notice",
            facts=(
                Fact(name="third_party", title=_("Third party"), personal=True),
                Fact(
                    name="interest",
                    title=_("Why not disclosing would harm the public interest"),
                    kind="paragraph",
                ),
                Fact(name="content", title=_("What is disclosed"), kind="paragraph"),
            ),
            guards=("third_party_refused",),
            told_to_applicant=False,
        ),
        Action(
            code="consult_organs",
            title=_("Ask another organ that made the information too"),
            sources=("handling", "other_organs"),
            target="other_organs",
            roles=DESK,
            provision=_art(34),
            effects=(Effect(clock="reply", verb="stop"), Effect(clock="other_organs", verb="start")),
            letter="organ_enquiry",
            facts=(
                Fact(name="asked_organ", title=_("Organ asked")),
                Fact(name="matter", title=_("Information that concerns it"), kind="paragraph"),
            ),
        ),
        Action(
            code="organ_opinion",
            title=_("Enter the other organ's opinion"),
            sources=("other_organs",),
            target=None,
            roles=(*DESK, REGISTRAR),
            provision=_art(34),
            facts=(
                Fact(name="asked_organ", title=_("Organ asked")),
                Fact(
                    name="opinion",
                    title=_("Opinion"),
                    kind="choice",
                    choices=(("agrees", _("Agrees to disclosure")), ("refuses", _("Does not agree"))),
                ),
                Fact(name="grounds", title=_("Grounds given"), kind="paragraph", required=False),
                received,
            ),
            told_to_applicant=False,
        ),
        Action(
            code="end_organs",
            title=_("Go on after asking the other organ"),
            sources=("other_organs",),
            target="handling",
            roles=DESK,
            provision=_art(34),
            effects=(*_finish("other_organs"), Effect(clock="reply", verb="resume", day_from="ended_on")),
            facts=(ended,),
            guards=("organs_ended",),
        ),
    )


def _prolonging() -> tuple[Action, ...]:
    more = Fact(name="days", title=_("Working days more"), kind="number", least=1, most=20)
    why = Fact(name="why", title=_("Reason"), kind="paragraph")
    return (
        Action(
            code="propose_extension",
            title=_("Propose an extension"),
            sources=("handling",),
            target=None,
            roles=DESK,
            provision=_art(33, 2),
            facts=(more, why),
            guards=("extension_once", "reply_not_overdue"),
            told_to_applicant=False,
        ),
        Action(
            code="approve_extension",
            title=_("Approve the extension"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=_art(33, 2),
            effects=(Effect(clock="reply", verb="extend", days_from="days"),),
            letter="extension",
            facts=(more, why),
            guards=("extension_proposed", "reply_not_overdue"),
            others_only=("propose_extension",),
        ),
        Action(
            code="refuse_extension",
            title=_("Refuse the extension"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=_art(33, 2),
            facts=(why,),
            guards=("extension_proposed",),
            told_to_applicant=False,
        ),
        Action(
            code="ask_reasons",
            title=_("Ask for reasons: number or frequency clearly unreasonable"),
            sources=("handling",),
            target="reasons",
            roles=DESK,
            provision=_art(35),
            effects=(Effect(clock="reasons", verb="start", days_from="days"),),
            letter="reasons_request",
            facts=(
                Fact(name="why", title=_("Number or frequency found"), kind="paragraph"),
                Fact(name="days", title=_("Working days given"), kind="number", least=5, most=30),
            ),
            guards=("reasons_once",),
        ),
        Action(
            code="receive_reasons",
            title=_("Take in the reasons"),
            sources=("reasons",),
            target="handling",
            roles=(APPLICANT, REGISTRAR, *DESK),
            provision=_art(35),
            effects=_finish("reasons"),
            facts=(Fact(name="text", title=_("Reasons of the applicant"), kind="paragraph", personal=True),),
        ),
        Action(
            code="end_reasons",
            title=_("Go on without reasons"),
            sources=("reasons",),
            target="handling",
            roles=(*DESK, SYSTEM),
            provision=_art(35),
            effects=_finish("reasons"),
            guards=("reasons_lapsed",),
        ),
        Action(
            code="postpone",
            title=_("Set a later day: reasons accepted, the period cannot be kept"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=_art(35),
            effects=(Effect(clock="reply", verb="extend", days_from="days"),),
            letter="postponement",
            facts=(Fact(name="days", title=_("Working days more"), kind="number", least=1, most=250), why),
            guards=("reasons_received", "postponed_once"),
        ),
    )


def _charging() -> tuple[Action, ...]:
    fee = "国办函〔2020〕109号"
    return (
        Action(
            code="charge_fee",
            title=_("Charge the processing fee"),
            sources=("handling",),
            target="fee_due",
            roles=(OFFICER,),
            provision=_art(42),
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
                Fact(name="how_to_pay", title=_("How to pay"), kind="paragraph"),
            ),
            guards=("fee_in_force", "fee_above_zero", "fee_once"),
        ),
        Action(
            code="receive_payment",
            title=_("Enter the payment"),
            sources=("fee_due",),
            target="handling",
            roles=(REGISTRAR, OFFICER),
            provision=fee,
            effects=(*_finish("payment"), Effect(clock="reply", verb="restart", day_from="paid_on")),
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
            provision=_art(42),
            effects=_finish("payment", "reply"),
            letter="unpaid",
            outcomes=("unpaid",),
            guards=("payment_lapsed",),
        ),
    )


def _deciding() -> tuple[Action, ...]:
    back = Fact(name="why", title=_("What has to be changed"), kind="paragraph")
    return (
        Action(
            code="propose_decision",
            title=_("Propose the decision"),
            sources=("handling",),
            target="legal_review",
            roles=DESK,
            provision=_art(36),
            outcomes=DECISIONS,
            letter="decision",
            facts=_decision_facts(),
            guards=("outcome_complete", "consultation_respected"),
            told_to_applicant=False,
        ),
        Action(
            code="pass_legal",
            title=_("Legal review passed"),
            sources=("legal_review",),
            target="secrecy_review",
            roles=(LEGAL,),
            provision=_art(17),
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
            provision=_art(17),
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
            provision=_art(17),
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
            provision=_art(33),
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
            provision=_art(33),
            effects=_finish("reply"),
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
                Fact(name="files", title=_("Scan of the proof"), kind="file", required=False),
            ),
        ),
    )


def _decision_facts() -> tuple[Fact, ...]:
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
        Fact(name="files", title=_("Files given out"), kind="file", required=False),
    )


def _ending() -> tuple[Action, ...]:
    return (
        Action(
            code="withdraw",
            title=_("Withdraw the request"),
            sources=OPEN_STATES,
            target="concluded",
            roles=(APPLICANT, REGISTRAR, OFFICER),
            provision=_art(29),
            effects=_finish("reply", "correction", "third_party", "other_organs", "reasons", "payment"),
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
            provision=_art(44),
            facts=(Fact(name="why", title=_("Reason"), kind="paragraph"),),
            guards=("was_disclosed", "proactive_once"),
            told_to_applicant=False,
        ),
        Action(
            code="archive",
            title=_("Archive"),
            sources=("concluded",),
            target="archived",
            roles=(ARCHIVIST, OFFICER),
            provision=_art(45),
            told_to_applicant=False,
        ),
    )


REQUEST = Procedure(
    code=CODE,
    title=_("Disclosure on request"),
    provision=_art(29),
    initial=("registered", "unconfirmed"),
    states=_states(),
    actions=(
        *_arrival(),
        *_consulting(),
        *_prolonging(),
        *_charging(),
        *_deciding(),
        *_ending(),
    ),
    clocks=_clocks(),
    outcomes=tuple(
        Outcome(
            code=each.code,
            label=each.label,
            provision=each.provisions[0].cite_short() if each.provisions else "",
        )
        for each in outcomes()
    ),
    number="{mark}依申请〔{year}〕{serial}号",
    openers=(REGISTRAR, OFFICER, APPLICANT, SYSTEM),
)
