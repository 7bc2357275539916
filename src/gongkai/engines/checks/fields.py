"""Where the words of a subject stand, for every check that reads text."""

from __future__ import annotations

from collections.abc import Iterator

from gongkai.engines.checks.declarations import Subject


def written(subject: Subject) -> Iterator[tuple[str, str]]:
    """Each field by name with its words: the title, the visible text, then the facts."""
    yield "title", subject.title
    yield "text", subject.text
    yield from subject.facts.items()


def prose(subject: Subject) -> Iterator[tuple[str, str]]:
    """The fields written in sentences: names and numbers among the facts are judged by other rules."""
    yield "title", subject.title
    yield "text", subject.text
    if "summary" in subject.facts:
        yield "summary", subject.facts["summary"]
