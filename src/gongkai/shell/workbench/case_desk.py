"""The desk of one case: where it stands and why, what may be done now, and everything that was done."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework import services, worklist
from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.clocks import derivation, spans
from gongkai.engines.casework.declarations import Action, Fact
from gongkai.engines.casework.models import CASE_ROLES, Case, CaseFile, Clock, Event
from gongkai.engines.letters.composing import compose
from gongkai.engines.letters.models import Letter, LetterState
from gongkai.engines.letters.services import print_docx, print_pdf
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.files.holding import done_with
from gongkai.foundation.files.models import HeldFile, StoredFile
from gongkai.foundation.workdays import calendar
from gongkai.shell.workbench import keeping_files
from gongkai.shell.workbench.history import names_of
from gongkai.shell.workbench.pages import WorkbenchPage
from gongkai.wings.disclosure.requests.correspondence import given_out

Panel = Callable[[Case, HttpRequest], Mapping[str, Any] | None]
"""Gives ``template`` and what it shows, or None when there is nothing to show."""

_panels: dict[str, list[Panel]] = {}


def register_panel(procedure: str, panel: Panel) -> None:
    """Let a procedure show something of its own on the desk of its cases."""
    _panels.setdefault(procedure, []).append(panel)


class CasePage(WorkbenchPage):
    """What every page of one case has: the case, for those who may see it."""

    roles: tuple[Role, ...] = CASE_ROLES

    def case(self) -> Case:
        user = self.request.user
        assert isinstance(user, User)
        rows = worklist.visible_cases(user).select_related("organ", "applicant", "handler", "parent")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def actor(self) -> Actor:
        user = self.request.user
        assert isinstance(user, User)
        return Actor(user=user)


class CaseDesk(CasePage):
    template_name = "workbench/case.html"
    header_icon = "folder-open-inverse"

    def get_page_title(self) -> str:
        return self.case().number

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        case, today = self.case(), timezone.localdate()
        panels = [shown for panel in _panels.get(case.procedure, ()) if (shown := panel(case, self.request))]
        offers = services.allowed_actions(case, self.actor, day=today)
        return context | {
            "case": case,
            "today": today,
            "clocks": [clock_facts(clock, left) for clock, left in worklist.standing_days(case, today)],
            "offers": offers,
            "possible": [offer for offer in offers if offer.possible],
            "impossible": [offer for offer in offers if not offer.possible],
            "events": _events(case),
            "letters": letters_of(case),
            "letter_drafts": drafts_of(case),
            "going_out": going_out(case),
            "files": case.files.select_related("file"),
            "links": case.links.select_related("other"),
            "children": Case.objects.filter(parent=case),
            "panels": panels,
            "awaited": worklist.unanswered(case),
            "revealed": kwargs.get("revealed", ""),
            "note_fault": kwargs.get("note_fault", ""),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        case = self.case()
        act = request.POST.get("act", "")
        try:
            if act == "reveal":
                number = services.reveal_identity(case=case, actor=self.actor)
                return self.render_to_response(self.get_context_data(revealed=number))
            if act == "note":
                text = request.POST.get("text", "")
                services.note(case=case, actor=self.actor, day=timezone.localdate(), text=text)
                messages.success(request, _("The note is on record."))
        except (PermissionDenied, ValidationError) as refusal:
            messages.error(request, said(refusal))
        return redirect("workbench_case", pk=case.pk)


_AGAIN: Final = "again"
"""The name of the boxes that take a file of the case with an act once more."""


class ActPage(CasePage):
    """The form of one action: what it asks for, what it does, and on which provision."""

    template_name = "workbench/case_act.html"

    def action(self) -> Action:
        wanted = self.case().rules.action(self.kwargs["code"])
        if wanted is None:
            raise Http404
        return wanted

    def get_page_title(self) -> str:
        return str(self.action().title)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, action = self.case(), self.action()
        proposal = services.proposed(case, action.code)
        given: Mapping[str, str] = kwargs.pop("given", {}) or {
            **proposal.values,
            **self.request.GET.dict(),
        }
        faults: Mapping[str, list[str]] = kwargs.pop("faults", {})
        files = kwargs.pop("files", {})
        again = kwargs.pop("again", proposal.files)
        outcomes = services.outcome_offers(case, action, self.actor, day=timezone.localdate())
        chosen = _chosen(outcomes, given.get("outcome", ""))
        needed = [fact.name for fact in chosen.needs] if chosen else []
        offers = {
            each.action.code: each
            for each in services.allowed_actions(case, self.actor, day=timezone.localdate())
        }
        return super().get_context_data(**kwargs) | {
            "case": case,
            "action": action,
            "offer": offers.get(action.code),
            "fields": [
                field_facts(fact, given.get(fact.name, ""), faults.get(fact.name, []), fact.name in needed)
                | {"kept": self._kept(fact, files, again)}
                for fact in sorted(action.facts, key=lambda fact: fact.name not in needed)
            ],
            "outcomes": outcomes,
            "chosen": chosen,
            "first_choose": not chosen and not faults and any(each.needs for each in outcomes),
            "outcome_faults": faults.get("outcome", []),
            "other_faults": faults.get("", []),
            "fault_list": [(name, text) for name, texts in faults.items() for text in texts],
            "note": given.get("note", ""),
            "day": given.get("day", timezone.localdate().isoformat()),
            "version": given.get("version", case.version),
            "people": _colleagues(case),
            "proposed": proposal.lines,
            "letter_drafts": drafts_of(case),
            "going_out": going_out(case),
            "effects": _effects(case, action),
        }

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        case, action = self.case(), self.action()
        given = request.POST.dict()
        facts: dict[str, Any] = {
            fact.name: given.get(fact.name, "") for fact in action.facts if fact.kind != "file"
        }
        uploads = [fact.name for fact in action.facts if fact.kind == "file"]
        files, faults = keeping_files.sent(
            request, actor=self.actor.ledger_name, place=self._place(), fields=uploads
        )
        again = keeping_files.numbers(request, _AGAIN) & set(services.proposed(case, action.code).files)
        for name in uploads:
            facts[name] = [*sorted(again), *(row.file_id for row in files.get(name, []))]
        context = {"given": given, "files": files, "again": again}
        if faults:
            return self.render_to_response(self.get_context_data(faults=faults, **context), status=422)
        try:
            services.act(
                case=case,
                action=action.code,
                actor=self.actor,
                day=_day(given.get("day", "")),
                facts=facts,
                outcome=given.get("outcome", ""),
                note=given.get("note", "").strip()[:2000],
                version=int(given["version"]) if given.get("version", "").isdecimal() else None,
            )
        except ValidationError as refusal:
            faults = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        except PermissionDenied as refusal:
            faults[""] = [said(refusal)]
        else:
            done_with(actor=self.actor.ledger_name, place=self._place())
            messages.success(request, _("Done: %s") % action.title)
            return redirect("workbench_case", pk=case.pk)
        return self.render_to_response(self.get_context_data(faults=faults, **context), status=422)

    def _place(self) -> str:
        """Where files that came with this form are held for whoever sent it."""
        return f"case:{self.kwargs['pk']}:{self.kwargs['code']}"

    def _kept(self, fact: Fact, files: Mapping[str, list[HeldFile]], again: Collection[int]) -> list[Any]:
        """What goes with the form unless it is unticked: files of the case from before, and those sent a moment ago."""
        if fact.kind != "file":
            return []
        numbers = services.proposed(self.case(), self.kwargs["code"]).files
        before = StoredFile.objects.filter(pk__in=numbers).order_by("pk")
        return [
            *(
                {"name": _AGAIN, "value": each.pk, "file": each, "ticked": each.pk in again}
                for each in before
            ),
            *keeping_files.boxes(files.get(fact.name, [])),
        ]


class CaseFilePage(CasePage):
    """A file of a case, for those who may see the case; never kept by a cache on the way."""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:  # type: ignore[override]
        kept = get_object_or_404(self.case().files.select_related("file"), pk=self.kwargs["file"])
        answer = FileResponse(
            kept.file.path.open("rb"),
            as_attachment=True,
            filename=kept.file.name,
            content_type=kept.file.media_type,
        )
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PRINTS: Final[Mapping[str, tuple[str, str, Callable[[Letter], bytes]]]] = {
    "pdf-hant": ("pdf", "application/pdf", lambda letter: print_pdf(letter, script="hant")),
    "docx": ("docx", _DOCX, print_docx),
    "docx-hant": ("docx", _DOCX, lambda letter: print_docx(letter, script="hant")),
}
"""Other prints of a letter than the one that was served."""


class CaseLetterPage(CasePage):
    """An approved letter of a case printed another way: the same words, in the other script or as DOCX."""

    def get(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:  # type: ignore[override]
        letter = get_object_or_404(letters_of(self.case()), pk=self.kwargs["letter"])
        if (way := PRINTS.get(self.kwargs["way"])) is None:
            raise Http404
        extension, media_type, print_it = way
        name = f"{letter.number or letter.pk}.{extension}"
        answer = FileResponse(
            io.BytesIO(print_it(letter)), as_attachment=True, filename=name, content_type=media_type
        )
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def letters_of(case: Case) -> QuerySet[Letter]:
    """The letters of a case that are approved, in their order."""
    return Letter.objects.filter(subject=case.ledger_name, state=LetterState.APPROVED)


def drafts_of(case: Case) -> list[dict[str, Any]]:
    """The words of letters that are not approved yet. Once a decision is proposed somebody checks and approves them."""
    rows = Letter.objects.filter(subject=case.ledger_name, state=LetterState.DRAFT).select_related("organ")
    return [{"pk": letter.pk, "words": compose(letter.draft())} for letter in rows]


def going_out(case: Case) -> list[CaseFile]:
    """The files that go out with a decision that is not served yet: whoever reviews or approves it answers for them too."""
    if not case.outcome:
        return []  # nothing is proposed, or what was proposed has come back
    return list(case.files.filter(pk__in=given_out(case), for_applicant=False).select_related("file"))


def said(refusal: PermissionDenied | ValidationError) -> str:
    """Everything a refusal says, in one line."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    told = str(refusal)
    return " ".join([told, *(reason for reason in getattr(refusal, "reasons", ()) if reason not in told)])


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError({"day": [_("Write the day as 2020-04-22.")]}) from None


