"""Asking others, and needing longer: third parties, other organs, extension, number and frequency (条例 Arts. 32–35)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, Action, Effect, Fact
from gongkai.wings.disclosure.requests.terms import DESK, HEAD, REGISTRAR, art, finish


def consulting() -> tuple[Action, ...]:
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
            provision=art(32),
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
            provision=art(32),
            effects=(Effect(clock="third_party", verb="restart", day_from="served_on"),),
            facts=(
                Fact(name="third_party", title=_("Third party"), personal=True),
                Fact(name="served_on", title=_("Enquiry received on"), kind="date"),
            ),
            guards=("asked_them", "served_after_sent"),
            told_to_applicant=False,
        ),
        Action(
            code="third_party_opinion",
            title=_("Enter the third party's opinion"),
            sources=("third_party",),
            target=None,
            roles=(*DESK, REGISTRAR),
            provision=art(32),
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
                Fact(
                    name="files",
                    title=_("Attachments"),
                    kind="file",
                    required=False,
                    purpose="consultation",
                ),
            ),
            guards=("asked_them",),
            told_to_applicant=False,
        ),
        Action(
            code="end_third_party",
            title=_("Go on after asking the third party"),
            sources=("third_party",),
            target="handling",
            roles=DESK,
            provision=art(33, 3),
            effects=(*finish("third_party"), Effect(clock="reply", verb="resume", day_from="ended_on")),
            facts=(ended,),
            guards=("third_party_ended",),
        ),
        Action(
            code="override_third_party",
            title=_("Disclose against the third party's will, for the public interest"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=art(32),
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
            provision=art(34),
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
            provision=art(34),
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
            guards=("asked_them",),
            told_to_applicant=False,
        ),
        Action(
            code="end_organs",
            title=_("Go on after asking the other organ"),
            sources=("other_organs",),
            target="handling",
            roles=DESK,
            provision=art(34),
            effects=(*finish("other_organs"), Effect(clock="reply", verb="resume", day_from="ended_on")),
            facts=(ended,),
            guards=("organs_ended",),
        ),
    )


def prolonging() -> tuple[Action, ...]:
    more = Fact(name="days", title=_("Working days more"), kind="number", least=1, most=20)
    why = Fact(name="why", title=_("Reason"), kind="paragraph")
    return (
        Action(
            code="propose_extension",
            title=_("Propose an extension"),
            sources=("handling",),
            target=None,
            roles=DESK,
            provision=art(33, 2),
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
            provision=art(33, 2),
            effects=(Effect(clock="reply", verb="extend", days_from="days"),),
            letter="extension",
            facts=(more, why),
            guards=("extension_proposed", "reply_not_overdue"),
            others_only=("propose_extension",),
            answers=("propose_extension",),
        ),
        Action(
            code="refuse_extension",
            title=_("Refuse the extension"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=art(33, 2),
            facts=(why,),
            guards=("extension_proposed",),
            answers=("propose_extension",),
            told_to_applicant=False,
        ),
        Action(
            code="ask_reasons",
            title=_("Ask for reasons: number or frequency clearly unreasonable"),
            sources=("handling",),
            target="reasons",
            roles=DESK,
            provision=art(35),
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
            provision=art(35),
            effects=finish("reasons"),
            facts=(Fact(name="text", title=_("Reasons of the applicant"), kind="paragraph", personal=True),),
        ),
        Action(
            code="end_reasons",
            title=_("Go on without reasons"),
            sources=("reasons",),
            target="handling",
            roles=(*DESK, SYSTEM),
            provision=art(35),
            effects=finish("reasons"),
            guards=("reasons_lapsed",),
        ),
        Action(
            code="postpone",
            title=_("Set a later day: reasons accepted, the period cannot be kept"),
            sources=("handling",),
            target=None,
            roles=(HEAD,),
            provision=art(35),
            effects=(Effect(clock="reply", verb="extend", days_from="days"),),
            letter="postponement",
            facts=(Fact(name="days", title=_("Working days more"), kind="number", least=1, most=250), why),
            guards=("reasons_received", "postponed_once"),
        ),
    )
