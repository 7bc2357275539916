"""What greets each person: what is due from them, what waits for others, and what has gone stale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import WorkflowState

from gongkai.engines import press
from gongkai.engines.casework import worklist
from gongkai.engines.casework.declarations import Action, Procedure
from gongkai.engines.casework.models import CASE_ROLES
from gongkai.engines.casework.registry import procedures
from gongkai.engines.notices import inbox
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.shell.workbench.reports import ForcedPage, ReassessmentPage
from gongkai.shell.workbench.worklist import worklist_counts
from gongkai.wings.publishing.documents import standing
from gongkai.wings.publishing.documents.models import Document, Series
from gongkai.wings.publishing.reviews.models import ReviewTask
from gongkai.wings.publishing.reviews.services import states_waiting_for
from gongkai.wings.publishing.sites.models import Column, Topic
from gongkai.wings.publishing.sites.rules import ColumnUpdate, stale_columns

SHOWN = 10
"""Rows of each part of the first screen."""
SHOWN_OF_ALL = 500
"""Rows of the one part that somebody wants to see whole."""
NEXT = 5
"""Cases named on the first screen, by the day they are due."""

_OF_TEXTS = (Role.DRAFTER, Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)
"""Who is told that no text waits; others never have one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the screen: the first rows, and how many there are in all."""

    name: str
    rows: Sequence[Any] = ()
    total: int = 0

    def __bool__(self) -> bool:
        return self.total > 0

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.total


class DeskPanel(Component):
    """The first thing on the workbench."""

    order = 10
    template_name = "workbench/home.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        user, whole = request.user, request.GET.get("all", "")
        assert isinstance(user, User)
        manages = user.has_role(Role.SITE_MANAGER) or user.has_role(Role.COLUMN_EDITOR)
        return {
            "user": user,
            "roles": user.assignments.current(timezone.localdate()).select_related("organ"),
            "has_texts": user.is_superuser or any(user.has_role(role) for role in _OF_TEXTS),
            "to_review": _part("to_review", _to_review(user), whole),
            "returned": _part("returned", _mine(user, "needs_changes"), whole),
            "waiting": _part("waiting", _mine(user, "in_progress"), whole),
            "drafts": _part("drafts", _drafts(user), whole),
            "stale": _part("stale", _stale_columns(user) if manages else (), whole),
            "gaps": _part("gaps", _series_with_gaps(user) if manages else (), whole),
            "closing": _part("closing", _topics_past_their_end(user) if manages else (), whole),
            "press": press.status() if manages else None,
            "forced": _forced(user),
            "to_reassess": _to_reassess(user),
            "cases": _cases(user),
            "messages_unread": inbox(user.ledger_name).unread()[:SHOWN],
        }


def _part(name: str, rows: Sequence[Any] | QuerySet[Any], whole: str) -> Part:
    """Its first rows; ``whole`` names the part that is wanted whole."""
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    return Part(name, list(rows[: SHOWN_OF_ALL if name == whole else SHOWN]), total)


def _cases(user: User) -> dict[str, Any]:
    """The groups of the worklist, and the cases whose day comes first; nothing for whoever has no cases."""
    counted = worklist_counts(user)
    if counted is None:
        return {}
    groups: tuple[worklist.Group, ...] = ("overdue", "today", "week", "waiting", "unassigned", "mine")
    first = worklist.page(worklist.Asked(group="open", size=NEXT), user, timezone.localdate())
    return {
        "groups": [
            {"code": group, "title": worklist.group_title(group), "count": getattr(counted, group)}
            for group in groups
        ],
        "next": [row for row in first.rows if row.days_left is not None],
        "for_me": _for_me(user),
        "pressing": counted.overdue or counted.today or counted.week,
    }


def _for_me(user: User) -> list[dict[str, Any]]:
    """Where open cases stand until somebody with this person's role acts: what waits for a reviewer is in nobody's name,
    so no other group shows it."""
    mine = {
        (procedure.code, state.code): state.title
        for procedure in procedures()
        for state in procedure.states
        if (state.kind == "open" or state.before_receipt)
        and any(_is_for(user, procedure, action) for action in procedure.actions_from(state.code))
    }
    if user.is_superuser:
        return []
    rows = worklist.visible_cases(user).open().filter(state__in={state for _procedure, state in mine})
    tallied = rows.order_by().values_list("procedure", "state").annotate(count=Count("pk"))
    standing = [
        {
            "asked": urlencode({"procedure": procedure, "state": state}),
            "title": mine[procedure, state],
            "count": count,
        }
        for procedure, state, count in sorted(tallied)
        if (procedure, state) in mine
    ]
    return [*standing, *_proposals_for(user)]


def _proposals_for(user: User) -> list[dict[str, Any]]:
    """What was proposed, leaves the case in the state it is in, and waits for an answer that is this person's to give."""
    answered_by = {
        (procedure.code, proposal.code): proposal.title
        for procedure in procedures()
        for proposal in procedure.to_be_answered
        if any(_holds_one_of(user, answer.roles) for answer in procedure.answers_to(proposal.code))
    }
    found = []
    for (procedure, proposal), title in answered_by.items():
        rows = worklist.awaiting(worklist.visible_cases(user).of(procedure), proposal)
        if count := rows.count():
            asked = urlencode({"procedure": procedure, "awaits": proposal})
            found.append(
                {"asked": asked, "title": _("To be answered: %(what)s") % {"what": title}, "count": count}
            )
    return found


