"""What was given out on request and is to be published is drafted in the library; the reviews stand before the public."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import attach
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.files.services import store
from gongkai.wings.disclosure.requests.proactive import draft, request_of
from gongkai.wings.publishing.documents.models import Document
from tests.factories import staff
from tests.factories_disclosure import Office, accepted, decide, do, office
from tests.wings.disclosure.apply.test_form import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Office:
    return office()


def given_out(at: Office) -> Case:
    case = accepted(at)
    kept = store(content=PNG, name="图表.png", actor="user:1")
    attach(case=case, file=kept, title="“三公”经费图表", purpose="answer", actor=Actor(user=at.handler))
    return decide(case, at, "granted", "2020-05-11")


def test_the_decision_makes_a_draft_that_leads_back_and_is_not_public(at: Office) -> None:
    case, drafter = given_out(at), staff("", Role.DRAFTER, at=at.organ)
    do(case, "make_proactive", at.head, "2020-05-12", why="多人申请", drafter=drafter.pk)
    document = Document.objects.get()
    assert not document.live and document.published_at is None and document.created_by == drafter
    assert (document.attribute, str(document.disclosure_decided_on)) == ("proactive", "2020-05-12")
    assert document.title == case.request.public_title and "所附文件" in str(document.body)
    assert [each.title for each in document.attachments.all()] == ["“三公”经费图表"]
    found = request_of(str(document.pk))
    assert found is not None and found.case == case
    case.request.refresh_from_db()
    assert case.request.document_key == str(document.pk)


def test_without_a_drafter_somebody_who_drafts_does_it_later_and_once(at: Office) -> None:
    case, drafter = given_out(at), staff("", Role.DRAFTER, at=at.organ)
    with pytest.raises(CaseRefused):
        draft(case=case, author=drafter)
    do(case, "make_proactive", at.head, "2020-05-12", why="多人申请")
    assert not Document.objects.exists()
    with pytest.raises(PermissionDenied):
        draft(case=case, author=at.handler)
    assert draft(case=case, author=drafter) == str(Document.objects.get().pk)
    with pytest.raises(CaseRefused):
        draft(case=case, author=drafter)


def test_only_somebody_who_drafts_for_the_organ_can_be_chosen(at: Office) -> None:
    case = given_out(at)
    elsewhere = staff("", Role.DRAFTER, at=office().organ)
    for chosen in (at.handler.pk, elsewhere.pk, 10**9):
        with pytest.raises(CaseRefused):
            do(case, "make_proactive", at.head, "2020-05-12", why="多人申请", drafter=chosen)
    assert not Document.objects.exists()
