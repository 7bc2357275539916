"""Topics: launched in one act from a template, closed by their plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry
from gongkai.wings.publishing.documents.kinds import Kind
from gongkai.wings.publishing.sites.models import Column, Topic
from gongkai.wings.publishing.sites.rules import TopicError
from gongkai.wings.publishing.sites.services import SiteRefused, close_topic, launch_topic
from tests.factories_publishing import staff

from .conftest import Town, all_pages, body_of, page_of

Keys = Callable[[], list[tuple[str, str]]]


def launch(town: Town, **facts: object) -> Topic:
    return launch_topic(site=town.site, user=town.manager, template="epidemic", **facts)  # type: ignore[arg-type]


def test_one_act_opens_the_topic_with_its_blocks_on_the_home_page(town: Town, told: Keys) -> None:
    topic = launch(town)
    names = list(topic.column.children.order_by("order").values_list("name", flat=True))
    assert names == ["要闻聚焦", "南溟在行动", "科学辟谣"]
    home = body_of("home", "city", "")
    assert "banner emergency" in home
    assert "/yqfk/" in home
    pages = all_pages("city")
    assert {"yqfk/index.html", "yqfk/ywjj/index.html", "yqfk/hyxd/index.html", "yqfk/kxpy/index.html"} <= set(
        pages
    )
    changes = told()
    assert ("home:city", "people") in changes
    assert ("site:city", "bulk") in changes
    assert Entry.objects.filter(stream="site:city", verb="topic.launched").count() == 1


def test_the_city_may_be_named(town: Town) -> None:
    assert launch(town, city="海口").column.children.filter(name="海口在行动").exists()


def test_a_second_topic_gets_an_address_of_its_own(town: Town) -> None:
    first, second, third = launch(town), launch(town), launch(town)
    assert len({topic.column.path for topic in (first, second, third)}) == 3


def test_a_topic_needs_an_end_after_its_launch(town: Town) -> None:
    with pytest.raises(SiteRefused) as refusal:
        launch(town, close_on=date(2020, 1, 23), at=datetime(2020, 1, 23, 4, tzinfo=UTC))
    assert refusal.value.code == "topic"
    assert not Column.objects.filter(path="yqfk").exists()
    assert launch(town, close_on=date(2020, 6, 30), at=datetime(2020, 1, 23, 4, tzinfo=UTC))


def test_an_unknown_template_or_somebody_without_the_role_launches_nothing(town: Town) -> None:
    with pytest.raises(TopicError):
        launch_topic(site=town.site, user=town.manager, template="nothing")
    with pytest.raises(SiteRefused):
        launch_topic(site=town.site, user=staff(town.government, Role.COLUMN_EDITOR), template="epidemic")
    assert not Topic.objects.exists()


def test_a_rumour_is_shown_as_claim_verdict_and_source(town: Town) -> None:
    block = launch(town).column.children.get(slug="kxpy")
    town.public(
        block,
        kind=Kind.RUMOUR,
        title="喝高度白酒能预防病毒？",
        summary="不能。酒精消毒只用于体表。",
        source="市卫生健康委",
    )
    body = body_of("column", "city", str(block.parent_id))
    card = body[body.index('<ul class="rumours">') :]
    for words in (
        "传言",
        "喝高度白酒能预防病毒？",
        "核查结论",
        "不能。酒精消毒只用于体表。",
        "来源",
        "市卫生健康委",
    ):
        assert words in card


def test_a_closed_topic_leaves_home_and_menu_and_stays_as_an_archive(town: Town, told: Keys) -> None:
    topic = launch(town)
    block = topic.column.children.get(slug="ywjj")
    document = town.public(block, title="全市疫情防控会议召开")
    told()
    close_topic(topic=topic, user=town.manager)
    assert ("home:city", "people") in told()
    assert "yqfk" not in body_of("home", "city", "").split("<main", 1)[0]
    assert "banner" not in body_of("home", "city", "")
    archive = body_of("column", "city", str(topic.column_id))
    assert "本专题已于" in archive
    assert "全部文件保留原网址" in archive
    assert "全市疫情防控会议召开" in archive
    assert page_of("document", "city", str(document.pk)) is not None
    with pytest.raises(SiteRefused):
        close_topic(topic=topic, user=town.manager)
