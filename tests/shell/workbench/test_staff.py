"""The screens on which accounts and roles are kept."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.errors import CaseRefused
from gongkai.engines.casework.models import Case
from gongkai.engines.casework.services import assign
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, user_for_token
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Organ
from tests.factories import PASSWORD, organ, staff
from tests.factories_disclosure import accepted, office

LIST = "/workbench/staff/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture(autouse=True)
def _fresh_counters(db: None) -> None:
    cache.clear()


@pytest.fixture
def place() -> Organ:
    return organ("南溟市教育局")


@pytest.fixture
def operator(place: Organ) -> User:
    return staff("管理员", Role.OPERATOR, at=place)


@pytest.fixture
def clerk(place: Organ) -> User:
    return staff("王小明", Role.DRAFTER, at=place, phone="13800138000")


@pytest.fixture
def keeper(operator: User) -> Client:
    return signed_in(operator)


def page_of(person: User) -> str:
    return f"{LIST}{person.pk}/"


def secret(answer: Any) -> str:
    found = re.search(r'class="gk-secret">([^<]+)<', answer.content.decode())
    assert found is not None, "nothing is shown"
    return found[1]


def test_only_operators_and_superusers_keep_accounts(clerk: User, keeper: Client) -> None:
    assert signed_in(clerk).get(LIST).status_code in (302, 403)
    assert signed_in(clerk).get(page_of(clerk)).status_code in (302, 403)
    assert keeper.get(LIST).status_code == 200
    assert signed_in(staff(superuser=True)).get(page_of(clerk)).status_code == 200


@pytest.mark.parametrize("screen", ["users/", "users/add/", "groups/", "groups/new/", "workflows/list/"])
def test_the_librarys_own_screens_which_pass_the_ledger_by_are_shut(screen: str) -> None:
    assert signed_in(staff(superuser=True)).get(f"/workbench/{screen}").status_code == 404


def test_the_list_is_found_by_name_role_organ_and_state_and_masks_phones(
    keeper: Client, clerk: User, place: Organ
) -> None:
    new = staff("张无职")
    text = keeper.get(LIST).content.decode()
    assert "王小明" in text and "张无职" in text and "13800138000" not in text and "138****8000" in text

    def names(**asked: str) -> set[str]:
        shown = keeper.get(LIST, asked).content.decode()
        return {person.full_name for person in (clerk, new) if f">{person.full_name}</a>" in shown}

    assert names(words="小明") == {"王小明"}
    assert names(words=new.username) == {"张无职"}
    assert names(role="drafter") == {"王小明"}
    assert names(role="auditor") == set()
    assert names(organ=place.code) == {"王小明"}
    assert names(state="no_role") == {"张无职"}
    assert names(state="closed") == set()
    assert names(words="\0", role="king", state="x") == {"王小明", "张无职"}


def test_the_list_goes_out_as_a_table(keeper: Client, clerk: User) -> None:
    answer = keeper.get(LIST, {"format": "csv", "words": "小明"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["姓名", "用户名"]
    assert rows[1][:4] == ["王小明", clerk.username, "138****8000", "南溟市教育局 起草人"]
    assert len(rows) == 2


def test_an_account_is_opened_with_a_password_shown_once(keeper: Client) -> None:
    answer = keeper.post(LIST, {"username": "xin", "full_name": "新同事", "phone": ""})
    password = secret(answer)
    person = User.objects.get(username="xin")
    assert person.check_password(password) and person.must_change_password
    assert "no-store" in answer["Cache-Control"]
    assert password not in keeper.get(LIST).content.decode()
    assert password not in keeper.get(page_of(person)).content.decode()


def test_a_name_that_is_taken_or_empty_is_told_beside_its_field(keeper: Client, clerk: User) -> None:
    before = User.objects.count()
    for username in (clerk.username, "", "有 空格"):
        answer = keeper.post(LIST, {"username": username, "full_name": "某人"})
        assert answer.status_code == 200 and 'class="errorlist"' in answer.content.decode()
    assert User.objects.count() == before


def test_a_role_is_given_for_a_time_and_ended(
    keeper: Client, operator: User, clerk: User, place: Organ
) -> None:
    today = timezone.localdate()
    facts = {"act": "give", "role": "column_editor", "organ": place.pk, "since": today.isoformat()}
    late = {**facts, "until": (today - timedelta(days=1)).isoformat()}
    assert "截止日期不能早于起始日期" in keeper.post(page_of(clerk), late).content.decode()
    assert not clerk.has_role(Role.COLUMN_EDITOR)
    keeper.post(page_of(clerk), {**facts, "until": ""})
    given = clerk.assignments.get(role=Role.COLUMN_EDITOR)
    told = keeper.post(
        page_of(clerk), {"act": "end", "assignment": given.pk, "on": today.isoformat()}, follow=True
    ).content.decode()
    assert "此后南溟市教育局将无人担任栏目编辑" in told
    assert not clerk.has_role(Role.COLUMN_EDITOR, on=today + timedelta(days=1))
    verbs = Entry.objects.filter(subject=clerk.ledger_name, actor=operator.ledger_name).order_by("seq")
    assert list(verbs.values_list("verb", flat=True)) == ["assign", "relieve"]


def test_nobody_is_missed_where_somebody_above_holds_the_same_role(keeper: Client, clerk: User) -> None:
    staff("同岗", Role.DRAFTER, at=clerk.assignments.get().organ)
    given = clerk.assignments.get()
    today = timezone.localdate().isoformat()
    told = keeper.post(page_of(clerk), {"act": "end", "assignment": given.pk, "on": today}, follow=True)
    assert "无人担任" not in told.content.decode()


def test_what_an_operator_does_not_keep_is_refused_in_words(
    keeper: Client, operator: User, clerk: User
) -> None:
    elsewhere = organ("南溟市水务局")
    other = staff("外单位", Role.DRAFTER, at=elsewhere)
    assert keeper.get(page_of(other)).status_code == 404
    both = staff("兼职", Role.DRAFTER, at=operator.assignments.get().organ)
    keeper.post(
        page_of(both), {"act": "give", "role": "auditor", "organ": elsewhere.pk, "since": "2020-01-01"}
    )
    assert not both.has_role(Role.AUDITOR)
    assign_role(user=both, role=Role.AUDITOR, organ=elsewhere, actor="system")
    told = keeper.post(page_of(both), {"act": "reset"}, follow=True).content.decode()
    assert "南溟市水务局" in told and 'class="gk-secret"' not in told
    both.refresh_from_db()
    assert both.check_password(PASSWORD)


def test_a_reset_shows_the_new_password_once_and_lets_its_holder_in(keeper: Client, clerk: User) -> None:
    for _ in range(5):
        Client().post("/accounts/login/", {"login": clerk.username, "password": "wrong-password"})
    assert "已锁定" in keeper.get(LIST).content.decode()
    password = secret(keeper.post(page_of(clerk), {"act": "reset"}))
    person = Client()
    person.post("/accounts/login/", {"login": clerk.username, "password": password})
    assert person.get("/workbench/")["Location"] == "/accounts/password/change/"


def test_a_lock_is_taken_off_and_the_old_password_opens_again(keeper: Client, clerk: User) -> None:
    for _ in range(5):
        Client().post("/accounts/login/", {"login": clerk.username, "password": "wrong-password"})
    assert "解除锁定" in keeper.get(page_of(clerk)).content.decode()
    keeper.post(page_of(clerk), {"act": "unlock"})
    person = Client()
    person.post("/accounts/login/", {"login": clerk.username, "password": PASSWORD})
    assert person.get("/workbench/").status_code == 200


def test_a_token_is_shown_once_and_revoked(keeper: Client, clerk: User) -> None:
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    token = secret(keeper.post(page_of(clerk), {"act": "issue", "name": "导入", "expires_on": day}))
    assert user_for_token(token) == clerk
    assert token not in keeper.get(page_of(clerk)).content.decode()
    keeper.post(page_of(clerk), {"act": "revoke", "token": clerk.access_tokens.get().pk})
    assert user_for_token(token) is None


@pytest.mark.parametrize("days", [-1, 366])
def test_a_token_is_not_valid_for_ever_nor_for_the_past(keeper: Client, clerk: User, days: int) -> None:
    day = (timezone.localdate() + timedelta(days=days)).isoformat()
    keeper.post(page_of(clerk), {"act": "issue", "name": "导入", "expires_on": day})
    assert not clerk.access_tokens.exists()


def test_who_leaves_hands_over_and_the_page_says_so(keeper: Client, clerk: User) -> None:
    successor = staff("接任者")
    keeper.post(page_of(clerk), {"act": "hand_over", "successor": successor.pk})
    clerk.refresh_from_db()
    assert not clerk.is_active
    assert "已停用" in keeper.get(LIST, {"state": "closed"}).content.decode()


@pytest.mark.parametrize("number", ["", "0", "-1", "a", "9" * 30])
def test_numbers_that_are_none_are_not_found(keeper: Client, clerk: User, number: str) -> None:
    for act, name in (("end", "assignment"), ("revoke", "token"), ("hand_over", "successor")):
        assert keeper.post(page_of(clerk), {"act": act, name: number}).status_code == 404


def test_open_cases_of_who_leaves_are_pointed_at() -> None:
    at = office(code="shizhengfu", name="测试市人民政府")
    case = accepted(at)
    assign(cases=[case], handler=at.handler, actor=Actor(user=at.head), day=timezone.localdate())
    text = signed_in(staff(superuser=True)).get(page_of(at.handler)).content.decode()
    assert "1件在办事项" in text and f"/workbench/cases/?handler={at.handler.pk}" in text


def test_closing_an_account_passes_its_open_cases_on_in_the_same_sitting() -> None:
    at = office(code="shizhengfu", name="测试市人民政府")
    cases = [accepted(at), accepted(at)]
    assign(cases=cases, handler=at.handler, actor=Actor(user=at.head), day=timezone.localdate())
    client, successor = signed_in(staff(superuser=True)), staff("接任者")
    answer = client.post(page_of(at.handler), {"act": "hand_over", "successor": successor.pk}, follow=True)
    assert "2件在办事项已移交接任者" in answer.content.decode()
    assert {case.handler_id for case in Case.objects.all()} == {successor.pk}


def test_nothing_is_closed_when_the_cases_cannot_be_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    at = office(code="shizhengfu", name="测试市人民政府")

    def refuse(**_facts: object) -> None:
        raise CaseRefused("role", "nothing goes")

    monkeypatch.setattr("gongkai.shell.workbench.staff.pass_on", refuse)
    answer = signed_in(staff(superuser=True)).post(
        page_of(at.handler), {"act": "hand_over", "successor": staff("接任者").pk}, follow=True
    )
    at.handler.refresh_from_db()
    assert at.handler.is_active and "nothing goes" in answer.content.decode()


def test_cases_left_with_a_closed_account_can_still_be_handed_over() -> None:
    at = office(code="shizhengfu", name="测试市人民政府")
    case = accepted(at)
    assign(cases=[case], handler=at.handler, actor=Actor(user=at.head), day=timezone.localdate())
    User.objects.filter(pk=at.handler.pk).update(is_active=False)
    client = signed_in(at.officer)
    assert f'<option value="{at.handler.pk}">' in client.get("/workbench/cases/").content.decode()
    client.post("/workbench/cases/", {"act": "hand_over", "leaver": at.handler.pk, "to": at.officer.pk})
    case.refresh_from_db()
    assert case.handler == at.officer
