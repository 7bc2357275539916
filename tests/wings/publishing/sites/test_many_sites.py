"""Thirty-eight sites over one library, made by the services of everyday use."""

from __future__ import annotations

import pytest

from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import withdraw
from gongkai.wings.publishing.sites.models import Placement, Site
from gongkai.wings.publishing.sites.pages import page_kinds
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories_publishing import OrganFactory

from .conftest import Town, affected_pages

SITES = 38


def shown_on(kind: str, key: str, sites: list[str]) -> dict[str, str]:
    """What each site prints under ``key``."""
    (found,) = [one for one in page_kinds() if one.name == kind]
    pages = {site: page for site in sites for _key, page in found.render(site, [key])}
    return {site: str(page.body) for site, page in pages.items() if page is not None}


@pytest.mark.once
def test_one_document_stands_on_thirty_eight_sites_by_placement(town: Town) -> None:
    columns = [town.news, town.bureau_news]
    for number in range(SITES - 2):
        organ = OrganFactory(parent=town.government)
        site = create_site(
            user=town.manager,
            slug=f"site-{number}",
            name=organ.name,
            organ=organ,
            host=f"s{number}.localhost",
        )
        columns.append(add_column(site=site, user=town.manager, name="要闻", slug="yw", type="news"))
    slugs = list(Site.objects.values_list("slug", flat=True))
    assert len(slugs) == SITES

    document = town.public(*columns, title="关于全市统一事项的通告")
    assert Document.objects.count() == 1
    assert Placement.objects.public().filter(document=document).count() == SITES
    printed = shown_on("document", str(document.pk), slugs)
    assert set(printed) == set(slugs)
    assert all("关于全市统一事项的通告" in body for body in printed.values())
    assert {
        site for kind, site, _key in affected_pages(f"document:{document.pk}") if kind == "document"
    } == set(slugs)

    withdraw(document=document, user=town.manager, reason="内容有误")
    notices = shown_on("document", str(document.pk), slugs)
    assert not any("现将有关事项通告如下" in body for body in notices.values())
