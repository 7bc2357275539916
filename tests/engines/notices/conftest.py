from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.engines.notices import wording
from gongkai.engines.notices.fake_gateway import FakeGateway, serve
from tests.engines.notices.occasions import OCCASIONS, SECRET


@pytest.fixture(autouse=True)
def occasions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that knows only the occasions of these tests."""
    monkeypatch.setattr(wording, "_templates", {})
    for template in OCCASIONS:
        wording.register(template)


@pytest.fixture
def gateway(tmp_path: Path, settings: object) -> Iterator[FakeGateway]:
    """A gateway in this process, on a port of its own; the settings lead to it."""
    server = serve(port=0, secret=SECRET, file=tmp_path / "gateway.sqlite3")
    settings.GONGKAI_SMS_URL = server.address  # type: ignore[attr-defined]
    settings.GONGKAI_SMS_SECRET = SECRET  # type: ignore[attr-defined]
    settings.GONGKAI_QUIET_HOURS = ""  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
