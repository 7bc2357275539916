"""When reports are due (条例 Art. 49), and who is reminded. The dates are data."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongkai.engines.notices import Template, remind_once, step_before
from gongkai.foundation.accounts.models import Assignment, User
from gongkai.foundation.organs.models import Organ
from gongkai.foundation.statutes import provision
from gongkai.wings.disclosure.annual.models import REPORTERS, AnnualReport, Status
from gongkai.wings.disclosure.annual.numbers import reports_whole

DEPARTMENT: Final = "department"
GOVERNMENT: Final = "government"
TEMPLATES: Final = tuple(
    Template(code=f"annual.{code}", title=title, inbox=text, email_subject=title, email=text, sms="")
    for code, title, text in (
        (
            "due",
            _("Annual report of {year} is due on {due}"),
            _("The annual report of {organ} on {year} is to be published by {due} ({provision})."),
        ),
        (
            "late",
            _("Annual report of {year} is late"),
            _("The annual report of {organ} on {year} was to be published by {due} ({provision})."),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to publish, and the provision that says so."""

    who: str
    day: dt.date
    provision: str


@functools.cache
def deadlines(year: int) -> dict[str, Deadline]:
    """The deadlines of the reports on a year, by who reports: "department" or "government"."""
    table = tomllib.loads(files(__package__).joinpath("deadlines.toml").read_text(encoding="utf-8"))
    return {
        entry["who"]: Deadline(
            entry["who"],
            dt.date(year + 1, entry["month"], entry["day"]),
            provision(entry["instrument"], entry["article"], entry["paragraph"]).cite(),
        )
        for entry in table["deadline"]
    }


def due(organ: Organ, year: int) -> Deadline:
    return deadlines(year)[GOVERNMENT if reports_whole(organ) else DEPARTMENT]


def remind(today: dt.date) -> int:
    """Remind the disclosure offices whose report is not published; the number of people told now.

    Once per step, however often it runs.
    """
    year, told = today.year - 1, 0
    done = set(
        AnnualReport.objects.filter(year=year, status=Status.PUBLISHED).values_list("organ_id", flat=True)
    )
    held: dict[int, list[User]] = {}
    for assignment in Assignment.objects.current(today).filter(role__in=REPORTERS).select_related("user"):
        held.setdefault(assignment.organ_id, []).append(assignment.user)
    for organ in Organ.objects.current(today).filter(pk__in=held).exclude(pk__in=done):
        deadline = due(organ, year)
        step = step_before(deadline.day, today)
        if step is None:
            continue
        with transaction.atomic():
            told += sum(_tell(organ, year, deadline, step, user) for user in held[organ.pk])
    return told


def _tell(organ: Organ, year: int, deadline: Deadline, step: str, user: User) -> bool:
    return remind_once(
        user,
        template="annual.late" if step == "late" else "annual.due",
        subject=f"annual-report:{organ.code}:{year}",
        values={
            "organ": organ.name,
            "year": str(year),
            "due": deadline.day.isoformat(),
            "provision": deadline.provision,
        },
        key=f"annual:{organ.code}:{year}:{step}:{user.pk}",
    )
