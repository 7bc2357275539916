"""The published trees on disk: the lock, the generation counter, the switch from one tree to the next.

published/
  current -> trees/20261123-101530-123456
  generation            8 octets, mapped by every server process
  press.lock            held while anybody writes into the tree that is served
  build.lock            held during a full build
  trees/<name>/sites.json, manifest.json, press.db, search.db
  trees/<name>/sites/<slug>/…
  trees/<name>/aside/   files made whole before they take their place
  trees/<name>/replay   of a tree under construction: what has changed since its building began
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import mmap
import os
import shutil
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gongkai.engines.press.declarations import PublishedSite
from gongkai.engines.press.pages_db import PagesDb

_GENERATION = struct.Struct("<Q")
_FULL = 256 << 10
"""A disk with fewer octets free is full: that is less than a database needs to note a change."""


class LockTaken(RuntimeError):
    """Somebody else holds the lock."""


def published_root() -> Path:
    return Path(settings.GONGKAI_PUBLISHED)


def current_tree(root: Path | None = None) -> Path | None:
    """The tree that is being served, or None before the first build."""
    link = (root or published_root()) / "current"
    try:
        return link.resolve(strict=True)
    except FileNotFoundError:
        return None


@contextmanager
def press_lock(root: Path) -> Iterator[None]:
    """Only one hand writes into the served tree at a time. The lock goes with the process that dies."""
    with _locked(root / "press.lock", fcntl.LOCK_EX):
        yield


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Only one full build at a time. Raises ``LockTaken`` at once."""
    with _locked(root / "build.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
        yield


@contextmanager
def _locked(path: Path, operation: int) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, operation)
        except BlockingIOError as error:
            raise LockTaken(path) from error
        yield


def advance_generation(root: Path) -> None:
    """Tell every server that something visible has changed. The caller holds the press lock."""
    path = root / "generation"
    if not path.exists():
        path.write_bytes(_GENERATION.pack(0))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), _GENERATION.size) as memory:
        (number,) = _GENERATION.unpack(memory[: _GENERATION.size])
        memory[: _GENERATION.size] = _GENERATION.pack(number + 1)


def described(error: BaseException) -> str:
    """An error as people are told of it. SQLite has several words for a full disk, none of them clear."""
    if hasattr(error, "code"):
        return str(error)
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError | sqlite3.Error):
        root = published_root()
        if shutil.disk_usage(root).free < _FULL:
            sentence = _("%(error)s (no space left on the disk of %(folder)s)")
            return str(sentence) % {"error": text, "folder": root}
    return text


# -- Trees -------------------------------------------------------------------------------------------------------


def replay_file(tree: Path) -> Path:
    return tree / "replay"


def trees_under_construction(root: Path) -> list[Path]:
    return [file.parent for file in (root / "trees").glob("*/replay")]


def new_tree(root: Path) -> Path:
    """A new, empty tree. What builds that died have left is removed first. The caller holds the build lock."""
    trees = root / "trees"
    trees.mkdir(parents=True, exist_ok=True)
    live = current_tree(root)
    for tree in trees.iterdir():
        if tree.resolve() != live and not (
            (tree / "manifest.json").exists() and not replay_file(tree).exists()
        ):
            remove_tree(tree)
    tree = trees / datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    (tree / "sites").mkdir(parents=True)
    replay_file(tree).touch()
    return tree


def switch_to(root: Path, tree: Path) -> None:
    """Make ``tree`` the one that is served, in one step. The caller holds the press lock."""
    link = root / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("trees") / tree.name)
    replay_file(tree).unlink()
    link.replace(root / "current")
    advance_generation(root)


def flush(tree: Path) -> None:
    """Have everything in the tree's file system reach the disk."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(tree, os.O_RDONLY)
    try:
        if libc.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(tree))
    except AttributeError:  # not Linux
        os.sync()
    finally:
        os.close(descriptor)


def prune(root: Path, *keep: Path | None) -> None:
    """Remove all trees but those in ``keep``. The caller holds the build lock."""
    kept = {tree.resolve() for tree in keep if tree is not None}
    for tree in (root / "trees").iterdir():
        if tree.resolve() not in kept:
            remove_tree(tree)


def remove_tree(tree: Path) -> None:
    """A tree that loses its manifest first is never taken for a whole one, even if this is cut short."""
    (tree / "manifest.json").unlink(missing_ok=True)
    shutil.rmtree(tree, ignore_errors=True)


# -- What a tree says of itself ----------------------------------------------------------------------------------


def write_sites(tree: Path, sites: Sequence[PublishedSite]) -> bool:
    """``sites.json``: which host is which site, readable without any database. False when it said so already."""
    default = next((site.slug for site in sites if site.default), sites[0].slug if sites else "")
    content = json.dumps(
        {
            "default": default,
            "hosts": {host.lower(): site.slug for site in sites for host in site.hosts},
            "sites": {site.slug: {"name": site.name, "hosts": list(site.hosts)} for site in sites},
        },
        ensure_ascii=False,
        indent=1,
        sort_keys=True,
    )
    path = tree / "sites.json"
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return False
    aside = tree / "sites.json.new"
    aside.write_text(content, encoding="utf-8")
    aside.replace(path)
    return True


def sites_named(tree: Path) -> frozenset[str]:
    """The sites that ``sites.json`` names: those whose pages the tree has."""
    try:
        return frozenset(json.loads((tree / "sites.json").read_text(encoding="utf-8"))["sites"])
    except (FileNotFoundError, ValueError, LookupError):
        return frozenset()


def write_manifest(tree: Path) -> None:
    """``manifest.json``: the tree, the edition, every file with its SHA-256 and the revision it shows.

    Written line by line from one state of the record, beside whatever else goes on.
    """
    pages = PagesDb.read(tree)
    aside = tree / f"manifest.json.{os.getpid()}.new"
    try:
        with aside.open("w", encoding="utf-8") as file:
            head = {"tree": tree.name, "edition": pages.edition(), "made": datetime.now(UTC).isoformat()}
            file.write(f'{json.dumps(head)[:-1]}, "files": {{')
            comma = ""
            for page in pages.all():
                for name, digest in zip(page.files, page.hashes, strict=False):
                    path = json.dumps(f"{page.ref.site}/{name}", ensure_ascii=False)
                    entry = json.dumps({"sha256": digest, "revision": page.revision}, ensure_ascii=False)
                    file.write(f"{comma}\n{path}: {entry}")
                    comma = ","
            file.write("\n}}\n")
        aside.replace(tree / "manifest.json")
    finally:
        pages.close()
        aside.unlink(missing_ok=True)
