"""Archive packages: whole, the same every time, and every change to one is found."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bagit
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.casework.actors import Actor
from gongkai.engines.casework.services import attach
from gongkai.foundation.files.models import StoredFile
from gongkai.foundation.files.services import store
from gongkai.foundation.ledger.models import Entry
from gongkai.wings.disclosure.archive.cases import pack_case
from gongkai.wings.disclosure.archive.packing import pack
from gongkai.wings.disclosure.archive.rules import (
    NAME_BYTES,
    ArchiveItem,
    folder_name,
    inner_name,
    retention,
    tag,
)
from gongkai.wings.disclosure.archive.verifying import verify
from tests.factories_disclosure import accepted, office

pytestmark = pytest.mark.django_db
D = dt.date.fromisoformat
ANSWER = ArchiveItem(
    name="答复书.pdf",
    content=b"%PDF-1.7 answer",
    title="政府信息公开答复书",
    kind="letter",
    dated_on=D("2020-05-11"),
)
FACTS = {
    "outcome": "granted",
    "timeline": [
        {"day": "2020-04-20", "title": "收到申请", "note": "当面提交"},
        {"day": "2020-05-11", "title": "答复", "note": ""},
    ],
}


def package(entries: list[ArchiveItem] | None = None, **more: Any) -> StoredFile:
    given = {
        "case_number": "测府公开〔2020〕1号",
        "title": "2019年“三公”经费",
        "organ": "测试市财政局",
        "entries": [ANSWER] if entries is None else entries,
        "facts": FACTS,
        "ledger_heads": {"cases:cz": "12 ab34"},
        "actor": "system",
    }
    return pack(**(given | more))


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(stored: StoredFile, tmp_path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    found = members(stored.path)
    change(found)
    path = tmp_path / "changed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return path


def codes(path: Path) -> list[str]:
    return [fault.code for fault in verify(path)]


TOP = "测府公开〔2020〕1号/"


def test_a_package_is_a_bag_of_version_one_with_both_sums(tmp_path: Path) -> None:
    stored = package()
    assert verify(stored.path) == []
    with zipfile.ZipFile(stored.path) as archive:
        archive.extractall(tmp_path)
    bag = bagit.Bag(str(tmp_path / TOP))
    assert bag.version == "1.0" and bag.validate()
    assert sorted(bag.algorithms) == ["sha256", "sha512"]
    assert bag.info["External-Identifier"] == "测府公开〔2020〕1号"
    assert bag.info["起止日期"] == "2020-04-20 至 2020-05-11"
    assert bag.info["保管期限"] == "30年"


def test_the_same_case_gives_the_same_bytes() -> None:
    first, second = package(), package()
    assert first.sha256 == second.sha256
    assert package(title="另一件").sha256 != first.sha256


def test_timeline_and_index_show_files_and_acts_in_order() -> None:
    found = members(package().path)
    timeline = json.loads(found[TOP + "data/timeline.json"])
    assert [row["title"] for row in timeline] == ["收到申请", "答复", "政府信息公开答复书"]
    index = found[TOP + "data/index.html"].decode()
    assert "2019年“三公”经费" in index and "items/0001-" in index and "12 ab34" in index
    assert "<script" not in index and "http" not in index


def test_hostile_titles_stay_text_in_the_index() -> None:
    nasty = "<script>alert(1)</script>"
    item = ArchiveItem(name=nasty + ".txt", content=b"x", title=nasty, kind=nasty, dated_on=D("2020-05-01"))
    found = members(package([item], title=nasty).path)
    assert "<script>" not in found[TOP + "data/index.html"].decode()


def test_an_empty_case_gives_a_whole_package() -> None:
    stored = package([], facts={}, ledger_heads={})
    assert verify(stored.path) == []
    assert members(stored.path)[TOP + "data/timeline.json"] == b"[]\n"


def test_a_content_on_disk_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"line\n" * 100_000)
    item = ArchiveItem(name="卷宗.txt", content=path, title="卷宗", kind="evidence", dated_on=D("2020-05-01"))
    found = members(package([item]).path)
    assert found[TOP + "data/items/0001-卷宗.txt"] == path.read_bytes()


def test_a_flipped_byte_in_a_file_is_found_and_named(tmp_path: Path) -> None:
    name = TOP + "data/items/0001-答复书.pdf"
    path = rewritten(package(), tmp_path, lambda found: found.update({name: b"%PDF-1.7 Answer"}))
    faults = verify(path)
    assert {fault.code for fault in faults} == {"changed"}
    assert {fault.name for fault in faults} == {"data/items/0001-答复书.pdf"}


def test_any_flipped_byte_of_the_zip_is_found_or_changes_nothing(tmp_path: Path) -> None:
    content = package().path.read_bytes()
    sound = members(package().path)
    for place in range(0, len(content), max(1, len(content) // 60)):
        path = tmp_path / "flipped.zip"
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        assert verify(path) or members(path) == sound, place


def test_a_changed_word_in_the_bag_information_is_found(tmp_path: Path) -> None:
    def change(found: dict[str, bytes]) -> None:
        found[TOP + "bag-info.txt"] = found[TOP + "bag-info.txt"].replace("30年".encode(), "10年".encode())

    assert codes(rewritten(package(), tmp_path, change)) == ["changed"]


def test_a_missing_file_is_found_and_named(tmp_path: Path) -> None:
    path = rewritten(package(), tmp_path, lambda found: found.pop(TOP + "data/items/0001-答复书.pdf"))
    faults = verify(path)
    assert ("missing", "data/items/0001-答复书.pdf") in {(fault.code, fault.name) for fault in faults}


@pytest.mark.parametrize("name", ["data/items/extra.pdf", "extra.txt", "more/extra.txt"])
def test_an_extra_file_is_found_and_named(tmp_path: Path, name: str) -> None:
    path = rewritten(package(), tmp_path, lambda found: found.update({TOP + name: b"x"}))
    assert ("extra", name) in {(fault.code, fault.name) for fault in verify(path)}


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "/etc/outside.txt", "a/../../outside.txt", "a\\..\\outside.txt", "C:/outside.txt"],
)
def test_a_name_that_leads_out_of_the_package_is_refused_before_unpacking(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo()
        entry.filename = name
        archive.writestr(entry, b"x")
    assert codes(path) == ["unsafe-name"]
    assert not list(tmp_path.rglob("outside.txt"))


def test_a_link_and_a_huge_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("bag/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, b"/etc/passwd")
        archive.writestr("bag/" + "长" * 200 + ".txt", b"x")
    assert codes(path) == ["unsafe-name", "unsafe-name"]


def test_a_bomb_is_refused_before_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bag/zeros", b"\0" * 60_000_000)
    assert codes(path) == ["too-large"]


def test_a_member_larger_than_it_says_is_never_unpacked_beyond(tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bag/zeros", b"\0" * 30_000_000)
    content = path.read_bytes().replace((30_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(content)
    assert codes(path) == ["not-zip"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"%PDF-1.7"])
def test_what_is_no_zip_is_no_package(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(content)
    assert codes(path) == ["not-zip"]


def test_a_zip_that_is_no_bag_is_no_package(tmp_path: Path) -> None:
    for names, code in ((["a/b.txt"], "bag"), (["a.txt", "b/c.txt"], "folder"), (["a.txt"], "folder")):
        path = tmp_path / "no.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"x")
        assert codes(path) == [code]


def test_a_package_that_leaves_files_to_be_fetched_is_refused(tmp_path: Path) -> None:
    path = rewritten(
        package(), tmp_path, lambda found: found.update({TOP + "fetch.txt": b"http://x.test/a 1 data/a\n"})
    )
    assert codes(path) == ["fetch"]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/abs/名单.pdf",
        "长" * 500 + ".pdf",
        "a\nb%0a.txt",
        "...",
        "",
        "‮fdp.exe",
    ],
)
def test_names_of_files_are_made_harmless_and_the_original_stays_on_record(name: str) -> None:
    item = ArchiveItem(name=name, content=b"x", title="附件", kind="evidence", dated_on=D("2020-05-01"))
    stored = package([item, item])
    assert verify(stored.path) == []
    rows = [row for row in json.loads(members(stored.path)[TOP + "data/timeline.json"]) if "file" in row]
    assert [row["name"] for row in rows] == [name, name]
    assert rows[0]["file"] != rows[1]["file"]


@given(st.text(max_size=400), st.integers(1, 9999))
def test_no_name_leads_out_or_is_too_long(name: str, number: int) -> None:
    inner = inner_name(number, name)
    assert "/" not in inner and "\\" not in inner and "\n" not in inner and "%" not in inner
    assert len(inner.encode()) <= NAME_BYTES + 6 and inner.startswith(f"{number:04d}-")
    assert folder_name(name).strip(". ")


@given(st.text(max_size=200))
def test_a_value_of_the_bag_information_is_one_line(value: str) -> None:
    assert len(tag("题名", value).splitlines()) == 1


def test_the_retention_period_says_that_it_is_unconfirmed() -> None:
    assert not retention(D("2020-01-01")).confirmed
    with pytest.raises(LookupError):
        retention(D("1999-01-01"))


def test_a_case_is_packed_with_its_acts_files_and_the_head_of_the_ledger() -> None:
    at = office()
    case = accepted(at)
    kept = store(content="附件内容".encode(), name="说明.txt", actor="system")
    attach(case=case, file=kept, title="说明", purpose="evidence", actor=Actor(user=at.handler))
    stored = pack_case(case=case, actor=at.archivist.ledger_name, packed_on=D("2020-06-01"))
    assert verify(stored.path) == []
    found = {name.partition("/")[2]: content for name, content in members(stored.path).items()}
    assert any(name.endswith("-说明.txt") for name in found)
    assert case.ledger_stream in json.loads(found["data/ledger.json"])
    assert json.loads(found["data/facts.json"])["applicant"]["name"] == "张三丰"
    entry = Entry.objects.filter(subject=case.ledger_name, verb="archive.packed").get()
    assert stored.sha256 in entry.body and "张三丰" not in entry.body


def test_the_command_checks_and_exports(tmp_path: Path) -> None:
    from gongkai.shell.commands.archive import archive

    case = accepted(office())
    done = CliRunner().invoke(archive, ["export", case.number, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    path = Path(done.output.strip())
    assert CliRunner().invoke(archive, ["verify", str(path)]).exit_code == 0
    path.write_bytes(path.read_bytes()[:-30])
    told = CliRunner().invoke(archive, ["verify", str(path), "--json"])
    assert told.exit_code == 1 and json.loads(told.output)["faults"]
    assert CliRunner().invoke(archive, ["export", "无此号"]).exit_code == 1
