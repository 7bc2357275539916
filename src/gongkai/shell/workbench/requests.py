"""What requests for information show beyond their case: the application, precedents, the letter, the seven questions;
and the desk where a clerk registers what came in by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, PartyKind
from gongkai.engines.letters.services import faults_of
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.services import FileRefused, store
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.case_desk import CasePage, register_panel, said
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.wings.disclosure.remedies.procedure import PROCEDURES
from gongkai.wings.disclosure.remedies.services import register_remedy
from gongkai.wings.disclosure.requests import questions
from gongkai.wings.disclosure.requests.correspondence import decision_of
from gongkai.wings.disclosure.requests.likeness import Earlier, alike
from gongkai.wings.disclosure.requests.models import Channel, Request, SupplyForm, SupplyWay
from gongkai.wings.disclosure.requests.procedure import CODE
from gongkai.wings.disclosure.requests.services import Application, register

_COMPARED = 2_000
"""Earlier requests of the organ that a new one is compared with, newest first."""
_IDENTITIES = (
    ("resident_id", gettext_lazy("Resident identity card")),
    ("credit_code", gettext_lazy("Unified social credit code")),
    ("passport", gettext_lazy("Passport")),
    ("hk_macao", gettext_lazy("Travel permit of Hong Kong and Macao residents")),
    ("taiwan", gettext_lazy("Travel permit of Taiwan residents")),
    ("other", gettext_lazy("Other document")),
)


def request_panel(case: Case, request: HttpRequest) -> dict[str, Any] | None:
    """The application itself, what is like it, and the letter of the decision with what the linter says."""
    known = Request.objects.filter(pk=case.pk).first()
    if known is None:
        return None
    letter = decision_of(case)
    draft = letter is not None and letter.state == "draft"
    return {
        "template": "workbench/request_panel.html",
        "request": known,
        "channel": dict(Channel.choices).get(case.channel, ""),
        "likenesses": _likenesses(case, known) if not known.imported else [],
        "letter": letter,
        "letter_faults": faults_of(letter, today=timezone.localdate()) if draft and letter else [],
        "questions": case.state == "handling",
        "may_appeal": case.closed_on is not None,
    }


def _likenesses(case: Case, known: Request) -> list[dict[str, Any]]:
    rows = (
        Request.objects.filter(case__organ_id=case.organ_id)
        .exclude(pk=case.pk)
        .order_by("-pk")
        .values_list("case_id", "case__number", "description", "case__applicant__identity_number")[:_COMPARED]
    )
    mine = case.applicant.identity_number if case.applicant else ""
    cases = {number: pk for pk, number, _text, _identity in rows}
    earlier = [Earlier(number, text, bool(mine) and identity == mine) for _pk, number, text, identity in rows]
    return [
        {"pk": cases[found.earlier.number], "found": found} for found in alike(known.description, earlier)
    ]


register_panel(CODE, request_panel)


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


class RegisterForm(forms.Form):
    """What 条例 Art. 29 asks for, and the days of Art. 31. No purpose."""

    organ = forms.ModelChoiceField(
        label=gettext_lazy("Organ"), queryset=Organ.objects.none(), to_field_name="code"
    )
    channel = forms.ChoiceField(label=gettext_lazy("How it came in"), choices=Channel)
    submitted_on = forms.DateField(
        label=gettext_lazy("Handed in on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    signed_on = forms.DateField(
        label=gettext_lazy("Signed for on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    confirmed_on = forms.DateField(
        label=gettext_lazy("Confirmed with the applicant on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy(
            "For ordinary letters, e-mail, fax and internet; leave it empty until it is confirmed."
        ),
    )
    applicant_kind = forms.ChoiceField(label=gettext_lazy("Kind of applicant"), choices=PartyKind)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    identity_kind = forms.ChoiceField(label=gettext_lazy("Identity document"), choices=_IDENTITIES)
    identity_number = forms.CharField(label=gettext_lazy("Identity number"), max_length=40)
    contact_name = forms.CharField(label=gettext_lazy("Contact person"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    address = forms.CharField(label=gettext_lazy("Postal address"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Post code"), max_length=10, required=False)
    agent_name = forms.CharField(label=gettext_lazy("Acts for the applicant"), max_length=60, required=False)
    mandate = forms.FileField(label=gettext_lazy("Mandate"), required=False)
    description = forms.CharField(
        label=gettext_lazy("Information asked for"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
    )
    document_hint = forms.CharField(
        label=gettext_lazy("Title, number or other features"), max_length=300, required=False
    )
    supply_form = forms.ChoiceField(label=gettext_lazy("Form of supply"), choices=SupplyForm)
    supply_way = forms.ChoiceField(label=gettext_lazy("Way of supply"), choices=SupplyWay)
    application = forms.FileField(
        label=gettext_lazy("Scan of the application"),
        required=False,
        help_text=gettext_lazy("The letter, e-mail or form as it came in."),
    )


class RegisterPage(WorkbenchPage):
    """A request that came in at the desk, by post, e-mail or fax."""

    template_name = "workbench/register.html"
    roles = (Role.REGISTRAR, Role.DISCLOSURE_OFFICER)
    page_title = gettext_lazy("Register a request")
    header_icon = "plus"

    def form(self, data: Any = None, files: Any = None) -> RegisterForm:
        user = self.request.user
        assert isinstance(user, User)
        form = RegisterForm(data, files, initial={"submitted_on": timezone.localdate(), "channel": "desk"})
        field = form.fields["organ"]
        assert isinstance(field, forms.ModelChoiceField)
        mine = Organ.objects.all() if user.is_superuser else user.organs(*self.roles)
        field.queryset = mine.current(timezone.localdate()).exclude(level="outside")
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"form": kwargs.get("form") or self.form()}

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            user = request.user
            assert isinstance(user, User)
            try:
                made = self._register(form.cleaned_data, Actor(user=user))
            except ValidationError as refusal:
                for name, texts in refusal.message_dict.items():
                    form.add_error(name if name in form.fields else None, texts)
            except FileRefused as refusal:
                form.add_error("application", [f"{fault.message}{fault.mend}" for fault in refusal.faults])
            except PermissionDenied as refusal:
                form.add_error(None, said(refusal))
            else:
                messages.success(
                    request,
                    _(
                        "Registered as %(number)s. Query code for the applicant: %(code)s. It is shown this once."
                    )
                    % {"number": made.request.case.number, "code": made.query_code},
                )
                return redirect("workbench_case", pk=made.request.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _register(self, facts: dict[str, Any], actor: Actor) -> Any:
        files = []
        for purpose in ("application", "mandate"):
            upload = facts.pop(purpose)
            if upload:
                kept = store(content=upload, name=upload.name or purpose, actor=actor.ledger_name)
                files.append((kept, purpose))
        days = {name: facts.pop(name) for name in ("submitted_on", "signed_on", "confirmed_on")}
        organ, channel = facts.pop("organ"), facts.pop("channel")
        return register(
            organ=organ, application=Application(**facts), channel=channel, actor=actor, files=files, **days
        )


class RemedyPage(CasePage):
    """A reconsideration or suit against what was done with a request."""

    template_name = "workbench/remedy.html"
    page_title = gettext_lazy("Enter a remedy")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "case": self.case(),
            "kinds": [(procedure.code, procedure.title) for procedure in PROCEDURES],
            "today": timezone.localdate(),
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
