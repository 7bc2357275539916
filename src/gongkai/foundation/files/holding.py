"""Files that came with a form which may still be refused: kept for whoever sent them, and swept when nothing took them."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone

from gongkai.foundation.files.models import HeldFile, StoredFile
from gongkai.foundation.files.services import store

KEPT: Final = dt.timedelta(days=1)


def hold(*, content: IO[bytes] | bytes, name: str, actor: str, place: str = "", field: str = "") -> HeldFile:
    """Judge and keep a file that came in ``field`` of the form at ``place``. Without a place it is not offered again.

    Raises ``FileRefused`` with all faults.
    """
    with transaction.atomic():
        kept = store(content=content, name=name, actor=actor)
        return HeldFile.objects.create(file=kept, holder=actor, place=place, field=field)


def hold_made(*, file: StoredFile, actor: str) -> None:
    """The same for a file this house made (``keep_made``), which may go out without anything taking it."""
    HeldFile.objects.create(file=file, holder=actor)


def held(*, actor: str, place: str) -> QuerySet[HeldFile]:
    """What this person sent with this form, as long as it is kept; never what another did."""
    since = timezone.now() - KEPT
    return HeldFile.objects.filter(holder=actor, place=place, held_at__gt=since).select_related("file")


def done_with(*, actor: str, place: str) -> None:
    """The form was taken: its files are offered no more. Those that nothing took are swept with the rest."""
    HeldFile.objects.filter(holder=actor, place=place).update(place="")


def forget_held() -> None:
    """Let go of what was held long enough, and delete what nothing else has a hold of, bytes and all. Called every hour."""
    until = timezone.now() - KEPT
    for row in HeldFile.objects.filter(held_at__lte=until).select_related("file"):
        file = row.file
        row.delete()
        path = file.path
        try:
            with transaction.atomic():
                file.delete()
        except ProtectedError:
            continue  # something else has taken it
        if not StoredFile.objects.filter(sha256=file.sha256).exists():
            _unlink(path, before=until)


def _unlink(path: Path, *, before: dt.datetime) -> None:
    """Bytes that no row names any more. An upload of the same bytes writes them anew before its row is there, so what was
    written lately stays."""
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()
