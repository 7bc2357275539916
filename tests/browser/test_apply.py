"""Somebody asks for information: on a phone without scripts, by keyboard, in both scripts, with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.keys import follow, tab_to, unseen_focus
from tests.browser.running_city import City
from tests.browser.watching import Watch, barriers, overflow

SCRIPTS = {"simplified": "", "traditional": "/hant"}
STANDING = ("/request/", "/request/organ/", "/request/status/", "/request/apply/resume/", "/request-log/")


@pytest.fixture
def reader(chromium: Browser, city: City) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=city.base, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser, city: City) -> Iterator[BrowserContext]:
    """A phone whose browser runs no scripts."""
    context = chromium.new_context(
        base_url=city.base,
        locale="zh-CN",
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    yield context
    context.close()


def forward(page: Page) -> None:
    follow(page.locator("form .actions button").first)


def until_the_check(page: Page, root: str) -> None:
    """Every page of the form, as a person answers it."""
    page.goto(f"{root}/request/organ/")
    follow(page.locator(".organs a, .button").first)
    page.check("#applicant_kind-natural")
    forward(page)
    page.fill("#name", "后羿")
    page.check("#identity_kind-resident_id")
    page.fill("#identity_number", "360426199101010071")
    forward(page)
    page.fill("#phone", "13800138000")
    forward(page)
    page.check("#acts-self")
    forward(page)
    page.fill("#description", "2019年本机关“三公”经费支出情况")
    forward(page)
    page.check("#supply_form-electronic")
    page.check("#supply_way-online")
    forward(page)
    forward(page)
    assert page.url.endswith(f"{root}/request/apply/check/")


@pytest.mark.parametrize("root", SCRIPTS.values(), ids=SCRIPTS)
def test_a_phone_without_scripts_applies_looks_up_and_takes_back(phone: BrowserContext, root: str) -> None:
    page = phone.new_page()
    until_the_check(page, root)
    assert page.get_by_text("后羿").count() == 1
    forward(page)
    number, code = page.locator("dd.code").all_inner_texts()
    page.goto(f"{root}/request/status/")
    page.fill("#number", number)
    page.fill("#code", code.lower())
    forward(page)
    assert page.url.endswith(f"{root}/request/status/own/")
    assert number in page.locator("h1").inner_text()
    page.locator(".act summary").click()
    page.check("#sure")
    follow(page.locator(".act button"))
    assert page.locator(".act").count() == 0


@pytest.mark.parametrize("root", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("address", STANDING)
def test_pages_around_the_form_are_without_barriers(
    reader: BrowserContext, city: City, root: str, address: str
) -> None:
    watch = Watch(city.host)
    page = reader.new_page()
    watch.on(page)
    answer = page.goto(f"{root}{address}")
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() == 1
    assert barriers(page) == []
    assert [overflow(page, width=width) for width in (1280, 390, 320)] == [0, 0, 0]
    assert barriers(page) == []
    assert watch.faults == []


def test_every_page_of_the_form_is_without_barriers_also_with_faults(
    reader: BrowserContext, city: City
) -> None:
    watch = Watch(city.host)
    page = reader.new_page()
    watch.on(page)
    until_the_check(page, "")
    slugs = ("who", "identity", "contact", "agent", "information", "supply", "attachments", "check", "saved")
    found = {}
    for slug in slugs:
        page.goto(f"/request/apply/{slug}/")
        found[slug] = barriers(page)
        found[f"{slug} narrow"] = [f"{wide} px too wide" for wide in [overflow(page, width=320)] if wide]
        page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/request/apply/identity/")
    page.fill("#identity_number", "1")
    forward(page)
    assert page.locator(".faults a[href='#identity_number']").count() == 1
    assert page.evaluate("document.activeElement.className") == "faults"
    found["faults"] = barriers(page)
    page.evaluate("document.documentElement.classList.add('large', 'contrast')")
    found["large and contrast"] = barriers(page)
    assert {slug: faults for slug, faults in found.items() if faults} == {}
    assert watch.faults == []


def test_the_form_can_be_filled_with_a_keyboard_alone(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/request/organ/")
    tab_to(page, ".steps-page .button, .organs a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/who/")
    tab_to(page, "input[name=applicant_kind]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/identity/")
    tab_to(page, "#name")
    page.keyboard.type("Hou Yi")
    tab_to(page, "input[name=identity_kind]")
    page.keyboard.press("Space")
    tab_to(page, "#identity_number")
    page.keyboard.type("360426199101010071")
    page.keyboard.press("Enter")  # goes on, and does not press “upload”
    page.wait_for_url("**/contact/")
    page.goto("/request/apply/contact/")
    assert unseen_focus(page, presses=25) == []


def test_what_is_typed_is_counted_and_comes_back_after_a_fault(reader: BrowserContext) -> None:
    page = reader.new_page()
    until_the_check(page, "")
    page.goto("/request/apply/information/")
    page.fill("#description", "预算" * 10)
    assert page.get_by_text("还可输入19980字").count() == 1


def test_what_is_public_is_offered_first(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/request/")
    page.fill("#q", "我想看食品小作坊登记的管理办法")
    follow(page.locator(".stage .ask button"))
    assert barriers(page) == []
    follow(page.locator(".offers h2 a").first)
    assert "/doc/" in page.url or "/request-log/" in page.url
    page.go_back()
    follow(page.locator("button[name=answered]").first)
    assert "很高兴" in page.locator("h1").inner_text()


def test_a_kiosk_shows_large_type_and_forgets(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/request/?kiosk=1")
    assert page.url.endswith("/request/")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 22
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    assert [fault for fault in barriers(page) if not fault.startswith("meta-refresh")] == []
    until_the_check(page, "")
    follow(page.locator(".kiosk-bar button"))
    page.goto("/request/apply/check/")
    assert page.url.endswith("/request/")


def test_every_site_leads_to_the_form(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/")
    follow(page.locator("footer a[href='/request/']"))
    assert "依申请公开" in page.locator("h1").inner_text()
