"""Behind every number stand its cases, for those who may see them and nobody else."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from gongkai.foundation.accounts.models import Role, User
from gongkai.shell.workbench.figures import drill_url
from tests.factories import organ, staff
from tests.factories_disclosure import Office, accepted, decide, office
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
@remembered
def at() -> Office:
    found = office(code="caizhengju", name="测试市财政局")
    decide(accepted(found), found, "granted", "2020-05-12")
    decide(accepted(found), found, "partial", "2020-05-12")
    return found


def numbers(client: Client, address: str) -> str:
    found = re.search(r"<strong>(\d+)</strong> 件", client.get(address).content.decode())
    assert found is not None
    return found[1]


def test_every_number_on_the_page_leads_to_as_many_cases(at: Office) -> None:
    client = signed_in(at.officer)
    page = client.get("/workbench/figures/?year=2020").content.decode()
    links = re.findall(r'<td class="gk-number"><a href="([^"]+)"[^>]*>(\d+)</a>', page)
    assert len(links) >= 8
    for address, number in links:
        assert numbers(client, address.replace("&amp;", "&")) == number


def test_a_breakdown_lists_just_these_cases(at: Office) -> None:
    client = signed_in(at.handler)
    page = client.get(drill_url("requests.row.3.7", 2020, at.organ, outcome="partial"))
    assert len(re.findall(r"/workbench/cases/\d", page.content.decode())) == 1
    assert numbers(client, drill_url("requests.row.3.7", 2020, "caizhengju", applicant_kind="natural")) == "2"
    assert numbers(client, drill_url("requests.row.3.7", 2020, at.organ, applicant_kind="business")) == "0"


def test_an_organ_one_does_not_serve_is_forbidden_and_the_city_shows_only_ones_own(at: Office) -> None:
    other = signed_in(staff("", Role.HANDLER, at=organ("别的局", code="bieju")))
    assert other.get(drill_url("requests.row.3.7", 2020, at.organ)).status_code in (302, 403)
    assert other.get("/workbench/figures/?organ=caizhengju").status_code in (302, 403)
    address = drill_url("requests.row.3.7", 2020)
    assert numbers(other, address) == "0"
    assert numbers(signed_in(at.officer), address) == "2"


def test_people_without_cases_do_not_get_in(at: Office) -> None:
    drafter = signed_in(staff("", Role.DRAFTER, at=at.organ))
    assert drafter.get(drill_url("requests.row.3.7", 2020)).status_code in (302, 403)
    assert Client().get(drill_url("requests.row.3.7", 2020)).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "no.such.figure/",
        "requests.row.3.7/?outcome=nonsense",
        "requests.row.3.7/?state=concluded",
        "requests.row.3.7/?organ=nowhere",
        "requests.row.3.7/?organ=%00",
    ],
)
def test_what_is_not_declared_is_not_there(at: Office, address: str) -> None:
    assert signed_in(at.officer).get(f"/workbench/figures/{address}").status_code == 404


@pytest.mark.parametrize(
    "given", ["year=20200", "year=²²²²", "after=x", "after=2020-05-12:", "after=:99999999999999999999"]
)
def test_nonsense_in_an_address_is_the_first_page(at: Office, given: str) -> None:
    assert signed_in(at.officer).get(f"/workbench/figures/requests.row.3.7/?{given}").status_code == 200


def test_the_table_has_the_same_cases_and_names_nobody(at: Office) -> None:
    answer = signed_in(at.officer).get(drill_url("requests.row.3.7", 2020, at.organ) + "&format=csv")
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2
    assert "张三丰" not in text
    assert "360426199101010071" not in text


def test_pages_follow_one_another_without_gap_or_double(at: Office) -> None:
    from gongkai.engines.casework.models import Case
    from gongkai.engines.figures import Period, drill
    from gongkai.engines.figures.drilling import drilled

    for _turn in range(5):
        decide(accepted(at), at, "granted", "2020-05-12")
    for code, newest in (("requests.row.3.7", "closed_on"), ("requests.row.3.7", "")):
        rows = drill(code, Period.year(2020), user=at.officer)
        seen: list[Case] = []
        after = ""
        while True:
            page = drilled(rows, newest=newest, after=after, size=2)
            seen += page.rows
            after = page.next
            if not after:
                break
        assert len(seen) == 7
        assert len({case.pk for case in seen}) == 7
