"""What is to be done: by person, organ and city; filtered, sorted, paged without counting a million rows, and exported."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gongkai.engines.casework.clocks import days_left
from gongkai.engines.casework.declarations import Action, Procedure
from gongkai.engines.casework.models import CASE_ROLES, Case, CaseQuerySet, Event
from gongkai.engines.casework.registry import procedures
from gongkai.foundation.accounts.models import User
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.workdays import Calendar, calendar

Group = Literal[
    "open", "overdue", "today", "week", "waiting", "unassigned", "mine", "provisional", "closed", "all"
]
Order = Literal["due", "received"]
GROUPS: Final[tuple[Group, ...]] = (
    "overdue", "today", "week", "waiting", "unassigned", "mine", "provisional", "open", "closed", "all",
)  # fmt: skip
PAGE: Final = 50
EXPORT_LIMIT: Final = 50_000
_NUMBER_LIKE: Final = re.compile(r"〔\d|\d号$|^\d{4}-")
_LAST_SIGN: Final = "\U0010ffff"
_YEAR: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see. Empty means any; ``handler`` is a number, "me" or "none"; ``after`` a cursor."""

    group: Group = "open"
    order: Order = "due"
    procedure: str = ""
    state: str = ""
    outcome: str = ""
    organ: str = ""
    handler: str = ""
    channel: str = ""
    applicant_kind: str = ""
    awaits: str = ""
    """A proposal that nobody has answered, by the code of its act."""
    received_since: dt.date | None = None
    received_until: dt.date | None = None
    words: str = ""
    after: str = ""
    size: int = PAGE


class Row(NamedTuple):
    """One line of a worklist. ``days_left`` counts working days, less than zero once the day has passed; None while the
    clock stands still or the case is closed. ``still`` says for whom it waits."""

    case: Case
    days_left: int | None
    overdue: bool
    still: str

    @property
    def days_late(self) -> int:
        return -(self.days_left or 0)

    @property
    def bar(self) -> int | None:
        """Days left for drawing, at most 20; None where there are none to draw."""
        return None if self.days_left is None else max(0, min(20, self.days_left))


class Page(NamedTuple):
    rows: list[Row]
    next: str
    """The cursor of the page after; empty on the last one."""


class Year(NamedTuple):
    """From which day to which, both included."""

    since: dt.date
    until: dt.date


class Counts(NamedTuple):
    """Open cases by what they need, over everything somebody may see."""

    open: int
    overdue: int
    today: int
    week: int
    waiting: int
    unassigned: int
    mine: int
    provisional: int


def visible_cases(user: User) -> CaseQuerySet:
    """What somebody may see. Whoever sees every organ is not asked which, so that the database need not either."""
    if user.is_superuser:
        return Case.objects.all()
    organs = list(user.organs(*CASE_ROLES).values_list("pk", flat=True))
    if len(organs) == Organ.objects.count():
        return Case.objects.all()
    return Case.objects.filter(organ__in=organs)


def counts(user: User, today: dt.date, *, organ: str = "") -> Counts:
    """One look over the index of open cases."""
    week = end_of_week(today)
    cases = _of_branch(visible_cases(user).open(), organ)
    tests = {
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=week),
        "waiting": Q(waiting=True),
        "unassigned": Q(handler__isnull=True),
        "mine": Q(handler=user.pk),
        "provisional": Q(due_provisional=True),
    }
    found = cases.aggregate(
        open=Count("pk"), **{name: Count("pk", filter=test) for name, test in tests.items()}
    )
    return Counts(**found)


def page(asked: Asked, user: User, today: dt.date) -> Page:
    """The rows asked for, with one look at the index per page, however many cases there are."""
    cases = selected(asked, user, today)
    rows = _ordered(cases, asked)
    more = len(rows) > asked.size
    rows = rows[: asked.size]
    days = calendar()
    return Page([_row(case, today, days) for case in rows], _cursor(rows[-1], asked) if more else "")


