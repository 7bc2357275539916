"""Fixtures every room's tests may use. The data folder and the database: ``gongkai.shell.settings_testing``."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A machine that is busy is no fault: no example of a property has a time limit. And a run says of a change what it says
# of it again: the same examples each time, others when they are asked for (decision 44).
EXPLORE = os.environ.get("GONGKAI_TEST_EXPLORE", "0") != "0"
settings.register_profile("gongkai", deadline=None, derandomize=not EXPLORE)
settings.load_profile("gongkai")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """The interface is tested in the words its users read."""
    from django.utils.translation.reloader import translation_file_changed

    from gongkai.shell.messages import compile_library_words, compile_messages

    compile_messages()
    compile_library_words()
    # Django was set up before and has read the catalogues as they were: none yet in a fresh checkout, or some of them, when
    # another test run beside this one is just making them.
    translation_file_changed(None, Path("django.mo"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the database is run again: pure calculators have had their turn on SQLite."""
    if os.environ.get("GONGKAI_TEST_DATABASE") != "postgres":
        return
    again = [
        item
        for item in items
        if not item.get_closest_marker("once")
        and (
            item.get_closest_marker("django_db")
            or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        )
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(again)])
    items[:] = again


def pytest_collection_finish() -> None:
    """What is loaded by now stays: a tenth of the time went into looking through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs beside the checkout; tests that need it are skipped loudly without it."""
    if not SHARED.is_dir():
        pytest.skip(f"REAL INPUTS ABSENT: {SHARED} does not exist; this behaviour is NOT checked in this run")
    return SHARED


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> Iterator[None]:
    """Files and the published tree of one test are nobody else's."""
    settings.GONGKAI_DATA = tmp_path / "gongkai"  # type: ignore[attr-defined]
    settings.GONGKAI_PUBLISHED = tmp_path / "gongkai" / "published"  # type: ignore[attr-defined]
    (tmp_path / "gongkai").mkdir()
    _forget_counted_numbers()
    yield


def _forget_counted_numbers() -> None:
    """A process keeps them by the heads of the ledger, and a fixture that is ``remembered`` has the same heads each time."""
    from gongkai.engines.figures import remembering

    remembering._known.clear()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> Iterator[None]:
    """Instead of pytest-django's own: migrated once per content of the migrations; see ``tests.fresh_database``."""
    from django.test.utils import setup_databases

    from tests import fresh_database

    with django_db_blocker.unblock():
        fresh_database.made(partial(setup_databases, request.config.option.verbose, interactive=False))
    yield


@pytest.fixture(autouse=True, scope="session")
def _tests_with_real_transactions_are_undone() -> Iterator[None]:
    """Django would empty some two hundred tables by name, which the ledger's triggers rightly refuse, and fill in again
    what migrations put there. Here the database is brought back as it was."""
    from django.core.management.commands import flush
    from django.test import TransactionTestCase

    from tests import fresh_database

    before, original = TransactionTestCase._fixture_teardown, flush.Command.handle
    TransactionTestCase._fixture_teardown = fresh_database.emptied  # type: ignore[method-assign, assignment]
    flush.Command.handle = lambda *_arguments, **_options: fresh_database.restore()  # type: ignore[method-assign, assignment]
    yield
    TransactionTestCase._fixture_teardown, flush.Command.handle = before, original  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _measurements_copy_a_fresh_database() -> Iterator[None]:
    """What a measurement or a restored backup begins with, without migrating anew each time."""
    from gongkai.foundation import bench_database
    from tests import fresh_database

    original = bench_database.fresh_database
    bench_database.fresh_database = lambda name: fresh_database.copied(name)
    yield
    bench_database.fresh_database = original


@pytest.fixture(autouse=True, scope="session")
def _started_child() -> Iterator[Any]:
    """Documents are opened in child processes as in real use, only forked and not started from nothing each time.

    Gives what really starts one; ``children_start_from_nothing`` puts it back for a test.
    """
    from gongkai.wings.disclosure.redaction import isolation
    from tests import warm

    original = isolation._child
    isolation._child = lambda given, seconds: warm.run_module(isolation._MODULE, input=given, timeout=seconds)
    yield original
    isolation._child = original


@pytest.fixture
def children_start_from_nothing(_started_child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai.wings.disclosure.redaction import isolation

    monkeypatch.setattr(isolation, "_child", _started_child)
