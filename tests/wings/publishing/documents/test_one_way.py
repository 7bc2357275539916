"""There is one way to publish: the rest of the program does not even try another."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import gongkai

SOURCE = Path(gongkai.__file__).parent
LIBRARY = "wings/publishing/documents/services.py"


def calls(name: str) -> Iterable[str]:
    """Files of the program that call something of this name. Benchmarks fill tables of their own and do not count."""
    return _callers()[name]


@cache
def _callers() -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        if path.name == "bench.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                if called:
                    found[called].add(path.relative_to(SOURCE).as_posix())
    return found


def test_only_the_library_opens_its_gate() -> None:
    assert set(calls("opened")) == {LIBRARY}


def test_only_the_reviews_say_that_a_text_was_reviewed_or_forced() -> None:
    reviews = {"wings/publishing/reviews/services.py"}
    assert set(calls("Reviewed")) == reviews
    assert set(calls("Forced")) == reviews


def test_wagtails_own_publication_is_called_by_the_library_alone() -> None:
    assert set(calls("PublishRevisionAction")) == {LIBRARY}
    assert set(calls("UnpublishAction")) == set()
    assert set(calls("unpublish")) == {"wings/publishing/documents/models.py"}
