"""Everything is done by keyboard alone: here nothing is clicked, ever."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.keys import send, tab_to, unseen_focus
from tests.browser.running_city import City


@pytest.mark.parametrize("address", ["/", "/zfxxgk/", "/search/?q=公开", "/hant/"])
def test_the_first_stop_leads_past_the_navigation(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    assert page.locator("a.skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("address", ["/", "/zfxxgk/", "/search/?q=公开"])
def test_the_focus_is_always_seen(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    assert unseen_focus(page, presses=40) == []


def test_a_document_is_found_by_keyboard(page: Page) -> None:
    page.goto("/")
    tab_to(page, "#find")
    page.keyboard.type("营商环境")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    tab_to(page, "main a[href*='/doc/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/**")
    assert page.locator("h1").is_visible()


def test_the_menu_opens_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    tab_to(page, "nav.menu.narrow summary")
    page.keyboard.press("Enter")
    tab_to(page, "nav.menu.narrow a[href$='/zcwj/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zcwj/")


def test_a_reviewer_signs_in_and_approves(chromium: Browser, city: City) -> None:
    context = chromium.new_context(
        base_url=city.base, locale="zh-CN", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    tab_to(page, "[name=login]")
    page.keyboard.type("zhongshen")
    tab_to(page, "[name=password]")
    page.keyboard.type(city.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/")
    tab_to(page, "main a[href*='/workbench/library/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workbench/library/*/")
    title = page.locator("h1").first.inner_text()
    tab_to(page, "#gk-comment")
    page.keyboard.type("同意公开。")
    tab_to(page, "button[value=approve]")
    send(page)
    assert page.get_by_text("审核通过。").is_visible()
    page.goto("/workbench/")
    assert title not in page.locator("main").inner_text()
    context.close()
