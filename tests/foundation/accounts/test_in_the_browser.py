"""Signing in with a real browser: axe finds nothing, the keyboard is enough, no script is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gongkai.foundation.accounts.models import Role, User
from tests.browser.watching import violations
from tests.chromium import chromium
from tests.factories import PASSWORD, organ, staff
from tests.foundation.accounts.test_sign_in import code_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def person(transactional_db: None) -> User:
    return staff("王小明", Role.DRAFTER, at=organ())


def faults(page: Any) -> list[str]:
    """What axe says of the page as it stands, and anything that has to be scrolled to sideways."""
    found = violations(page)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [fault["id"] for fault in found] + ["scrolls sideways"] * wide


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_of_signing_in_is_accessible(
    browser: Any, live_server: Any, person: User, size: dict[str, int]
) -> None:
    page = browser.new_context(viewport=size, locale="zh-CN").new_page()
    found = {}

    def look(name: str) -> None:
        found[name] = faults(page)

    page.goto(f"{live_server.url}/accounts/login/")
    look("sign in")
    page.fill("#id_login", "nobody")
    page.fill("#id_password", "wrong")
    page.click("main button")
    look("refused")
    for _ in range(5):
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill("#id_login", "nobody")
        page.fill("#id_password", "wrong")
        page.click("main button")
    look("locked")
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_login", person.username)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.goto(f"{live_server.url}/accounts/2fa/totp/activate/")
    look("password once more")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    look("set up")
    page.fill("#id_code", code_for(page.input_value("#authenticator_secret")))
    page.click("main button")
    look("recovery codes")
    for path in (
        "2fa/",
        "password/change/",
        "2fa/totp/deactivate/",
        "2fa/recovery-codes/generate/",
        "logout/",
    ):
        page.goto(f"{live_server.url}/accounts/{path}")
        look(path)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert page.title().startswith("退出登录")


def test_the_keyboard_is_enough_and_no_script_is_needed(browser: Any, live_server: Any, person: User) -> None:
    page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/2fa/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # 跳到正文
    page.keyboard.press("Tab")
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/2fa/")
