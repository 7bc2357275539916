"""The statistics as a browser sees them: for readers in both scripts and widths, by keyboard, and at the workbench."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.keys import tab_to
from tests.browser.running_city import City
from tests.browser.test_public_pages import assert_good
from tests.browser.watching import Watch, barriers, overflow

SMALLEST = """() => Math.min(...[...document.querySelectorAll('.chart text')].map(text => {
  const drawing = text.ownerSVGElement, scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
  return parseFloat(getComputedStyle(text).fontSize) * scale;
}))"""


def newest_year(page: Page) -> str:
    """The address of the last year there is."""
    page.goto("/statistics/")
    address: str = page.locator(".pager a").first.evaluate("link => link.pathname")
    assert address.strip("/").split("/")[-1].isdecimal()
    return address


@pytest.mark.parametrize("script", ["", "/hant"])
def test_statistics_are_open_to_everybody(page: Page, watch: Watch, script: str) -> None:
    assert_good(page, watch, f"{script}/statistics/", 200)
    assert_good(page, watch, script + newest_year(page), 200)


def test_charts_can_be_read_on_a_phone_and_tables_by_keyboard(page: Page, watch: Watch) -> None:
    address = newest_year(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(address)
    assert page.evaluate(SMALLEST) >= 12
    meanings = page.locator("details.meanings").first
    assert meanings.get_attribute("open") is None
    tab_to(page, "details.meanings summary")
    page.keyboard.press("Enter")
    assert meanings.get_attribute("open") is not None
    page.emulate_media(forced_colors="active")
    assert barriers(page) == []


def test_a_number_at_the_workbench_leads_to_its_cases(
    signed_in: Callable[[str], BrowserContext], city: City
) -> None:
    context = signed_in("gongkai")
    page, watch = context.new_page(), Watch(city.host)
    watch.on(page)
    for address in ("/workbench/figures/", ""):
        if address:
            page.goto(address)
        else:
            number = page.locator("td.gk-number a").first
            told = number.inner_text()
            number.click()
            page.wait_for_url("**/figures/requests.**")
            assert page.locator(".gk-facts strong").first.inner_text() == told
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert barriers(page) == []
            assert overflow(page, width=width) == 0
    assert watch.faults == []
    page.close()
