"""``gongkai staff``: what an operator does at the command line when nobody can sign in yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from gongkai.foundation.accounts.models import User

T = TypeVar("T")


@click.group()
def staff() -> None:
    """Create staff, give and end roles, issue API tokens."""
    from gongkai.shell.django_setup import setup

    setup()


@staff.command(name="list")
def list_staff() -> None:
    """Everybody, with roles in force today."""
    from django.utils import timezone

    from gongkai.foundation.accounts.models import User

    today = timezone.localdate()
    for user in User.objects.filter(is_active=True).order_by("username"):
        roles = [
            f"{assignment.organ.short_name or assignment.organ.name}·{assignment.get_role_display()}"
            for assignment in user.assignments.current(today).select_related("organ")
        ]
        click.echo(f"{user.username:16} {user.full_name}  {'、'.join(roles)}")


@staff.command()
@click.argument("username")
@click.option("--name", required=True, help="Full name.")
@click.option("--operator", is_flag=True, help="System administrator: may manage everything but reviews.")
@click.password_option(help="At least ten characters.")
def create(username: str, name: str, operator: bool, password: str) -> None:
    """Create a member of staff."""
    from django.core.exceptions import ValidationError

    from gongkai.foundation.accounts.services import create_staff

    try:
        create_staff(
            username=username, full_name=name, password=password, superuser=operator, actor="command"
        )
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from None
    click.echo(f"{username} created")


@staff.command()
@click.argument("username")
@click.argument("role")
@click.argument("organ")
def assign(username: str, role: str, organ: str) -> None:
    """Give USERNAME a ROLE (drafter, reviewer_1, …) in ORGAN (its code)."""
    from gongkai.foundation.accounts.models import Role, User
    from gongkai.foundation.accounts.services import assign_role
    from gongkai.foundation.organs.models import Organ

    if role not in Role.values:
        raise click.BadParameter(f"roles are: {', '.join(Role.values)}", param_hint="ROLE")
    user = User.objects.filter(username=username).first()
    place = Organ.objects.filter(code=organ).first()
    if user is None or place is None:
        raise click.ClickException(f"no such {'member of staff' if user is None else 'organ'}")
    assign_role(user=user, role=Role(role), organ=place, actor="command")
    click.echo(f"{username}: {role} in {place}")


@staff.command()
@click.argument("username")
@click.argument("role")
@click.argument("organ")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The last day; today if not given.")
def relieve(username: str, role: str, organ: str, on: datetime | None) -> None:
    """End the ROLE that USERNAME has in ORGAN."""
    from django.utils import timezone

    from gongkai.foundation.accounts.services import end_assignment

    today = timezone.localdate()
    person = _person(username)
    held = person.assignments.current(today).filter(role=role, organ__code=organ).first()
    if held is None:
        raise click.ClickException(f"{username} is not {role} in {organ}")
    last = on.date() if on else today
    _refusable(lambda: end_assignment(assignment=held, on=last, actor="command"))
    click.echo(f"{username}: {role} in {organ} until {last}")


@staff.command()
@click.argument("leaver")
@click.argument("successor")
def hand_over(leaver: str, successor: str) -> None:
    """LEAVER leaves today: SUCCESSOR has each role from tomorrow and the open cases, the account is closed."""
    from django.db import transaction
    from django.utils import timezone

    from gongkai.engines.casework.leaving import pass_on
    from gongkai.foundation.accounts import services

    if leaver == successor:
        raise click.ClickException("somebody else has to take over")
    goes, comes, today = _person(leaver), _person(successor), timezone.localdate()
    if not comes.is_active:
        raise click.ClickException(f"the account of {successor} is closed")
    with transaction.atomic():
        given = services.hand_over(leaver=goes, successor=comes, on=today, actor="command")
        passed = pass_on(leaver=goes, successor=comes, closed_by="command", day=today)
    click.echo(f"{leaver}: {len(given)} roles and {passed.to_successor} open cases go to {successor}")
    if passed.to_nobody:
        click.echo(f"{passed.to_nobody} open cases are nobody's now: {successor} has no role in their organs")


@staff.command()
@click.argument("username")
@click.password_option(help="At least ten characters; USERNAME must change it at once.")
def reset(username: str, password: str) -> None:
    """Give USERNAME a new first password; sessions, second factor and tokens are void."""
    from gongkai.foundation.accounts.services import reset_sign_in

    _refusable(lambda: reset_sign_in(user=_person(username), password=password, actor="command"))
    click.echo(f"{username} reset")


@staff.command()
@click.argument("username")
def unlock(username: str) -> None:
    """Take off the lock after wrong passwords."""
    from gongkai.foundation.accounts.services import lift_lock

    lift_lock(user=_person(username), actor="command")
    click.echo(f"{username} unlocked")


@staff.command()
@click.argument("username")
@click.option("--name", default="command line", help="What the token is for.")
def token(username: str, name: str) -> None:
    """Issue an API token; it is shown once."""
    from gongkai.foundation.accounts.services import issue_token

    click.echo(_refusable(lambda: issue_token(user=_person(username), name=name, actor="command")))


@staff.command()
@click.argument("username")
@click.argument("name")
def revoke(username: str, name: str) -> None:
    """Make the tokens of USERNAME that were issued as NAME void."""
    from gongkai.foundation.accounts.services import revoke_token

    tokens = list(_person(username).access_tokens.filter(name=name))
    for known in tokens:
        revoke_token(token=known, actor="command")
    click.echo(f"{username}: {len(tokens)} revoked")


def _person(username: str) -> User:
    from gongkai.foundation.accounts.models import User

    person = User.objects.filter(username=username).first()
    if person is None:
        raise click.ClickException("no such member of staff")
    return person


def _refusable(act: Callable[[], T]) -> T:
    from django.core.exceptions import ValidationError

    try:
        return act()
    except ValidationError as refusal:
        raise click.ClickException(" ".join(refusal.messages)) from None
