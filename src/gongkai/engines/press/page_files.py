"""A page as files: its names, its octets in both scripts, its compressed twins, and how they reach the disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import brotli
from isal import isal_zlib

from gongkai.engines.press.declarations import LANG, OTHER, ROOT, Page
from gongkai.foundation.hanzi import to_traditional

HANT = "hant"
SIDECARS = (".br", ".gz")
COMPRESSED = (".html", ".xml", ".atom", ".rss", ".txt", ".json", ".css", ".js", ".svg")
"""Endings of files that get sidecars."""
BROTLI_QUALITY = 5
BROTLI_WINDOW = 16
"""Bits: enough for pages of up to 64 kB, with tables that stay in the processor's cache."""
GZIP_LEVEL = 2
"""Of ISA-L, which has four: a quarter of zlib's time at its sixth, for a twentieth more octets. Few readers lack brotli."""
_GZIP = 15 | 16
"""``wbits`` for a header of gzip, without a time in it."""

_INDEX, _NOTICE = "index.html", "410.html"
# No empty name, none that begins with a dot, nothing that a file system or a URL reads in another way.
_NAME = r"[^./\\\x00][^/\\\x00]*"
_PATH = re.compile(rf"(?!{HANT}(?:/|$)){_NAME}(?:/{_NAME})*")
_LONGEST_PATH, _LONGEST_NAME = 1000, 240  # octets; the server and the file system refuse longer ones


class PathRefused(ValueError):
    """A page asked for a place that is not a page's: outside its site, in the other script's folder, not servable."""

    code = "path_refused"


def checked_path(page: Page) -> str:
    """The path of ``page`` within its site. Raises ``PathRefused``."""
    path = page.path
    if not _PATH.fullmatch(path) or path.endswith(".new"):
        raise PathRefused(f"{path!r} is not a path of a page")
    if len(path) > _LONGEST_NAME // 4 and (
        len(path.encode()) > _LONGEST_PATH
        or any(len(name.encode()) > _LONGEST_NAME for name in path.split("/"))
    ):
        raise PathRefused(f"{path!r} is too long")
    if page.status == 410 and path.rpartition("/")[2] != _INDEX:
        raise PathRefused(f"{path!r}: only an {_INDEX} can give way to a notice")
    return path


def file_names(*, path: str, status: int, scripts: int) -> tuple[str, ...]:
    """The files of a page, in the order of ``contents``: simplified and, with two scripts, traditional."""
    name = path.removesuffix(_INDEX) + _NOTICE if status == 410 else path
    return (name,) if scripts == 1 else (name, f"{HANT}/{name}")


def possible_pages(name: str) -> list[str]:
    """Paths of the pages that could have a file of this name: the reverse of ``file_names``."""
    names = [name, name.removeprefix(f"{HANT}/")]
    names += [one.removesuffix(_NOTICE) + _INDEX for one in names if one.rpartition("/")[2] == _NOTICE]
    return list(dict.fromkeys(names))


def contents(page: Page) -> tuple[bytes, ...]:
    """The octets of each script from one rendering. A body of bytes is the same in both and stands once."""
    body = page.body
    if isinstance(body, bytes):
        return (body,)
    simplified = body.replace(ROOT, "").replace(LANG, "zh-Hans").replace(OTHER, f"/{HANT}").encode()
    if not page.both_scripts:
        return (simplified,)
    traditional = to_traditional(body).replace(ROOT, f"/{HANT}").replace(LANG, "zh-Hant").replace(OTHER, "")
    return simplified, traditional.encode()


def sidecars(name: str, content: bytes) -> list[tuple[str, bytes]]:
    """Compressed twins, deterministic: the same page gives the same octets."""
    if not name.endswith(COMPRESSED):
        return []
    window = BROTLI_WINDOW if len(content) < 1 << BROTLI_WINDOW else 22
    return [
        (f"{name}.br", brotli.compress(content, quality=BROTLI_QUALITY, lgwin=window)),
        (f"{name}.gz", isal_zlib.compress(content, GZIP_LEVEL, _GZIP)),
    ]


# -- Into a tree nobody reads yet ----------------------------------------------------------------------------


def lay_file(site: str, name: str, content: bytes) -> None:
    """Write a file with its sidecars in the plainest way, and the folders that are missing."""
    path = f"{site}/{name}"
    _make_folder(path.rpartition("/")[0])
    for target, data in ((path, content), *sidecars(path, content)):
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            written = os.write(descriptor, data)
            while written < len(data):  # a nearly full disk takes a part and fails at the next call
                written += os.write(descriptor, data[written:])
        finally:
            os.close(descriptor)


def _make_folder(path: str) -> None:
    """Nearly always one call: of a folder that is there, or whose parent is."""
    try:
        os.mkdir(path)  # noqa: PTH102  # pathlib keeps a part of each path for good
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)  # noqa: PTH103


# -- Into a tree that is being read --------------------------------------------------------------------------


class Aside:
    """A folder beside the sites where files are made whole before they take their place by a rename."""

    def __init__(self, tree: Path) -> None:
        self._folder = tree / "aside"
        self._numbers = count()
        self._folder.mkdir(exist_ok=True)
        self.clear()

    def clear(self) -> None:
        """What a process that died has left."""
        for leftover in self._folder.iterdir():
            leftover.unlink()

    def replace(self, site: Path, files: Iterable[tuple[str, bytes]]) -> None:
        """Put the files of one page in place.

        Everything is written aside first, so that a full disk changes nothing. Then each file takes its place,
        sidecars before the file they belong to: a new page with an old sidecar is never to be seen.
        """
        ready: list[tuple[Path, Path]] = []
        try:
            for name, content in files:
                target = site / name
                target.parent.mkdir(parents=True, exist_ok=True)
                for whole, data in (*sidecars(str(target), content), (str(target), content)):
                    made = self._folder / str(next(self._numbers))
                    ready.append((made, Path(whole)))
                    made.write_bytes(data)
            for made, target in ready:
                made.replace(target)
        except OSError:
            for made, _target in ready:
                made.unlink(missing_ok=True)
            raise


def remove_files(site: Path, names: Sequence[str]) -> None:
    """Remove files, their sidecars first (some servers answer from a sidecar alone), and folders left empty."""
    for name in names:
        target = site / name
        for ending in SIDECARS:
            Path(f"{target}{ending}").unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        for folder in target.parents:
            if folder == site:
                break
            with suppress(OSError):  # not empty, or gone already
                folder.rmdir()
