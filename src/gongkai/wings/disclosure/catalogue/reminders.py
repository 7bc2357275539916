"""What is due soon or late is told to the duty holder: each duty and step once per period, one message a day and person.

Three steps: near (within five working days), late, and long late (ten working days past), which also reaches those above.
The practice of the house, not the law's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongkai.engines.notices import Recipient, Template, notify
from gongkai.foundation.accounts.models import Assignment, Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue.gaps import entries_of
from gongkai.wings.disclosure.catalogue.models import Mode, Reminder
from gongkai.wings.disclosure.catalogue.standing import EntryStanding, standings

LONG_LATE: Final = 10
"""Working days past the due day."""
_NAMED: Final = 5
"""Titles in one message; the list has them all."""


class Step(NamedTuple):
    """``above``: those who hold the role above the organ are told too, not only the nearest."""

    code: str
    roles: tuple[Role, ...]
    above: bool = False


STEPS: Final = (
    Step("near", (Role.DISCLOSURE_OFFICER,)),
    Step("late", (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD)),
    Step("long_late", (Role.DISCLOSURE_OFFICER, Role.DISCLOSURE_HEAD), above=True),
)

TEMPLATES: Final = tuple(
    Template(code=f"catalogue.{code}", title=title, inbox=text, email_subject=title, email=text, sms="")
    for code, title, text in (
        (
            "near",
            _("{count} matters of the catalogue are due within 5 working days"),
            _("To be published soon: {titles}. The list is in the workbench under the disclosure catalogue."),
        ),
        (
            "late",
            _("{count} matters of the catalogue are late"),
            _(
                "Due and not published: {titles}. The list is in the workbench under the disclosure catalogue."
            ),
        ),
        (
            "long_late",
            _("{count} matters of the catalogue are ten working days late"),
            _("Still not published: {titles}. The list is in the workbench under the disclosure catalogue."),
        ),
    )
)


def steps_reached(due_on: dt.date, days_late: int, today: dt.date) -> list[str]:
    """The steps a duty has reached, mildest first. Pure."""
    if due_on >= today:
        return ["near"]
    return ["late", "long_late"] if days_late >= LONG_LATE else ["late"]


def remind(today: dt.date) -> int:
    """Tell whoever has to know; the number of messages sent. Run twice on a day it sends nothing new."""
    fresh: dict[str, list[EntryStanding]] = defaultdict(list)
    told = set(Reminder.objects.values_list("entry_id", "step", "due_on"))
    for row in standings(entries_of(None, today).filter(mode=Mode.PROACTIVE), today):
        if row.due is None:
            continue
        for code in steps_reached(row.due.day, row.days_late, today):
            if (row.entry.pk, code, row.due.day) not in told:
                fresh[code].append(row)
    people = _People(today)
    sent = 0
    for step in STEPS:
        rows = fresh.get(step.code, [])
        by_person: dict[int, list[EntryStanding]] = defaultdict(list)
        for row in rows:
            for user in people.of(row.entry.organ, step):
                by_person[user.pk].append(row)
        with transaction.atomic():
            Reminder.objects.bulk_create(
                [Reminder(entry=row.entry, step=step.code, due_on=row.due.day) for row in rows if row.due],
                ignore_conflicts=True,
            )
            for pk, mine in by_person.items():
                _tell(people.known[pk], step, mine, today)
                sent += 1
    return sent


def _tell(user: User, step: Step, rows: list[EntryStanding], today: dt.date) -> None:
    rows = sorted(rows, key=lambda row: row.due.day if row.due else today)
    names = [
        f"{row.entry.organ.short_name or row.entry.organ.name}“{row.entry.title[:40]}”（{row.due.day if row.due else ''}）"
        for row in rows[:_NAMED]
    ]
    notify(
        template=f"catalogue.{step.code}",
        recipient=Recipient(party=user.ledger_name, name=user.full_name, email=user.email),
        subject="catalogue",
        values={"count": str(len(rows)), "titles": "、".join(names)},
        actor="system",
        key=f"catalogue:{step.code}:{today}:{user.pk}",
    )


class _People:
    """Holders of roles by organ branch, read once per run."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._held: dict[Role, list[tuple[str, User]]] = {}
        self.known: dict[int, User] = {}

    def of(self, organ: Organ, step: Step) -> Iterable[User]:
        """The nearest holders of each role, or all of them up to the top."""
        found: dict[int, User] = {}
        for role in step.roles:
            holders = list(self._holders(role, organ))
            nearest = max((len(path) for path, _user in holders), default=0)
            found |= {user.pk: user for path, user in holders if step.above or len(path) == nearest}
        self.known |= found
        return found.values()

    def _holders(self, role: Role, organ: Organ) -> Iterator[tuple[str, User]]:
        if role not in self._held:
            rows = Assignment.objects.current(self._today).filter(role=role, user__is_active=True)
            self._held[role] = [(row.organ.path, row.user) for row in rows.select_related("organ", "user")]
        return (pair for pair in self._held[role] if organ.path.startswith(pair[0]))
