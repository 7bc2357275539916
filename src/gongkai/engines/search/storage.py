"""The file ``search.db``: its tables, and how it is opened.

``gram`` and ``head_gram`` are FTS5 tables that know only *which* texts hold a pair of characters (contentless,
``detail=none``): a third of the size of an index with positions. Whether the pairs stand in order is read from
``plain``, which makes every answer exact (``docs/search.md`` has the measurements). What is shown is in ``document``,
what is counted in ``shelf``.
"""

from __future__ import annotations

import sqlite3
import zlib
from functools import cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

from isal import isal_zlib

from gongkai.engines.search.text import grams, plain

_GRAMS = "USING fts5(grams, content='', columnsize=0, detail=none, tokenize='ascii')"

SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
  number TEXT NOT NULL, index_number TEXT NOT NULL, summary TEXT NOT NULL, text BLOB NOT NULL
);
CREATE TABLE plain (id INTEGER PRIMARY KEY, head TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE shelf (
  id INTEGER PRIMARY KEY, sites INTEGER NOT NULL, organ INTEGER NOT NULL, subject INTEGER NOT NULL,
  kind INTEGER NOT NULL, day INTEGER, validity TEXT
);
CREATE TABLE label (
  id INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (facet, value, label)
);
CREATE TABLE change (seq INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL);
CREATE TABLE word (word TEXT PRIMARY KEY, plain TEXT NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX word_plain ON word (plain);
CREATE VIRTUAL TABLE gram {_GRAMS};
CREATE VIRTUAL TABLE head_gram {_GRAMS};
"""
# ``change`` tells readers which documents to look at again; AUTOINCREMENT keeps numbers rising when it is emptied.

INDEX_TABLES = ("gram", "head_gram")

_PROBE = "".join(map(chr, (*range(0x20, 0x500), *range(0x3000, 0xA000), *range(0xFF00, 0xFFEF))))


@cache
def scheme() -> str:
    """What texts become in this version of the software; another scheme cannot be written into the same file, for
    taking a text out of a contentless table needs the very tokens that went in."""
    return blake2b(f"2 {plain(_PROBE)} {sorted(grams(plain(_PROBE)))}".encode(), digest_size=8).hexdigest()


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """``mode``: ``ro``, ``rw`` or ``rwc``. Transactions are opened and closed by the caller."""
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10, check_same_thread=False)


def packed(text: str) -> bytes:
    """Two thirds of what UTF-8 would take: GB 18030 has every character of Unicode, Han ones in two octets."""
    return isal_zlib.compress(text.encode("gb18030", "replace"), 2)


def unpacked(blob: bytes) -> str:
    return zlib.decompress(blob).decode("gb18030")
