"""An installation for a measurement: a data folder that is gone afterwards, and processes over it.

Acts of a measurement run in processes of their own, so that neither the caller's data nor its memory is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Installation:
    folder: Path
    environment: Mapping[str, str]

    def run(self, module: str, *arguments: str) -> Any:
        """Run one act of ``module`` to its end; what its last line says in JSON. Raises ``RuntimeError``."""
        done = subprocess.run(  # noqa: S603  # our own module
            command(module, *arguments), env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"the measurement {' '.join(arguments)!r} failed: {_reason(done.stderr)}")
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def installation(**variables: str) -> Iterator[Installation]:
    """An empty one, on SQLite; ``variables`` are laid over the environment."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-bench-"))
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
        "GONGKAI_DATA": str(folder),
        "GONGKAI_LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    try:
        yield Installation(folder, environment | variables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(module: str, *arguments: str) -> list[str]:
    """How an act is started."""
    return [sys.executable, "-m", module, *arguments]


def _reason(stderr: str) -> str:
    """The last line of a traceback says what was wrong."""
    return (stderr.strip().splitlines() or ["it said nothing"])[-1]
