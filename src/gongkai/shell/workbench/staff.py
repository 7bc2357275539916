"""Staff and their roles, for those who keep accounts: the list, and the page of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework.leaving import PassedOn, pass_on
from gongkai.engines.casework.models import Case
from gongkai.engines.exchange.tables import csv_text
from gongkai.foundation.accounts import keeping
from gongkai.foundation.accounts.adapter import StaffAccountAdapter
from gongkai.foundation.accounts.models import ApiToken, Assignment, Role, User
from gongkai.foundation.accounts.services import TOKEN_DAYS, locked_names
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number
from gongkai.shell.workbench.worklist import WorklistPage
from gongkai.wings.publishing.documents.models import Document

_AT_ONCE: Final = 50
_EXPORTED: Final = 10_000
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
else:
    _UserForm = (
        forms.ModelForm
    )  # Django itself does not take the type; some library or other used to teach it to


class AccountForm(_UserForm):
    class Meta:
        model = User
        fields = ["username", "full_name", "phone"]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    organ = forms.ModelChoiceField(Organ.objects.none(), label=gettext_lazy("Organ"))
    since = forms.DateField(label=gettext_lazy("First day"), widget=_DAY)
    until = forms.DateField(
        label=gettext_lazy("Last day"), widget=_DAY, required=False, help_text=gettext_lazy("Empty: no end.")
    )

    def __init__(self, *arguments: Any, keeper: User, **named: Any) -> None:
        super().__init__(*arguments, **{"auto_id": "gk-role-%s"} | named)
        self.fields["organ"].queryset = keeping.organs_kept(keeper)  # type: ignore[attr-defined]
        self.fields["since"].initial = timezone.localdate

    def clean(self) -> dict[str, Any] | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day cannot be before the first."))
        return self.cleaned_data


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Purpose"), max_length=60, help_text=gettext_lazy("For example: import script")
    )
    expires_on = forms.DateField(label=gettext_lazy("Valid until"), widget=_DAY)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"auto_id": "gk-token-%s"} | named)
        self.fields["expires_on"].initial = self._longest

    @staticmethod
    def _longest() -> dt.date:
        return timezone.localdate() + dt.timedelta(days=TOKEN_DAYS)

    def clean_expires_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["expires_on"]
        if not timezone.localdate() <= day <= self._longest():
            raise ValidationError(_("A token is valid for a year at most, and from today."))
        return day


class KeeperPage(WorkbenchPage):
    roles = (Role.OPERATOR,)
    header_icon = "user"

    @property
    def keeper(self) -> User:
        user = self.request.user
        assert isinstance(user, User)
        return user


class StaffPage(KeeperPage):
    """Everybody a keeper sees, found by name, organ, role and state; accounts are opened here."""

    template_name = "workbench/staff.html"
    page_title = gettext_lazy("Staff and roles")

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return self._exported()
        return super().get(request, *arguments, **named)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keeper = self.keeper
        chosen = _chosen(self.request)
        page = Paginator(_found(keeper, chosen), _AT_ONCE).get_page(self.request.GET.get("page"))
        locked = locked_names(timezone.now())
        return (
            {"form": AccountForm(auto_id="gk-account-%s")}
            | super().get_context_data(**kwargs)
            | {
                "page": page,
                "rows": [{"person": person, "locked": person.username in locked} for person in page],
                "chosen": chosen,
                "here": urlencode(chosen),
                "role_choices": Role.choices,
                "organs": keeping.organs_kept(keeper).order_by("path"),
                "states": _states(),
            }
        )

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        form = AccountForm(request.POST, auto_id="gk-account-%s")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            user, password = keeping.open_account(keeper=self.keeper, **form.cleaned_data)
        except ValidationError as refusal:
            for message in refusal.messages:
                form.add_error(None, message)
            return self.render_to_response(self.get_context_data(form=form))
        told = {"title": _("First password of %s") % user, "secret": password, "person": user}
        return self.render_to_response(self.get_context_data(once=told))

    def _exported(self) -> HttpResponse:
        keeper = self.keeper
        rows = [
            [
                person.full_name,
                person.username,
                person.masked_phone,
                "；".join(f"{given.organ.name} {given.get_role_display()}" for given in person.held),  # type: ignore[attr-defined]
                person.last_login and timezone.localtime(person.last_login).isoformat(" ", "minutes"),
            ]
            for person in _found(keeper, _chosen(self.request))[:_EXPORTED]
        ]
        headings = [_("Full name"), _("User name"), _("Phone"), _("Roles"), _("Last sign-in")]
        name = f"staff-{timezone.localdate()}.csv"
        return HttpResponse(
            csv_text(headings, rows),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _states() -> list[tuple[str, str]]:
    return [
        ("", _("May sign in")),
        ("no_role", _("Without any role")),
        ("first_password", _("Has not signed in with a password of their own")),
        ("closed", _("Account closed")),
    ]


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The filters of the address that make sense."""
    asked = {name: str(value).replace("\0", "").strip()[:60] for name, value in request.GET.items()}
    known = {
        "words": bool(asked.get("words")),
        "role": asked.get("role") in Role.values,
        "organ": bool(asked.get("organ")),
        "state": asked.get("state") in {state for state, _label in _states() if state},
    }
    return {name: asked[name] for name, makes_sense in known.items() if makes_sense}


