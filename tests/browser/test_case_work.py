"""A request from its registration to its delivery: by keyboard alone, and what the clerk's desk is where no script runs."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.keys import follow, send, tab_to, unseen_focus
from tests.browser.running_city import City

SEND = "main form .gk-acts button"


def typed(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(words)


def begun(page: Page, case: str, act: str) -> None:
    """From the desk of the case to the form of an act."""
    page.goto(case)
    tab_to(page, f"main a[href$='/{act}/']")
    send(page)


def finished(page: Page, case: str) -> None:
    tab_to(page, SEND)
    send(page)
    assert urlsplit(page.url).path == case, page.locator("[role=alert]").all_inner_texts()


def test_a_case_is_handled_by_keyboard_from_registration_to_delivery(
    signed_in: Callable[[str], BrowserContext],
) -> None:
    """Here nothing is clicked, ever."""
    page = signed_in("dengji").new_page()
    page.goto("/workbench/register/")
    tab_to(page, "#id_organ")
    page.keyboard.press("ArrowDown")
    typed(page, "#id_name", "键盘用户")
    typed(page, "#id_identity_number", "360426199101010071")
    typed(page, "#id_phone", "13800138000")
    typed(page, "#id_description", "2019年度供水管网检测报告")
    tab_to(page, SEND)
    send(page)
    page.wait_for_url("**/workbench/cases/*/")
    case = "/" + page.url.split("/", 3)[3]
    page.close()

    page = signed_in("gongkai").new_page()
    begun(page, case, "accept")
    finished(page, case)
    page.close()

    page = signed_in("chengban").new_page()
    begun(page, case, "propose_decision")
    tab_to(page, "main a[href='?outcome=granted']")
    send(page)
    page.emulate_media(reduced_motion="reduce")
    assert unseen_focus(page, presses=30) == []
    page.reload()
    tab_to(page, SEND)
    send(page)
    assert page.locator("[role=alert] a[href='#gk-fact-information']").is_visible()
    tab_to(page, "[role=alert] a[href='#gk-fact-information']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "gk-fact-information"
    page.keyboard.type("检测报告全文，见附件。")
    finished(page, case)
    page.close()

    for person, act in (("fazhi", "pass_legal"), ("baomi", "pass_secrecy"), ("fuzeren", "approve")):
        page = signed_in(person).new_page()
        begun(page, case, act)
        finished(page, case)
        page.close()

    page = signed_in("gongkai").new_page()
    begun(page, case, "serve")
    tab_to(page, "#gk-fact-way")
    page.keyboard.press("ArrowDown")
    typed(page, "#gk-fact-proof", "本人签收")
    finished(page, case)
    assert page.locator(".gk-state .gk-badge").first.inner_text() == "已答复"
    assert page.locator("#gk-files ~ ul a").count() > 0
    page.close()


def test_a_clerk_whose_browser_runs_no_script_reaches_every_case(chromium: Browser, city: City) -> None:
    context = chromium.new_context(
        base_url=city.base, locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", "chengban")
    page.fill("[name=password]", city.password)
    follow(page.locator("main form button").first)
    follow(page.get_by_role("link", name="导航", exact=True))
    follow(page.locator("main a[href$='/workbench/cases/']"))
    follow(page.locator("main table a[href*='/workbench/cases/']").first)
    assert page.locator("#gk-clocks").is_visible()
    context.close()
