"""A change of the published tree is seen by the next reader."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from gongkai.engines.press import serving
from gongkai.engines.press.serving import Generation, PublicFiles
from tests.published_tree import BehindIt, PublishedTree, request


def test_the_first_request_after_a_change_sees_it(app: PublicFiles, tree: PublishedTree) -> None:
    for number in range(20):
        tree.publish("index.html", f"version {number}")
        assert request(app).body.decode() == f"version {number}"


def test_without_a_change_the_disk_is_not_asked(app: PublicFiles, tree: PublishedTree) -> None:
    tree.publish("index.html", "told")
    assert request(app).body == b"told"
    tree.write("index.html", "not told")
    assert request(app).body == b"told"
    tree.advance()
    assert request(app).body == b"not told"


def test_a_withdrawal_is_seen_at_once_in_every_form(app: PublicFiles, tree: PublishedTree) -> None:
    tree.publish("doc/1/index.html", "x")
    tag = request(app, "/doc/1/").headers["ETag"]
    tree.withdraw("doc/1/index.html")
    assert request(app, "/doc/1/").status == 404
    assert request(app, "/doc/1/", if_none_match=tag).status == 404


def test_another_tree_takes_over_whole(app: PublicFiles, tree: PublishedTree) -> None:
    tree.publish("index.html", "old")
    tree.publish("only-old/index.html", "old")
    assert request(app).body == b"old"
    tree.switch("second")
    tree.write("index.html", "new")
    assert request(app).body == b"new"
    assert request(app, "/only-old/").status == 404


def test_a_page_missing_in_a_tree_that_was_just_replaced_is_looked_for_in_the_new_one(
    app: PublicFiles, tree: PublishedTree
) -> None:
    tree.publish("index.html", "old")
    assert request(app).body == b"old"
    tree.prepare("second")
    tree.point_to("second")  # the press has switched and not yet counted
    tree.write("fresh/index.html", "fresh")
    assert request(app, "/fresh/").body == b"fresh"


def test_a_slow_request_from_before_a_change_leaves_nothing_behind(
    app: PublicFiles, tree: PublishedTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.publish("index.html", "old")
    find = serving.find

    def slow(root: Path, names: list[str]) -> Any:
        found = find(root, names)
        monkeypatch.setattr(serving, "find", find)
        tree.publish("index.html", "new")
        assert request(app).body == b"new"
        return found

    monkeypatch.setattr(serving, "find", slow)
    assert request(app).body == b"old"
    assert request(app).body == b"new"


def test_a_counter_that_was_replaced_is_noticed(
    app: PublicFiles, tree: PublishedTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.publish("index.html", "old")
    assert request(app).body == b"old"
    counter = tree.root / "generation"
    aside = counter.with_suffix(".aside")
    aside.write_bytes(counter.read_bytes())
    aside.replace(counter)
    tree.write("index.html", "new")
    _let_a_second_pass(monkeypatch)
    assert request(app).body == b"new"


def test_without_a_counter_the_disk_is_looked_at_every_second(
    app: PublicFiles, tree: PublishedTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.root / "generation").unlink()
    tree.write("index.html", "old")
    _let_a_second_pass(monkeypatch)
    assert request(app).body == b"old"
    tree.write("index.html", "new")
    _let_a_second_pass(monkeypatch)
    assert request(app).body == b"new"


def test_the_counter_is_read_as_the_press_writes_it(tree: PublishedTree) -> None:
    counter = Generation(tree.root)
    tree.number = 258
    tree.advance()
    assert counter.number() == 259
    tree.advance()
    assert counter.number() == 260


@pytest.mark.parametrize("octets", [b"", b"1234567"])
def test_a_counter_cut_short_is_no_counter(tree: PublishedTree, octets: bytes) -> None:
    (tree.root / "generation").unlink()
    (tree.root / "generation").write_bytes(octets)
    assert Generation(tree.root).number() == 0


def _let_a_second_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moves the clock of the serving module on by two seconds."""
    now = serving.monotonic() + 2
    monkeypatch.setattr(serving, "monotonic", lambda: now)


# -- No tree ------------------------------------------------------------------------------------------


def test_before_the_first_build_it_says_so_in_chinese_and_the_workbench_answers(
    tmp_path: Path, behind: BehindIt, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = PublicFiles(tmp_path / "published", behind)
    reply = request(app)
    assert reply.status == 503
    assert "尚未发布" in reply.body.decode()
    assert "Retry-After" in reply.headers
    assert request(app, "/workbench/").body == b"behind"
    tree = PublishedTree(tmp_path / "published")
    tree.publish("index.html", "now")
    _let_a_second_pass(monkeypatch)
    assert request(app).body == b"now"


@pytest.mark.parametrize("table", ["", "[", '{"default": 1', "1", "{}", '{"default": []}'])
def test_a_broken_table_of_sites_is_reported_and_survived(
    app: PublicFiles, tree: PublishedTree, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    caplog.set_level(logging.ERROR, logger="gongkai")
    tree.publish("index.html", "page")
    (tree.tree / "sites.json").write_text(table)
    tree.advance()
    assert request(app).status == 503
    assert "table of sites" in caplog.text
    assert request(app, "/workbench/").status == 200
