"""A published tree that nobody can write to: a mounted snapshot, a folder of another owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongkai.engines.search import IndexWriter, Query, SearchIndex, SearchRecord
from gongkai.shell.public.search_page import MARKER
from tests.published_tree import PublishedTree

ASK = """
import ctypes, json, os, sys
from pathlib import Path
from tests.published_tree import request
from gongkai.engines.press.serving import PublicFiles
from gongkai.shell.public.search_page import SearchPage

def no_django(environ, start_response):
    start_response("503 Service Unavailable", [])
    return []

if os.getuid() == 0:  # root writes everywhere until it gives up its powers; the interpreter may lie where only root reads
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()) == 0

published = Path(sys.argv[1])
app = PublicFiles(published, SearchPage(published, no_django))
for path, query in json.loads(sys.argv[2]):
    reply = request(app, path, query=query)
    print(json.dumps([reply.status, reply.body.decode()]))
try:
    (published / "mine").write_text("x")
    print(json.dumps([0, "the tree can be written to"]))
except OSError:
    pass
"""


@pytest.fixture
def published() -> Iterator[Path]:
    """A folder that other people can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = Path(folder) / "published"
        yield root
        for place in (root, *root.rglob("*")):
            if not place.is_symlink():
                place.chmod(0o755)


def closed(root: Path) -> None:
    for place in (root, *root.rglob("*")):
        if not place.is_symlink():
            place.chmod(0o555 if place.is_dir() else 0o444)


def fill(index: Path, *titles: str) -> None:
    with IndexWriter(index) as writer:
        for number, title in enumerate(titles):
            writer.put(
                SearchRecord(
                    f"d:{number}", ("city",), "/", title, "优化营商环境", published_on=date(2020, 5, 1)
                )
            )


def ask(root: Path, *questions: tuple[str, str]) -> list[Any]:
    """In a process that may read the tree and not write it, also when root runs the tests."""
    root_of_tests = Path(__file__).parents[2]
    environment = {"PYTHONPATH": os.pathsep.join(map(str, (root_of_tests, root_of_tests / "src")))}
    answer = subprocess.run(
        [sys.executable, "-c", ASK, str(root), json.dumps(questions)],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_portal_search_and_feeds_answer_from_a_tree_that_cannot_be_written(published: Path) -> None:
    tree = PublishedTree(published)
    tree.write("index.html", "<h1>海口市</h1>")
    tree.write("feed.atom", "<feed/>")
    for root in ("", "hant/"):
        tree.write(f"{root}search/index.html", f"<main>{MARKER}</main>")
    fill(tree.tree / "search.db", "优化营商环境条例", "路灯")
    closed(published)
    home, feed, found, traditional, offered = ask(
        published,
        ("/", ""),
        ("/feed.atom", ""),
        ("/search/", "q=%E8%90%A5%E5%95%86%E7%8E%AF%E5%A2%83"),
        ("/hant/search/", "q=%E7%87%9F%E5%95%86%E7%92%B0%E5%A2%83"),
        ("/search/suggest", "q=%E8%90%A5%E5%95%86"),
    )
    assert home == [200, "<h1>海口市</h1>"]
    assert feed == [200, "<feed/>"]
    assert found[0] == traditional[0] == offered[0] == 200
    assert "<mark>营商环境</mark>" in found[1]
    assert "<mark>" in traditional[1]
    assert "营商" in offered[1]
    assert list((tree.tree).glob("search.db-*")) == []


def test_a_file_that_changes_where_it_cannot_be_written_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reader of a mounted folder sees when the press, elsewhere, writes to it."""
    monkeypatch.setattr("gongkai.engines.search.index.os.access", lambda path, mode: False)
    path = tmp_path / "search.db"
    fill(path, "路灯")
    index = SearchIndex(path)
    assert index.search(Query("路灯")).total == 1
    fill(path, "路灯", "路灯之二", "路灯之三")
    assert index.search(Query("路灯")).total == 3
    index.close()
