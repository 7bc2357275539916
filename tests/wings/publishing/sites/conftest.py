"""A small city site and the means to publish on it and to see what the press would print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongkai.engines.press import Page
from gongkai.engines.press.models import Change
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.organs.models import Organ
from gongkai.wings.publishing.documents.kinds import Attribute, Kind
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.documents.services import Migrated, create_draft, publish_revision
from gongkai.wings.publishing.sites.models import Column, Site
from gongkai.wings.publishing.sites.pages import page_kinds
from gongkai.wings.publishing.sites.services import add_column, create_site, place
from tests.factories_publishing import OrganFactory, staff
from tests.remembered import remembered

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Town:
    """A government with a site, a bureau with another, and the people who run both."""

    government: Organ
    bureau: Organ
    manager: User
    drafter: User
    final_reviewer: User
    site: Site
    bureau_site: Site
    news: Column
    policy: Column
    bureau_news: Column
    drafts: int = 0

    def draft(self, *columns: Column, **facts: Any) -> Document:
        self.drafts += 1
        facts = {
            "kind": Kind.NOTICE,
            "title": f"关于第{self.drafts}号事项的通告",
            "issuer": self.government,
            "attribute": Attribute.PROACTIVE,
            "written_on": date(2020, 4, 22),
            "source": "市政府办公室",
            "body": [("html", "<p>现将有关事项通告如下。</p>")],
            **facts,
        }
        document = create_draft(author=self.drafter, **facts)
        for column in columns:
            place(document=document, column=column, user=self.manager)
        return document

    def publish(self, document: Document, at: datetime | None = None) -> Document:
        return publish_revision(
            revision=document.latest_revision,
            actor=self.manager,
            authority=Migrated(origin="", reason="测试"),
            at=at or datetime(2020, 4, 22, 9, 30, tzinfo=SHANGHAI),
        )

    def public(self, *columns: Column, at: datetime | None = None, **facts: Any) -> Document:
        return self.publish(self.draft(*columns, **facts), at)


@pytest.fixture
@remembered
def town(db: None) -> Town:
    government = OrganFactory(
        code="nanming",
        name="南溟市人民政府",
        address="椰风大道1号",
        phone="0890-66770012",
        disclosure_office="政务公开科",
    )
    bureau = OrganFactory(code="jyj", name="南溟市教育局", parent=government)
    manager = staff(government, Role.SITE_MANAGER, Role.COLUMN_EDITOR)
    site = create_site(
        user=manager, slug="city", name="南溟市人民政府", organ=government, host="city.localhost"
    )
    bureau_site = create_site(
        user=manager, slug="edu", name="南溟市教育局", organ=bureau, host="edu.localhost"
    )
    return Town(
        government=government,
        bureau=bureau,
        manager=manager,
        drafter=staff(government, Role.DRAFTER),
        final_reviewer=staff(government, Role.REVIEWER_3),
        site=site,
        bureau_site=bureau_site,
        news=add_column(site=site, user=manager, name="要闻", slug="yw", type="news", on_home=True),
        policy=add_column(site=site, user=manager, name="政策文件", slug="zcwj", type="policy", on_home=True),
        bureau_news=add_column(site=bureau_site, user=manager, name="教育动态", slug="jydt", type="news"),
    )


def all_pages(site: str) -> dict[str, Page]:
    """Every page of a site as a full build would print it, by path."""
    found: dict[str, Page] = {}
    for kind in page_kinds():
        for _key, page in kind.render(site, list(kind.keys(site))):
            if page is not None:
                assert page.path not in found, f"{page.path} twice"
                found[page.path] = page
    return found


def page_of(kind: str, site: str, key: str) -> Page | None:
    (found,) = [one for one in page_kinds() if one.name == kind]
    ((_key, page),) = found.render(site, [key])
    return page


def body_of(kind: str, site: str, key: str) -> str:
    page = page_of(kind, site, key)
    assert page is not None
    assert isinstance(page.body, str)
    return page.body


def affected_pages(*changes: str) -> set[tuple[str, str, str]]:
    """What the press would look at again because of changes, besides what is known to depend on them."""
    return {
        (ref.kind, ref.site, ref.key)
        for kind in page_kinds()
        for change in changes
        for ref in kind.affected(change)
    }


class Told:
    """What the press has been told since the last look."""

    def __call__(self) -> list[tuple[str, str]]:
        rows = [(change.key, str(change.lane)) for change in Change.objects.order_by("id")]
        Change.objects.all().delete()
        return rows


@pytest.fixture
def told(town: Town) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    told = Told()
    told()
    yield told
