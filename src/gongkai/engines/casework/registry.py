"""Where wings hand in their procedures, each with the functions its table names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from gongkai.engines.casework.declarations import APPLICANT, SYSTEM, Action, Procedure
from gongkai.engines.casework.validation import check_procedure
from gongkai.foundation.accounts.models import Role

if TYPE_CHECKING:
    from gongkai.engines.casework.actors import Actor
    from gongkai.engines.casework.models import Case, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An action about to be taken. ``facts`` is None while it is only asked whether it might be."""

    case: Case
    action: Action
    actor: Actor
    day: dt.date
    facts: Mapping[str, Any] | None
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An action that was taken, inside its transaction."""

    case: Case
    event: Event
    actor: Actor
    facts: Mapping[str, Any]


class Proposal(NamedTuple):
    """What the form of an action begins with, and where it comes from, line by line."""

    values: Mapping[str, str]
    lines: tuple[str, ...] = ()
    files: tuple[int, ...] = ()
    """Files of the case that go with the act unless somebody leaves them out."""


Guard = Callable[[Attempt], "str | None"]
"""Answers with the reason why not, or None."""
Consequence = Callable[[Done], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    procedure: Procedure
    guards: Mapping[str, Guard] = field(default_factory=dict)
    consequences: Mapping[str, Consequence] = field(default_factory=dict)
    """By action; what a wing does in the same transaction: letters, notices, its own rows."""
    proposals: Mapping[str, Callable[[Case], Proposal]] = field(default_factory=dict)
    """By action; what the records propose for its facts."""


class UnknownProcedure(LookupError):
    """No wing has registered a procedure of this code."""


_procedures: dict[str, Registered] = {}

KNOWN_ROLES = frozenset({*Role.values, APPLICANT, SYSTEM})


def register(
    procedure: Procedure,
    *,
    guards: Mapping[str, Guard] | None = None,
    consequences: Mapping[str, Consequence] | None = None,
    proposals: Mapping[str, Callable[[Case], Proposal]] | None = None,
) -> None:
    """Take a procedure in, at start-up. Raises ``ProcedureFaults``, and ``ValueError`` for a code taken by another."""
    check_procedure(procedure, guards=frozenset(guards or ()), roles=KNOWN_ROLES)
    strangers = {*(consequences or ()), *(proposals or ())} - {action.code for action in procedure.actions}
    if strangers:
        raise ValueError(
            f"procedure {procedure.code}: consequences or proposals of unknown actions {sorted(strangers)}"
        )
    known = _procedures.get(procedure.code)
    if known is not None and known.procedure is not procedure:
        raise ValueError(f"procedure {procedure.code} is registered twice")
    _procedures[procedure.code] = Registered(
        procedure=procedure,
        guards=dict(guards or {}),
        consequences=dict(consequences or {}),
        proposals=dict(proposals or {}),
    )


def registered(code: str) -> Registered:
    try:
        return _procedures[code]
    except KeyError:
        raise UnknownProcedure(code) from None


def procedure(code: str) -> Procedure:
    """A procedure by its code. Raises ``UnknownProcedure``."""
    return registered(code).procedure


def procedures() -> tuple[Procedure, ...]:
    return tuple(known.procedure for known in _procedures.values())
