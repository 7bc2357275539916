"""A key of the installation in a file of its own, readable by its owner only. Needs no Django."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of ``path``, made at first use.

    It is written aside and linked into place: of two processes starting together one wins, and neither reads half a key.
    ``mkstemp`` gives it to its owner alone (0600).
    """
    if not path.exists():
        aside = _written_aside(path, make())
        with suppress(FileExistsError):
            os.link(aside, path)
        aside.unlink()
    return path.read_bytes()


def replace_key(path: Path, content: bytes) -> None:
    """Put another content in the place of a key file, whole or not at all."""
    _written_aside(path, content).replace(path)


def _written_aside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(aside)
