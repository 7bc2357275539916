"""Who is told that a yearly report of a website is due (国办函〔2018〕12号: on the home page by 31 January)."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gongkai.engines.notices import Template, remind_once, step_before
from gongkai.foundation.accounts.models import Assignment, User
from gongkai.wings.publishing.sitereports import form
from gongkai.wings.publishing.sitereports.models import FormKind, SiteReport
from gongkai.wings.publishing.sitereports.services import KEEPERS, supervises
from gongkai.wings.publishing.sites.models import Site

TEMPLATES: Final = tuple(
    Template(code=f"sitereports.{code}", title=title, inbox=text, email_subject=title, email=text, sms="")
    for code, title, text in (
        (
            "due",
            _("{form} on {year} is due on {due}"),
            _("{form} of {site} on {year} is to stand on the home page by {due} ({instrument})."),
        ),
        (
            "late",
            _("{form} on {year} is late"),
            _("{form} of {site} on {year} was to stand on the home page by {due} ({instrument})."),
        ),
    )
)


def remind(today: dt.date) -> int:
    """Remind the managers of sites whose report is not published; the number of people told now. Once per step."""
    year, told = today.year - 1, 0
    done = set(
        SiteReport.objects.filter(year=year, published_at__isnull=False).values_list("site_id", "form")
    )
    holders = list(
        Assignment.objects.current(today)
        .filter(role__in=KEEPERS, user__is_active=True)
        .select_related("user", "organ")
    )
    for site in Site.objects.filter(closed_on=None).select_related("organ"):
        above = [each for each in holders if site.organ.path.startswith(each.organ.path)]
        nearest = max((len(each.organ.path) for each in above), default=0)
        people = {each.user.pk: each.user for each in above if len(each.organ.path) == nearest}
        for which in FormKind:
            due = form.due_on(year, which)
            step = step_before(due, today)
            if step is None or (site.pk, which.value) in done:
                continue
            if which == FormKind.SUPERVISION and not supervises(site.organ, today):
                continue
            with transaction.atomic():
                told += sum(_tell(site, which, year, due, step, user) for user in people.values())
    return told


def _tell(site: Site, which: FormKind, year: int, due: dt.date, step: str, user: User) -> bool:
    return remind_once(
        user,
        template="sitereports.late" if step == "late" else "sitereports.due",
        subject=f"site-report:{site.slug}:{which.value}:{year}",
        values={
            "form": str(which.label),
            "site": site.name,
            "year": str(year),
            "due": due.isoformat(),
            "instrument": form.instrument(which),
        },
        key=f"site-report:{site.slug}:{which.value}:{year}:{step}:{user.pk}",
    )
