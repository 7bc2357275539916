"""What greets each person counts everything and shows the first; the rest is one click away."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.shell.workbench.home import SHOWN
from gongkai.wings.publishing.reviews import services as reviews
from tests.factories_publishing import Desk, desk, draft_of

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
