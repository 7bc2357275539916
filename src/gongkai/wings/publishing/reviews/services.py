"""The acts of the three reviews: submit, approve, send back, recall, force. Each is one transaction and ledgered.

Wagtail's buttons end in the same functions (``models``), so that there is one set of rules whichever way is taken.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import (
    Revision,
    TaskState,
    Workflow,
    WorkflowContentType,
    WorkflowState,
    WorkflowTask,
)

from gongkai.foundation.accounts.models import Role, User
from gongkai.wings.publishing.documents.errors import PublicationRefused
from gongkai.wings.publishing.documents.history import record
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.obstacles import publication_obstacles
from gongkai.wings.publishing.documents.services import DRAFTING, Forced, Reviewed, publish_revision
from gongkai.wings.publishing.reviews.authorship import authors
from gongkai.wings.publishing.reviews.errors import ReviewError
from gongkai.wings.publishing.reviews.finish import finish_reviews
from gongkai.wings.publishing.reviews.models import ReviewTask, ReviewTaskState
from gongkai.wings.publishing.reviews.rules import LEVELS, Approval, Bar, Flaw, bars, flaws
from gongkai.wings.publishing.reviews.scans import MASKABLE, mask, overrule, scan

__all__ = [
    "MASKABLE",
    "ReviewError",
    "approve",
    "cancel",
    "ensure_workflow",
    "finish_reviews",
    "force_publish",
    "mask",
    "overrule",
    "request_changes",
    "scan",
    "submit",
]

FORCING = (Role.REVIEWER_3, Role.SITE_MANAGER)


# -- Acts ----------------------------------------------------------------------------------------------------


def submit(*, document: Document, user: User, at: datetime | None = None) -> WorkflowState:
    """Send the latest text to the three reviews; a text sent back begins again at the first. ``at``: now if absent.

    Everything that would keep it from the public is told at once. Findings of the scan are kept whether or not the
    submission succeeds; only one that nobody may overrule (a valid ID number) stops it here.
    """
    try:
        with transaction.atomic():
            row = _locked(document.pk)
            if row.workflow_in_progress:
                raise ReviewError("under_review", _("The text is under review already."))
            if sent_back := row.current_workflow_state:
                sent_back.cancel(user=user)
            state: WorkflowState = _workflow(row).start(row, user)
            if at is not None:
                _date_submission(state, at)
    except ReviewError as refusal:
        if refusal.code == "must_mask":
            scan(document)
        raise
    document.refresh_from_db()
    return state


def approve(*, document: Document, user: User, comment: str = "", at: datetime | None = None) -> None:
    """Approve the present review. The third approval publishes, unless a blocking finding stands open.

    ``at``: the moment it was approved, now if absent; never later, never before the step before it. The ledger keeps
    the moment of the entry beside it.
    """
    try:
        with transaction.atomic():
            approve_state(_current_state(document), user=user, comment=comment, at=at)
    except ReviewError as refusal:
        if refusal.code == "blocking_findings":
            scan(document)  # what was found stays, although the approval did not
        raise
    document.refresh_from_db()


def request_changes(*, document: Document, user: User, comment: str) -> None:
    """Send the text back to its author, saying what to change."""
    _current_state(document).reject(user=user, comment=comment)
    document.refresh_from_db()


@transaction.atomic
def cancel(*, document: Document, user: User) -> None:
    """Recall a text from review: by who submitted it, or who may draft for the organ."""
    row = _locked(document.pk)
    state = row.current_workflow_state
    if state is None:
        raise ReviewError("not_under_review", _("The text is not under review."))
    if user != state.requested_by:
        _require_one_of(user, DRAFTING, row)
    state.cancel(user=user)
    document.refresh_from_db()


def force_publish(*, document: Document, user: User, reason: str) -> Document:
    """Publish without the three reviews: an act of its own, for an emergency, with a reason everybody will see.

    Two people at least: whoever forces holds the final review or manages the site, and is no author. What the law
    asks of a document, and open blocking findings, are not forced.
    """
    try:
        with transaction.atomic():
            row = _locked(document.pk)
            _require_one_of(user, FORCING, row)
            if user.pk in authors(row, row.current_workflow_state):
                raise ReviewError("author", _("An author of the text cannot force its publication."))
            if not reason.strip():
                raise ReviewError("reason", _("A forced publication needs a reason."))
            _refuse_while_blocked(row)
            return _publish(row.latest_revision, actor=user, authority=Forced(reason))
    except ReviewError as refusal:
        if refusal.code == "blocking_findings":
            scan(document)
        raise


# -- Where Wagtail's ways meet ---------------------------------------------------------------------------------


def require_submittable(*, workflow_state: WorkflowState, user: User | None) -> None:
    """The gate of every submission, whichever button started it. Inside the transaction that starts the workflow."""
    with transaction.atomic():
        row = _locked(int(workflow_state.object_id))
        if user is None or row.latest_revision is None:
            raise ReviewError("role", _("Nobody submitted the text."))
        _require_one_of(user, DRAFTING, row)
        if row.live and not row.has_unpublished_changes:
            raise ReviewError("nothing_new", _("The public already sees this text."))
        obstacles = publication_obstacles(row.latest_revision.as_object())
        if obstacles:
            raise ReviewError(
                "obstacles",
                _("The document cannot be submitted yet."),
                [f"{obstacle.message} {obstacle.mend}" for obstacle in obstacles],
            )
        unmasked = [finding for finding in scan(row) if finding.blocks and not finding.overridable]
        if unmasked:
            raise ReviewError(
                "must_mask",
                _("The text holds personal data that nobody may let pass."),
                [finding.message for finding in unmasked],
            )
        record(row, user, "review.submitted", revision=row.latest_revision_id)


@transaction.atomic
def approve_state(
    state: ReviewTaskState, *, user: User, comment: str = "", at: datetime | None = None
) -> ReviewTaskState:
    """Decide a review: the row of the document is held, so of two who press at once the second is told."""
    row, level = _require_decider(state, user)
    if at is not None:
        _require_moment(at, after=state.started_at)
    state.fingerprint = fingerprint(state.revision)
    facts = {"at": at.isoformat()} if at is not None else {}
    record(
        row,
        user,
        "review.approved",
        level=level,
        revision=state.revision_id,
        comment=comment.strip(),
        **facts,
    )
    TaskState.approve(state, user=user, comment=comment.strip(), update=False)
    if at is not None:
        state.finished_at = at
        state.save(update_fields=["finished_at"])
    workflow_state = state.workflow_state
    workflow_state.update(user=user)
    if at is not None and workflow_state.status == WorkflowState.STATUS_IN_PROGRESS:
        TaskState.objects.filter(pk=workflow_state.current_task_state_id).update(started_at=at)
    return state


@transaction.atomic
def reject_state(state: ReviewTaskState, *, user: User, comment: str) -> ReviewTaskState:
    row, level = _require_decider(state, user)
    if not comment.strip():
        raise ReviewError("comment", _("Say what is to be changed."))
    record(
        row,
        user,
        "review.changes_requested",
        level=level,
        revision=state.revision_id,
        comment=comment.strip(),
    )
    TaskState.reject(state, user=user, comment=comment.strip())
    return state


@transaction.atomic
def conclude(*, workflow_state: WorkflowState, user: User) -> Document:
    """Publish after the last review. Believes nothing: counts the three reviews again and scans once more."""
    row = _locked(int(workflow_state.object_id))
    revision = row.latest_revision
    states = ReviewTaskState.objects.filter(
        workflow_state=workflow_state, revision=revision, status=TaskState.STATUS_APPROVED
    ).select_related("task", "finished_by")
    approvals = [
        Approval(state.task.specific.level, state.finished_by_id, state.fingerprint) for state in states
    ]
    found = flaws(approvals, authors=authors(row, workflow_state), fingerprint=fingerprint(revision))
    if found:
        raise ReviewError(
            "not_three_reviews",
            _("These are not three reviews of this text by three people who did not write it."),
            [str(_FLAWS[flaw]) for flaw in found],
        )
    _refuse_while_blocked(row)
    by_level = sorted(states, key=lambda state: state.task.specific.level)
    reviewers = tuple(state.finished_by.ledger_name for state in by_level)
    last = max((state.finished_at for state in states), default=None)
    return _publish(revision, actor=user, authority=Reviewed(reviewers), at=last)


def record_cancellation(*, workflow_state: WorkflowState, user: User | None) -> None:
    """However a workflow on a document was cancelled, the ledger says so."""
    with transaction.atomic():
        row = _locked(int(workflow_state.object_id))
        record(row, user or "system", "review.cancelled", revision=row.latest_revision_id)


# -- Who may -------------------------------------------------------------------------------------------------


def bars_for(
    document: Document, *, task: ReviewTask, workflow_state: WorkflowState, user: User
) -> tuple[Bar, ...]:
    """Why ``user`` may not do this review; empty: may."""
    earlier = ReviewTaskState.objects.filter(
        workflow_state=workflow_state, status=TaskState.STATUS_APPROVED
    ).values_list("finished_by_id", flat=True)
    return bars(
        person=user.pk,
        authors=authors(document, workflow_state),
        earlier_reviewers=set(earlier),
        holds_role=user.has_role(task.role, document.responsible),
    )


def states_waiting_for(user: User, *, task: ReviewTask) -> models.QuerySet[TaskState]:
    """Reviews at this level that wait and that this person may do."""
    waiting = TaskState.objects.filter(task=task, status=TaskState.STATUS_IN_PROGRESS)
    allowed = []
    for state in waiting.select_related("workflow_state"):
        document = Document.objects.filter(pk=state.workflow_state.object_id).first()
        if document and not bars_for(document, task=task, workflow_state=state.workflow_state, user=user):
            allowed.append(state.pk)
    return TaskState.objects.filter(pk__in=allowed)


def _require_decider(state: ReviewTaskState, user: User) -> tuple[Document, int]:
    """Lock the document, look again, and refuse whoever may not decide this review now."""
    row = _locked(int(state.workflow_state.object_id))
    state.refresh_from_db()
    workflow_state, task = state.workflow_state, state.task.specific
    if (
        state.status != TaskState.STATUS_IN_PROGRESS
        or workflow_state.status != WorkflowState.STATUS_IN_PROGRESS
        or workflow_state.current_task_state_id != state.pk
    ):
        raise ReviewError("decided", _("Somebody else has decided this review in the meantime."))
    if state.revision_id != row.latest_revision_id:
        raise ReviewError("outdated", _("The text has changed since it was submitted."))
    barred = bars_for(row, task=task, workflow_state=workflow_state, user=user)
    if barred:
        reasons = [str(_BARS[bar]) for bar in barred]
        raise ReviewError(barred[0].value, " ".join(reasons), reasons)
    return row, task.level


def _require_one_of(user: User, roles: tuple[Role, ...], document: Document) -> None:
    if not any(user.has_role(role, document.responsible) for role in roles):
        names = "、".join(str(role.label) for role in roles)
        raise ReviewError(
            "role",
            _("This takes one of the roles %(roles)s in %(organ)s or above.")
            % {"roles": names, "organ": document.responsible},
        )


_BARS = {
    Bar.AUTHOR: translation.gettext_lazy("An author of the text does not review it."),
    Bar.REVIEWED_BEFORE: translation.gettext_lazy("The three reviews are done by three people."),
    Bar.ROLE: translation.gettext_lazy(
        "This review takes its reviewer's role in the responsible organ or above."
    ),
}
_FLAWS = {
    Flaw.MISSING: translation.gettext_lazy("A review is missing."),
    Flaw.SAME_PERSON: translation.gettext_lazy("One person did more than one review."),
    Flaw.AUTHOR: translation.gettext_lazy("An author reviewed the text."),
    Flaw.OTHER_TEXT: translation.gettext_lazy("The text was changed after a review."),
}


# -- Pieces --------------------------------------------------------------------------------------------------


def fingerprint(revision: Revision) -> str:
    """SHA-256 of the revision's content."""
    content = json.dumps(revision.content, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(content.encode()).hexdigest()


def _locked(pk: int) -> Document:
    return Document.objects.select_for_update().get(pk=pk)


def _workflow(document: Document) -> Workflow:
    return document.get_workflow() or ensure_workflow()


def _current_state(document: Document) -> ReviewTaskState:
    state = (
        WorkflowState.objects.for_instance(document).filter(status=WorkflowState.STATUS_IN_PROGRESS).first()
    )
    if state is None or state.current_task_state is None:
        raise ReviewError("not_under_review", _("The text is not under review."))
    current: ReviewTaskState = state.current_task_state.specific
    return current


def _date_submission(state: WorkflowState, at: datetime) -> None:
    """A submission made at ``at`` and entered now, as requests that came by post are."""
    row = _locked(int(state.object_id))
    if row.written_on is not None and timezone.localtime(at).date() < row.written_on:
        raise ReviewError("moment", _("No text is submitted before the day it was written."))
    _require_moment(at, after=None)
    WorkflowState.objects.filter(pk=state.pk).update(created_at=at)
    TaskState.objects.filter(pk=state.current_task_state_id).update(started_at=at)


def _require_moment(at: datetime, *, after: datetime | None) -> None:
    if at > timezone.now():
        raise ReviewError("moment", _("Nothing is decided before its time."))
    if after is not None and at < after:
        raise ReviewError("moment", _("A step of the reviews does not lie before the one it follows."))


def _refuse_while_blocked(document: Document) -> None:
    blocking = [finding for finding in scan(document) if finding.blocks]
    if blocking:
        raise ReviewError(
            "blocking_findings",
            _("The scan found what must be mended or overruled before publication."),
            [finding.message for finding in blocking],
        )


def _publish(
    revision: Revision, *, actor: User, authority: Reviewed | Forced, at: datetime | None = None
) -> Document:
    """``at``: the moment of the last review, which is that of the publication."""
    moment = min(at, timezone.now()) if at is not None else None
    try:
        return publish_revision(revision=revision, actor=actor, authority=authority, at=moment)
    except PublicationRefused as refusal:
        raise ReviewError(refusal.code, refusal.message, refusal.reasons) from refusal


# -- The standard workflow -------------------------------------------------------------------------------------


@transaction.atomic
def ensure_workflow() -> Workflow:
    """三审三校 as Wagtail's workflow on documents: made once, mended when a piece is missing."""
    with translation.override("zh-hans"):
        tasks = [
            ReviewTask.objects.filter(level=level, active=True).first()
            or ReviewTask.objects.create(level=level, name=str(_TASK_NAMES[level]))
            for level in LEVELS
        ]
        workflow = Workflow.objects.filter(
            workflow_content_types__content_type=Document.get_content_type(), active=True
        ).first() or Workflow.objects.create(name=_("Three reviews"))
    for order, task in enumerate(tasks):
        WorkflowTask.objects.update_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    WorkflowContentType.objects.update_or_create(
        content_type=Document.get_content_type(), defaults={"workflow": workflow}
    )
    return workflow


_TASK_NAMES = dict(ReviewTask._meta.get_field("level").choices)
