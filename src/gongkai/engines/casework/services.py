"""The one gateway for everything that happens to a case.

Transaction → lock the row → check state, role, guards and facts → clocks → event, ledger → what the wing adds → commit.
Views, API, command line, imports and demo all call these functions; nothing else writes a case.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.clocks import ClockEntry, ClockFault, check, clocks_digest, reckon
from gongkai.engines.casework.declarations import Action, ClockRule, Effect, Fact, Outcome
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.facts import read_facts
from gongkai.engines.casework.filing import NamedFile, named_files
from gongkai.engines.casework.models import Case, CaseFile, CaseLink, Clock, Event, Party
from gongkai.engines.casework.numbering import take_number
from gongkai.engines.casework.registry import Attempt, Done, Proposal, procedure, registered
from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.ledger.chain import canonical
from gongkai.foundation.ledger.services import append
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.sealing import SealBroken
from gongkai.foundation.workdays import Calendar, calendar

OPENED = "open"
ASSIGNED = "assign"
NOTED = "note"
RECOMPUTED = "recompute"
IMPORTED = "import"


class Permitted(NamedTuple):
    """An action the table offers here, and what stands against it for this actor now."""

    action: Action
    reasons: tuple[str, ...]

    @property
    def possible(self) -> bool:
        return not self.reasons


class OutcomeOffer(NamedTuple):
    """An outcome that an act may give a case: the facts it needs besides, and what stands against it now."""

    outcome: Outcome
    needs: tuple[Fact, ...]
    reasons: tuple[str, ...]


def open_case(
    *,
    procedure_code: str,
    organ: Organ,
    actor: Actor,
    title: str,
    received_on: dt.date,
    channel: str = "",
    applicant: Party | None = None,
    applicant_kind: str = "",
    state: str = "",
    number: str = "",
    parent: Case | None = None,
    handler: User | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Case:
    """Open a case, give it its number and start the first clock of its procedure on ``received_on``.

    A case opened in a state that is not the procedure's first one may be waiting for something (a confirmation); its
    clock then starts by an action. Raises ``CaseRefused`` (role, state), ``ValidationError``.
    """
    rules = procedure(procedure_code)
    state = state or rules.initial[0]
    if state not in rules.initial:
        raise CaseRefused("state", _("A case of this kind cannot be opened in this state."))
    _check_opener(rules.openers, actor, organ)
    with transaction.atomic():
        case = Case(
            procedure=rules.code,
            number=number or take_number(procedure=rules, organ=organ, year=received_on.year),
            organ=organ,
            state=state,
            title=title,
            channel=channel,
            received_on=received_on,
            opened_at=timezone.now(),
            applicant=applicant,
            applicant_kind=applicant_kind or (applicant.kind if applicant else ""),
            parent=parent,
            handler=handler,
            waiting=rules.state(state).kind == "waiting",
        )
        case.clean_fields(exclude=["organ", "applicant", "parent", "handler", "outcome"])
        case.save(force_insert=True)
        if rules.clocks and not case.waiting:
            rule = rules.clocks[0]
            _turn(case, Effect(clock=rule.code, verb="start"), day=received_on, facts={}, reason="")
            repeat_clocks(case)
            case.save(update_fields=DERIVED)
        _record(case, OPENED, actor=actor, day=received_on, from_state="", facts=dict(facts or {}), note="")
    return case


def act(
    *,
    case: Case,
    action: str,
    actor: Actor,
    day: dt.date,
    facts: Mapping[str, Any] | None = None,
    outcome: str = "",
    note: str = "",
    version: int | None = None,
) -> Event:
    """Take one action on a case. ``version`` is that of the case as the actor saw it, where somebody looked at it.

    Raises ``CaseRefused`` with every reason why not, ``ValidationError`` with every field that is not right; then
    nothing has happened. ``case`` is refreshed in place.
    """
    with transaction.atomic():
        _lock(case)
        known = registered(case.procedure)
        wanted = known.procedure.action(action)
        if wanted is None:
            raise CaseRefused("unknown", _("There is no act of this name."))
        if version is not None and version != case.version:
            raise CaseRefused("outdated", _moved_on(case))
        _check_allowed(case, wanted, actor)
        values = read_facts(
            wanted, facts or {}, case.rules.outcome(outcome) if outcome in wanted.outcomes else None
        )
        _check_outcome(wanted, outcome)
        files = named_files(case, wanted, values, actor)
        attempt = Attempt(case=case, action=wanted, actor=actor, day=day, facts=values, outcome=outcome)
        reasons = [
            *_guard_reasons(known.guards, attempt),
            *_day_reasons(case, day),
        ]
        if reasons:
            raise CaseRefused("guard", " ".join(reasons), reasons)
        before = case.standing
        if before.before_receipt and wanted.target is not None:
            case.received_on = dt.date.fromisoformat(values.get(wanted.received_from) or day.isoformat())
        for effect in wanted.effects:
            _turn(case, effect, day=day, facts=values, reason=str(wanted.title), provision=wanted.provision)
        case.state = wanted.target if wanted.target is not None else case.state
        if outcome:
            case.outcome = outcome
        elif wanted.ends_outcome:
            case.outcome = ""
        _settle(case, day)
        event = _record(
            case, action, actor=actor, day=day, from_state=before.code, facts=values, note=note, told=wanted
        )
        _take_in(case, files, actor)
        consequence = known.consequences.get(action)
        if consequence is not None:
            consequence(Done(case=case, event=event, actor=actor, facts=values))
    return event


def allowed_actions(case: Case, actor: Actor, *, day: dt.date) -> list[Permitted]:
    """What this actor may do now, with the reasons why not where a guard stands in the way. Buttons come from here."""
    known = registered(case.procedure)
    roles = actor.roles_for(case)
    superuser = actor.user is not None and actor.user.is_superuser
    offered = []
    for action in known.procedure.actions_from(case.state):
        if not (superuser or roles & set(action.roles)):
            continue
        attempt = Attempt(case=case, action=action, actor=actor, day=day, facts=None)
        reasons = [*_guard_reasons(known.guards, attempt), *_same_person(case, action, actor)]
        offered.append(Permitted(action, tuple(reasons)))
    return offered


def outcome_offers(case: Case, action: Action, actor: Actor, *, day: dt.date) -> list[OutcomeOffer]:
    """What each outcome of an action wants, before anything is filled in."""
    guards = registered(case.procedure).guards
    offered = []
    for code in action.outcomes:
        outcome = case.rules.outcome(code)
        attempt = Attempt(case=case, action=action, actor=actor, day=day, facts=None, outcome=code)
        needs = tuple(fact for fact in action.facts if fact.name in outcome.needs)
        offered.append(OutcomeOffer(outcome, needs, tuple(_guard_reasons(guards, attempt))))
    return offered


def proposed(case: Case, action: str) -> Proposal:
    """What the records propose for the facts of an action; nothing for most."""
    known = registered(case.procedure).proposals.get(action)
    return known(case) if known is not None else Proposal({})


def assign(
    *,
    cases: Iterable[Case],
    handler: User | None,
    actor: Actor,
    day: dt.date,
    note: str = "",
    serving_on: dt.date | None = None,
) -> int:
    """Give cases to somebody, all or none. Raises ``CaseRefused`` naming every case that cannot be given.

    ``serving_on``: the day from which whoever takes over has their role, where that is not today.
    """
    done = 0
    with transaction.atomic():
        refused = []
        for case in sorted(cases, key=lambda each: each.pk):
            _lock(case)
            reason = _cannot_take(case, handler, actor, serving_on)
            if reason:
                refused.append(f"{case.number}: {reason}")
                continue
            if case.handler_id == (handler.pk if handler else None):
                continue
            before = case.handler_id
            case.handler = handler
            facts = {"from": before, "to": handler.pk if handler else None}
            _record(
                case,
                ASSIGNED,
                actor=actor,
                day=day,
                from_state=case.state,
                facts=facts,
                note=note,
                public=False,
            )
            done += 1
        if refused:
            raise CaseRefused("role", _("These cases cannot be handed over."), refused)
    return done


def note(*, case: Case, actor: Actor, day: dt.date, text: str) -> Event:
    """Write something down on a case for colleagues; the applicant does not see it."""
    if not text.strip():
        raise ValidationError({"note": [_("Please write something.")]})
    with transaction.atomic():
        _lock(case)
        return _record(
            case, NOTED, actor=actor, day=day, from_state=case.state, facts={}, note=text, public=False
        )


def attach(
    *, case: Case, file: StoredFile, title: str, purpose: str, actor: Actor, for_applicant: bool = False
) -> CaseFile:
    """Put a file to a case. The ledger keeps its hash."""
    with transaction.atomic():
        kept = CaseFile.objects.create(
            case=case, file=file, title=title[:200], purpose=purpose, for_applicant=for_applicant
        )
        append(
            stream=case.ledger_stream,
            verb="case.attach",
            actor=actor.ledger_name,
            organ=case.organ.code,
            subject=case.ledger_name,
            body={"file": file.sha256, "purpose": purpose},
        )
    return kept


def _take_in(case: Case, files: Sequence[NamedFile], actor: Actor) -> None:
    """Make the case's what an act has named; what was its own before stays as it is."""
    own = set(case.files.filter(file__in=[each.file.pk for each in files]).values_list("file", flat=True))
    for file, purpose in files:
        if file.pk not in own:
            attach(case=case, file=file, title=file.name, purpose=purpose, actor=actor)


