"""A database file taken away and put back while processes have it open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from gongkai.foundation import sqlite_file
from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.organs.models import Organ
from gongkai.shell.command import gongkai
from tests.factories import organ

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_connection_lets_go_of_a_file_that_is_gone_or_another() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a database server keeps its own files")
    with scratch_database():
        organ("先前的局")
        here = Path(connection.settings_dict["NAME"])
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sqlite_file.let_go_of_a_lost_file()
        assert connection.connection is not None  # it is the same file
        aside = here.with_name("aside")
        shutil.copyfile(here, aside)
        here.unlink()
        with transaction.atomic():
            sqlite_file.let_go_of_a_lost_file()
            assert connection.connection is not None  # what is begun is ended
        sqlite_file.let_go_of_a_lost_file()
        assert connection.connection is None
        aside.replace(here)
        assert Organ.objects.get().name == "先前的局"
        shutil.copyfile(here, aside)
        aside.replace(here)
        sqlite_file.let_go_of_a_lost_file()
        assert connection.connection is None


def test_a_command_without_a_database_says_so_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(*_arguments: object, **_options: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr("gongkai.engines.press.status", gone)
    with pytest.raises(SystemExit) as ended:
        gongkai(["press", "status"])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert told.startswith("错误：数据库无法使用：") and "请检查GONGKAI_DATA" in told
