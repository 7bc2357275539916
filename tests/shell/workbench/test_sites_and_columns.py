"""Sites, columns and series at the workbench: slips are told beside the form, and what is to end can be ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.foundation.ledger.models import Entry
from gongkai.wings.publishing.documents.models import Series
from gongkai.wings.publishing.sites.models import Column, Site
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories_publishing import Desk, desk

pytestmark = pytest.mark.django_db

SITE = {
    "is_default": "",
    "other_hosts": "",
    "identification_code": "",
    "icp_number": "",
    "police_number": "",
    "contact": "",
    "description": "",
    "keywords": "",
    "colour": "#1f4e8c",
    "closed_on": "",
}
COLUMN = {
    "parent": "",
    "type": "other",
    "update_days": "",
    "order": "5",
    "in_menu": "on",
    "on_home": "",
    "description": "",
    "keywords": "",
    "closed_on": "",
}


@pytest.fixture
def people() -> Desk:
    return desk()


@pytest.fixture
def site(people: Desk) -> Site:
    return create_site(
        user=people.manager, slug="city", name="市政府", organ=people.organ, host="city.localhost"
    )


def post(people: Desk, client: Client, kind: str, view: str, facts: dict[str, str], *pk: int) -> str:
    client.force_login(people.manager)
    viewset = {"site": Site, "column": Column, "series": Series}[kind].snippet_viewset
    answer = client.post(reverse(viewset.get_url_name(view), args=pk), facts, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("http://a.localhost/", "不是域名"),
        ("a localhost", "不是域名"),
        ("A.localhost", "不是域名"),
        ("a.localhost:8000", "不是域名"),
        ("a..localhost", "不是域名"),
    ],
)
def test_a_domain_nobody_could_reach_is_refused(people: Desk, client: Client, host: str, words: str) -> None:
    facts = SITE | {"name": "市政府", "slug": "city", "organ": str(people.organ.pk), "host": host}
    assert words in post(people, client, "site", "add", facts)
    assert not Site.objects.exists()


def test_a_domain_of_another_site_is_refused_also_among_the_others(
    people: Desk, site: Site, client: Client
) -> None:
    Site.objects.filter(pk=site.pk).update(other_hosts="www.city.localhost")
    other = desk()
    facts = SITE | {
        "name": "教育局",
        "slug": "edu",
        "organ": str(other.organ.pk),
        "host": "www.city.localhost",
        "other_hosts": "city.localhost",
    }
    page = post(other, client, "site", "add", facts)
    assert page.count("已由市政府使用") >= 2
    assert Site.objects.count() == 1


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("tzgg", "本站已有栏目使用该地址"),
        ("zfxxgk", "本站已有栏目使用该地址"),
        ("request", "由系统保留"),
        ("documents", "由系统保留"),
    ],
)
def test_an_address_that_is_taken_is_told_and_the_form_stays(
    people: Desk, site: Site, client: Client, slug: str, words: str
) -> None:
    add_column(site=site, user=people.manager, name="通知公告", slug="tzgg")
    page = post(
        people, client, "column", "add", COLUMN | {"site": str(site.pk), "name": "公告", "slug": slug}
    )
    assert words in page and 'value="公告"' in page
    assert not Column.objects.filter(name="公告").exists()


def test_a_duty_of_more_than_ten_years_is_a_slip(people: Desk, site: Site, client: Client) -> None:
    facts = COLUMN | {"site": str(site.pk), "name": "公告", "slug": "gg", "update_days": "99999999999"}
    assert "最多 3660 天" in post(people, client, "column", "add", facts)
    facts = {"name": "简报", "slug": "jb", "organ": str(people.organ.pk), "first_issue": "1", "closed_on": ""}
    assert "最长十年" in post(people, client, "series", "add", facts | {"every_days": "999999"})
    assert not Series.objects.exists()


def test_a_column_is_moved_and_closed_and_opened_again_in_its_form(
    people: Desk, site: Site, client: Client
) -> None:
    above = add_column(site=site, user=people.manager, name="新闻", slug="xw")
    column = add_column(site=site, user=people.manager, name="公告", slug="gg")
    today = timezone.localdate()
    facts = COLUMN | {"site": str(site.pk), "name": "公告", "order": str(column.order)}
    moved = facts | {"slug": "ggl", "parent": str(above.pk), "closed_on": today.isoformat()}
    post(people, client, "column", "edit", moved, column.pk)
    column.refresh_from_db()
    assert (column.path, column.closed_on) == ("xw/ggl", today)
    post(people, client, "column", "edit", moved | {"closed_on": ""}, column.pk)
    column.refresh_from_db()
    assert column.closed_on is None
    assert Entry.objects.filter(verb__in=["column.moved", "column.closed"]).count() == 3


def test_a_site_is_closed_in_its_form_but_not_the_one_for_unknown_hosts(
    people: Desk, site: Site, client: Client
) -> None:
    other = desk()
    second = create_site(
        user=other.manager, slug="edu", name="教育局", organ=other.organ, host="edu.localhost"
    )
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    facts = SITE | {"name": "教育局", "slug": "edu", "organ": str(other.organ.pk), "host": "edu.localhost"}
    post(other, client, "site", "edit", facts | {"closed_on": day}, second.pk)
    second.refresh_from_db()
    assert str(second.closed_on) == day
    facts = SITE | {"name": "市政府", "slug": "city", "organ": str(people.organ.pk), "host": "city.localhost"}
    page = post(people, client, "site", "edit", facts | {"closed_on": day, "is_default": "on"}, site.pk)
    assert "不能关闭" in page or "不得关闭" in page
    site.refresh_from_db()
    assert site.closed_on is None


def test_a_series_is_changed_and_ended_on_record(people: Desk, client: Client) -> None:
    facts = {
        "name": "简报",
        "slug": "jb",
        "organ": str(people.organ.pk),
        "first_issue": "1",
        "every_days": "30",
    }
    post(people, client, "series", "add", facts | {"closed_on": ""})
    series = Series.objects.get()
    today = timezone.localdate()
    post(people, client, "series", "edit", facts | {"every_days": "60", "closed_on": str(today)}, series.pk)
    series.refresh_from_db()
    assert (series.every_days, series.closed_on) == (60, today)
    assert Entry.objects.filter(subject=f"series:{series.pk}", verb="series.amended").count() == 1
    page = post(people, client, "series", "edit", facts | {"slug": "other", "closed_on": ""}, series.pk)
    assert "不能更改" in page
    series.refresh_from_db()
    assert series.slug == "jb"


def test_a_number_that_is_none_closes_no_topic(people: Desk, client: Client) -> None:
    client.force_login(people.manager)
    assert client.post(reverse("workbench_topics"), {"close": "abc"}).status_code == 302
