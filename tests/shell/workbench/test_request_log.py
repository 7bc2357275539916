"""The screen on which keepers of the log decide what stands in it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.models import User
from gongkai.wings.disclosure.apply.models import Offer
from gongkai.wings.disclosure.requestlog.entries import below
from gongkai.wings.disclosure.requests.models import Request
from tests.factories_disclosure import Office, accepted, decide, office

ADDRESS = "/workbench/request-log/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def at(db: None) -> Office:
    return office(code="shizhengfu", name="测试市人民政府")


@pytest.fixture
def made(at: Office) -> Request:
    return Request.objects.get(pk=decide(accepted(at), at, "granted", "2020-05-12").pk)


def test_a_keeper_takes_a_request_out_and_puts_it_back_under_another_title(at: Office, made: Request) -> None:
    keeper = signed_in(at.officer)
    assert "2019年本机关" in keeper.get(ADDRESS).content.decode()
    keeper.post(ADDRESS, {"leave_out": made.pk})
    assert below(at.organ.pk) == []
    keeper.post(ADDRESS, {"list": made.pk, "title": "部门决算"})
    assert [entry.title for entry in below(at.organ.pk)] == ["部门决算"]


def test_a_keeper_closes_and_opens_the_log_of_the_organ(at: Office, made: Request) -> None:
    keeper = signed_in(at.head)
    keeper.post(ADDRESS, {"leave_out_organ": at.organ.pk})
    assert below(at.organ.pk) == []
    keeper.post(ADDRESS, {"list_organ": at.organ.pk})
    assert len(below(at.organ.pk)) == 1


def test_others_see_less_and_change_nothing(at: Office, made: Request) -> None:
    assert signed_in(at.handler).get(ADDRESS).status_code in (302, 403)
    looking = signed_in(at.auditor)
    assert "leave_out" not in looking.get(ADDRESS).content.decode()
    looking.post(ADDRESS, {"leave_out": made.pk})
    assert len(below(at.organ.pk)) == 1
    foreign = office(code="other", name="别的市")
    assert "2019年本机关" not in signed_in(foreign.officer).get(ADDRESS).content.decode()
    signed_in(foreign.officer).post(ADDRESS, {"leave_out": made.pk})
    assert len(below(at.organ.pk)) == 1


@pytest.mark.parametrize("number", ["0", "-1", "a", "9" * 30, "1;DROP"])
def test_numbers_that_are_none_are_not_found(at: Office, number: str) -> None:
    for name in ("list", "leave_out", "list_organ", "leave_out_organ"):
        assert signed_in(at.officer).post(ADDRESS, {name: number}).status_code == 404


def test_offers_are_summed_over_months(at: Office) -> None:
    today = timezone.localdate().replace(day=1)
    for month in (today, (today - dt.timedelta(days=1)).replace(day=1)):
        Offer.objects.create(
            site="city", url="/a/", title="学区划分方案", month=month, shown=7, opened=3, answered=2, missed=1
        )
    page = signed_in(at.officer).get(ADDRESS).content.decode()
    assert "学区划分方案" in page
    assert "展示14次，打开6次；解决问题4次，未解决2次" in page
