"""Checking a package, ours or anybody's: unpacked with care, then judged by the library, every fault named."""

from __future__ import annotations

import logging
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import bagit
from django.utils.translation import gettext as _

ENTRY_LIMIT = 20_000
UNPACKED_LIMIT = 20 * 1024**3
RATIO_FREE = 10 * 1024**2
RATIO = 300
"""Text packs to a fiftieth; what packs better than this beyond ``RATIO_FREE`` bytes is a bomb."""
_CHUNK = 1024 * 1024
logging.getLogger("bagit").setLevel(logging.CRITICAL)
"""It logs every fault that is returned here."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a package. Codes: not-zip, unsafe-name, too-large, folder, fetch, version, missing, extra,
    changed, damaged, bag."""

    code: str
    message: str
    name: str = ""


def verify(path: Path) -> list[Fault]:
    """All faults of a zipped package; none when it is whole. The package itself is only read."""
    with tempfile.TemporaryDirectory(prefix="gongkai-verify-") as name:
        folder = Path(name)
        try:
            with zipfile.ZipFile(path) as archive:
                if found := list(_unsafe(archive, path.stat().st_size)):
                    return found
                _unpack(archive, folder)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            return [Fault("not-zip", _("The package is no zip file, or it is damaged."), str(error)[:200])]
        except OSError as error:
            return [Fault("not-zip", _("The package cannot be read or unpacked."), str(error)[:200])]
        tops = sorted(folder.iterdir())
        if len(tops) != 1 or not tops[0].is_dir():
            return [Fault("folder", _("A package has exactly one folder at the top."))]
        return verify_folder(tops[0])


def verify_folder(bag_folder: Path) -> list[Fault]:
    """All faults of an unpacked bag."""
    if (bag_folder / "fetch.txt").exists():
        return [Fault("fetch", _("The package leaves files to be fetched; it must hold them itself."))]
    try:
        bag = bagit.Bag(str(bag_folder))
    except (bagit.BagError, ValueError, KeyError, OSError) as error:
        return [Fault("bag", _("This is no BagIt package."), str(error)[:200])]
    found: dict[tuple[str, str], Fault] = {}
    try:
        missing, extra = bag.compare_manifests_with_fs()
        for name in missing:
            _add(found, Fault("missing", _("A file is missing: %s") % name, name))
        for name in extra:
            _add(found, Fault("extra", _("A file does not belong to the package: %s") % name, name))
        for name in _unlisted(bag, bag_folder):
            _add(found, Fault("extra", _("A file does not belong to the package: %s") % name, name))
        bag.validate()
    except bagit.BagValidationError as error:
        for fault in _details(error, found):
            _add(found, fault)
    except (bagit.BagError, ValueError, OSError) as error:
        _add(found, Fault("bag", _("This is no BagIt package."), str(error)[:200]))
    return list(found.values())


def _details(error: bagit.BagValidationError, known: dict[tuple[str, str], Fault]) -> Iterator[Fault]:
    for detail in error.details:
        if isinstance(detail, bagit.ChecksumMismatch):
            yield Fault("changed", _("A file was changed: %s") % detail.path, detail.path)
        elif isinstance(detail, bagit.FileMissing):
            yield Fault("missing", _("A file is missing: %s") % detail.path, detail.path)
        elif isinstance(detail, bagit.UnexpectedFile):
            yield Fault("extra", _("A file does not belong to the package: %s") % detail.path, detail.path)
        else:
            yield Fault("bag", _("This is no BagIt package."), str(detail)[:200])
    if not error.details and not known:
        yield Fault(
            "damaged", _("The package does not have the files or bytes it says it has."), str(error)[:200]
        )


def _add(found: dict[tuple[str, str], Fault], fault: Fault) -> None:
    found.setdefault((fault.code, fault.name), fault)


def _unlisted(bag: bagit.Bag, folder: Path) -> Iterator[str]:
    """Files beside the payload that no tag manifest names: the library lets them pass."""
    listed = set(bag.tagfile_entries())
    if not listed:
        return  # tag manifests may be left out altogether
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        known = name in listed or name.startswith(("data/", "tagmanifest-"))
        if path.is_file() and not known:
            yield name


def _unsafe(archive: zipfile.ZipFile, size: int) -> Iterator[Fault]:
    """What must be known before a byte is unpacked."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRY_LIMIT or unpacked > min(UNPACKED_LIMIT, max(RATIO_FREE, RATIO * size)):
        yield Fault("too-large", _("The package unpacks to far more than a package may."))
        return
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        parts = PurePosixPath(name).parts
        climbs = (
            name.startswith("/") or ".." in parts or "\\" in name or ":" in name.split("/")[0] or "\0" in name
        )
        too_long = any(len(part.encode("utf-8", "replace")) > 255 for part in parts) or len(name) > 1000
        if climbs or too_long or stat.S_ISLNK(entry.external_attr >> 16) or not parts:
            yield Fault("unsafe-name", _("A file inside has an unsafe name: %s") % name[:120], name[:120])
        elif name in seen:
            yield Fault("unsafe-name", _("Two files inside have the same name: %s") % name[:120], name[:120])
        elif entry.flag_bits & 0x1:
            yield Fault("not-zip", _("The package is locked by a password."), name[:120])
        seen.add(name)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Names have been judged. No more is written than was declared: zipfile stops at the declared size and checks the
    sum there."""
    for entry in archive.infolist():
        target = folder / entry.filename
        if entry.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
