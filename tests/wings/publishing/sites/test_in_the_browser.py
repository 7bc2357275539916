"""Every kind of public page in a real browser: axe finds nothing, keyboards get everywhere, nothing needs a script."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import gongkai
from gongkai.engines.press import LANG, OTHER, ROOT, Page
from gongkai.foundation.files.services import store
from gongkai.foundation.hanzi import to_traditional
from gongkai.foundation.ledger.heads import sign_heads
from gongkai.wings.publishing.documents.kinds import Kind, LinkKind
from gongkai.wings.publishing.documents.services import create_series, withdraw
from gongkai.wings.publishing.sites.services import add_column, launch_topic
from tests.browser.watching import barriers
from tests.chromium import chromium

from .conftest import SHANGHAI, Town, all_pages

pytestmark = pytest.mark.browser

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def furnish(town: Town) -> None:
    """A site on which every kind of page and every part of a page occurs."""
    file = store(
        content=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", name="申请表.pdf", actor="system"
    )
    old = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="南溟市食品小作坊登记管理办法",
        document_number="南府〔2015〕42号",
        subject="综合政务",
        effective_on=date(2015, 7, 1),
        at=datetime(2015, 6, 18, 9, tzinfo=SHANGHAI),
    )
    new = town.public(
        town.policy,
        kind=Kind.NORMATIVE,
        title="南溟市食品小作坊登记与监督管理办法",
        document_number="南府〔2020〕25号",
        subject="综合政务",
        summary="食品小作坊登记改为“承诺即入”。",
        keywords="食品 小作坊",
        effective_on=date(2020, 7, 1),
        disclosure_item="1",
        attachments=[{"file": file, "title": "登记申请表"}],
        links=[{"target": old, "kind": LinkKind.REPLACES}],
    )
    town.public(
        town.news,
        kind=Kind.INTERPRETATION,
        title="一图读懂",
        interpretation_form="qa",
        links=[{"target": new, "kind": LinkKind.INTERPRETS}],
        body=[("question", {"question": "怎样登记？", "answer": "<p>书面承诺，当场登记。</p>"})],
    )
    cells = "".join(f"<td>{'很长的表格内容' * 4}</td>" for _ in range(8))
    table = f"<table><caption>指标</caption><thead><tr><th>名称</th></tr></thead><tbody><tr>{cells}</tr></tbody></table>"
    town.public(
        town.news, kind=Kind.STATISTICS, title="统计公报", body=[("html", f"<h2>一、综合</h2>{table}")]
    )
    town.public(town.site.columns.get(block="guide"), kind=Kind.GUIDE, title="指南")
    gone = town.public(town.news, title="误发的公告")
    withdraw(document=gone, user=town.final_reviewer, reason="内容有误。")
    series = create_series(user=town.manager, organ=town.government, name="简报", slug="jb")
    for issue in (1, 3):
        town.public(town.news, kind=Kind.BRIEF, title=f"简报第{issue}期", series=series, issue_number=issue)
    topic = launch_topic(site=town.site, user=town.manager, template="epidemic")
    town.public(
        topic.column.children.get(slug="kxpy"), kind=Kind.RUMOUR, title="白酒预防病毒？", summary="不能。"
    )
    child = add_column(site=town.site, user=town.manager, name="一周要闻", slug="yz", parent=town.news)
    for number in range(21):
        town.public(child, kind=Kind.NEWS, title=f"第{number}条要闻")
    sign_heads(date(2020, 12, 31))


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """The files of the furnished site, printed for the first test that asks and kept for the others."""
    return {}


@pytest.fixture
def site(
    request: pytest.FixtureRequest, printed: dict[str, bytes], tmp_path: Path
) -> Iterator[tuple[str, list[str]]]:
    """The address of the furnished site as files, and one path of each kind of page."""
    if not printed:
        furnish(request.getfixturevalue("town"))
        for page in all_pages("city").values():
            printed.update(in_both_scripts(page))
    folder = tmp_path / "site"
    for path, content in printed.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    shutil.copytree(Path(gongkai.__path__[0]) / "shell/public/static", folder / "static")
    handler = partial(QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = [path for path in printed if path.endswith(".html")]
    yield f"http://127.0.0.1:{server.server_address[1]}", one_of_each(pages)
    server.shutdown()


def in_both_scripts(page: Page) -> list[tuple[str, bytes]]:
    """The files of a page, as the press makes them."""
    path = page.path if page.status == 200 else page.path.replace("index.html", "410.html")
    if isinstance(page.body, bytes):
        return [(path, page.body)]
    simplified = page.body.replace(ROOT, "").replace(LANG, "zh-Hans").replace(OTHER, "/hant")
    if not page.both_scripts:
        return [(path, simplified.encode())]
    traditional = to_traditional(page.body).replace(ROOT, "/hant").replace(LANG, "zh-Hant").replace(OTHER, "")
    return [(path, simplified.encode()), (f"hant/{path}", traditional.encode())]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder and keeps quiet."""

    def log_message(self, *args: Any) -> None:
        pass


