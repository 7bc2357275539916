"""A person with a keyboard and nothing else, and one with a mouse who waits for what they asked for."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def follow(place: Locator) -> None:
    """Click a link or a button that leads on, and wait until the page it leads to has come.

    A click alone returns while the old page still stands; what is looked at next may then be the old page.
    """
    with place.page.expect_navigation():
        place.click()


def send(page: Page) -> None:
    """Press Enter where the focus is, and wait until the page it leads to has come."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until what ``selector`` names has the focus; fails after ``most`` presses."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached within {most} presses of Tab on {page.url}")


def unseen_focus(page: Page, *, presses: int) -> list[str]:
    """The first ``presses`` stops of Tab whose focus leaves no mark a person can see."""
    unseen: list[str] = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        fault: str = page.evaluate(
            """() => {
              const element = document.activeElement, box = element.getBoundingClientRect();
              if (element === document.body) return "";
              // The parts inside a date field are the browser's own, and marked by it.
              if (element.type === "date") return "";
              const style = getComputedStyle(element);
              const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
                || style.boxShadow !== "none";
              const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
              return marked && inside ? "" : element.outerHTML.slice(0, 120);
            }"""
        )
        if fault:
            unseen.append(fault)
    return unseen
