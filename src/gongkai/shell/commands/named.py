"""What options of commands name: people and organs, or the refusal click prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gongkai.engines.casework.models import Case, CaseQuerySet
    from gongkai.foundation.accounts.models import User
    from gongkai.foundation.organs.models import Organ


def member_of_staff(username: str, *, hint: str = "--as") -> User:
    """Whom ``--as`` names; an account that is closed acts no more. Raises ``click.BadParameter``."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.accounts.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise click.BadParameter(_("no member of staff is called %s") % username, param_hint=hint)
    return user


def organ_of(code: str, *, hint: str = "--organ") -> Organ:
    """Which organ ``--organ`` names, by its code or its whole name. Raises ``click.BadParameter``."""
    from django.utils.translation import gettext as _

    from gongkai.foundation.organs.models import Organ

    organ = Organ.objects.filter(code=code).first() or Organ.objects.filter(name=code).first()
    if organ is None:
        raise click.BadParameter(_("no organ has the code %s") % code, param_hint=hint)
    return organ


def case_of(number: str, among: CaseQuerySet, *, organ: str = "") -> Case:
    """The one case of this number. Numbers of earlier years may be several organs', so none is guessed at.

    Raises ``click.ClickException``.
    """
    from django.utils.translation import gettext as _

    found = among.filter(number=number).select_related("organ", "applicant", "handler")
    cases = list((found.filter(organ__code=organ) if organ else found)[:20])
    if not cases:
        raise click.ClickException(_("there is no case %s") % number)
    if len(cases) > 1:
        organs = "、".join(f"{case.organ.code} {case.organ.name}" for case in cases)
        told = _("several cases have this number; name the organ with --organ")
        raise click.ClickException(f"{told}\n  {organs}")
    return cases[0]
