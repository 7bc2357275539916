"""What becomes of open cases when somebody leaves."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import assign
from gongkai.foundation.accounts.models import User


class PassedOn(NamedTuple):
    """How many cases went to the successor, and how many to nobody."""

    to_successor: int
    to_nobody: int


def hand_over(*, leaver: User, successor: User, actor: Actor, day: dt.date, note: str) -> int:
    """Give everything open that ``leaver`` has to ``successor``, all or none. Raises ``CaseRefused``."""
    return assign(cases=_open_cases(leaver), handler=successor, actor=actor, day=day, note=note)


def pass_on(*, leaver: User, successor: User, closed_by: str, day: dt.date) -> PassedOn:
    """An account is closed: no open case stays with it. The successor has those of organs they serve from the next day;
    the others are nobody's, and stand where whoever gives out cases sees them.

    It follows from closing the account, so the right to close it (``accounts.keeping``) is the right to this; ``closed_by``
    is who did, as the ledger names them.
    """
    served_from = day + dt.timedelta(days=1)
    actor = Actor(system=closed_by)
    with transaction.atomic():
        cases = _open_cases(leaver)
        theirs = [case for case in cases if _will_serve(successor, case, served_from)]
        rest = [case for case in cases if case not in theirs]
        return PassedOn(
            assign(cases=theirs, handler=successor, actor=actor, day=day, serving_on=served_from),
            assign(cases=rest, handler=None, actor=actor, day=day),
        )


def _will_serve(successor: User, case: Case, on: dt.date) -> bool:
    return successor.is_superuser or bool(successor.roles_in(case.organ, on))


def _open_cases(leaver: User) -> list[Case]:
    return list(Case.objects.open().filter(handler=leaver).select_related("organ"))
