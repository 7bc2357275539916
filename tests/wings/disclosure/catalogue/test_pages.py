"""The public catalogue: every row is shown, kept or not; lists, files and the statutory column agree."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from gongkai.engines import press
from gongkai.engines.exchange.grids import read_grids
from gongkai.engines.press import Page, PageRef
from gongkai.engines.press.models import Change
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.organs.models import Organ
from gongkai.wings.disclosure.catalogue import pages as catalogue_pages
from gongkai.wings.disclosure.catalogue import services
from gongkai.wings.disclosure.catalogue.facts import Facts
from gongkai.wings.disclosure.catalogue.importing import import_catalogue
from gongkai.wings.disclosure.catalogue.models import CatalogueEntry
from gongkai.wings.disclosure.catalogue.pages import CataloguePages
from gongkai.wings.disclosure.catalogue.pages import shelf as statutory_shelf
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import organ, staff
from tests.wings.disclosure.catalogue.conftest import Shelf
from tests.wings.disclosure.catalogue.test_importing import TODAY


@pytest.fixture
def city(db: None) -> Organ:
    made = organ("测试市人民政府", code="shi")
    manager = staff("", Role.SITE_MANAGER, at=made)
    create_site(user=manager, slug="city", name="测试市人民政府", organ=made, host="city.localhost")
    return made


@pytest.fixture
def bureau(city: Organ) -> Organ:
    return organ("测试市教育局", code="jyj", parent=city)


def row(at: Organ, title: str, **facts: Any) -> CatalogueEntry:
    facts = {"field": "义务教育", "limit_text": "及时公开", "levels": ("district",)} | facts
    return services.add_entry(organ=at, facts=Facts(level1="招生管理", level2=title, **facts))


def pages() -> dict[str, Page]:
    kind = CataloguePages()
    return {
        page.path: page for _key, page in kind.render("city", list(kind.keys("city"))) if page is not None
    }


def body(path: str) -> str:
    return str(pages()[f"catalogue/{path}"].body)


def test_a_row_is_shown_whether_it_is_kept_or_not(bureau: Organ, shelf: Shelf) -> None:
    kept = row(bureau, "招生政策")
    row(bureau, "招生结果")
    row(bureau, "本户情况", mode="on_request", audience="group", audience_group="本户")
    key = shelf.put("a", "2020-06-05", url="/zsxx/", address="http://city.localhost/zsxx/", site="city")
    services.bind(entry=kept, kind="shelf", key=key)
    listed = body("organ/jyj/index.html")
    assert f'href="{press.ROOT}/zsxx/"' in listed and "2020-06-05" in listed
    assert listed.count("尚未公开") == 1 and "招生结果" in listed
    assert "特定群体：本户" in listed
    assert "<script" not in listed.replace("<script src", "")
    assert "2020-06-05" in body("field/ywjy/index.html")
    assert "本户情况" in body("audience/group/index.html") and "招生结果" in body("level/district/index.html")
    overview = body("index.html")
    for text in ("义务教育", "测试市教育局", "全社会", "县级", "（十一）"):
        assert text in overview


def test_what_is_on_another_site_is_linked_with_its_host(bureau: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "招生政策")
    services.bind(
        entry=entry,
        kind="shelf",
        key=shelf.put("a", "2020-06-05", url="/x/", address="http://edu.localhost/x/", site="edu"),
    )
    assert 'href="http://edu.localhost/x/"' in body("organ/jyj/index.html")


def test_the_files_hold_the_same_rows_and_can_be_taken_in_again(
    bureau: Organ, shelf: Shelf, tmp_path: Any
) -> None:
    entry = row(bureau, "=招生政策", content="方案\n范围")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-06-05"))
    row(bureau, "招生结果")
    found = pages()
    (first, second) = json.loads(str(found["catalogue/organ/jyj.json"].body))["rows"]
    assert (first["last_published"], second["published"]) == ("2020-06-05", False)
    lines = list(csv.reader(io.StringIO(str(found["catalogue/organ/jyj.csv"].body).lstrip("\ufeff"))))
    assert len(lines) == 3 and lines[1][3].startswith("'="), "no formula"
    assert "尚未公开" in lines[2]
    workbook = tmp_path / "jyj.xlsx"
    content = found["catalogue/organ/jyj.xlsx"].body
    assert isinstance(content, bytes)
    workbook.write_bytes(content)
    assert len(read_grids(workbook)[0].rows) == 3
    again = import_catalogue(path=workbook, today=TODAY)
    assert (again.unchanged, len(again.amended), len(again.added)) == (2, 0, 0), again.as_json()
    whole = json.loads(str(found["catalogue/all.json"].body))["rows"]
    assert len(whole) == 2 and "last_published" not in whole[0]


def test_long_lists_are_cut_into_pages(bureau: Organ, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_pages, "PER_PAGE", 2)
    services.add_entries(
        organ=bureau, rows=[Facts(field="就业", level2=f"事项{number}") for number in range(5)]
    )
    found = pages()
    assert {f"catalogue/organ/jyj/{part}index.html" for part in ("", "p2/", "p3/")} <= set(found)
    assert "事项4" in str(found["catalogue/organ/jyj/p3/index.html"].body)


def test_a_change_reaches_exactly_the_pages_that_show_it(bureau: Organ, city: Organ, shelf: Shelf) -> None:
    entry = row(bureau, "招生政策")
    row(city, "市政府文件", field="政府文件")
    services.bind(entry=entry, kind="shelf", key=shelf.put("a", "2020-06-05"))
    kind = CataloguePages()
    told = set(Change.objects.values_list("key", flat=True))
    assert {"catalogue:shi", "catalogue:jyj", f"catalogue-entry:{entry.pk}"} <= told
    one = {ref.key for ref in kind.affected(f"catalogue-entry:{entry.pk}")}
    assert {"organ:jyj:1", "::1", "csv:all:1"} <= one and "organ:shi:1" not in one
    assert {ref.key for ref in kind.affected("catalogue:shi")} == set(kind.keys("city"))
    touched = {ref.key for ref in kind.affected("series:a")}
    assert {"field:ywjy:1", "organ:jyj:1", "csv:organ/jyj:1", "audience:all:1", "level:district:1"} <= touched
    assert "organ:shi:1" not in touched and "::1" not in touched
    assert kind.affected("series:other") == []
    assert PageRef("catalogue", "city", "organ:jyj:1") in kind.affected("series:a")


def test_the_items_of_article_20_stand_against_the_organs(bureau: Organ, city: Organ, shelf: Shelf) -> None:
    kept = row(bureau, "招生政策", item="15")
    row(bureau, "招生结果", item="15")
    row(city, "财政预算", field="财政预决算", item="7")
    row(city, "本户情况", field="财政预决算", item="7", mode="on_request")
    services.bind(entry=kept, kind="shelf", key=shelf.put("a"))
    found = pages()
    page = str(found["catalogue/coverage/index.html"].body)
    assert f'href="{press.ROOT}/catalogue/item/15/jyj/"' in page and "1/2" in page and "0/1" in page
    assert "招生结果" in str(found["catalogue/item/15/jyj/index.html"].body)
    assert "招生结果" not in str(found["catalogue/item/7/shi/index.html"].body)
    told = json.loads(str(found["catalogue/coverage.json"].body))
    (jyj,) = [each for each in told["organs"] if each["code"] == "jyj"]
    assert jyj["cells"] == {"15": {"matters": 2, "with_a_place": 1}}
    assert "7" not in told["nobody_promises"] and "1" in told["nobody_promises"] and len(told["items"]) == 16
    lines = list(csv.reader(io.StringIO(str(found["catalogue/coverage.csv"].body).lstrip("\ufeff"))))
    assert len(lines) == 3 and all(len(line) == 18 for line in lines)
    asked = {ref.key for ref in CataloguePages().affected(f"catalogue-entry:{kept.pk}")}
    assert {"coverage::1", "item:15/jyj:1", "csv:coverage:1"} <= asked and "item:7/shi:1" not in asked


def test_retired_rows_leave_the_pages_and_lists_without_rows_are_gone(bureau: Organ) -> None:
    entry = row(bureau, "招生政策")
    kind = CataloguePages()
    before = list(kind.keys("city"))
    services.retire_entry(entry=entry, reason="合并")
    after = dict(kind.render("city", before))
    assert after["organ:jyj:1"] is None and after["::1"] is not None
    assert "暂无" in str(after["::1"].body)


def test_the_statutory_column_leads_to_the_catalogue(bureau: Organ) -> None:
    frame = press.frame("city")
    assert frame is not None
    empty = statutory_shelf(frame)
    assert empty.entries == () and empty.depends == {"catalogue:shi"}
    row(bureau, "招生政策")
    entry, coverage = statutory_shelf(frame).entries
    assert coverage.url == "/catalogue/coverage/"
    assert entry.url == "/catalogue/" and "1" in entry.hint
