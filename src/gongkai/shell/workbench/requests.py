"""What requests for information show beyond their case: the application, precedents, the letter, the seven questions;
remedies against them, and a query code issued anew."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, Event, Party
from gongkai.engines.letters.linting import LetterFault
from gongkai.engines.letters.services import faults_of
from gongkai.foundation.accounts.models import Role, User
from gongkai.shell.workbench.case_desk import CasePage, register_panel, said
from gongkai.wings.disclosure.corrections.models import RecordCorrection
from gongkai.wings.disclosure.corrections.procedure import CODE as RECORD_CORRECTION
from gongkai.wings.disclosure.corrections.services import reissue_query_code as reissue_correction_code
from gongkai.wings.disclosure.remedies.procedure import PROCEDURES
from gongkai.wings.disclosure.remedies.services import register_remedy
from gongkai.wings.disclosure.requests import proactive, questions
from gongkai.wings.disclosure.requests.correspondence import decision_of
from gongkai.wings.disclosure.requests.guards import corrected_text
from gongkai.wings.disclosure.requests.library import library
from gongkai.wings.disclosure.requests.likeness import Earlier, alike
from gongkai.wings.disclosure.requests.models import Channel, Request
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.querycodes import CHECKS, may_issue_anew
from gongkai.wings.disclosure.requests.services import reissue_query_code
from gongkai.wings.disclosure.requests.terms import AGAIN, UNDECIDED

_COMPARED = 2_000
"""Earlier requests of the organ that a new one is compared with, newest first."""


def request_panel(case: Case, request: HttpRequest) -> dict[str, Any] | None:
    """The application itself, what is like it, and the letter of the decision with what the linter says."""
    known = Request.objects.filter(pk=case.pk).first()
    if known is None:
        return None
    return {
        "template": "workbench/request_panel.html",
        "request": known,
        "corrected": corrected_text(case),
        "channel": dict(Channel.choices).get(case.channel, ""),
        "likenesses": _likenesses(case, known) if not known.imported else [],
        "letter_faults": _letter_faults(case),
        "questions": case.procedure == CODE and case.state == "handling",
        "code_lost": case.procedure == CODE and not known.imported and _at_the_desk(case, request),
        "may_appeal": case.closed_on is not None,
        "document": _document(known),
        "may_draft": _may_draft(known, request),
    }


def _document(known: Request) -> str:
    """Where the document is that publishes what was given out; empty where there is none."""
    if not known.document_key.isdecimal():
        return ""
    return reverse("workbench_document", args=[int(known.document_key)])


def _may_draft(known: Request, request: HttpRequest) -> bool:
    """Whether it was decided to publish this, nobody has drafted it, and whoever looks may."""
    there, user = library(), request.user
    return (
        there is not None
        and isinstance(user, User)
        and not known.document_key
        and known.case.events.filter(action="make_proactive").exists()
        and there.may_draft(user, known.case.organ)
    )


def _likenesses(case: Case, known: Request) -> list[dict[str, Any]]:
    """What came before it in this organ: all of the same applicant, and the newest of others."""
    before = (
        Request.objects.filter(case__organ_id=case.organ_id, case__procedure=CODE)
        .filter(
            Q(case__received_on__lt=case.received_on) | Q(case__received_on=case.received_on, pk__lt=case.pk)
        )
        .exclude(pk=case.parent_id)
        .select_related("case")
        .order_by("-case__received_on", "-pk")
    )
    same = Party.objects.same_as(case.applicant) if case.applicant else Party.objects.none()
    own = list(before.filter(case__applicant__in=same.values("pk")))
    others = before.exclude(pk__in=[each.pk for each in own])[:_COMPARED]
    mine = {each.pk for each in own}
    rows = {str(each.pk): each for each in (*own, *others)}
    corrected = _corrected([case.pk, *(each.pk for each in rows.values())])
    earlier = [
        Earlier(key, _asked(each, corrected), each.pk in mine, answered=_answered(each.case))
        for key, each in rows.items()
    ]
    return [
        {"case": rows[found.earlier.number].case, "found": found}
        for found in alike(_asked(known, corrected), earlier)
    ]


def _answered(case: Case) -> bool:
    return case.closed_on is not None and case.outcome not in UNDECIDED


def _corrected(cases: list[int]) -> dict[int, str]:
    """What applicants made of their descriptions when asked to correct them, by case."""
    came = Event.objects.filter(case__in=cases, action="receive_correction").order_by("seq")
    return {case: str(facts.get("text") or "") for case, facts in came.values_list("case_id", "facts")}


def _asked(request: Request, corrected: dict[int, str]) -> str:
    """With the title or number the applicant knows: two requests of the same words may be for two documents."""
    return f"{corrected.get(request.pk) or request.description} {request.document_hint}".strip()


def correction_panel(case: Case, request: HttpRequest) -> dict[str, Any] | None:
    """The record that is said to be wrong, and the letter of the decision with what the linter says."""
    known = RecordCorrection.objects.filter(pk=case.pk).first()
    if known is None:
        return None
    return {
        "template": "workbench/correction_panel.html",
        "correction": known,
        "channel": dict(Channel.choices).get(case.channel, ""),
        "letter_faults": _letter_faults(case),
        "code_lost": _at_the_desk(case, request),
        "may_appeal": case.closed_on is not None,
    }


def _at_the_desk(case: Case, request: HttpRequest) -> bool:
    assert isinstance(request.user, User)
    return may_issue_anew(case, actor=Actor(user=request.user))


def _letter_faults(case: Case) -> list[LetterFault]:
    letter = decision_of(case)
    if letter is None or letter.state != "draft":
        return []
    return faults_of(letter, today=timezone.localdate())


register_panel(CODE, request_panel)
register_panel(AGAIN, request_panel)
register_panel(RECORD_CORRECTION, correction_panel)


class QuestionsPage(CasePage):
    """补不补、是不是、谁负责、有没有、给不给、怎么给、怎么答: one question a page, every answer an address; nothing is kept
    until the act at the end is taken."""

    template_name = "workbench/questions.html"
    page_title = gettext_lazy("Seven questions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.case()
        given = {
            code: self.request.GET.get(code, "") for code in questions.questions() if code in self.request.GET
        }
        try:
            way = questions.taken(given)
            answers = {step.question.code: step.answer.code for step in way}
            following = questions.next_question(answers)
        except questions.QuestionFault:
            way, answers, following = (), {}, questions.first_question()
        asked = following if isinstance(following, questions.Question) else None
        concluded = following if isinstance(following, questions.Conclusion) else None
        offered = asked.answers if asked else ()
        return super().get_context_data(**kwargs) | {
            "case": case,
            "steps": questions.steps(),
            "current": asked.step if asked else "",
            "way": way,
            "question": asked,
            "answers": [
                {"answer": each, "address": "?" + urlencode({**answers, asked.code: each.code})}
                for each in offered
                if asked
            ],
            "conclusion": concluded,
            "action": case.rules.action(concluded.action) if concluded else None,
            "outcome": case.rules.outcome(concluded.outcome) if concluded and concluded.outcome else None,
            "act_address": _act_address(case, concluded) if concluded else "",
        }


def _act_address(case: Case, concluded: questions.Conclusion) -> str:
    address = reverse("workbench_case_act", args=[case.pk, concluded.action])
    return f"{address}?{urlencode({'outcome': concluded.outcome})}" if concluded.outcome else address


class RemedyPage(CasePage):
    """A reconsideration or suit against what was done with a request."""

    template_name = "workbench/remedy.html"
    page_title = gettext_lazy("Enter a remedy")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "case": self.case(),
            "kinds": [(procedure.code, procedure.title) for procedure in PROCEDURES],
            "kind": self.request.POST.get("kind", ""),
            "filed_on": self.request.POST.get("filed_on") or timezone.localdate().isoformat(),
            "fault": kwargs.get("fault", ""),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            filed_on = dt.date.fromisoformat(request.POST.get("filed_on", ""))
        except ValueError:
            return self.render_to_response(
                self.get_context_data(fault=_("Write the day as 2020-04-22.")), status=422
            )
        try:
            entered = register_remedy(
                request=self.case(), kind=request.POST.get("kind", ""), filed_on=filed_on, actor=self.actor
            )
        except (PermissionDenied, ValidationError) as refusal:
            return self.render_to_response(self.get_context_data(fault=said(refusal)), status=422)
        for remark in entered.remarks:
            messages.warning(request, remark)
        messages.success(request, _("Entered as %s.") % entered.case.number)
        return redirect("workbench_case", pk=entered.case.pk)


class DraftPage(CasePage):
    """The draft in the library of what was decided to be published (条例 Art. 44)."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        case = self.case()
        assert isinstance(request.user, User)
        try:
            key = proactive.draft(case=case, author=request.user)
        except (PermissionDenied, ValidationError) as refusal:
            messages.error(request, said(refusal))
            return redirect("workbench_case", pk=case.pk)
        messages.success(
            request, _("Drafted in the library. It becomes public only after the three reviews.")
        )
        return redirect("workbench_document", pk=int(key))


