"""What options of commands name: people and organs, or the refusal click prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongkai.foundation.accounts.models import User
    from gongkai.foundation.organs.models import Organ


def member_of_staff(username: str, *, hint: str = "--as") -> User:
    """Whom ``--as`` names; somebody whose account is closed acts no more. Raises ``click.BadParameter``."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.BadParameter(_("no member of staff is called %s") % username, param_hint=hint)
    return user


def organ_of(code: str) -> Organ:
    """Which organ ``--organ`` names, by its code or its whole name. Raises ``click.BadParameter``."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.organs.models import Organ

    organ = Organ.objects.filter(code=code).first() or Organ.objects.filter(name=code).first()
    if organ is None:
        raise click.BadParameter(_("no organ has the code %s") % code, param_hint="--organ")
    return organ
