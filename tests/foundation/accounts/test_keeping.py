"""Accounts are kept by operators over their organs, never by their holders, and every act is in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gongkai.foundation.accounts import keeping
from gongkai.foundation.accounts.keeping import KeepingRefused
from gongkai.foundation.accounts.models import Role, User
from gongkai.foundation.accounts.services import assign_role, issue_token, user_for_token
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.organs.models import Organ
from tests.factories import organ, staff

pytestmark = pytest.mark.django_db


class House:
    """A city with a district below it; one operator keeps the district, one the whole city, one is superuser."""

    def __init__(self) -> None:
        self.city = organ("南溟市人民政府")
        self.district = organ("南溟市南城区人民政府", parent=self.city)
        self.operator = staff("区管理员", Role.OPERATOR, at=self.district)
        self.above = staff("市管理员", Role.OPERATOR, at=self.city)
        self.root = staff("超级管理员", superuser=True)
        self.clerk = staff("区职员", Role.DRAFTER, at=self.district)
        self.reviewer = staff("市终审", Role.REVIEWER_3, at=self.city)


@pytest.fixture
def house() -> House:
    return House()


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(KeepingRefused) as caught:
        act()
    return caught.value.code


def last_act(user: User) -> tuple[str, str]:
    entry = Entry.objects.filter(subject=f"user:{user.pk}").latest("pk")
    return entry.verb, entry.actor


def test_a_new_account_has_a_password_that_must_be_changed_and_is_kept_nowhere(house: House) -> None:
    person, password = keeping.open_account(keeper=house.operator, username="xin", full_name="新同事")
    assert person.check_password(password) and person.must_change_password
    assert last_act(person) == ("create", house.operator.ledger_name)
    assert not Entry.objects.filter(body__contains=password).exists()
    with pytest.raises(ValidationError):
        keeping.open_account(keeper=house.operator, username="xin", full_name="同名")


def test_first_passwords_differ_and_pass_the_rules_of_the_house() -> None:
    from django.contrib.auth.password_validation import validate_password

    made = {keeping.first_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        validate_password(password)


def test_an_operator_gives_and_ends_roles_in_the_organs_kept_and_nowhere_else(house: House) -> None:
    given = keeping.give_role(
        keeper=house.operator, user=house.clerk, role=Role.COLUMN_EDITOR, organ=house.district
    )
    assert last_act(house.clerk) == ("assign", house.operator.ledger_name)
    today = timezone.localdate()
    keeping.end_role(keeper=house.operator, assignment=given, on=today)
    assert not house.clerk.has_role(Role.COLUMN_EDITOR, house.district, on=today + timedelta(days=1))
    assert last_act(house.clerk) == ("relieve", house.operator.ledger_name)

    def give(keeper: User, place: Organ) -> Callable[[], object]:
        return lambda: keeping.give_role(keeper=keeper, user=house.clerk, role=Role.AUDITOR, organ=place)

    assert refusal(give(house.operator, house.city)) == "scope"
    assert refusal(give(house.reviewer, house.city)) == "role"
    give(house.above, house.district)()
    higher = house.reviewer.assignments.get()
    assert refusal(lambda: keeping.end_role(keeper=house.operator, assignment=higher, on=today)) == "scope"


def test_nobody_gives_or_ends_their_own_roles_not_even_a_superuser(house: House) -> None:
    for keeper in (house.operator, house.root):
        assert (
            refusal(
                lambda keeper=keeper: keeping.give_role(
                    keeper=keeper, user=keeper, role=Role.REVIEWER_1, organ=house.district
                )
            )
            == "own"
        )
        assert refusal(lambda keeper=keeper: keeping.reset_sign_in(keeper=keeper, user=keeper)) == "own"
    own = house.operator.assignments.get()
    today = timezone.localdate()
    assert refusal(lambda: keeping.end_role(keeper=house.operator, assignment=own, on=today)) == "own"
    assert (
        refusal(
            lambda: keeping.hand_over(keeper=house.operator, leaver=house.clerk, successor=house.operator)
        )
        == "own"
    )


def test_a_role_that_has_ended_is_not_ended_again(house: House) -> None:
    held = house.clerk.assignments.get()
    held.since = held.until = timezone.localdate() - timedelta(days=9)
    held.save()
    today = timezone.localdate()
    assert refusal(lambda: keeping.end_role(keeper=house.operator, assignment=held, on=today)) == "ended"


def test_ways_to_sign_in_are_given_only_by_who_keeps_every_role_of_the_person(house: House) -> None:
    """Whoever resets a password could sign in as its holder."""
    for act in (
        lambda: keeping.reset_sign_in(keeper=house.operator, user=house.reviewer),
        lambda: keeping.lift_lock(keeper=house.operator, user=house.reviewer),
        lambda: keeping.issue_token(keeper=house.operator, user=house.reviewer, name="x"),
    ):
        assert refusal(act) == "scope"
    assert refusal(lambda: keeping.reset_sign_in(keeper=house.above, user=house.root)) == "superuser"

    tomorrow = timezone.localdate() + timedelta(days=1)
    assign_role(user=house.clerk, role=Role.REVIEWER_1, organ=house.city, since=tomorrow, actor="system")
    with pytest.raises(KeepingRefused) as caught:
        keeping.reset_sign_in(keeper=house.operator, user=house.clerk)
    assert caught.value.reasons == (house.city.name,)

    password = keeping.reset_sign_in(keeper=house.above, user=house.clerk)
    house.clerk.refresh_from_db()
    assert house.clerk.check_password(password) and house.clerk.must_change_password
    assert last_act(house.clerk) == ("reset", house.above.ledger_name)


def test_tokens_are_issued_by_keepers_in_their_own_name_and_revoked(house: House) -> None:
    token = keeping.issue_token(keeper=house.operator, user=house.clerk, name="导入")
    assert user_for_token(token) == house.clerk
    assert last_act(house.clerk) == ("issue-token", house.operator.ledger_name)
    keeping.revoke_token(keeper=house.operator, token=house.clerk.access_tokens.get())
    assert user_for_token(token) is None
    assert last_act(house.clerk) == ("revoke-token", house.operator.ledger_name)
    assert keeping.issue_token(keeper=house.operator, user=house.operator, name="own")
    assert refusal(lambda: keeping.issue_token(keeper=house.clerk, user=house.clerk, name="x")) == "role"


@pytest.mark.parametrize("name", ["", "长" * 61])
def test_a_token_without_a_fit_purpose_is_not_made(house: House, name: str) -> None:
    with pytest.raises(ValidationError):
        issue_token(user=house.clerk, name=name)
    assert not house.clerk.access_tokens.exists()


def test_who_leaves_is_followed_by_somebody_whose_account_is_open(house: House) -> None:
    successor = staff("接任者", Role.AUDITOR, at=house.district)
    closed = staff("已离职", Role.AUDITOR, at=house.district)
    closed.is_active = False
    closed.save()

    def hand_over(to: User) -> Callable[[], object]:
        return lambda: keeping.hand_over(keeper=house.operator, leaver=house.clerk, successor=to)

    assert refusal(hand_over(closed)) == "inactive"
    assert refusal(hand_over(house.clerk)) == "inactive"
    hand_over(successor)()
    house.clerk.refresh_from_db()
    assert not house.clerk.is_active
    assert successor.assignments.filter(role=Role.DRAFTER).exists()
    assert (
        refusal(
            lambda: keeping.give_role(
                keeper=house.operator, user=house.clerk, role=Role.DRAFTER, organ=house.district
            )
        )
        == "inactive"
    )


def test_an_operator_sees_those_of_the_organs_kept_and_those_who_serve_nowhere(house: House) -> None:
    new = staff("尚无角色")
    assert set(keeping.staff_seen(house.operator)) == {house.operator, house.clerk, new}
    assert house.reviewer in keeping.staff_seen(house.above)
    assert house.root not in keeping.staff_seen(house.above)
    assert keeping.staff_seen(house.root).count() == User.objects.count()
