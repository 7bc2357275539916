"""What a fixture makes through the services, made once and afterwards put back row by row.

A city costs the services a hundred acts, each checked and written into the ledger. A fixture marked ``remembered`` goes
that way once in a run. When the next test asks for it in a database nobody has written to, the same rows and files are
put there and the fixture's answer is copied; in any other case the fixture is called as if it were not marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests import fresh_database

Given, Made = ParamSpec("Given"), TypeVar("Made")


@dataclass(frozen=True)
class _Memory:
    rows: Mapping[str, bytes]
    files: Mapping[Path, tuple[int, bytes]]
    answer: Any


_memories: dict[tuple[object, ...], _Memory] = {}


def remembered(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """For fixtures that ask for nothing but ``db``, and for factories of plain facts."""

    assert not isgeneratorfunction(make), "what is done afterwards cannot be remembered"

    @wraps(make)
    def recalled(*args: Given.args, **facts: Given.kwargs) -> Made:
        facts_alone = all(value is None or isinstance(value, str) for value in (*args, *facts.values()))
        if not facts_alone or not connection.in_atomic_block or fresh_database.database is None:
            return make(*args, **facts)
        # The day counts: people hold their roles from the day they were given them.
        key = (make.__module__, make.__qualname__, args, tuple(sorted(facts.items())), timezone.localdate())
        memory = _memories.get(key)
        if memory is None:
            return _made(key, lambda: make(*args, **facts), fresh_database.database)
        if fresh_database.database.tables_with_rows(among=memory.rows) or _files():
            return make(*args, **facts)
        fresh_database.database.put_back(memory.rows)
        for name, (mode, content) in memory.files.items():
            path = settings.GONGKAI_DATA / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)
        return deepcopy(memory.answer)

    return recalled


def _made(key: tuple[object, ...], make: Callable[[], Made], database: fresh_database._Kind) -> Made:
    """Call ``make`` and keep what it made, if it began with nothing and changed no row that was there before."""
    before = set(database.tables_with_rows()) == set(database.pristine_rows) and not _files()
    answer = make()
    if before:
        rows = database.rows(database.tables_with_rows())
        if all(rows.get(table) == known for table, known in database.pristine_rows.items()):
            made = {table: text for table, text in rows.items() if table not in database.pristine_rows}
            _memories[key] = _Memory(made, _files(), deepcopy(answer))
    return answer


def _files() -> dict[Path, tuple[int, bytes]]:
    root: Path = settings.GONGKAI_DATA
    files = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root): (path.stat().st_mode & 0o777, path.read_bytes()) for path in files}