def link(*, case: Case, other: Case, kind: str, actor: Actor) -> CaseLink:
    """Say that two cases have to do with each other; saying it twice changes nothing."""
    with transaction.atomic():
        made, created = CaseLink.objects.get_or_create(case=case, other=other, kind=kind)
        if created:
            append(
                stream=case.ledger_stream,
                verb="case.link",
                actor=actor.ledger_name,
                organ=case.organ.code,
                subject=case.ledger_name,
                body={"kind": kind, "other": other.number},
            )
    return made


def end_taken_over(*, case: Case, state: str, outcome: str, closed_on: dt.date, actor: Actor) -> Event:
    """The end of a case that came open from another system and was ended there: a later import tells of it.

    Raises ``CaseRefused`` for a case that has ended, or that has been handled here since.
    """
    with transaction.atomic():
        _lock(case)
        acted = Event.objects.filter(case=case).exclude(action__in=(IMPORTED, RECOMPUTED))
        if case.closed_on is not None or acted.exists():
            raise CaseRefused("moved-on", _moved_on(case))
        before = case.state
        case.state, case.outcome, case.closed_on = state, outcome, closed_on
        case.waiting = case.standing.kind == "waiting"
        for clock in case.clocks.all():
            if clock.standing in _STANDING_FOR["finish"]:
                history = [*clock.history, ClockEntry("finish", closed_on)]
                clock.entries = [each.to_json() for each in history]
                clock.due_on, clock.provisional, clock.internal_due_on, clock.standing = days_of(
                    case.rules.clock(clock.code), history, calendar()
                )
                clock.save()
        repeat_clocks(case)
        return _record(case, IMPORTED, actor=actor, day=closed_on, from_state=before, facts={}, note="")


