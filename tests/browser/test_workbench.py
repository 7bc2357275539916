"""Every screen of the workbench and every account page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.keys import send
from tests.browser.running_city import City
from tests.browser.test_public_pages import LAST_YEAR
from tests.browser.watching import Watch, barriers, out_of_place, overflow

ACCOUNT = (
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/logout/",
)
LIBRARY = "/workbench/library/documents/"
SCREENS = {
    "qicao": (
        "/workbench/",
        LIBRARY,
        LIBRARY + "add/",
        "/workbench/import/",
        "/workbench/files/",
        "{edit}",
        "{desk}",
    ),
    "chushen": ("/workbench/", "{waiting}", "/workbench/library/documents/history/{pk}/"),
    "zhandian": (
        "/workbench/",
        "/workbench/topics/",
        "/workbench/press/",
        "/workbench/ledger/",
        "/workbench/site-reports/?year={year}",
        "/workbench/sites/",
        "/workbench/sites/add/",
        "/workbench/columns/",
        "/workbench/columns/add/",
        "/workbench/series/",
        "/workbench/series/add/",
        "{desk}",
    ),
    "shenji": ("/workbench/", "/workbench/ledger/", "/workbench/press/", "/workbench/notices/"),
    "gongkai": (
        "/workbench/",
        "/workbench/cases/",
        "/workbench/cases/?group=closed",
        "/workbench/cases/5/",
        "/workbench/cases/5/propose_decision/",
        "/workbench/cases/5/propose_decision/?outcome=partial",
        "/workbench/cases/5/questions/",
        "/workbench/cases/1/remedy/",
        "/workbench/register/",
        "/workbench/inbox/",
        "/workbench/menu/",
        "/workbench/procedures/",
        "/workbench/redactions/",
        "/workbench/request-log/",
        "/workbench/forced/",
        "/workbench/reassessment/",
        "/workbench/catalogue/",
        "/workbench/catalogue/17/",
        "/workbench/catalogue/gaps/",
        "/workbench/catalogue/matrix/",
        "/workbench/catalogue/import/",
        "/workbench/catalogue/proposals/",
        "/workbench/annual-reports/?year={year}",
        "/workbench/annual-reports/3/",
        "/workbench/annual-reports/5/",
        "/workbench/annual-reports/jyj/{year}/",
        "/workbench/guides/",
    ),
    "admin": (
        "/workbench/",
        "/workbench/organs/",
        "/workbench/organs/add/",
        "/workbench/staff/",
        "/workbench/staff/?state=no_role",
        "/workbench/staff/1/",
        "/workbench/files/add/",
        *ACCOUNT,
    ),
}
EXCUSED: dict[str, frozenset[str]] = {}
"""Address → rules of axe that Wagtail breaks there and nothing of ours can mend. Empty, and meant to stay so."""


@pytest.fixture(scope="session")
def places(signed_in: Callable[[str], BrowserContext]) -> dict[str, str]:
    """The desk and editor of a public document, and the desk of one that waits for its first review."""
    page = signed_in("chushen").new_page()
    page.goto("/workbench/")
    waiting = page.locator("main .gk-card a[href*='/workbench/library/']").first.get_attribute("href") or ""
    page.close()
    page = signed_in("qicao").new_page()
    page.goto(LIBRARY + "?words=食品小作坊登记与监督")
    edit = page.locator("main a[href*='/library/documents/edit/']").first.get_attribute("href") or ""
    page.close()
    pk = edit.rstrip("/").rsplit("/", 1)[-1]
    return {
        "waiting": waiting,
        "edit": edit,
        "desk": f"/workbench/library/{pk}/",
        "pk": pk,
        "year": f"{LAST_YEAR}",
    }


@pytest.mark.parametrize(
    ("person", "screen"), [(person, screen) for person, screens in SCREENS.items() for screen in screens]
)
def test_a_screen_has_no_barrier_and_no_fault(
    signed_in: Callable[[str], BrowserContext],
    places: dict[str, str],
    watch: Watch,
    person: str,
    screen: str,
) -> None:
    page = signed_in(person).new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    watch.on(page)
    answer = page.goto(screen.format(**places))
    assert answer is not None
    assert answer.status == 200
    excused = EXCUSED.get(screen, frozenset())
    found = {"1280": barriers(page, excused=excused)}
    wide = overflow(page, width=390)
    found["390"] = barriers(page, excused=excused)
    page.set_viewport_size({"width": 1280, "height": 900})
    crowded = out_of_place(page)
    page.close()
    assert crowded == []
    assert found == {"1280": [], "390": []}
    assert wide == 0
    assert watch.faults == []


def test_on_a_phone_the_record_of_acts_speaks_in_words(signed_in: Callable[[str], BrowserContext]) -> None:
    """Each value under the heading of its column, and no code of a program among them."""
    page = signed_in("shenji").new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/workbench/ledger/")
    rows = page.locator("section[aria-labelledby=gk-entries] tbody tr")
    labels = rows.first.locator("td").evaluate_all("cells => cells.map(cell => cell.dataset.label)")
    acts = rows.locator("td:nth-child(3)").all_inner_texts()
    page.close()
    assert labels == ["时间", "操作人", "操作", "对象", "哈希值"]
    assert [act for act in acts if act.isascii()] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_sign_in_has_no_barrier(chromium: Browser, city: City, watch: Watch, width: int) -> None:
    context = chromium.new_context(base_url=city.base, locale="zh-CN")
    page = context.new_page()
    watch.on(page)
    page.goto("/accounts/login/")
    assert overflow(page, width=width) == 0
    assert barriers(page) == []
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong-password-1")
    send(page)
    assert page.locator("[name=password]").is_visible()
    assert barriers(page) == []
    assert watch.faults == []
    context.close()
