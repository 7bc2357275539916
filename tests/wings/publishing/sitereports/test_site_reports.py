"""The yearly report of a site: counted, filled in, held against its identities, approved by another, published."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines import press
from gongkai.engines.figures import Verdict
from gongkai.engines.notices.models import Notice
from gongkai.foundation.accounts.models import Assignment, Role
from gongkai.foundation.organs.models import Organ
from gongkai.shell.commands.report import report as report_command
from gongkai.wings.publishing.documents import gate
from gongkai.wings.publishing.documents.models import Document
from gongkai.wings.publishing.sitereports import form, reminders, services
from gongkai.wings.publishing.sitereports.models import SiteReport, Status
from gongkai.wings.publishing.sitereports.pages import SiteReportPages, shelf
from gongkai.wings.publishing.sites.models import Placement, Site
from gongkai.wings.publishing.sites.services import add_column, create_site
from tests.factories import organ, staff

YEAR = 2020


@pytest.fixture
def site(db: None) -> Site:
    at = organ("测试市人民政府", code="sz")
    manager = staff("", Role.SITE_MANAGER, at=at)
    made = create_site(user=manager, slug="city", name="测试市人民政府", organ=at, host="city.localhost")
    for name, kind in (
        ("要闻", "news"),
        ("概况", "overview"),
        ("解读", "interpretation"),
        ("政策", "policy"),
    ):
        add_column(user=manager, site=made, parent=None, name=name, slug=kind, type=kind)
    return made


def manager(site: Site) -> object:
    return staff("", Role.SITE_MANAGER, at=site.organ)


def entry(site: Site, column: str, day: str, **facts: object) -> None:
    at = timezone.make_aware(dt.datetime.fromisoformat(f"{day}T10:00"))
    with gate.opened():
        document = Document.objects.create(
            kind=facts.pop("kind", "news"),
            title="一条",
            issuer=site.organ,
            live=True,
            attribute="proactive",
            published_at=at,
            **facts,
        )
    where = site.columns.get(slug=column)
    sequence = Placement.objects.filter(column=where).count() + 1
    Placement.objects.create(document=document, column=where, sequence=sequence, shown_at=at)


def answers(**given: str) -> dict[str, str]:
    typed = {
        key: {"count": "0", "days": "1.5", "yesno": "yes", "text": ""}[field.kind]
        for key, field in form.fields().items()
        if field.by_hand
    }
    return typed | given


def test_what_the_records_know_is_counted_by_kind_of_column(site: Site) -> None:
    for day in ("2020-01-01", "2020-12-31", "2021-01-01"):
        entry(site, "news", day)
    entry(site, "overview", "2020-05-01")
    entry(site, "policy", "2020-05-01", kind="notice")
    entry(site, "interpretation", "2020-05-01", kind="interpretation", interpretation_form="picture")
    entry(site, "interpretation", "2020-05-02", kind="interpretation", interpretation_form="text")
    now = services.values(site, YEAR, {"readings_comment": 3})
    assert [now[key] for key in ("updates", "updates_overview", "updates_news", "updates_catalogue")] == [
        6,
        1,
        2,
        3,
    ]
    assert [now[key] for key in ("readings", "readings_material", "readings_product")] == [5, 1, 1]


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3))
def test_sums_are_never_typed_and_always_hold(parts: list[int]) -> None:
    keys = ("updates_overview", "updates_news", "updates_catalogue")
    values = form.with_sums(dict(zip(keys, parts, strict=True)))
    found = {each.identity.code: each.verdict for each in form.judge(values)}
    assert found["SR-1"] is Verdict.HOLDS
    assert found["SR-4"] is Verdict.CANNOT_JUDGE


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("visits", "1,234", 1234),
        ("visits", "-1", None),
        ("visits", "1.5", None),
        ("visits", "许多", None),
        ("visits", "1e999", None),
        ("letters_days", "3.25", Decimal("3.2")),
        ("platform", "是", True),
        ("platform", "maybe", None),
        ("weibo", "x" * 101, None),
    ],
)
def test_what_is_typed_is_read_or_refused_with_a_reason(key: str, typed: str, value: object) -> None:
    read, fault = form.read(form.fields()[key], typed)
    assert read == value
    assert bool(fault) == (value is None)


def test_all_faults_of_a_form_are_named_together_and_nothing_is_kept(site: Site) -> None:
    with pytest.raises(ValidationError) as refused:
        services.fill_in(
            site=site, year=YEAR, typed={"visits": "x", "platform": "?", "updates": "9"}, user=manager(site)
        )  # type: ignore[arg-type]
    assert set(refused.value.message_dict) == {"visits", "platform", "updates"}
    assert not SiteReport.objects.exists()


def test_a_report_on_a_running_year_is_filled_in_but_not_submitted(site: Site) -> None:
    one, now = manager(site), timezone.localdate().year
    report = services.fill_in(site=site, year=now, typed=answers(), user=one)  # type: ignore[arg-type]
    with pytest.raises(services.SiteReportRefused) as refused:
        services.submit(report=report, user=one)  # type: ignore[arg-type]
    assert refused.value.code == "not-over"
    told = CliRunner().invoke(report_command, ["site", "--site", "city", "--year", str(now), "--json"])
    assert f"{now}年尚未结束" in told.stderr
    assert json.loads(told.stdout)["year"] == now


def test_a_report_goes_over_two_people_to_its_site(site: Site) -> None:
    one, other = manager(site), manager(site)
    report = services.fill_in(site=site, year=YEAR, typed=answers(letters="5", letters_done="6"), user=one)  # type: ignore[arg-type]
    with pytest.raises(services.SiteReportRefused) as wrong:
        services.submit(report=report, user=one)  # type: ignore[arg-type]
    assert (wrong.value.code, len(wrong.value.reasons)) == ("identities", 1)
    report = services.fill_in(site=site, year=YEAR, typed=answers(letters="5", letters_done="5"), user=one)  # type: ignore[arg-type]
    report = services.submit(report=report, user=one)  # type: ignore[arg-type]
    with pytest.raises(services.SiteReportRefused) as same:
        services.publish(report=report, user=one)  # type: ignore[arg-type]
    assert same.value.code == "same-person"
    report = services.publish(report=report, user=other)  # type: ignore[arg-type]
    assert report.status == Status.PUBLISHED
    entry(site, "news", "2020-06-01")  # a late entry does not move what is published
    assert report.public["updates"] == "0"
    kind = SiteReportPages()
    pages = {page.path: page for _key, page in kind.render("city", list(kind.keys("city"))) if page}
    assert "留言收到数量" in str(pages["site-reports/2020/index.html"].body)
    assert json.loads(str(pages["site-reports/2020.json"].body))["values"]["letters"] == "5"
    frame = press.frame("city")
    assert frame is not None
    assert [line.url for line in shelf(frame).entries] == ["/site-reports/2020/"]


def test_an_unfinished_or_foreign_report_is_refused(site: Site) -> None:
    report = services.fill_in(site=site, year=YEAR, typed={"visits": "1"}, user=manager(site))  # type: ignore[arg-type]
    with pytest.raises(services.SiteReportRefused) as blank:
        services.submit(report=report, user=manager(site))  # type: ignore[arg-type]
    assert blank.value.code == "incomplete"
    stranger = staff("", Role.SITE_MANAGER, at=organ("别的局"))
    with pytest.raises(services.SiteReportRefused) as role:
        services.submit(report=report, user=stranger)
    assert role.value.code == "role"


def test_the_command_prints_the_report_and_its_identities(site: Site) -> None:
    result = CliRunner().invoke(report_command, ["site", "--site", "city", "--year", "2020", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["values"]["updates"] == "0"
    assert told["identities"]["SR-1"] == "holds"
    assert CliRunner().invoke(report_command, ["site", "--site", "none", "--year", "2020"]).exit_code == 1


def test_the_screen_keeps_what_was_typed_and_says_what_is_wrong(site: Site) -> None:
    keeper = manager(site)
    client = Client()
    client.force_login(keeper, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    url = f"/workbench/site-reports/?site=city&year={YEAR}"
    assert "网站访问" in client.get(url).content.decode()
    shown = client.post(url, {"act": "fill_in", "visits": "很多"}).content.decode()
    assert "请填写数字" in shown
    assert 'value="很多"' in shown
    client.post(url, answers() | {"act": "fill_in"})
    client.post(url, {"act": "submit"})
    assert SiteReport.objects.get().status == Status.SUBMITTED
    client.post(url, {"act": "publish"})
    assert SiteReport.objects.get().status == Status.SUBMITTED  # not by whoever submitted it
    assert client.get("/workbench/site-reports/?site=none").status_code in (302, 403)
    assert Organ.objects.exists()


def supervised(site: Site) -> dict[str, str]:
    organ("测试市教育局", code="sjy", parent=site.organ)
    return dict.fromkeys((key for key, each in form.fields(form.SUPERVISION).items() if each.by_hand), "1")


def published_report(site: Site, year: int, which: str, typed: dict[str, str]) -> SiteReport:
    first, second = manager(site), manager(site)
    services.fill_in(site=site, year=year, typed=typed, user=first, which=which)  # type: ignore[arg-type]
    report = SiteReport.objects.get(site=site, year=year, form=which)
    services.submit(report=report, user=first)  # type: ignore[arg-type]
    return services.publish(report=report, user=second)  # type: ignore[arg-type]


def test_the_report_on_supervision_is_another_form_of_the_same_site(site: Site) -> None:
    assert not services.supervises(site.organ, dt.date(2021, 1, 1))
    typed = supervised(site)
    assert services.supervises(site.organ, dt.date(2021, 1, 1))
    assert [block.name for block in form.blocks(form.SUPERVISION)] == [
        *("抽查", "安全检查", "开设整合", "找错留言", "假冒网站", "培训"),
    ]
    with pytest.raises(services.SiteReportRefused) as refused:
        published_report(site, YEAR, form.SUPERVISION, typed | {"q3_failed": "2"})
    assert refused.value.code == "identities" and "SV-3" in refused.value.reasons[0]
    report = published_report(site, YEAR, form.SUPERVISION, typed)
    assert report.public["year_sites"] == "4" and report.snapshot is None
    published_report(site, YEAR, form.SITE, answers())
    frame = press.frame("city")
    assert frame is not None
    assert [each.url for each in shelf(frame).entries] == [
        "/site-reports/2020/",
        "/site-reports/supervision/2020/",
    ]
    pages = SiteReportPages()
    made = {page.path: page for _key, page in pages.render("city", list(pages.keys("city"))) if page}
    assert set(made) == {
        f"site-reports/{start}{end}"
        for start in ("2020", "supervision/2020")
        for end in ("/index.html", ".json", ".csv", ".xlsx")
    }
    assert "第一季度问责人次" in str(made["site-reports/supervision/2020/index.html"].body)


def test_a_report_stands_beside_the_year_before(site: Site) -> None:
    published_report(site, YEAR - 1, form.SITE, answers(visits="100", letters_days="2.5"))
    pages = SiteReportPages()
    (page,) = [page for _key, page in pages.render("city", ["2019"]) if page]
    assert "上年" not in str(page.body), "there is no year before to compare with"
    report = published_report(site, YEAR, form.SITE, answers(visits="80", letters_days="2.5"))
    made = {key: page for key, page in pages.render("city", list(pages.keys("city"))) if page}
    assert "-20" in str(made["2020"].body) and "上年" in str(made["2020"].body)
    line = next(line for line in str(made["2020.csv"].body).splitlines() if "网站总访问量" in line)
    assert line.split(",")[2:] == ["80", "100", "-20"]
    assert json.loads(str(made["2020.json"].body))["year_before"]["visits"] == "100"
    earlier = SiteReport.objects.get(year=YEAR - 1)
    assert "2020" in {ref.key for ref in pages.affected(f"site-report:{earlier.pk}")}
    assert services.before(report)["letters_days"] == "2.5"
    told = json.loads(command("--site", "city", "--year", "2020", "--json"))
    assert told["year_before"]["visits"] == "100"
    assert "网站总访问量,80,100,-20" in command("--site", "city", "--year", "2020", "--csv")


def test_the_api_gives_what_is_published_and_nothing_else(site: Site) -> None:
    root, client = "/api/v1/site-reports", Client()
    services.fill_in(site=site, year=YEAR + 1, typed=answers(), user=manager(site))
    assert client.get(root).json() == []
    published_report(site, YEAR - 1, form.SITE, answers(visits="100"))
    report = published_report(site, YEAR, form.SITE, answers(visits="80"))
    newest, _older = client.get(root).json()
    assert (newest["site"], newest["form"], newest["url"]) == ("city", "site", f"/site-reports/{YEAR}/")
    assert len(client.get(root, {"year": YEAR, "site": "city", "form": "site"}).json()) == 1
    assert client.get(root, {"form": "supervision"}).json() == []
    assert client.get(root, {"form": "nonsense"}).status_code == 422
    told = client.get(f"{root}/city/{YEAR}").json()
    assert (told["values"]["visits"], told["year_before"]["visits"]) == ("80", "100")
    (file,) = [page for key, page in SiteReportPages().render("city", [f"{report.year}.json"]) if page]
    assert told == json.loads(str(file.body))
    for path in (f"/city/{YEAR + 1}", f"/none/{YEAR}", "/city/0", f"/city/{10**12}"):
        assert client.get(root + path).status_code == 404


def command(*arguments: str) -> str:
    with patch("gongkai.shell.django_setup.setup"):
        return str(CliRunner().invoke(report_command, ["site", *arguments]).output)


def test_managers_are_reminded_of_the_deadline_once_a_step(site: Site) -> None:
    manager(site)
    Assignment.objects.update(since=dt.date(2020, 1, 1))
    before = Notice.objects.count()
    assert reminders.remind(dt.date(2021, 1, 5)) == 0, "too early"
    people = reminders.remind(dt.date(2021, 1, 12))
    assert people > 0 and reminders.remind(dt.date(2021, 1, 13)) == 0
    assert reminders.remind(dt.date(2021, 1, 30)) == people
    published_report(site, YEAR, form.SITE, answers())
    assert reminders.remind(dt.date(2021, 2, 1)) == 0, "it is out"
    supervised(site)
    Organ.objects.update(established_on=None)
    assert reminders.remind(dt.date(2021, 2, 1)) > 0, "the other form is not"
    assert Notice.objects.count() > before


def test_the_other_form_and_the_files_are_offered_at_the_workbench(site: Site) -> None:
    client = Client()
    client.force_login(manager(site), backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    address = "/workbench/site-reports/?site=city&year=2020&form=supervision"
    assert "第一季度问责人次" not in client.get(address).content.decode()
    typed = supervised(site)
    assert "第一季度问责人次" in client.get(address).content.decode()
    answer = client.post(address, typed | {"act": "fill_in"})
    assert answer.status_code == 302 and "form=supervision" in answer["Location"]
    assert SiteReport.objects.get().form == form.SUPERVISION
    for kind in ("csv", "xlsx", "json"):
        assert client.get(f"{address}&format={kind}").status_code == 200
