"""The chromium of this machine, started in one way wherever a test or a picture needs it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserFault

# The headless shell has no windows to draw, and does the same in two thirds of the time.
NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=zh-CN"]


def path() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running one. A test that cannot have it is skipped, and says what is not checked then."""
    found = path()
    if found is None:
        pytest.skip("NO BROWSER: no chromium on PATH; what people see is NOT checked (scripts/browser)")
    # Playwright keeps an event loop in this thread; the database is used between its calls, never inside them.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except BrowserFault as fault:
            pytest.skip(f"NO BROWSER: {found} does not start, what people see is NOT checked: {fault}")
        yield browser
        browser.close()
