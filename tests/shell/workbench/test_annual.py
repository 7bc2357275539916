"""The screens of annual reports: one way from draft to publication, refusals in words, nobody where they may not be."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.annual.filing import with_sums
from gongkai.wings.disclosure.annual.models import AnnualReport, Filing, Improvement, Status
from gongkai.wings.disclosure.annual.numbers import report_of
from gongkai.wings.disclosure.annual.shape import Number
from gongkai.wings.disclosure.annual.writing.xlsx import xlsx
from tests.wings.disclosure.annual.conftest import YEAR, City, city, drafted, elsewhere, filed, nothing

__all__ = ["city"]

LIST = f"/workbench/annual-reports/?year={YEAR}"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def page_of(report: AnnualReport) -> str:
    return f"/workbench/annual-reports/{report.pk}/"


def test_the_head_of_the_city_sees_every_organ_and_who_owes_what(city: City) -> None:
    filed(city.one)
    drafted(city.one)
    shown = body(signed_in(city.government.head), LIST)
    for words in ("测试市甲局", "测试市乙局", "起草中", "未开始", "2022-01-31", "2022-03-31", "第四十九条"):
        assert words in shown
    mine = body(signed_in(city.other.officer), LIST)
    assert "测试市甲局" not in mine


def test_others_are_kept_out(city: City) -> None:
    report = drafted(city.one)
    assert signed_in(city.one.handler).get(LIST).status_code in (302, 403)
    assert signed_in(city.other.officer).get(page_of(report)).status_code == 404
    assert signed_in(city.other.officer).get(f"/workbench/annual-reports/ju-a/{YEAR}/").status_code in (
        302,
        403,
    )
    assert Client().get(LIST).status_code == 302


def test_a_report_is_written_checked_approved_and_published_on_screen(city: City) -> None:
    officer, head = signed_in(city.one.officer), signed_in(city.one.head)
    officer.post(LIST, {"organ": "ju-a"})
    report = AnnualReport.objects.get()
    page = page_of(report)
    assert "gk-block--bad" in body(officer, page)
    typed = dict.fromkeys(nothing(city.form), "0")
    officer.post(f"/workbench/annual-reports/ju-a/{YEAR}/", typed)
    assert Filing.objects.get().filed_by == city.one.officer
    officer.post(
        page,
        {
            "act": "promise",
            "problem": "一些单位答复不规范",
            "measure": "培训",
            "owner": "政务公开科",
            "due_on": "2022-09-30",
        },
    )
    officer.post(page, {"act": "write", "version": str(report.version), "text-六": "无其他事项。"})
    officer.post(page, {"act": "submit", "overruled": "核对无误"})
    head.post(page, {"act": "approve"})
    head.post(page, {"act": "publish"})
    report.refresh_from_db()
    assert (report.status, report.texts["六"]) == (Status.PUBLISHED, "无其他事项。")
    task = Improvement.objects.get()
    officer.post(page, {"act": "settle", "task": task.pk, "result": "done", "proof": "培训签到表"})
    task.refresh_from_db()
    assert task.result == "done"
    assert "公众查看页" in body(officer, page)


def test_every_counted_number_leads_to_its_cases(city: City) -> None:
    report = drafted(city.one)
    client = signed_in(city.one.officer)
    links = [
        str(link.attributes["href"])
        for link in LexborHTMLParser(body(client, page_of(report))).css("td.gk-number a")
    ]
    assert any("requests.row.1" in link for link in links)
    for link in links[:4]:
        assert client.get(link).status_code == 200


def test_numbers_one_organ_filed_do_not_hide_the_cases_of_the_others(city: City) -> None:
    """One district with another system in a whole city: of the numbers of all others the cases are recorded here."""
    elsewhere(city.other, table3__1__natural_person=4, table3__4__natural_person=4)
    report = drafted(city.government, whole=True)
    page = body(signed_in(city.government.officer), page_of(report))
    assert "测试市乙局填报的数据" in page
    found = re.search(r'<a href="([^"]*requests\.row\.1/[^"]*)"[^>]*>7</a>', page)
    assert found is not None, "3 recorded here, 4 filed"
    behind = body(signed_in(city.government.officer), found[1].replace("&amp;", "&"))
    assert "<strong>3</strong>" in behind
    own = drafted(city.other)
    assert "requests.row.1/" not in body(signed_in(city.other.officer), page_of(own))


def test_a_refusal_is_said_in_words_and_changes_nothing(city: City) -> None:
    report = drafted(city.one)
    client = signed_in(city.one.officer)
    said = client.post(page_of(report), {"act": "submit"}).content.decode()
    assert "校核发现以下问题" in said
    blank = re.findall(r"<strong>AR-9</strong> ([^：<]+)：此栏未填", body(client, page_of(report)))
    assert len(set(blank)) == len(blank) >= 3, "which cells are blank"
    assert all(f"{place}：此栏未填" in said for place in blank)
    report.refresh_from_db()
    assert report.status == Status.DRAFT
    for act in ("approve", "nonsense", ""):
        client.post(page_of(report), {"act": act})
        report.refresh_from_db()
        assert report.status == Status.DRAFT


def texts_of(page: str) -> dict[str, str]:
    """What stands in the fields of the texts, and the marks of what they held when they were opened."""
    tree = LexborHTMLParser(page)
    fields = {str(each.attributes["name"]): each.text() for each in tree.css("#gk-texts textarea")}
    hidden = {
        str(each.attributes["name"]): str(each.attributes["value"])
        for each in tree.css("#gk-texts input[type=hidden]")
    }
    return fields | {name: value for name, value in hidden.items() if name != "csrfmiddlewaretoken"}


def test_a_text_that_is_refused_stays_in_its_field(city: City) -> None:
    report = drafted(city.one)
    client = signed_in(city.one.officer)
    typed = texts_of(body(client, page_of(report))) | {"act": "write", "text-一": "共收到{没有的数}件。"}
    shown = client.post(page_of(report), typed).content.decode()
    assert "没有的数" in shown and "可用名称见文字下方的列表" in shown
    assert texts_of(shown)["text-一"] == "共收到{没有的数}件。"
    assert "尚未保存" in shown
    assert len(LexborHTMLParser(shown).css("#gk-texts details[open]:has(textarea[name='text-一'])")) == 1
    assert (
        client.post(page_of(report), texts_of(shown) | {"act": "write", "text-一": "改好了。"}).status_code
        == 302
    )
    report.refresh_from_db()
    assert report.texts["一"] == "改好了。"


def test_a_colleagues_change_is_kept_and_so_is_what_was_typed_meanwhile(city: City) -> None:
    report = drafted(city.one)
    client = signed_in(city.one.officer)
    mine = texts_of(body(client, page_of(report)))
    client.post(page_of(report), mine | {"act": "write", "text-六": "同事写的第六部分。"})
    shown = client.post(
        page_of(report), mine | {"act": "write", "text-一": "我写的第一部分。"}
    ).content.decode()
    assert "其他人员已修改本报告" in shown
    again = texts_of(shown)
    assert (again["text-一"], again["text-六"]) == ("我写的第一部分。", "同事写的第六部分。")
    client.post(page_of(report), again | {"act": "write"})
    report.refresh_from_db()
    assert (report.texts["一"], report.texts["六"]) == ("我写的第一部分。", "同事写的第六部分。")


def test_a_measure_that_is_refused_stays_in_its_fields(city: City) -> None:
    report = drafted(city.one)
    typed = {
        "act": "promise",
        "problem": "答复不规范",
        "measure": "每季度培训",
        "owner": "",
        "due_on": "2022-06-30",
    }
    shown = signed_in(city.one.officer).post(page_of(report), typed).content.decode()
    assert (
        'value="答复不规范"' in shown and "每季度培训</textarea>" in shown and 'value="2022-06-30"' in shown
    )
    assert not Improvement.objects.exists()


def test_what_was_typed_is_kept_when_a_filing_is_refused(city: City) -> None:
    client = signed_in(city.one.officer)
    answer = client.post(
        f"/workbench/annual-reports/ju-a/{YEAR}/", {"table2/art20_5/行政许可/decisions": "一百"}
    )
    shown = answer.content.decode()
    assert "不是数字" in shown
    assert 'value="一百"' in shown
    assert not Filing.objects.exists()


@pytest.mark.parametrize("year", ["abc", "1200", "99999999999", "-1"])
def test_a_year_there_is_no_form_for_does_no_harm(city: City, year: str) -> None:
    client = signed_in(city.one.officer)
    assert client.get(f"/workbench/annual-reports/?year={year}").status_code == 200
    assert client.get(f"/workbench/annual-reports/ju-a/{year}/").status_code in (302, 403, 404)


def test_a_report_file_fills_the_form_and_keeps_nothing(city: City) -> None:
    client = signed_in(city.other.officer)
    url = f"/workbench/annual-reports/ju-b/{YEAR}/"
    cells: dict[str, Number] = {cell.path: 0 for cell in city.form.cells}
    cells |= {
        "table2/art20_5/行政许可/decisions": 77,
        "table3/1/natural_person": 9,
        "table3/3.1/natural_person": 9,
    }
    report = report_of(with_sums(cells, city.form), city.form, year=YEAR, issuer="测试市乙局")
    shown = client.post(url, {"report": SimpleUploadedFile("a.xlsx", xlsx(report))}).content.decode()
    assert 'value="77"' in shown
    assert 'value="9"' in shown
    assert not Filing.objects.exists()
    for hostile in (b"", b"not a report", b"PK\x03\x04broken", b"%PDF-1.7"):
        refused = client.post(url, {"report": SimpleUploadedFile("b.xlsx", hostile)})
        assert refused.status_code == 200
    assert (
        "没有可以识别" in client.post(url, {"report": SimpleUploadedFile("c.json", b"{}")}).content.decode()
    )
