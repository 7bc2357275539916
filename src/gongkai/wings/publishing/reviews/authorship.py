"""Who wrote a text: the people its reviews must be kept from."""

from __future__ import annotations

from wagtail.models import Revision, WorkflowState

from gongkai.wings.publishing.documents.models import Document


def authors(document: Document, workflow_state: WorkflowState | None) -> set[int]:
    """Everybody who made a revision since the last publication, whoever made the latest one, and the submitter."""
    last = document.publications.order_by("-pk").first()
    since_then = Revision.objects.for_instance(document)
    if last is not None and last.revision_id is not None:
        since_then = since_then.filter(pk__gt=last.revision_id)
    people = set(since_then.values_list("user_id", flat=True))
    if document.latest_revision is not None:
        people.add(document.latest_revision.user_id)
    if last is None:
        people.add(document.created_by_id)
    if workflow_state is not None:
        people.add(workflow_state.requested_by_id)
    return {person for person in people if person is not None}