def _colleagues(case: Case) -> list[User]:
    """Whom a case may go to: everybody with a role over its organ."""
    today = timezone.localdate()
    above = [int(pk) for pk in case.organ.path.split("/") if pk]
    staff = User.objects.filter(
        is_active=True,
        assignments__organ__in=above,
        assignments__role__in=[role.value for role in CASE_ROLES],
        assignments__since__lte=today,
    )
    return list(staff.distinct().order_by("full_name"))


def _chosen(outcomes: list[services.OutcomeOffer], code: str) -> services.OutcomeOffer | None:
    """The outcome somebody chose; where there is but one, nobody has to."""
    if len(outcomes) == 1:
        return outcomes[0]
    return next((each for each in outcomes if each.outcome.code == code), None)


def field_facts(fact: Fact, value: str, faults: list[str], needed: bool = False) -> dict[str, Any]:
    """One field of a form as its template draws it; ``needed`` by the outcome chosen."""
    id = f"gk-fact-{fact.name}"
    described = [*([f"{id}-help"] if fact.help else []), *([f"{id}-fault"] if faults else [])]
    return {
        "fact": fact,
        "id": id,
        "value": value,
        "faults": faults,
        "needed": fact.required or needed,
        "described": " ".join(described),
    }


def _effects(case: Case, action: Action) -> list[str]:
    """What an act does to the clocks of this case; those it never had are passed over."""
    had = set(case.clocks.values_list("code", flat=True))
    return [
        _effect(case, effect.clock, effect.verb)
        for effect in action.effects
        if effect.clock in had or effect.verb in ("start", "restart")
    ]


