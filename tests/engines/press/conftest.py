from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.engines.press.declarations import Registry, registry
from gongkai.engines.press.serving import PublicFiles
from tests.engines.press import boards
from tests.published_tree import BehindIt, PublishedTree


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


@pytest.fixture
def tree(tmp_path: Path) -> PublishedTree:
    return PublishedTree(tmp_path / "published")


@pytest.fixture
def behind() -> BehindIt:
    return BehindIt()


@pytest.fixture
def app(tree: PublishedTree, behind: BehindIt) -> PublicFiles:
    return PublicFiles(tree.root, behind)
