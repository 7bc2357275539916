"""The worklist of cases: groups with their counts, filters, the list itself, hand-over, export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.engines.casework import worklist
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.asking import faults
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.leaving import hand_over
from gongkai.engines.casework.models import CASE_ROLES, PartyKind
from gongkai.engines.casework.registry import procedures
from gongkai.engines.casework.services import assign
from gongkai.engines.exchange.tables import csv_stream
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.wings.disclosure.requests.models import Channel

_FILTERS = (
    "words", "procedure", "state", "outcome", "awaits", "organ", "handler", "channel", "applicant_kind", "since", "until",
)  # fmt: skip
_CHOSEN = {"procedure", "state", "outcome", "awaits", "organ", "handler", "channel", "applicant_kind"}
"""What is chosen from a list on the screen: only an address somebody wrote can be wrong there, and codes tell nothing."""
_ASSIGNERS = (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD, Role.REGISTRAR)


def asked_of(request: HttpRequest) -> tuple[worklist.Asked, list[str]]:
    """What the address asks for, and what is wrong with it, filter by filter; nothing is passed over in silence."""
    given = request.GET
    group: Any = given.get("group") or "open"
    asked = worklist.Asked(
        group=group if group in worklist.GROUPS else "open",
        order="received" if given.get("order") == "received" else "due",
        procedure=given.get("procedure", "")[:40],
        state=given.get("state", "")[:40],
        outcome=given.get("outcome", "")[:40],
        organ=given.get("organ", "")[:40],
        handler=given.get("handler", "")[:19],
        channel=given.get("channel", "")[:20],
        applicant_kind=given.get("applicant_kind", "")[:10],
        awaits=given.get("awaits", "")[:40],
        received_since=_day(given.get("since", "")),
        received_until=_day(given.get("until", "")),
        words=given.get("words", "").replace("\x00", "").strip()[:100],
        after=given.get("after", "")[:40],
    )
    wrong = faults(asked, Channel.values)
    wrong |= {name: _("There is no such choice.") for name in wrong.keys() & _CHOSEN}
    for name, day in (("since", asked.received_since), ("until", asked.received_until)):
        if given.get(name) and day is None:
            wrong[name] = _("Enter a date such as 2020-04-22.")
    if group not in worklist.GROUPS:
        wrong["group"] = _("There is no such list.")
    names = {
        "procedure": _("Procedure"),
        "state": _("State"),
        "outcome": _("Outcome"),
        "awaits": _("Proposed and not answered"),
        "organ": _("Organ"),
        "handler": _("Handler"),
        "channel": _("Channel of the case"),
        "applicant_kind": _("Kind of applicant"),
        "since": _("Received from"),
        "until": _("until"),
        "after": _("Next page"),
    }
    return asked, [f"{names.get(name, name)}：{fault}" for name, fault in wrong.items()]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


class WorklistPage(WorkbenchPage):
    """What is due today, this week, overdue, waiting for others; every list has an address of its own."""

    template_name = "workbench/worklist.html"
    roles = CASE_ROLES
    page_title = gettext_lazy("Cases")
    header_icon = "list-ul"

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            asked, wrong = asked_of(request)
            if not wrong:
                return self._exported(asked, request)
        return super().get(request, *arguments, **named)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        assert isinstance(user, User)
        today = timezone.localdate()
        asked, wrong = asked_of(self.request)
        counted = worklist.counts(user, today, organ=asked.organ)._asdict()
        page = worklist.Page([], "") if wrong else worklist.page(asked, user, today)
        groups = [
            {
                "code": group,
                "title": worklist.group_title(group),
                "count": counted.get(group),
                "address": self._address(group=group, after=""),
                "chosen": group == asked.group,
            }
            for group in worklist.GROUPS
        ]
        return super().get_context_data(**kwargs) | {
            "asked": asked,
            "wrong": wrong,
            "year": worklist.looked_through(asked, today),
            "narrowed": any(self.request.GET.get(name) for name in _FILTERS),
            "groups": groups,
            "rows": page.rows,
            "more": self._address(after=page.next) if page.next else "",
            "csv": self._address(format="csv", after=""),
            "organs": Organ.objects.order_by("path") if user.is_superuser else user.organs(*CASE_ROLES),
            "states": _states(),
            "outcomes": _outcomes(),
            "channels": Channel.choices,
            "proposals": _proposals(),
            "kinds": PartyKind.choices,
            "procedures": [(each.code, each.title) for each in procedures() if each.code != "benchmark"],
            "people": _people(user),
            "leavers": _leavers(user),
            "may_assign": user.is_superuser or any(user.has_role(role) for role in _ASSIGNERS),
            "loads": worklist.by_organ(user, today) if asked.group == "open" and not asked.words else [],
            "today": today,
        }

    def _address(self, **changes: str) -> str:
        given = {name: value for name, value in self.request.GET.items() if value} | changes
        return "?" + urlencode({name: value for name, value in given.items() if value})

    def _exported(self, asked: worklist.Asked, request: HttpRequest) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        answer = StreamingHttpResponse(_csv(asked, user), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate()}.csv"'
        return answer  # type: ignore[return-value]

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """Give the cases ticked to somebody, or everything of somebody who leaves."""
        user = request.user
        assert isinstance(user, User)
        actor, today = Actor(user=user), timezone.localdate()
        to = _person(request.POST.get("to", ""))
        note = request.POST.get("note", "").strip()[:500]
        try:
            if request.POST.get("act") == "hand_over":
                leaver = _person(request.POST.get("leaver", ""), _leavers(user))
                if leaver is None or to is None:
                    messages.error(request, _("Choose who hands over and who takes over."))
                    return redirect(request.get_full_path())
                done = hand_over(leaver=leaver, successor=to, actor=actor, day=today, note=note)
            else:
                chosen = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19]
                cases = list(worklist.visible_cases(user).filter(pk__in=chosen))
                if not cases:
                    messages.error(request, _("Tick the cases first."))
                    return redirect(request.get_full_path())
                done = assign(cases=cases, handler=to, actor=actor, day=today, note=note)
        except CaseRefused as refusal:
            messages.error(request, " ".join([refusal.message, *refusal.reasons]))
        else:
            messages.success(request, _("%d cases handed over.") % done)
        return redirect(request.get_full_path())


def _states() -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for procedure in procedures():
        found.update((state.code, str(state.title)) for state in procedure.states)
    return list(found.items())


def _outcomes() -> list[tuple[str, list[tuple[str, str]]]]:
    """By procedure: outcomes of several have the same words."""
    return [
        (str(procedure.title), [(outcome.code, str(outcome.label)) for outcome in procedure.outcomes])
        for procedure in procedures()
        if procedure.outcomes and procedure.code != "benchmark"
    ]


def _proposals() -> list[tuple[str, str]]:
    return [(act.code, str(act.title)) for procedure in procedures() for act in procedure.to_be_answered]


def _people(user: User) -> list[User]:
    """Whom somebody may give cases to: those with a role in the same organs."""
    today = timezone.localdate()
    staff = User.objects.filter(is_active=True, assignments__role__in=[role.value for role in CASE_ROLES])
    if not user.is_superuser:
        staff = staff.filter(
            assignments__organ__in=list(user.organs(*CASE_ROLES).values_list("pk", flat=True))
        )
    return list(staff.filter(assignments__since__lte=today).distinct().order_by("full_name")[:500])


def _leavers(user: User) -> list[User]:
    """Who may have to hand over: the same people, and whoever has open cases although their account is closed."""
    handlers = worklist.visible_cases(user).open().order_by().values("handler")
    gone = User.objects.filter(is_active=False, pk__in=handlers).order_by("full_name")
    return [*_people(user), *gone]


def _person(text: str, among: list[User] | None = None) -> User | None:
    if not text.isdecimal() or len(text) >= 19:
        return None
    if among is not None:
        return next((person for person in among if person.pk == int(text)), None)
    return User.objects.filter(pk=int(text), is_active=True).first()


def _csv(asked: worklist.Asked, user: User) -> Iterator[str]:
    headings = [
        _("Case number"),
        _("Subject of the case"),
        _("Organ"),
        _("State"),
        _("Outcome"),
        _("Channel of the case"),
        _("Applicant"),
        _("Received on"),
        _("Due on"),
        _("Closed on"),
        _("Handler"),
    ]
    return csv_stream(headings, worklist.exported(asked, user, timezone.localdate()))


def worklist_counts(user: User) -> worklist.Counts | None:
    """For the home screen: None for whoever has nothing to do with cases."""
    if not (user.is_superuser or any(user.has_role(role) for role in CASE_ROLES)):
        return None
    return worklist.counts(user, timezone.localdate())
