"""Start Django, once, for commands that need it."""

from __future__ import annotations

import os


def setup() -> None:
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.shell.settings")
    if not apps.ready:
        django.setup()
