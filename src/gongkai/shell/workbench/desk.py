"""The desk of one document: where it stands, what was found in it, where it is shown, what was done to it, and the
acts that are open to whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from gongkai.engines.casework.models import Case
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.hanzi.personal import mask_personal_data
from gongkai.foundation.ledger.services import history
from gongkai.shell.workbench.history import readable
from gongkai.shell.workbench.pages import WorkbenchPage, attempt, row_number
from gongkai.wings.disclosure.requests.proactive import request_of
from gongkai.wings.publishing.documents import rules, standing
from gongkai.wings.publishing.documents.kinds import FILE_KINDS
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.obstacles import publication_obstacles
from gongkai.wings.publishing.documents.services import WITHDRAWING, withdraw
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.reviews.models import ReviewTaskState, ScanFinding
from gongkai.wings.publishing.sites.models import Column
from gongkai.wings.publishing.sites.placing import pin, place, unpin, unplace
from gongkai.wings.publishing.sites.subjects import fact_names, subject_of

PLACING = (Role.DRAFTER, Role.COLUMN_EDITOR, Role.SITE_MANAGER)


class DocumentDesk(WorkbenchPage):
    template_name = "workbench/desk.html"

    def document(self) -> Document:
        return get_object_or_404(Document.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return self.document().get_latest_revision_as_object().title

    def _asked_for(self, document: Document, user: User) -> Case | None:
        """The request whose answer this publishes, for those who may see it."""
        found = request_of(str(document.pk))
        if found is None:
            return None
        return Case.objects.visible_to(user).filter(pk=found.pk).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        document = self.document()
        draft = document.get_latest_revision_as_object()
        user = self.request.user
        assert isinstance(user, User)
        today = timezone.localdate()
        timeline = standing.timeline(document) if document.live else ()
        interpretations = standing.interpretations(document)
        findings = list(
            ScanFinding.objects.filter(document=document).current().select_related("overruled_by")
        )
        names = fact_names()
        context.update(
            document=document,
            passages=passages(subject_of(draft).text, findings),
            draft=draft,
            edit_url=reverse(Document.snippet_viewset.get_url_name("edit"), args=[document.pk]),
            asked_for=self._asked_for(document, user),
            validity=rules.validity_on(timeline, today).label if timeline else "",
            obstacles=publication_obstacles(draft),
            due=standing.publication_due(document),
            synchrony=standing.synchrony(document) if draft.kind in FILE_KINDS or interpretations else (),
            interpretations=interpretations,
            interpreted=standing.interpreted(document),
            reviews=self._reviews(document),
            between_rounds=document.current_workflow_state is None,
            in_review=document.workflow_in_progress,
            findings=[(names.get(each.field, each.field), each) for each in findings],
            placements=document.placements.select_related("column__site"),
            columns=self._columns(user),
            history=readable(history(f"document:{document.pk}")),
            may_withdraw=document.live
            and any(user.has_role(role, document.responsible) for role in WITHDRAWING),
            may_force=not document.live
            and any(user.has_role(role, document.responsible) for role in reviews.FORCING),
            may_review=self._may_review(document, user),
            may_place=any(user.has_role(role, document.responsible) for role in PLACING),
            maskable=reviews.MASKABLE,
            may_draft=user.has_role(Role.DRAFTER, document.responsible),
        )
        return context

    def _reviews(self, document: Document) -> list[ReviewTaskState]:
        """Of the round under way, else of the last one that came to its end: who passed what is public."""
        ended = document.workflow_states.filter(status=WorkflowState.STATUS_APPROVED).order_by("-created_at")
        state = document.current_workflow_state or ended.first()
        if state is None:
            return []
        return list(
            ReviewTaskState.objects.filter(workflow_state=state).select_related("finished_by").order_by("pk")
        )

    def _may_review(self, document: Document, user: User) -> bool:
        task = document.current_workflow_task
        return task is not None and bool(task.specific.get_actions(document, user))

    def _columns(self, user: User) -> list[Column]:
        return list(
            Column.objects.open(timezone.localdate())
            .filter(block="")
            .select_related("site")
            .order_by("site", "path")
        )

    # -- Acts ------------------------------------------------------------------------------------------

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        """One form, one act; the button's value names it."""
        act = _ACTS.get(request.POST.get("act", ""))
        document = self.document()
        if act is not None:
            run, done = act
            attempt(request, lambda: run(request, document), done())
        return redirect("workbench_document", pk=document.pk)


