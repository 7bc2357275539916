"""``gongkai search`` from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.engines.search import IndexWriter, SearchRecord
from gongkai.shell.commands.search import search


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "published" / "current"
    folder.mkdir(parents=True)
    with IndexWriter(folder / "search.db") as writer:
        turns = ((date(2020, 6, 1), "in_force"), (date(2024, 1, 1), "repealed"))
        writer.put(
            SearchRecord(
                "document:1",
                ("city",),
                "/doc/2020/1/",
                "营商环境条例",
                "正文",
                published_on=date(2020, 5, 1),
                kind="normative",
                validity=turns,
                document_number="南府规〔2020〕12号",
            )
        )
        writer.put(SearchRecord("document:2", ("edu",), "/doc/2021/2/", "营商环境评价", "正文"))
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(search, arguments)

    return invoke


def test_json_carries_everything_of_a_hit(run):
    result = run("營商環境", "--site", "city", "--on", "2022-01-01", "--json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["total"], answer["exact"]) == (0, 1, True)
    (hit,) = answer["hits"]
    assert (hit["key"], hit["url"], hit["published_on"]) == ("document:1", "/doc/2020/1/", "2020-05-01")
    assert (hit["validity"], hit["title_marked"]) == ("in_force", "<mark>营商环境</mark>条例")


def test_conditions_narrow(run):
    assert json.loads(run("营商", "--json").output)["total"] == 2
    assert json.loads(run("营商", "--year", "2020", "--json").output)["total"] == 1
    assert (
        json.loads(run("营商", "--validity", "in_force", "--on", "2025-01-01", "--json").output)["total"] == 0
    )


def test_people_read_title_facts_and_address(run):
    output = run("南府规〔2020〕12号", "--on", "2024-06-01").output
    for part in ("营商环境条例", "2020-05-01", "南府规〔2020〕12号", "已废止", "/doc/2020/1/"):
        assert part in output


def test_nothing_found_ends_with_1_and_proposes(run):
    result = run("营商坏境")
    assert result.exit_code == 1
    assert "营商环境（2 条）" in result.output


def test_without_an_index_it_says_what_to_do(run, monkeypatch, tmp_path):
    monkeypatch.setenv("GONGKAI_DATA", str(tmp_path / "nowhere"))
    result = run("营商")
    assert result.exit_code == 2
    assert "gongkai press build" in result.output
