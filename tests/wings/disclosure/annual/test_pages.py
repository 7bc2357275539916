"""Published reports as pages: what stands there, on which site, and what a correction changes."""

from __future__ import annotations

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.engines import press
from gongkai.engines.press import Page
from gongkai.engines.press.models import Change
from gongkai.foundation.accounts.models import Role
from gongkai.wings.disclosure.annual import services
from gongkai.wings.disclosure.annual.pages import AnnualReportPages, shelf
from gongkai.wings.disclosure.annual.reading import read_reports
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import staff

from .conftest import City, drafted, elsewhere, filed, published


@pytest.fixture
def sites(city: City) -> City:
    for slug, at in (("city", city.government), ("a", city.one)):
        create_site(
            user=staff("", Role.SITE_MANAGER, at=at.organ),
            slug=slug,
            name=at.organ.name,
            organ=at.organ,
            host=f"{slug}.localhost",
        )
    return city


def pages(site: str) -> dict[str, Page]:
    kind = AnnualReportPages()
    return {page.path: page for _key, page in kind.render(site, list(kind.keys(site))) if page is not None}


def test_a_report_stands_on_its_organs_site_and_on_those_above(sites: City) -> None:
    filed(sites.one)
    published(sites.one)
    name = "annual-reports/ju-a/2021/index.html"
    for site in ("city", "a"):
        found = pages(site)
        assert {name, "annual-reports/index.html", "annual-reports/ju-a-2021.json"} <= set(found)
        tree = LexborHTMLParser(str(found[name].body))
        assert "测试市甲局2021年政府信息公开工作年度报告" in tree.css_first("h1").text()
        assert len(tree.css("table")) == 7
    given = json.loads(str(found["annual-reports/ju-a-2021.json"].body))
    assert given["issuer"] == "测试市甲局"
    assert "每季度培训一次" in given["sections"]["五"]
    (report,) = read_reports(bytes(found["annual-reports/ju-a-2021.docx"].body))
    assert "每季度培训一次" in report.sections["五"]


def test_a_draft_stands_nowhere_and_a_correction_changes_nothing_yet(sites: City) -> None:
    drafted(sites.other)
    assert set(pages("city")) == {"annual-reports/index.html"}
    listed = str(pages("city")["annual-reports/index.html"].body)
    assert "尚未发布年度报告" in listed
    assert '/report-check/">年度报告校核</a>' in listed, (
        "the checker is for everybody, so everybody must find it"
    )
    filed(sites.one)
    report = published(sites.one)
    before = pages("a")
    services.take_up_again(report=report, user=sites.one.head, reason="更正")
    assert {path: page.body for path, page in pages("a").items()} == {
        path: page.body for path, page in before.items()
    }


def test_the_whole_report_names_its_organs_and_who_filed(sites: City) -> None:
    for at in (sites.government, sites.one):
        filed(at)
    elsewhere(sites.other)
    published(sites.government, whole=True)
    body = str(pages("city")["annual-reports/shizhengfu/2021/index.html"].body)
    assert "3个机关的合计数" in body
    assert "每个数字均可" not in body, "those that were filed cannot be traced"
    assert "机关名单见文末" in body
    assert "下列机关使用其他系统办理申请，数据由其填报： 测试市乙局" in body
    assert "annual-reports/shizhengfu/2021/index.html" not in pages("a")


def test_publication_tells_the_press_which_pages_come_into_being(sites: City) -> None:
    filed(sites.one)
    Change.objects.all().delete()
    report = published(sites.one)
    keys = set(Change.objects.values_list("key", flat=True))
    assert {f"annual-report:{report.pk}", "annual-reports"} <= keys
    refs = list(AnnualReportPages().affected(f"annual-report:{report.pk}"))
    assert {ref.site for ref in refs} == {"city", "a"}
    assert {ref.key for ref in refs} == {
        "list",
        *(f"{report.pk}{end}" for end in ("", ".docx", ".xlsx", ".json")),
    }


def test_the_statutory_column_leads_to_the_report(sites: City) -> None:
    filed(sites.one)
    published(sites.one)
    for slug, titles in (
        ("a", ["测试市甲局2021年政府信息公开工作年度报告"]),
        ("city", ["各部门、各区年度报告"]),
    ):
        frame = press.frame(slug)
        assert frame is not None
        assert [entry.title for entry in shelf(frame).entries] == titles


def test_hostile_text_of_a_clerk_is_shown_as_text(sites: City) -> None:
    filed(sites.one)
    report = drafted(sites.one)
    attack = "<script>alert(1)</script>"
    report = services.write(
        report=report, texts={"六": attack}, user=sites.one.officer, version=report.version
    )
    report = services.submit(report=report, user=sites.one.officer, overruled="核对无误")
    report = services.approve(report=report, user=sites.one.head)
    services.publish(report=report, user=sites.one.head)
    assert attack not in str(pages("a")["annual-reports/ju-a/2021/index.html"].body)
