"""Every way of Wagtail to publish, take away or delete a document, driven as a person or a command would drive it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowContentType, WorkflowTask

from gongkai.foundation.accounts.models import Role, User
from gongkai.wings.publishing.documents import services as documents
from gongkai.wings.publishing.documents.gate import WayClosed
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.reviews.models import ReviewTask, ReviewTaskState
from gongkai.wings.publishing.reviews.services import ReviewError
from tests.factories_publishing import Desk, desk, draft_of, published, staff
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def people() -> Desk:
    return desk()


@pytest.fixture
def root(people: Desk) -> User:
    """An administrator with every right Wagtail knows, who may draft besides."""
    user = staff(people.organ, Role.DRAFTER)
    user.is_superuser = user.is_staff = True
    user.save()
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(address("list")).status_code == 200, "not even inside the workbench"
    return client


def address(name: str, *args: object) -> str:
    return reverse(Document.snippet_viewset.get_url_name(name), args=args)


def is_public(document: Document) -> bool:
    return Document.objects.get(pk=document.pk).live


def current_state(document: Document) -> TaskState:
    state = Document.objects.get(pk=document.pk).current_workflow_task_state
    assert state is not None
    return state


def form_at(client: Client, url: str) -> dict[str, str]:
    """What the editor would send back unchanged."""
    page = client.get(url)
    assert page.status_code == 200
    form = page.context["form"]
    data: dict[str, str] = {}
    for part in (form, *getattr(form, "formsets", {}).values()):
        fields = [part.management_form, *part.forms] if hasattr(part, "management_form") else [part]
        for bound in (bound for field in fields for bound in field):
            value = bound.value()
            if not isinstance(value, list):
                data[bound.html_name] = "" if value is None else str(value)
    return data | {"body-count": "0"}


# -- Publish -------------------------------------------------------------------------------------------------


def test_the_publish_button_of_a_superuser_saves_the_draft_and_publishes_nothing(
    people: Desk, root: User
) -> None:
    document = draft_of(people)
    client = signed_in(root)
    edit = address("edit", document.pk)
    data = form_at(client, edit) | {"title": "改题", "action-publish": "action-publish"}
    client.post(edit, data)
    document.refresh_from_db()
    # The press of the button did arrive: the draft has the new title.
    assert document.get_latest_revision_as_object().title == "改题"
    assert not document.live


def test_the_editor_shows_no_button_to_publish_or_take_away(people: Desk, root: User) -> None:
    for document in (draft_of(people), published(people)):
        page = signed_in(root).get(address("edit", document.pk)).content.decode()
        assert "action-publish" not in page
        assert address("unpublish", document.pk) not in page


def test_creating_and_publishing_in_one_press_publishes_nothing(people: Desk, root: User) -> None:
    client = signed_in(root)
    facts = {"title": "一步到位", "kind": "notice", "issuer": str(people.organ.pk), "attribute": "proactive"}
    client.post(
        address("add"), form_at(client, address("add")) | facts | {"action-publish": "action-publish"}
    )
    assert not Document.objects.get(title="一步到位").live


@pytest.mark.parametrize("skip", [True, False])
def test_publishing_a_revision_in_code_is_refused(people: Desk, root: User, skip: bool) -> None:
    document = draft_of(people)
    with pytest.raises(PermissionDenied):
        document.latest_revision.publish(user=root, skip_permission_checks=skip)
    assert not is_public(document)


def test_the_standard_finish_of_wagtail_is_refused(people: Desk, root: User) -> None:
    from wagtail.workflows import publish_workflow_state

    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with pytest.raises(PermissionDenied):
        publish_workflow_state(document.current_workflow_state, user=root)
    assert not is_public(document)


def test_saving_live_is_refused_in_every_manner(people: Desk) -> None:
    document = draft_of(people)
    document.live = True
    with pytest.raises(WayClosed):
        document.save()
    deferred = Document.objects.only("pk").get(pk=document.pk)
    deferred.live = True
    with pytest.raises(WayClosed):
        deferred.save()
    with pytest.raises(WayClosed):
        Document.objects.filter(pk=document.pk).update(live=True)
    with pytest.raises(WayClosed):
        Document.objects.create(title="新", kind="notice", issuer=people.organ, live=True)
    with pytest.raises(WayClosed):
        Document.objects.bulk_create([Document(title="新", kind="notice", issuer=people.organ, live=True)])
    assert not Document.objects.filter(live=True).exists()


def test_the_database_itself_refuses_a_public_text_that_is_withheld_or_unpublished(people: Desk) -> None:
    from django.db.models import QuerySet

    document = draft_of(people)
    for change in ({"live": True}, {"live": True, "published_at": timezone.now(), "attribute": "withheld"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuerySet.update(Document.objects.filter(pk=document.pk), **change)


def test_nothing_is_published_by_a_timer(people: Desk) -> None:
    document = draft_of(people)
    document.go_live_at = timezone.now() + timedelta(days=1)
    with pytest.raises(ValidationError):
        document.full_clean()
    document.go_live_at = None
    revision = document.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(hours=1)
    revision.save()
    with pytest.raises(PermissionDenied):
        call_command("publish_scheduled")
    assert not is_public(document)


def test_only_the_latest_text_and_only_now(people: Desk) -> None:
    document = draft_of(people)
    old = document.latest_revision
    documents.save_draft(document=document, author=people.author, summary="新")
    for arguments, code in (
        ({"revision": old}, "outdated"),
        ({"revision": document.latest_revision, "at": timezone.now() + timedelta(hours=1)}, "future"),
    ):
        with pytest.raises(documents.PublicationRefused) as refusal:
            documents.publish_revision(actor=people.third, authority=documents.Forced("x"), **arguments)
        assert refusal.value.code == code


# -- Approve -------------------------------------------------------------------------------------------------


def approve_in_browser(user: User, document: Document, state: TaskState) -> int:
    return (
        signed_in(user)
        .post(address("workflow_action", document.pk, "approve", state.pk), {"comment": "同意"})
        .status_code
    )


def test_three_people_approve_in_wagtails_own_view(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    for reviewer in people.reviewers:
        assert not is_public(document)
        approve_in_browser(reviewer, document, current_state(document))
    assert is_public(document)


def test_wagtails_view_refuses_author_superuser_and_the_same_person_twice(people: Desk, root: User) -> None:
    everything = staff(people.organ, Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    for user in (root, people.author, people.second):
        approve_in_browser(user, document, current_state(document))
        assert current_state(document).task.specific.level == 1
    approve_in_browser(everything, document, current_state(document))
    assert current_state(document).task.specific.level == 2
    approve_in_browser(everything, document, current_state(document))
    assert current_state(document).task.specific.level == 2


def test_the_state_of_one_document_is_not_approved_under_the_address_of_another(people: Desk) -> None:
    mine, other = desk(), people
    own, foreign = draft_of(mine), draft_of(other)
    reviews.submit(document=own, user=mine.author)
    reviews.submit(document=foreign, user=other.author)
    approve_in_browser(mine.first, own, current_state(foreign))
    assert current_state(foreign).task.specific.level == 1


def test_extra_data_from_the_browser_cannot_bend_an_approval(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    state = current_state(document)
    state.task.specific.on_action(state, people.first, "approve", update=False, user_id=people.third.pk)
    assert current_state(document).task.specific.level == 2


def test_wagtails_base_approval_which_checks_nothing_leads_nowhere(people: Desk, root: User) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    TaskState.objects.get(pk=current_state(document).pk).approve(user=root)
    TaskState.objects.get(pk=current_state(document).pk).approve(user=people.first)
    with pytest.raises(ReviewError) as refusal:
        TaskState.objects.get(pk=current_state(document).pk).approve(user=people.second)
    assert refusal.value.code == "not_three_reviews"
    assert not is_public(document)


def test_a_shorter_workflow_publishes_nothing(people: Desk, root: User) -> None:
    short = Workflow.objects.create(name="一审")
    task = ReviewTask.objects.get(level=1)
    WorkflowTask.objects.create(workflow=short, task=task, sort_order=0)
    WorkflowContentType.objects.filter(content_type=Document.get_content_type()).update(workflow=short)
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with pytest.raises(ReviewError) as refusal:
        reviews.approve(document=document, user=people.first)
    assert refusal.value.code == "not_three_reviews"
    assert not is_public(document)


def test_a_task_switched_off_in_the_settings_does_not_shorten_the_reviews(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    ReviewTask.objects.filter(level=2).update(active=False)
    reviews.approve(document=document, user=people.first)
    with pytest.raises(ReviewError):
        reviews.approve(document=document, user=people.third)
    assert not is_public(document)


def test_a_workflow_of_other_tasks_publishes_nothing(people: Desk, root: User) -> None:
    other = Workflow.objects.create(name="群组审批")
    task = GroupApprovalTask.objects.create(name="群组")
    WorkflowTask.objects.create(workflow=other, task=task, sort_order=0)
    document = draft_of(people)
    state = other.start(document, root)
    with pytest.raises(ReviewError):
        task.on_action(state.current_task_state.specific, root, "approve")
    assert not is_public(document)


def test_a_text_overwritten_in_place_after_an_approval_is_not_published(people: Desk) -> None:
    """Wagtail's autosave may write into the very revision that was approved."""
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    text = document.latest_revision.as_object()
    text.title = "偷换的标题"
    text.save_revision(user=people.author, overwrite_revision=document.latest_revision)
    reviews.approve(document=document, user=people.second)
    with pytest.raises(ReviewError) as refusal:
        reviews.approve(document=document, user=people.third)
    assert refusal.value.code == "not_three_reviews"
    assert not is_public(document)


