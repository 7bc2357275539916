from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.engines.press.declarations import Registry, registry
from tests.engines.press import boards


@pytest.fixture
def press_registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A press that knows only the boards."""
    kinds = {kind.name: kind for kind in (boards.NotePage(), boards.BoardPage(), boards.FeedPage())}
    monkeypatch.setattr(registry, "kinds", kinds)
    monkeypatch.setattr(registry, "sites", lambda: boards.SITES)
    monkeypatch.setattr(registry, "ticks", {})
    return registry


@pytest.fixture
def notes(press_registry: Registry, transactional_db: None) -> Iterator[None]:
    boards.execute("DROP TABLE IF EXISTS press_note")
    boards.execute(boards.CREATE)
    yield
    boards.execute("DROP TABLE press_note")


@pytest.fixture
def published(settings: object) -> Path:
    return Path(settings.GONGKAI_PUBLISHED)  # type: ignore[attr-defined]
