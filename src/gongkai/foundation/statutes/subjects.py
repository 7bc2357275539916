"""The 22 subject classes (主题分类) that official documents are filed under, with their sub-classes."""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import dataclass

from .errors import StatuteError
from .instruments import read_table


@dataclass(frozen=True, slots=True)
class Subject:
    """A top class. ``children`` is empty for the two classes that have no sub-classes."""

    number: int
    name: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectPath:
    """A class, or a class and one of its sub-classes."""

    subject: Subject
    child: str

    @property
    def code(self) -> str:
        """As Gongkai stores it: 综合政务/政务公开."""
        return f"{self.subject.name}/{self.child}" if self.child else self.subject.name

    @property
    def government_form(self) -> str:
        """As gov.cn writes it: 综合政务\\政务公开."""
        return self.code.replace("/", "\\")


@functools.cache
def subjects() -> tuple[Subject, ...]:
    """The 22 classes in their order."""
    classes = read_table("subjects.toml")["classes"]
    return tuple(Subject(number, name, tuple(classes[name])) for number, name in enumerate(classes, start=1))


def parse_subject(text: str) -> SubjectPath:
    """Read 一级, 一级\\二级 or 一级/二级; blanks, half-width brackets and full-width separators are forgiven.

    Raises ``StatuteError``: unknown-subject, with the nearest known name.
    """
    parts = [part for part in re.split(r"[\\/＼／>]", _folded(text)) if part]
    if not 1 <= len(parts) <= 2:
        raise StatuteError("unknown-subject", f"{text[:60]!r} is not a class, or a class and a sub-class")
    subject = {_folded(subject.name): subject for subject in subjects()}.get(parts[0])
    if subject is None:
        raise _unknown(parts[0], [subject.name for subject in subjects()], "subject class")
    if len(parts) == 1:
        return SubjectPath(subject, "")
    child = {_folded(child): child for child in subject.children}.get(parts[1])
    if child is None:
        raise _unknown(parts[1], list(subject.children), f"sub-class of {subject.name}")
    return SubjectPath(subject, child)


def _folded(text: str) -> str:
    return re.sub(r"\s", "", text).translate(str.maketrans("()", "（）"))


def _unknown(name: str, known: list[str], what: str) -> StatuteError:
    near = difflib.get_close_matches(name[:60], known, n=1, cutoff=0.3)
    hint = f"; the nearest is {near[0]}" if near else ""
    return StatuteError("unknown-subject", f"{name[:60]!r} is not a {what}{hint}")