def test_a_new_revision_made_past_the_lock_stops_the_review(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    document.latest_revision.as_object().save_revision(user=people.author)
    with pytest.raises(ReviewError) as refusal:
        reviews.approve(document=document, user=people.second)
    assert refusal.value.code == "outdated"


def test_the_editor_saves_nothing_while_the_text_is_under_review(people: Desk, root: User) -> None:
    document = draft_of(people)
    client = signed_in(root)
    data = form_at(client, address("edit", document.pk)) | {"title": "趁审改题"}
    reviews.submit(document=document, user=people.author)
    before = document.latest_revision_id
    client.post(address("edit", document.pk), data)
    document.refresh_from_db()
    assert document.latest_revision_id == before


# -- Submit --------------------------------------------------------------------------------------------------


def test_wagtails_submission_asks_the_same_questions(people: Desk) -> None:
    document = draft_of(people, attribute="")
    with pytest.raises(ReviewError) as refusal:
        document.get_workflow().start(document, people.author)
    assert refusal.value.code == "obstacles"
    assert not document.workflow_in_progress


def test_wagtails_resubmission_of_a_corrected_text_begins_at_the_first_review(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    reviews.request_changes(document=document, user=people.second, comment="请改")
    documents.save_draft(document=document, author=people.author, summary="改好了")
    document.current_workflow_state.resume(user=people.author)
    assert current_state(document).task.specific.level == 1
    assert ReviewTaskState.objects.filter(workflow_state__object_id=str(document.pk)).count() == 3


# -- Take away and delete ------------------------------------------------------------------------------------


def test_the_unpublish_view_takes_nothing_away(people: Desk, root: User) -> None:
    document = published(people)
    signed_in(root).post(address("unpublish", document.pk))
    assert is_public(document)


def test_unpublishing_and_expiring_in_code_are_refused(people: Desk, root: User) -> None:
    document = published(people)
    with pytest.raises(PermissionDenied):
        document.unpublish(user=None)
    with pytest.raises(WayClosed):
        Document.objects.filter(pk=document.pk).update(live=False)
    Document.objects.filter(pk=document.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(PermissionDenied):
        call_command("publish_scheduled")
    assert is_public(document)


def test_what_was_public_cannot_be_deleted_by_view_bulk_action_or_code(people: Desk, root: User) -> None:
    document = published(people)
    manager_and_root = staff(people.organ, Role.DRAFTER)
    manager_and_root.is_superuser = True
    manager_and_root.save()
    for user in (root, manager_and_root):
        client = signed_in(user)
        client.post(address("delete", document.pk))
        bulk = reverse("wagtail_bulk_action", args=["documents", "document", "delete"])
        client.post(f"{bulk}?id={document.pk}")
    with pytest.raises((WayClosed, ProtectedError)), transaction.atomic():
        document.delete()
    with pytest.raises((WayClosed, ProtectedError)), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()
    assert is_public(document)


def test_a_draft_is_deleted_by_wagtails_view_through_the_service(people: Desk) -> None:
    from gongkai.foundation.ledger.models import Entry

    document = draft_of(people)
    drafter = people.author
    drafter.is_superuser = True
    drafter.save()
    signed_in(drafter).post(address("delete", document.pk))
    assert not Document.objects.filter(pk=document.pk).exists()
    assert Entry.objects.filter(stream=f"document:{document.pk}", verb="document.deleted").exists()


def test_even_a_draft_is_not_deleted_past_the_service(people: Desk) -> None:
    document = draft_of(people)
    with pytest.raises(WayClosed), transaction.atomic():
        document.delete()
    with pytest.raises(WayClosed), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()
    assert Document.objects.filter(pk=document.pk).exists()