def selected(asked: Asked, user: User, today: dt.date) -> CaseQuerySet:
    """Every case asked for, in no order."""
    cases = _grouped(visible_cases(user), asked.group, user, today)
    exact = {
        "procedure": asked.procedure,
        "state": asked.state,
        "outcome": asked.outcome,
        "channel": asked.channel,
        "applicant_kind": asked.applicant_kind,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    cases = _of_branch(cases, asked.organ)
    if asked.awaits:
        cases = awaiting(cases, asked.awaits)
    if asked.handler == "me":
        cases = cases.filter(handler=user)
    elif asked.handler == "none":
        cases = cases.filter(handler__isnull=True)
    elif asked.handler.isdecimal() and len(asked.handler) < 19:
        cases = cases.filter(handler=int(asked.handler))
    if asked.received_since:
        cases = cases.filter(received_on__gte=asked.received_since)
    if asked.received_until:
        cases = cases.filter(received_on__lte=asked.received_until)
    return _with_words(cases, asked, today) if asked.words else cases


def awaiting(cases: CaseQuerySet, proposal: str) -> CaseQuerySet:
    """Open cases with a proposal of this name that nobody has answered, where it can still be answered."""
    found = Q(pk__in=())
    for procedure in procedures():
        if answers := procedure.answers_to(proposal):
            sources = {state for action in answers for state in action.sources}
            found |= Q(procedure=procedure.code, state__in=sources) & Q(_unanswered(procedure, proposal))
    return cases.open().filter(found)


def unanswered(case: Case) -> list[Action]:
    """What was proposed in an open case and waits for its answer."""
    mine = Case.objects.filter(pk=case.pk)
    return [each for each in case.rules.to_be_answered if awaiting(mine, each.code).exists()]


def _unanswered(procedure: Procedure, proposal: str) -> Exists:
    answers = [action.code for action in procedure.answers_to(proposal)]
    later = Event.objects.filter(case=OuterRef("case"), action__in=answers, seq__gt=OuterRef("seq"))
    return Exists(Event.objects.filter(~Exists(later), case=OuterRef("pk"), action=proposal))


def _with_words(cases: CaseQuerySet, asked: Asked, today: dt.date) -> CaseQuerySet:
    """By the beginning of a number, over all years; by words of the subject, among open cases and those of a year."""
    if _NUMBER_LIKE.search(asked.words):
        return cases.filter(number__gte=asked.words, number__lt=asked.words + _LAST_SIGN)
    cases = cases.filter(title__icontains=asked.words)
    if year := looked_through(asked, today):
        cases = cases.filter(received_on__gte=year.since, received_on__lte=year.until)
    return cases


def looked_through(asked: Asked, today: dt.date) -> Year | None:
    """Of which year the words are looked for, where they are not looked for in all cases asked for: the one that begins
    or ends on the day asked for, or the last one. A million subjects are not read through for one word."""
    if not asked.words or _NUMBER_LIKE.search(asked.words) or asked.group not in ("closed", "all"):
        return None
    since, until = asked.received_since, asked.received_until
    if since is None:
        until = until or today
        since = max(dt.date.min + _YEAR, until) - _YEAR
    last = min(dt.date.max - _YEAR, since) + _YEAR
    return Year(since, min(until or last, last))


def end_of_week(today: dt.date) -> dt.date:
    """Sunday; make-up weekends included."""
    return today + dt.timedelta(days=6 - today.weekday())


def _grouped(cases: CaseQuerySet, group: Group, user: User, today: dt.date) -> CaseQuerySet:
    if group == "all":
        return cases
    if group == "closed":
        return cases.closed()
    cases = cases.open()
    narrowed: dict[str, Q] = {
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=end_of_week(today)),
        "waiting": Q(waiting=True),
        "unassigned": Q(handler__isnull=True),
        "mine": Q(handler=user.pk),
        "provisional": Q(due_provisional=True),
    }
    return cases.filter(narrowed[group]) if group in narrowed else cases


def _of_branch(cases: CaseQuerySet, code: str) -> CaseQuerySet:
    """An organ and everything below it."""
    if not code:
        return cases
    organ = Organ.objects.filter(code=code).first()
    if organ is None:
        return cases.none()
    return cases.filter(organ__in=list(Organ.objects.descendants_of(organ).values_list("pk", flat=True)))


