"""Is what is served what the database says? Every page is rendered again in memory and compared with the disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from django.utils import timezone

from gongkai.engines.press.building import BATCH, batches
from gongkai.engines.press.declarations import PageRef, registry
from gongkai.engines.press.models import Change, Lane
from gongkai.engines.press.page_files import COMPRESSED, SIDECARS, file_names
from gongkai.engines.press.pages_db import PagesDb, Recorded
from gongkai.engines.press.rendering import Failure, Printed, printed
from gongkai.engines.press.tree import current_tree, press_lock, published_root

_UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}


@dataclass(slots=True)
class VerifyReport:
    """What does not agree, as site/name of files, sorted."""

    pages: int = 0
    """Pages compared, each script counted as one."""
    waiting: int = 0
    """Changes that are due and not on disk yet; they may account for what is missing or stale."""
    missing: list[str] = field(default_factory=list)
    """Should be there and is not."""
    altered: list[str] = field(default_factory=list)
    """Is not what the press wrote."""
    stale: list[str] = field(default_factory=list)
    """Is what the press wrote, and would be another now."""
    orphan: list[str] = field(default_factory=list)
    """Is there, and no page accounts for it."""
    manifest: list[str] = field(default_factory=list)
    """The manifest says something else than the record; compared only when no change lies between the two."""
    failed: list[str] = field(default_factory=list)
    """Pages that cannot be rendered now, so that nothing can be said of them."""

    @property
    def ok(self) -> bool:
        return not any((self.missing, self.altered, self.stale, self.orphan, self.manifest, self.failed))


def _silent(_done: int, _total: int | None) -> None:
    pass


def verify(progress: Callable[[int, int | None], None] = _silent) -> VerifyReport:
    """Compare the served tree with the database, file by file, and change nothing.

    First beside the running press; what then looks wrong is looked at again with the press held, because it may
    have been in motion.
    """
    root = published_root()
    tree = current_tree(root)
    if tree is None:
        return VerifyReport()
    first = _Comparison(tree, progress)
    try:
        first.compare_all()
        report = first.report()
    finally:
        first.close()
    if report.ok:
        return report
    with press_lock(root):
        tree = current_tree(root)
        assert tree is not None
        second = _Comparison(tree, _silent)
        try:
            second.compare_again(first)
            confirmed = second.report()
        finally:
            second.close()
    confirmed.pages = report.pages
    return confirmed


class _Comparison:
    """One look at a tree."""

    def __init__(self, tree: Path, progress: Callable[[int, int | None], None]) -> None:
        self.suspects: set[PageRef] = set()
        self.orphans: set[str] = set()
        self._found: dict[str, set[str]] = defaultdict(set)
        self._sites = tree / "sites"
        self._manifest = tree / "manifest.json"
        self._record = PagesDb.read(tree)
        self._open = {site.slug for site in registry.published_sites()}
        self._progress = progress
        self._pages = 0
        self._seen: set[int] = set()

    def close(self) -> None:
        self._record.close()

    def report(self) -> VerifyReport:
        found = {name: sorted(names) for name, names in self._found.items()}
        due = Change.objects.exclude(lane=Lane.BUILD).filter(not_before__lte=timezone.now())
        return VerifyReport(pages=self._pages, waiting=due.count(), orphan=sorted(self.orphans), **found)

    def compare_all(self) -> None:
        for site in registry.published_sites():
            for kind in registry.kinds.values():
                for keys in batches(kind, site.slug):
                    self._compare(kind.name, site.slug, keys)
                    self._progress(self._pages, None)
        for place, keys in self._unseen():
            self._compare(place[1], place[0], keys)
        for slug, name in self._files():
            self._look_for_owner(slug, name)
        self._compare_manifest()

    def compare_again(self, first: _Comparison) -> None:
        by_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
        for ref in first.suspects:
            by_kind[ref.site, ref.kind].append(ref.key)
        for (site, kind), keys in by_kind.items():
            for start in range(0, len(keys), BATCH):
                self._compare(kind, site, keys[start : start + BATCH])
        for orphan in first.orphans:
            site, _slash, name = orphan.partition("/")
            self._look_for_owner(site, name)
        self._compare_manifest()

    # -- Page by page ------------------------------------------------------------------------------------------

    def _unseen(self) -> Iterator[tuple[tuple[str, str], list[str]]]:
        """Pages on record that their kinds did not name."""
        by_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
        for page in self._record.all():
            if page.id not in self._seen:
                by_kind[page.ref.site, page.ref.kind].append(page.ref.key)
        for place, keys in by_kind.items():
            for start in range(0, len(keys), BATCH):
                yield place, keys[start : start + BATCH]

    def _compare(self, kind: str, site: str, keys: Collection[str]) -> None:
        pages = registry.kinds.get(kind)
        made: Iterable[Printed | Failure]
        if pages is None or site not in self._open:
            made = [Printed(PageRef(kind, site, key)) for key in keys]
        else:
            made = printed(pages, site, list(keys))
        for item in made:
            known = self._record.find(item.ref)
            if known is not None:
                self._seen.add(known.id)
            if isinstance(item, Failure):
                self._note("failed", str(item), item.ref)
            else:
                self._compare_page(item, known)

    def _compare_page(self, item: Printed, known: Recorded | None) -> None:
        site, page = item.ref.site, item.page
        recorded = dict(zip(known.files, known.hashes, strict=True)) if known and known.path else {}
        names: tuple[str, ...] = ()
        if page is not None:
            names = file_names(path=page.path, status=page.status, scripts=len(item.contents))
            for name, content, digest in zip(names, item.contents, item.hashes, strict=True):
                self._compare_file(item.ref, name, content, digest, recorded.get(name))
        self._pages += len(names)
        for name in recorded.keys() - set(names):
            if page is not None:
                self._note("stale", f"{site}/{name}", item.ref)
            else:
                self.orphans.add(f"{site}/{name}")
                self.suspects.add(item.ref)

    def _compare_file(
        self, ref: PageRef, name: str, content: bytes, digest: str, recorded: str | None
    ) -> None:
        path = self._sites / ref.site / name
        try:
            on_disk = hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError:
            self._note("missing", f"{ref.site}/{name}", ref)
            return
        if on_disk not in (digest, recorded):
            self._note("altered", f"{ref.site}/{name}", ref)
        elif not on_disk == digest == recorded:
            self._note("stale", f"{ref.site}/{name}", ref)
        elif name.endswith(COMPRESSED):
            for ending in SIDECARS:
                self._compare_sidecar(ref, f"{name}{ending}", content)

    def _compare_sidecar(self, ref: PageRef, name: str, content: bytes) -> None:
        path = self._sites / ref.site / name
        try:
            same = _UNPACK[path.suffix](path.read_bytes()) == content
        except FileNotFoundError:
            self._note("missing", f"{ref.site}/{name}", ref)
            return
        except (OSError, EOFError, zlib.error, brotli.error):
            same = False
        if not same:
            self._note("altered", f"{ref.site}/{name}", ref)

    def _note(self, finding: str, what: str, ref: PageRef) -> None:
        self._found[finding].add(what)
        self.suspects.add(ref)

    # -- File by file ------------------------------------------------------------------------------------------

    def _files(self) -> Iterator[tuple[str, str]]:
        """(site, name) of every file."""
        for folder, _folders, names in os.walk(self._sites):
            place = Path(folder).relative_to(self._sites)
            for name in names:
                site, _slash, rest = (place / name).as_posix().partition("/")
                yield site, rest

    def _look_for_owner(self, site: str, name: str) -> None:
        if not (self._sites / site / name).exists():
            return
        candidates = [name]
        if name.endswith(SIDECARS):
            candidates.append(name[: -len(SIDECARS[0])])
        if all(self._record.owner_of_file(site=site, name=one) is None for one in candidates):
            self.orphans.add(f"{site}/{name}")

    def _compare_manifest(self) -> None:
        try:
            manifest = json.loads(self._manifest.read_text(encoding="utf-8"))
            edition, files = manifest["edition"], manifest["files"]
        except (FileNotFoundError, ValueError, KeyError):
            self._found["manifest"].add("manifest.json")
            return
        if edition != self._record.edition():
            return  # written anew when the press is idle
        for page in self._record.all():
            for name, digest in zip(page.files, page.hashes, strict=False):
                path = f"{page.ref.site}/{name}"
                if files.pop(path, None) != {"sha256": digest, "revision": page.revision}:
                    self._found["manifest"].add(path)
        self._found["manifest"].update(files)
