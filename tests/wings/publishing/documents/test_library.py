"""The acts of the library: drafting, publishing, withdrawing, reassessing; and what the rest is told of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Level
from gongkai.wings.publishing.documents import services, standing
from gongkai.wings.publishing.documents.kinds import Attribute, Kind, LinkKind, Validity
from gongkai.wings.publishing.documents.models import Document, IndexSerial
from gongkai.wings.publishing.documents.obstacles import publication_obstacles
from gongkai.wings.publishing.documents.rules import validity_on
from gongkai.wings.publishing.documents.services import (
    DocumentRefused,
    Forced,
    Migrated,
    PublicationRefused,
    create_draft,
    publish_revision,
)
from tests.factories_publishing import (
    Desk,
    DocumentFactory,
    NormativeFactory,
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


@pytest.fixture
@remembered
def people() -> Desk:
    return desk()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], str, datetime | None]]:
    """What the press was told."""
    calls: list[tuple[tuple[str, ...], str, datetime | None]] = []

    def changed(*keys: str, lane: str = "people", not_before: datetime | None = None) -> None:
        calls.append((keys, lane, not_before))

    monkeypatch.setattr(services.press, "changed", changed)
    return calls


def refused(code: str, kind: type[DocumentRefused] = DocumentRefused) -> Any:
    return pytest.raises(kind, check=lambda error: error.code == code and bool(error.message))


def migrated(document: Document, **facts: Any) -> Document:
    """Public before this platform was."""
    at = facts.pop("at", datetime(2018, 12, 24, 9, tzinfo=UTC))
    return publish_revision(
        revision=document.latest_revision,
        actor="system",
        authority=Migrated(reason="平台上线前已公开"),
        at=at,
    )


# -- Drafts --------------------------------------------------------------------------------------------------


def test_a_draft_is_not_public_and_has_a_first_revision_by_its_author(people: Desk) -> None:
    document = draft_of(people, author_name="张三")
    assert not document.live and document.created_by == people.author and document.author == "张三"
    assert document.latest_revision.user == people.author
    (entry,) = Entry.objects.filter(stream=f"document:{document.pk}")
    assert (entry.verb, entry.actor, entry.organ) == (
        "document.drafted",
        people.author.ledger_name,
        people.organ.code,
    )


def test_drafting_takes_the_role_in_the_issuing_organ(people: Desk) -> None:
    for stranger in (people.first, desk().author, StaffFactory(is_superuser=True)):
        with refused("role"):
            create_draft(author=stranger, kind=Kind.NOTICE, title="越权", issuer=people.organ)
    assert not Document.objects.exists()


def test_bad_facts_are_told_by_field_and_nothing_is_saved(people: Desk) -> None:
    with pytest.raises(ValidationError) as refusal:
        draft_of(people, title="", kind="?", keywords="字" * 201)
    assert {"title", "kind", "keywords"} <= set(refusal.value.message_dict)
    with refused("field"):
        draft_of(people, colour="red")
    assert not Document.objects.exists() and not Entry.objects.filter(stream__startswith="document:").exists()


def test_links_attachments_and_joint_issuers_are_saved_and_replaced_as_sets(people: Desk) -> None:
    first, second = draft_of(people), draft_of(people)
    other = OrganFactory()
    document = draft_of(people, links=[{"target": first, "kind": LinkKind.BASED_ON}], joint_issuers=[other])
    services.save_draft(
        document=document, author=people.author, links=[{"target": second, "kind": LinkKind.AMENDS}]
    )
    saved = Document.objects.get(pk=document.pk)
    assert [(link.target_id, link.kind) for link in saved.links.all()] == [(second.pk, LinkKind.AMENDS)]
    assert list(saved.joint_issuers.all()) == [other]


@pytest.mark.parametrize(
    "links",
    [
        [{"kind": "destroys"}],
        [{"kind": "amends"}, {"kind": "amends", "scope": "第三条"}],
        [{"kind": "amends", "scope": "条" * 201}],
    ],
)
def test_impossible_links_are_refused_before_anything_is_saved(
    people: Desk, links: list[dict[str, Any]]
) -> None:
    target = draft_of(people)
    with pytest.raises(ValidationError):
        draft_of(people, links=[{"target": target, **link} for link in links])
    with pytest.raises(ValidationError):
        services.save_draft(
            document=target, author=people.author, links=[{"target": target, "kind": LinkKind.AMENDS}]
        )
    assert list(Document.objects.all()) == [target]


def test_numbers_of_persons_never_reach_the_ledger(people: Desk) -> None:
    document = draft_of(people, title="关于张某（360426199101010071）的通告")
    services.delete_draft(document=document, user=people.author)
    bodies = "".join(Entry.objects.filter(stream=f"document:{document.pk}").values_list("body", flat=True))
    assert "张某" in bodies and "360426199101010071" not in bodies


def test_the_draft_of_a_public_document_stays_unseen(people: Desk) -> None:
    document = published(people, title="原题")
    services.save_draft(document=document, author=people.author, title="新题")
    row = Document.objects.get(pk=document.pk)
    assert row.title == "原题" and row.has_unpublished_changes
    assert row.get_latest_revision_as_object().title == "新题"


def test_a_text_of_an_organ_outside_the_city_is_kept_by_whoever_enters_it(people: Desk) -> None:
    council = OrganFactory(name="国务院", level=Level.OUTSIDE)
    document = DocumentFactory(issuer=council, author=people.author, kind=Kind.OTHER)
    assert document.responsible == people.organ
    assert document in Document.objects.visible_to(people.first)
    assert Document.objects.get(pk=review_all(document, people).pk).live


def test_a_draft_can_be_discarded_but_not_one_that_others_refer_to(people: Desk) -> None:
    target = draft_of(people)
    source = draft_of(people, links=[{"target": target, "kind": LinkKind.AMENDS}])
    with refused("linked"):
        services.delete_draft(document=target, user=people.author)
    services.delete_draft(document=source, user=people.author)
    services.delete_draft(document=target, user=people.author)
    assert not Document.objects.exists()
    assert Entry.objects.filter(verb="document.deleted").count() == 2


def test_what_was_public_is_never_deleted(people: Desk) -> None:
    document = published(people)
    services.withdraw(document=document, user=people.manager, reason="有误")
    with refused("published"):
        services.delete_draft(document=document, user=people.author)


# -- Publication ---------------------------------------------------------------------------------------------


def test_publication_makes_text_number_ledger_entry_and_tells_the_press(
    people: Desk, told: list[Any]
) -> None:
    document = published(people, body=[("html", "<h1>标题</h1><p>正文<script>x</script></p>")])
    public = Document.objects.get(pk=document.pk)
    assert public.html == "<h2>标题</h2><p>正文</p>" and public.text == "标题\n正文"
    assert public.index_number == f"{people.organ.organisation_code}/2020-00001"
    assert timezone.now() - public.published_at < timedelta(minutes=1)
    assert ((f"document:{document.pk}",), "people", None) in told
    entry = Entry.objects.get(stream=f"document:{document.pk}", verb="document.published")
    assert public.index_number in entry.body and '"sha256"' in entry.body


def test_numbers_run_by_organ_code_and_by_the_year_of_the_document(people: Desk) -> None:
    numbers = [
        published(people, written_on=day).index_number
        for day in (date(2020, 1, 2), date(2019, 12, 31), date(2020, 5, 6))
    ]
    code = people.organ.organisation_code
    assert numbers == [f"{code}/2020-00001", f"{code}/2019-00001", f"{code}/2020-00002"]
    assert published(desk()).index_number.endswith("/2020-00001")


def test_a_number_that_came_along_is_kept_and_the_counter_goes_on_after_it(people: Desk) -> None:
    code = people.organ.organisation_code
    own = migrated(draft_of(people, index_number=f"{code}/2020-08749"))
    assert own.index_number == f"{code}/2020-08749"
    assert published(people).index_number == f"{code}/2020-08750"
    assert IndexSerial.objects.get(organ_code=code, year=2020).last == 8750


@pytest.mark.parametrize("number", ["国务院公报1998年第3号", "x/9999-99999999999999", "长" * 59])
def test_a_strange_number_that_came_along_is_kept_as_it_is(people: Desk, number: str) -> None:
    assert migrated(draft_of(people, index_number=number)).index_number == number


def test_a_refused_publication_leaves_nothing_behind(people: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = draft_of(people)

    def broken(*keys: str, **more: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(services.press, "changed", broken)
    with pytest.raises(RuntimeError):
        publish_revision(revision=document.latest_revision, actor=people.manager, authority=Forced("急"))
    row = Document.objects.get(pk=document.pk)
    assert not row.live and row.index_number == "" and row.publications.count() == 0
    assert not IndexSerial.objects.exists()
    assert Entry.objects.filter(stream=f"document:{document.pk}").count() == 1


def test_migration_keeps_the_day_and_asks_of_old_texts_only_what_is_confirmed(
    people: Desk, told: list[Any]
) -> None:
    old = NormativeFactory(
        issuer=people.organ,
        author=people.author,
        written_on=date(1996, 6, 29),
        document_number="",
        subject="",
        effective_on=None,
    )
    assert {obstacle.field for obstacle in publication_obstacles(old)} == {"document_number", "subject"}
    public = migrated(old)
    assert public.published_at == public.first_published_at == datetime(2018, 12, 24, 9, tzinfo=UTC)
    assert public.index_number.split("/")[1].startswith("1996-")
    assert {lane for _keys, lane, _when in told} == {"bulk"}


def test_only_a_text_new_to_this_platform_can_be_migrated(people: Desk) -> None:
    document = published(people)
    services.save_draft(document=document, author=people.author, summary="改")
    with refused("again", PublicationRefused):
        migrated(document)


def test_a_migrated_text_without_attribute_or_content_is_still_refused(people: Desk) -> None:
    with refused("obstacles", PublicationRefused):
        migrated(draft_of(people, attribute=""))
    with refused("obstacles", PublicationRefused):
        migrated(draft_of(people, body=[]))


def test_obstacles_name_field_rule_and_mend(people: Desk) -> None:
    document = NormativeFactory(
        issuer=people.organ,
        author=people.author,
        document_number="南府[2020]014号",
        expires_on=date(2020, 1, 1),
    )
    found = publication_obstacles(document)
    assert {obstacle.field for obstacle in found} == {"document_number", "expires_on"}
    assert all(obstacle.message and obstacle.mend for obstacle in found)
    assert any("南府〔2020〕14号" in str(obstacle.mend) for obstacle in found)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_absurd_dates_are_obstacles_and_break_nothing(people: Desk, day: date) -> None:
    document = draft_of(people, written_on=day, effective_on=day, expires_on=day, disclosure_decided_on=day)
    assert {"written_on", "expires_on"} <= {obstacle.field for obstacle in publication_obstacles(document)}
    standing.timeline(document)


# -- Withdrawal ----------------------------------------------------------------------------------------------


def test_a_withdrawal_takes_effect_at_once_and_keeps_the_notice(people: Desk, told: list[Any]) -> None:
    document = published(people)
    told.clear()
    services.withdraw(document=document, user=people.manager, reason=" 数据有误，核实后重新发布。 ")
    row = Document.objects.get(pk=document.pk)
    assert not row.live and row.withdrawn_at and row.withdrawal_reason == "数据有误，核实后重新发布。"
    assert row.published_at and row.notice_title == document.title
    assert row not in Document.objects.public() and row in Document.objects.withdrawn()
    assert ((f"document:{document.pk}",), "people", None) in told


def test_a_withdrawal_takes_a_reason_a_role_and_a_public_document(people: Desk) -> None:
    document = published(people)
    with refused("reason"):
        services.withdraw(document=document, user=people.manager, reason="  ")
    for stranger in (people.author, desk().manager, StaffFactory(is_superuser=True)):
        with refused("role"):
            services.withdraw(document=document, user=stranger, reason="有误")
    with refused("not_public"):
        services.withdraw(document=draft_of(people), user=people.manager, reason="有误")


def test_the_draft_of_a_correction_does_not_leak_into_the_notice(people: Desk) -> None:
    document = published(people, title="公开的标题")
    services.withdraw(document=document, user=people.manager, reason="有误")
    services.save_draft(document=document, author=people.author, title="尚未审核的标题")
    row = Document.objects.get(pk=document.pk)
    assert (row.notice_title, row.title) == ("公开的标题", "公开的标题")


# -- Validity --------------------------------------------------------------------------------------------------


def state(document: Document, day: date) -> Validity:
    return validity_on(standing.timeline(Document.objects.get(pk=document.pk)), day)


def repealing(people: Desk, target: Document, **link: Any) -> Document:
    return NormativeFactory(
        issuer=people.organ,
        author=people.author,
        written_on=date(2024, 1, 10),
        effective_on=date(2024, 3, 1),
        links=[{"target": target, "kind": LinkKind.REPEALS, **link}],
    )


def old_rule(people: Desk) -> Document:
    return review_all(NormativeFactory(issuer=people.organ, author=people.author), people)


def test_a_repeal_counts_when_the_repealing_document_is_public_and_ends_with_its_withdrawal(
    people: Desk,
) -> None:
    target = old_rule(people)
    act = repealing(people, target)
    assert state(target, date(2024, 3, 1)) == Validity.IN_FORCE
    review_all(act, people)
    assert state(target, date(2024, 2, 29)) == Validity.IN_FORCE
    assert state(target, date(2024, 3, 1)) == Validity.REPEALED
    services.withdraw(document=act, user=people.manager, reason="废止决定有误")
    assert state(target, date(2024, 3, 1)) == Validity.IN_FORCE


def test_the_press_is_told_of_the_target_and_of_the_days_to_come(people: Desk, told: list[Any]) -> None:
    target = old_rule(people)
    day = timezone.localdate() + timedelta(days=40)
    act = repealing(people, target, effective_on=day)
    told.clear()
    review_all(act, people)
    now = {key for keys, _lane, when in told if when is None for key in keys}
    assert {f"document:{act.pk}", f"document:{target.pk}"} <= now
    later = [(keys, when) for keys, _lane, when in told if when is not None]
    (turn,) = [when for keys, when in later if f"document:{target.pk}" in keys]
    assert timezone.localtime(turn).date() == day and timezone.localtime(turn).hour == 0


def test_a_link_taken_out_of_a_public_document_tells_its_old_target(people: Desk, told: list[Any]) -> None:
    target = old_rule(people)
    act = review_all(repealing(people, target), people)
    services.save_draft(document=act, author=people.author, links=[])
    told.clear()
    review_all(act, people)
    assert any(f"document:{target.pk}" in keys for keys, _lane, _when in told)
    assert state(target, date(2024, 3, 1)) == Validity.IN_FORCE


def test_documents_that_repeal_each_other_are_both_repealed_and_nothing_hangs(people: Desk) -> None:
    first = old_rule(people)
    second = review_all(repealing(people, first), people)
    services.save_draft(
        document=first, author=people.author, links=[{"target": second, "kind": LinkKind.REPEALS}]
    )
    review_all(first, people)
    assert state(first, date(2024, 3, 1)) == Validity.REPEALED
    assert state(second, date(2024, 3, 1)) == Validity.REPEALED


def test_many_timelines_take_as_many_queries_as_one(people: Desk, django_assert_num_queries: Any) -> None:
    documents = [old_rule(people) for _ in range(3)]
    review_all(repealing(people, documents[0]), people)
    with django_assert_num_queries(1):
        standing.timelines(documents)


# -- Interpretation, attribute, reassessment, series ---------------------------------------------------------------


def test_one_link_gives_both_directions_and_the_three_synchronies(people: Desk) -> None:
    policy = draft_of(people)
    text = draft_of(
        people,
        kind=Kind.INTERPRETATION,
        interpretation_form="qa",
        links=[{"target": policy, "kind": LinkKind.INTERPRETS}],
    )
    review_all(policy, people)
    assert {check.code: check.kept for check in standing.synchrony(policy)}["released"] is False
    review_all(text, people)
    policy.refresh_from_db()
    assert all(check.kept for check in standing.synchrony(policy))
    assert standing.interpretations(policy) == [text] and standing.interpreted(text) == [policy]


def test_an_interpretation_of_nothing_is_not_ready(people: Desk) -> None:
    text = draft_of(people, kind=Kind.INTERPRETATION, interpretation_form="text")
    assert [obstacle.field for obstacle in publication_obstacles(text)] == ["interpreted_document"]


def test_a_forwarding_text_is_offered_the_attribute_of_what_it_forwards(people: Desk) -> None:
    closed = draft_of(people, attribute=Attribute.ON_REQUEST)
    document = draft_of(people, links=[{"target": closed, "kind": LinkKind.FORWARDS}])
    assert standing.suggested_attribute(document) == Attribute.ON_REQUEST
    assert standing.suggested_attribute(closed) == ""


def withheld(people: Desk) -> Document:
    return draft_of(
        people,
        attribute=Attribute.WITHHELD,
        attribute_reason="内部工作流程",
        attribute_provision="internal-affairs",
    )


def test_withheld_takes_a_reason_and_a_ground_already_when_drafted(people: Desk) -> None:
    with pytest.raises(ValidationError) as refusal:
        draft_of(people, attribute=Attribute.WITHHELD, attribute_provision="nothing")
    assert set(refusal.value.message_dict) == {"attribute_reason", "attribute_provision"}


def test_withheld_texts_come_back_for_reassessment_until_somebody_looked(people: Desk) -> None:
    document = withheld(people)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert list(Document.objects.due_for_reassessment(tomorrow)) == [document]
    services.keep_withheld(document=document, user=people.third, reason="仍属内部管理信息")
    assert not Document.objects.due_for_reassessment(timezone.localdate()).exists()
    with refused("role"):
        services.keep_withheld(document=document, user=people.author, reason="x")
    with refused("reason"):
        services.keep_withheld(document=document, user=people.third, reason="")


def test_a_text_decided_to_be_disclosed_has_its_twenty_working_days_from_that_day(people: Desk) -> None:
    document = withheld(people)
    officer = staff(people.organ, Role.DISCLOSURE_OFFICER)
    services.decide_to_disclose(document=document, user=officer, decided_on=date(2020, 9, 15))
    document = Document.objects.get(pk=document.pk)
    assert (document.attribute, document.attribute_reason) == (Attribute.PROACTIVE, "")
    due = standing.publication_due(document)
    assert due is not None and due.last_day == date(2020, 10, 19)


def test_series_health_counts_what_is_public_now(people: Desk) -> None:
    series = services.create_series(
        user=people.manager, organ=people.organ, name="简报", slug="jianbao", every_days=10
    )
    issues = [published(people, kind=Kind.BRIEF, series=series, issue_number=number) for number in (1, 2, 4)]
    assert [(gap.first, gap.last) for gap in standing.series_health(series, timezone.localdate()).gaps] == [
        (3, 3)
    ]
    services.withdraw(document=issues[1], user=people.manager, reason="有误")
    health = standing.series_health(series, timezone.localdate() + timedelta(days=11))
    assert [(gap.first, gap.last) for gap in health.gaps] == [(2, 3)]
    assert health.late is not None and health.late.number == 5
    series.closed_on = timezone.localdate()
    assert standing.series_health(series, timezone.localdate() + timedelta(days=11)).late is None


def test_an_issue_number_is_given_once_in_a_series(people: Desk) -> None:
    series = services.create_series(user=people.manager, organ=people.organ, name="简报", slug="jianbao")
    draft_of(people, kind=Kind.BRIEF, series=series, issue_number=1)
    with pytest.raises(ValidationError):
        draft_of(people, kind=Kind.BRIEF, series=series, issue_number=1)
