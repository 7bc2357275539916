"""``gongkai setup`` on a folder that an older version made; a folder of today: ``tests/browser/test_the_folder.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gongkai.shell.commands.setup import _keep_private


def test_records_and_uploads_of_an_older_version_become_private(tmp_path: Path, settings: Any) -> None:
    settings.SQLITE_FILE, settings.MEDIA_ROOT = tmp_path / "gongkai.sqlite3", tmp_path / "files"
    settings.MEDIA_ROOT.mkdir(mode=0o755)
    records = [tmp_path / f"gongkai.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")]
    for file in records:
        file.touch(mode=0o644)
    _keep_private()
    assert [file.stat().st_mode & 0o777 for file in records] == [0o600] * 3
    assert settings.MEDIA_ROOT.stat().st_mode & 0o777 == 0o700
