"""What greets each person counts everything and shows the first; the rest is one click away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.shell.workbench.home import SHOWN
from gongkai.wings.publishing.documents.services import save_draft
from gongkai.wings.publishing.reviews import services as reviews
from gongkai.wings.publishing.sites.models import Column, ColumnType
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories_publishing import Desk, desk, draft_of, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Desk:
    return desk()


def test_more_drafts_than_there_is_room_for_are_counted_and_can_all_be_seen(
    people: Desk, client: Client
) -> None:
    for number in range(SHOWN + 2):
        draft_of(people, title=f"草稿{number:02}")
    client.force_login(people.author)
    home = reverse("wagtailadmin_home")
    page = client.get(home).content.decode()
    assert f'<span class="gk-count">{SHOWN + 2}</span>' in page
    assert (page.count(">草稿"), f"显示全部 {SHOWN + 2} 项" in page) == (SHOWN, True)
    page = client.get(home, {"all": "drafts"}).content.decode()
    assert (page.count(">草稿"), "显示全部" in page) == (SHOWN + 2, False)


def test_a_column_past_its_duty_leads_its_manager_to_the_form_that_closes_it(
    people: Desk, client: Client
) -> None:
    site = create_site(user=people.manager, slug="city", name="市", organ=people.organ, host="city.localhost")
    long_ago = timezone.localdate() - timedelta(days=900)
    column = add_column(
        site=site, user=people.manager, name="动态", slug="dt", type=ColumnType.NEWS, opened_on=long_ago
    )
    client.force_login(people.manager)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert f'href="{reverse(Column.snippet_viewset.get_url_name("edit"), args=[column.pk])}"' in page


def test_the_desk_of_a_public_text_tells_who_passed_it(people: Desk, client: Client) -> None:
    document = published(people)
    client.force_login(people.author)
    desk_of = reverse("workbench_document", args=[document.pk])
    page = client.get(desk_of).content.decode()
    assert all(str(person) in page for person in (people.first, people.second, people.third))
    assert "尚未送审" not in page
    save_draft(document=document, author=people.author, summary="改一改")
    assert "现有草稿尚未送审" in client.get(desk_of).content.decode()


def test_a_reviewer_sees_all_that_waits_the_longest_waiting_first(people: Desk, client: Client) -> None:
    for number in range(SHOWN + 1):
        document = draft_of(people, title=f"待审{number:02}的通知")
        reviews.submit(document=document, user=people.author)
    client.force_login(people.first)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert f'<span class="gk-count">{SHOWN + 1}</span>' in page
    assert "待审00的通知" in page and f"待审{SHOWN:02}的通知" not in page
    page = client.get(reverse("wagtailadmin_home"), {"all": "to_review"}).content.decode()
    assert f"待审{SHOWN:02}的通知" in page
