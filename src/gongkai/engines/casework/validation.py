"""A procedure is checked before anything runs on it: all faults together, at start-up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from gongkai.engines.casework.declarations import Action, Procedure

_NEEDS_DAYS = frozenset({"extend"})


class ProcedureFaults(ValueError):
    """A procedure that cannot be used, with everything that is wrong with it."""

    def __init__(self, procedure: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"procedure {procedure}: " + "; ".join(self.faults))


def check_procedure(
    procedure: Procedure, *, guards: Collection[str] = (), roles: Collection[str] | None = None
) -> None:
    """Raises ``ProcedureFaults``: doubled codes, unknown names, unreachable states, dead ends, actions without role or
    provision, clocks never started, outcomes never given, waiting states that do not say for whom."""
    faults = [
        *_doubled(procedure),
        *_unknown(procedure, guards, roles),
        *_incomplete(procedure),
        *_unreachable(procedure),
        *_dead_ends(procedure),
        *_idle(procedure),
    ]
    if faults:
        raise ProcedureFaults(procedure.code, faults)


def _doubled(procedure: Procedure) -> Iterator[str]:
    for name in ("states", "actions", "clocks", "outcomes"):
        codes = Counter(part.code for part in getattr(procedure, name))
        yield from (f"{name}: {code} twice" for code, times in codes.items() if times > 1)
    for action in procedure.actions:
        names = Counter(fact.name for fact in action.facts)
        yield from (f"{action.code}: fact {name} twice" for name, times in names.items() if times > 1)


def _unknown(procedure: Procedure, guards: Collection[str], roles: Collection[str] | None) -> Iterator[str]:
    states = {state.code for state in procedure.states}
    clocks = {clock.code for clock in procedure.clocks}
    outcomes = {outcome.code for outcome in procedure.outcomes}
    actions = {action.code for action in procedure.actions}
    yield from (f"initial state {code} is unknown" for code in procedure.initial if code not in states)
    for action in procedure.actions:
        facts = {fact.name for fact in action.facts}
        targets = (action.target,) if action.target is not None else ()
        for code in (*action.sources, *targets):
            if code not in states:
                yield f"{action.code}: unknown state {code}"
        yield from (
            f"{action.code}: unknown outcome {code}" for code in action.outcomes if code not in outcomes
        )
        needed = {(each.code, name) for each in procedure.outcomes for name in each.needs}
        yield from (
            f"{action.code}: outcome {code} needs the fact {name}, which is not there"
            for code, name in sorted(needed)
            if code in action.outcomes and name not in facts
        )
        yield from (f"{action.code}: unknown guard {name}" for name in action.guards if name not in guards)
        yield from (
            f"{action.code}: unknown action {name}" for name in action.others_only if name not in actions
        )
        yield from (
            f"{action.code}: answers unknown {name}" for name in action.answers if name not in actions
        )
        if action.received_from and action.received_from not in facts:
            yield f"{action.code}: the day of receipt is asked of {action.received_from}, which is not there"
        for effect in action.effects:
            if effect.clock not in clocks:
                yield f"{action.code}: unknown clock {effect.clock}"
            for name in (effect.days_from, effect.day_from):
                if name and name not in facts:
                    yield f"{action.code}: clock {effect.clock} asks for the fact {name}, which is not there"
            if effect.verb in _NEEDS_DAYS and not effect.days_from:
                yield f"{action.code}: {effect.verb} of {effect.clock} does not say by how many days"
        if roles is not None:
            yield from (f"{action.code}: unknown role {role}" for role in action.roles if role not in roles)


def _incomplete(procedure: Procedure) -> Iterator[str]:
    for action in procedure.actions:
        if not action.roles:
            yield f"{action.code}: nobody may take it"
        if not action.provision:
            yield f"{action.code}: no provision"
        if not action.sources:
            yield f"{action.code}: starts nowhere"
        for fact in action.facts:
            if fact.kind == "choice" and not fact.choices:
                yield f"{action.code}: {fact.name} has nothing to choose from"
            if fact.kind == "file" and not fact.purpose:
                yield f"{action.code}: {fact.name} does not say what the files are for"
    for state in procedure.states:
        if state.kind == "waiting" and not state.waits_for:
            yield f"state {state.code} waits for nobody"
    if not procedure.initial:
        yield "no initial state"
    for part in ("{year}", "{serial}"):
        if part not in procedure.number:
            yield f"the number has no {part}"


def _targets(action: Action, state: str) -> str:
    return state if action.target is None else action.target


def _unreachable(procedure: Procedure) -> Iterator[str]:
    reached = set(procedure.initial)
    growing = True
    while growing:
        found = {
            _targets(action, state)
            for action in procedure.actions
            for state in action.sources
            if state in reached
        } - reached
        reached |= found
        growing = bool(found)
    yield from (
        f"state {state.code} is unreachable" for state in procedure.states if state.code not in reached
    )


def _dead_ends(procedure: Procedure) -> Iterator[str]:
    """Every state must lead to a closed one."""
    ending = {state.code for state in procedure.states if state.kind == "closed"}
    if not ending:
        yield "no closed state"
        return
    growing = True
    while growing:
        found = {
            state
            for action in procedure.actions
            for state in action.sources
            if _targets(action, state) in ending
        } - ending
        ending |= found
        growing = bool(found)
    yield from (f"state {state.code} is a dead end" for state in procedure.states if state.code not in ending)


def _idle(procedure: Procedure) -> Iterator[str]:
    started = {
        effect.clock
        for action in procedure.actions
        for effect in action.effects
        if effect.verb in ("start", "restart")
    }
    # Opening a case starts the first clock of its procedure.
    started |= {clock.code for clock in procedure.clocks[:1]}
    yield from (
        f"clock {clock.code} is never started" for clock in procedure.clocks if clock.code not in started
    )
    given = {outcome for action in procedure.actions for outcome in action.outcomes}
    yield from (
        f"outcome {outcome.code} is never given"
        for outcome in procedure.outcomes
        if outcome.code not in given
    )
