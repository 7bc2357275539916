"""Fixtures every room's tests may use. The data folder and the database: ``gongkai.shell.settings_testing``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy is no fault: no example of a property has a time limit.
settings.register_profile("gongkai", deadline=None)
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
    yield


def _restore_workbench_permission() -> None:
    """Emptying takes the one permission with it that a migration of Wagtail made; roles are nothing without it."""
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    from gongkai.foundation.accounts.groups import sync_groups

    ContentType.objects.clear_cache()
    kind, _created = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    Permission.objects.get_or_create(
        content_type=kind, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    sync_groups()


@pytest.fixture(autouse=True, scope="session")
def _ledger_can_be_flushed() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards; the ledger's triggers rightly refuse that.

    So they are taken off for the flush alone, here and nowhere else.
    """
    from django.core.management.commands import flush

    from tests.ledger_triggers import no_triggers

    original = flush.Command.handle

    def handle(self: flush.Command, **options: object) -> None:
        with no_triggers():
            original(self, **options)
        _restore_workbench_permission()

    flush.Command.handle = handle  # type: ignore[method-assign]
    yield
    flush.Command.handle = original  # type: ignore[method-assign]
