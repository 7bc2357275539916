"""The public log: who is in it, what it never says, and that its pages, figures and data agree."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from gongkai.engines import press
from gongkai.engines.press import Page
from gongkai.engines.press.declarations import registry
from gongkai.engines.press.models import Change
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.ledger.models import Entry as LedgerEntry
from gongkai.wings.disclosure.requestlog import services
from gongkai.wings.disclosure.requestlog.entries import below, group_of, groups, summary
from gongkai.wings.disclosure.requestlog.pages import PER_PAGE, page_kinds
from gongkai.wings.disclosure.requests.models import Request
from gongkai.wings.disclosure.requests.outcomes import outcomes
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import organ, staff
from tests.factories_disclosure import Office, accepted, decide, office
from tests.remembered import remembered


@pytest.fixture
@remembered
def at(db: None) -> Office:
    found = office(code="shizhengfu", name="测试市人民政府")
    manager = staff("", Role.SITE_MANAGER, at=found.organ)
    create_site(user=manager, slug="city", name="测试市人民政府", organ=found.organ, host="city.localhost")
    return found


def concluded(at: Office, outcome: str = "granted", closed: str = "2020-05-12", **facts: Any) -> Request:
    case = accepted(at, **facts)
    decide(case, at, outcome, closed)
    return Request.objects.get(pk=case.pk)


def pages(site: str = "city") -> dict[str, Page]:
    found: dict[str, Page] = {}
    for kind in page_kinds():
        for _key, page in kind.render(site, list(kind.keys(site))):
            assert page is not None
            assert page.path not in found
            found[page.path] = page
    return found


def body(path: str, site: str = "city") -> str:
    return str(pages(site)[path].body)


def test_a_concluded_request_stands_in_the_log_with_days_and_result(at: Office) -> None:
    made = concluded(at)
    overview = body("request-log/index.html")
    entry = body(f"request-log/no/{made.pk}/index.html")
    for page in (overview, entry, body("request-log/2020/index.html")):
        assert "2019年本机关“三公”经费支出情况" in page
        assert "2020-05-12" in page
        assert "予以公开" in page
    (row,) = json.loads(body("request-log/2020.json"))["requests"]
    assert (
        row["working_days"] == 15
    )  # 21 April to 12 May 2020: 13 weekdays outside the holiday, 26 April and 9 May made up
    assert row["outcome"] == "予以公开"


def test_nobody_is_named_anywhere(at: Office) -> None:
    concluded(
        at,
        description="张三丰（身份证360426199101010071，电话13800138000）的宅基地档案",
        agent_name="",
    )
    everything = "".join(str(page.body) for page in pages().values())
    for secret in ("张三丰", "360426199101010071", "13800138000", "zhang@example.cn", "测试路1号"):
        assert secret not in everything


def test_a_title_with_the_number_of_a_person_is_left_out_whoever_lists_it(at: Office) -> None:
    made = concluded(at)
    services.list_request(request=made, user=at.officer, title="关于360426199101010071的档案")
    assert below(at.organ.pk) == []
    assert "360426199101010071" not in "".join(str(page.body) for page in pages().values())


def test_open_unlisted_and_taken_over_requests_are_not_in_it(at: Office) -> None:
    accepted(at)
    hidden, taken_over = concluded(at), concluded(at)
    services.leave_out_request(request=hidden, user=at.officer)
    Request.objects.filter(pk=taken_over.pk).update(imported=True)
    assert below(at.organ.pk) == []
    assert "暂无已办结的申请" in body("request-log/index.html")
    ((_key, page),) = page_kinds()[1].render("city", [str(hidden.pk)])
    assert page is None


def test_an_organ_can_stay_out_and_come_back(at: Office) -> None:
    made = concluded(at)
    services.leave_out_organ(organ=at.organ, user=at.officer)
    assert below(at.organ.pk) == []
    ((_key, page),) = page_kinds()[1].render("city", [str(made.pk)])
    assert page is None
    services.list_organ(organ=at.organ, user=at.officer)
    assert [entry.pk for entry in below(at.organ.pk)] == [made.pk]
    noted = LedgerEntry.objects.filter(verb__startswith="requestlog.").order_by("pk")
    assert [entry.verb for entry in noted] == ["requestlog.leave_out", "requestlog.list"]


def test_only_the_disclosure_office_decides(at: Office) -> None:
    made = concluded(at)
    stranger = staff("", Role.DISCLOSURE_OFFICER, at=organ("别的局"))
    for act in (
        lambda: services.leave_out_organ(organ=at.organ, user=at.handler),
        lambda: services.leave_out_request(request=made, user=stranger),
        lambda: services.list_request(request=made, user=at.registrar),
    ):
        with pytest.raises(services.LogRefused):
            act()
    assert len(below(at.organ.pk)) == 1


def test_scripts_in_titles_are_text(at: Office) -> None:
    concluded(at, description="<script>alert(1)</script>\"'&=2+3的文件")
    everything = "".join(str(page.body) for name, page in pages().items() if name.endswith(".html"))
    assert "<script>alert" not in everything


def test_a_spreadsheet_takes_no_title_for_a_formula(at: Office) -> None:
    concluded(at, description="=HYPERLINK(1)")
    (row,) = csv.DictReader(io.StringIO(body("request-log/2020.csv").removeprefix("\ufeff")))
    assert row["title"] == "'=HYPERLINK(1)"


# -- Figures -----------------------------------------------------------------------------------------


def test_every_outcome_has_a_group() -> None:
    assert {group_of(each.code) for each in outcomes()} == set(groups())


def test_the_groups_add_up_to_the_entries_and_each_leads_to_its_own(at: Office) -> None:
    for ended in ("granted", "granted", "partial", "internal_affairs", "not_exist"):
        concluded(at, ended)
    found = summary(below(at.organ.pk))
    assert (
        sum(bar.number for bar in found.by_group)
        == sum(bar.number for bar in found.by_days)
        == found.total
        == 5
    )
    everything = pages()
    for bar in found.by_group:
        listed = str(everything[f"{bar.url}index.html".lstrip("/")].body)
        assert len(set(re.findall(r"/request-log/no/(\d+)/", listed))) == bar.number


def test_the_drawing_has_a_table_beside_it(at: Office) -> None:
    concluded(at)
    page = body("request-log/index.html")
    assert page.count("<svg aria-hidden") == 2
    assert page.count("<table>") == 2
    assert "style=" not in page


def test_the_data_hold_what_the_pages_show(at: Office) -> None:
    for ended in ("granted", "partial"):
        concluded(at, ended)
    found = pages()
    rows = json.loads(str(found["request-log/2020.json"].body))["requests"]
    table = list(csv.DictReader(io.StringIO(str(found["request-log/2020.csv"].body).removeprefix("\ufeff"))))
    listed = set(re.findall(r"/request-log/no/(\d+)/", str(found["request-log/2020/index.html"].body)))
    assert {str(row["id"]) for row in rows} == {row["id"] for row in table} == listed
    assert not found["request-log/2020.json"].both_scripts


# -- Pages that follow -------------------------------------------------------------------------------


def test_no_page_of_the_log_links_to_a_page_of_it_that_is_not_there(at: Office) -> None:
    first = concluded(at)
    others = [
        Request(
            **{
                field.attname: getattr(first, field.attname)
                for field in Request._meta.concrete_fields
                if field.attname != "case_id"
            }
        )
        for _number in range(PER_PAGE + 1)
    ]
    for row in others:
        case = first.case
        case.pk, case.number, case._state.adding = None, f"{first.pk}-{id(row)}", True
        case.save(force_insert=True)
        row.case_id = case.pk
        row.save(force_insert=True)
    found = pages()
    assert "request-log/2020/p2/index.html" in found
    for path, page in found.items():
        for href in re.findall(r'href="\ue000?(/request-log/[^"?#]*)"', str(page.body)):
            target = f"{href}index.html".lstrip("/") if href.endswith("/") else href.lstrip("/")
            assert target in found, f"{path} links to {href}"


def test_a_site_shows_its_own_organ_and_those_below(at: Office) -> None:
    below_it = office(code="jyj", name="测试市教育局", parent=at.organ)
    manager = staff("", Role.SITE_MANAGER, at=below_it.organ)
    create_site(user=manager, slug="edu", name="测试市教育局", organ=below_it.organ, host="edu.localhost")
    mine, theirs = concluded(at), concluded(below_it)
    assert {entry.pk for entry in below(at.organ.pk)} == {mine.pk, theirs.pk}
    assert f"request-log/no/{mine.pk}/index.html" not in pages("edu")
    ((_key, page),) = page_kinds()[1].render("edu", [str(mine.pk)])
    assert page is None
    affected = {(ref.site, ref.key) for ref in page_kinds()[1].affected(f"request:{theirs.pk}")}
    assert affected == {("city", str(theirs.pk)), ("edu", str(theirs.pk))}
    affected = {(ref.site, ref.key) for ref in page_kinds()[1].affected(f"request:{mine.pk}")}
    assert affected == {("city", str(mine.pk))}


def test_the_end_of_a_request_is_told_to_the_press(at: Office) -> None:
    case = accepted(at)
    Change.objects.all().delete()
    decide(case, at, "granted", "2020-05-12")
    keys = set(Change.objects.values_list("key", flat=True))
    assert {f"request:{case.pk}", "request-log:shizhengfu"} <= keys
    new = {(ref.kind, ref.key) for kind in page_kinds() for key in keys for ref in kind.affected(key)}
    assert ("request-log-entry", str(case.pk)) in new
    assert ("request-log", "year:2020:1") in new


def test_what_was_disclosed_is_found_by_search_and_what_was_not_is_not(at: Office) -> None:
    granted, refused = concluded(at, "granted"), concluded(at, "internal_affairs")
    found = pages()
    record = found[f"request-log/no/{granted.pk}/index.html"].search
    assert record is not None
    assert record.url == f"/request-log/no/{granted.pk}/"
    assert found[f"request-log/no/{refused.pk}/index.html"].search is None


def test_the_kinds_are_declared_to_the_press(at: Office) -> None:
    assert {"request-log", "request-log-entry"} <= set(registry.kinds)
    assert press.frame("city") is not None
    assert press.frame("nowhere") is None
