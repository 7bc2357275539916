"""Three reviews by three people (三审三校), and what the scans found on the way.

Wagtail's workflow carries the states; the rules are enforced where its ways meet: ``ReviewTask.start`` (whoever
submits, by whichever button), ``ReviewTaskState.approve`` and ``reject`` (whoever decides), and ``services.conclude``
(whatever led to the end).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from gongkai.foundation.accounts.models import Role


class ReviewTaskState(TaskState):
    """One review of one revision. Knows what the text was when it was approved."""

    fingerprint = models.CharField(max_length=64, blank=True)
    """Of the revision's content at approval: an autosave may overwrite a revision in place, an approval stays with
    what was read."""

    exclude_fields_in_copy = ["fingerprint"]

    class Meta:
        verbose_name = _("state of a review")
        verbose_name_plural = _("states of reviews")

    def approve(self, user: Any = None, update: bool = True, comment: str = "") -> ReviewTaskState:
        """Approve, by whoever may (``services.require_decider``); the last approval publishes."""
        from gongkai.wings.publishing.reviews import services

        return services.approve_state(self, user=user, comment=comment)

    def reject(self, user: Any = None, update: bool = True, comment: str = "") -> ReviewTaskState:
        """Send back with a comment."""
        from gongkai.wings.publishing.reviews import services

        return services.reject_state(self, user=user, comment=comment)


class ReviewTask(Task):
    """One of the three reviews. Whoever holds ``role`` in the responsible organ (or above) may act, except the authors
    of the text and whoever did an earlier review of the same submission. Administrators are no exception."""

    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(1, _("First review")), (2, _("Second review")), (3, _("Final review"))]
    )

    task_state_class = ReviewTaskState
    admin_form_fields = [*Task.admin_form_fields, "level"]
    admin_form_readonly_on_edit_fields = [*Task.admin_form_readonly_on_edit_fields, "level"]

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=[1, 2, 3]), name="reviews_level_known")
        ]

    @property
    def role(self) -> Role:
        return (Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)[self.level - 1]

    # -- Wagtail asks these questions --------------------------------------------------------------------------

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Begin this review, or the first one still open for the text as it is now.

        Wagtail resumes at the review that sent the text back; a corrected text begins again at the first.
        """
        from gongkai.wings.publishing.reviews import services

        first_open = workflow_state.get_next_task()
        if first_open is not None and first_open.pk != self.pk:
            return first_open.specific.start(workflow_state, user=user)
        if self.level == 1:
            services.require_submittable(workflow_state=workflow_state, user=user)
        return super().start(workflow_state, user=user)

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> None:
        """Approve or send back. Extra data from the browser is ignored but for the comment."""
        if action_name == "approve":
            task_state.specific.approve(user=user, comment=kwargs.get("comment", ""))
        elif action_name == "reject":
            task_state.specific.reject(user=user, comment=kwargs.get("comment", ""))

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        from gongkai.wings.publishing.reviews import services

        state = obj.current_workflow_state
        if state is None or services.bars_for(obj, task=self, workflow_state=state, user=user):
            return []
        return [
            ("reject", _("Request changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with comment"), True),
        ]

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """A text under review stands still, for everybody: three people must read the same words."""
        return True

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Reviewers of the responsible organ may open the text (locked) to read it in its place."""
        return bool(user.has_role(self.role, obj.responsible))

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        from gongkai.wings.publishing.reviews import services

        return services.states_waiting_for(user, task=self)

    @classmethod
    def get_description(cls) -> str:
        return str(_("One of three reviews by three people, none of them an author"))


BLOCKING = "block"
"""The gravest of the severities of ``engines.checks``."""


class ScanFindingQuerySet(models.QuerySet["ScanFinding"]):
    def current(self) -> ScanFindingQuerySet:
        """Those of the latest text of their documents."""
        return self.filter(revision=models.F("document__latest_revision"))

    def open(self) -> ScanFindingQuerySet:
        return self.filter(overruled_at__isnull=True)

    def blocking(self) -> ScanFindingQuerySet:
        """Those that keep a text from the public until mended or overruled."""
        return self.filter(severity=BLOCKING)


class ScanFinding(models.Model):
    """One thing a scan pointed at in one revision of a document."""

    document = models.ForeignKey("documents.Document", models.CASCADE, related_name="findings")
    revision = models.ForeignKey("wagtailcore.Revision", models.CASCADE, related_name="+", null=True)
    check_code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)
    field = models.CharField(max_length=40)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    excerpt = models.CharField(max_length=300, blank=True)
    """Personal data is masked here."""
    message = models.CharField(max_length=500)
    rule = models.CharField(max_length=200, blank=True)
    mend = models.CharField(max_length=300, blank=True)
    overridable = models.BooleanField(default=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    """Same check, same words, same document: an overruling holds for the next scan too."""
    found_at = models.DateTimeField(auto_now_add=True)
    overruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    overruled_at = models.DateTimeField(null=True, blank=True)
    overruling_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = ScanFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["document", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(overruled_at__isnull=True)
                | (models.Q(overridable=True, overruled_by__isnull=False) & ~models.Q(overruling_reason="")),
                name="reviews_overruled_with_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_code}: {self.message}"

    @property
    def blocks(self) -> bool:
        """Whether it keeps the text from the public now."""
        return self.severity == BLOCKING and self.overruled_at is None
