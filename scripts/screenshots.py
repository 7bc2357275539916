"""Make the pictures the README shows: the demo city in a temporary folder, seen by a reader and by those who work in it."""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests import chromium  # noqa: E402
from tests.browser.running_city import City, running_city  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
HEAVIEST = 200_000
"""Bytes a picture may have."""
POLICY = "食品小作坊登记与监督管理办法"


def portal(page: Page) -> None:
    page.goto("/")


def traditional(page: Page) -> None:
    page.goto("/hant/zcwj/")


def document(page: Page) -> None:
    results(page, POLICY)
    page.locator("main a[href*='/doc/']").first.click()


def results(page: Page, words: str = "一件事") -> None:
    page.goto(f"/search/?q={quote(words)}")


def statutory_column(page: Page) -> None:
    page.goto("/zfxxgk/")


def reviewer_home(page: Page) -> None:
    page.goto("/workbench/")


def desk_under_review(page: Page) -> None:
    page.goto("/workbench/")
    page.locator("main a[href*='/workbench/library/']").first.click()
    page.wait_for_url("**/workbench/library/*/")


def editor(page: Page) -> None:
    page.goto(f"/workbench/library/documents/?words={quote(POLICY)}")
    page.locator("main a[href*='/library/documents/edit/']").first.click()
    page.wait_for_url("**/edit/*/")
    page.locator(".c-sf-add-button").first.wait_for()


def application(page: Page) -> None:
    page.goto("/request/")


def request_log(page: Page) -> None:
    page.goto("/request-log/")


def worklist(page: Page) -> None:
    page.goto("/workbench/cases/")


def case_desk(page: Page) -> None:
    worklist(page)
    page.locator("table a[href*='/workbench/cases/']").nth(3).click()
    page.wait_for_url("**/workbench/cases/*/")


def seven_questions(page: Page) -> None:
    # The state in which the seven questions are asked, whatever day it is.
    page.goto("/workbench/cases/?state=handling")
    page.locator("table a[href*='/workbench/cases/']").first.click()
    page.locator("a[href$='/questions/']").click()


def annual_report(page: Page) -> None:
    page.goto("/annual-reports/")
    page.locator("main .entries a").first.click()
    page.wait_for_url("**/annual-reports/*/*/")


def statistics(page: Page) -> None:
    page.goto("/statistics/")


def catalogue(page: Page) -> None:
    page.goto("/catalogue/")


def guide(page: Page) -> None:
    page.goto("/guides/office/")


def report_check(page: Page) -> None:
    page.goto("/report-check/")


def report_list(page: Page) -> None:
    page.goto("/workbench/annual-reports/")
    page.select_option("#gk-year", index=1)
    page.get_by_role("button", name="查看", exact=True).click()
    page.wait_for_load_state("networkidle")


def report_desk(page: Page) -> None:
    report_list(page)
    page.locator("table a[href*='/workbench/annual-reports/']").first.click()
    page.wait_for_url("**/annual-reports/*/")


def gaps(page: Page) -> None:
    page.goto("/workbench/catalogue/gaps/")


def publication(page: Page) -> None:
    page.goto("/workbench/press/")


PUBLIC: tuple[tuple[str, dict[str, int], Callable[[Page], None]], ...] = (
    ("portal-home", DESK, portal),
    ("portal-home-phone", PHONE, portal),
    ("document", DESK, document),
    ("search-results", DESK, results),
    ("traditional-phone", PHONE, traditional),
    ("statutory-column", DESK, statutory_column),
    ("request-form-phone", PHONE, application),
    ("request-log", DESK, request_log),
    ("annual-report", DESK, annual_report),
    ("annual-report-phone", PHONE, annual_report),
    ("statistics", DESK, statistics),
    ("catalogue", DESK, catalogue),
    ("guide", DESK, guide),
    ("report-check", DESK, report_check),
)
WORKBENCH: tuple[tuple[str, str, Callable[[Page], None]], ...] = (
    ("workbench-reviewer-home", "fushen", reviewer_home),
    ("workbench-desk-under-review", "fushen", desk_under_review),
    ("workbench-editor", "qicao", editor),
    ("workbench-cases", "gongkai", worklist),
    ("workbench-case", "gongkai", case_desk),
    ("workbench-seven-questions", "chengban", seven_questions),
    ("workbench-annual-reports", "fuzeren", report_list),
    ("workbench-annual-report", "gongkai", report_desk),
    ("workbench-catalogue-gaps", "gongkai", gaps),
    ("workbench-press", "admin", publication),
)


def main() -> int:
    path = chromium.path()
    if path is None:
        print("no chromium on PATH: run scripts/browser first", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_city(Path(folder)) as city,
        sync_playwright() as drive,
    ):
        browser = drive.chromium.launch(executable_path=path, args=chromium.FLAGS)
        for name, size, show in PUBLIC:
            context = browser.new_context(base_url=city.base, locale="zh-CN", viewport=size)
            _take(context, name, show)
        for name, person, show in WORKBENCH:
            _take(_signed_in(browser, city, person), name, show)
        browser.close()
    return 0


def _signed_in(browser: Browser, city: City, person: str) -> BrowserContext:
    context = browser.new_context(base_url=city.base, locale="zh-CN", viewport=DESK)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", person)
    page.fill("[name=password]", city.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/workbench/**")
    page.close()
    return context


def _take(context: BrowserContext, name: str, show: Callable[[Page], None]) -> None:
    page = context.new_page()
    show(page)
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    context.close()
    target = PICTURES / f"{name}.png"
    # 128 colours are enough for text and flat colour, and a third of the bytes.
    taken.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(target, optimize=True)
    size = target.stat().st_size
    if size > HEAVIEST:
        raise RuntimeError(f"{target.name} has {size} bytes, more than {HEAVIEST}")
    print(f"{target.relative_to(ROOT)} {size // 1000} kB")


if __name__ == "__main__":
    raise SystemExit(main())
