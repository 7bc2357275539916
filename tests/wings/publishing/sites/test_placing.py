"""Documents in columns: by reference, numbered when they become public, in the statutory column by themselves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.statutes import exemptions
from gongkai.wings.publishing.documents.kinds import Attribute
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import withdraw
from gongkai.wings.publishing.sites.frame import today
from gongkai.wings.publishing.sites.models import Placement
from gongkai.wings.publishing.sites.services import SiteRefused, close_column, pin, place, unpin, unplace
from tests.factories_publishing import staff

from .conftest import Town

Keys = Callable[[], list[tuple[str, str]]]


def sequences(column: int) -> list[int | None]:
    return list(Placement.objects.filter(column_id=column).order_by("id").values_list("sequence", flat=True))


def test_entries_are_numbered_when_their_document_becomes_public(town: Town) -> None:
    early = town.draft(town.news)
    late = town.draft(town.news)
    assert sequences(town.news.pk) == [None, None]
    town.publish(late)
    town.publish(early)
    assert sequences(town.news.pk) == [2, 1]
    placement = Placement.objects.get(document=late)
    assert placement.shown_at == late.__class__.objects.get(pk=late.pk).published_at


def test_a_public_document_is_numbered_as_soon_as_it_is_placed(town: Town) -> None:
    document = town.public(town.news)
    place(document=document, column=town.bureau_news, user=town.manager)
    assert sequences(town.bureau_news.pk) == [1]


def test_placing_twice_changes_nothing(town: Town, told: Keys) -> None:
    document = town.public(town.news)
    told()
    first = place(document=document, column=town.news, user=town.manager)
    assert told() == []
    assert first.sequence == 1
    assert Placement.objects.count() == 1


def test_a_number_is_never_given_out_again(town: Town) -> None:
    first = town.public(town.news)
    unplace(document=first, column=town.news, user=town.manager)
    town.public(town.news)
    place(document=first, column=town.news, user=town.manager)
    assert sorted(filter(None, sequences(town.news.pk))) == [2, 3]


def test_a_withdrawn_document_keeps_its_number_for_its_return(town: Town) -> None:
    document = town.public(town.news)
    withdraw(document=document, user=town.final_reviewer, reason="有误")
    assert sequences(town.news.pk) == [1]
    document.refresh_from_db()
    town.public(town.news)
    assert sequences(town.news.pk) == [1, 2]


def test_what_fulfils_a_statutory_item_enters_its_column_by_itself(town: Town) -> None:
    document = town.public(town.news, town.bureau_news, disclosure_item="7")
    places = Placement.objects.filter(document=document).values_list("column__site__slug", "column__path")
    assert sorted(places) == [
        ("city", "yw"),
        ("city", "zfxxgk/fdzdgknr/7"),
        ("edu", "jydt"),
        ("edu", "zfxxgk/fdzdgknr/7"),
    ]
    assert not Placement.objects.filter(document=document, sequence__isnull=True).exists()


def test_a_document_without_a_place_enters_no_column(town: Town) -> None:
    document = town.public(disclosure_item="7")
    assert not Placement.objects.filter(document=document).exists()


@pytest.mark.parametrize("attribute", [Attribute.ON_REQUEST, Attribute.WITHHELD])
def test_what_is_not_disclosed_has_no_place_on_a_site(town: Town, attribute: str) -> None:
    provision = exemptions()[0].code if attribute == Attribute.WITHHELD else ""
    document = town.draft(attribute=attribute, attribute_reason="理由", attribute_provision=provision)
    with pytest.raises(SiteRefused) as refusal:
        place(document=document, column=town.news, user=town.manager)
    assert refusal.value.code == "attribute"


def test_a_closed_column_takes_nothing_more(town: Town) -> None:
    document = town.draft()
    close_column(column=town.news, user=town.manager, on=today())
    with pytest.raises(SiteRefused) as refusal:
        place(document=document, column=town.news, user=town.manager)
    assert refusal.value.code == "closed"


def test_a_drafter_proposes_columns_but_moves_nothing_public(town: Town) -> None:
    draft = town.draft()
    assert place(document=draft, column=town.news, user=town.drafter)
    public = town.public(town.policy)
    for act in (place, unplace, pin):
        with pytest.raises(SiteRefused) as refusal:
            act(document=public, column=town.policy if act is not place else town.news, user=town.drafter)
        assert refusal.value.code == "role"


def test_a_stranger_places_nothing(town: Town) -> None:
    stranger = staff(town.bureau, Role.DRAFTER)
    with pytest.raises(SiteRefused):
        place(document=town.draft(), column=town.news, user=stranger)


def test_pinning_and_taking_out_are_told_and_recorded(town: Town, told: Keys) -> None:
    document = town.public(town.news)
    told()
    pin(document=document, column=town.news, user=town.manager)
    assert told() == [(f"document:{document.pk}", "people")]
    pin(document=document, column=town.news, user=town.manager)
    assert told() == []
    unpin(document=document, column=town.news, user=town.manager)
    assert told() == [(f"document:{document.pk}", "people")]
    unplace(document=document, column=town.news, user=town.manager)
    assert told() == [(f"document:{document.pk}", "people"), ("sitemap:city", "people")]
    with pytest.raises(SiteRefused) as refusal:
        unplace(document=document, column=town.news, user=town.manager)
    assert refusal.value.code == "not_placed"


@pytest.mark.django_db(transaction=True)
def test_eight_who_publish_into_one_column_get_eight_numbers(transactional_db: None, town: Town) -> None:
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip(
            "an in-memory SQLite database has one connection; run with GONGKAI_TEST_DATABASE=postgres"
        )
    drafts = [town.draft(town.news) for _ in range(8)]
    start = Barrier(8)

    def publish(draft: Document) -> None:
        start.wait()
        try:
            town.publish(draft)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish, drafts))
    assert sorted(filter(None, sequences(town.news.pk))) == list(range(1, 9))
