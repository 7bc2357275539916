"""``gongkai staff``: what an operator does at the command line when nobody can sign in yet."""

from __future__ import annotations

import click


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
@click.option("--name", default="command line", help="What the token is for.")
def token(username: str, name: str) -> None:
    """Issue an API token; it is shown once."""
    from gongkai.foundation.accounts.models import User
    from gongkai.foundation.accounts.services import issue_token

    user = User.objects.filter(username=username).first()
    if user is None:
        raise click.ClickException("no such member of staff")
    click.echo(issue_token(user=user, name=name))