def reveal_identity(*, case: Case, actor: Actor) -> str:
    """The applicant's whole identity number. Reading it is an act of its own, and stands in the ledger."""
    if not (actor.user and (actor.user.is_superuser or actor.roles_for(case))):
        raise CaseRefused("role", _("You have no role in this case."))
    with transaction.atomic():
        append(
            stream=case.ledger_stream,
            verb="case.reveal_identity",
            actor=actor.ledger_name,
            organ=case.organ.code,
            subject=case.ledger_name,
            body={},
        )
    try:
        return case.applicant.identity_number if case.applicant else ""
    except SealBroken:
        raise CaseRefused("sealed", _("The number was sealed with a key that is not here.")) from None


# -- Inside the gateway ------------------------------------------------------------------------------

DAYS: Final = ("due_on", "due_provisional", "internal_due_on", "others_due_on")
DERIVED = [*DAYS, "waiting", "closed_on"]
_CHANGING = ["state", "outcome", "handler", "received_on", "version", *DERIVED]


def _lock(case: Case) -> None:
    """Hold the row until the transaction ends, and see it as it is now."""
    fresh = Case.objects.select_for_update(of=("self",)).select_related("organ", "applicant").get(pk=case.pk)
    for field in Case._meta.concrete_fields:
        setattr(case, field.attname, getattr(fresh, field.attname))
    case.organ = fresh.organ
    case.applicant = fresh.applicant


def _check_opener(openers: Sequence[str], actor: Actor, organ: Organ) -> None:
    if actor.user is None or actor.user.is_superuser:
        return
    if not set(openers) & actor.user.roles_in(organ):
        raise CaseRefused("role", _("You may not open cases of this kind for this organ."))


