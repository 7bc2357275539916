"""Signing in: locks, second factor, first passwords, and nothing that leads anywhere else."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import issue_token, reset_sign_in, user_for_token
from gongkai.foundation.ledger.models import Entry
from tests.factories import PASSWORD, organ, staff

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
NEW = "brand-new-horse-8"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def person() -> User:
    return staff("王小明", Role.DRAFTER, at=organ())


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": user.username, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def reauthenticate(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def activate(client: Client) -> str:
    """Set up a second factor as a person would, the password asked once more; returns its secret."""
    reauthenticate(client)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.content.decode())
    assert secret is not None
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret[1])})
    assert answer.status_code == 302
    return secret[1]


def test_the_right_password_opens_the_workbench(client: Client, person: User) -> None:
    answer = sign_in(client, person)
    assert answer["Location"] == "/workbench/"
    assert signed_in(client)


@pytest.mark.parametrize("locale", ["zh-hans", "en"])
def test_five_failures_lock_and_the_page_says_so_in_the_readers_language(person: User, locale: str) -> None:
    client = Client(headers={"accept-language": locale})
    for _ in range(5):
        sign_in(client, person, "wrong-password")
    answer = sign_in(client, person)
    assert answer.status_code == 429
    assert not signed_in(client)
    words = {"zh-hans": "密码已连续输错5次", "en": "The password was wrong 5 times"}
    assert words[locale] in answer.content.decode()


def test_a_lock_holds_for_the_one_name_only(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, person, "wrong-password")
    sign_in(client, staff())
    assert signed_in(client)


def test_logs_of_failed_sign_ins_name_nobody(
    client: Client, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        for _ in range(6):
            sign_in(client, person, "wrong-password")
    assert caplog.records
    for said in (person.username, "wrong-password", "127.0.0.1"):
        assert said not in caplog.text


def test_four_failures_do_not_lock_and_are_forgotten_after_a_success(client: Client, person: User) -> None:
    for _round in range(2):
        for _ in range(4):
            sign_in(client, person, "wrong-password")
        sign_in(client, person)
        assert signed_in(client)
        client.logout()
        cache.clear()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "http://evil.localhost/",
        "\thttps://evil.example",
    ],
)
def test_after_signing_in_nobody_is_led_to_another_host(client: Client, person: User, target: str) -> None:
    answer = sign_in(client, person, next=target)
    assert answer["Location"] == "/workbench/"


def test_after_signing_in_one_goes_on_to_where_one_was_going(client: Client, person: User) -> None:
    assert sign_in(client, person, next="/workbench/reports/")["Location"] == "/workbench/reports/"


def test_a_second_factor_is_asked_for_once_it_is_set_up(client: Client, person: User) -> None:
    sign_in(client, person)
    secret = activate(client)
    client.logout()

    answer = sign_in(client, person)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    cache.clear()  # the same code may not be used twice; the set-up used it
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert signed_in(client)


def test_a_code_that_has_run_out_is_refused(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, person)
    code = code_for(activate(client))
    client.logout()
    sign_in(client, person)
    cache.clear()  # refused for its age, not for having been used
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: 1_800_000_060.0))
    answer = client.post("/accounts/2fa/authenticate/", {"code": code})
    assert not signed_in(client)
    assert answer.context["form"].errors["code"]


def test_a_recovery_code_opens_once(client: Client, person: User) -> None:
    sign_in(client, person)
    activate(client)
    recovery = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    code = recovery.wrap().get_unused_codes()[0]
    for opens in (True, False):
        client.logout()
        sign_in(client, person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(client) is opens


def test_a_password_given_by_an_operator_opens_only_the_page_to_change_it(
    client: Client, person: User
) -> None:
    reset_sign_in(user=person, password=NEW, actor="user:99")
    assert sign_in(client, person, NEW)["Location"] == "/workbench/"
    assert client.get("/workbench/")["Location"] == "/accounts/password/change/"

    def change(to: str) -> Any:
        return client.post(
            "/accounts/password/change/", {"oldpassword": NEW, "password1": to, "password2": to}
        )

    assert "新密码不能与原密码相同" in change(NEW).content.decode()
    assert change("another-good-horse-9")["Location"] == "/workbench/"
    person.refresh_from_db()
    assert not person.must_change_password
    assert list(
        Entry.objects.filter(subject=f"user:{person.pk}").order_by("seq").values_list("verb", flat=True)
    ) == ["create", "assign", "reset", "change-password"]


def test_a_reset_voids_everything_that_opened_the_account_before(client: Client, person: User) -> None:
    sign_in(client, person)
    activate(client)
    token = issue_token(user=person, name="script")
    reset_sign_in(user=person, password=NEW, actor="user:99")
    assert client.get("/accounts/2fa/").status_code == 302, "the old session is over"
    assert user_for_token(token) is None
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_reset_takes_the_lock_off(client: Client, person: User) -> None:
    for _ in range(5):
        sign_in(client, person, "wrong-password")
    cache.clear()
    reset_sign_in(user=person, password=NEW, actor="user:99")
    sign_in(client, person, NEW)
    assert signed_in(client)


def test_a_reset_to_a_weak_password_changes_nothing(client: Client, person: User) -> None:
    with pytest.raises(ValidationError):
        reset_sign_in(user=person, password="12345678901", actor="user:99")
    sign_in(client, person)
    assert signed_in(client)


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/", "login/code/confirm/"],
)
def test_ways_in_that_an_office_does_not_need_do_not_exist(client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


PAGES = [
    "password/change/",
    "logout/",
    "reauthenticate/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/recovery-codes/generate/",
]


@pytest.mark.parametrize("path", ["login/", *PAGES])
def test_the_pages_are_plain_complete_and_without_anything_inline(
    client: Client, person: User, path: str
) -> None:
    if path != "login/":
        sign_in(client, person)
        if "recovery" in path:
            activate(client)
        reauthenticate(client)
    answer = client.get(f"/accounts/{path}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="zh-hans">' in page
    assert page.count("<h1>") == 1
    assert not re.search(r"<script(?![^>]*\b(?:src|json))|\sstyle=|\son[a-z]+=|<style", page)
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    for field in re.findall(r"<(?:input|textarea)[^>]*>", page):
        if 'type="hidden"' not in field:
            name = re.search(r'\bid="([^"]+)"', field)
            assert name and f'<label for="{name[1]}"' in page, f"no label: {field}"
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        assert set(described.split()) <= ids
    english = re.sub(r"<[^>]+>", " ", page.split("<body>")[1])
    english = re.sub(rf"[A-Z2-7]{{16,}}|{person.username}", "", english)
    assert not re.findall(r"[A-Za-z]{3,}", english), "a message without translation"


def test_errors_are_summed_up_and_stand_at_their_field(client: Client) -> None:
    page = client.post(LOGIN, {"login": "", "password": ""}).content.decode()
    assert 'role="alert"' in page
    assert 'href="#id_login"' in page and 'id="id_login_error"' in page