class QueryCodePage(CasePage):
    """A new query code for an applicant who lost theirs and has shown who they are. It is shown this once."""

    template_name = "workbench/query_code.html"
    page_title = gettext_lazy("Issue a query code anew")
    roles = (Role.REGISTRAR, Role.DISCLOSURE_OFFICER)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "case": self.case(),
            "checks": CHECKS.items(),
            "fault": kwargs.get("fault", ""),
            "code": kwargs.get("code", ""),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        case = self.case()
        try:
            code = reissue(case, checked=request.POST.get("checked", ""), actor=self.actor)
        except (PermissionDenied, ValidationError) as refusal:
            return self.render_to_response(self.get_context_data(fault=said(refusal)), status=422)
        shown = self.render_to_response(self.get_context_data(code=code))
        shown["Cache-Control"] = "private, no-store"
        return shown


def reissue(case: Case, *, checked: str, actor: Actor) -> str:
    """A new query code for a request or an application to correct a record. Raises ``Http404`` for other cases."""
    today = timezone.localdate()
    if case.procedure == RECORD_CORRECTION:
        correction = get_object_or_404(RecordCorrection, pk=case.pk)
        return reissue_correction_code(correction=correction, checked=checked, actor=actor, day=today)
    known = get_object_or_404(Request, pk=case.pk, case__procedure=CODE)
    return reissue_query_code(request=known, checked=checked, actor=actor, day=today)
