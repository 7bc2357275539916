"""``gongkai staff``: what an operator does at the command line when nobody can sign in yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import click

from gongkai.shell.commands.days import DAY
from gongkai.shell.commands.named import organ_of

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
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.services import create_staff

    _refusable(
        lambda: create_staff(
            username=username, full_name=name, password=password, superuser=operator, actor="command"
        )
    )
    click.echo(_("%s has an account now.") % username)


@staff.command()
@click.argument("username")
@click.argument("role")
@click.argument("organ")
def assign(username: str, role: str, organ: str) -> None:
    """Give USERNAME a ROLE (drafter, reviewer_1, …) in ORGAN (its code)."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.models import Role
    from gongkai.foundation.accounts.services import assign_role

    if role not in Role.values:
        roles = "、".join(f"{value}（{label}）" for value, label in Role.choices)
        raise click.BadParameter(_("roles are: %s") % roles, param_hint="ROLE")
    user, place = _person(username), organ_of(organ, hint="ORGAN")
    _refusable(lambda: assign_role(user=user, role=Role(role), organ=place, actor="command"))
    told = {"who": username, "organ": place, "role": Role(role).label}
    click.echo(_("%(who)s is %(role)s in %(organ)s now.") % told)


@staff.command()
@click.argument("username")
@click.argument("role")
@click.argument("organ")
@click.option("--on", type=DAY, help="The last day; today if not given.")
def relieve(username: str, role: str, organ: str, on: date | None) -> None:
    """End the ROLE that USERNAME has in ORGAN."""
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.services import end_assignment

    today = timezone.localdate()
    person = _person(username)
    held = person.assignments.current(today).filter(role=role, organ__code=organ).first()
    if held is None:
        raise click.ClickException(
            _("%(who)s is not %(role)s in %(organ)s") % {"who": username, "organ": organ, "role": role}
        )
    last = on or today
    _refusable(lambda: end_assignment(assignment=held, on=last, actor="command"))
    told = {"who": username, "organ": held.organ.name, "role": held.get_role_display(), "last": f"{last}"}
    click.echo(_("%(who)s is %(role)s in %(organ)s until %(last)s.") % told)


@staff.command()
@click.argument("leaver")
@click.argument("successor")
def hand_over(leaver: str, successor: str) -> None:
    """LEAVER leaves today: SUCCESSOR has each role from tomorrow and the open cases, the account is closed."""
    from django.db import transaction
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.leaving import pass_on
    from gongkai.foundation.accounts import services

    if leaver == successor:
        raise click.ClickException(_("somebody else has to take over"))
    goes, comes, today = _person(leaver), _person(successor), timezone.localdate()
    if not comes.is_active:
        raise click.ClickException(_("the account of %s is closed") % successor)
    with transaction.atomic():
        given = services.hand_over(leaver=goes, successor=comes, on=today, actor="command")
        passed = pass_on(leaver=goes, successor=comes, closed_by="command", day=today)
    told = {"leaver": leaver, "roles": len(given), "cases": passed.to_successor, "successor": successor}
    click.echo(_("%(leaver)s: %(roles)d roles and %(cases)d open cases go to %(successor)s.") % told)
    if passed.to_nobody:
        words = _("%(cases)d open cases are nobody's now: %(successor)s has no role in their organs.")
        click.echo(words % {"cases": passed.to_nobody, "successor": successor})


@staff.command()
@click.argument("username")
@click.password_option(help="At least ten characters; USERNAME must change it at once.")
def reset(username: str, password: str) -> None:
    """Give USERNAME a new first password; sessions, second factor and tokens are void."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.services import reset_sign_in

    _refusable(lambda: reset_sign_in(user=_person(username), password=password, actor="command"))
    click.echo(_("%s has a new first password, to be changed at the next sign-in.") % username)


@staff.command()
@click.argument("username")
def unlock(username: str) -> None:
    """Take off the lock after wrong passwords."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.services import lift_lock

    lift_lock(user=_person(username), actor="command")
    click.echo(_("%s may sign in again.") % username)


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
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.services import revoke_token

    tokens = list(_person(username).access_tokens.filter(name=name))
    for known in tokens:
        revoke_token(token=known, actor="command")
    if not tokens:
        raise click.ClickException(
            _("%(who)s has no token with the name %(name)s") % {"who": username, "name": name}
        )
    click.echo(_("%(who)s: %(count)d tokens are void now.") % {"who": username, "count": len(tokens)})


def _person(username: str) -> User:
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.models import User

    person = User.objects.filter(username=username).first()
    if person is None:
        raise click.ClickException(_("no member of staff is called %s") % username)
    return person


def _refusable(act: Callable[[], T]) -> T:
    from django.core.exceptions import ValidationError

    try:
        return act()
    except ValidationError as refusal:
        raise click.ClickException(" ".join(refusal.messages)) from None