def passages(text: str, findings: list[ScanFinding]) -> list[tuple[str, ScanFinding | None]]:
    """The text in pieces, each with the finding that points at it; of two that overlap the first keeps its place.

    Numbers of persons are masked, as in the findings: whoever has to see one opens the editor.
    """
    pieces: list[tuple[str, ScanFinding | None]] = []
    done = 0
    placed = [
        (each.start, each.end, each)
        for each in findings
        if each.field == "text" and each.start is not None and each.end is not None
    ]
    for start, end, finding in sorted(placed, key=lambda each: each[:2]):
        if done <= start < end <= len(text):
            pieces += [(text[done:start], None), (text[start:end], finding)]
            done = end
    return [
        (mask_personal_data(words), finding) for words, finding in [*pieces, (text[done:], None)] if words
    ]


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()


def _user(request: HttpRequest) -> Any:
    return request.user


def _finding(request: HttpRequest, document: Document) -> ScanFinding:
    return get_object_or_404(ScanFinding, document=document, pk=row_number(_text(request, "finding")))


def _finding_if_any(request: HttpRequest, document: Document) -> ScanFinding | None:
    return _finding(request, document) if _text(request, "finding") else None


def _column(request: HttpRequest) -> Column:
    return get_object_or_404(Column, pk=row_number(_text(request, "column")))


_ACTS: dict[str, tuple[Callable[[HttpRequest, Document], object], Callable[[], str]]] = {
    "scan": (lambda request, document: reviews.scan(document), lambda: _("The text has been checked.")),
    "submit": (
        lambda request, document: reviews.submit(document=document, user=_user(request)),
        lambda: _("Submitted to the three reviews."),
    ),
    "recall": (
        lambda request, document: reviews.cancel(document=document, user=_user(request)),
        lambda: _("Recalled from review."),
    ),
    "approve": (
        lambda request, document: reviews.approve(
            document=document, user=_user(request), comment=_text(request, "comment")
        ),
        lambda: _("Approved."),
    ),
    "return": (
        lambda request, document: reviews.request_changes(
            document=document, user=_user(request), comment=_text(request, "comment")
        ),
        lambda: _("Sent back to the author."),
    ),
    "mask": (
        lambda request, document: reviews.mask(
            document=document, user=_user(request), finding=_finding_if_any(request, document)
        ),
        lambda: _("The numbers have been masked in a new draft."),
    ),
    "overrule": (
        lambda request, document: reviews.overrule(
            finding=_finding(request, document), user=_user(request), reason=_text(request, "reason")
        ),
        lambda: _("The finding has been overruled; the reason is on record."),
    ),
    "withdraw": (
        lambda request, document: withdraw(
            document=document, user=_user(request), reason=_text(request, "reason")
        ),
        lambda: _("Withdrawn from every site. A notice with the reason stays."),
    ),
    "force": (
        lambda request, document: reviews.force_publish(
            document=document, user=_user(request), reason=_text(request, "reason")
        ),
        lambda: _("Published without the three reviews. The act is on record."),
    ),
    "place": (
        lambda request, document: place(document=document, column=_column(request), user=_user(request)),
        lambda: _("Placed in the column."),
    ),
    "unplace": (
        lambda request, document: unplace(document=document, column=_column(request), user=_user(request)),
        lambda: _("Taken from the column."),
    ),
    "pin": (
        lambda request, document: pin(document=document, column=_column(request), user=_user(request)),
        lambda: _("Pinned to the top of the column."),
    ),
    "unpin": (
        lambda request, document: unpin(document=document, column=_column(request), user=_user(request)),
        lambda: _("No longer pinned."),
    ),
}
