"""Search is exact: a phrase is found if and only if it stands in the text. Checked in SQLite's own index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import fold, index_tokens, query_phrase
from gongkai.foundation.hanzi.tokens import runs

# few characters, so that near misses are common; the last ones end a run
NARROW = st.text("政府信息公开複复A2 ，。", max_size=30)
WIDE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("""CREATE VIRTUAL TABLE texts USING fts5(tokens, tokenize = "ascii")""")
    yield connection
    connection.close()


def finds(index: sqlite3.Connection, *, text: str, words: str) -> bool:
    index.execute("DELETE FROM texts")
    index.execute("INSERT INTO texts VALUES (?)", [index_tokens(text)])
    found = index.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", [query_phrase(words)]).fetchone()
    return bool(found[0])


def stands_in(*, text: str, words: str) -> bool:
    """The truth: the runs of each term of the words stand in those of the text, in order, as one substring."""
    joined = "\n" + "\n".join(runs(fold(text))) + "\n"
    return all("\n".join(runs(term)) in joined for term in fold(words).split() if runs(term))


@given(text=NARROW, words=NARROW)
@example(text="公开政府，信息", words="府信")
@example(text="信息公开", words="开")
@example(text="政府A", words="a")
def test_words_are_found_exactly_where_they_stand(index: sqlite3.Connection, text: str, words: str) -> None:
    if query_phrase(words):
        assert finds(index, text=text, words=words) == stands_in(text=text, words=words)


@given(text=WIDE, data=st.data())
def test_every_substring_is_found(index: sqlite3.Connection, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if start < end:
        assert finds(index, text=text, words=text[start:end])


@given(st.text())
@example('" OR * NEAR(a b) -c ^d : {e}')
@example("\0")
def test_nothing_typed_breaks_the_query(index: sqlite3.Connection, words: str) -> None:
    if phrase := query_phrase(words):
        index.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", [phrase]).fetchone()


def test_substrings_of_the_report_are_found_in_its_own_line_and_no_other(
    index: sqlite3.Connection, shared_data: Path
) -> None:
    lines = (shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8").splitlines()
    index.execute("DELETE FROM texts")
    index.executemany(
        "INSERT INTO texts(rowid, tokens) VALUES (?, ?)", enumerate(index_tokens(line) for line in lines)
    )
    chance = Random(2020)
    asked = 0
    while asked < 300:
        line = chance.choice(lines)
        start = chance.randrange(len(line)) if line else 0
        words = line[start : start + chance.randint(2, 8)]
        if not query_phrase(words):
            continue
        asked += 1
        found = index.execute("SELECT rowid FROM texts WHERE texts MATCH ?", [query_phrase(words)])
        truth = {number for number, other in enumerate(lines) if stands_in(text=other, words=words)}
        assert {row[0] for row in found} == truth, words
