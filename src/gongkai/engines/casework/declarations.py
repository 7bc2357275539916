"""A procedure as typed data: states, actions, outcomes and clocks. Knows nothing of the database.

A wing writes its procedure with these shapes and registers it; buttons, API, permissions, worklist and diagram
all come from the one table, and nothing happens to a case that is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

Words = str | Promise
"""Text for people: a message, translated when it is shown."""

StateKind = Literal["open", "waiting", "closed"]
Unit = Literal["workdays", "days", "months"]
ClockVerb = Literal["start", "stop", "resume", "restart", "extend", "finish"]
FactKind = Literal["text", "paragraph", "date", "number", "money", "choice", "file", "staff"]

APPLICANT = "applicant"
"""Pseudo-role of whoever filed the case, or acts for them with a mandate."""
SYSTEM = "system"
"""Pseudo-role of the house itself: what happens because a day has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a case is. ``waiting`` states say for whom (``waits_for``); ``closed`` ones are where it ends."""

    code: str
    title: Words
    kind: StateKind = "open"
    waits_for: Words = ""
    public_title: Words = ""
    """What the applicant reads, where that differs from what the clerk reads."""
    before_receipt: bool = False
    """In law not received yet: a case that leaves this state counts as received on the day the action says
    (``Action.received_from``), otherwise on the day of the act, and is counted nowhere before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case ended. ``label`` is the statutory wording and is never translated."""

    code: str
    label: str
    provision: str = ""
    needs: tuple[str, ...] = ()
    """Facts that an act must hold to give a case this outcome, beyond those it always asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A limit: ``days`` in working days, calendar days or months, and the organ's own earlier deadline within it.

    Days are counted as the provision says: the day a period starts is not counted (民法典 Art. 201); a period of calendar
    days that would end on a day off ends on the next working day (民法典 Art. 203). Months end on the corresponding day, or
    the last of the month (民法典 Art. 202); what stands still or is added to them is counted in calendar days.
    """

    code: str
    title: Words
    days: int
    unit: Unit = "workdays"
    provision: str = ""
    internal_days: int | None = None
    """Budget of the organ's own deadline; None when it sets none."""
    binds: Literal["organ", "others"] = "organ"
    """Whose limit it is. Only the organ's own make a case overdue; when another's has passed, the organ may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an action does to a clock. ``days_from`` names the fact that holds the days of an extension or of a start
    with another budget than the rule's; ``day_from`` the fact that holds the day it counts from."""

    clock: str
    verb: ClockVerb
    days_from: str = ""
    day_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something an action asks of whoever takes it."""

    name: str
    title: Words
    kind: FactKind = "text"
    required: bool = True
    help: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    least: int | None = None
    most: int | None = None
    personal: bool = False
    """Personal data: kept out of lists, logs and exports."""
    purpose: str = ""
    """What files are for once the act was taken and they are the case's (``CaseFile.purpose``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that may be done: from which states, by whom, on which provision, and what follows.

    ``target`` None leaves the case where it is. ``guards`` name functions given at registration that answer with the reason
    why not, or None. ``outcomes`` are those it may give a case; an action with outcomes must be given one.
    """

    code: str
    title: Words
    sources: tuple[str, ...]
    target: str | None
    roles: tuple[str, ...]
    provision: str
    effects: tuple[Effect, ...] = ()
    letter: str = ""
    facts: tuple[Fact, ...] = ()
    outcomes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    help: Words = ""
    received_from: str = ""
    """The fact that holds the day of receipt, for actions that lead out of a state before receipt."""
    told_to_applicant: bool = True
    """Whether the applicant's timeline shows it."""
    ends_outcome: bool = False
    """Takes a proposed outcome back, as when a reviewer returns the case."""
    others_only: tuple[str, ...] = ()
    """Earlier actions whose actor may not take this one: who decides is not who drafted."""
    answers: tuple[str, ...] = ()
    """Earlier actions that leave the case where it is and wait for this one: a proposal that somebody accepts or refuses.
    While none of its answers has followed, the case stands before those who may give one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A whole procedure. ``number`` is the pattern of case numbers with {mark}, {year} and {serial}."""

    code: str
    title: Words
    provision: str
    initial: tuple[str, ...]
    """States a case may be opened in; the first is the usual one."""
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    clocks: tuple[ClockRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    number: str = "{mark}〔{year}〕{serial}号"
    openers: tuple[str, ...] = ()
    """Roles that may open a case; ``APPLICANT`` for the public form, ``SYSTEM`` for imports."""
    _states: dict[str, State] = field(init=False, repr=False, compare=False, default_factory=dict)
    _actions: dict[str, Action] = field(init=False, repr=False, compare=False, default_factory=dict)
    _clocks: dict[str, ClockRule] = field(init=False, repr=False, compare=False, default_factory=dict)
    _outcomes: dict[str, Outcome] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._states.update((state.code, state) for state in self.states)
        self._actions.update((action.code, action) for action in self.actions)
        self._clocks.update((clock.code, clock) for clock in self.clocks)
        self._outcomes.update((outcome.code, outcome) for outcome in self.outcomes)

    def state(self, code: str) -> State:
        return self._states[code]

    def action(self, code: str) -> Action | None:
        return self._actions.get(code)

    def clock(self, code: str) -> ClockRule:
        return self._clocks[code]

    def outcome(self, code: str) -> Outcome:
        return self._outcomes[code]

    def actions_from(self, state: str) -> tuple[Action, ...]:
        """What the table allows in a state, whoever asks."""
        return tuple(action for action in self.actions if state in action.sources)

    def answers_to(self, code: str) -> tuple[Action, ...]:
        """The actions that answer a proposal; none for what proposes nothing."""
        return tuple(action for action in self.actions if code in action.answers)

    @property
    def to_be_answered(self) -> tuple[Action, ...]:
        """What waits for an answer once it was done."""
        answered = {code for action in self.actions for code in action.answers}
        return tuple(action for action in self.actions if action.code in answered)
