"""Each path of the three reviews, and each refusal on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.engines.checks import Finding, Subject, declarations
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry
from gongkai.wings.publishing.documents import services as documents
from gongkai.wings.publishing.documents import standing
from gongkai.wings.publishing.documents.kinds import Attribute, Authority
from gongkai.wings.publishing.documents.models import Document, Publication
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.reviews.models import ReviewTaskState, ScanFinding
from gongkai.wings.publishing.reviews.services import ReviewError
from tests.factories_publishing import (
    Desk,
    DocumentFactory,
    OrganFactory,
    StaffFactory,
    desk,
    draft_of,
    published,
    review_all,
    staff,
)
from tests.remembered import remembered

pytestmark = pytest.mark.django_db

ID_NUMBER = "360426199101010071"
MARK = "待核数据"
"""What the check of these tests blocks, and a reviewer may let pass."""


class UncheckedNumbers:
    code = "test-unchecked"
    title = "Numbers not yet verified"

    def run(self, subject: Subject) -> Iterator[Finding]:
        for hit in re.finditer(f"{MARK}[0-9]*", subject.text):
            yield Finding(
                check=self.code,
                severity="block",
                field="text",
                start=hit.start(),
                end=hit.end(),
                excerpt=f"{MARK}****",
                message="有未核实的数据",
                mend="请核实",
            )


@pytest.fixture(autouse=True)
def unchecked_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(declarations._checks, UncheckedNumbers.code, UncheckedNumbers())


@pytest.fixture
@remembered
def people() -> Desk:
    return desk()


def refused(code: str):
    """The act is refused with this code, and says why."""
    return pytest.raises(ReviewError, check=lambda error: error.code == code and bool(error.message))


def verbs(document: Document) -> list[str]:
    return list(
        Entry.objects.filter(stream=f"document:{document.pk}").order_by("seq").values_list("verb", flat=True)
    )


def with_text(text: str) -> list[tuple[str, str]]:
    return [("html", f"<p>{text}</p>")]


# -- The straight way ----------------------------------------------------------------------------------------


def test_a_document_is_public_after_three_approvals_and_not_before(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    for reviewer in people.reviewers:
        assert not Document.objects.get(pk=document.pk).live
        reviews.approve(document=document, user=reviewer, comment="同意。")
    public = Document.objects.public().get(pk=document.pk)
    assert public.html and public.text and public.index_number and public.published_at
    publication = Publication.objects.get(document=public)
    assert publication.authority == Authority.REVIEWED and publication.actor == people.third
    assert verbs(document) == [
        "document.drafted",
        "review.submitted",
        "review.approved",
        "review.approved",
        "review.approved",
        "document.published",
    ]
    assert not public.has_unpublished_changes and public.current_workflow_state is None


def test_reviews_made_earlier_are_entered_with_their_moments(people: Desk) -> None:
    """As a request that came by post is: the moment of the act beside the moment of the entry."""
    document = draft_of(people, written_on=date(2021, 3, 1))
    began = datetime(2021, 3, 2, 1, tzinfo=UTC)
    reviews.submit(document=document, user=people.author, at=began)
    for hour, reviewer in enumerate(people.reviewers, start=1):
        reviews.approve(document=document, user=reviewer, at=began + timedelta(hours=hour))
    public = Document.objects.public().get(pk=document.pk)
    assert public.published_at == public.publications.get().at == began + timedelta(hours=3)
    assert public.index_number.split("/")[1].startswith("2021")
    states = ReviewTaskState.objects.order_by("pk")
    assert [(state.started_at.hour, state.finished_at.hour) for state in states] == [(1, 2), (2, 3), (3, 4)]
    entry = Entry.objects.filter(verb="review.approved").order_by("pk").last()
    assert json.loads(entry.body)["at"] == (began + timedelta(hours=3)).isoformat()
    assert entry.at.startswith(str(timezone.now().year))


def test_no_review_lies_before_what_it_follows_nor_ahead(people: Desk) -> None:
    document = draft_of(people, written_on=date(2021, 3, 1))
    began = datetime(2021, 3, 2, 1, tzinfo=UTC)
    for wrong in (began - timedelta(days=2), timezone.now() + timedelta(days=1)):
        with refused("moment"):
            reviews.submit(document=document, user=people.author, at=wrong)
    assert not Document.objects.get(pk=document.pk).workflow_in_progress
    reviews.submit(document=document, user=people.author, at=began)
    for wrong in (began - timedelta(minutes=1), timezone.now() + timedelta(days=1)):
        with refused("moment"):
            reviews.approve(document=document, user=people.first, at=wrong)
    reviews.approve(document=document, user=people.first, at=began + timedelta(hours=2))
    with refused("moment"):
        reviews.approve(document=document, user=people.second, at=began + timedelta(hours=1))


def test_reviewers_of_an_organ_above_may_review(people: Desk) -> None:
    below = OrganFactory(parent=people.organ)
    document = DocumentFactory(issuer=below)
    reviews.submit(document=document, user=document.created_by)
    for reviewer in people.reviewers:
        reviews.approve(document=document, user=reviewer)
    assert Document.objects.get(pk=document.pk).live


# -- Who may not ---------------------------------------------------------------------------------------------


def test_an_author_cannot_review_even_with_the_role(people: Desk) -> None:
    author = staff(people.organ, Role.DRAFTER, Role.REVIEWER_1)
    document = DocumentFactory(issuer=people.organ, author=author)
    reviews.submit(document=document, user=people.author)
    with refused("author"):
        reviews.approve(document=document, user=author)


def test_whoever_touched_any_revision_since_the_last_publication_is_an_author(people: Desk) -> None:
    helper = staff(people.organ, Role.DRAFTER, Role.REVIEWER_2)
    document = draft_of(people)
    documents.save_draft(document=document, author=helper, summary="改一处")
    documents.save_draft(document=document, author=people.author, summary="再改一处")
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    with refused("author"):
        reviews.approve(document=document, user=helper)


def test_after_a_publication_authorship_begins_anew(people: Desk) -> None:
    earlier = staff(people.organ, Role.DRAFTER, Role.REVIEWER_2)
    document = DocumentFactory(issuer=people.organ, author=earlier)
    review_all(document, people)
    documents.save_draft(document=document, author=people.author, summary="更正")
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    reviews.approve(document=document, user=earlier)


def test_the_submitter_counts_as_an_author(people: Desk) -> None:
    submitter = staff(people.organ, Role.DRAFTER, Role.REVIEWER_1)
    document = draft_of(people)
    reviews.submit(document=document, user=submitter)
    with refused("author"):
        reviews.approve(document=document, user=submitter)


def test_one_person_with_all_roles_does_one_review(people: Desk) -> None:
    everything = staff(people.organ, Role.REVIEWER_1, Role.REVIEWER_2, Role.REVIEWER_3)
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=everything)
    with refused("reviewed_before"):
        reviews.approve(document=document, user=everything)


def test_a_superuser_without_the_role_reviews_nothing(people: Desk) -> None:
    root = StaffFactory(is_superuser=True)
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("role"):
        reviews.approve(document=document, user=root)


def test_a_reviewer_of_another_organ_reviews_nothing_here(people: Desk) -> None:
    stranger = desk().first
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("role"):
        reviews.approve(document=document, user=stranger)


def test_levels_are_taken_in_order(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("role"):
        reviews.approve(document=document, user=people.second)


def test_only_a_drafter_of_the_organ_submits(people: Desk) -> None:
    document = draft_of(people)
    with refused("role"):
        reviews.submit(document=document, user=desk().author)


# -- What is not ready ---------------------------------------------------------------------------------------


def test_no_attribute_no_routing(people: Desk) -> None:
    document = draft_of(people, attribute="")
    with refused("obstacles"):
        reviews.submit(document=document, user=people.author)


def test_everything_that_is_missing_is_told_at_once(people: Desk) -> None:
    document = draft_of(people, kind="normative", attribute="", written_on=None, body=[])
    with pytest.raises(ReviewError) as refusal:
        reviews.submit(document=document, user=people.author)
    # attribute, content, day of writing, number, subject
    assert len(refusal.value.reasons) == 5


def test_a_withheld_text_is_not_sent_for_publication(people: Desk) -> None:
    document = draft_of(
        people,
        attribute=Attribute.WITHHELD,
        attribute_reason="内部事务信息",
        attribute_provision="internal-affairs",
    )
    with refused("obstacles"):
        reviews.submit(document=document, user=people.author)


def test_a_text_under_review_cannot_be_submitted_again(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("under_review"):
        reviews.submit(document=document, user=people.author)


def test_what_the_public_already_sees_is_not_reviewed_again(people: Desk) -> None:
    document = published(people)
    with refused("nothing_new"):
        reviews.submit(document=document, user=people.author)


def test_without_review_there_is_nothing_to_approve(people: Desk) -> None:
    with refused("not_under_review"):
        reviews.approve(document=draft_of(people), user=people.first)


# -- Standing still, sent back, recalled ------------------------------------------------------------------------


def test_a_text_under_review_stands_still_for_everybody(people: Desk) -> None:
    editing_reviewer = staff(people.organ, Role.DRAFTER, Role.REVIEWER_1)
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    for person in (people.author, editing_reviewer):
        with pytest.raises(documents.DocumentRefused, check=lambda error: error.code == "locked"):
            documents.save_draft(document=document, author=person, summary="悄悄改")


def test_changes_requested_need_a_comment(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("comment"):
        reviews.request_changes(document=document, user=people.first, comment="  ")


def test_a_text_sent_back_and_corrected_begins_again_at_the_first_review(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    reviews.request_changes(document=document, user=people.second, comment="请补充依据。")
    documents.save_draft(document=document, author=people.author, summary="依据某办法")
    reviews.submit(document=document, user=people.author)
    with refused("role"):
        reviews.approve(document=document, user=people.second)
    for reviewer in people.reviewers:
        reviews.approve(document=document, user=reviewer)
    public = Document.objects.get(pk=document.pk)
    assert public.live and public.summary == "依据某办法"


def test_a_text_can_be_recalled_by_its_submitter_and_edited(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    with refused("role"):
        reviews.cancel(document=document, user=people.first)
    reviews.cancel(document=document, user=people.author)
    documents.save_draft(document=document, author=people.author, summary="改好了")
    assert "review.cancelled" in verbs(document)


# -- Forced --------------------------------------------------------------------------------------------------


def test_a_forced_publication_is_an_act_of_its_own_with_its_reason(people: Desk) -> None:
    document = draft_of(people)
    reviews.force_publish(document=document, user=people.manager, reason="台风红色预警，须立即发布。")
    assert Document.objects.get(pk=document.pk).live
    (forced,) = standing.forced_publications(since=document.created_at.date())
    assert forced.document == document and forced.actor == people.manager and "台风" in forced.reason
    assert verbs(document)[-1] == "document.force_published"


def test_forcing_calls_off_a_review_under_way(people: Desk) -> None:
    document = draft_of(people)
    reviews.submit(document=document, user=people.author)
    reviews.force_publish(document=document, user=people.third, reason="紧急")
    assert not Document.objects.get(pk=document.pk).workflow_in_progress
    assert verbs(document)[-2:] == ["review.cancelled", "document.force_published"] or verbs(document)[
        -2:
    ] == [
        "document.force_published",
        "review.cancelled",
    ]


def test_forcing_takes_two_people_a_role_and_a_reason(people: Desk) -> None:
    document = draft_of(people)
    author_and_manager = staff(people.organ, Role.DRAFTER, Role.SITE_MANAGER)
    own = DocumentFactory(issuer=people.organ, author=author_and_manager)
    with refused("author"):
        reviews.force_publish(document=own, user=author_and_manager, reason="紧急")
    with refused("role"):
        reviews.force_publish(document=document, user=people.first, reason="紧急")
    with refused("role"):
        reviews.force_publish(document=document, user=StaffFactory(is_superuser=True), reason="紧急")
    with refused("reason"):
        reviews.force_publish(document=document, user=people.manager, reason=" ")


def test_forcing_does_not_force_the_law_nor_the_scan(people: Desk) -> None:
    with refused("obstacles"):
        reviews.force_publish(document=draft_of(people, attribute=""), user=people.manager, reason="紧急")
    document = draft_of(people, body=with_text(f"身份证号{ID_NUMBER}"))
    with refused("blocking_findings"):
        reviews.force_publish(document=document, user=people.manager, reason="紧急")
    assert not Document.objects.get(pk=document.pk).live


# -- Scans ---------------------------------------------------------------------------------------------------


def test_an_open_blocking_finding_is_shown_to_reviewers_and_stops_the_last_approval(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"增长{MARK}13876543210"))
    reviews.submit(document=document, user=people.author)
    assert ScanFinding.objects.current().filter(document=document).blocking().exists()
    reviews.approve(document=document, user=people.first)
    reviews.approve(document=document, user=people.second)
    with refused("blocking_findings"):
        reviews.approve(document=document, user=people.third)
    assert not Document.objects.get(pk=document.pk).live
    assert ReviewTaskState.objects.filter(
        status="in_progress", workflow_state__object_id=document.pk
    ).exists()


def test_an_overruled_finding_lets_pass_and_stays_overruled_in_the_next_scan(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"增长{MARK}13876543210"))
    reviews.submit(document=document, user=people.author)
    (finding,) = ScanFinding.objects.filter(document=document, check_code=UncheckedNumbers.code)
    reviews.overrule(finding=finding, user=people.first, reason="已与统计局核对。")
    for reviewer in people.reviewers:
        reviews.approve(document=document, user=reviewer)
    public = Document.objects.get(pk=document.pk)
    assert public.live and MARK in public.text
    documents.save_draft(document=document, author=people.author, summary="只改摘要")
    assert not any(finding.blocks for finding in reviews.scan(document))
    assert "finding.overruled" in verbs(document)


def test_the_number_itself_stands_neither_in_the_finding_nor_in_the_ledger(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"身份证号{ID_NUMBER}，增长{MARK}13876543210"))
    found = reviews.scan(document)
    finding = next(finding for finding in found if finding.overridable and finding.blocks)
    reviews.overrule(finding=finding, user=people.first, reason="已核对")
    stored = " ".join(
        f"{finding.excerpt} {finding.message} {finding.fingerprint}"
        for finding in ScanFinding.objects.filter(document=document)
    )
    ledger = " ".join(Entry.objects.values_list("body", flat=True))
    for number in (ID_NUMBER, "13876543210"):
        assert number not in stored and number not in ledger


def test_who_may_not_overrule(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"增长{MARK}13876543210"))
    (finding,) = [finding for finding in reviews.scan(document) if finding.blocks]
    author_and_reviewer = staff(people.organ, Role.DRAFTER, Role.REVIEWER_1)
    documents.save_draft(document=document, author=author_and_reviewer, summary="改")
    with refused("author"):
        reviews.overrule(finding=finding, user=author_and_reviewer, reason="不碍事")
    with refused("role"):
        reviews.overrule(finding=finding, user=StaffFactory(is_superuser=True), reason="不碍事")
    with refused("reason"):
        reviews.overrule(finding=finding, user=people.first, reason="")


def test_a_valid_id_number_stops_the_submission_and_nobody_overrules_it(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"身份证号{ID_NUMBER}"))
    with refused("must_mask"):
        reviews.submit(document=document, user=people.author)
    (finding,) = ScanFinding.objects.filter(document=document, overridable=False)
    with refused("not_overridable"):
        reviews.overrule(finding=finding, user=people.third, reason="本人同意")


def test_masking_makes_a_new_revision_that_can_be_submitted(people: Desk) -> None:
    document = draft_of(people, title=f"关于{ID_NUMBER}的公告", body=with_text(f"身份证号{ID_NUMBER}。"))
    reviews.mask(document=document, user=people.author)
    review_all(document, people)
    public = Document.objects.get(pk=document.pk)
    assert ID_NUMBER not in public.text + public.title and "****" in public.text
    with pytest.raises(ReviewError):
        reviews.mask(document=document, user=people.author)


def test_a_number_broken_up_by_mark_up_is_masked_as_well(people: Desk) -> None:
    broken = f"{ID_NUMBER[:8]}<b>{ID_NUMBER[8:]}</b>"
    document = draft_of(people, body=with_text(f"身份证号{broken}"))
    reviews.mask(document=document, user=people.author)
    assert not [finding for finding in reviews.scan(document) if not finding.overridable]


CARD, PHONE, CONTACT = "6222021234567890128", "13800138000", "13912345678"


def test_one_card_or_telephone_is_masked_wherever_it_stands_and_no_other(people: Desk) -> None:
    card = f"{CARD[:4]}&nbsp;{CARD[4:8]} {CARD[8:12]} {CARD[12:16]} <b>{CARD[16:]}</b>"
    text = f"户名张三，卡号{card}，电话{PHONE}，再写一遍{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}。咨询电话{CONTACT}。"
    document = draft_of(people, summary=f"电话{PHONE}，咨询{CONTACT}", body=with_text(text))
    found = {finding.check_code: finding for finding in reversed(reviews.scan(document))}
    reviews.mask(document=document, user=people.author, finding=found["bank_card"])
    phones = ScanFinding.objects.filter(document=document, check_code="mobile", excerpt="138****8000")
    reviews.mask(document=document, user=people.author, finding=phones[0])
    draft = Document.objects.get(pk=document.pk).get_latest_revision_as_object()
    body = draft.body.get_prep_value()[0]["value"]
    assert CARD[4:8] not in body and "6222" in body
    assert (draft.summary, body.count("138****8000"), body.count("138-****-8000")) == (
        f"电话138****8000，咨询{CONTACT}",
        1,
        1,
    )
    assert CONTACT in body
    assert {finding.excerpt for finding in ScanFinding.objects.filter(document=document).current()} >= {
        "139****5678"
    }


def test_a_finding_that_points_at_no_number_is_not_masked(people: Desk) -> None:
    document = draft_of(people, body=with_text("秘密★10年。电话13800138000。"))
    secrecy = next(finding for finding in reviews.scan(document) if finding.check_code == "secrecy")
    with refused("nothing_to_mask"):
        reviews.mask(document=document, user=people.author, finding=secrecy)


def test_the_desk_masks_the_number_of_one_finding(people: Desk, client: Client) -> None:
    document = draft_of(people, body=with_text(f"张三，{PHONE}，李四，{CONTACT}。"))
    first = next(finding for finding in reviews.scan(document) if finding.check_code == "mobile")
    client.force_login(people.author)
    desk = reverse("workbench_document", args=[document.pk])
    assert client.get(desk).content.decode().count("遮蔽此号码：") == 2
    client.post(desk, {"act": "mask", "finding": str(first.pk)})
    text = str(Document.objects.get(pk=document.pk).get_latest_revision_as_object().body)
    assert (PHONE in text, CONTACT in text) == (False, True)
    assert client.post(desk, {"act": "mask", "finding": "abc"}).status_code == 404


def test_the_desk_names_the_place_and_shows_no_number(people: Desk, client: Client) -> None:
    document = draft_of(people, kind="news", source="", body=with_text(f"身份证号{ID_NUMBER}"))
    reviews.scan(document)
    client.force_login(people.first)
    page = client.get(reverse("workbench_document", args=[document.pk])).content.decode()
    assert "<td>正文" in page and "<td>来源" in page and "<td>source" not in page
    findings = page[page.index("gk-findings") : page.index("gk-places")]
    assert ID_NUMBER not in findings and "360426********0071" in findings


def test_what_was_found_missing_before_review_is_looked_for_again_at_publication(people: Desk) -> None:
    target = published(people)
    address = f"/doc/{target.published_at:%Y}/{target.pk}/"
    document = draft_of(people, body=[("html", f'<p>请见<a href="{address}">附件</a>，现予公布。</p>')])
    reviews.submit(document=document, user=people.author)
    assert not ScanFinding.objects.filter(document=document, check_code="links").exists()
    reviews.approve(document=document, user=people.first)
    reviews.approve(document=document, user=people.second)
    documents.withdraw(document=target, user=people.manager, reason="有误")
    reviews.approve(document=document, user=people.third)
    assert ScanFinding.objects.filter(document=document, check_code="links").exists()


def test_findings_of_a_text_that_was_mended_are_gone(people: Desk) -> None:
    document = draft_of(people, body=with_text(f"增长{MARK}13876543210"))
    reviews.scan(document)
    documents.save_draft(document=document, author=people.author, body=with_text("电话已删除。"))
    assert not any(finding.blocks for finding in reviews.scan(document))
    assert not ScanFinding.objects.filter(document=document, check_code=UncheckedNumbers.code).exists()


# -- Withdrawn and back --------------------------------------------------------------------------------------


def test_a_withdrawn_document_is_corrected_and_published_again_through_reviews(people: Desk) -> None:
    document = published(people)
    first_published, number = document.published_at, document.index_number
    documents.withdraw(document=document, user=people.manager, reason="数据有误")
    documents.save_draft(document=document, author=people.author, title="更正后的标题")
    withdrawn = Document.objects.get(pk=document.pk)
    assert not withdrawn.live and withdrawn.notice_title != "更正后的标题"
    review_all(document, people)
    again = Document.objects.get(pk=document.pk)
    assert again.live and again.withdrawn_at is None and again.title == "更正后的标题"
    assert (again.published_at, again.index_number) == (first_published, number)
    assert again.publications.count() == 2


def test_a_withdrawal_calls_off_the_review_of_a_new_text(people: Desk) -> None:
    document = published(people)
    documents.save_draft(document=document, author=people.author, summary="新摘要")
    reviews.submit(document=document, user=people.author)
    reviews.approve(document=document, user=people.first)
    documents.withdraw(document=document, user=people.manager, reason="数据有误")
    with refused("not_under_review"):
        reviews.approve(document=document, user=people.second)


def test_the_workflow_is_there_after_migration_and_made_only_once() -> None:
    from wagtail.models import Workflow

    documents_workflows = Workflow.objects.filter(workflow_content_types__content_type__model="document")
    assert documents_workflows.count() == 1
    workflow = reviews.ensure_workflow()
    assert documents_workflows.get() == workflow
    assert [task.specific.level for task in workflow.tasks] == [1, 2, 3]
