"""What a browser tells while it shows a page: faults of scripts and policies, addresses it asked, and axe's findings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_axe = Axe()


class Watch:
    """Listens to a page. ``faults`` holds console errors (a broken security policy is one) and foreign requests."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.faults: list[str] = []

    def on(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        told_by_status = "the server responded with a status of 4" in message.text
        if message.type == "error" and not (told_by_status and message.location["url"] == message.page.url):
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.faults.append(f"left the host: {request.url}")


def violations(page: Page) -> list[dict[str, Any]]:
    """axe-core's own answer. Its half a megabyte is given to a page once, not each time it is asked."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe.axe_script)
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(options).then(answer => answer.violations)", options
    )
    return found


def barriers(page: Page, *, excused: frozenset[str] = frozenset()) -> list[str]:
    """What axe-core finds in the page as it stands, one line a finding; ``excused`` names rules on this page."""
    return [
        f"{finding['id']}: {node['html'][:200]}"
        for finding in violations(page)
        if finding["id"] not in excused
        for node in finding["nodes"]
    ]


def overflow(page: Page, *, width: int) -> int:
    """Pixels by which the page is wider than a screen of ``width``."""
    page.set_viewport_size({"width": width, "height": 800})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return max(0, wide - width)


def out_of_place(page: Page) -> list[str]:
    """Controls that reach beyond what holds them and so lie over their neighbours, with everything unfolded."""
    found: list[str] = page.evaluate(
        """() => {
          for (const folded of document.querySelectorAll("main details")) folded.open = true;
          const own = ".w-field, [data-streamfield-block], .table-block, .gk-tick";
          return [...document.querySelectorAll("main :is(input, select, textarea, button, .button)")]
            .filter((control) => control.type !== "hidden" && control.offsetParent && !control.closest(own))
            .filter((control) => {
              const place = control.getBoundingClientRect();
              const room = control.parentElement.getBoundingClientRect();
              return place.width > 1 && room.width > 1
                && (place.right > room.right + 1 || place.left < room.left - 1);
            })
            .map((control) => control.outerHTML.slice(0, 120));
        }"""
    )
    return found
