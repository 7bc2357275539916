"""What each page shows, on what it depends, and which pages a change brings forth."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.engines import press
from gongkai.engines.press import ROOT, Shelf, ShelfEntry
from gongkai.foundation.files.services import store
from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.services import create_series, withdraw
from gongkai.wings.publishing.sites.frame import origin, today
from gongkai.wings.publishing.sites.models import Placement
from gongkai.wings.publishing.sites.rules import ARCHIVE_SIZE
from gongkai.wings.publishing.sites.services import (
    add_column,
    amend_site,
    close_column,
    close_site,
    pin,
    place,
    unplace,
)

from .conftest import SHANGHAI, Town, affected_pages, all_pages, body_of, page_of


def text_of(body: str) -> str:
    tree = LexborHTMLParser(body)
    assert tree.body is not None
    return re.sub(r"\s+", " ", tree.body.text(separator=" "))


def tags_of(body: str) -> dict[str, str]:
    return {
        str(tag.attributes["name"]): str(tag.attributes["content"])
        for tag in LexborHTMLParser(body).css("meta[name]")
    }


# -- Documents ---------------------------------------------------------------------------------------------


def test_a_document_stands_on_every_site_that_shows_it_and_nowhere_else(town: Town) -> None:
    both = town.public(town.news, town.bureau_news)
    one = town.public(town.news)
    assert page_of("document", "city", str(both.pk)) is not None
    assert page_of("document", "edu", str(both.pk)) is not None
    assert page_of("document", "edu", str(one.pk)) is None
    unplace(document=both, column=town.bureau_news, user=town.manager)
    assert page_of("document", "edu", str(both.pk)) is None
    assert page_of("document", "city", str(both.pk)) is not None


def test_search_knows_all_sites_of_a_document(town: Town) -> None:
    document = town.public(town.news, town.bureau_news, kind=Kind.NEWS)
    page = page_of("document", "edu", str(document.pk))
    assert page is not None and page.search is not None
    assert page.search.sites == ("city", "edu")
    assert page.search.url == f"/doc/2020/{document.pk}/"
    assert page.path == f"doc/2020/{document.pk}/index.html"
    assert page.search.published_on == date(2020, 4, 22)


def test_a_draft_is_nowhere(town: Town) -> None:
    draft = town.draft(town.news, title="尚未公开的通告")
    assert page_of("document", "city", str(draft.pk)) is None
    for page in all_pages("city").values():
        assert "尚未公开的通告" not in str(page.body)


def test_the_address_carries_the_year_in_shanghai(town: Town) -> None:
    document = town.public(town.news, at=datetime(2020, 12, 31, 23, 30, tzinfo=SHANGHAI))
    late = town.public(town.news, at=datetime(2021, 1, 1, 0, 30, tzinfo=SHANGHAI))
    assert f"doc/2020/{document.pk}/index.html" in all_pages("city")
    assert f"doc/2021/{late.pk}/index.html" in all_pages("city")


def test_an_official_document_shows_its_facts_and_its_end_mark(town: Town) -> None:
    document = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="南溟市政务公开管理办法",
        document_number="南府〔2020〕14号",
        subject="综合政务/政务公开",
        effective_on=date(2020, 5, 1),
        keywords="政务公开 办法",
    )
    body = body_of("document", "city", str(document.pk))
    text = text_of(body)
    document.refresh_from_db()
    for words in (
        document.index_number,
        "综合政务 / 政务公开",
        "南府〔2020〕14号",
        "2020-05-01",
        "现行有效",
        "自2020-05-01起施行",
        "（此件公开发布）",
        "政务公开 办法",
        "发布时间 2020-04-22 09:30",
    ):
        assert words in text, words
    assert "（此件公开发布）" not in body_of("document", "city", str(town.public(town.news).pk))


def test_a_document_carries_the_page_tags_of_the_guide(town: Town) -> None:
    amend_site(site=town.site, user=town.manager, identification_code="4699000001")
    document = town.public(town.news, kind=Kind.NEWS, summary="摘要", author_name="记者")
    tags = tags_of(body_of("document", "city", str(document.pk)))
    assert tags["SiteName"] == "南溟市人民政府"
    assert tags["SiteDomain"] == "city.localhost"
    assert tags["SiteIDCode"] == "4699000001"
    assert tags["ColumnName"] == "要闻"
    assert tags["ColumnType"] == "动态要闻"
    assert tags["ArticleTitle"] == document.title
    assert tags["PubDate"] == "2020-04-22 09:30"
    assert tags["ContentSource"] == "市政府办公室"
    assert tags["Author"] == "记者"
    assert tags["Description"] == "摘要"
    assert tags["Url"].endswith(f"/doc/2020/{document.pk}/")
    lowered = [name.lower() for name in tags]
    assert len(set(lowered)) == len(lowered)


def test_validity_can_be_read_as_of_any_day(town: Town) -> None:
    old = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="旧办法",
        document_number="南府〔2015〕42号",
        subject="综合政务",
        written_on=date(2015, 6, 11),
        effective_on=date(2015, 7, 1),
        at=datetime(2015, 6, 18, 9, tzinfo=SHANGHAI),
    )
    new = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="新办法",
        document_number="南府〔2020〕25号",
        subject="综合政务",
        effective_on=date(2020, 7, 1),
        links=[{"target": old, "kind": LinkKind.REPLACES}],
    )
    body = body_of("document", "city", str(old.pk))
    rows = [
        [cell.text(strip=True) for cell in row.css("th, td")]
        for row in LexborHTMLParser(body).css("table.cards tbody tr")
    ]
    assert [row[:3] for row in rows] == [
        ["—", "2015-06-30", "尚未生效"],
        ["2015-07-01", "2020-06-30", "现行有效"],
        ["2020-07-01", "至今", "已废止"],
    ]
    assert "新办法" in rows[2][3]
    assert "本文件已被下列文件废止" in body
    page = page_of("document", "city", str(old.pk))
    assert page is not None and f"document:{new.pk}" in page.depends
    assert "代替" in text_of(body_of("document", "city", str(new.pk)))


def test_document_and_interpretation_point_at_each_other(town: Town) -> None:
    document = town.public(
        town.policy, kind=Kind.NORMATIVE, title="办法", document_number="南府〔2020〕1号", subject="综合政务"
    )
    interpretation = town.public(
        town.news,
        kind=Kind.INTERPRETATION,
        title="一图读懂",
        interpretation_form="picture",
        links=[{"target": document, "kind": LinkKind.INTERPRETS}],
    )
    forth = page_of("document", "city", str(document.pk))
    back = page_of("document", "city", str(interpretation.pk))
    assert forth is not None and back is not None
    assert f'href="{ROOT}/doc/2020/{interpretation.pk}/"' in str(forth.body)
    assert "图解" in text_of(str(forth.body))
    assert f'href="{ROOT}/doc/2020/{document.pk}/"' in str(back.body)
    assert f"document:{interpretation.pk}" in forth.depends
    assert f"document:{document.pk}" in back.depends


def test_a_link_to_a_document_of_another_site_leads_to_that_site(town: Town) -> None:
    facts = {"kind": Kind.NORMATIVE, "subject": "综合政务"}
    old = town.public(town.bureau_news, title="局里的意见", document_number="南教〔2019〕1号", **facts)
    link = {"target": old, "kind": LinkKind.AMENDS}
    new = town.public(
        town.policy,
        town.bureau_news,
        title="修改决定",
        document_number="南教〔2020〕2号",
        links=[link],
        **facts,
    )
    page = page_of("document", "city", str(new.pk))
    assert page is not None and "site:edu" in page.depends
    assert f'href="{origin("edu.localhost")}{ROOT}/doc/2020/{old.pk}/"' in str(page.body)
    assert f'href="{ROOT}/doc/2020/{old.pk}/"' not in str(page.body)
    at_home = page_of("document", "edu", str(new.pk))
    assert at_home is not None and f'href="{ROOT}/doc/2020/{old.pk}/"' in str(at_home.body)
    back = body_of("document", "edu", str(old.pk))
    assert f'href="{ROOT}/doc/2020/{new.pk}/"' in back
    place(document=old, column=town.policy, user=town.manager)
    assert f'href="{ROOT}/doc/2020/{old.pk}/"' in body_of("document", "city", str(new.pk))


def test_a_document_that_no_open_site_shows_is_named_without_a_link(town: Town) -> None:
    facts = {"kind": Kind.NORMATIVE, "subject": "综合政务"}
    old = town.public(town.bureau_news, title="局里的意见", document_number="南教〔2019〕1号", **facts)
    link = {"target": old, "kind": LinkKind.REPLACES}
    new = town.public(town.policy, title="新意见", document_number="南府〔2020〕2号", links=[link], **facts)
    close_site(site=town.bureau_site, user=town.manager, on=today())
    body = body_of("document", "city", str(new.pk))
    assert "局里的意见" in text_of(body)
    assert f"/doc/2020/{old.pk}/" not in body


def test_a_link_from_a_draft_or_a_withdrawn_text_shows_nowhere(town: Town) -> None:
    document = town.public(
        town.policy, kind=Kind.NORMATIVE, title="办法", document_number="南府〔2020〕1号", subject="综合政务"
    )
    facts = {"kind": Kind.INTERPRETATION, "interpretation_form": "text"}
    links = [{"target": document, "kind": LinkKind.INTERPRETS}]
    town.draft(town.news, title="起草中的解读", links=links, **facts)
    gone = town.public(town.news, title="撤下的解读", links=links, **facts)
    withdraw(document=gone, user=town.final_reviewer, reason="有误")
    body = body_of("document", "city", str(document.pk))
    assert "起草中的解读" not in body
    assert "撤下的解读" not in body


def test_hostile_titles_are_text_and_nothing_else(town: Town) -> None:
    title = '<script>alert(1)</script>"><img src=x onerror=alert(2)>&amp;'
    document = town.public(town.news, title=title, source="<b>来源</b>", summary="</p><script>x</script>")
    for path, page in all_pages("city").items():
        if path.endswith(".html"):
            scripts = LexborHTMLParser(str(page.body)).css("script")
            assert [script.attributes.get("src", "") != "" for script in scripts] == [True], path
            assert not LexborHTMLParser(str(page.body)).css("img[onerror]"), path
    tree = LexborHTMLParser(body_of("document", "city", str(document.pk)))
    heading = tree.css_first("h1")
    assert heading is not None and heading.text() == title


def test_a_wide_table_scrolls_in_a_frame_the_keyboard_reaches(town: Town) -> None:
    html = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    document = town.public(town.news, body=[("html", html)])
    frame = LexborHTMLParser(body_of("document", "city", str(document.pk))).css_first(".text .wide-table")
    assert frame is not None
    assert frame.attributes["tabindex"] == "0"
    assert frame.attributes["aria-label"]


# -- Withdrawal --------------------------------------------------------------------------------------------


def test_a_withdrawn_document_leaves_a_notice_and_nothing_else_on_any_site(town: Town) -> None:
    document = town.public(
        town.news,
        town.bureau_news,
        title="误发的公告",
        body=[("html", "<p>不该公开的一段文字。</p>")],
        disclosure_item="12",
    )
    withdraw(document=document, user=town.final_reviewer, reason="内容有误，另行发布。")
    for site in ("city", "edu"):
        page = page_of("document", site, str(document.pk))
        assert page is not None
        assert page.status == 410
        assert page.search is None
        text = text_of(str(page.body))
        assert "内容有误，另行发布。" in text
        assert today().isoformat() in text
        for path, other in all_pages(site).items():
            assert "不该公开的一段文字" not in str(other.body)
            if other.status != 410:
                assert "误发的公告" not in str(other.body), path
                assert f"/doc/2020/{document.pk}/" not in str(other.body), path


# -- Columns -----------------------------------------------------------------------------------------------


def fill(town: Town, count: int) -> list[int]:
    start = datetime(2020, 1, 1, 9, tzinfo=SHANGHAI)
    return [
        town.public(town.news, kind=Kind.NEWS, title=f"新闻{number}", at=start + timedelta(days=number)).pk
        for number in range(count)
    ]


def archives(site: str = "city") -> dict[str, str]:
    return {path: str(page.body) for path, page in all_pages(site).items() if re.match(r"yw/p\d+/", path)}


@pytest.mark.once
def test_adding_never_changes_a_full_archive_page(town: Town) -> None:
    fill(town, ARCHIVE_SIZE)
    first = archives()
    assert set(first) == {"yw/p1/index.html", "yw/p2/index.html"}
    for _ in range(ARCHIVE_SIZE + 1):
        town.public(town.news, kind=Kind.NEWS)
        now = archives()
        assert now["yw/p1/index.html"] == first["yw/p1/index.html"]
    assert set(now) == {"yw/p1/index.html", "yw/p2/index.html", "yw/p3/index.html"}


def test_a_changed_document_reaches_its_lists_and_no_other_archive_page(town: Town) -> None:
    ids = fill(town, 2 * ARCHIVE_SIZE + 3)
    refs = affected_pages(f"document:{ids[-1]}")
    assert {ref for ref in refs if ref[0] == "archive"} == {
        ("archive", "city", f"{town.news.pk}:3"),
        ("archive", "city", f"{town.news.pk}:4"),
    }
    assert {
        ("document", "city", str(ids[-1])),
        ("column", "city", str(town.news.pk)),
        ("home", "city", ""),
        ("feed", "city", "atom"),
        ("feed", "city", f"{town.news.pk}:rss"),
        ("sitemap", "city", str(ids[-1] // 1000)),
    } <= refs
    assert not {ref for ref in refs if ref[1] == "edu"}


@pytest.mark.once
def test_every_entry_can_be_reached_from_the_column(town: Town) -> None:
    ids = fill(town, 2 * ARCHIVE_SIZE + 3)
    pages = all_pages("city")
    waiting, seen, found = ["yw/index.html"], set(), set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for href in re.findall(rf'href="{ROOT}(/[^"]*)"', str(pages[path].body)):
            target = f"{href.strip('/')}/index.html"
            if match := re.match(r"doc/\d+/(\d+)/", target):
                found.add(int(match[1]))
            elif href.startswith("/yw/") and href.endswith("/") and target not in seen:
                waiting.append(target)
    assert found == set(ids)


@pytest.mark.once
def test_no_page_links_to_a_page_that_is_not_there(town: Town) -> None:
    fill(town, ARCHIVE_SIZE)
    town.public(town.policy, town.bureau_news, kind=Kind.PLAN, disclosure_item="3")
    add_column(site=town.site, user=town.manager, name="子栏目", slug="z", parent=town.news)
    for site in ("city", "edu"):
        pages = all_pages(site)
        for path, page in pages.items():
            if not path.endswith(".html"):
                continue
            for root, href in re.findall(rf'href="({ROOT})?(/[^"?#]*)"', str(page.body)):
                target = f"{href}index.html".lstrip("/") if href.endswith("/") else href.lstrip("/")
                # all but the first two are another wing's
                elsewhere = ("static/", "hant/", "request/", "request-log/", "guides/", "annual-reports/")
                elsewhere += ("catalogue/", "statistics/", "report-check/")
                known = target in pages or target.startswith(elsewhere)
                assert known, f"{site}/{path} links to {href}"
                in_one_script = target in pages and not pages[target].both_scripts
                assert not (root and in_one_script), f"{site}/{path} links to {href} of the other script"


def test_the_newest_by_publication_stands_first_and_what_is_pinned_before_it(town: Town) -> None:
    new = town.public(town.news, title="新近发布", at=datetime(2020, 6, 1, 9, tzinfo=SHANGHAI))
    old = town.public(town.news, title="早先发布", at=datetime(2019, 6, 1, 9, tzinfo=SHANGHAI))
    body = body_of("column", "city", str(town.news.pk))
    assert body.index("新近发布") < body.index("早先发布")
    pin(document=old, column=town.news, user=town.manager)
    body = body_of("column", "city", str(town.news.pk))
    assert body.index("早先发布") < body.index("新近发布")
    assert "置顶" in body
    assert Placement.objects.get(document=new).sequence == 1


def test_a_column_page_depends_on_what_it_shows(town: Town) -> None:
    document = town.public(town.news)
    child = add_column(site=town.site, user=town.manager, name="子栏目", slug="z", parent=town.news)
    page = page_of("column", "city", str(town.news.pk))
    assert page is not None
    assert {
        "site:city",
        "organ:nanming",
        f"column:{town.news.pk}",
        f"column:{child.pk}",
        f"document:{document.pk}",
    } <= set(page.depends)


def test_a_closed_column_says_so_and_keeps_its_documents(town: Town) -> None:
    town.public(town.news, title="旧闻")
    close_column(column=town.news, user=town.manager, on=today())
    assert "已于" in body_of("column", "city", str(town.news.pk))
    assert "旧闻" in body_of("column", "city", str(town.news.pk))
    assert "yw/" not in body_of("fixed", "city", "not-found")


def test_a_closed_site_is_gone(town: Town) -> None:
    document = town.public(town.news, town.bureau_news)
    close_site(site=town.bureau_site, user=town.manager, on=today())
    assert page_of("document", "edu", str(document.pk)) is None
    assert page_of("home", "edu", "") is None
    assert page_of("fixed", "edu", "robots") is None


# -- Home --------------------------------------------------------------------------------------------------


def test_home_shows_policy_first_and_says_what_people_come_for(town: Town) -> None:
    town.public(town.news, title="一条要闻")
    town.public(town.policy, kind=Kind.PLAN, title="一项计划")
    body = body_of("home", "city", "")
    assert body.index("一项计划") < body.index("一条要闻")
    for words in ("依申请公开", "申请进度查询", "政府信息公开指南", "12345热线"):
        assert words in body


def test_home_hides_a_column_with_nothing_in_it(town: Town) -> None:
    assert f'id="column-{town.news.pk}"' not in body_of("home", "city", "")


# -- Statutory column --------------------------------------------------------------------------------------


def test_coverage_counts_what_is_public_under_each_item(town: Town) -> None:
    town.public(town.news, disclosure_item="7", at=datetime(2020, 2, 24, 9, tzinfo=SHANGHAI))
    gone = town.public(town.news, disclosure_item="7")
    withdraw(document=gone, user=town.final_reviewer, reason="有误")
    town.draft(town.news, disclosure_item="7")
    proactive = town.site.columns.get(block="proactive")
    rows = [
        [cell.text(strip=True) for cell in row.css("th, td")]
        for row in LexborHTMLParser(body_of("column", "city", str(proactive.pk))).css("tbody tr")
    ]
    assert len(rows) == 16
    assert rows[6] == ["第二十条第（七）项", "财政预算、决算信息", "1", "2020-02-24"]
    assert rows[0][2:] == ["0", "—"]


def test_other_wings_put_shelves_onto_a_statutory_block(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = town.site.columns.get(block="annual_report")
    monkeypatch.setattr(press.declarations.registry, "shelves", {})
    assert '<p class="empty">' in body_of("column", "city", str(reports.pk))
    entry = ShelfEntry("2020年度<报告>", "/annual-reports/nanming/2020/", day="2021-01-29")
    press.register_shelf("annual_report", lambda frame: Shelf("本机关年报", (entry,), frozenset({"a:1"})))
    page = page_of("column", "city", str(reports.pk))
    assert page is not None
    assert "2020年度&lt;报告&gt;" in page.body
    assert f'href="{ROOT}/annual-reports/nanming/2020/"' in page.body
    assert '<p class="empty">' not in page.body
    assert "a:1" in page.depends


def test_the_guide_column_shows_the_current_guide_itself(town: Town) -> None:
    guide = town.site.columns.get(block="guide")
    assert "指南尚未发布" in body_of("column", "city", str(guide.pk))
    old = town.public(
        guide,
        kind=Kind.GUIDE,
        title="指南2019",
        body=[("html", "<p>旧的办法。</p>")],
        at=datetime(2019, 6, 1, 9, tzinfo=SHANGHAI),
    )
    town.public(guide, kind=Kind.GUIDE, title="指南2020", body=[("html", "<p>现在的办法。</p>")])
    body = body_of("column", "city", str(guide.pk))
    assert "现在的办法。" in body
    assert "旧的办法。" not in body
    assert f"/doc/2019/{old.pk}/" in body


def test_the_entrance_to_requests_cites_the_regulation_and_names_the_office(town: Town) -> None:
    entrance = town.site.columns.get(block="request")
    text = text_of(body_of("column", "city", str(entrance.pk)))
    for words in ("第二十九条", "第三十三条", "20个工作日", "不需要说明用途", "政务公开科", "0890-66770012"):
        assert words in text
    page = page_of("column", "city", str(entrance.pk))
    assert page is not None and "organ:nanming" in page.depends


# -- Series and files --------------------------------------------------------------------------------------


def test_a_series_names_its_gaps_and_links_its_neighbours(town: Town) -> None:
    series = create_series(user=town.manager, organ=town.government, name="简报", slug="jb")

    def issue(number: int) -> int:
        return town.public(
            town.news, kind=Kind.BRIEF, title=f"简报第{number}期", series=series, issue_number=number
        ).pk

    first, second, fifth = issue(1), issue(2), issue(5)
    body = body_of("series", "city", "jb")
    assert "3–4" in body
    middle = body_of("document", "city", str(second))
    assert f"/doc/2020/{first}/" in middle
    assert f"/doc/2020/{fifth}/" in middle
    third = issue(3)
    assert {("document", "city", str(second)), ("document", "city", str(fifth))} <= affected_pages(
        f"document:{third}"
    )
    assert f"/doc/2020/{third}/" in body_of("document", "city", str(second))
    assert page_of("series", "edu", "jb") is None


def test_a_file_is_public_only_while_a_public_document_uses_it(town: Town) -> None:
    file = store(
        content=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", name="附件 一.pdf", actor="system"
    )
    key = f"{file.sha256}/{file.name}"
    draft = town.draft(town.news, attachments=[{"file": file, "title": "申请表"}])
    assert page_of("file", "city", key) is None
    town.publish(draft)
    page = page_of("file", "city", key)
    assert page is not None
    assert page.path == f"files/{file.sha256[:2]}/{file.sha256}/附件 一.pdf"
    assert page.body == file.path.read_bytes()
    assert ("file", "city", key) in affected_pages(f"document:{draft.pk}")
    assert page_of("file", "edu", key) is None
    body = body_of("document", "city", str(draft.pk))
    assert "申请表" in body
    assert "PDF" in body
    assert f'href="/files/{file.sha256[:2]}/{file.sha256}/%E9%99%84%E4%BB%B6%20%E4%B8%80.pdf"' in body
    draft.refresh_from_db()
    withdraw(document=draft, user=town.final_reviewer, reason="有误")
    assert page_of("file", "city", key) is None


# -- Every page --------------------------------------------------------------------------------------------


def test_the_demonstration_mark_is_everywhere_or_nowhere(town: Town, settings: pytest.FixtureRequest) -> None:
    town.public(town.news)
    settings.GONGKAI_DEMO_MARK = False  # type: ignore[attr-defined]
    for path, page in all_pages("city").items():
        assert "演示数据" not in str(page.body)
        if path.endswith(".html"):
            noindex = path in ("404.html", "search/index.html")
            assert ('name="robots"' in str(page.body)) == noindex, path
    settings.GONGKAI_DEMO_MARK = True  # type: ignore[attr-defined]
    for path, page in all_pages("city").items():
        if path.endswith(".html"):
            assert "演示数据" in str(page.body), path
            assert '<meta name="robots" content="noindex">' in str(page.body), path
    assert "Disallow: /\n" in str(all_pages("city")["robots.txt"].body)


def test_every_page_is_whole(town: Town) -> None:
    """One heading of the first level, one main part, a title, unique ids, a switch of the script, no inline style."""
    town.public(town.news, kind=Kind.NEWS, disclosure_item="1")
    for path, page in all_pages("city").items():
        if not path.endswith(".html"):
            continue
        tree = LexborHTMLParser(str(page.body))
        assert len(tree.css("h1")) == 1, path
        assert len(tree.css("main")) == 1, path
        title = tree.css_first("title")
        assert title is not None and "南溟市人民政府" in title.text(), path
        ids = [node.attributes["id"] for node in tree.css("[id]")]
        assert len(ids) == len(set(ids)), path
        assert not tree.css("[style], style, script:not([src])"), path
        assert "\ue002" in str(page.body), path
        for required in ("主办单位", "我为政府网站找错", "无障碍声明"):
            assert required in str(page.body), path
        levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path


def test_the_search_page_holds_the_place_for_results(town: Town) -> None:
    page = page_of("search", "city", "")
    assert page is not None
    assert page.path == "search/index.html"
    assert str(page.body).count("<!--gongkai:results-->") == 1
    assert f'action="{ROOT}/search/"' in str(page.body)


def test_the_theme_follows_the_colour_of_the_site(town: Town) -> None:
    amend_site(site=town.site, user=town.manager, colour="#2a6041")
    assert "--main:#2a6041" in body_of("fixed", "city", "theme")
    assert "theme.css?v=2a6041" in body_of("home", "city", "")


def test_a_change_of_the_organ_reaches_its_pages(town: Town) -> None:
    document = town.public(town.news)
    page = page_of("document", "city", str(document.pk))
    assert page is not None
    assert {"organ:nanming", "site:city", f"column:{town.news.pk}"} <= set(page.depends)


def test_a_document_lives_in_an_ordinary_column_rather_than_in_a_catalogue(town: Town) -> None:
    document = town.public(town.news, disclosure_item="12")
    place(document=document, column=town.site.columns.get(block="system"), user=town.manager)
    body = body_of("document", "city", str(document.pk))
    crumbs = LexborHTMLParser(body).css_first("nav.crumbs")
    assert crumbs is not None and "要闻" in crumbs.text()