def _effect(case: Case, clock: str, verb: str) -> str:
    title = case.rules.clock(clock).title
    return {
        "start": _("starts: %s"),
        "stop": _("stands still: %s"),
        "resume": _("goes on: %s"),
        "restart": _("starts anew: %s"),
        "extend": _("is extended: %s"),
        "finish": _("ends: %s"),
    }[verb] % title


def clock_facts(clock: Clock, left: int | None) -> dict[str, Any]:
    """A clock with its derivation, and the intervals for drawing."""
    history, days = clock.history, calendar()
    return {
        "clock": clock,
        "title": clock.rule.title,
        "left": left,
        "unit": clock.rule.unit,
        "lines": list(derivation(history, clock.rule.unit, days, _)),
        "bars": _bars(clock),
        "ours": clock.rule.binds == "organ",
    }


def _bars(clock: Clock) -> list[dict[str, Any]]:
    """Running intervals on a line of 100 units, from the first day to the last that is known."""
    running = spans(clock.history)
    if not running:
        return []
    first = running[0].start
    today = timezone.localdate()
    ends = [span.stop or max(today, span.start) for span in running]
    last = max([*ends, clock.due_on or first, first + dt.timedelta(days=1)])
    if clock.standing == "stopped":  # the days on which it stands still are seen as such
        last = max(last, today)
    whole = (last - first).days

    def at(day: dt.date) -> float:
        return round(100 * (day - first).days / whole, 1)

    return [
        {
            "x": at(span.start),
            "width": max(0.8, at(end) - at(span.start)),
            "since": span.start,
            "until": span.stop,
        }
        for span, end in zip(running, ends, strict=True)
    ]


def _events(case: Case) -> list[dict[str, Any]]:
    events = list(case.events.order_by("-seq"))
    names = names_of(event.actor for event in events)
    return [event_facts(case, event, names[event.actor]) for event in events]


def event_facts(case: Case, event: Event, who: str) -> dict[str, Any]:
    """An act as people read it: names of staff, titles of facts; personal facts only on the desk itself."""
    known = case.rules.action(event.action)
    titles = {fact.name: fact for fact in known.facts} if known else {}
    facts = []
    for name, value in event.facts.items():
        fact = titles.get(name)
        if fact is None or fact.kind in ("file", "staff"):
            continue
        shown = dict(fact.choices).get(value, value) if fact.kind == "choice" else value
        facts.append((fact.title, shown))
    return {
        "event": event,
        "title": services.action_title(case, event.action),
        "who": who,
        "facts": facts,
        "provision": known.provision if known else "",
    }
