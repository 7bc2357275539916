"""Roles are held in organs and cover what is below; tokens and passwords are kept as hashes; five failures lock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gongkai.foundation.accounts.groups import PERMISSIONS, group_name, sync_groups
from gongkai.foundation.accounts.models import ApiToken, Assignment, Role, User
from gongkai.foundation.accounts.services import (
    assign_role,
    create_staff,
    end_assignment,
    hand_over,
    issue_token,
    user_for_token,
)
from tests.factories import PASSWORD, organ, staff

pytestmark = pytest.mark.django_db


def test_a_role_covers_the_organ_and_what_is_below_it() -> None:
    city = organ()
    office = organ(parent=city)
    elsewhere = organ()
    person = staff("", Role.REVIEWER_1, at=city)
    assert person.has_role(Role.REVIEWER_1, office)
    assert not person.has_role(Role.REVIEWER_1, elsewhere)
    assert not person.has_role(Role.REVIEWER_2, office)
    assert set(person.organs()) == {city, office}
    assert person.roles_in(office) == {Role.REVIEWER_1}


def test_a_path_that_only_looks_alike_is_not_covered() -> None:
    """Organ 1 must not cover organ 11: paths end in a slash."""
    places = [organ() for _ in range(12)]
    person = staff("", Role.DRAFTER, at=places[0])
    assert list(person.organs()) == [places[0]]


def test_a_role_is_held_from_its_first_to_its_last_day() -> None:
    place, person = organ(), staff()
    given = assign_role(user=person, role=Role.DRAFTER, organ=place, since=date(2020, 1, 10), actor="system")
    end_assignment(assignment=given, on=date(2020, 1, 20), actor="system")
    held = [day for day in range(9, 23) if person.has_role(Role.DRAFTER, place, on=date(2020, 1, day))]
    assert held == list(range(10, 21))
    with pytest.raises(ValidationError):
        end_assignment(assignment=given, on=date(2020, 1, 1), actor="system")


def test_roles_are_read_once_however_often_they_are_asked_for(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """A page of the workbench asks for each line of its menu."""
    place = organ()
    person = User.objects.get(pk=staff("", Role.DRAFTER, at=place).pk)
    with django_assert_num_queries(1):
        assert [role for role in Role if person.has_role(role)] == [Role.DRAFTER]
        assert person.has_role(Role.DRAFTER, place)
        assert person.roles_in(place) == {Role.DRAFTER}


def test_a_role_that_is_given_or_ended_is_known_at_once() -> None:
    place = organ()
    person = staff()
    same = User.objects.get(pk=person.pk)
    assert not same.has_role(Role.DRAFTER)
    given = assign_role(user=person, role=Role.DRAFTER, organ=place, actor="system")
    assert same.has_role(Role.DRAFTER)
    Assignment.objects.filter(pk=given.pk).update(since=date(2020, 1, 1))
    end_assignment(assignment=given, on=timezone.localdate() - timedelta(days=1), actor="system")
    assert not same.has_role(Role.DRAFTER)
    given.delete()
    assert not same.has_role(Role.DRAFTER, on=date(2020, 1, 1))


def test_what_another_process_changed_is_known_after_reading_again() -> None:
    place = organ()
    person = staff("", Role.DRAFTER, at=place)
    assert person.has_role(Role.DRAFTER)
    Assignment.objects.filter(user=person).delete()
    person.refresh_from_db()
    assert not person.has_role(Role.DRAFTER)


def test_giving_a_role_twice_changes_nothing() -> None:
    place, person = organ(), staff()
    first = assign_role(user=person, role=Role.DRAFTER, organ=place, actor="system")
    assert assign_role(user=person, role=Role.DRAFTER, organ=place, actor="system") == first


def test_who_leaves_hands_over_every_role_and_is_locked_out() -> None:
    place, successor = organ(), staff()
    leaver = staff("", Role.DRAFTER, Role.COLUMN_EDITOR, at=place)
    token = issue_token(user=leaver, name="script")
    today = timezone.localdate()
    given = hand_over(leaver=leaver, successor=successor, on=today, actor="system")
    assert {assignment.role for assignment in given} == {Role.DRAFTER, Role.COLUMN_EDITOR}
    tomorrow = today + timedelta(days=1)
    assert successor.has_role(Role.DRAFTER, place, on=tomorrow)
    assert not leaver.has_role(Role.DRAFTER, place, on=tomorrow)
    client = Client()
    client.post("/accounts/login/", {"login": leaver.username, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert user_for_token(token) is None


def test_nobody_at_all_may_publish_by_permission() -> None:
    sync_groups()
    assert not [name for names in PERMISSIONS.values() for name in names if "publish" in name]
    for role in Role:
        assert not Permission.objects.filter(
            group__name=group_name(role), codename__startswith="publish"
        ).exists()


def test_a_weak_password_is_refused() -> None:
    with pytest.raises(ValidationError):
        create_staff(username="weak", full_name="弱", password="1234567890", actor="system")


def test_a_token_is_kept_as_a_hash_and_ends() -> None:
    person = staff()
    token = issue_token(user=person, name="script")
    assert user_for_token(token) == person
    assert not ApiToken.objects.filter(digest=token).exists()
    ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert user_for_token(token) is None
    assert user_for_token("") is None


def test_five_wrong_passwords_lock_even_the_right_one_out() -> None:
    person = staff(username="locked")
    client = Client()
    for _ in range(5):
        client.post("/accounts/login/", {"login": person.username, "password": "wrong-password"})
    answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert answer.status_code in (403, 429)
    assert "_auth_user_id" not in client.session


def test_the_public_cannot_sign_itself_up() -> None:
    answer = Client().post(
        "/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert b'name="password1"' not in answer.content
    from gongkai.foundation.accounts.models import User

    assert not User.objects.filter(username="new").exists()