def _check_allowed(case: Case, action: Action, actor: Actor) -> None:
    superuser = actor.user is not None and actor.user.is_superuser
    if not superuser and not actor.roles_for(case) & set(action.roles):
        raise CaseRefused("role", _("Your roles do not allow this act."))
    if case.state not in action.sources:
        raise CaseRefused(
            "state",
            _("The case is “%(state)s”; “%(action)s” is not possible from there.")
            % {"state": case.standing.title, "action": action.title},
        )
    same = _same_person(case, action, actor)
    if same:
        raise CaseRefused("same_person", same[0], same)


def _same_person(case: Case, action: Action, actor: Actor) -> list[str]:
    """Whoever took the newest of the acts named by ``others_only`` may not take this one."""
    if not action.others_only or actor.user is None:
        return []
    newest = (
        case.events.filter(action__in=action.others_only)
        .order_by("-seq")
        .values_list("actor", flat=True)
        .first()
    )
    if newest != actor.ledger_name:
        return []
    return [_("You took the step before; another person has to take this one.")]


def _check_outcome(action: Action, outcome: str) -> None:
    if action.outcomes and outcome not in action.outcomes:
        raise ValidationError({"outcome": [_("Choose how the case is decided.")]})
    if outcome and not action.outcomes:
        raise ValidationError({"outcome": [_("This act does not decide the case.")]})


def _guard_reasons(guards: Mapping[str, Any], attempt: Attempt) -> list[str]:
    answers = (guards[name](attempt) for name in attempt.action.guards)
    return [answer for answer in answers if answer]


def _day_reasons(case: Case, day: dt.date) -> list[str]:
    if day > timezone.localdate():
        return [_("The day lies in the future.")]
    newest = case.events.exclude(action__in=(NOTED, ASSIGNED, RECOMPUTED)).order_by("-seq").first()
    if newest is not None and day < newest.day:
        return [_("The day is earlier than the act before it (%s).") % newest.day]
    return []


def _turn(
    case: Case, effect: Effect, *, day: dt.date, facts: Mapping[str, Any], reason: str, provision: str = ""
) -> None:
    """Enter what an action does to one clock."""
    rule = case.rules.clock(effect.clock)
    clock = Clock.objects.filter(case=case, code=effect.clock).first() or Clock(case=case, code=effect.clock)
    if effect.verb in ("stop", "resume", "finish") and clock.standing not in _STANDING_FOR[effect.verb]:
        return  # A clock that never ran has nothing to stop; the procedure's table says what may follow what.
    days = int(facts[effect.days_from]) if effect.days_from and effect.days_from in facts else rule.days
    on = dt.date.fromisoformat(facts[effect.day_from]) if facts.get(effect.day_from) else day
    entry = ClockEntry(
        effect.verb,
        on,
        days if effect.verb in ("start", "restart", "extend") else 0,
        reason,
        provision or rule.provision,
    )
    history = [*clock.history, entry]
    if effect.verb == "start" and clock.standing in ("finished", "stopped", "running"):
        history[-1] = entry._replace(verb="restart")
        if clock.standing == "finished":
            history = [history[-1]]
    try:
        check(history)
    except ClockFault as fault:
        raise CaseRefused("clock", _("The clock cannot do that: %s.") % fault) from fault
    clock.entries = [each.to_json() for each in history]
    clock.due_on, clock.provisional, clock.internal_due_on, clock.standing = days_of(
        rule, history, calendar()
    )
    clock.save()


_STANDING_FOR = {"stop": ("running",), "resume": ("stopped",), "finish": ("running", "stopped")}


def days_of(
    rule: ClockRule, history: Sequence[ClockEntry], days: Calendar
) -> tuple[dt.date | None, bool, dt.date | None, str]:
    """What a clock comes to: the due day, whether it is provisional, the organ's own deadline, and how it stands."""
    reckoning = reckon(history, rule.unit, days)
    internal = None
    if rule.internal_days is not None and reckoning.standing == "running":
        own = [
            entry._replace(days=rule.internal_days) if entry.verb in ("start", "restart") else entry
            for entry in history
        ]
        internal = reckon(own, rule.unit, days).due
    return reckoning.due, reckoning.provisional, internal, reckoning.standing


