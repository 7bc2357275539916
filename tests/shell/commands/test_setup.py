"""``gongkai setup`` in a process of its own, on a folder that holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def modes(data: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in data.iterdir()}


def test_records_and_uploads_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    """nginx reads the published tree in the same folder as another account, so the folder itself is open."""
    data = tmp_path / "data"
    command = [sys.executable, "-m", "gongkai", "setup"]
    without = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = without | {"GONGKAI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings"}
    subprocess.run(command, env=environment, check=True, umask=0o022)
    found = modes(data)
    assert found["gongkai.sqlite3"] == 0o600
    assert found["files"] == 0o700
    assert found["static"] == 0o755
    assert data.stat().st_mode & 0o777 == 0o755
    # what an older version made is put right
    (data / "gongkai.sqlite3").chmod(0o644)
    (data / "files").chmod(0o755)
    subprocess.run(command, env=environment, check=True, umask=0o022)
    assert modes(data) == found
