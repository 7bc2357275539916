"""Files in the body of a call, as base64."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Schema

from gongkai.foundation.accounts.models import User
from gongkai.foundation.files.holding import hold
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import FileRefused
from gongkai.shell.api.words import Words

Kept = TypeVar("Kept")

MOST_FILES: Final = 6
LARGEST: Final = 14_000_000
"""Of one file, as base64: 10 MB."""


class Upload(Schema):
    """A file in base64."""

    name: Words = Field(max_length=200)
    content: str = Field(max_length=LARGEST)


def taken_in(*, name: str, content: str, user: User) -> StoredFile:
    """Keep a file; when the call is refused it is swept after a day. Raises ``ValidationError``."""
    return judged(hold, name=name, content=content, user=user, field="files").file


def judged(keep: Callable[..., Kept], *, name: str, content: str, user: User, field: str) -> Kept:
    """Let ``keep`` (``store`` or ``hold``) have what the base64 holds. Raises ``ValidationError`` for ``field``."""
    try:
        read = base64.b64decode(content, validate=True)
    except ValueError:  # other signs than ASCII, or what binascii does not take
        raise ValidationError({field: [_("The content of a file is not base64.")]}) from None
    try:
        return keep(content=read, name=name, actor=user.ledger_name)
    except FileRefused as refusal:
        raise ValidationError({field: [str(refusal)]}) from refusal
