"""One demo city and one chromium for all browser tests; nothing here touches Django or a database itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.running_city import City, running_city
from tests.browser.watching import Watch
from tests.chromium import chromium as started_chromium

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marked by their folder; and last, because the browser's event loop keeps Django from the database."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Browser, "new_context", _patient)
        yield browser


_new_context = Browser.new_context


def _patient(browser: Browser, **facts: Any) -> BrowserContext:
    """A machine that is busy is no fault: half a minute for a page is not enough on one."""
    context = _new_context(browser, **facts)
    context.set_default_timeout(300_000)
    return context


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_city(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="session")
def public(chromium: Browser, city: City) -> Iterator[BrowserContext]:
    """A reader's browser, shared by all tests that leave nothing behind in it."""
    context = chromium.new_context(base_url=city.base, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, city: City) -> Iterator[Callable[[str], BrowserContext]]:
    """``signed_in("qicao")``: the browser of that person, signed in once for the whole run."""
    contexts: dict[str, BrowserContext] = {}

    def browser_of(username: str) -> BrowserContext:
        if username not in contexts:
            context = chromium.new_context(base_url=city.base, locale="zh-CN")
            page = context.new_page()
            page.goto("/accounts/login/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", city.password)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/workbench/**")
            page.close()
            contexts[username] = context
        return contexts[username]

    yield browser_of
    for context in contexts.values():
        context.close()


@pytest.fixture
def page(public: BrowserContext) -> Iterator[Page]:
    """A fresh page of the reader's browser at desk width."""
    page = public.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    yield page
    page.close()


@pytest.fixture
def watch(city: City) -> Watch:
    return Watch(city.host)


@pytest.fixture(scope="session")
def withdrawn(signed_in: Callable[[str], BrowserContext]) -> str:
    """Address of the document the demo city published by mistake in 2020 and withdrew."""
    page = signed_in("admin").new_page()
    page.goto("/workbench/library/documents/?words=误发")
    link = page.locator("main a[href*='/library/documents/edit/']").first.get_attribute("href") or ""
    page.close()
    return f"/doc/2020/{link.rstrip('/').rsplit('/', 1)[-1]}/"


def until(condition: Callable[[], bool], *, seconds: float = 30) -> bool:
    """True as soon as ``condition`` holds; False when it has not for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.25)
    return False


def turn_to(tab: Locator) -> None:
    """Open a tab of the editor. A click is lost when the page moves under it – a calendar closes, a chooser gives the
    place back it had scrolled from – and a person clicks again."""

    def opened() -> bool:
        tab.click()
        return tab.get_attribute("aria-selected") == "true"

    assert until(opened)
