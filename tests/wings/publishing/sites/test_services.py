"""Sites and columns: opened, amended, moved and closed by those who may, with an entry in the ledger each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Level
from gongkai.wings.publishing.sites.models import Column, ColumnType, Site
from gongkai.wings.publishing.sites.services import (
    SiteRefused,
    add_column,
    amend_column,
    amend_site,
    close_column,
    close_site,
    create_site,
    move_column,
)
from tests.factories_publishing import OrganFactory, staff

from .conftest import Town

Keys = Callable[[], list[tuple[str, str]]]


def verbs(site: Site) -> list[str]:
    return list(
        Entry.objects.filter(stream=f"site:{site.slug}").order_by("seq").values_list("verb", flat=True)
    )


def test_a_new_site_has_the_whole_statutory_column(town: Town) -> None:
    paths = list(town.site.columns.filter(type=ColumnType.STATUTORY).values_list("path", flat=True))
    assert {"zfxxgk", "zfxxgk/zn", "zfxxgk/zd", "zfxxgk/fdzdgknr", "zfxxgk/nb", "zfxxgk/ysqgk"} <= set(paths)
    items = town.site.columns.filter(block="item").order_by("order")
    assert [item.disclosure_item for item in items] == [*map(str, range(1, 16)), "21"]
    assert items[6].name == "财政预算、决算信息"
    assert items[15].name.startswith("市政建设、公共服务")


def test_a_town_has_the_items_of_towns(town: Town) -> None:
    office = OrganFactory(name="云龙镇人民政府", level=Level.TOWN, parent=town.government)
    site = create_site(
        user=town.manager, slug="yunlong", name="云龙镇人民政府", organ=office, host="yl.localhost"
    )
    assert "宅基地" in site.columns.get(disclosure_item="21").name


def test_an_organ_has_one_site_only(town: Town) -> None:
    with pytest.raises(ValidationError):
        create_site(
            user=town.manager, slug="second", name="另一个", organ=town.government, host="b.localhost"
        )
    assert not Site.objects.filter(slug="second").exists()
    assert not Column.objects.filter(site__slug="second").exists()


def test_one_site_answers_for_unknown_hosts(town: Town) -> None:
    assert town.site.is_default
    assert not town.bureau_site.is_default
    amend_site(site=town.bureau_site, user=town.manager, is_default=True)
    assert list(Site.objects.filter(is_default=True)) == [town.bureau_site]


def test_only_a_site_manager_of_the_organ_runs_a_site(town: Town) -> None:
    editor = staff(town.government, Role.COLUMN_EDITOR)
    stranger = staff(town.bureau, Role.SITE_MANAGER)
    for user in (editor, stranger):
        with pytest.raises(SiteRefused) as refusal:
            add_column(site=town.site, user=user, name="新栏目", slug="xlm")
        assert refusal.value.code == "role"
        with pytest.raises(SiteRefused):
            amend_site(site=town.site, user=user, name="改名")
    assert add_column(site=town.bureau_site, user=stranger, name="新栏目", slug="xlm")


def test_every_act_is_in_the_ledger_of_the_site(town: Town) -> None:
    column = add_column(site=town.site, user=town.manager, name="公告", slug="gg", type="notice")
    amend_column(column=column, user=town.manager, description="公告")
    move_column(column=column, user=town.manager, parent=town.news)
    close_column(column=column, user=town.manager, on=date(2020, 12, 31))
    amend_site(site=town.site, user=town.manager, contact="12345")
    assert verbs(town.site)[-5:] == [
        "column.opened",
        "column.amended",
        "column.moved",
        "column.closed",
        "site.amended",
    ]


def test_a_column_cannot_take_an_address_that_is_in_use_or_kept(town: Town) -> None:
    with pytest.raises(ValidationError):
        add_column(site=town.site, user=town.manager, name="要闻二", slug="yw")
    for slug in ("doc", "search", "p3"):
        with pytest.raises(SiteRefused) as refusal:
            add_column(site=town.site, user=town.manager, name="坏", slug=slug)
        assert refusal.value.code == "slug"
    assert add_column(site=town.bureau_site, user=town.manager, name="要闻", slug="yw").path == "yw"


def test_the_statutory_column_is_the_same_everywhere(town: Town) -> None:
    guide = town.site.columns.get(block="guide")
    root = town.site.columns.get(path="zfxxgk")
    acts = [
        lambda: add_column(site=town.site, user=town.manager, name="另设", slug="ls", parent=root),
        lambda: add_column(site=town.site, user=town.manager, name="另设", slug="ls", type="statutory"),
        lambda: amend_column(column=guide, user=town.manager, name="指引"),
        lambda: move_column(column=guide, user=town.manager, parent=town.news),
        lambda: move_column(column=town.news, user=town.manager, parent=root),
        lambda: close_column(column=guide, user=town.manager, on=date(2020, 1, 1)),
    ]
    for act in acts:
        with pytest.raises(SiteRefused) as refusal:
            act()
        assert refusal.value.code == "statutory"


def test_all_below_a_column_move_along(town: Town) -> None:
    parent = add_column(site=town.site, user=town.manager, name="政务", slug="zw")
    child = add_column(site=town.site, user=town.manager, name="公告", slug="gg", parent=parent)
    below = add_column(site=town.site, user=town.manager, name="招考", slug="zk", parent=child)
    move_column(column=child, user=town.manager, parent=town.news, slug="tz")
    below.refresh_from_db()
    assert below.path == "yw/tz/zk"


def test_a_column_cannot_stand_below_itself_or_on_another_site(town: Town) -> None:
    child = add_column(site=town.site, user=town.manager, name="子", slug="z", parent=town.news)
    for parent in (child, town.news):
        with pytest.raises(SiteRefused):
            move_column(column=town.news, user=town.manager, parent=parent)
    with pytest.raises(SiteRefused):
        move_column(column=child, user=town.manager, parent=town.bureau_news)


def test_the_menu_follows_behind_the_work_of_people(town: Town, told: Keys) -> None:
    column = add_column(site=town.site, user=town.manager, name="公告", slug="gg")
    changes = told()
    assert (f"column:{column.pk}", "people") in changes
    assert ("home:city", "people") in changes
    assert ("site:city", "bulk") in changes
    below = add_column(site=town.site, user=town.manager, name="招考", slug="zk", parent=column)
    changes = told()
    assert (f"column:{below.pk}", "people") in changes
    assert (f"column:{column.pk}", "people") in changes
    assert ("site:city", "bulk") not in changes


def test_the_default_site_cannot_be_closed(town: Town) -> None:
    with pytest.raises(SiteRefused):
        close_site(site=town.site, user=town.manager, on=date(2020, 12, 31))
    close_site(site=town.bureau_site, user=town.manager, on=date(2020, 12, 31))
    town.bureau_site.refresh_from_db()
    assert town.bureau_site.closed_on == date(2020, 12, 31)


@pytest.mark.parametrize("fact", [{"colr": "#ffffff"}, {"slug": "new"}, {"closed_on": date(2020, 1, 1)}])
def test_what_has_an_act_of_its_own_is_not_amended_in_passing(town: Town, fact: dict[str, object]) -> None:
    with pytest.raises(SiteRefused) as refusal:
        amend_site(site=town.site, user=town.manager, **fact)
    assert refusal.value.code == "field"
    with pytest.raises(SiteRefused):
        amend_column(column=town.news, user=town.manager, **fact)


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345g", "url(x)"])
def test_a_colour_that_is_none_is_refused(town: Town, colour: str) -> None:
    with pytest.raises(ValidationError):
        amend_site(site=town.site, user=town.manager, colour=colour)