def _holds_one_of(user: User, roles: Collection[str]) -> bool:
    return any(user.has_role(role) for role in CASE_ROLES if role.value in roles)


def _is_for(user: User, procedure: Procedure, action: Action) -> bool:
    """Whether an act takes a case on from one state alone, and is for one of this person's roles: not for whoever handles
    the case, nor one that may be done at any time, as taking it back."""
    return (
        action.target is not None
        and len(action.sources) == 1
        and procedure.state(action.target).kind != "waiting"
        and Role.HANDLER.value not in action.roles
        and _holds_one_of(user, action.roles)
    )


def _to_review(user: User) -> list[Any]:
    waiting = []
    for task in ReviewTask.objects.filter(active=True):
        for state in states_waiting_for(user, task=task).select_related("workflow_state"):
            document = Document.objects.filter(pk=state.workflow_state.object_id).first()
            if document is not None:
                days = (timezone.now() - state.started_at).days
                waiting.append({"document": document, "task": task, "since": state.started_at, "days": days})
    return sorted(waiting, key=lambda each: each["since"])


def _in_review(*statuses: str, **facts: Any) -> list[int]:
    """Ids of documents whose workflow is in one of ``statuses``. Wagtail keeps them as text, so they are read first:
    PostgreSQL does not compare text with numbers."""
    library = ContentType.objects.get_for_model(Document)
    states = WorkflowState.objects.filter(base_content_type=library, status__in=statuses, **facts)
    return [int(pk) for pk in states.values_list("object_id", flat=True)]


def _mine(user: User, status: str) -> QuerySet[Document]:
    mine = _in_review(status, requested_by=user)
    return Document.objects.visible_to(user).filter(pk__in=mine)


def _drafts(user: User) -> QuerySet[Document]:
    busy = _in_review("in_progress", "needs_changes", requested_by=user)
    rows = Document.objects.filter(created_by=user, published_at__isnull=True).exclude(pk__in=busy)
    return rows.order_by("-latest_revision__created_at")


def _stale_columns(user: User) -> list[Any]:
    today = timezone.localdate()
    columns = (
        Column.objects.open(today)
        .filter(site__organ__in=user.organs(), block="", children__isnull=True)
        .annotate(newest=Max("placements__document__published_at"))
        .select_related("site__organ")
    )
    by_id = {column.pk: column for column in columns}
    updates = [
        ColumnUpdate(
            column=column.pk,
            type=column.type,
            own_days=column.update_days,
            opened_on=column.opened_on,
            newest_on=standing.local_day(column.newest),
            closed_on=column.closed_on,
        )
        for column in by_id.values()
    ]
    found = stale_columns(updates, today=today)
    return [
        {
            "column": by_id[stale.column],
            "stale": stale,
            "edit": _form_of(by_id[stale.column], user, by_id[stale.column].site.organ),
        }
        for stale in found
    ]


def _form_of(row: Column | Series, user: User, organ: Organ) -> str:
    """Where it can be mended or closed, for those who may."""
    if not user.has_role(Role.SITE_MANAGER, organ):
        return ""
    return reverse(type(row).snippet_viewset.get_url_name("edit"), args=[row.pk])  # type: ignore[union-attr]


def _series_with_gaps(user: User) -> list[Any]:
    today = timezone.localdate()
    found = []
    open_ones = Series.objects.filter(organ__in=user.organs(), closed_on__isnull=True).select_related("organ")
    for series in open_ones:
        health = standing.series_health(series, today)
        if not health.sound:
            edit = _form_of(series, user, series.organ)
            found.append({"series": series, "health": health, "edit": edit})
    return found


def _forced(user: User) -> int:
    """Publications without three reviews within the last 90 days, for those who watch over them."""
    if not ForcedPage().may_enter(user):
        return 0
    since = timezone.localdate() - timedelta(days=90)
    return len(standing.forced_publications(since, Document.objects.visible_to(user)))


def _to_reassess(user: User) -> int:
    if not ReassessmentPage().may_enter(user):
        return 0
    return standing.due_for_reassessment(Document.objects.visible_to(user), timezone.localdate()).count()


def _topics_past_their_end(user: User) -> QuerySet[Topic]:
    rows = Topic.objects.filter(
        column__site__organ__in=user.organs(), closed_at__isnull=True, close_on__lte=timezone.localdate()
    )
    return rows.select_related("column__site")
