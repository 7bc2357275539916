"""A backup brings everything back as it was, and says so when it cannot."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from gongkai.engines.casework.models import Case
from gongkai.engines.figures.models import Snapshot
from gongkai.foundation.accounts.models import Role
from gongkai.foundation.bench_database import scratch_database
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.heads import current_head, sign_heads
from gongkai.foundation.ledger.models import Entry
from gongkai.foundation.ledger.verification import verify
from gongkai.foundation.organs.models import Organ
from gongkai.shell.backup import restoring, taking
from gongkai.shell.backup.manifest import NAME, BackupFault, Manifest, check
from gongkai.shell.backup.restoring import restore
from gongkai.shell.backup.taking import all_figures, backups, take
from gongkai.shell.command import gongkai
from tests.factories import organ, staff
from tests.factories_disclosure import D, accepted, decide, office, request
from tests.wings.disclosure.annual.conftest import filed, published

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def installation(transactional_db: None) -> Iterator[None]:
    """An office with a year behind it: requests, letters as files, a frozen report, a signed head."""
    at = office(code="ju-a", name="测试市甲局")
    decide(accepted(at, "2021-04-20"), at, "granted", "2021-05-12")
    request(at, "2021-12-30")
    filed(at)
    published(at)
    store(
        content=b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        name="a.pdf",
        actor="system",
    )
    sign_heads(D("2021-12-31"))
    yield


@pytest.fixture
def backup(installation: None, tmp_path: Path) -> Path:
    return take(tmp_path / "backups")


def test_what_is_restored_is_what_was_saved(
    backup: Path, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, numbers, entries = current_head(), all_figures(), Entry.objects.count()
    cases = list(Case.objects.order_by("pk").values())
    people = list(Organ.objects.order_by("pk").values())
    frozen = list(Snapshot.objects.values())
    files = {each.sha256 for each in StoredFile.objects.all()}
    keys = {name: (settings.GONGKAI_DATA / name).read_bytes() for name in ("ledger.key",)}
    settings.GONGKAI_DATA = tmp_path / "elsewhere"
    settings.GONGKAI_DATA.mkdir()
    with scratch_database():  # takes long to make: both ends in one
        _refuse_other_numbers(backup)
        _run_out_of_room(backup, settings.GONGKAI_DATA, monkeypatch)
        manifest = restore(backup)
        assert (current_head(), all_figures(), Entry.objects.count()) == (head, numbers, entries)
        assert list(Case.objects.order_by("pk").values()) == cases
        assert list(Organ.objects.order_by("pk").values()) == people
        assert list(Snapshot.objects.values()) == frozen
        assert {path.stem for path in (settings.GONGKAI_DATA / "files").rglob("*.*")} == files
        assert {name: (settings.GONGKAI_DATA / name).read_bytes() for name in keys} == keys
        assert (settings.GONGKAI_DATA / "ledger.key").stat().st_mode & 0o777 == 0o600
        assert verify().ok
        # The installation goes on: new numbers, new entries after the old ones.
        new = organ("后来的局")
        assert new.pk > max(row["id"] for row in people)
        assert staff("新人", Role.DRAFTER, at=new).pk
        assert manifest.ledger_head == head
        with pytest.raises(BackupFault) as refused:
            restore(backup)
        assert len(refused.value.reasons) == 2


def _refuse_other_numbers(backup: Path) -> None:
    """Numbers that do not come back leave nothing behind."""
    text = (backup / NAME).read_text(encoding="utf-8")
    told = json.loads(text)
    told["figures"]["requests.row.1"] += 1
    (backup / NAME).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(BackupFault) as refused:
        restore(backup)
    assert refused.value.reasons == ("requests.row.1：现为2，备份时为3",)
    assert not Organ.objects.exists()
    assert not Entry.objects.exists()
    (backup / NAME).write_text(text, encoding="utf-8")


def _run_out_of_room(backup: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that do not fit leave no records and no files behind: with more room the same command does it."""
    (data / "secret.key").write_bytes(b"of this installation")
    real = shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if target.name == ".ledger.key.restored":
            raise OSError(28, "No space left on device")
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(restoring.shutil, "copyfile", full)
        with pytest.raises(BackupFault, match="No space left"):
            restore(backup)
    assert not Organ.objects.exists()
    assert not Entry.objects.exists()
    there = {path.name for path in data.rglob("*") if path.is_file() and "sqlite3" not in path.name}
    assert there == {"secret.key"}


