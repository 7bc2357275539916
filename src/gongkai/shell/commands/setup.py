"""``gongkai setup``: everything between an installed package and a running server, safe to repeat."""

from __future__ import annotations

import os
from pathlib import Path

import click


def speak() -> None:
    """Compile messages where that is not done yet and start Django; the data folder gets its secret key, nothing else."""
    from gongkai.shell.messages import compile_library_words, compile_messages

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.shell.settings")
    compile_messages()
    compile_library_words()

    from gongkai.shell.django_setup import setup as setup_django

    setup_django()


def prepare() -> None:
    """Compile messages, migrate, collect static files: only what is not done yet, so that a second start is quick."""
    speak()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils.translation import gettext as _

    from gongkai.foundation.migrating import migrate

    if not _is_up_to_date():
        click.echo(_("Preparing the database…"))
        migrate()
        call_command("createcachetable", verbosity=0)
    _keep_private()
    stamp = settings.STATIC_ROOT / ".collected"
    if not stamp.exists() or stamp.read_text() != _static_version():
        call_command("collectstatic", interactive=False, verbosity=0)
        _compress(settings.STATIC_ROOT)
        stamp.write_text(_static_version())


def _keep_private() -> None:
    """Records and uploads are for the account that runs the service alone. The folder they stand in stays open: the
    published tree and the static files beside them are read by a web server of another account."""
    from django.conf import settings
    from django.db import connection

    files = settings.MEDIA_ROOT
    files.mkdir(exist_ok=True)
    private = {files: 0o700}
    if connection.vendor == "sqlite":
        name = str(settings.SQLITE_FILE)
        private |= {Path(f"{name}{suffix}"): 0o600 for suffix in ("", "-wal", "-shm")}
    for path, mode in private.items():
        if path.exists() and path.stat().st_mode & 0o777 != mode:
            path.chmod(mode)


def _is_up_to_date() -> bool:
    from django.conf import settings
    from django.db import connection

    from gongkai.foundation.migrating import is_up_to_date

    return (connection.vendor != "sqlite" or settings.SQLITE_FILE.exists()) and is_up_to_date()


def _compress(folder: Path) -> None:
    """Lay a compressed twin beside each asset; the file server hands it out by itself."""
    from gongkai.engines.press.page_files import sidecars

    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in (".css", ".js", ".svg"):
            for name, content in sidecars(str(path), path.read_bytes()):
                Path(name).write_bytes(content)


def _static_version() -> str:
    """Changes when a static file of ours or the version of a library that brings some does."""
    from importlib.metadata import version

    from gongkai.shell.messages import PACKAGE

    newest = max(path.stat().st_mtime_ns for path in PACKAGE.glob("**/static/**/*"))
    return f"{newest} wagtail {version('wagtail')} htmx {version('django-htmx')}"


@click.command()
def setup() -> None:
    """Compile messages, migrate the database, collect static files. Does nothing that is already done."""
    prepare()
    from django.utils.translation import gettext as _

    click.echo(_("Ready."))
