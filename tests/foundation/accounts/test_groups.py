"""Permissions follow roles, roles follow their days, and nobody else's groups are touched."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import timezone

from gongkai.foundation.accounts.groups import (
    PERMISSIONS,
    WORKBENCH,
    after_migration,
    group_name,
    sync_groups_of,
)
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.accounts.services import (
    assign_role,
    end_assignment,
    issue_token,
    revoke_token,
    user_for_token,
)
from gongkai.foundation.ledger.services import history
from tests.factories import organ, staff

pytestmark = pytest.mark.django_db


def permissions_of(role: Role) -> set[str]:
    found = Permission.objects.filter(group__name=group_name(role))
    return {f"{app}.{name}" for app, name in found.values_list("content_type__app_label", "codename")}


@pytest.mark.parametrize("role", Role)
def test_every_permission_a_role_names_exists_and_is_given(role: Role) -> None:
    assert permissions_of(role) == set(PERMISSIONS[role])
    assert WORKBENCH in PERMISSIONS[role]


@pytest.mark.parametrize("role", Role)
def test_whoever_holds_any_role_enters_the_workbench(client: Client, role: Role) -> None:
    client.force_login(staff("", role, at=organ()))
    assert client.get("/workbench/").status_code == 200


def test_whoever_holds_none_does_not(client: Client) -> None:
    client.force_login(staff())
    assert client.get("/workbench/").status_code in (302, 403)


def test_a_role_that_has_ended_no_longer_opens_anything() -> None:
    person, place = staff(), organ()
    today = timezone.localdate()
    given = assign_role(
        user=person, role=Role.DRAFTER, organ=place, since=today - timedelta(days=9), actor="system"
    )
    end_assignment(assignment=given, on=today, actor="system")
    assert person.has_perm(WORKBENCH), "the last day is a day"
    sync_groups_of(person, on=today + timedelta(days=1))
    assert not type(person).objects.get(pk=person.pk).has_perm(WORKBENCH)


def test_a_role_that_begins_later_opens_the_workbench_at_the_first_sign_in_after() -> None:
    person = staff()
    begins = timezone.localdate() + timedelta(days=5)
    assign_role(user=person, role=Role.AUDITOR, organ=organ(), since=begins, actor="system")
    assert not person.groups.exists()
    sync_groups_of(person, on=begins)
    assert [group.name for group in person.groups.all()] == [group_name(Role.AUDITOR)]


def test_groups_that_are_not_roles_are_left_alone() -> None:
    person = staff()
    person.groups.add(Group.objects.create(name="choir"))
    given = assign_role(user=person, role=Role.DRAFTER, organ=organ(), since=date(2020, 1, 1), actor="system")
    end_assignment(assignment=given, on=date(2020, 1, 2), actor="system")
    assert [group.name for group in person.groups.all()] == ["choir"]


def test_migrating_a_part_of_an_empty_database_asks_for_no_groups() -> None:
    """``gongkai manage migrate ledger`` in an empty database: there is no table of users yet."""
    from django.apps import apps

    Group.objects.all().delete()
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    after_migration(last, apps=Apps())
    assert not Group.objects.exists()
    after_migration(last)
    assert Group.objects.count() == len(Role)


def test_groups_are_brought_in_line_once_per_migration() -> None:
    assert [key[0] for key, *_rest in post_migrate.receivers].count("accounts.after_migration") == 1


def test_a_token_is_revoked_and_both_acts_stand_in_the_history() -> None:
    person = staff()
    token = issue_token(user=person, name="script")
    revoke_token(token=person.access_tokens.get(), actor=person.ledger_name)
    assert user_for_token(token) is None
    verbs = history(f"user:{person.pk}").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["issue-token", "revoke-token"]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13876543210", "138****3210"), ("0898-68724346", "0898-******46"), ("分机 12", "****"), ("", "")],
)
def test_lists_show_phones_masked(phone: str, shown: str) -> None:
    assert staff(phone=phone).masked_phone == shown


@pytest.mark.django_db(transaction=True)
def test_a_database_emptied_between_tests_has_its_roles_again() -> None:
    """What tests after this one rely on; see ``conftest``."""
    call_command("flush", interactive=False, verbosity=0)
    assert permissions_of(Role.DRAFTER) == set(PERMISSIONS[Role.DRAFTER])
