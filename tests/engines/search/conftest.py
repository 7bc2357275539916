"""Small indexes to search in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongkai.engines.search import IndexWriter, SearchIndex, SearchRecord


def record(key: str = "1", **facts: Any) -> SearchRecord:
    plain: dict[str, Any] = {
        "sites": ("city",),
        "url": f"/doc/2020/{key}/",
        "title": f"第{key}号文件",
        "text": "正文",
        "published_on": date(2020, 5, 1),
    }
    return SearchRecord(key=key, **(plain | facts))


@pytest.fixture
def make() -> Callable[..., SearchRecord]:
    """A record with something in every required field; the rest by keyword."""
    return record


@pytest.fixture
def index_of(tmp_path: Path) -> Iterator[Callable[..., SearchIndex]]:
    """An index that holds the given records and nothing else."""
    opened: list[SearchIndex] = []

    def build(*records: SearchRecord) -> SearchIndex:
        path = tmp_path / f"{len(opened)}.db"
        with IndexWriter(path) as writer:
            writer.put_many(records)
        opened.append(SearchIndex(path))
        return opened[-1]

    yield build
    for index in opened:
        index.close()
