"""``gongkai identities``: the keys that identity numbers are sealed with."""

from __future__ import annotations

import sys

import click


@click.group()
def identities() -> None:
    """Check the keys of identity numbers, and change them."""
    from gongkai.shell.django_setup import setup

    setup()


@identities.command()
def check() -> None:
    """Say how many numbers cannot be read with the keys that are here. Exit status 1 when there are any."""
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.resealing import unreadable

    found = unreadable()
    click.echo(_("%(found)d identity numbers cannot be read with the keys that are here.") % {"found": found})
    sys.exit(1 if found else 0)


@identities.command()
def rotate() -> None:
    """Make a new key, seal every number with it, and drop the old keys when nothing needs them any more.

    Keys from the environment are only used: put the new one before the old ones in GONGKAI_IDENTITY_KEYS first.
    """
    from django.utils.translation import gettext as _

    from gongkai.engines.casework.resealing import reseal_all
    from gongkai.foundation import sealing

    sealing.new_key()
    done, broken = reseal_all(actor="system", progress=lambda so_far: click.echo(f"… {so_far}", err=True))
    click.echo(_("%(done)d identity numbers were sealed anew.") % {"done": done})
    if broken:
        click.echo(
            _("%(broken)d identity numbers cannot be read: the old keys stay.") % {"broken": broken}, err=True
        )
        sys.exit(1)
    if reseal_all(actor="system").broken == 0:
        sealing.drop_old_keys()
