"""Whom a deadline that comes near, or has passed, is told to. Once per step and day it is due, however often it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongkai.engines.casework.models import Case
from gongkai.engines.notices import Template, remind_once
from gongkai.foundation.accounts.models import Assignment, Role, User
from gongkai.foundation.workdays import Calendar, calendar


class Step(NamedTuple):
    """``workdays`` before the due day, 0 on the day itself, -1 once it has passed. ``roles`` are told beside the handler."""

    code: str
    of_internal: bool
    workdays: int
    roles: tuple[Role, ...]


STEPS: Final = (
    Step("internal", True, -1, ()),
    Step("near", False, 3, (Role.DISCLOSURE_OFFICER,)),
    Step("today", False, 0, (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)),
    Step("overdue", False, -1, (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)),
)
"""From the organ's own deadline to the statutory one: each step tells more people. The organ's practice, not the law's."""

TEMPLATES: Final = tuple(
    Template(code=f"case.{code}", title=title, inbox=text, email_subject=title, email=text, sms="")
    for code, title, text in (
        (
            "internal",
            _("Own deadline of {number} has passed"),
            _("The organ's own deadline for {number} was {internal}. By law it is due on {due}."),
        ),
        ("near", _("{number} is due in 3 working days"), _("{number} ({organ}) is due by law on {due}.")),
        ("today", _("{number} is due today"), _("{number} ({organ}) is due by law today, {due}.")),
        (
            "overdue",
            _("{number} is overdue"),
            _("{number} ({organ}) was due by law on {due} and is not concluded."),
        ),
    )
)


def steps_reached(
    *, due_on: dt.date | None, internal_due_on: dt.date | None, today: dt.date, days: Calendar
) -> list[Step]:
    """The steps a case has reached on a day, mildest first. Pure."""
    reached = []
    for step in STEPS:
        due = internal_due_on if step.of_internal else due_on
        if due is None:
            continue
        left = days.count(today, due).days if today <= due else -1
        if left <= step.workdays and (step.workdays < 0 or left >= 0):
            reached.append(step)
    return reached


def escalate(today: dt.date) -> int:
    """Tell whoever has to know; the number of people told now. Runs in the daily round; a step that was told is not told
    again for the same due day."""
    days = calendar()
    horizon = days.add(today, max(step.workdays for step in STEPS)).date
    told = 0
    cases = Case.objects.open().filter(due_on__lte=horizon) | Case.objects.open().filter(
        internal_due_on__lt=today
    )
    people = _People(today)
    for case in cases.select_related("organ", "handler").iterator(chunk_size=500):
        for step in steps_reached(
            due_on=case.due_on, internal_due_on=case.internal_due_on, today=today, days=days
        ):
            with transaction.atomic():
                told += sum(_tell(case, step, user) for user in people.of(case, step))
    return told


class _People:
    """Holders of roles by organ branch, read once per run."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._held: dict[Role, list[tuple[str, User]]] = {}

    def of(self, case: Case, step: Step) -> Iterable[User]:
        found = {case.handler.pk: case.handler} if case.handler else {}
        # Nobody handles it yet: the office itself has to know.
        roles = step.roles or ((Role.DISCLOSURE_OFFICER,) if case.handler is None else ())
        for role in roles:
            found.update((user.pk, user) for user in self._holders(role, case))
        return found.values()

    def _holders(self, role: Role, case: Case) -> Iterator[User]:
        if role not in self._held:
            rows = Assignment.objects.current(self._today).filter(role=role, user__is_active=True)
            self._held[role] = [(row.organ.path, row.user) for row in rows.select_related("organ", "user")]
        return (user for path, user in self._held[role] if case.organ.path.startswith(path))


def _tell(case: Case, step: Step, user: User) -> bool:
    due = case.internal_due_on if step.of_internal else case.due_on
    return remind_once(
        user,
        template=f"case.{step.code}",
        subject=case.ledger_name,
        values={
            "number": case.number,
            "organ": case.organ.short_name or case.organ.name,
            "due": str(case.due_on or ""),
            "internal": str(case.internal_due_on or ""),
        },
        key=f"{case.ledger_name}:{step.code}:{due}:{user.pk}",
    )
