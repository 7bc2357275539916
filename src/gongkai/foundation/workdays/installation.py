"""Taking a new year file into use."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .calendar import build
from .layers import local_folder
from .notices import read_year_file


def install_year(path: Path, folder: Path | None = None) -> Path:
    """Check the year file at ``path`` and copy it into ``folder`` (by default the deployment's own), in one step.

    A file already there for the same jurisdiction and year is replaced. Raises ``CalendarFaults`` with all faults
    together; then nothing has changed. Open clocks are recomputed by whoever keeps them.
    """
    path = Path(path)
    folder = local_folder() if folder is None else Path(folder)
    table = read_year_file(path)
    target = folder / f"{table.jurisdiction}-{table.year}.toml"
    # What is wrong only beside the other notices shows when the calendar is built with it.
    build(table.jurisdiction, folder, candidate=table, replacing=target)
    folder.mkdir(parents=True, exist_ok=True)
    _copy_atomically(path.read_bytes(), target)
    return target


def _copy_atomically(content: bytes, target: Path) -> None:
    # Not ending in .toml, so that a reader never takes the half-written file for a year file.
    descriptor, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