def test_an_installation_that_holds_something_is_not_touched_before_it_is_refused(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by mistake, an installation of an earlier version would have been brought to the tables of this one."""

    def touched(*_apps: str) -> None:
        raise AssertionError("migrated")

    monkeypatch.setattr(restoring, "migrate", touched)
    told = CliRunner().invoke(gongkai, ["restore", str(backup)])
    assert told.exit_code == 1
    assert "只能恢复到空的安装" in told.output
    assert "数据库中已有记录" in told.output


def test_a_backup_of_other_tables_is_refused_with_what_differs(
    backup: Path, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads((backup / NAME).read_text(encoding="utf-8"))
    told["migrations"].append("annual.9999_of_the_future")
    (backup / NAME).write_text(json.dumps(told), encoding="utf-8")
    settings.GONGKAI_DATA = tmp_path
    monkeypatch.setattr(restoring, "_refuse_what_is_there", lambda: None)
    with pytest.raises(BackupFault) as refused:
        restore(backup)
    assert refused.value.reasons == ("仅备份中有：annual.9999_of_the_future",)


def test_every_octet_that_changed_is_found_and_all_are_named_together(backup: Path) -> None:
    assert check(backup) == Manifest.read(backup)
    table = backup / "database" / "organs.organ.jsonl.gz"
    octets = bytearray(table.read_bytes())
    octets[len(octets) // 2] ^= 1
    table.write_bytes(octets)
    (backup / "keys" / "ledger.key").unlink()
    (backup / "files" / "stranger.txt").write_text("x", encoding="utf-8")
    cut = backup / "database" / "casework.case.jsonl.gz"
    cut.write_bytes(cut.read_bytes()[:-9])
    with pytest.raises(BackupFault) as refused:
        check(backup)
    told = "\n".join(refused.value.reasons)
    for name in ("organs.organ.jsonl.gz", "keys/ledger.key", "files/stranger.txt", "casework.case.jsonl.gz"):
        assert name in told
    assert len(refused.value.reasons) == 4


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 99}', "not json"])
def test_a_folder_without_a_readable_manifest_is_no_backup(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(BackupFault):
        check(tmp_path)


def test_only_so_many_are_kept_and_the_newest_stay(installation: None, tmp_path: Path) -> None:
    for name in ("gongkai-20200101-000000", "gongkai-20200102-000000"):
        (tmp_path / name).mkdir()
    (tmp_path / "something-else").mkdir()
    newest = take(tmp_path, keep=2)
    assert backups(tmp_path) == [newest, tmp_path / "gongkai-20200102-000000"]
    assert (tmp_path / "something-else").exists()


def test_the_command_takes_its_options_behind_the_folder_as_the_docs_say(
    installation: None, tmp_path: Path
) -> None:
    def told(*arguments: str) -> str:
        result = CliRunner().invoke(gongkai, ["backup", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    made = json.loads(told(str(tmp_path), "--keep", "1", "--json"))
    assert made["path"] in told(str(tmp_path), "--list")
    assert made["ledger_head"] in told(made["path"], "--check")


def test_who_was_signed_in_is_not_in_it(backup: Path) -> None:
    assert not (backup / "database" / "sessions.session.jsonl.gz").exists()
    with gzip.open(backup / "database" / "accounts.user.jsonl.gz", "rt", encoding="utf-8") as file:
        assert "password" in file.read()
    assert backup.stat().st_mode & 0o077 == 0


def test_a_fault_on_the_way_leaves_no_backup(
    installation: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(taking, "_copy", full)
    with pytest.raises(BackupFault, match="No space left"):
        take(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.fault
def test_a_full_disk_is_said_and_leaves_nothing(installation: None, tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("CANNOT MOUNT A SMALL FILE SYSTEM (needs root): a full disk is NOT checked in this run")
    try:
        with pytest.raises(BackupFault, match="无法写入"):
            take(place)
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.fault
def test_a_killed_backup_is_never_taken_for_one_and_is_cleared_away(
    installation: None, tmp_path: Path
) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    code = (
        "import os, pathlib, sys, time\n"
        f"partial = pathlib.Path({str(place)!r}) / f'.partial-gongkai-x-{{os.getpid()}}'\n"
        "(partial / 'database').mkdir(parents=True); print('begun', flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        made = take(place)
        assert len(list(place.glob(".partial-*"))) == 1  # somebody is still at that one
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert backups(place) == [made]
    shutil.rmtree(made)
    take(place)
    assert list(place.glob(".partial-*")) == []


def test_one_damaged_backup_does_not_hide_the_others(installation: None, tmp_path: Path) -> None:
    whole = take(tmp_path)
    (tmp_path / "gongkai-20200101-000000").mkdir()
    told = CliRunner().invoke(gongkai, ["backup", str(tmp_path), "--list"])
    assert told.exit_code == 1
    assert str(whole) in told.output
    assert f"{tmp_path}/gongkai-20200101-000000中没有备份" in told.output


def test_whoever_names_the_folder_of_backups_is_told_which_there_are(backup: Path) -> None:
    for arguments in (["backup", str(backup.parent), "--check"], ["restore", str(backup.parent)]):
        told = CliRunner().invoke(gongkai, arguments)
        assert told.exit_code == 1
        assert "请指定其中一个" in told.output and str(backup) in told.output


def test_a_backup_is_named_after_the_clock_of_whoever_looks_for_it(
    installation: None, tmp_path: Path
) -> None:
    earliest = f"gongkai-{timezone.localtime():%Y%m%d-%H%M%S}"
    assert earliest <= take(tmp_path).name <= f"gongkai-{timezone.localtime():%Y%m%d-%H%M%S}"