def _found(keeper: User, chosen: dict[str, str]) -> QuerySet[User]:
    today = timezone.localdate()
    held = Assignment.objects.current(today)
    state = chosen.get("state", "")
    people = keeping.staff_seen(keeper).filter(is_active=state != "closed")
    if words := chosen.get("words"):
        people = people.filter(Q(full_name__icontains=words) | Q(username__icontains=words))
    if "role" in chosen or "organ" in chosen:
        wanted = held.filter(user=OuterRef("pk"))
        if "role" in chosen:
            wanted = wanted.filter(role=chosen["role"])
        if "organ" in chosen:
            wanted = wanted.filter(organ__code=chosen["organ"])
        people = people.filter(Exists(wanted))
    if state == "no_role":
        people = people.filter(~Exists(held.filter(user=OuterRef("pk"))))
    if state == "first_password":
        people = people.filter(must_change_password=True)
    return people.order_by("full_name", "username").prefetch_related(
        Prefetch("assignments", held.select_related("organ").order_by("organ__path", "role"), to_attr="held")
    )


class PersonPage(KeeperPage):
    """One person: roles past, present and to come; ways to sign in; what is left open when they go."""

    template_name = "workbench/person.html"

    def person(self) -> User:
        keeper = self.keeper
        return get_object_or_404(keeping.staff_seen(keeper), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.person())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keeper, person, today = self.keeper, self.person(), timezone.localdate()
        kept = set(keeping.organs_kept(keeper).values_list("pk", flat=True))
        running = person.assignments.filter(Q(until__isnull=True) | Q(until__gte=today)).select_related(
            "organ"
        )
        return (
            {"role_form": RoleForm(keeper=keeper), "token_form": TokenForm()}
            | super().get_context_data(**kwargs)
            | {
                "person": person,
                "today": today,
                "locked": person.username in locked_names(timezone.now()),
                "factors": Authenticator.objects.filter(user=person).exists(),
                "running": [
                    {
                        "given": given,
                        "kept": given.organ_id in kept,
                        "alone": given.since <= today and not _others(given, today).exists(),
                    }
                    for given in running.order_by("organ__path", "role")
                ],
                "past": person.assignments.filter(until__lt=today).select_related("organ").order_by("-until"),
                "tokens": person.access_tokens.all(),
                "open_cases": Case.objects.filter(handler=person, closed_on__isnull=True).count(),
                "open_drafts": Document.objects.filter(created_by=person, published_at__isnull=True).count(),
                "refusal": self._refusal(keeper, person),
                "own": keeper.pk == person.pk,
                "sees_cases": WorklistPage().may_enter(keeper),
                "successors": keeping.staff_seen(keeper)
                .filter(is_active=True)
                .exclude(pk__in=[person.pk, keeper.pk])
                .order_by("full_name")[:500],
            }
        )

    @staticmethod
    def _refusal(keeper: User, person: User) -> str:
        """Why the account as a whole is not this keeper's; empty when it is."""
        try:
            keeping.ensure_keeps(keeper, person)
        except keeping.KeepingRefused as refusal:
            return " ".join([refusal.message, *refusal.reasons])
        return ""

    # -- Acts ------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """One form, one act; the button's value names it."""
        acts = {
            "give": self._give,
            "end": self._end,
            "reset": self._reset,
            "unlock": self._unlock,
            "issue": self._issue,
            "revoke": self._revoke,
            "hand_over": self._hand_over,
        }
        act = acts.get(request.POST.get("act", ""))
        answer = act(request, self.person()) if act else None
        return answer or redirect("workbench_person", pk=self.kwargs["pk"])

    def _give(self, request: HttpRequest, person: User) -> HttpResponse | None:
        form = RoleForm(request.POST, keeper=self.keeper)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(role_form=form))
        facts = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        attempt(
            request,
            lambda: keeping.give_role(keeper=self.keeper, user=person, **facts),
            _("The role has been given."),
        )
        return None

    def _end(self, request: HttpRequest, person: User) -> None:
        given = get_object_or_404(person.assignments, pk=row_number(request.POST.get("assignment", "")))
        try:
            on = dt.date.fromisoformat(request.POST.get("on", ""))
        except ValueError:
            messages.error(request, _("Say which day is the last."))
            return
        done = attempt(
            request,
            lambda: keeping.end_role(keeper=self.keeper, assignment=given, on=on),
            _("The role ends on %s.") % on.isoformat(),
        )
        if done and not _others(given, on + dt.timedelta(days=1)).exists():
            told = {"organ": given.organ, "role": given.get_role_display()}
            messages.warning(request, _("From then on nobody is %(role)s for %(organ)s.") % told)

    def _reset(self, request: HttpRequest, person: User) -> HttpResponse | None:
        def act() -> str:
            password = keeping.reset_sign_in(keeper=self.keeper, user=person)
            StaffAccountAdapter(request).forget_failures(request, person.username)
            return password

        return self._once(request, act, _("New first password"))

    def _issue(self, request: HttpRequest, person: User) -> HttpResponse | None:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(token_form=form))
        return self._once(
            request,
            lambda: keeping.issue_token(keeper=self.keeper, user=person, **form.cleaned_data),
            _("API token for “%s”") % form.cleaned_data["name"],
        )

    def _once(self, request: HttpRequest, act: Callable[[], str], title: str) -> HttpResponse | None:
        """What an act gives is shown in its answer and never again."""
        try:
            secret = act()
        except (PermissionDenied, ValidationError) as refusal:
            reasons = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join([*reasons, *getattr(refusal, "reasons", ())]))
            return None
        return self.render_to_response(self.get_context_data(once={"title": title, "secret": secret}))

    def _unlock(self, request: HttpRequest, person: User) -> None:
        if attempt(
            request,
            lambda: keeping.lift_lock(keeper=self.keeper, user=person),
            _("They can try again at once."),
        ):
            StaffAccountAdapter(request).forget_failures(request, person.username)

    def _revoke(self, request: HttpRequest, person: User) -> None:
        token = get_object_or_404(ApiToken, user=person, pk=row_number(request.POST.get("token", "")))
        attempt(
            request,
            lambda: keeping.revoke_token(keeper=self.keeper, token=token),
            _("The token is void."),
        )

    def _hand_over(self, request: HttpRequest, person: User) -> None:
        keeper = self.keeper
        successor = get_object_or_404(
            keeping.staff_seen(keeper), pk=row_number(request.POST.get("successor", ""))
        )
        passed: list[PassedOn] = []

        def act() -> None:
            with transaction.atomic():
                keeping.hand_over(keeper=keeper, leaver=person, successor=successor)
                passed.append(
                    pass_on(
                        leaver=person,
                        successor=successor,
                        closed_by=keeper.ledger_name,
                        day=timezone.localdate(),
                    )
                )

        if not attempt(request, act, _("Handed over; the account is closed.")):
            return
        given, left = passed[0]
        if given:
            told = {"number": given, "successor": successor}
            messages.success(request, _("%(number)d open cases go to %(successor)s.") % told)
        if left:
            told = {"number": left, "successor": successor}
            messages.warning(
                request,
                _("%(number)d open cases are nobody's now: %(successor)s has no role in their organs.")
                % told,
            )


def _others(given: Assignment, on: dt.date) -> QuerySet[Assignment]:
    """Who else holds the same role over the same organ on that day, in it or above it."""
    steps = given.organ.path.rstrip("/").split("/")
    above = ["/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1)]
    return (
        Assignment.objects.current(on)
        .filter(role=given.role, organ__path__in=above, user__is_active=True)
        .exclude(user=given.user_id)
    )


URLS: Final = [path("staff/<int:pk>/", PersonPage.as_view(), name="workbench_person")]
