"""The page that checks a report, as a reader's browser sees it: without an account, on a phone, by screen reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.keys import follow
from tests.browser.running_city import City
from tests.browser.test_public_pages import assert_good
from tests.browser.watching import Watch, barriers, overflow
from tests.wings.disclosure.annual.reports import entry, with_cell


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with a wrong sum, a blank cell and a sentence that is not true."""
    data = with_cell(entry(2024, ("全市共收到政府信息公开申请3526件。",)), "table3/3.4.1/natural_person", 895)
    data = with_cell(data, "table4/review/other", None)
    path = tmp_path_factory.mktemp("reports") / "report.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("script", ["", "/hant"])
def test_a_report_is_checked_and_each_fault_leads_to_its_cell(
    page: Page, watch: Watch, wrong: Path, script: str
) -> None:
    assert_good(page, watch, f"{script}/report-check/", 200)
    page.set_input_files("#report", wrong)
    follow(page.locator("main button"))
    assert page.locator(".found > li").count() == 4
    assert barriers(page) == []
    assert overflow(page, width=320) == 0
    follow(page.locator(".found a").first)
    assert page.locator("td:target.faulty").count() == 1
    follow(page.locator("td:target a"))
    assert page.locator(".found li:target").count() == 1


def test_it_works_without_scripts_and_gives_the_faults_as_a_file(
    chromium: Browser, city: City, wrong: Path
) -> None:
    context = chromium.new_context(base_url=city.base, java_script_enabled=False)
    page = context.new_page()
    page.goto("/report-check/")
    page.set_input_files("#report", wrong)
    follow(page.locator("main button"))
    with page.expect_download() as downloading:
        page.locator("button[value=json]").click()
    faults = json.loads(downloading.value.path().read_text(encoding="utf-8"))["faults"]
    assert {fault["kind"] for fault in faults} == {"arithmetic", "blank", "narrative"}
    context.close()
