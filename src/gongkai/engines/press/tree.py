"""The published tree on disk: paths, atomic writes, sidecars, the generation counter, the switch.

published/
  current -> trees/20261123-101530-123456
  generation            8 bytes, mapped by every server process
  press.lock            held while anybody writes
  trees/<name>/sites.json, manifest.json, press.db, search.db
  trees/<name>/sites/<slug>/…
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import mmap
import os
import shutil
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import brotli
from django.conf import settings

from gongkai.engines.press.declarations import LANG, OTHER, ROOT, Page, PublishedSite
from gongkai.foundation.hanzi import to_traditional

HANT = "hant"
COMPRESSED = frozenset({".html", ".xml", ".atom", ".rss", ".txt", ".json", ".css", ".js", ".svg"})
"""Kinds of files that get sidecars."""
SIDECARS = (".br", ".gz")
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
KEPT_TREES = 2
_GENERATION = struct.Struct("<Q")


class PathRefused(ValueError):
    """A page asked for a path outside its site."""


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
    """Only one process writes into the published tree at a time; the lock goes with the process that dies."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "press.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def advance_generation(root: Path) -> None:
    """Tell every server that something visible has changed. The caller holds the press lock."""
    path = root / "generation"
    if not path.exists():
        path.write_bytes(_GENERATION.pack(0))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), _GENERATION.size) as memory:
        (number,) = _GENERATION.unpack(memory[: _GENERATION.size])
        memory[: _GENERATION.size] = _GENERATION.pack(number + 1)


# -- What a page is on disk ----------------------------------------------------------------------------


def scripts_of(page: Page) -> list[tuple[str, bytes]]:
    """The files of a page as (path in the site, content): simplified, and traditional if it has both scripts."""
    path = _checked(page.path)
    if page.status == 410:
        path = path.removesuffix("index.html") + "410.html"
    if isinstance(page.body, bytes):
        return [(path, page.body)]
    body = page.body
    simplified = body.replace(ROOT, "").replace(LANG, "zh-Hans").replace(OTHER, f"/{HANT}")
    if not page.both_scripts:
        return [(path, simplified.encode())]
    traditional = to_traditional(body).replace(ROOT, f"/{HANT}").replace(LANG, "zh-Hant").replace(OTHER, "")
    return [(path, simplified.encode()), (f"{HANT}/{path}", traditional.encode())]


def _checked(path: str) -> str:
    parts = path.split("/")
    if not path or path.startswith("/") or any(part in ("", ".", "..") or "\x00" in part for part in parts):
        raise PathRefused(f"{path!r} is not a path inside a site")
    return path


def hashes_of(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """The SHA-256 of each file of a page: equal to the recorded ones means that nothing has to be written."""
    return [(path, hashlib.sha256(content).hexdigest()) for path, content in files]


def sidecars_of(path: str, content: bytes) -> list[tuple[str, bytes]]:
    """Compressed twins, deterministic: the same page gives the same bytes."""
    if os.path.splitext(path)[1] not in COMPRESSED:  # noqa: PTH122  # once per page, in the hot loop
        return []
    return [
        (path + ".br", brotli.compress(content, quality=BROTLI_QUALITY)),
        (path + ".gz", _gzip(content)),
    ]


_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""No name, no time: the module's own writer puts both in."""


def _gzip(content: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    return _GZIP_HEADER + body + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)


class FreshWriter:
    """Writes into a tree nobody reads yet: plain create, write, close, each folder made once."""

    def __init__(self) -> None:
        self._folders: set[str] = set()

    def write(self, site: Path, files: Sequence[tuple[str, bytes]]) -> None:
        for path, content in files:
            target = f"{site}/{path}"
            folder = target.rpartition("/")[0]
            if folder not in self._folders:
                os.makedirs(folder, exist_ok=True)
                self._folders.add(folder)
            for name, data in ((target, content), *sidecars_of(target, content)):
                descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
                try:
                    _write_all(descriptor, data)
                finally:
                    os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    written = os.write(descriptor, data)
    while written < len(data):  # a nearly full disk writes a part and fails at the next call
        written += os.write(descriptor, data[written:])


def replace_files(site: Path, files: Sequence[tuple[str, bytes]]) -> None:
    """Put the files of one page into a tree that is being read.

    Everything is written aside first, so that a full disk changes nothing. Then each file takes its place by rename,
    sidecars first. Servers answer from memory until the generation changes, so none pairs an old page with a new
    sidecar for longer than the renames take.
    """
    prepared: list[tuple[Path, Path]] = []
    try:
        for path, content in files:
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            for name, data in (*sidecars_of(str(target), content), (str(target), content)):
                aside = Path(f"{name}.{os.getpid()}.new")
                prepared.append((aside, Path(name)))
                aside.write_bytes(data)
    except OSError:
        for aside, _target in prepared:
            aside.unlink(missing_ok=True)
        raise
    for aside, target in prepared:
        aside.replace(target)


def remove_files(site: Path, paths: Sequence[str]) -> None:
    """Remove pages with their sidecars, and the folders they leave empty."""
    for path in paths:
        target = site / path
        target.unlink(missing_ok=True)
        for ending in SIDECARS:
            Path(f"{target}{ending}").unlink(missing_ok=True)
        for folder in target.parents:
            if folder == site:
                break
            with suppress(OSError):
                folder.rmdir()


# -- Trees ---------------------------------------------------------------------------------------------


def new_tree(root: Path) -> Path:
    """A new, empty tree. Half-built trees of builds that died are removed first: the caller holds the build lock."""
    trees = root / "trees"
    trees.mkdir(parents=True, exist_ok=True)
    live = current_tree(root)
    for tree in trees.iterdir():
        if tree != live and not (tree / "manifest.json").exists():
            shutil.rmtree(tree, ignore_errors=True)
    name = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    tree = trees / name
    (tree / "sites").mkdir(parents=True)
    return tree


def switch_to(root: Path, tree: Path) -> None:
    """Make ``tree`` the one that is served, in one step, and drop trees nobody needs. Holds the press lock."""
    link = root / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("trees") / tree.name)
    link.replace(root / "current")
    advance_generation(root)
    whole = sorted(path for path in (root / "trees").iterdir() if (path / "manifest.json").exists())
    for old in whole[:-KEPT_TREES]:
        if old != tree:
            shutil.rmtree(old, ignore_errors=True)


def write_sites(tree: Path, sites: Sequence[PublishedSite]) -> None:
    """``sites.json``: which host is which site, readable without any database."""
    default = next((site.slug for site in sites if site.default), sites[0].slug if sites else "")
    content = {
        "default": default,
        "hosts": {host.lower(): site.slug for site in sites for host in site.hosts},
        "sites": {site.slug: {"name": site.name, "hosts": list(site.hosts)} for site in sites},
    }
    write_json(tree / "sites.json", content)


def write_json(path: Path, content: object) -> None:
    aside = path.with_name(path.name + ".new")
    aside.write_text(json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
    aside.replace(path)
