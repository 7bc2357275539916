"""The editor of documents at work under a policy that lets no script of a page run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import turn_to
from tests.browser.watching import Watch

ADD = "/workbench/library/documents/add/"
TEXT, TABLE, PICTURE, VIDEO = range(4)
"""Places in the menu of blocks."""


@pytest.fixture
def editor(signed_in: Callable[[str], BrowserContext], watch: Watch) -> Iterator[Page]:
    page = signed_in("qicao").new_page()
    page.set_viewport_size({"width": 1280, "height": 1000})
    watch.on(page)
    page.goto(ADD)
    yield page
    page.close()
    # what Wagtail says of a draft it could not save by itself, and of a language its tables do not speak, is no fault
    excused = ("status of 400", 'Language with code "zh-hans"')
    assert [fault for fault in watch.faults if not any(words in fault for words in excused)] == []


def add_block(page: Page, place: int) -> None:
    page.locator("[data-contentpath=body] button.c-sf-add-button").last.click()
    page.locator("[role=option]").nth(place).click()


def tab(page: Page, place: int) -> None:
    turn_to(page.locator("a[role=tab]").nth(place))


def test_the_editor_allows_no_script_of_the_page(signed_in: Callable[[str], BrowserContext]) -> None:
    page = signed_in("qicao").new_page()
    answer = page.goto(ADD)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy + ";"
    page.evaluate(
        "() => { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s); }"
    )
    assert page.evaluate("window.ran") is None
    page.close()


def test_text_is_written(editor: Page) -> None:
    add_block(editor, TEXT)
    words = editor.locator(".public-DraftEditor-content").first
    words.click()
    editor.keyboard.type("现将有关事项通告如下")
    assert "现将有关事项通告如下" in words.inner_text()


def test_a_table_is_filled(editor: Page) -> None:
    add_block(editor, TABLE)
    editor.locator(".handsontable td").first.dblclick()
    editor.keyboard.type("单位")
    editor.keyboard.press("Enter")
    assert editor.locator(".handsontable td").first.inner_text() == "单位"


@pytest.mark.parametrize("block", [PICTURE, VIDEO])
def test_a_file_is_chosen_in_a_block(editor: Page, block: int) -> None:
    add_block(editor, block)
    editor.locator("[data-contentpath=body] .chooser button:visible").first.click()
    assert editor.locator(".modal:visible").first.inner_text().strip()


def test_a_day_is_picked(editor: Page) -> None:
    tab(editor, 1)
    editor.click("#id_written_on")
    editor.locator(".xdsoft_datetimepicker:visible td.xdsoft_date").nth(10).click()
    assert len(editor.input_value("#id_written_on")) == 10


def test_a_document_is_chosen_and_dated_in_a_row_added_later(editor: Page) -> None:
    tab(editor, 3)
    editor.click("#id_links-ADD")
    row = editor.locator("#inline_child_links-0")
    row.locator(".chooser button:visible").first.click()
    editor.locator(".modal a[data-chooser-modal-choice]").first.click()
    editor.locator(".modal").first.wait_for(state="detached")
    assert editor.input_value("#id_links-0-target").isdigit()
    editor.click("#id_links-0-effective_on")
    editor.locator(".xdsoft_datetimepicker:visible").wait_for()
    row.locator("button[id$=DELETE-button]").click()
    row.wait_for(state="hidden")


def test_an_attachment_row_is_added(editor: Page) -> None:
    editor.click("#id_attachments-ADD")
    assert editor.locator("#inline_child_attachments-0 .chooser button:visible").count() >= 1


def test_the_preview_beside_the_editor_shows_the_text(
    signed_in: Callable[[str], BrowserContext], watch: Watch
) -> None:
    page = signed_in("qicao").new_page()
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.goto("/workbench/library/documents/?words=食品小作坊登记与监督")
    address = page.locator("main a[href*='/library/documents/edit/']").first.get_attribute("href") or ""
    watch.on(page)
    page.goto(address)
    page.locator("[data-side-panel-toggle=preview]").first.click()
    frame = page.frame_locator("[data-side-panel=preview] iframe").last
    frame.locator("h1").first.wait_for()
    page.close()
    assert watch.faults == []
