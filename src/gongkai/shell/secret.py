"""A secret key made at first start and kept in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def stored_secret(path: Path) -> str:
    """Return the secret in ``path``, making it first if need be.

    It is written aside and linked into place, so that of two processes starting together one wins and neither
    ever reads half a key.
    """
    if not path.exists():
        descriptor, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(aside, path)
        Path(aside).unlink()
    return path.read_text(encoding="ascii").strip()