def _ordered(cases: CaseQuerySet, asked: Asked) -> list[Case]:
    """One row more than fits, so that the next page is known without counting."""
    cases = cases.select_related("organ", "handler", "applicant")
    wanted = asked.size + 1
    place, _sep, rest = asked.after.partition(":")
    if asked.order == "received" or asked.group in ("closed", "all"):
        day, pk = read_place(rest) if place == "r" else (None, 0)
        if day is not None:
            cases = cases.filter(Q(received_on__lt=day) | Q(received_on=day, pk__lt=pk))
        return list(cases.order_by("-received_on", "-pk")[:wanted])
    rows: list[Case] = []
    if place != "n":
        running = cases.filter(due_on__isnull=False)
        day, pk = read_place(rest) if place == "d" else (None, 0)
        if day is not None:
            running = running.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk))
        rows = list(running.order_by("due_on", "pk")[:wanted])
    if len(rows) < wanted:
        still = cases.filter(due_on__isnull=True)
        if place == "n":
            still = still.filter(pk__gt=read_place(rest)[1])
        rows += still.order_by("pk")[: wanted - len(rows)]
    return rows


def _cursor(last: Case, asked: Asked) -> str:
    if asked.order == "received" or asked.group in ("closed", "all"):
        return f"r:{last.received_on.isoformat()}:{last.pk}"
    return f"d:{last.due_on.isoformat()}:{last.pk}" if last.due_on else f"n::{last.pk}"


def read_place(text: str) -> tuple[dt.date | None, int]:
    """A cursor that came by an address; nonsense is the first page."""
    day, _sep, pk = text.partition(":")
    try:
        return (dt.date.fromisoformat(day) if day else None), int(pk) if len(pk) < 19 else 0
    except ValueError:
        return None, 0


def _row(case: Case, today: dt.date, days: Calendar) -> Row:
    left = None
    if case.closed_on is None and case.due_on is not None:
        left = days.count(today, case.due_on).days
    still = str(case.standing.waits_for) if case.waiting else ""
    return Row(case, left, case.is_overdue(today), still)


def standing_days(case: Case, today: dt.date) -> list[tuple[Any, int | None]]:
    """Each clock of a case with the days it has left."""
    found = []
    for clock in case.clocks.order_by("id"):
        clock.case = case
        found.append((clock, days_left(clock.reckoning(), clock.rule.unit, calendar(), today)))
    return found


EXPORTED: Final = (
    "number", "title", "organ", "state", "outcome", "channel", "applicant", "received_on", "due_on", "closed_on", "handler",
)  # fmt: skip


def exported(asked: Asked, user: User, today: dt.date) -> Iterator[list[object]]:
    """Rows for a table, names of natural persons masked, at most 50,000."""
    cases = selected(asked, user, today).select_related("organ", "handler", "applicant")
    for case in cases.order_by("-received_on", "-pk")[:EXPORT_LIMIT].iterator(chunk_size=2_000):
        result = case.result
        yield [
            case.number,
            case.title,
            case.organ.name,
            str(case.standing.title),
            result.label if result else "",
            case.channel,
            case.applicant.masked_name if case.applicant else "",
            case.received_on,
            case.due_on,
            case.closed_on,
            str(case.handler) if case.handler else "",
        ]


class OrganLoad(NamedTuple):
    """How an organ stands: for leaders."""

    organ: Organ
    open: int
    overdue: int
    week: int
    waiting: int


def by_organ(user: User, today: dt.date) -> list[OrganLoad]:
    """Open cases by organ, those with overdue ones first."""
    rows = (
        visible_cases(user)
        .open()
        .order_by()
        .values("organ")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            week=Count("pk", filter=Q(due_on__gte=today, due_on__lte=end_of_week(today))),
            waiting_for=Count("pk", filter=Q(waiting=True)),
        )
    )
    organs = Organ.objects.in_bulk([row["organ"] for row in rows])
    loads = [
        OrganLoad(organs[row["organ"]], row["open"], row["overdue"], row["week"], row["waiting_for"])
        for row in rows
    ]
    return sorted(loads, key=lambda load: (-load.overdue, -load.open, load.organ.path))


def group_title(group: Group) -> str:
    return {
        "overdue": _("Overdue"),
        "today": _("Due today"),
        "week": _("Due this week"),
        "waiting": _("Waiting for other parties"),
        "unassigned": _("Nobody's yet"),
        "mine": _("Mine"),
        "provisional": _("Provisional days"),
        "open": _("All open"),
        "closed": _("Concluded"),
        "all": _("All cases"),
    }[group]
