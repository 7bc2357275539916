"""Files sent with a form that is refused: they stay with the form, ticked, and need not be chosen again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gongkai.foundation.files.holding import held, hold
from gongkai.foundation.files.models import HeldFile
from gongkai.foundation.files.services import FileRefused

KEPT = "kept"
"""The name of the boxes that keep a file; unticked, it is let go of."""


class Sent(NamedTuple):
    """By field: what there is to go with the form, and why a file was refused."""

    files: dict[str, list[HeldFile]]
    faults: dict[str, list[str]]


def numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) < 19}


def sent(request: HttpRequest, *, actor: str, place: str, fields: Iterable[str]) -> Sent:
    """Hold what comes with a form now, and bring what came with it before and was not unticked."""
    held(actor=actor, place=place).exclude(pk__in=numbers(request, KEPT)).update(place="")
    faults: dict[str, list[str]] = {}
    for field in fields:
        for upload in request.FILES.getlist(field):
            name = upload.name or "file"
            try:
                hold(content=upload, name=name, actor=actor, place=place, field=field)
            except FileRefused as refusal:
                told = "".join(f"{fault.message}{fault.mend}" for fault in refusal.faults)
                faults.setdefault(field, []).append(_("“%(file)s”: %(why)s") % {"file": name, "why": told})
    files: dict[str, list[HeldFile]] = {}
    for row in held(actor=actor, place=place):
        files.setdefault(row.field, []).append(row)
    return Sent(files, faults)


def boxes(rows: Iterable[HeldFile]) -> list[dict[str, Any]]:
    """What a template draws to keep each of these."""
    return [{"name": KEPT, "value": row.pk, "file": row.file, "ticked": True} for row in rows]
