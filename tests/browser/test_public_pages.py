"""Every kind of public page, in both scripts and at both widths, as a browser sees it."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.keys import follow, send
from tests.browser.running_city import City
from tests.browser.watching import Watch, barriers, overflow

LAST_YEAR = dt.datetime.now(ZoneInfo("Asia/Shanghai")).year - 1
PAGES = {
    "home": ("/", 200),
    "disclosure": ("/zfxxgk/", 200),
    "policies": ("/zcwj/", 200),
    "news": ("/yw/", 200),
    "topic": ("/yqfk/", 200),
    "series": ("/series/tpgj/", 200),
    "catalogue": ("/catalogue/organ/jyj/", 200),
    "annual report": (f"/annual-reports/nanming/{LAST_YEAR}/", 200),
    "annual reports": ("/annual-reports/", 200),
    "guides": ("/guides/", 200),
    "guide": ("/guides/office/", 200),
    "report of the site": (f"/site-reports/{LAST_YEAR}/", 200),
    "results": (f"/search/?q={quote('公开')}", 200),
    "no results": ("/search/?q=zzzz", 200),
    "site map": ("/sitemap/", 200),
    "accessibility": ("/accessibility/", 200),
    "proofs": ("/ledger/", 200),
    "report a fault": ("/jiucuo/", 200),
    "not found": ("/no/such/page/", 404),
}
DOCUMENTS = {
    "normative": "食品小作坊登记与监督管理办法",
    "interpretation": "应对疫情影响的八条措施",
    "statistics": "国民经济和社会发展统计公报",
    "video": "食品小作坊登记“承诺即入”怎么办",
}
SCRIPTS = {"simplified": "", "traditional": "/hant"}


def address_of(page: Page, title: str) -> str:
    """The address of the first document the public search names for ``title``."""
    page.goto(f"/search/?q={quote(title)}")
    address: str = page.locator("main a[href*='/doc/']").first.evaluate("link => link.pathname")
    return address


def assert_good(page: Page, watch: Watch, address: str, status: int) -> None:
    watch.on(page)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert page.locator("h1").count() == 1
    found = {"1280": barriers(page)}
    wide = {1280: overflow(page, width=1280), 320: overflow(page, width=320), 390: overflow(page, width=390)}
    found["390"] = barriers(page)
    assert found == {"1280": [], "390": []}
    assert wide == {1280: 0, 320: 0, 390: 0}
    assert watch.faults == []


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_open_to_everybody_and_asks_nobody_else(
    page: Page, watch: Watch, kind: str, script: str
) -> None:
    address, status = PAGES[kind]
    assert_good(page, watch, SCRIPTS[script] + address, status)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_is_open_to_everybody_and_asks_nobody_else(
    page: Page, watch: Watch, kind: str, script: str
) -> None:
    assert_good(page, watch, SCRIPTS[script] + address_of(page, DOCUMENTS[kind]), 200)


def test_the_video_interpretation_plays_and_its_words_can_be_read(page: Page, watch: Watch) -> None:
    watch.on(page)
    page.goto(address_of(page, DOCUMENTS["video"]))
    played = page.locator("video").evaluate(
        """async (video) => {
          const ended = new Promise((done) => { video.onended = done; });
          video.playbackRate = 8;
          await video.play();
          await ended;
          return [video.videoWidth, Math.round(video.duration), video.error];
        }"""
    )
    assert played == [400, 12, None]
    page.locator("summary", has_text="文字稿").click()
    assert page.get_by_text("承诺不实的，撤销登记").is_visible()
    assert watch.faults == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_notice_of_a_withdrawn_document_is_open_to_everybody(
    page: Page, watch: Watch, withdrawn: str, script: str
) -> None:
    assert_good(page, watch, SCRIPTS[script] + withdrawn, 410)


@pytest.mark.parametrize("address", ["/", "/hant/", "/jydt/", "/sitemap/"])
def test_the_second_site_stands_under_its_own_name(page: Page, city: City, address: str) -> None:
    host = city.host.replace("127.0.0.1", "edu.localhost")
    watch = Watch(host)
    assert_good(page, watch, f"http://{host}{address}", 200)
    assert "教育局" in page.title()


def test_a_document_page_weighs_at_most_60_kb(chromium: Browser, city: City, page: Page) -> None:
    """Markup, style and script as they go over the line, with nothing in the cache."""
    addresses = [address_of(page, title) for title in DOCUMENTS.values()]
    for address in addresses:
        context = chromium.new_context(base_url=city.base, locale="zh-CN")
        fresh = context.new_page()
        sizes: list[tuple[str, int]] = []
        fresh.on(
            "requestfinished",
            lambda request, sizes=sizes: sizes.append((request.url, request.sizes()["responseBodySize"])),
        )
        fresh.goto(address, wait_until="networkidle")
        context.close()
        assert sum(size for _, size in sizes) <= 60_000, sizes


def test_paper_gets_the_text_without_the_ways_around_it(page: Page) -> None:
    page.goto(address_of(page, DOCUMENTS["normative"]))
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator("main p").first.is_visible()
    for part in ("nav.menu.wide", "nav.menu.narrow", "form.find", "#display", ".skip", "footer .links"):
        assert not page.locator(part).first.is_visible(), part


@pytest.mark.parametrize(
    ("button", "mode"), [("大字版", "large"), ("高对比度", "contrast"), ("单栏", "single")]
)
def test_a_way_of_display_is_kept_from_page_to_page(
    chromium: Browser, city: City, button: str, mode: str
) -> None:
    context = chromium.new_context(base_url=city.base, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    look = (
        "[getComputedStyle(document.body).fontSize, getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.documentElement).fontSize, document.querySelector('main').innerText.length,"
        " document.querySelector('main').scrollHeight]"
    )
    before = page.evaluate(look)
    choose = page.get_by_role("button", name=button)
    assert choose.get_attribute("aria-pressed") == "false"
    choose.click()
    assert choose.get_attribute("aria-pressed") == "true"
    assert page.evaluate(look) != before
    assert barriers(page) == []
    page.goto("/zfxxgk/")
    assert mode in (page.locator("html").get_attribute("class") or "")
    again = page.get_by_role("button", name=button)
    assert again.get_attribute("aria-pressed") == "true"
    again.click()
    page.reload()
    assert mode not in (page.locator("html").get_attribute("class") or "")
    context.close()


def test_a_phone_s_first_screen_names_what_people_come_for(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    wants = page.locator(".wants").first.locator("a")
    assert wants.first.get_attribute("href") == "/request/"
    assert wants.last.get_attribute("href") == "tel:12345"
    place = wants.last.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] <= 844


def test_traditional_pages_are_written_in_traditional(page: Page) -> None:
    page.goto("/hant/zfxxgk/")
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    text = page.locator("body").inner_text()
    assert "政府信息公開" in text
    assert "政府信息公开" not in text


@pytest.fixture
def plain(chromium: Browser, city: City) -> BrowserContext:
    return chromium.new_context(base_url=city.base, locale="zh-CN", java_script_enabled=False)


def test_everything_works_without_scripts(plain: BrowserContext) -> None:
    page = plain.new_page()
    for address, status in PAGES.values():
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert page.locator("h1").is_visible()
        assert page.locator("main").inner_text().strip()
    page.goto("/")
    page.fill("#find", "营商环境")
    send(page)
    follow(page.locator("main a[href*='/doc/']").first)
    assert "/doc/" in page.url
    follow(page.locator("#display a").first)
    assert "/hant/doc/" in page.url
    follow(page.locator("#display a").first)
    assert "/hant/" not in page.url
    follow(page.locator("nav.menu.wide").get_by_role("link", name="通知公告"))
    assert page.url.endswith("/tzgg/")
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("nav.menu.narrow summary").click()
    follow(page.locator("nav.menu.narrow").get_by_role("link", name="政策文件"))
    assert page.url.endswith("/zcwj/")
    plain.close()
