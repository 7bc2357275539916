"""Writing the index: by hundreds of thousands into a new file, or one document while others read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

from gongkai.engines.search.records import SearchRecord, Timeline
from gongkai.engines.search.storage import INDEX_TABLES, SCHEMA, connect, packed, scheme
from gongkai.engines.search.text import grams, plain, seen_through
from gongkai.foundation.hanzi import to_simplified, words

_CACHE_KIB = 65_536


class IndexOutdated(RuntimeError):
    """The file was written by a version of the software that compares texts in another way."""

    code = "search_index_outdated"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was written by another version: make a full build of the published tree")


class IndexWriter:
    """The one writer of a ``search.db``, which is made if it does not exist.

    Nothing is seen by readers before ``commit``. A new file has no journal on disk until it is closed: a build
    that dies is thrown away whole. After that each commit is atomic and disturbs no reader (write-ahead log).
    """

    def __init__(self, path: Path) -> None:
        self._fresh = not path.exists()
        self._connection = connect(path, mode="rwc")
        self._words: Counter[str] = Counter()
        self._labels: dict[tuple[str, str, str], int] = {}
        execute = self._connection.execute
        execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        execute("PRAGMA secure_delete=ON")  # a withdrawn text leaves no traces in free pages
        if self._fresh:
            execute("PRAGMA journal_mode=MEMORY")
            execute("PRAGMA synchronous=OFF")
            self._connection.executescript(SCHEMA)
            execute("INSERT INTO meta VALUES ('scheme', ?), ('stamp', ?)", (scheme(), uuid4().hex))
        else:
            execute("PRAGMA synchronous=NORMAL")
            if execute("SELECT value FROM meta WHERE name = 'scheme'").fetchone() != (scheme(),):
                self._connection.close()
                raise IndexOutdated(path)

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            self.commit()
        self.close()

    def put(self, record: SearchRecord) -> None:
        """Take in ``record`` in place of the one with its key; an unchanged one costs a look-up."""
        self._begin()
        digest = blake2b(repr(record).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._connection.execute(
            "SELECT id, digest, title FROM document WHERE key = ?", (record.key,)
        ).fetchone()
        if known is None:
            id = self._insert_document(record, digest)
        elif known[1] == digest:
            return
        else:
            id = known[0]
            self._forget_text(id, known[2])
            self._update_document(id, record, digest)
        self._insert_text(id, record)
        self._shelve(id, record)
        self._connection.execute("INSERT INTO change (id) VALUES (?)", (id,))

    def put_many(self, records: Iterable[SearchRecord]) -> None:
        for record in records:
            self.put(record)

    def delete(self, key: str) -> None:
        """Remove what has this key; nothing happens when there is none."""
        self._begin()
        execute = self._connection.execute
        known = execute("SELECT id, title FROM document WHERE key = ?", (key,)).fetchone()
        if known is None:
            return
        id, title = known
        self._forget_text(id, title)
        execute("DELETE FROM shelf WHERE id = ?", (id,))
        execute("DELETE FROM document WHERE id = ?", (id,))
        execute("INSERT INTO change (id) VALUES (?)", (id,))

    def commit(self) -> None:
        """Make everything so far visible to readers, at once."""
        if self._connection.in_transaction:
            self._count_words()
            self._connection.execute("COMMIT")

    def optimize(self) -> None:
        """Merge the index into its smallest and fastest form. For the end of a full build: takes seconds."""
        self._begin()
        for table in INDEX_TABLES:
            self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608
        self._connection.execute("DELETE FROM change")
        self.commit()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; what was not committed is dropped, except in a new file, which is worth nothing then."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT" if self._fresh else "ROLLBACK")
        if self._fresh:
            self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()

    # -- Rows ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _insert_document(self, record: SearchRecord, digest: bytes) -> int:
        cursor = self._connection.execute(
            "INSERT INTO document (key, digest, url, title, number, index_number, summary, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (record.key, digest, *_shown(record)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _update_document(self, id: int, record: SearchRecord, digest: bytes) -> None:
        self._connection.execute(
            "UPDATE document SET digest=?, url=?, title=?, number=?, index_number=?, summary=?, text=? WHERE id=?",
            (digest, *_shown(record), id),
        )

    def _insert_text(self, id: int, record: SearchRecord) -> None:
        head = "\n".join(map(plain, (record.title, record.document_number, record.index_number)))
        if through := seen_through(record.title):
            head += f"\n{through}"
        body = plain(record.text)
        execute = self._connection.execute
        execute("INSERT INTO plain VALUES (?, ?, ?)", (id, head, body))
        for table, tokens in _tokens(head, body):
            execute(f"INSERT INTO {table} (rowid, grams) VALUES (?, ?)", (id, tokens))  # noqa: S608
        self._words.update(_title_words(record.title))

    def _forget_text(self, id: int, title: str) -> None:
        execute = self._connection.execute
        head, body = execute("SELECT head, body FROM plain WHERE id = ?", (id,)).fetchone()
        # A contentless table must be told what it holds; ``plain`` is exactly what it was given.
        for table, tokens in _tokens(head, body):
            execute(
                f"INSERT INTO {table} ({table}, rowid, grams) VALUES ('delete', ?, ?)",  # noqa: S608
                (id, tokens),
            )
        execute("DELETE FROM plain WHERE id = ?", (id,))
        self._words.subtract(_title_words(title))

    def _shelve(self, id: int, record: SearchRecord) -> None:
        subject = record.subject.replace("\\", "/").split("/")[0].strip()
        row = (
            id,
            self._label("site", " ".join(record.sites), ""),
            self._label("organ", record.organ_code or record.organ, record.organ),
            self._label("subject", subject, subject),
            self._label("kind", record.kind, record.kind_label),
            record.published_on.toordinal() if record.published_on else None,
            written_timeline(record.validity),
        )
        self._connection.execute("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _label(self, facet: str, value: str, label: str) -> int:
        key = (facet, _storable(value), _storable(label or value))
        id = self._labels.get(key)
        if id is None:
            execute = self._connection.execute
            execute("INSERT OR IGNORE INTO label (facet, value, label) VALUES (?, ?, ?)", key)
            found = execute(
                "SELECT id FROM label WHERE facet = ? AND value = ? AND label = ?", key
            ).fetchone()
            id = self._labels[key] = int(found[0])
        return id

    def _count_words(self) -> None:
        changed = [(word, plain(word), count) for word, count in self._words.items() if count]
        self._words.clear()
        self._connection.executemany(
            "INSERT INTO word VALUES (?, ?, ?) ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
            changed,
        )
        if any(count < 0 for _word, _plain, count in changed):
            self._connection.execute("DELETE FROM word WHERE count <= 0")


def written_timeline(validity: Timeline) -> str | None:
    """``1=not_yet 737440=in_force``: ordinals of days and states."""
    return " ".join(f"{since.toordinal()}={state}" for since, state in validity) or None


def _shown(record: SearchRecord) -> tuple[str | bytes, ...]:
    shown = (record.url, record.title, record.document_number, record.index_number, record.summary)
    return (*map(_storable, shown), packed(record.text))


def _tokens(head: str, body: str) -> tuple[tuple[str, str], ...]:
    """What each index table is given: every token once, for it knows no positions.

    ``head_gram`` has both numbers whole and without brackets besides, so that 国发20195号 finds 国发〔2019〕5号.
    """
    _title, *numbers = head.split("\n")
    in_head = grams(head.replace("\n", " "))
    whole_numbers = (number.replace(" ", "") for number in numbers)
    return (
        ("gram", " ".join(in_head | grams(body))),
        ("head_gram", " ".join((*in_head, *whole_numbers))),
    )


def _title_words(title: str) -> set[str]:
    return {word for word in words(to_simplified(_storable(title))) if len(word) > 1 and word.isalpha()}


def _storable(text: str) -> str:
    """Lone surrogates, which no file can hold, become question marks."""
    return text.encode("utf-8", "replace").decode()
