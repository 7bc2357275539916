"""The file itself: written while it is read, replaced, missing, spoilt."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engines.search import (
    IndexOutdated,
    IndexWriter,
    Query,
    SearchIndex,
    SearchRecord,
    SearchUnavailable,
)
from gongkai.engines.search.bitmaps import bitmap, members
from gongkai.engines.search.shelves import Shelves, current_seq
from gongkai.engines.search.storage import connect, packed, unpacked

ON = date(2026, 6, 30)


def total(index: SearchIndex, words: str) -> int:
    return index.search(Query(words, on=ON)).total


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "search.db"


def test_a_reader_sees_each_commit_and_nothing_before_it(path, make):
    with IndexWriter(path) as writer:
        writer.put(make("1", text="路灯"))
    index = SearchIndex(path)
    assert total(index, "路灯") == 1
    writer = IndexWriter(path)
    writer.put(make("2", text="路灯"))
    assert total(index, "路灯") == 1
    writer.commit()
    assert total(index, "路灯") == 2
    writer.delete("1")
    writer.commit()
    assert total(index, "路灯") == 1
    writer.close()


def test_what_was_not_committed_is_dropped_on_closing(path, make):
    IndexWriter(path).close()
    writer = IndexWriter(path)
    writer.put(make("1"))
    writer.close()
    assert total(SearchIndex(path), "正文") == 0


def test_a_changed_record_takes_the_place_of_the_old_one(path, make):
    first = make("1", title="路灯办法", text="旧文", kind="news", organ="城管局")
    with IndexWriter(path) as writer:
        writer.put(first)
    with IndexWriter(path) as writer:
        writer.put(replace(first, title="照明办法", text="新文", kind="policy", organ="住建局"))
    index = SearchIndex(path)
    assert [total(index, words) for words in ("路灯", "旧文", "照明", "新文")] == [0, 0, 1, 1]
    facets = {
        facet.name: [value.value for value in facet.values] for facet in index.search(Query("", on=ON)).facets
    }
    assert (facets["kind"], facets["organ"]) == (["policy"], ["住建局"])


def test_a_deleted_document_leaves_no_word_of_it_in_the_file(path, make):
    secret = "某某的身份信息"
    with IndexWriter(path) as writer:
        writer.put(make("0", text="留下的"))
        writer.put(make("1", title=secret, text=secret * 200, summary=secret, document_number=secret))
    with IndexWriter(path) as writer:
        writer.delete("1")
    with IndexWriter(path) as writer:
        writer.optimize()
    content = path.read_bytes()
    assert secret.encode() not in content
    assert "身份".encode() not in content
    assert packed(secret * 200) not in content


def test_deleting_what_is_not_there_does_nothing(path, make):
    with IndexWriter(path) as writer:
        writer.put(make("1"))
        writer.delete("nobody")
    assert total(SearchIndex(path), "正文") == 1


def test_a_replaced_file_is_noticed_by_every_thread(tmp_path, make):
    link = tmp_path / "current"
    for name, text in (("one", "第一棵树"), ("two", "第二棵树")):
        (tmp_path / name).mkdir()
        with IndexWriter(tmp_path / name / "search.db") as writer:
            writer.put(make("1", text=text))
    link.symlink_to("one")
    index = SearchIndex(link / "search.db")
    answers: list[int] = []

    def ask() -> None:
        answers.append(total(index, "第二棵树"))

    def ask_elsewhere() -> None:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()

    ask()
    ask_elsewhere()
    aside = tmp_path / "aside"
    aside.symlink_to("two")
    aside.replace(link)
    ask()
    ask_elsewhere()
    assert answers == [0, 0, 1, 1]


def test_readers_never_fail_nor_see_half_a_change_while_one_writes(path, make):
    """Each commit moves both documents to the next word together; a reader must find both or none."""
    with IndexWriter(path) as writer:
        writer.put_many([make("1", text="第000步"), make("2", text="第000步")])
    index = SearchIndex(path)
    done = threading.Event()
    odd: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                results = index.search(Query("步", on=ON))
                steps = {hit.snippet_marked for hit in results.hits}
                if results.total != 2 or len(steps) != 1:
                    odd.append((results.total, steps))
            except SearchUnavailable as error:
                odd.append(error)
        index.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    writer = IndexWriter(path)
    for step in range(1, 120):
        writer.put_many([make("1", text=f"第{step:03}步"), make("2", text=f"第{step:03}步")])
        writer.commit()
    writer.close()
    done.set()
    for reader in readers:
        reader.join()
    assert odd == []
    assert total(index, "第119步") == 2


@pytest.mark.fault
def test_a_writer_killed_in_the_middle_leaves_what_it_committed(path, make):
    with IndexWriter(path) as writer:
        writer.put(make("1", text="路灯"))
    code = (
        "import os, signal, sys; from pathlib import Path; from gongkai.engines.search import *;"
        "writer = IndexWriter(Path(sys.argv[1]));"
        "writer.put(SearchRecord('2', ('city',), '/', '照明', '路灯')); writer.commit();"
        "writer.put(SearchRecord('1', ('city',), '/', '改写', '半途')); writer.delete('2');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -9
    assert sorted(SearchIndex(path).keys(Query("路灯", on=ON))) == ["1", "2"]
    with IndexWriter(path) as writer:
        writer.delete("1")
    assert list(SearchIndex(path).keys(Query("路灯", on=ON))) == ["2"]


def test_a_missing_or_spoilt_file_is_said_to_be_unavailable_and_mends_when_it_comes(path, make):
    index = SearchIndex(path)
    with pytest.raises(SearchUnavailable):
        total(index, "路灯")
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(SearchUnavailable):
        total(index, "路灯")
    path.unlink()
    sqlite3.connect(path).executescript("CREATE TABLE other (x)")
    with pytest.raises(SearchUnavailable):
        total(index, "路灯")
    path.unlink()
    with IndexWriter(path) as writer:
        writer.put(make("1", text="路灯"))
    assert total(index, "路灯") == 1


def test_a_file_spoilt_in_the_middle_is_said_to_be_unavailable(path, make):
    with IndexWriter(path) as writer:
        writer.put_many(make(str(n), text=f"路灯{n}" * 30) for n in range(500))
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(SearchUnavailable):
        total(SearchIndex(path), "路灯")


def test_a_file_of_another_version_is_not_written_into(path, make):
    IndexWriter(path).close()
    other = sqlite3.connect(path)
    other.execute("UPDATE meta SET value = 'another' WHERE name = 'scheme'")
    other.commit()
    other.close()
    with pytest.raises(IndexOutdated, match="full build"):
        IndexWriter(path)


def test_optimizing_changes_no_answer(path, make):
    with IndexWriter(path) as writer:
        writer.put_many(make(str(n), text=f"路灯{n}") for n in range(300))
        writer.commit()
        for n in range(0, 300, 3):
            writer.delete(str(n))
    index = SearchIndex(path)
    before = total(index, "路灯"), sorted(index.keys(Query("路灯", on=ON)))
    with IndexWriter(path) as writer:
        writer.optimize()
    assert (total(index, "路灯"), sorted(index.keys(Query("路灯", on=ON)))) == before
    assert before[0] == 200
    checked = sqlite3.connect(path)
    assert checked.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for table in ("gram", "head_gram"):
        checked.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


KEYS = st.sampled_from("abcd")
STATES = st.sampled_from(["in_force", "repealed", "none"])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("delete"), KEYS),
        st.builds(
            SearchRecord,
            key=KEYS,
            sites=st.sampled_from([("city",), ("city", "edu")]),
            url=st.just("/"),
            title=st.sampled_from(["路灯", "照明"]),
            text=st.just("正文"),
            kind=st.sampled_from(["news", "policy"]),
            published_on=st.none() | st.dates(date(2019, 1, 1), date(2021, 1, 1)),
            validity=st.lists(
                st.tuples(st.dates(date(2019, 1, 1), date(2021, 1, 1)), STATES), max_size=2
            ).map(lambda turns: tuple(sorted(turns))),
        ),
        st.just("commit"),
    ),
    max_size=25,
)


@settings(max_examples=80, deadline=None)
@given(ACTS, st.dates(date(2018, 1, 1), date(2022, 1, 1)))
def test_shelves_mended_after_changes_equal_shelves_loaded_anew(acts, on):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        IndexWriter(path).close()
        writer = IndexWriter(path)
        connection = connect(path, mode="ro")
        shelves = Shelves.load(connection)
        shelves.validity(on)
        for act in [*acts, "commit"]:
            if act == "commit":
                writer.commit()
                if current_seq(connection) != shelves.seq:
                    shelves = shelves.renewed(connection)
                loaded = Shelves.load(connection)
                assert shelves.live == loaded.live
                for name in shelves.facets.keys() | loaded.facets.keys():
                    assert shelves.facets.get(name, {}) == loaded.facets.get(name, {})
                day_of_each = [(id, shelves.days[id]) for id in members(shelves.live)]
                assert day_of_each == [(id, loaded.days[id]) for id in members(loaded.live)]
                assert shelves.validity(on) == loaded.validity(on)
                assert [*shelves.newest_first(shelves.live)] == [*loaded.newest_first(loaded.live)]
            elif isinstance(act, SearchRecord):
                writer.put(act)
            else:
                writer.delete(act[1])
        connection.close()
        writer.close()


@given(st.sets(st.integers(0, 2_000)), st.integers(2_000, 3_000))
def test_a_bitmap_holds_its_members(ids, size):
    bits = bitmap(sorted(ids), size)
    assert members(bits) == sorted(ids)
    assert bits.bit_count() == len(ids)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_survives_packing(text):
    assert unpacked(packed(text)) == text


def test_searching_needs_no_django(path, make):
    with IndexWriter(path) as writer:
        writer.put(make("1", text="路灯"))
    code = (
        "import sys; from pathlib import Path; from gongkai.engines.search import *;"
        "print(SearchIndex(Path(sys.argv[1])).search(Query('路灯')).total, 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "False"]
