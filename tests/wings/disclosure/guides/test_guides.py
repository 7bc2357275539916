"""Guides made from the register: what they must hold, when they are due, what the public reads, who is reminded."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines import press
from gongkai.engines.press import Page
from gongkai.foundation.accounts.models import Assignment, Role
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Level, Organ
from gongkai.foundation.organs.services import amend_organ, appoint_post
from gongkai.shell.commands.organs import organs as organs_command
from gongkai.wings.disclosure.guides import rules
from gongkai.wings.disclosure.guides.models import GuideReview
from gongkai.wings.disclosure.guides.pages import GuidePages, shelf
from gongkai.wings.disclosure.guides.services import GuideRefused, confirm, remind, standings
from gongkai.wings.publishing.sites.services import create_site
from tests.factories import organ, staff
from tests.factories_disclosure import D, Office, office

RIGHT = {
    "address": "测试市测试路1号",
    "office_hours": "工作日 8:30–12:00，14:30–17:30",
    "phone": "0898-68724346、12345",
    "fax": "0898-68724347转8",
    "email": "zwgk@example.cn",
    "postcode": "570100",
    "disclosure_office": "政务公开科",
    "head_name": "张三",
    "functions": "一、负责甲。\n二、负责乙。",
}


# -- Rules -------------------------------------------------------------------------------------------------


def test_a_right_entry_has_no_fault() -> None:
    assert rules.register_faults(RIGHT) == ()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("phone", "13800138000"),
        ("phone", "68724346"),
        ("phone", "0898-6872"),
        ("phone", "0898-68724346、没有"),
        ("fax", "无"),
        ("address", "1号"),
        ("address", "测试市某个地方啊"),
        ("postcode", "5701"),
        ("office_hours", "工作日"),
        ("office_hours", "17:30–8:30"),
        ("email", "zwgk@"),
    ],
)
def test_what_cannot_be_right_is_named_at_its_field(field: str, text: str) -> None:
    (fault,) = rules.register_faults(RIGHT | {field: text})
    assert (fault.field, fault.missing) == (field, False)


def test_everything_missing_is_named_together_but_nothing_that_may_lack() -> None:
    missing = {fault.field for fault in rules.register_faults({})}
    assert missing == {name for name, required in rules.facts() if required}


@given(st.text(max_size=60), st.sampled_from([name for name, _required in rules.facts()]))
def test_no_text_breaks_the_check(text: str, field: str) -> None:
    rules.register_faults(RIGHT | {field: text})


@given(st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31)))
def test_a_review_is_due_a_year_later_also_after_the_29th_of_february(day: dt.date) -> None:
    due = rules.due_on(day, day)
    assert (due.year, due.month) == (day.year + 1, day.month)
    assert due.day == day.day or (day.month, day.day, due.day) == (2, 29, 28)


# -- Services and pages ------------------------------------------------------------------------------------


@pytest.fixture
def at(db: None) -> Office:
    found = office(code="ju", name="测试市某局", **RIGHT)
    manager = staff("", Role.SITE_MANAGER, at=found.organ)
    create_site(user=manager, slug="ju", name="某局", organ=found.organ, host="ju.localhost")
    return found


def pages() -> dict[str, Page]:
    kind = GuidePages()
    return {page.path: page for _key, page in kind.render("ju", list(kind.keys("ju"))) if page is not None}


def test_a_guide_says_what_the_register_says_and_nothing_stale(at: Office) -> None:
    appoint_post(organ=at.organ, title="局长", holder="张三", actor="system", duties="主持全面工作")
    body = str(pages()["guides/ju/index.html"].body)
    for words in (
        "测试市测试路1号",
        "0898-68724346",
        "负责乙",
        "主持全面工作",
        "第十二条",
        "尚未核对",
        "传真",
    ):
        assert words in body
    amend_organ(organ=at.organ, actor="system", phone="0898-11112222")
    page = pages()["guides/ju/index.html"]
    assert "0898-68724346" not in str(page.body)
    assert "organ:ju" in page.depends
    assert json.loads(str(pages()["guides/ju.json"].body))["phone"] == "0898-11112222"


def test_what_the_register_lacks_is_shown_as_lacking(at: Office) -> None:
    amend_organ(organ=at.organ, actor="system", head_name="", functions="")
    assert "暂缺" in str(pages()["guides/ju/index.html"].body)


def test_organs_below_have_guides_on_the_site_and_the_shelf_leads_to_them(at: Office) -> None:
    below = organ("测试市某所", parent=at.organ, code="suo")
    assert {"guides/index.html", "guides/ju/index.html", "guides/suo/index.html"} <= set(pages())
    frame = press.frame("ju")
    assert frame is not None
    assert [entry.url for entry in shelf(frame).entries] == ["/guides/ju/", "/guides/"]
    refs = {(ref.site, ref.key) for ref in GuidePages().affected(f"organ:{below.code}")}
    assert refs == {("ju", "list"), ("ju", "suo"), ("ju", "suo.json")}


def test_a_guide_links_only_to_guides_of_its_site_and_to_the_superiors_website(at: Office) -> None:
    below = organ("测试市乙科", code="ke-b", parent=at.organ)
    organ("测试市某公司", code="wai", parent=at.organ, level=Level.OUTSIDE)
    own, lower = (str(pages()[f"guides/{each.code}/index.html"].body) for each in (at.organ, below))
    assert f'href="{press.ROOT}/guides/ke-b/"' in own
    assert "测试市某公司" in own and "/guides/wai/" not in own
    assert f'href="{press.ROOT}/guides/{at.organ.code}/"' in lower
    assert f'href="/guides/{at.organ.code}.json"' in own
    top = organ("测试市人民政府", code="shi", website="https://www.shi.example/")
    Organ.objects.filter(pk=at.organ.pk).update(parent=top)
    (page,) = [page for key, page in GuidePages().render("ju", [at.organ.code]) if page is not None]
    assert 'href="https://www.shi.example/"' in str(page.body)
    assert "/guides/shi/" not in str(page.body)


def test_only_a_right_entry_is_confirmed_and_only_by_its_office(at: Office) -> None:
    with pytest.raises(GuideRefused) as role:
        confirm(organ=at.organ, user=at.handler, on=D("2021-01-04"))
    assert role.value.code == "role"
    amend_organ(organ=at.organ, actor="system", phone="13800138000", address="")
    with pytest.raises(GuideRefused) as faulty:
        confirm(organ=at.organ, user=at.officer, on=D("2021-01-04"))
    assert (faulty.value.code, len(faulty.value.reasons)) == ("faults", 2)
    assert not GuideReview.objects.exists()
    amend_organ(organ=at.organ, actor="system", phone=RIGHT["phone"], address=RIGHT["address"])
    confirm(organ=at.organ, user=at.officer, on=D("2021-01-04"))
    assert "2021-01-04" in str(pages()["guides/ju/index.html"].body)
    assert Entry.objects.filter(verb="guides.confirm", subject="organ:ju").exists()


def test_the_office_is_reminded_once_before_the_year_is_over(at: Office) -> None:
    Assignment.objects.update(since=D("2020-01-01"))
    confirm(organ=at.organ, user=at.officer, on=D("2021-01-04"))
    assert remind(D("2021-12-01")) == 0
    assert remind(D("2021-12-25")) == 1
    assert remind(D("2021-12-26")) == 0
    (row,) = standings(Organ.objects.all(), D("2021-12-26"))
    assert row.due_on == D("2022-01-04")


def test_the_command_names_every_fault_and_fails(at: Office) -> None:
    assert CliRunner().invoke(organs_command, ["check"]).exit_code == 0
    amend_organ(organ=at.organ, actor="system", office_hours="上班时间")
    result = CliRunner().invoke(organs_command, ["check", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.output)["faults"][0]["field"] == "office_hours"


def test_the_screen_shows_faults_and_confirms(at: Office) -> None:
    client = Client()
    client.force_login(at.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "核对无误" in client.get("/workbench/guides/").content.decode()
    client.post("/workbench/guides/", {"organ": "ju"})
    assert GuideReview.objects.get().confirmed_by == at.officer
    other = organ("别的局", code="bie")
    assert client.post("/workbench/guides/", {"organ": other.code}).status_code == 404
    client.force_login(at.handler, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/workbench/guides/").status_code in (302, 403)