def _settle(case: Case, day: dt.date) -> None:
    """After an action: whether the case waits for others, is closed, and what its clocks say."""
    kind = case.standing.kind
    case.waiting = kind == "waiting"
    case.closed_on = (
        day if kind == "closed" and case.closed_on is None else case.closed_on if kind == "closed" else None
    )
    repeat_clocks(case)


def repeat_clocks(case: Case, clocks: Sequence[Clock] | None = None) -> None:
    """The earliest running limit of the organ is what a worklist shows, with its own deadline of the same clock;
    the earliest that binds others stands beside it. ``clocks``: the case's, where they are at hand."""
    running = [
        clock
        for clock in (case.clocks.all() if clocks is None else clocks)
        if clock.standing == "running" and clock.due_on
    ]
    for clock in running:
        clock.case = case
    ours = [clock for clock in running if clock.rule.binds == "organ"]
    theirs = [clock for clock in running if clock.rule.binds == "others"]
    first = min(ours, key=_due_day, default=None)
    case.due_on = first.due_on if first else None
    case.due_provisional = first.provisional if first else False
    case.internal_due_on = first.internal_due_on if first else None
    case.others_due_on = min(theirs, key=_due_day).due_on if theirs else None


def _due_day(clock: Clock) -> dt.date:
    return clock.due_on or dt.date.max


def _record(
    case: Case,
    action: str,
    *,
    actor: Actor,
    day: dt.date,
    from_state: str,
    facts: dict[str, Any],
    note: str,
    told: Action | None = None,
    public: bool = True,
) -> Event:
    """One row of history, one entry in the ledger, one version more. The ledger gets a digest: never personal data."""
    case.version += 1
    event = Event.objects.create(
        case=case,
        seq=case.version,
        at=timezone.now(),
        day=day,
        actor=actor.ledger_name,
        action=action,
        from_state=from_state,
        to_state=case.state,
        outcome=case.outcome,
        facts=facts,
        note=note,
        public=told.told_to_applicant if told else public,
    )
    case.save(update_fields=_CHANGING)
    append(
        stream=case.ledger_stream,
        verb=f"case.{action}",
        actor=actor.ledger_name,
        organ=case.organ.code,
        subject=case.ledger_name,
        body=entry_body(case, event, case.clocks.all()),
    )
    return event


def entry_body(case: Case, event: Event, clocks: Iterable[Clock]) -> dict[str, Any]:
    """What the ledger keeps of an event: enough to prove the row, and the state case and clocks were in after it."""
    return {
        "procedure": case.procedure,
        "number": case.number,
        "seq": event.seq,
        "day": event.day.isoformat(),
        "state": case.state,
        "outcome": case.outcome,
        "received_on": case.received_on.isoformat(),
        "closed_on": case.closed_on.isoformat() if case.closed_on else "",
        "applicant_kind": case.applicant_kind,
        "clocks": clocks_digest(clock.facts for clock in clocks),
        "digest": event_digest(event),
    }


def event_digest(event: Event) -> str:
    """SHA-256 over facts and note: the row cannot be changed unseen, and the ledger learns nothing from it."""
    return hashlib.sha256(canonical({"facts": event.facts, "note": event.note}).encode()).hexdigest()


def _cannot_take(case: Case, handler: User | None, actor: Actor, serving_on: dt.date | None) -> str:
    if case.closed_on is not None:
        return _("it is closed")
    if actor.user is not None and not actor.user.is_superuser and not actor.roles_for(case):
        return _("you have no role in its organ")
    if handler is not None and not handler.is_active:
        return _("%s has left") % handler
    if handler is not None and not handler.is_superuser and not handler.roles_in(case.organ, serving_on):
        return _("%s has no role in its organ") % handler
    return ""


def _moved_on(case: Case) -> str:
    newest = case.events.order_by("-seq").first()
    return _("Somebody else has dealt with this case meanwhile (%(act)s, %(when)s). Look at it again.") % {
        "act": action_title(case, newest.action) if newest else "",
        "when": timezone.localtime(newest.at).strftime("%m-%d %H:%M") if newest else "",
    }


def action_title(case: Case, code: str) -> str:
    """What people call an act on a case."""
    known = case.rules.action(code)
    if known is not None:
        return str(known.title)
    return {
        OPENED: _("Registered"),
        ASSIGNED: _("Handed to somebody"),
        NOTED: _("Internal note"),
        RECOMPUTED: _("Day recomputed"),
        IMPORTED: _("Taken over from another system"),
    }.get(code, code)
