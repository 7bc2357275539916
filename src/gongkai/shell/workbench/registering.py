"""The desk where a clerk registers what came in by hand: requests for information, and applications to correct a record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case, PartyKind
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.holding import done_with
from gongkai.foundation.files.models import HeldFile
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench import keeping_files
from gongkai.shell.workbench.case_desk import said
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.wings.disclosure.corrections.services import (
    Claim,
    claim_faults,
    handed_in_faults,
    register_correction,
)
from gongkai.wings.disclosure.requests.applications import Applicant, Application, Files, application_faults
from gongkai.wings.disclosure.requests.models import Channel, SupplyForm, SupplyWay
from gongkai.wings.disclosure.requests.services import day_faults, register

_IDENTITIES = (
    ("resident_id", gettext_lazy("Resident identity card")),
    ("credit_code", gettext_lazy("Unified social credit code")),
    ("passport", gettext_lazy("Passport")),
    ("hk_macao", gettext_lazy("Travel permit of Hong Kong and Macao residents")),
    ("taiwan", gettext_lazy("Travel permit of Taiwan residents")),
    ("other", gettext_lazy("Other document")),
)


class ApplicantForm(forms.Form):
    """Who hands something in, how and when."""

    organ = forms.ModelChoiceField(
        label=gettext_lazy("Organ"), queryset=Organ.objects.none(), to_field_name="code"
    )
    channel = forms.ChoiceField(label=gettext_lazy("How it came in"), choices=Channel)
    submitted_on = forms.DateField(
        label=gettext_lazy("Handed in on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    applicant_kind = forms.ChoiceField(label=gettext_lazy("Kind of applicant"), choices=PartyKind)
    name = forms.CharField(label=gettext_lazy("Name of the person or organisation"), max_length=120)
    identity_kind = forms.ChoiceField(label=gettext_lazy("Identity document"), choices=_IDENTITIES)
    identity_number = forms.CharField(label=gettext_lazy("Identity number"), max_length=40)
    contact_name = forms.CharField(label=gettext_lazy("Contact person"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    address = forms.CharField(label=gettext_lazy("Postal address"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Post code"), max_length=10, required=False)
    agent_name = forms.CharField(label=gettext_lazy("Acts for the applicant"), max_length=60, required=False)
    mandate = forms.FileField(label=gettext_lazy("Mandate"), required=False)
    application = forms.FileField(
        label=gettext_lazy("Scan of the application"),
        required=False,
        help_text=gettext_lazy("The letter, e-mail or form as it came in."),
    )

    kept: Mapping[str, HeldFile] = {}
    """The files that came with it, by field."""

    def clean(self) -> dict[str, Any]:
        """What the services will find wrong is told together with what is missing, not after it."""
        files: list[tuple[object, str]] = [(row.file, name) for name, row in self.kept.items()]
        for name, text in self.faults(files).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, text)
        return self.cleaned_data

    def faults(self, files: list[tuple[object, str]]) -> dict[str, str]:
        raise NotImplementedError

    def given(self, application: type[Applicant]) -> dict[str, Any]:
        """What was typed, as far as ``application`` has a place for it."""
        return {
            each.name: self.cleaned_data.get(each.name) or self.data.get(each.name, "")
            for each in dataclasses.fields(application)
        }


class RegisterForm(ApplicantForm):
    """What 条例 Art. 29 asks for, and the days of Art. 31. No purpose."""

    field_order = ("organ", "channel", "submitted_on", "signed_on", "confirmed_on")
    signed_on = forms.DateField(
        label=gettext_lazy("Signed for on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    confirmed_on = forms.DateField(
        label=gettext_lazy("Confirmed with the applicant on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy(
            "For ordinary letters, e-mail, fax and internet; leave it empty until it is confirmed."
        ),
    )
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

    def faults(self, files: list[tuple[object, str]]) -> dict[str, str]:
        days = {name: self.cleaned_data.get(name) for name in ("submitted_on", "signed_on", "confirmed_on")}
        unread = {name for name in days if name in self.errors}
        told = day_faults(self.cleaned_data.get("channel", ""), **days)
        return {
            **application_faults(Application(**self.given(Application)), files=files),
            **{name: text for name, text in told.items() if name not in unread},
        }


class CorrectionForm(ApplicantForm):
    """What 条例 Art. 41 asks for: the record, what is wrong with it, evidence."""

    record = forms.CharField(
        label=gettext_lazy("Record that is wrong"),
        max_length=300,
        help_text=gettext_lazy("Title, number, or where it is found."),
    )
    inaccuracy = forms.CharField(
        label=gettext_lazy("What is wrong, and what is right"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
    )
    evidence = forms.FileField(label=gettext_lazy("Evidence"), required=False)

    def faults(self, files: list[tuple[object, str]]) -> dict[str, str]:
        faults = claim_faults(Claim(**self.given(Claim)), files=files)
        return {**faults, **handed_in_faults(self.cleaned_data.get("submitted_on"))}


class DeskPage(WorkbenchPage):
    """What came in at the desk, by post, e-mail or fax is put on record, and its query code shown once."""

    template_name = "workbench/register.html"
    roles = (Role.REGISTRAR, Role.DISCLOSURE_OFFICER)
    header_icon = "plus"
    form_class: type[ApplicantForm]
    purposes: tuple[str, ...]
    """Fields that hold files; what they are for goes by the same name."""
    about: Any = ""

    def form(self, data: Any = None) -> ApplicantForm:
        user = self.request.user
        assert isinstance(user, User)
        form = self.form_class(data, initial={"submitted_on": timezone.localdate(), "channel": "desk"})
        field = form.fields["organ"]
        assert isinstance(field, forms.ModelChoiceField)
        mine = Organ.objects.all() if user.is_superuser else user.organs(*self.roles)
        field.queryset = mine.current(timezone.localdate()).exclude(level="outside")
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form: ApplicantForm = kwargs.get("form") or self.form()
        return super().get_context_data(**kwargs) | {
            "form": form,
            "rows": [
                (field, keeping_files.boxes([form.kept[field.name]] if field.name in form.kept else []))
                for field in form
            ],
            "about": self.about,
            "of_requests": self.form_class is RegisterForm,
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        actor, place = Actor(user=user), f"register:{self.form_class.__name__}"
        files, faults = keeping_files.sent(
            request, actor=actor.ledger_name, place=place, fields=self.purposes
        )
        form = self.form(request.POST)
        form.kept = {
            purpose: rows[-1] for purpose, rows in files.items()
        }  # one a field: the last that was chosen
        for purpose, texts in faults.items():
            form.add_error(purpose, texts)
        if form.is_valid():
            try:
                case, code = self._register(form, actor)
            except ValidationError as refusal:
                for name, texts in refusal.message_dict.items():
                    form.add_error(name if name in form.fields else None, texts)
            except PermissionDenied as refusal:
                form.add_error(None, said(refusal))
            else:
                done_with(actor=actor.ledger_name, place=place)
                messages.success(
                    request,
                    _(
                        "Registered as %(number)s. Query code for the applicant: %(code)s. It is shown this once."
                    )
                    % {"number": case.number, "code": code},
                )
                return redirect("workbench_case", pk=case.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _register(self, form: ApplicantForm, actor: Actor) -> tuple[Case, str]:
        facts = {name: value for name, value in form.cleaned_data.items() if name not in self.purposes}
        files = [(form.kept[purpose].file, purpose) for purpose in self.purposes if purpose in form.kept]
        return self.put_on_record(facts, files, actor)

    def put_on_record(self, facts: dict[str, Any], files: Files, actor: Actor) -> tuple[Case, str]:
        raise NotImplementedError


class RegisterPage(DeskPage):
    """A request for information."""

    page_title = gettext_lazy("Register a request")
    form_class = RegisterForm
    purposes = ("application", "mandate")
    about = gettext_lazy(
        "Do not ask for a purpose: the regulation has not allowed it since 2019. Who cannot write tells you, and you fill "
        "this in (条例 Art. 29)."
    )

    def put_on_record(self, facts: dict[str, Any], files: Files, actor: Actor) -> tuple[Case, str]:
        days = {name: facts.pop(name) for name in ("submitted_on", "signed_on", "confirmed_on")}
        organ, channel = facts.pop("organ"), facts.pop("channel")
        made = register(
            organ=organ, application=Application(**facts), channel=channel, actor=actor, files=files, **days
        )
        return made.request.case, made.query_code


class RegisterCorrectionPage(DeskPage):
    """An application to correct a record about oneself."""

    page_title = gettext_lazy("Register an application to correct a record")
    form_class = CorrectionForm
    purposes = ("application", "mandate", "evidence")
    about = gettext_lazy(
        "For records about the applicant that are wrong, with evidence (条例 Art. 41). It is no request for information and "
        "counts as none."
    )

    def put_on_record(self, facts: dict[str, Any], files: Files, actor: Actor) -> tuple[Case, str]:
        organ, channel, day = facts.pop("organ"), facts.pop("channel"), facts.pop("submitted_on")
        made = register_correction(
            organ=organ,
            claim=Claim(**facts),
            channel=channel,
            actor=actor,
            submitted_on=day,
            files=files,
        )
        return made.correction.case, made.query_code
