"""A tiny wing for the press to print: notes on boards. A note has its page; a board lists its notes.

The notes live in a plain table made here, so that rendering reads the database as real pages do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import connection, transaction

from gongkai.engines import press
from gongkai.engines.press import LANG, OTHER, ROOT, Page, PageRef, PublishedSite
from gongkai.engines.search import Query, SearchIndex, SearchRecord

SITES = [
    PublishedSite("city", ("city.localhost",), "市网站", default=True),
    PublishedSite("edu", ("edu.localhost",), "教育网站"),
]

CREATE = (
    "CREATE TABLE IF NOT EXISTS press_note"
    " (id INTEGER PRIMARY KEY, title TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0)"
)


def execute(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def write_note(number: int, title: str) -> None:
    execute("DELETE FROM press_note WHERE id = %s", number)
    execute("INSERT INTO press_note (id, title, withdrawn) VALUES (%s, %s, 0)", number, title)


def write(number: int, title: str, lane: str = "people") -> None:
    """The service of this tiny wing: one transaction for the note and the word to the press."""
    with transaction.atomic():
        write_note(number, title)
        press.changed(f"note:{number}", "board", lane=lane)


def site(published: Path, slug: str = "city") -> Path:
    return published / "current" / "sites" / slug


def generation(published: Path) -> int:
    return int(struct.unpack("<Q", (published / "generation").read_bytes())[0])


def found(published: Path, words: str) -> int:
    return SearchIndex(published / "current" / "search.db").search(Query(words=words)).total


class NotePage:
    """Note n at note/n/ on every site; title "坏" cannot be rendered; a withdrawn one leaves a notice."""

    name = "note"

    def keys(self, site: str) -> Iterator[str]:
        return (str(row[0]) for row in execute("SELECT id FROM press_note ORDER BY id"))

    def affected(self, change: str) -> Iterable[PageRef]:
        if change.startswith("note:"):
            key = change.removeprefix("note:")
            return [PageRef("note", site.slug, key) for site in SITES]
        return []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        marks = ",".join("%s" for _ in keys)
        rows = {
            str(row[0]): row
            for row in execute(
                f"SELECT id, title, withdrawn FROM press_note WHERE id IN ({marks})", *map(int, keys)
            )
        }
        for key in keys:
            row = rows.get(key)
            if row is None:
                yield key, None
                continue
            title = str(row[1])
            if title == "坏":
                raise ValueError("this note cannot be rendered")
            search = SearchRecord(f"note:{key}", ("city", "edu"), f"/note/{key}/", title, title)
            yield (
                key,
                Page(
                    path=f"note/{key}/index.html",
                    body=f'<html lang="{LANG}"><a href="{ROOT}/">首页</a><a href="{OTHER}/note/{key}/">繁</a>'
                    + ("已撤下" if row[2] else f"<h1>{title}</h1>"),
                    depends=[f"note:{key}"],
                    status=410 if row[2] else 200,
                    search=None if row[2] else search,
                ),
            )


class BoardPage:
    """The list of all notes of a site: what concurrent publishers must never lose an entry of."""

    name = "board"

    def keys(self, site: str) -> Iterator[str]:
        return iter(["all"])

    def affected(self, change: str) -> Iterable[PageRef]:
        return [PageRef("board", site.slug, "all") for site in SITES] if change.startswith("note:") else []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        titles = [
            str(row[0]) for row in execute("SELECT title FROM press_note WHERE withdrawn = 0 ORDER BY id")
        ]
        items = "".join(f"<li>{title}</li>" for title in titles)
        for key in keys:
            yield key, Page(path="index.html", body=f"<ul>{items}</ul>", depends=["board"])


class FeedPage:
    """Bytes in one script only."""

    name = "feed"

    def keys(self, site: str) -> Iterator[str]:
        return iter(["feed"])

    def affected(self, change: str) -> Iterable[PageRef]:
        return []

    def render(self, site: str, keys: Sequence[str]) -> Iterator[tuple[str, Page | None]]:
        for key in keys:
            yield key, Page(path="feed.atom", body=b"<feed/>", depends=["board"], both_scripts=False)