def one_of_each(paths: list[str]) -> list[str]:
    """Every kind of page once, and the first documents, among which each part of a document page occurs."""
    wanted = re.compile(
        r"(hant/)?(index|404|(zcwj|yw|yw/yz|yw/yz/p1|yqfk|yqfk/kxpy|zfxxgk(/(zn|fdzdgknr|fdzdgknr/1|ysqgk))?"
        r"|series/jb|search|accessibility|jiucuo|ledger|sitemap|doc/\d+/[1-9])/(index|410))\.html"
    )
    return [path for path in paths if wanted.fullmatch(path)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(
    "mode",
    [
        {"viewport": PHONE},
        {"viewport": DESKTOP, "color_scheme": "dark"},
        {"viewport": PHONE, "display": "large contrast single"},
    ],
    ids=["phone", "dark", "large type and high contrast"],
)
def test_axe_finds_nothing(site: tuple[str, list[str]], browser: Any, mode: dict[str, Any]) -> None:
    address, paths = site
    mode = dict(mode)
    display = mode.pop("display", "")
    context = browser.new_context(**mode)
    context.add_init_script(f"try {{ localStorage.setItem('display', '{display}') }} catch {{}}")
    page = context.new_page()
    found = {}
    # Traditional pages are the same but for their characters; the demo city's are looked at in both scripts.
    for path in (path for path in paths if not path.startswith("hant/")):
        page.goto(f"{address}/{path}")
        if path_faults := barriers(page):
            found[path] = path_faults
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            found.setdefault(path, []).append(f"wider than the screen by {width} px")
    assert found == {}


def test_nothing_is_asked_of_anybody_else(site: tuple[str, list[str]], browser: Any) -> None:
    address, paths = site
    asked: list[str] = []
    failed: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    for path in paths:
        page.goto(f"{address}/{path}")
    assert [url for url in asked if not url.startswith(address)] == []
    assert failed == []


def test_the_keyboard_skips_to_the_text_and_reaches_search(site: tuple[str, list[str]], browser: Any) -> None:
    address, _paths = site
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{address}/zcwj/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(f"{address}/zcwj/")
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none'"
            " || document.activeElement === document.body })()"
        )
        if page.evaluate("document.activeElement.name") == "q":
            break
    assert page.evaluate("document.activeElement.name") == "q"


def test_without_scripts_everything_is_there_but_the_buttons(
    site: tuple[str, list[str]], browser: Any
) -> None:
    address, _paths = site
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/")
    assert page.locator("#display button").count() == 0
    page.locator("nav.narrow summary").click()
    page.locator("nav.narrow a", has_text="政策文件").click()
    assert page.url == f"{address}/zcwj/"
    page.locator("#display a").first.click()
    assert page.url == f"{address}/hant/zcwj/"
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    page.locator(".entries a").first.click()
    assert "/hant/doc/" in page.url
    page.locator("#display a").first.click()
    assert "/hant/" not in page.url


def test_the_choice_of_display_is_kept_and_can_be_taken_back(
    site: tuple[str, list[str]], browser: Any
) -> None:
    address, _paths = site
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.goto(f"{address}/")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    button = page.locator("#display button", has_text="大字版")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    page.goto(f"{address}/zcwj/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.25
    button = page.locator("#display button", has_text="大字版")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    page.reload()
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == before


def test_at_four_times_the_size_nothing_is_cut_off(site: tuple[str, list[str]], browser: Any) -> None:
    """WCAG 1.4.10: 1280 px wide at 400 % is a screen of 320 px."""
    address, paths = site
    page = browser.new_page(viewport={"width": 320, "height": 256})
    for path in paths:
        if not path.startswith("hant/"):
            page.goto(f"{address}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
